"""The rows of a split as a network wants them: loaded, with a target and weights for every output; and divided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import numpy as np

from modelspec.data.arrays import Arrays
from modelspec.data.learned import Learned
from modelspec.data.load import Located, RawRows, fitted, learned_from, opened
from modelspec.data.order import split_rows
from modelspec.data.placing import help_here, placed
from modelspec.data.rows import for_all
from modelspec.diagnostics import SpecError
from modelspec.graph import ShapedNetwork
from modelspec.graph.questions.wanted import wanted
from modelspec.language.sections.sources import Split, Wanted
from modelspec.source import Place


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
    return fit_split(network, source, raw, learn_from(network, source, raw) if learned is None else learned)


def open_split(
    network: ShapedNetwork, source: Located, split: Split, *, targets: bool = True, keep: Sequence[str] = ()
) -> RawRows:
    """The rows of one source as it has them. Raises `SpecError` with everything that is wrong with their text."""
    kept = tuple(Wanted(name, "kept") for name in dict.fromkeys(keep))
    with _telling(network, source):
        return opened(source, (*wanted(network, targets=targets), *kept), split)


def learn_from(network: ShapedNetwork, source: Located, raw: RawRows) -> Learned:
    """What these rows teach. Raises `SpecError` with what cannot be learnt from them."""
    with _telling(network, source):
        return learned_from(raw)


def fit_split(network: ShapedNetwork, source: Located, raw: RawRows, learned: Learned) -> Arrays:
    """Arrays of them, with a target and weights for every output. Raises `SpecError` with every value that is wrong."""
    with _telling(network, source):
        warn = raw.where[-1] == "train" and source.entry.from_file
        arrays, problems = fitted(raw, learned, warn_of_classes=warn)
        if arrays is None:
            raise SpecError(problems)
    has_targets = any(want.role == "target" for want in raw.wanted)
    return _with_weights(_with_untrained(arrays, network), network) if has_targets else arrays


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


def divide(arrays: Arrays, fraction: float, spec: Place) -> tuple[Arrays, Arrays]:
    """(training rows, validation rows) of `validation: {split: fraction}`. Raises `SpecError` where one has none."""
    parts, problems = split_rows(arrays.rows, fraction)
    if parts is None:
        raise SpecError([placed(problem, spec) for problem in problems])
    return _cut(arrays, parts[0]), _cut(arrays, parts[1])


def _cut(arrays: Arrays, part: range) -> Arrays:
    chosen = slice(part.start, part.stop)
    return replace(
        arrays,
        inputs={name: values[chosen] for name, values in arrays.inputs.items()},
        targets={name: values[chosen] for name, values in arrays.targets.items()},
        weights={name: values[chosen] for name, values in arrays.weights.items()},
        kept={name: column.cut(chosen) for name, column in arrays.kept.items()},
        rows=len(part),
    )
