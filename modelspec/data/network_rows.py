"""The rows of a split as a network wants them: loaded, with a target and weights for every output; and divided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from modelspec.data.arrays import Arrays
from modelspec.data.dividing import Part, divided
from modelspec.data.learned import Learned
from modelspec.data.load import Located, RawRows, fitted, learned_from, opened
from modelspec.data.placing import help_here, placed, placing
from modelspec.data.rows import for_all
from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.graph import ShapedNetwork
from modelspec.graph.questions.wanted import wanted
from modelspec.language.sections.parts import By, Cut
from modelspec.language.sections.sources import Split, Wanted


def load_split(
    network: ShapedNetwork,
    source: Located,
    split: Split,
    *,
    targets: bool = True,
    keep: Sequence[str] = (),
    learned: Learned | None = None,
) -> Arrays:
    """The rows of one source, with the columns to `keep`. Raises `SpecError` with everything that is wrong with them.

    Where its paths may lead anywhere, the command line names the rows, not the spec. What was not `learned` before is learnt
    from these rows.
    """
    raw = open_split(network, source, split, targets=targets, keep=keep)
    return fit_split(network, source, raw, learn_from(network, source, raw) if learned is None else learned)[0]


def open_split(
    network: ShapedNetwork,
    source: Located,
    split: Split,
    *,
    targets: bool = True,
    keep: Sequence[str] = (),
    most: int = 1,
) -> RawRows:
    """The rows of one source as it has them. Raises `SpecError` with everything that is wrong with their text.

    With the columns by which rows are taken out of those to train on. `most` examples of each kind of problem are told.
    """
    kept = tuple(Wanted(name, "kept") for name in dict.fromkeys(keep))
    taken_out = cuts(network) if split == "train" and source.allowed is not None else {}
    divided_by = _divided_by(taken_out)
    targets = targets or any(cut.by == By("stratified") for cut in taken_out.values())
    with _telling(network, source):
        return opened(source, (*wanted(network, targets=targets), *kept, *divided_by), split, most)


def cuts(network: ShapedNetwork) -> dict[Split, Cut]:
    """The splits that are parts of the training rows."""
    return {} if network.spec.data is None else network.spec.data.cuts


def _divided_by(cuts: Mapping[Split, Cut]) -> tuple[Wanted, ...]:
    columns = {
        name: ("data", split, "split")
        for split, cut in cuts.items()
        for name in (cut.by.column, cut.key)
        if name is not None
    }
    return tuple(Wanted(name, "split", path=path) for name, path in columns.items())


def parts_of(network: ShapedNetwork, raw: RawRows) -> dict[Split, Part]:
    """The rows of the training source for each split. Raises `SpecError` where one has none."""
    with placing(network.spec.place):
        return divided(raw, cuts(network))


def learn_from(network: ShapedNetwork, source: Located, raw: RawRows) -> Learned:
    """What these rows teach. Raises `SpecError` with what cannot be learnt from them."""
    with _telling(network, source):
        return learned_from(raw)


def fit_split(
    network: ShapedNetwork, source: Located, raw: RawRows, learned: Learned, most: int = 1
) -> tuple[Arrays, tuple[Diagnostic, ...]]:
    """Arrays of them, with a target and weights for every output, and warnings.

    Raises `SpecError` with every value that is wrong.
    """
    with _telling(network, source):
        warn = raw.where[-1] == "train" and source.entry.from_file
        arrays, problems = fitted(raw, learned, warn_of_classes=warn, most=most)
        if arrays is None:
            raise SpecError(problems)
    has_targets = any(want.role == "target" for want in raw.wanted)
    warnings = tuple(placed(problem, network.spec.place) for problem in problems)
    return (_with_weights(_with_untrained(arrays, network), network) if has_targets else arrays), warnings


@contextmanager
def _telling(network: ShapedNetwork, source: Located) -> Iterator[None]:
    """Problems of a source at the lines of the spec that they are about."""
    try:
        yield
    except SpecError as error:
        if source.allowed is None:
            # The rows come from the command line: the spec has no line to show, and no say in where paths start.
            raise SpecError(
                [replace(problem, path=(), help=help_here(problem)) for problem in error.diagnostics]
            ) from None
        raise SpecError([placed(problem, network.spec.place) for problem in error.diagnostics]) from None


def _with_untrained(arrays: Arrays, network: ShapedNetwork) -> Arrays:
    """A target for every output, since Keras wants one even where it computes neither loss nor metric: here zeros."""
    nothing = np.broadcast_to(np.float32(0), (arrays.rows,))
    outputs = network.outputs
    return replace(arrays, targets={output.name: arrays.targets.get(output.name, nothing) for output in outputs})


def _with_weights(arrays: Arrays, network: ShapedNetwork) -> Arrays:
    """The weights of the rows, where columns say some."""
    return replace(arrays, weights=for_all(arrays.weights, arrays.rows, network)) if arrays.weights else arrays


def part(arrays: Arrays, which: Part) -> Arrays:
    """Some of the rows."""
    if isinstance(which, range) and len(which) == arrays.rows:
        return arrays
    chosen: Any = slice(which.start, which.stop) if isinstance(which, range) else which
    return replace(
        arrays,
        inputs={name: values[chosen] for name, values in arrays.inputs.items()},
        targets={name: values[chosen] for name, values in arrays.targets.items()},
        weights={name: values[chosen] for name, values in arrays.weights.items()},
        kept={name: column.cut(chosen) for name, column in arrays.kept.items()},
        rows=len(which),
    )
