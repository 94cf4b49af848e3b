"""A YAML text becomes a shaped network, stage by stage. The file to read first; no TensorFlow.

source   text     -> Document       located values
compose  Document -> Document       bases below it, settings of the command line in it
expand   Document -> Document       variables, blocks, loops and other specs' models written out
spec     Document -> Spec           what the file says
resolve  Spec     -> Network        every reference an earlier call
infer    Network  -> ShapedNetwork  every shape, dtype and weight
check    the whole picture          diagnostics only

What fails inside of one of them (a check, the shape of a step) is reported as MS600 and costs its own answer only.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from modelspec.checks import check_network
from modelspec.diagnostics import Diagnostic, File, Span
from modelspec.diagnostics.diagnostic import sort_diagnostics
from modelspec.diagnostics.failure import FileStart, failed, guarded
from modelspec.expansion import compose, expand
from modelspec.graph import Network, ShapedNetwork, infer, resolve
from modelspec.language import Spec, read_spec
from modelspec.language.short_forms import first_argument_at
from modelspec.plugins import NO_PLUGINS, Plugins
from modelspec.source import Document, Limits, Mapping, parse
from modelspec.source.reader import read_file

if TYPE_CHECKING:
    from modelspec.language.sections.saved_models import References


class SpecText(NamedTuple):
    """What the first stage begins with: a text, what its file is called, and the folder that paths in it start from."""

    text: str
    file: str
    folder: str | None = None


@dataclass(frozen=True, slots=True)
class Setup:
    """What a run of the stages is given beside the value that it begins with."""

    limits: Limits
    overrides: Sequence[str] = ()
    """`path=value`, set in the document."""
    plugins: Plugins = NO_PLUGINS
    complete: bool = True
    """Whether all before the spec is known; if not, nothing is built of it."""
    with_state: tuple[str, ...] = ()
    """The models of a run's own spec that came from saved ones."""


class Answer(NamedTuple):
    """What a stage makes (None: no later one can go on), and the problems that it reports."""

    value: Any
    problems: Iterable[Diagnostic]
    unknown: frozenset[Span] = frozenset()
    """Where values stand that could not be computed: what later stages say of these only follows."""


StageName = Literal["source", "compose", "expand", "spec", "resolve", "infer", "check"]


class Stage(NamedTuple):
    """One stage: its name, its function, and what it does, for the message of a failure."""

    name: StageName
    function: Callable[[Any, Setup], Answer]
    doing: str


def _source(text: SpecText, setup: Setup) -> Answer:
    return Answer(*parse(text.text, text.file, setup.limits, text.folder))


def _compose(document: Document, setup: Setup) -> Answer:
    return Answer(*compose(document, setup.overrides, setup.limits, first_argument_at))


def _expand(document: Document, setup: Setup) -> Answer:
    return Answer(*expand(document, setup.limits, first_argument_at))


def _spec(document: Document, setup: Setup) -> Answer:
    spec, problems = read_spec(document, setup.limits, partial(_part, setup.limits), setup.plugins)
    if setup.with_state:
        spec = replace(spec, with_state=setup.with_state)
    return Answer(spec if setup.complete else replace(spec, complete=False), problems)


def _resolve(spec: Spec, setup: Setup) -> Answer:
    return Answer(*resolve(spec, setup.limits))


def _infer(network: Network, setup: Setup) -> Answer:
    if any(use.entry is not None and use.entry.learns_somewhere() for use in network.uses()):
        from modelspec.graph.inferring.open_sizes import infer_before_learning  # few specs have such layers

        return Answer(*infer_before_learning(network))
    return Answer(*infer(network))


def _check(shaped: ShapedNetwork, setup: Setup) -> Answer:
    return Answer(shaped, check_network(shaped))


STAGES: tuple[Stage, ...] = (
    Stage("source", _source, "reading the text"),
    Stage("compose", _compose, "merging the bases and settings"),
    Stage("expand", _expand, "writing out variables, blocks and loops"),
    Stage("spec", _spec, "reading the spec"),
    Stage("resolve", _resolve, "resolving the references"),
    Stage("infer", _infer, "inferring the shapes"),
    Stage("check", _check, "checking the network"),
)
NAMES = tuple(stage.name for stage in STAGES)


