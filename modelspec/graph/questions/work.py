"""How much a model computes and holds for one sample: multiply-adds and activations, from the shapes of its calls.

The rule: multiply-adds of dense, convolution, recurrent and attention layers, as each layer's class counts them; an axis
of unknown size counts as 1. Activations are the outputs of every call, those inside nested models included.
"""

from __future__ import annotations

from math import prod

from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.tensor import Tensor, Tensors
from modelspec.graph.graph import Graph, ShapedNetwork, TensorRef, Vertex
from modelspec.graph.inferring.standin import Standin, with_standins
from modelspec.graph.resolving.binding import Given, bind
from modelspec.language.spec import SharedName

_BYTES = {"float64": 8, "int64": 8, "uint64": 8, "float16": 2, "bfloat16": 2, "int16": 2, "uint16": 2}
_BYTES |= {"int8": 1, "uint8": 1, "bool": 1}

Table = tuple[Tensors | None, ...]


def dtype_bytes(dtype: str) -> int:
    """The size of one element; 4 for float32, int32 and what has no fixed size."""
    return _BYTES.get(dtype, 4)


class Work:
    """What the calls of a network without errors cost."""

    def __init__(self, network: ShapedNetwork) -> None:
        self.network = network

    def multiply_adds(self, graph: Graph, table: Table) -> int:
        """Of all calls that an output needs."""
        return sum(self.of_call(graph, graph.vertices[index], table) for index in graph.reachable())

    def activation_bytes(self, graph: Graph, table: Table) -> int:
        """Of the outputs of all calls that an output needs, inputs included."""
        total = 0
        for index in graph.reachable():
            vertex = graph.vertices[index]
            if vertex.kind == "model" and vertex.target is not None:
                inner = self.network.models[vertex.target].graph
                total += self.activation_bytes(inner, self.inner_table(inner, self.given(graph, vertex, table)))
            else:
                total += sum(_elements(tensor) * dtype_bytes(tensor.dtype) for tensor in table[index] or ())
        return total

    def of_call(self, graph: Graph, vertex: Vertex, table: Table) -> int:
        """The multiply-adds of one call."""
        if vertex.kind in ("input", "op"):
            return 0
        given = self.given(graph, vertex, table)
        if vertex.kind == "model" and vertex.target is not None:
            return self.of_model(vertex.target, given)
        use = self.network.network.use(vertex)
        assert use is not None
        assert isinstance(use.entry, Layer)
        return self.of_layer(use.entry, given)

    def of_layer(self, layer: Layer, given: Given) -> int:
        entry = with_standins(layer, self.standin)
        assert isinstance(entry, Layer)
        return entry.multiply_adds(**bind(entry, given))

    def of_model(self, name: str, given: Given) -> int:
        graph = self.network.models[name].graph
        return self.multiply_adds(graph, self.inner_table(graph, given))

    def inner_table(self, graph: Graph, given: Given) -> Table:
        """What the calls inside a nested model give when it is called with these tensors."""
        values = list(graph.by_input(given).values())
        declared = self.network.models[graph.key].tensors
        for (name, inputs), table in self.network.calls.items():
            if name == graph.key and [item.shape for item in inputs] == [
                _filled(value, item.batch_shape) for value, item in zip(values, graph.inputs, strict=True)
            ]:
                return table
        return declared

    def standin(self, shared: SharedName) -> Standin:
        """What a wrapper asks for the cost of a shared layer or nested model."""
        if shared.name in self.network.models:
            graph = self.network.models[shared.name].graph

            def outputs(given: Given) -> Tensors | None:
                table = self.inner_table(graph, given)
                references = [output.reference for output in graph.outputs]
                return tuple(self.tensor(graph, item, table) for item in references if item is not None)

            return Standin(shared.name, outputs, lambda given: self.of_model(shared.name, given))
        entry = self.network.network.shared[shared.name].entry
        assert isinstance(entry, Layer)

        def called(given: Given) -> Tensors | None:
            layer = with_standins(entry, self.standin)
            result = layer.infer(**bind(layer, given))
            return (result,) if isinstance(result, Tensor) else tuple(result)

        return Standin(shared.name, called, lambda given: self.of_layer(entry, given))

    def given(self, graph: Graph, vertex: Vertex, table: Table) -> Given:
        """The tensors that a call takes."""

        given: Given = vertex.given(lambda reference: self.tensor(graph, reference, table))
        return given

    def tensor(self, graph: Graph, reference: TensorRef, table: Table) -> Tensor:
        """The tensor that a reference means."""
        tensor = self.network.network.tensor(graph, reference, table)
        assert tensor is not None
        return tensor


def _filled(value: Tensor, declared: tuple[int | None, ...]) -> tuple[int | None, ...]:
    pairs = zip(value.shape, declared, strict=True)
    return tuple(got if got is not None else want for got, want in pairs)


def _elements(tensor: Tensor) -> int:
    return prod(1 if dim is None else dim for dim in tensor.shape[1:])
