"""One model of a file -> its inputs, steps and outputs as a spec writes them.

A layer that is called more than once, or from several models, is called by its shared name; an inner model by its name.
"""

from __future__ import annotations

import heapq
import inspect
from collections.abc import Iterator
from itertools import zip_longest
from math import prod
from typing import Any

from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.ops import find_op
from modelspec.catalogue.ops.shapes.creating import MOST_NUMBERS
from modelspec.saved.arguments import plain
from modelspec.saved.description import Composition, NodeCall, Part, SavedNumbers, TensorKey, flat
from modelspec.saved.layers import Layers, entry_of
from modelspec.saved.masks import SavedMasks
from modelspec.saved.naming import FreeNames
from modelspec.saved.operations import operations, several_outputs
from modelspec.saved.problem import LeftOut, SavedProblem


class SavedGraph:
    """One model while it is translated: its names, and its calls in an order in which they can be made."""

    def __init__(self, state: Layers, model: Composition, key: str) -> None:
        self.state = state
        self.model = model
        self.key = key
        self.parts = {part.name: part for part in model.parts}
        self.names = state.names.copy()
        self.inputs = [(name, self.parts[item.layer]) for name, item in _named(model.inputs)]
        self.local: dict[tuple[str, int], str] = {}
        for name, part in self.inputs:
            self.local[part.name, 0] = self.names.give(name)
        for part in model.parts:
            if part.kind == "op":
                self.local |= {(part.name, call): self.names.give(part.name) for call in range(len(part.calls))}
            elif part.kind in ("layer", "model") and state.things.of(part).name is None:
                self.local[part.name, 0] = self.names.give(part.name)
        self.masks = SavedMasks(model, self.takes_mask)
        self.arrays: list[dict[str, Any]] = []
        """Steps that make the arrays which the call at hand is given."""

    def values(self) -> dict[str, Any]:
        """The model as `models` has it."""
        inputs = {self.local[part.name, 0]: self.input(part) for _, part in self.inputs}
        steps: list[dict[str, Any]] = []
        for part, index in self.ordered():
            if part.kind != "op" or self.masks.needs(part, index):
                called = self.step(part, index)
                steps += [*self.arrays, *called]
                self.arrays = []
        if not steps and not self.state.left_out:
            self.state.left_out.append((self.model.name, "it has no layers"))
        outputs: dict[str, str] = {}
        given = FreeNames()
        for name, item in _named(self.model.outputs, in_order=bool(self.key)):
            outputs[given.give(name)] = self.text(item)
        made: dict[str, Any] = {"inputs": inputs, "layers": steps, "outputs": outputs}
        if not self.model.trainable:
            made["trainable"] = False
        return made

    def renamed(self) -> dict[str, str]:
        """Keras's names of this model's layers and how they are referred to, where the two differ."""
        known = {
            part.name: self.state.things.of(part).name for part in self.model.parts if part.kind in ("layer", "model")
        }
        made = {name: self.local.get((name, 0)) or known.get(name) or name for name in self.parts}
        return {name: reference for name, reference in made.items() if reference != name}

    def input(self, part: Part) -> dict[str, Any]:
        config = part.config
        for flag in ("sparse", "ragged", "optional"):
            if config.get(flag):
                self.state.left_out.append((part.name, f"it is a {flag} input"))
        shape = config.get("batch_shape")
        if not isinstance(shape, list) or not shape:
            self.state.left_out.append((part.name, "it is an input without a shape"))
            shape = [None]
        return {"shape": shape[1:], "dtype": config.get("dtype") or "float32"}

    def ordered(self) -> list[tuple[Part, int]]:
        """The calls in an order in which each comes after what it takes, as near to Keras's as can be."""
        places = {part.name: index for index, part in enumerate(self.model.parts)}
        waits: dict[tuple[str, int], int] = {}
        leads: dict[tuple[str, int], list[tuple[str, int]]] = {}
        for part in self.model.parts:
            for index, call in enumerate(part.calls):
                before = {(item.layer, item.call) for item in _tensors(call) if self.parts[item.layer].kind != "input"}
                if index:
                    before.add((part.name, index - 1))
                waits[part.name, index] = len(before)
                for item in before:
                    leads.setdefault(item, []).append((part.name, index))
        ready = [(places[name], index, name) for (name, index), count in waits.items() if not count]
        heapq.heapify(ready)
        order: list[tuple[Part, int]] = []
        while ready:
            _, index, name = heapq.heappop(ready)
            order.append((self.parts[name], index))
            for item in leads.get((name, index), ()):
                waits[item] -= 1
                if not waits[item]:
                    heapq.heappush(ready, (places[item[0]], item[1], item[0]))
        if len(order) < len(waits):
            message = (
                f"{self.state.things.what}: the layers of '{self.model.name}' take each other's tensors in a circle"
            )
            raise SavedProblem("MS624", message, "save the model again with keras.Model.save")
        return order

    def text(self, key: TensorKey) -> str:
        """The reference to a tensor."""
        part = self.parts[key.layer]
        name = self.local.get((key.layer, key.call))
        if name is None:
            name = f"{self.state.things.of(part).name}@{key.call}"
        return f"{name}.{key.output}" if key.output or self.has_several(part) else name

    def has_several(self, part: Part) -> bool:
        """Whether a call of this may give more than one tensor, so that a reference must say which."""
        if part.kind == "input":
            return False
        if part.inner is not None:
            return sum(1 for _ in flat(part.inner.outputs)) > 1
        try:
            if part.kind == "op":
                found = find_op(operations(part, part.calls[0])[-1][0])
                return found is not None and several_outputs(found)
            entry = entry_of(part)
        except LeftOut:
            return False
        if "Tensors" not in str(entry.infer.__annotations__.get("return")):
            return False
        if "return_attention_scores" in _parameters(entry):
            return any(call.keywords.get("return_attention_scores") for call in part.calls)
        (inner, *_) = [item.config for item in part.wrapped.get("layer", ())] or [part.config]
        return inner.get("return_state") is not False or part.config.get("merge_mode", "") is None

    def takes_mask(self, part: Part) -> bool:
        """Whether a spec can call this with a mask."""
        if part.kind != "layer" or part.custom is not None:
            return False
        try:
            return "mask" in _parameters(entry_of(part))
        except LeftOut:
            return False

    def step(self, part: Part, index: int) -> list[dict[str, Any]]:
        """The steps of one call; what cannot stand in a spec is noted."""
        call = part.calls[index]
        try:
            if part.kind == "op":
                return self.op(part, index, call)
            if part.kind == "input":
                raise LeftOut("it is an input that takes another tensor")
            thing = self.state.things.of(part)
            given = self.model_inputs(part, call) if part.inner is not None else self.call(part, call)
            if thing.name is not None:
                return [{"call": thing.name, "from": given}]
            path = f"{self.key}/{self.local[part.name, 0]}" if self.key else self.local[part.name, 0]
            self.state.groups[path] = thing.group
            return [{**self.state.layer(part, thing), "from": given, "name": self.local[part.name, 0]}]
        except LeftOut as left_out:
            self.state.left_out.append((part.name, str(left_out)))
            return []

    def op(self, part: Part, index: int, call: NodeCall) -> list[dict[str, Any]]:
        made = operations(part, call)
        if not made[0][2]:
            raise LeftOut("it is called without a tensor")
        steps: list[dict[str, Any]] = []
        name = self.local[part.name, index]
        for count, (function, constants, tensors) in enumerate(made):
            last = count == len(made) - 1
            step: dict[str, Any] = {f"ops.{function}": constants or None}
            step["from"] = {key: self.argument(key, value) for key, value in tensors.items()} or steps[-1]["name"]
            step["name"] = name if last else self.names.give(f"{name}_part")
            steps.append(step)
        return steps

    def call(self, part: Part, call: NodeCall) -> Any:
        """What a layer is called with, as `from` says it."""
        known = _parameters(entry_of(part))
        values = dict(zip(known, call.arguments, strict=False))
        if len(call.arguments) > len(known) and any(item is not None for item in call.arguments[len(known) :]):
            raise LeftOut("it is called with more arguments than a spec can give it")
        values |= {key: value for key, value in call.keywords.items() if key != "training"}
        made: dict[str, Any] = {}
        for key, value in values.items():
            if _nothing(value) or (key not in known and value is False):
                continue
            if key == "mask" and key not in known:
                self.masks.check_automatic(part, call)
                continue
            if key not in known:
                raise LeftOut(f"it is called with the argument `{key}`, which a spec cannot give it")
            made[key] = self.argument(key, value)
        first = known[0] if known else ""
        if list(made) == [first] and isinstance(made[first], str | list):
            return made[first]
        if not made:
            raise LeftOut("it is called without a tensor")
        return made

    def argument(self, key: str, value: Any) -> Any:
        """A tensor, a list of them, or a switch."""
        if isinstance(value, TensorKey):
            return self.text(value)
        if isinstance(value, SavedNumbers):
            return self.array(value, key)
        if isinstance(value, list | tuple):
            if _full(value):
                return [self.argument(key, item) for item in _leaves(value)]
            raise LeftOut(f"it is called with a list that contains more than tensors for `{key}`")
        if value is None or isinstance(value, bool | int | float):
            return plain(value, key)
        raise LeftOut(f"it is called with something for `{key}` that a spec cannot contain")

    def array(self, numbers: SavedNumbers, key: str) -> str:
        """The name of a step that makes an array."""
        if prod(numbers.sizes) > MOST_NUMBERS:
            raise LeftOut(f"it is called with {prod(numbers.sizes):,} numbers for `{key}`, more than {MOST_NUMBERS:,}")
        value = plain(numbers.value, f"`{key}`")
        name = self.names.give("numbers")
        arguments = {"shape": list(numbers.sizes), "fill_value": value, "dtype": numbers.dtype}
        self.arrays.append({"ops.full": arguments, "name": name})
        return name

    def model_inputs(self, part: Part, call: NodeCall) -> dict[str, str]:
        """The tensors of an inner model's call by the names of its inputs."""
        assert part.inner is not None
        for key, value in call.keywords.items():
            if key == "mask" and not _nothing(value):
                self.masks.check_automatic(part, call)
            elif key not in ("mask", "training", "inputs"):
                raise LeftOut(f"it is called with the argument `{key}`, which a spec cannot give it")
        given = call.arguments[0] if call.arguments else call.keywords.get("inputs")
        inner = SavedGraph.input_names(self.state, part.inner)
        structure = part.inner.inputs
        pairs: list[tuple[Any, Any]]
        if isinstance(given, dict) and isinstance(structure, dict):
            pairs = [(structure[name], given.get(name)) for name in structure]
        elif isinstance(given, dict):
            pairs = [(item, given.get(item.layer)) for item in flat(structure)]
        else:
            pairs = list(zip_longest(flat(structure), flat(given)))
        if not all(
            isinstance(item, TensorKey) and isinstance(value, TensorKey | SavedNumbers) for item, value in pairs
        ):
            raise LeftOut("it is not called with one tensor for each of its inputs")
        return {inner[item.layer]: self.argument(item.layer, value) for item, value in pairs}

    @staticmethod
    def input_names(state: Layers, model: Composition) -> dict[str, str]:
        """The names that a model's inputs have in the spec, by Keras's."""
        names = state.names.copy()
        return {item.layer: names.give(name) for name, item in _named(model.inputs)}


