"""Whether each row of a batch comes out as a row, made of that row alone.

Keras takes the first axis of every output for the batch, and functions that work along it for what is meant.
"""

from __future__ import annotations

from collections.abc import Iterator

from modelspec.catalogue.entry import Operation
from modelspec.catalogue.tensor import Tensor, Tensors, shape_text
from modelspec.diagnostics import Diagnostic, Note
from modelspec.graph import ShapedNetwork, TensorRef, Vertex
from modelspec.graph.inside import operation
from modelspec.graph.rows import ROWS, with_rows

_HELP = "axis 0 is the batch: name another axis; count from 1, or from -1 for the last"

_STEPS = "give it rows of steps, (batch, steps, features): of an LSTM or GRU above with `return_sequences: true`"


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
            use, found = network.network.use(vertex), operation(network.network, vertex)
            if use is None or found is None or not _computes_along_batch(network, shaped.tensors, vertex, found):
                continue
            place = use.place.find(())
            message = (
                f"{vertex.type_name} computes along the batch: what it gives for a row depends on the rows beside it"
            )
            yield place.warning("MS414", message, _HELP if vertex.kind == "op" or hasattr(found, "axis") else _STEPS)


def _computes_along_batch(
    network: ShapedNetwork, table: tuple[Tensors | None, ...], vertex: Vertex, found: Operation
) -> bool:
    given = [_tensor(network, table, reference) for reference in vertex.references()]
    tensor = max((item for item in given if item is not None), key=lambda item: item.rank, default=None)
    return tensor is not None and tensor.shape[:1] == (None,) and found.along_batch(tensor.rank)


def _may_touch(network: ShapedNetwork, vertex: Vertex) -> bool:
    found = operation(network.network, vertex)
    return found is not None and found.may_touch_batch


def _vertices(network: ShapedNetwork) -> Iterator[Vertex]:
    for shaped in (network.main, *network.models.values()):
        yield from shaped.graph.vertices


def _tensor(network: ShapedNetwork, table: tuple[Tensors | None, ...], reference: TensorRef) -> Tensor | None:
    outputs = table[reference.vertex]
    index = reference.output if isinstance(reference.output, int) else 0
    if outputs is None or isinstance(reference.output, str):
        return None if outputs is None else outputs[0] if len(outputs) == 1 else None
    return outputs[index] if index < len(outputs) else None
