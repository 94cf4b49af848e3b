"""`config.json` -> the layers of a functional or Sequential model and their calls, every part of the structure checked.

Knows Keras's format for models and nothing of what a single layer means; never imports what the text names.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple, NoReturn

from modelspec.catalogue.types import MAX_DIM
from modelspec.saved.limits import SavedLimits
from modelspec.saved.problem import SavedProblem

Kind = Literal["input", "layer", "op", "model"]
_WRAPPED = ("layer", "backward_layer", "cell", "cells", "layers")
"""The arguments of Keras's layers that are layers."""


class TensorKey(NamedTuple):
    """A tensor as Keras names it: the layer, which of its calls, and which output of that call."""

    layer: str
    call: int
    output: int
    shape: tuple[int | None, ...] | None = None


@dataclass(frozen=True, slots=True)
class SavedNumbers:
    """An array that a call was given in place of a tensor: nested lists, and their dtype."""

    value: Any
    dtype: str

    @property
    def sizes(self) -> tuple[int, ...]:
        """Its shape, of which nothing is known but from the first of each list."""
        found, value = [], self.value
        while isinstance(value, list) and value:
            found.append(len(value))
            value = value[0]
        return tuple(found)


class NodeCall(NamedTuple):
    """One call: arguments as Keras was given them, with a `TensorKey` for each tensor."""

    arguments: tuple[Any, ...]
    keywords: dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A layer, an op or an inner model. `shared_id` is Keras's mark of an object that was described before."""

    name: str
    class_name: str
    module: str
    kind: Kind
    config: dict[str, Any]
    calls: tuple[NodeCall, ...]
    shared_id: int | None
    inner: Composition | None
    wrapped: dict[str, tuple[Part, ...]]
    """The layers that its arguments hold, by the argument's name."""
    custom: str | None
    """The name under which a class of the user's own was registered."""


@dataclass(frozen=True, slots=True, eq=False)
class Composition:
    """A functional or Sequential model. `inputs` and `outputs` are a key, or lists or mappings of keys, as in Keras."""

    name: str
    sequential: bool
    trainable: bool
    parts: tuple[Part, ...]
    inputs: Any
    outputs: Any


def read_json(text: bytes, what: str, limits: SavedLimits) -> Any:
    """The value of a JSON text. Raises `SavedProblem` where it is none, or is nested too deeply."""
    try:
        value = json.loads(text)
    except RecursionError as error:
        raise _too_deep(what, limits) from error
    except ValueError as error:
        raise malformed(what, f"it is not JSON: {error}") from error
    level: list[Any] = [value]
    for _ in range(limits.depth):
        level = [
            item
            for container in level
            if isinstance(container, dict | list)
            for item in (container.values() if isinstance(container, dict) else container)
        ]
        if not level:
            return value
    raise _too_deep(what, limits)


def _too_deep(what: str, limits: SavedLimits) -> SavedProblem:
    return malformed(what, f"it is nested more than {limits.depth} levels deep")


def malformed(what: str, why: str) -> SavedProblem:
    """The problem that a description is not one of Keras's."""
    return SavedProblem("MS624", f"{what}: {why}", "save the model again with keras.Model.save")


def read_description(value: Any, what: str, limits: SavedLimits) -> Composition:
    """The model that a parsed `config.json` describes. Raises `SavedProblem` where it does not."""
    reader = _Reader(what, limits)
    whole = reader.mapping(value, "the whole")
    config = reader.field(whole, "config", dict, "the model")
    part = reader.part(whole, config.get("name") or whole.get("class_name"), ())
    if part.inner is None:
        reader.no_layers(part)
    return part.inner


