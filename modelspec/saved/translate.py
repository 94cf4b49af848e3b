"""A described Keras model -> the language: `inputs`, `shared`, `models`, `layers` and `outputs` as plain values.

A layer that is called more than once, or from several models, becomes `shared`; an inner model one of `models`; `x[...]`
and the like become `ops`. What Keras only computes to pass masks on is kept where a layer is called with it. The switch
`training` of a call is not: fit, evaluate and predict give each layer their own.
"""

from __future__ import annotations

import heapq
import inspect
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Any

from modelspec.catalogue.entry import Layer
from modelspec.catalogue.kinds import find
from modelspec.catalogue.layers import LAYERS_LEFT_OUT
from modelspec.catalogue.ops import find_op
from modelspec.saved.arguments import layer_arguments, plain
from modelspec.saved.description import Composition, NodeCall, Part, TensorKey, flat
from modelspec.saved.identity import Thing, Things
from modelspec.saved.masks import Masks
from modelspec.saved.naming import Names
from modelspec.saved.operations import operations, several_outputs
from modelspec.saved.problem import LeftOut, SavedProblem

Vocabulary = Callable[[str], str | None]
"""Given the group of a lookup layer: the text of the vocabulary that it learned, or None."""


@dataclass(frozen=True, slots=True)
class Translation:
    """The model in the language, and where each of its layers keeps its weights."""

    values: dict[str, Any]
    groups: dict[str, str]
    """Stable path of a layer (`encoder`, `vision/conv`) -> its group in `model.weights.h5`."""
    names: dict[str, str]
    """Keras's name of a layer of the outermost model -> the reference to it, where the two differ."""


def translate(model: Composition, what: str, taken: Collection[str], vocabulary: Vocabulary) -> Translation:
    """The model in the language. Raises `SavedProblem` where a spec cannot hold it.

    `taken` are names that shared layers and models must not have; `what` names the file in messages.
    """
    state = _Translator(Things(model, what), Names(taken), vocabulary)
    values = state.whole(model)
    if state.left_out:
        name, why = state.left_out[0]
        more = f"; nor can {len(state.left_out) - 1} others" if len(state.left_out) > 1 else ""
        message = f"{what}: the layer '{name}' cannot stand in a spec: {why}{more}"
        raise SavedProblem("MS625", message, "take the part of the model without it, or load the model with Keras")
    return Translation(values, state.groups, state.renamed)


class _Translator:
    """What has been translated so far."""

    def __init__(self, things: Things, names: Names, vocabulary: Vocabulary) -> None:
        self.things = things
        self.names = names
        self.vocabulary = vocabulary
        self.left_out: list[tuple[str, str]] = []
        self.groups: dict[str, str] = {}
        self.renamed: dict[str, str] = {}
        for thing in things.all:
            if thing.part.inner is not None or thing.uses > 1:
                thing.name = names.give(thing.part.name)

    def whole(self, model: Composition) -> dict[str, Any]:
        """The whole spec."""
        shared: dict[str, Any] = {}
        models: dict[str, Any] = {}
        for thing in self.things.all:
            if thing.name is not None and thing.part.inner is not None:
                models[thing.name] = _Graph(self, thing.part.inner, thing.name).values()
            elif thing.name is not None:
                shared[thing.name] = self.layer(thing.part, thing)
                self.groups[thing.name] = thing.group
        main = _Graph(self, model, "")
        values = main.values()
        self.renamed = main.renamed()
        made = {"modelspec": 1, "name": Names().give(model.name), "inputs": values["inputs"]}
        if shared:
            made["shared"] = shared
        if models:
            made["models"] = models
        return {**made, "layers": values["layers"], "outputs": values["outputs"]}

    def layer(self, part: Part, thing: Thing | None) -> dict[str, Any]:
        """A layer with its arguments, `{Dense: {units: 10}}`; what cannot stand in a spec is noted."""
        try:
            return self._layer(part, thing)
        except LeftOut as left_out:
            self.left_out.append((part.name, str(left_out)))
            return {"Identity": None}

    def _layer(self, part: Part, thing: Thing | None) -> dict[str, Any]:
        entry = self.entry(part)
        given: dict[str, Any] = {}
        for key, items in part.wrapped.items():
            written = [self.wrapped(item, part) for item in items]
            given[key] = written if isinstance(part.config.get(key), list) else written[0]
        config = dict(part.config)
        if part.class_name in ("StringLookup", "IntegerLookup", "TextVectorization"):
            config["vocabulary"] = self.learned(config, None if thing is None else thing.group)
        arguments = layer_arguments(entry, config, given)
        return {part.class_name: arguments or None}

    def wrapped(self, part: Part, around: Part) -> Any:
        """A layer inside of another: in place, or by its name."""
        thing = self.things.of(part)
        if thing.name is None:
            if around.class_name == "Bidirectional":  # which sets this anew in both directions
                own = {key: value for key, value in part.config.items() if key != "zero_output_for_mask"}
                part = replace(part, config=own)
            return self._layer(part, None)
        if around.class_name not in ("TimeDistributed", "SpectralNormalization"):
            raise LeftOut(f"it shares '{part.name}', which it holds, with another layer")
        return thing.name

    @staticmethod
    def entry(part: Part) -> type[Layer]:
        """The class of the catalogue. Raises `LeftOut` where there is none."""
        if part.custom is not None:
            raise LeftOut(f"{part.custom} is a class of your own")
        if part.class_name in LAYERS_LEFT_OUT:
            raise LeftOut(LAYERS_LEFT_OUT[part.class_name])
        entry = find("layer", part.class_name) if part.module == "keras.layers" else None
        if entry is None:
            raise LeftOut(f"{part.class_name} is no layer that a spec has")
        assert issubclass(entry, Layer)
        return entry

    def learned(self, config: dict[str, Any], group: str | None) -> Any:
        """The vocabulary of a lookup layer: its argument, or what `adapt` found."""
        given = config.get("vocabulary")
        text = None if given is not None or group is None else self.vocabulary(group)
        if text is None:
            return given
        if config.get("output_mode") in ("tf_idf", "tf-idf"):
            raise LeftOut("the weights of the words that it learned stand beside its vocabulary, where a spec has none")
        words = text.splitlines()
        while words and not words[-1]:
            words.pop()
        if config.get("vocabulary_dtype") != "int64":
            return words
        try:
            return [int(word) for word in words]
        except ValueError as error:
            raise LeftOut("its vocabulary has something other than whole numbers") from error


