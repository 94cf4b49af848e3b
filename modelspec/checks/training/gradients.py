"""Where gradients come to, and functions between a loss and a weight that TensorFlow has no gradient of.

It says so at the first step of training only. No TensorFlow here.
"""

from __future__ import annotations

from collections.abc import Iterator

from modelspec.catalogue.backends.tensorflow.gradients import WITHOUT_GRADIENT
from modelspec.checks.outputs.outputs import trained_outputs
from modelspec.diagnostics import Diagnostic
from modelspec.graph import ShapedGraph, ShapedNetwork, TensorRef, Vertex
from modelspec.graph.inferring.inside import operation
from modelspec.graph.questions.ownership import Ownership


def reached(network: ShapedNetwork, shaped: ShapedGraph, waiting: list[TensorRef]) -> set[int]:
    """The calls of a model that gradients come to, from these tensors on."""
    found: set[int] = set()
    while waiting:
        reference = waiting.pop()
        vertex = shaped.graph.vertices[reference.vertex]
        tensor = network.tensor(shaped, reference)
        whole = tensor is not None and not tensor.dtype.startswith(("float", "bfloat"))
        if reference.vertex in found or whole or vertex.type_name == "ops.stop_gradient":
            continue
        found.add(reference.vertex)
        waiting.extend(vertex.references())
    return found


def functions_have_gradients(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """Functions without a gradient, between a loss and a weight."""
    if not any(vertex.type_name in WITHOUT_GRADIENT for graph in network.network.graphs for vertex in graph.vertices):
        return
    outputs, ownership = trained_outputs(network), Ownership(network)
    if not outputs or not ownership.complete(network.main.graph):
        return
    names = {output.name for output in outputs}
    yield from _in_model(network, network.main, names, False, ownership)


def _in_model(
    network: ShapedNetwork, shaped: ShapedGraph, names: set[str], fed: bool, ownership: Ownership
) -> Iterator[Diagnostic]:
    """Those of a model whose outputs of these names have a loss; `fed` is whether its inputs come from such weights."""
    graph = shaped.graph
    ends = [item.reference for item in graph.outputs if item.name in names and item.reference is not None]
    for index in sorted(reached(network, shaped, ends)):
        vertex = graph.vertices[index]
        if vertex.kind != "model" and vertex.type_name not in WITHOUT_GRADIENT:
            continue
        above = reached(network, shaped, list(vertex.references()))
        moved = any(_moves(network, ownership, shaped, graph.vertices[other], fed) for other in above)
        if vertex.kind == "model" and vertex.target in network.models:
            inner = network.models[vertex.target]
            every = {item.name for item in inner.graph.outputs}
            yield from _in_model(network, inner, every, moved, ownership)
        elif moved:
            yield from _without(network, shaped, vertex)


def _moves(network: ShapedNetwork, ownership: Ownership, shaped: ShapedGraph, vertex: Vertex, fed: bool) -> bool:
    """Whether TensorFlow follows a gradient to the call: to the weights of frozen layers too, which only Keras leaves alone."""
    if vertex.kind == "input":
        return fed
    paths = ownership.by_call(shaped.graph, vertex)
    weights = [weight for path in paths for weight in network.weights.get(path, ())]
    frozen = getattr(operation(network.network, vertex), "trainable", True) is False
    return any(weight.trainable or frozen for weight in weights)


def _without(network: ShapedNetwork, shaped: ShapedGraph, vertex: Vertex) -> Iterator[Diagnostic]:
    entry = operation(network.network, vertex)
    given = [network.tensor(shaped, reference) for reference in vertex.references()]
    applies, argument, help = WITHOUT_GRADIENT[vertex.type_name]
    if entry is not None and vertex.use is not None and applies(entry, given):
        message = f"{vertex.type_name} has no gradient here, but training needs one from a loss to the weights above"
        place = vertex.place.find((vertex.type_name, argument)) if argument else vertex.use.place
        yield place.problem("MS535", message, help)