class Ran(NamedTuple):
    """What a run made, by the names of its stages, and all problems that they reported."""

    made: dict[StageName, Any]
    problems: tuple[Diagnostic, ...]

    @property
    def document(self) -> Document | None:
        """The document as far as it came."""
        return self.made.get("expand") or self.made.get("compose") or self.made.get("source")

    @property
    def network(self) -> ShapedNetwork | None:
        """The network with its shapes, where it came so far."""
        return self.made.get("infer")


def run(
    value: SpecText | Document | Spec | Network | ShapedNetwork,
    first: StageName,
    last: StageName,
    setup: Setup | None = None,
) -> Ran:
    """The stages from `first`, which takes `value`, to `last`. Where one makes nothing, those after it do not run."""
    setup = setup or Setup(Limits())
    made: dict[StageName, Any] = {}
    problems: list[Diagnostic] = []
    unknown: frozenset[Span] = frozenset()
    start = FileStart(_file(value))
    for stage in STAGES[NAMES.index(first) : NAMES.index(last) + 1]:
        begun, answer = len(problems), Answer(None, ())
        with guarded(stage.doing, problems, start):
            answer = stage.function(value, setup)
            problems.extend(item for item in answer.problems if item.span not in unknown or failed((item,)))
        if answer.value is None:
            break
        value = made[stage.name] = answer.value
        unknown |= answer.unknown
        if stage.name == "expand" and any(item.severity == "error" for item in problems[begun:]):
            setup = replace(setup, complete=False)
    return Ran(made, tuple(problems))


def _file(value: SpecText | Document | Spec | Network | ShapedNetwork) -> str:
    """The file that a value is of."""
    spec = value.spec if isinstance(value, Network | ShapedNetwork) else value
    return spec.place.document.file if isinstance(spec, Spec) else spec.file


def _part(
    limits: Limits, saved: Document, inputs: References | None, outputs: References | None
) -> tuple[Mapping | None, tuple[Diagnostic, ...]]:
    """The part of a saved model between tensors, whose shapes later stages know."""
    from modelspec.graph.questions.cut import CutTensor, cut

    ran = run(saved, "spec", "infer", Setup(limits))
    if ran.network is None or ran.problems:
        return None, ran.problems
    wanted = [None if names is None else [CutTensor(*name) for name in names] for names in (inputs, outputs)]
    return cut(ran.network, saved.place, *wanted)


@dataclass(frozen=True, slots=True)
class Checked:
    """What is known of one spec file. `network` is None where the file could not be read at all."""

    file: str
    text: str | None
    document: Document | None
    network: ShapedNetwork | None
    diagnostics: tuple[Diagnostic, ...]

    @property
    def ok(self) -> bool:
        """Whether there is no error; warnings are allowed."""
        return not any(problem.severity == "error" for problem in self.diagnostics)


def check_file(
    path: str, limits: Limits | None = None, overrides: Sequence[str] = (), plugins: Plugins = NO_PLUGINS
) -> Checked:
    """All stages for a file, or standard input for `-`, with `path=value` set in it for each override."""
    limits = limits or Limits()
    file = "<stdin>" if path == "-" else path
    text, problems = read_file(path, limits)
    if text is None:
        return Checked(file, None, None, None, problems)
    return check_text(text, file, limits, overrides=overrides, plugins=plugins)


def check_text(
    text: str,
    file: str = "<text>",
    limits: Limits | None = None,
    folder: str | None = None,
    overrides: Sequence[str] = (),
    plugins: Plugins = NO_PLUGINS,
) -> Checked:
    """All stages for a text; paths in it start from `folder`."""
    return check(SpecText(text, file, folder), Setup(limits or Limits(), overrides, plugins))


def check(begin: SpecText, setup: Setup) -> Checked:
    """All stages for a text."""
    text, file, folder = begin
    ran = run(SpecText(text, File(file, text), folder), "source", "check", setup)
    return Checked(file, text, ran.document, ran.network, sort_diagnostics(ran.problems))


def check_again(network: ShapedNetwork, plugins: Plugins) -> tuple[ShapedNetwork | None, tuple[Diagnostic, ...]]:
    """The stages from the spec on once more for a network without errors, with plugins of which more is known now."""
    limits = Limits(layers=sys.maxsize, outputs=sys.maxsize)  # it was within the limits the first time
    setup = Setup(limits, plugins=plugins, with_state=network.spec.with_state)
    ran = run(network.spec.place.document, "spec", "check", setup)
    return ran.network, sort_diagnostics(ran.problems)
