"""A part of a model by its tensors: from some of them to others, as a model of its own.

This is Keras's `Model(inputs=question_input, outputs=encoded_question)` on a spec. Must not know where the model is from.
"""

from __future__ import annotations

from collections.abc import Sequence as SequenceABC
from typing import Any, NamedTuple

from modelspec.diagnostics import Diagnostic, Span
from modelspec.graph.graph import Graph, ShapedNetwork, TensorRef, Vertex
from modelspec.source import Mapping, Node, Place, Scalar, Sequence
from modelspec.source.names import local_name
from modelspec.source.nodes import Item
from modelspec.source.words import guess, listing, visible

Tensor = tuple[int, int]
"""A vertex and which of its outputs."""


class CutTensor(NamedTuple):
    """A tensor that the spec names as an input or output of the part; `name` is what it is called there."""

    name: str
    reference: str
    place: Place


def cut(
    network: ShapedNetwork, model: Place, inputs: SequenceABC[CutTensor] | None, outputs: SequenceABC[CutTensor] | None
) -> tuple[Mapping | None, tuple[Diagnostic, ...]]:
    """The part of a model (a whole document) between tensors; its own inputs or outputs where none are given.

    Everything in the result stands where it stood. None and problems (MS632, MS633) where a name means no tensor, or an
    output needs an input that is left out.
    """
    return _Cut(network, model).run(inputs, outputs)