def _parameters(entry: type[Layer]) -> list[str]:
    """The arguments of a layer's call, in Keras's order."""
    kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    found = list(inspect.signature(entry.infer).parameters.values())[1:]
    return [item.name for item in found if item.kind in kinds]


def _tensors(call: NodeCall) -> list[TensorKey]:
    return list(flat([*call.arguments, *call.keywords.values()]))


def _named(structure: Any, name: str | None = None, in_order: bool = False) -> list[tuple[str, TensorKey]]:
    """The tensors of a structure with their names: the keys of mappings, elsewhere the names of the layers.

    `in_order` is Keras's order, in which it counts the outputs of a model: mappings by their sorted keys.
    """
    if isinstance(structure, TensorKey):
        return [(name or structure.layer, structure)]
    if isinstance(structure, dict):
        keys = sorted(structure) if in_order else list(structure)
        return [pair for key in keys for pair in _named(structure[key], key, in_order)]
    return [pair for item in structure for pair in _named(item, name, in_order)]


def _nothing(value: Any) -> bool:
    return value is None or (isinstance(value, list | tuple) and all(_nothing(item) for item in value))


def _full(value: Any) -> bool:
    """Whether there is nothing but tensors and arrays in a list of lists."""
    if isinstance(value, TensorKey | SavedNumbers):
        return True
    return isinstance(value, list | tuple) and bool(value) and all(_full(item) for item in value)


def _leaves(value: Any) -> Iterator[TensorKey | SavedNumbers]:
    """The tensors and arrays of a list of lists."""
    if isinstance(value, TensorKey | SavedNumbers):
        yield value
    else:
        for item in value:
            yield from _leaves(item)
