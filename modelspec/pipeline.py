"""A YAML text becomes a shaped network, stage by stage. The file to read first; no TensorFlow.

1 source   text     -> Document       located values
  compose  Document -> Document       bases below it, settings of the command line in it
  expand   Document -> Document       variables, blocks, loops and other specs' models written out
2 spec     Document -> Spec           what the file says
3 resolve  Spec     -> Network        every reference an earlier call
4 infer    Network  -> ShapedNetwork  every shape, dtype and weight
5 check    the whole picture          diagnostics only

What fails inside of one of them (a check, the shape of a step) is told as MS600 and costs its own answer only.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from modelspec.checks import check_network
from modelspec.checks.rows.learning import follows_from_what_is_missing
from modelspec.diagnostics import Diagnostic
from modelspec.diagnostics.diagnostic import sort_diagnostics
from modelspec.diagnostics.failure import FileStart, failed, guarded
from modelspec.expansion import Expanded, compose, expand
from modelspec.graph import ShapedNetwork, infer, resolve
from modelspec.language import read_spec
from modelspec.language.short_forms import first_argument_at
from modelspec.plugins import NO_PLUGINS, Plugins
from modelspec.source import Document, Limits, Mapping, parse
from modelspec.source.reader import read_file

if TYPE_CHECKING:
    from modelspec.language.sections.saved_models import References


@dataclass(frozen=True, slots=True)
class Checked:
    """What is known of one spec file. `network` is None where the file could not be read at all."""

    file: str
    text: str | None
    document: Document | None
    network: ShapedNetwork | None
    diagnostics: tuple[Diagnostic, ...]

    @property
    def texts(self) -> dict[str, str]:
        """The texts of all files that the spec is made of, by their names."""
        own = {} if self.text is None else {self.file: self.text}
        return {**own, **(self.document.texts if self.document is not None else {})}

    @property
    def ok(self) -> bool:
        """Whether there is no error; warnings are allowed."""
        return not any(problem.severity == "error" for problem in self.diagnostics)


def check_file(
    path: str, limits: Limits | None = None, overrides: Sequence[str] = (), plugins: Plugins = NO_PLUGINS
) -> Checked:
    """All five stages for a file, or standard input for `-`, with `path=value` set in it for each override."""
    limits = limits or Limits()
    file = "<stdin>" if path == "-" else path
    text, problems = read_file(path, limits)
    return (
        Checked(file, None, None, None, problems)
        if text is None
        else check_text(text, file, limits, overrides=overrides, plugins=plugins)
    )


def _cut(
    document: Document, inputs: References | None, outputs: References | None, limits: Limits
) -> tuple[Mapping | None, tuple[Diagnostic, ...]]:
    """The part of a saved model between tensors, whose shapes the stages before know."""
    from modelspec.graph.questions.cut import CutTensor, cut

    spec, problems = read_spec(document, limits)
    network, more = resolve(spec, limits)
    shaped, most = infer(network)
    if problems or more or most:
        return None, (*problems, *more, *most)
    wanted = [None if names is None else [CutTensor(*name) for name in names] for names in (inputs, outputs)]
    return cut(shaped, document.place, *wanted)


def check_text(
    text: str,
    file: str = "<text>",
    limits: Limits | None = None,
    folder: str | None = None,
    overrides: Sequence[str] = (),
    plugins: Plugins = NO_PLUGINS,
) -> Checked:
    """All five stages for a text; paths in it start from `folder`."""
    limits = limits or Limits()
    problems: list[Diagnostic] = []
    document, expanded = _plain(text, file, limits, folder, overrides, problems)
    if expanded is None or expanded.document is None:
        return Checked(file, text, document, None, sort_diagnostics(problems))
    later: list[Diagnostic] = []
    complete = not any(problem.severity == "error" for problem in expanded.problems)
    network = _network(expanded.document, limits, plugins, later, complete)
    # What is said of a value that could not be computed only follows from what is told of that already.
    told = (problem for problem in later if problem.span not in expanded.unknown or failed((problem,)))
    return Checked(file, text, expanded.document, network, sort_diagnostics((*problems, *told)))


def _plain(
    text: str, file: str, limits: Limits, folder: str | None, overrides: Sequence[str], problems: list[Diagnostic]
) -> tuple[Document | None, Expanded | None]:
    """Stage 1: the document over its bases, and with everything written out; None for what could not be made."""
    document, expanded = None, None
    with guarded("reading the text", problems, FileStart(file)):
        document, told = parse(text, file, limits, folder)
        problems.extend(told)
        if document is not None:
            document, told = compose(document, overrides, limits, first_argument_at)
            problems.extend(told)
        if document is not None:
            expanded = expand(document, limits, first_argument_at)
            problems.extend(expanded.problems)
    return document, expanded


def _network(
    document: Document, limits: Limits, plugins: Plugins, problems: list[Diagnostic], complete: bool = True
) -> ShapedNetwork | None:
    """Stages 2 to 5. None where one of them failed as a whole; what was told before that stays told."""
    shaped = None
    with guarded("checking the spec", problems, document.place):
        spec, told = read_spec(document, limits, partial(_cut, limits=limits), plugins)
        problems.extend(told)
        network, told = resolve(spec if complete else replace(spec, complete=False), limits)
        problems.extend(told)
        shaped, told = infer(network)
        checked = tuple(check_network(shaped))
        problems.extend(problem for problem in told if not follows_from_what_is_missing(problem, checked))
        problems.extend(checked)
    return shaped


def check_again(network: ShapedNetwork, plugins: Plugins) -> tuple[ShapedNetwork | None, tuple[Diagnostic, ...]]:
    """Stages 2 to 5 once more for a network without errors, with plugins of which more is known now."""
    limits = Limits(layers=sys.maxsize, outputs=sys.maxsize)  # it was within the limits the first time
    problems: list[Diagnostic] = []
    shaped = _network(network.spec.place.document, limits, plugins, problems)
    return shaped, sort_diagnostics(problems)