class _Cut:
    """The state of cutting one model."""

    def __init__(self, network: ShapedNetwork, model: Place) -> None:
        self.network = network
        self.model = model
        self.graph: Graph = network.main.graph
        self.problems: list[Diagnostic] = []
        self.first = sum(vertex.kind == "input" for vertex in self.graph.vertices)
        self.names = self._names()
        self.bounds: dict[Tensor, str] = {}

    def run(
        self, inputs: SequenceABC[CutTensor] | None, outputs: SequenceABC[CutTensor] | None
    ) -> tuple[Mapping | None, tuple[Diagnostic, ...]]:
        given = self._given()
        for wanted in inputs if inputs is not None else given:
            tensor = self._tensor(wanted)
            if tensor is not None:
                self.bounds[tensor] = wanted.name
        ends = outputs if outputs is not None else self._ends()
        found = [(wanted, self._tensor(wanted)) for wanted in ends]
        if self.problems:
            return None, tuple(self.problems)
        needed: set[int] = set()
        for wanted, tensor in found:
            assert tensor is not None
            self._walk(wanted, tensor, needed)
        if self.problems:
            return None, tuple(self.problems)
        return self._made(sorted(needed), [(wanted.name, tensor) for wanted, tensor in found if tensor]), ()

    def _names(self) -> dict[str, int]:
        """What each call can be referred to by."""
        names: dict[str, int] = {}
        for index, vertex in enumerate(self.graph.vertices):
            names.setdefault(vertex.name, index)
            if vertex.target is not None:
                names.setdefault(f"{local_name(vertex.target)}@{vertex.node}", index)
        return names

    def _given(self) -> list[CutTensor]:
        return [CutTensor(item.name, item.name, item.place) for item in self.graph.inputs]

    def _ends(self) -> list[CutTensor]:
        return [
            CutTensor(output.name, self._text(output.reference), output.place)
            for output in self.graph.outputs
            if output.reference is not None
        ]

    def _tensor(self, wanted: CutTensor) -> Tensor | None:
        """The tensor that a name means: `name`, `name.k`, `layer@n`."""
        text = wanted.reference
        name, _, output = (text, "", "") if "." not in text else text.rpartition(".")
        index = self.names.get(name)
        tensors = None if index is None else self.network.main.tensors[index]
        if index is None or tensors is None:
            help = guess(text, self.names, len(self.problems)) or f"its tensors are {listing(self.names)}"
            message = f"the saved model has no tensor '{visible(text)}'"
            self.problems.append(wanted.place.problem("MS632", message, help))
            return None
        which = self._output(self.graph.vertices[index], output, len(tensors))
        if which is None:
            message = f"'{visible(text)}': '{name}' has {len(tensors)} outputs"
            help = f"write one of {listing(f'{name}.{number}' for number in range(len(tensors)))}"
            self.problems.append(wanted.place.problem("MS632", message, help))
            return None
        return index, which

    def _output(self, vertex: Vertex, output: str, count: int) -> int | None:
        if not output:
            return 0 if count == 1 else None
        if output.isdigit():
            return int(output) if int(output) < count else None
        names = self.network.network.output_names(vertex.target)
        return names.index(output) if output in names else None

    def _walk(self, wanted: CutTensor, end: Tensor, needed: set[int]) -> None:
        """Note every call between the bounds and one output; tell of an input that is needed and is no bound."""
        waiting = [end]
        while waiting:
            tensor = waiting.pop()
            vertex = self.graph.vertices[tensor[0]]
            if tensor in self.bounds or tensor[0] in needed:
                continue
            if vertex.kind == "input":
                message = f"'{wanted.reference}' needs the input '{vertex.name}', which `inputs` leaves out"
                help = f"add '{vertex.name}', or a tensor on the path from it, to `inputs`"
                self.problems.append(wanted.place.problem("MS633", message, help))
                return
            needed.add(tensor[0])
            waiting.extend(self._pair(reference) for reference in vertex.references())

    def _pair(self, reference: TensorRef) -> Tensor:
        which = self.network.network.output_number(self.graph, reference)
        assert which is not None
        return reference.vertex, which

    def _made(self, needed: list[int], ends: list[tuple[str, Tensor]]) -> Mapping:
        root, span = self.model.node, self.model.span
        assert isinstance(root, Mapping)
        steps = self.model.get("layers")
        nodes = [item.node for item in steps.items()] if steps is not None else []
        self.calls = self._call_names(needed)
        entries = {key: item for key, item in root.entries.items() if key in ("shared", "models")}
        entries["inputs"] = Item(span, self._inputs(span))
        made = [self._step(nodes[index - self.first], index) for index in needed]
        entries["layers"] = Item(span, Sequence(tuple(made), span))
        outputs = {name: Item(span, Scalar(self._name(tensor), span, True)) for name, tensor in ends}
        entries["outputs"] = Item(span, Mapping(outputs, span))
        return pruned(Mapping(entries, span))

    def _inputs(self, span: Span) -> Mapping:
        made = {}
        for (index, which), name in self.bounds.items():
            tensors = self.network.main.tensors[index]
            assert tensors is not None
            sizes = Sequence(tuple(Scalar(size, span) for size in tensors[which].shape[1:]), span)
            dtype = Scalar(tensors[which].dtype, span, True)
            made[name] = Item(span, Mapping({"shape": Item(span, sizes), "dtype": Item(span, dtype)}, span))
        return Mapping(made, span)

    def _call_names(self, needed: list[int]) -> dict[int, str]:
        """A name for each call that has none of its own: the numbers of calls change when some are left out."""
        taken = {name.lower() for name in (*self.names, *self.bounds.values())}
        found: dict[int, str] = {}
        for index in needed:
            vertex = self.graph.vertices[index]
            if vertex.target is None or vertex.name != local_name(vertex.target):
                continue
            name = f"{vertex.name}_{vertex.node}"
            while name.lower() in taken:
                name += "_"
            taken.add(name.lower())
            found[index] = name
        return found

    def _step(self, node: Node, index: int) -> Node:
        vertex, span = self.graph.vertices[index], node.span
        if isinstance(node, Scalar):
            node = Mapping({str(node.value): Item(span, Scalar(None, span))}, span)
        assert isinstance(node, Mapping)
        name = self.calls.get(index, vertex.name)
        changed = {"from": Item(span, self._wiring(vertex.inputs, span)), "name": Item(span, Scalar(name, span, True))}
        return node._replace(entries={**node.entries, **changed})

    def _wiring(self, value: Any, span: Span) -> Node:
        if isinstance(value, TensorRef):
            return Scalar(self._name(self._pair(value)), span, True)
        if isinstance(value, tuple):
            return Sequence(tuple(self._wiring(item, span) for item in value), span)
        if isinstance(value, dict):
            return Mapping({name: Item(span, self._wiring(item, span)) for name, item in value.items()}, span)
        return Scalar(value, span)

    def _name(self, tensor: Tensor) -> str:
        """What a tensor is called in the part."""
        bound = self.bounds.get(tensor)
        if bound is not None:
            return bound
        index, which = tensor
        name = self.calls.get(index, self.graph.vertices[index].name)
        tensors = self.network.main.tensors[index]
        return name if tensors is not None and len(tensors) == 1 else f"{name}.{which}"

    def _text(self, reference: TensorRef) -> str:
        vertex = self.graph.vertices[reference.vertex]
        name = vertex.name
        if vertex.target is not None and name == local_name(vertex.target):
            name = f"{name}@{vertex.node}"
        return name if reference.output is None else f"{name}.{reference.output}"


def pruned(model: Mapping) -> Mapping:
    """The model without the shared layers and models that nothing in it names."""
    named = set(_texts(model.entries["layers"].value)) if "layers" in model.entries else set()
    definitions: dict[str, dict[str, Item]] = {}
    for key in ("shared", "models"):
        item = model.entries.get(key)
        definitions[key] = dict(item.value.entries) if item is not None and isinstance(item.value, Mapping) else {}
    everything = {**definitions["shared"], **definitions["models"]}
    waiting, used = [name for name in everything if name in named], set[str]()
    while waiting:
        name = waiting.pop()
        if name not in used:
            used.add(name)
            waiting.extend(text for text in _texts(everything[name].value) if text in everything)
    entries = dict(model.entries)
    for key, defined in definitions.items():
        kept = {name: item for name, item in defined.items() if name in used}
        entries.pop(key, None)
        if kept:
            entries[key] = Item(model.span, Mapping(kept, model.span))
    return model._replace(entries=entries)


def _texts(node: Node) -> list[str]:
    if isinstance(node, Scalar):
        return [node.value] if isinstance(node.value, str) else []
    values = node.items if isinstance(node, Sequence) else [item.value for item in node.entries.values()]
    return [text for value in values for text in _texts(value)]
