"""What the model wants of its data: an array for each input and for each trained output, and how it is made of rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from modelspec.catalogue.tensor import Tensor
from modelspec.data.arrays import Arrays
from modelspec.data.load import load
from modelspec.data.order import split_rows
from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.graph import GraphOutput, ShapedNetwork
from modelspec.runtime.compile import losses
from modelspec.runtime.indices import largest_indices
from modelspec.source import Place
from modelspec.spec.sources import Source, Split, Wanted
from modelspec.spec.spec import OutputSpec


def wanted(network: ShapedNetwork, *, targets: bool = True) -> tuple[Wanted, ...]:
    """Every input, and every target of a trained output."""
    graph = network.network.main
    largest = largest_indices(network)
    items = [
        Wanted(
            item.name, "input", item.shape, item.dtype, maximum=largest.get(item.name),
            columns=item.columns, path=item.place.path,
        )
        for item in graph.inputs
    ]  # fmt: skip
    return (*items, *_targets(network), *_weights_of_rows(network)) if targets else tuple(items)


def _targets(network: ShapedNetwork) -> list[Wanted]:
    trained = losses(network)
    items = []
    for output in network.network.main.outputs:
        if output.name not in trained or output.reference is None:
            continue
        tensor = _tensor(network, output)
        loss: Any = trained[output.name]
        shape = loss.target_shape(tensor)[1:]
        kind: Any = loss.target_kind
        kind = "real" if kind == "distribution" else kind  # any numbers; what they sum to is the user's
        columns = output.spec.columns if output.spec is not None else None
        dtype = "int32" if kind == "classes" else "float32"
        items.append(
            Wanted(
                output.name,
                "target",
                shape,
                dtype,
                kind,
                classes=loss.classes(tensor),
                columns=columns,
                path=output.place.path,
            )
        )
    return items


def _weights_of_rows(network: ShapedNetwork) -> list[Wanted]:
    """The columns that say what rows count: a number for a row or, from arrays, one for each loss within it."""
    return [
        Wanted(
            name, "weight", (), kind="weight", columns=(column,), finer=inner or None,
            path=(*spec.place.path, "sample_weight"),
        )
        for name, spec, column, inner in _weighing(network)
    ]  # fmt: skip


def _weighing(network: ShapedNetwork) -> Iterator[tuple[str, OutputSpec, str, tuple[int | None, ...]]]:
    """The outputs whose rows have weights of their own, with their column and the shape of the losses within a row."""
    trained = losses(network)
    for output in network.network.main.outputs:
        if output.spec is not None and output.spec.sample_weight is not None and output.name in trained:
            yield output.name, output.spec, output.spec.sample_weight, _losses_of_a_row(network, output)


def _losses_of_a_row(network: ShapedNetwork, output: GraphOutput) -> tuple[int | None, ...]:
    loss: Any = losses(network)[output.name]
    shape: tuple[int | None, ...] = loss.values_shape(_tensor(network, output))
    return shape[1:]


def _tensor(network: ShapedNetwork, output: GraphOutput) -> Tensor:
    assert output.reference is not None
    tensors = network.main.tensors[output.reference.vertex]
    assert tensors is not None
    return tensors[network.output_index(output.reference, network.network.main)]


def load_split(
    network: ShapedNetwork,
    source: Source,
    split: Split,
    root: str,
    *,
    targets: bool = True,
    outside: bool = False,
    keep: Sequence[str] = (),
) -> Arrays:
    """The rows of one source, with the columns to `keep`. Raises `SpecError` with everything that is wrong with them.

    Paths stay below `root`, unless the user named them on the command line (`outside`).
    """
    kept = tuple(Wanted(name, "kept") for name in dict.fromkeys(keep))
    items = (*wanted(network, targets=targets), *kept)
    arrays, problems = load(source, items, Path(root), split, allow_outside=outside)
    if arrays is None and outside:
        # The rows come from the command line: the spec has no line to show, and no say in where paths start.
        raise SpecError([replace(problem, path=(), help=_here(problem)) for problem in problems])
    if arrays is None:
        raise SpecError([_placed(problem, network.network.spec.place) for problem in problems])
    return _with_weights(_with_untrained(arrays, network), network) if targets else arrays


def _with_untrained(arrays: Arrays, network: ShapedNetwork) -> Arrays:
    """A target for every output, since Keras wants one even where it computes neither loss nor metric: here zeros."""
    nothing = np.broadcast_to(np.float32(0), (arrays.rows,))
    outputs = network.network.main.outputs
    return replace(arrays, targets={output.name: arrays.targets.get(output.name, nothing) for output in outputs})


def _with_weights(arrays: Arrays, network: ShapedNetwork) -> Arrays:
    """Weights for every output as Keras wants them where there are some: as many axes as the losses, and else ones."""
    if not arrays.weights:
        return arrays
    trained = losses(network)
    weights = {}
    for output in network.network.main.outputs:
        found = arrays.weights.get(output.name, np.broadcast_to(np.float32(1), (arrays.rows,)))
        within = len(_losses_of_a_row(network, output)) if output.name in trained else 0
        weights[output.name] = found.reshape(*found.shape, *[1] * (within + 1 - found.ndim))
    return replace(arrays, weights=weights)


def divide(arrays: Arrays, fraction: float, spec: Place) -> tuple[Arrays, Arrays]:
    """(training rows, validation rows) of `validation: {split: fraction}`. Raises `SpecError` where one has none."""
    parts, problems = split_rows(arrays.rows, fraction)
    if parts is None:
        raise SpecError([_placed(problem, spec) for problem in problems])
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


def _here(problem: Diagnostic) -> str | None:
    return "check the path: it starts from the current folder" if problem.code == "MS704" else problem.help


def _placed(problem: Diagnostic, spec: Place) -> Diagnostic:
    """A problem that has no line of its own, at the line of the spec that it is about."""
    if problem.span is not None or not problem.path:
        return problem
    place = spec.find(problem.path)
    return replace(problem, span=place.key_span if place.path else None, path=place.path)


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of a split, ready to be fed: inputs and, where they are wanted, targets and weights."""

    arrays: tuple[Any, ...]
    count: int


def rows(source: Arrays) -> Rows:
    """The rows of a split."""
    parts = (source.inputs, source.targets, source.weights)
    return Rows(tuple(part for part in parts if part), source.rows)


def weighted(arrays: tuple[Any, ...], class_weight: dict[int, float] | None) -> tuple[Any, ...]:
    """Inputs and targets, and with class weights sample weights beside them: each row weighs what its class does."""
    if class_weight is None:
        return arrays
    inputs, targets = arrays
    weights = {name: _weights(np.asarray(values), class_weight) for name, values in targets.items()}
    return inputs, targets, weights


def _weights(values: Any, class_weight: dict[int, float]) -> Any:
    """A weight per row by its class, as Keras does: the largest of one-hot targets, the number itself otherwise."""
    classes = np.argmax(values, axis=-1) if values.ndim > 1 and values.shape[-1] > 1 else values
    classes = classes.reshape(len(values))
    weights = np.ones(len(values), dtype=np.float32)
    for number, weight in class_weight.items():
        weights[classes.astype(np.int64) == number] = weight
    return weights
