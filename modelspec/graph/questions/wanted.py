"""What a network wants of its rows: an array for each input, for the target of each trained output, and for weights of rows.

Must not know where rows come from.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modelspec.graph.graph import GraphOutput, ShapedNetwork
from modelspec.graph.questions.indices import largest_indices
from modelspec.graph.questions.outputs import losses, output_tensor
from modelspec.language.sections.outputs import OutputSpec
from modelspec.language.sections.sources import Wanted


def wanted(network: ShapedNetwork, *, targets: bool = True) -> tuple[Wanted, ...]:
    """Every input, and every target of a trained output."""
    graph = network.network.main
    largest = largest_indices(network)
    items = [
        Wanted(
            item.name, "input", item.shape, item.dtype, maximum=largest.get(item.name),
            columns=item.columns, path=item.place.path, missing=item.missing, parse=item.parse,
            decode=item.decode,
        )
        for item in graph.inputs
    ]  # fmt: skip
    return (*items, *_targets(network), *_weights_of_rows(network)) if targets else tuple(items)


def _targets(network: ShapedNetwork) -> list[Wanted]:
    trained = losses(network)
    return [
        target_of(network, output, trained[output.name])
        for output in network.outputs
        if output.name in trained and output.reference is not None
    ]


def target_of(network: ShapedNetwork, output: GraphOutput, loss: Any) -> Wanted:
    """What an output that is trained with this loss wants of its target. Raises `Refusal` where the loss refuses it."""
    tensor = output_tensor(network, output)
    kind, shape = loss.target_kind, loss.target_shape(tensor)[1:]
    columns = output.spec.columns if output.spec is not None else None
    one_class = len(shape) == 1 if kind == "one_hot" else kind in ("classes", "binary") and shape in ((), (1,))
    return Wanted(
        output.name,
        "target",
        shape,
        "int32" if kind == "classes" else "float32",
        "real" if kind == "distribution" else kind,  # any numbers; what they sum to is the user's
        classes=loss.classes(tensor),
        ignored=loss.ignored_class,
        columns=columns,
        path=output.place.path,
        loss=type(loss).__name__,
        from_logits=getattr(loss, "from_logits", False) is True,
        output=tensor.shape[1:],
        words=one_class and len(columns or (output.name,)) == 1,
        labels=output.spec.labels if output.spec is not None else None,
    )


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
    for output in network.outputs:
        if output.spec is not None and output.spec.sample_weight is not None and output.name in trained:
            yield output.name, output.spec, output.spec.sample_weight, losses_of_a_row(network, output)


def losses_of_a_row(network: ShapedNetwork, output: GraphOutput) -> tuple[int | None, ...]:
    """The shape of the losses that a trained output has for one row."""
    loss: Any = losses(network)[output.name]
    shape: tuple[int | None, ...] = loss.values_shape(output_tensor(network, output))
    return shape[1:]