class _Graph:
    """One model while it is translated: its names, and its calls in an order in which they can be made."""

    def __init__(self, state: _Translator, model: Composition, key: str) -> None:
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
        self.masks = Masks(model, self.takes_mask)

    def values(self) -> dict[str, Any]:
        """The model as `models` has it."""
        inputs = {self.local[part.name, 0]: self.input(part) for _, part in self.inputs}
        steps: list[dict[str, Any]] = []
        for part, call in self.ordered():
            if part.kind != "op" or self.masks.needs(part, call):
                steps += self.step(part, call)
        outputs: dict[str, str] = {}
        given = Names()
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
        ready = [(places[name], call, name) for (name, call), count in waits.items() if not count]
        heapq.heapify(ready)
        order: list[tuple[Part, int]] = []
        while ready:
            _, call, name = heapq.heappop(ready)
            order.append((self.parts[name], call))
            for item in leads.get((name, call), ()):
                waits[item] -= 1
                if not waits[item]:
                    heapq.heappush(ready, (places[item[0]], item[1], item[0]))
        if len(order) < len(waits):
            message = (
                f"{self.state.things.what}: the layers of '{self.model.name}' take each other's tensors in a circle"
            )
            raise SavedProblem("MS624", message, "save the model anew with keras.Model.save")
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
            entry = self.state.entry(part)
        except LeftOut:
            return False
        if "Tensors" not in str(entry.infer.__annotations__.get("return")):
            return False
        if "return_attention_scores" in _parameters(entry):
            return any(call.keywords.get("return_attention_scores") for call in part.calls)
        inner = part.wrapped["layer"][0].config if part.class_name == "Bidirectional" else part.config
        return inner.get("return_state") is not False or part.config.get("merge_mode", "") is None

    def takes_mask(self, part: Part) -> bool:
        """Whether a spec can call this with a mask."""
        if part.kind != "layer" or part.custom is not None:
            return False
        try:
            return "mask" in _parameters(self.state.entry(part))
        except LeftOut:
            return False

    def step(self, part: Part, index: int) -> list[dict[str, Any]]:
        """The steps of one call; what cannot stand in a spec is noted."""
        call = part.calls[index]
        try:
            if part.kind == "op":
                return self.op(part, index, call)
            if part.kind == "input":
                raise LeftOut("it is an input that something is fed to")
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
        known = _parameters(self.state.entry(part))
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
        if isinstance(value, list | tuple):
            if all(isinstance(item, TensorKey) for item in flat(value)) and _full(value):
                return [self.text(item) for item in flat(value)]
            raise LeftOut(f"it is called with a list of more than tensors for `{key}`")
        if value is None or isinstance(value, bool | int | float):
            return plain(value, key)
        raise LeftOut(f"it is called with something for `{key}` that a spec cannot hold")

    def model_inputs(self, part: Part, call: NodeCall) -> dict[str, str]:
        """The tensors of an inner model's call by the names of its inputs."""
        assert part.inner is not None
        for key, value in call.keywords.items():
            if key == "mask" and not _nothing(value):
                self.masks.check_automatic(part, call)
            elif key not in ("mask", "training", "inputs"):
                raise LeftOut(f"it is called with the argument `{key}`, which a spec cannot give it")
        given = call.arguments[0] if call.arguments else call.keywords.get("inputs")
        inner = _Graph.input_names(self.state, part.inner)
        structure = part.inner.inputs
        if isinstance(given, dict) and isinstance(structure, dict):
            pairs = [(structure[name], given.get(name)) for name in structure]
        elif isinstance(given, dict):
            pairs = [(item, given.get(item.layer)) for item in flat(structure)]
        else:
            tensors = list(flat(given))
            if len(tensors) != sum(1 for _ in flat(structure)):
                raise LeftOut("it is called with a number of tensors that is not that of its inputs")
            pairs = list(zip(flat(structure), tensors, strict=True))
        if not all(isinstance(item, TensorKey) and isinstance(value, TensorKey) for item, value in pairs):
            raise LeftOut("it is called with something other than a tensor for each of its inputs")
        return {inner[item.layer]: self.text(value) for item, value in pairs}

    @staticmethod
    def input_names(state: _Translator, model: Composition) -> dict[str, str]:
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
    """Whether there is nothing but tensors in a list of lists."""
    if isinstance(value, TensorKey):
        return True
    return isinstance(value, list | tuple) and bool(value) and all(_full(item) for item in value)
