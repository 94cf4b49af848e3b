"""The rows of a split as a network wants them: loaded, with a target and weights for every output; and divided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from modelspec.data.arrays import Arrays
from modelspec.data.load import Located, load
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
) -> Arrays:
    """The rows of one source, with the columns to `keep`. Raises `SpecError` with everything that is wrong with them.

    Where its paths may lead anywhere, the command line names the rows, not the spec.
    """
    kept = tuple(Wanted(name, "kept") for name in dict.fromkeys(keep))
    items = (*wanted(network, targets=targets), *kept)
    arrays, problems = load(source.entry, items, Path(source.root), split, allowed=source.allowed)
    if arrays is None and source.allowed is None:
        # The rows come from the command line: the spec has no line to show, and no say in where paths start.
        raise SpecError([replace(problem, path=(), help=help_here(problem)) for problem in problems])
    if arrays is None:
        raise SpecError([placed(problem, network.spec.place) for problem in problems])
    return _with_weights(_with_untrained(arrays, network), network) if targets else arrays


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
