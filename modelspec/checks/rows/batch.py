"""Whether each row of a batch comes out as a row, made of that row alone.

Keras takes the first axis of every output for the batch, and functions that work along it for what is meant.
"""

from __future__ import annotations

from collections.abc import Iterator

from modelspec.catalogue.operation import Operation
from modelspec.catalogue.ops.op import Op
from modelspec.catalogue.tensor import Tensor, shape_text
from modelspec.diagnostics import Diagnostic, Note
from modelspec.graph import ShapedNetwork, TensorRef, Vertex
from modelspec.graph.graph import Graph
from modelspec.graph.inferring.bare import mixed, spread_over_rows
from modelspec.graph.inferring.inside import operation
from modelspec.graph.questions.rows import FREE, ROWS, with_rows
from modelspec.graph.resolving.binding import Given
from modelspec.graph.walk import Called, walk

_HELP = "axis 0 is the batch: name another axis; count from 1, or from -1 for the last"

_STEPS = "give it rows of steps, (batch, steps, features): from an LSTM or GRU above with `return_sequences: true`"


def rows_stay_rows(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """Outputs with another number of rows than the batch, and functions that fail along it."""
    if not network.known or not any(_may_touch(call.operation) for call in walk(network)):
        return
    counted, graph = with_rows(network), network.network.main
    told = set()
    for vertex, refusal, given in counted.failures:
        place = vertex.use.place if vertex.use is not None else vertex.place
        if place.span not in told:
            told.add(place.span)
            message = f"{vertex.type_name} fails on a batch of {ROWS} rows: {refusal.message}"
            help = _by_rows(network, graph, vertex, given) or refusal.help or _HELP
            yield place.problem("MS413", message, help)
    for output in graph.outputs:
        tensor = None if output.reference is None else network.network.tensor(graph, output.reference, counted.tensors)
        if tensor is None or output.reference is None or tensor.shape[:1] == (ROWS,):
            continue
        if tensor.shape[:1] == (None,) and _may_be_rows(network, output.reference):
            continue
        source = graph.vertices[output.reference.vertex]
        shape = shape_text(tensor.shape)
        message = f"output '{output.name}' has shape {shape} for a batch of {ROWS} rows, which is not one row for each"
        note = Note(source.place.key_span, f"made by {source.label}")
        given = tuple(
            item
            for item in (network.network.tensor(graph, one, counted.tensors) for one in source.references())
            if item
        )
        help = _by_rows(network, graph, source, given) or "make the batch the first axis again"
        yield output.place.problem("MS413", message, help, key=True, related=(note,))


def _may_touch(found: Operation | None) -> bool:
    return found is not None and found.may_touch_batch


def _by_rows(network: ShapedNetwork, graph: Graph, vertex: Vertex, given: Given) -> str | None:
    """What does for each row by itself what a function does with all of them at once."""
    called, found = operation(network.network, vertex), mixed(graph, vertex)
    if found is not None and hasattr(called, "axis"):
        without, rows = found
        return spread_over_rows(without, rows, called, network.tensor(network.main, rows))
    tensors = (given,) if isinstance(given, Tensor) else tuple(given.values()) if isinstance(given, dict) else given
    batched = all(isinstance(tensor, Tensor) and tensor.shape[:1] == (ROWS,) for tensor in tensors)
    return called.row_by_row(*tensors) if isinstance(called, Op) and batched else None


def _may_be_rows(network: ShapedNetwork, reference: TensorRef) -> bool:
    """Whether a first axis that is not known is the batch once the free axes have a size: it is not where they are in it."""
    if not any(None in item.shape for item in network.main.graph.inputs):
        return True
    tensor = network.network.tensor(network.main.graph, reference, with_rows(network, FREE).tensors)
    return tensor is None or tensor.shape[:1] in ((ROWS,), (None,))


def samples_stay_apart(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """Functions and layers that compute along the batch, so that each row's result depends on the rows beside it."""
    if not network.known:
        return
    for call in walk(network):
        use, found, name = call.use, call.operation, call.vertex.type_name
        if use is None or found is None:
            continue
        place = use.place.find(())
        help = _every_row_meets_every_other(call, found)
        if help is not None:
            message = f"{name} works on all rows at once: it combines each row of one input with every row of the other"
            yield place.warning("MS414", message, help)
        if _computes_along_batch(call, found):
            message = f"{name} computes along the batch: its result for a row depends on the other rows"
            has_axis = call.vertex.kind == "op" or hasattr(found, "axis")
            yield place.warning("MS414", message, _HELP if has_axis else _STEPS)


def _every_row_meets_every_other(call: Called, found: Operation) -> str | None:
    """What to write instead of a product that has the batch twice, though no input has an axis of free size beside it."""
    made = call.outputs
    if not isinstance(found, Op) or made is None or len(made) != 1 or None not in made[0].shape[1:]:
        return None
    given = tuple(item for item in call.given() if item)
    only_batch = all(tensor.shape[:1] == (None,) and None not in tensor.shape[1:] for tensor in given)
    return found.row_by_row(*given) if only_batch and len(given) == 2 else None


def _computes_along_batch(call: Called, found: Operation) -> bool:
    tensor = max((item for item in call.given() if item is not None), key=lambda item: item.rank, default=None)
    return tensor is not None and tensor.shape[:1] == (None,) and found.along_batch(tensor.rank)