class _Reader:
    """Reads parts; counts them."""

    def __init__(self, what: str, limits: SavedLimits) -> None:
        self.what = what
        self.limits = limits
        self.count = 0

    def fail(self, why: str) -> NoReturn:
        raise malformed(self.what, why)

    def no_layers(self, part: Part) -> NoReturn:
        own = f"'{part.name}' is of the class {part.custom or part.class_name}"
        message = f"{self.what}: {own}, which does not say how its layers are connected"
        raise SavedProblem("MS626", message, "save a functional or a Sequential model")

    def mapping(self, value: Any, where: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            self.fail(f"{where} is not a mapping")
        return value

    def field(self, value: dict[str, Any], key: str, kind: type[Any], where: str = "a layer") -> Any:
        found = value.get(key)
        if not isinstance(found, kind):
            self.fail(
                f"{where} has no `{key}`" if found is None else f"the `{key}` of {where} is not what Keras writes"
            )
        return found

    def part(self, value: Any, name: Any, calls: tuple[NodeCall, ...]) -> Part:
        """A layer, op or model with its calls."""
        self.count += 1
        if self.count > self.limits.layers:
            self.fail(f"it has more than {self.limits.layers:,} layers")
        value = self.mapping(value, "a layer")
        class_name = self.field(value, "class_name", str)
        if not isinstance(name, str) or not name:
            self.fail(f"a layer of the class {class_name[:60]} has no name")
        config = self.field(value, "config", dict, f"'{name}'")
        module = value.get("module")
        module = module if isinstance(module, str) else ""
        registered = value.get("registered_name")
        builtin = module == "keras" or module.startswith("keras.")
        custom = None if builtin and registered in (None, class_name) else str(registered or class_name)
        shared = value.get("shared_object_id")
        kind: Kind = "layer"
        if custom is None and class_name == "InputLayer":
            kind = "input"
        elif custom is None and class_name in ("Functional", "Sequential") and "layers" in config:
            kind = "model"
        elif module.startswith("keras.src.ops."):
            kind = "op"
        inner = None
        if kind == "model":
            composed = self.sequential if class_name == "Sequential" else self.functional
            inner = composed(config, name)
        wrapped = self.wrapped(config, name) if kind == "layer" and custom is None else {}
        mark = shared if isinstance(shared, int) else None
        return Part(name, class_name, module, kind, config, calls, mark, inner, wrapped, custom)

    def wrapped(self, config: dict[str, Any], name: str) -> dict[str, tuple[Part, ...]]:
        """The layers that a layer's arguments hold."""
        found: dict[str, tuple[Part, ...]] = {}
        for key in _WRAPPED:
            value = config.get(key)
            if value is None:
                continue
            items = [
                self.mapping(item, f"`{key}` of '{name}'") for item in (value if isinstance(value, list) else [value])
            ]
            found[key] = tuple(self.part(item, self.field(item, "config", dict).get("name"), ()) for item in items)
        return found

    def functional(self, config: dict[str, Any], name: str) -> Composition:
        parts: dict[str, Part] = {}
        for item in self.field(config, "layers", list, f"'{name}'"):
            item = self.mapping(item, "a layer")
            nodes = self.field(item, "inbound_nodes", list, f"a layer of '{name}'")
            part = self.part(item, item.get("name"), tuple(self.node(node, item) for node in nodes))
            if part.name in parts:
                self.fail(f"'{name}' has two layers named '{part.name}'")
            parts[part.name] = part
        # Keras counts the calls of inner functional models from 1 here, and from 0 everywhere else.
        models = {part.name for part in parts.values() if part.inner is not None and not part.inner.sequential}

        def key(found: TensorKey) -> TensorKey:
            return found._replace(call=found.call - 1) if found.layer in models else found

        outputs = self.keys(config.get("output_layers"), f"the outputs of '{name}'", key)
        inputs = self.keys(config.get("input_layers"), f"the inputs of '{name}'", key)
        made = Composition(name, False, config.get("trainable") is not False, tuple(parts.values()), inputs, outputs)
        self.check_keys(made, parts)
        return made

    def keys(self, value: Any, where: str, key: Callable[[TensorKey], TensorKey]) -> Any:
        if isinstance(value, list) and len(value) == 3 and isinstance(value[0], str):
            return key(self.key(value, where))
        if isinstance(value, dict) and value:
            return {name: self.keys(item, where, key) for name, item in value.items()}
        if isinstance(value, list) and value:
            return [self.keys(item, where, key) for item in value]
        self.fail(f"{where} are missing")

    def key(self, value: Any, where: str) -> TensorKey:
        if not isinstance(value, list) or len(value) != 3 or not isinstance(value[0], str):
            self.fail(f"{where}: a tensor is not named as Keras names it")
        if any(isinstance(item, bool) or not isinstance(item, int) or item < 0 for item in value[1:]):
            self.fail(f"{where}: a tensor of '{value[0]}' is not counted as Keras counts")
        return TensorKey(*value)

    def node(self, value: Any, item: dict[str, Any]) -> NodeCall:
        where = f"a call of '{item.get('name')}'"
        value = self.mapping(value, where)
        arguments = self.argument(self.field(value, "args", list, where), where)
        given = self.field(value, "kwargs", dict, where)
        keywords = {name: self.argument(item, where) for name, item in given.items()}
        return NodeCall(tuple(arguments), keywords)

    def argument(self, value: Any, where: str) -> Any:
        """An argument of a call, as the Python value that it stands for."""
        if isinstance(value, list):
            return [self.argument(item, where) for item in value]
        if not isinstance(value, dict):
            return value
        if "class_name" not in value or "config" not in value:
            return {name: self.argument(item, where) for name, item in value.items()}
        kind = value["class_name"]
        if kind == "__ellipsis__":
            return Ellipsis
        config = self.mapping(value["config"], where)
        if kind == "__keras_tensor__":
            return self.key(config.get("keras_history"), where)._replace(shape=self.shape(config.get("shape"), where))
        if kind == "__slice__":
            return slice(*(self.bound(config.get(name), where) for name in ("start", "stop", "step")))
        if kind in ("__tensor__", "__numpy__"):
            found = SavedNumbers(config.get("value"), str(config.get("dtype") or "float32"))
            return found if found.sizes else found.value
        return value  # of a kind that has no place in a call; told where the call is read

    def shape(self, value: Any, where: str) -> tuple[int | None, ...]:
        sizes = value if isinstance(value, list) else [-1]
        if not all(size is None or (type(size) is int and 0 <= size <= MAX_DIM) for size in sizes):
            self.fail(f"{where}: a tensor without a shape")
        return tuple(sizes)

    def bound(self, value: Any, where: str) -> int | None:
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            self.fail(f"{where}: a slice from or to something that is not a number")
        return value

    def sequential(self, config: dict[str, Any], name: str) -> Composition:
        items = [self.mapping(item, "a layer") for item in self.field(config, "layers", list, f"'{name}'")]
        read = [self.part(item, self.field(item, "config", dict).get("name"), ()) for item in items]
        if not read:
            self.fail(f"'{name}' has no layers")
        if read[0].kind != "input":
            read.insert(0, self.first_input(config, name))
        first = above = TensorKey(read[0].name, 0, 0)
        parts = {read[0].name: read[0]}
        for part in read[1:]:
            before = parts.get(part.name)
            if before is not None and (before.shared_id is None or before.shared_id != part.shared_id):
                self.fail(f"'{name}' has two layers named '{part.name}'")
            calls = before.calls if before is not None else ()
            parts[part.name] = replace(before or part, calls=(*calls, NodeCall((above,), {})))
            above = TensorKey(part.name, len(calls), 0)
        return Composition(name, True, config.get("trainable") is not False, tuple(parts.values()), first, above)

    def first_input(self, config: dict[str, Any], name: str) -> Part:
        """The input that a Sequential model was built for, where it does not name one."""
        shape = config.get("build_input_shape")
        if not isinstance(shape, list):
            message = f"{self.what}: '{name}' was never built, so the shape of its input is not known"
            raise SavedProblem("MS626", message, "call the model on data, or give it a keras.Input, before you save it")
        made = {"batch_shape": shape, "dtype": "float32"}
        return Part("input_layer", "InputLayer", "keras.layers", "input", made, (), None, None, {}, None)

    def check_keys(self, model: Composition, parts: dict[str, Part]) -> None:
        """Refuse tensors of layers and calls that are not there."""
        for key in flat(model.inputs):
            if key.layer in parts and parts[key.layer].kind != "input":
                self.fail(f"'{key.layer}', an input of '{model.name}', is not an input layer")
        fed = {key.layer for key in flat(model.inputs)}
        for key in (*flat(model.inputs), *flat(model.outputs), *_keys_of(parts)):
            part = parts.get(key.layer)
            if part is None:
                self.fail(f"'{model.name}' has no layer '{key.layer}', of which it takes a tensor")
            if key.call >= (1 if part.kind == "input" else len(part.calls)) or key.call < 0:
                self.fail(f"'{key.layer}' has no call {key.call}, of which '{model.name}' takes a tensor")
            if part.kind == "input" and key.layer not in fed:
                self.fail(f"'{key.layer}' is not among the inputs of '{model.name}'")


def _keys_of(parts: dict[str, Part]) -> Iterator[TensorKey]:
    for part in parts.values():
        for call in part.calls:
            yield from flat([*call.arguments, *call.keywords.values()])


def flat(value: Any) -> Iterator[TensorKey]:
    """The tensors of a structure in Keras's order: mappings by their sorted keys."""
    if isinstance(value, TensorKey):
        yield value
    elif isinstance(value, dict):
        for name in sorted(value):
            yield from flat(value[name])
    elif isinstance(value, list | tuple):
        for item in value:
            yield from flat(item)


def without_dtypes(value: Any) -> Any:
    """A structure with the numbers of its arrays alone."""
    if isinstance(value, SavedNumbers):
        return value.value
    if isinstance(value, dict):
        return {name: without_dtypes(item) for name, item in value.items()}
    if isinstance(value, list):
        return [without_dtypes(item) for item in value]
    return value
