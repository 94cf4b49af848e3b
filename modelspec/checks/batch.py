"""Whether each row of a batch comes out as a row, made of that row alone.

Keras takes the first axis of every output for the batch, and functions that work along it for what is meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modelspec.catalogue.entry import Op
from modelspec.catalogue.tensor import Tensor, Tensors, shape_text
from modelspec.diagnostics import Diagnostic, Note
from modelspec.graph import ShapedNetwork, TensorRef, Vertex
from modelspec.graph.rows import ROWS, with_rows
from modelspec.spec.spec import Use

_AXIS_0 = ("axis", "axes")
_MOVES = frozenset({
    "concatenate", "dsplit", "expand_dims", "get_item", "moveaxis", "one_hot", "repeat", "split", "squeeze", "stack", "swapaxes",
    "take", "tensordot", "transpose", "unstack", "array_split", "append", "multi_hot", "linspace", "logspace", "geomspace",
})  # fmt: skip
"""Functions whose axis says where rows are put, and not what is computed of them together."""
_OF_ALL = frozenset({
    "all", "amax", "amin", "any", "argmax", "argmin", "average", "count_nonzero", "logsumexp", "max", "mean", "median", "min",
    "nanargmax", "nanargmin", "nanmax", "nanmean", "nanmedian", "nanmin", "nanpercentile", "nanprod", "nanquantile", "nanstd",
    "nansum", "nanvar", "norm", "percentile", "prod", "ptp", "quantile", "std", "sum", "var", "cumsum", "cumprod", "nancumsum",
    "nancumprod", "flip", "roll",
})  # fmt: skip
"""Functions that take all axes, the batch's too, where they are told none."""
_HELP = "axis 0 is the batch: name another axis; count from 1, or from -1 for the last"


def rows_stay_rows(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """Outputs with another number of rows than the batch, and functions that fail along it."""
    if not network.known or not any(_may_touch(network, vertex) for vertex in _vertices(network)):
        return
    counted, graph = with_rows(network), network.network.main
    told = set()
    for vertex, refusal in counted.failures:
        place = vertex.use.place if vertex.use is not None else vertex.place
        if place.span not in told:
            told.add(place.span)
            message = f"{vertex.type_name} fails on a batch of {ROWS} rows: {refusal.message}"
            yield place.problem("MS413", message, refusal.help or _HELP)
    for output in graph.outputs:
        tensor = None if output.reference is None else _tensor(network, counted.tensors, output.reference)
        if tensor is None or tensor.shape[:1] in ((ROWS,), (None,)) or output.reference is None:
            continue
        source = graph.vertices[output.reference.vertex]
        message = f"output '{output.name}' has shape {shape_text(tensor.shape)} for a batch of {ROWS} rows: not a row for each"
        note = Note(source.place.key_span, f"made by {source.label}")
        yield output.place.problem(
            "MS413", message, "bring the batch back as the first axis", key=True, related=(note,)
        )


def samples_stay_apart(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """Functions and layers that compute along the batch, so that each row's result depends on the rows beside it."""
    if not network.known:
        return
    for shaped in (network.main, *network.models.values()):
        for vertex in shaped.graph.vertices:
            use = _use(network, vertex)
            if use is None or not _computes_along_batch(network, shaped.tensors, vertex, use):
                continue
            place = use.place.find(())
            message = (
                f"{vertex.type_name} computes along the batch: what it gives for a row depends on the rows beside it"
            )
            yield place.warning("MS414", message, _HELP)


def _computes_along_batch(network: ShapedNetwork, table: tuple[Tensors | None, ...], vertex: Vertex, use: Use) -> bool:
    entry, name = use.entry, type(use.entry).__name__
    if entry is None or name == "BatchNormalization" or (isinstance(entry, Op) and name in _MOVES):
        return False
    given = [_tensor(network, table, reference) for reference in vertex.references()]
    tensor = max((item for item in given if item is not None), key=lambda item: item.rank, default=None)
    if tensor is None or tensor.shape[:1] != (None,):
        return False
    if name in ("Attention", "AdditiveAttention"):
        return tensor.rank == 2
    axes = next((getattr(entry, axis) for axis in _AXIS_0 if axis in type(entry).model_fields), _NONE)
    if axes is _NONE or not isinstance(axes, int | tuple | None):
        return False
    if axes is None:
        return isinstance(entry, Op) and name in _OF_ALL
    listed: Any = (axes,) if isinstance(axes, int) else axes
    along = any(isinstance(axis, int) and axis in (0, -tensor.rank) for axis in listed)
    return along and (
        isinstance(entry, Op) or name in ("Softmax", "LayerNormalization", "UnitNormalization", "RMSNormalization")
    )


_NONE = object()


def _may_touch(network: ShapedNetwork, vertex: Vertex) -> bool:
    use = _use(network, vertex)
    return vertex.kind == "op" or (use is not None and type(use.entry).__name__ == "Concatenate")


def _vertices(network: ShapedNetwork) -> Iterator[Vertex]:
    for shaped in (network.main, *network.models.values()):
        yield from shaped.graph.vertices


def _use(network: ShapedNetwork, vertex: Vertex) -> Use | None:
    if vertex.kind == "shared" and vertex.target is not None:
        return network.network.shared[vertex.target]
    return vertex.use


def _tensor(network: ShapedNetwork, table: tuple[Tensors | None, ...], reference: TensorRef) -> Tensor | None:
    outputs = table[reference.vertex]
    index = reference.output if isinstance(reference.output, int) else 0
    if outputs is None or isinstance(reference.output, str):
        return None if outputs is None else outputs[0] if len(outputs) == 1 else None
    return outputs[index]
