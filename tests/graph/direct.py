"""A spec's structure -> Keras, by the shortest way: an oracle that shares no code with modelspec.

Takes the parsed YAML as plain dictionaries; whatever Keras raises is its refusal.
"""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import keras
import numpy as np
import tensorflow as tf

BATCH = 7
"""No other axis has this size, so that one which lies upon the batch is found out."""
LIST_OPS = ("concatenate", "stack", "hstack", "vstack")
_REFERENCE = re.compile(r"(\w+?)(?:@(\d+))?(?:\.(\w+))?\Z")


@dataclass
class Scope:
    """The tensors of one model so far: the outputs of each name, of each call, and of the step above."""

    inputs: dict[str, Any]
    names: dict[str, list[Any]] = field(default_factory=dict)
    calls: dict[str, list[list[Any]]] = field(default_factory=dict)
    above: list[Any] = field(default_factory=list)
    output_names: dict[int, list[str]] = field(default_factory=dict)
    every: list[Any] = field(default_factory=list)


class Direct:
    """Keras objects for the shared layers and models of one spec, and the steps of its models one by one."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self.spec = spec
        self.shared: dict[str, Any] = {}
        self.models: dict[str, Any] = {}
        self.model_outputs: dict[str, list[str]] = {}
        self.scopes: list[Scope] = []
        self.outputs: list[Any] = []
        self.trained: list[Any] = []

    def build(self) -> Any:
        """The Keras model of the whole spec."""
        for name in self.spec.get("shared", {}):
            self.shared_layer(name)
        for name in self.spec.get("models", {}):
            self.model(name)
        scope = self.scope(self.spec["inputs"])
        for step in self.spec["layers"]:
            self.step(scope, step)
        outputs = self.spec.get("outputs") or {}
        found = {name: self.output(scope, name, spec or {}, len(outputs)) for name, spec in outputs.items()}
        self.outputs = list(found.values()) or scope.above
        self.trained = [found[name] for name, spec in outputs.items() if (spec or {}).get("loss")]
        return keras.Model(scope.inputs, found or {"last": self.one(scope.above)})

    def run(self) -> None:
        """Compute every tensor of every model on random data, as inference and as training do."""
        for scope in self.scopes:
            model = keras.Model(scope.inputs, scope.every)
            arrays = {name: _data(tensor) for name, tensor in scope.inputs.items()}
            specs = {name: tf.TensorSpec(tensor.shape, tensor.dtype) for name, tensor in scope.inputs.items()}
            for training in (False, True):
                call = tf.function(partial(self.compute, model, scope, training), input_signature=[specs])
                computed, _ = call(arrays)
                for tensor, value in zip(scope.every, keras.tree.flatten(computed), strict=True):
                    if not _is(value.shape, tensor.shape) or value.dtype.name != tensor.dtype:
                        raise ValueError(f"{tensor} became {value.dtype.name} {value.shape}")
                    if value.shape[:1] != (BATCH,) and any(tensor is output for output in self.outputs):
                        raise ValueError(f"the output {tensor} does not have a row for each row: {value.shape}")

    def compute(self, model: Any, scope: Scope, training: bool, inputs: dict[str, Any]) -> Any:
        """The tensors of a model, and the losses of those that are outputs with a loss."""
        computed = model(inputs, training=training)
        pairs = zip(scope.every, keras.tree.flatten(computed), strict=True)
        trained = [value for tensor, value in pairs if any(tensor is output for output in self.trained)]
        return computed, [keras.losses.MeanSquaredError()(tf.zeros_like(value), value) for value in trained]

    def masks(self) -> list[tuple[int | None, ...] | None]:
        """The shape of the mask that comes with every tensor of the spec's own model, in a step of training."""
        scope, found = self.scopes[-1], []
        model = keras.Model(scope.inputs, scope.every)

        def step(inputs: dict[str, Any]) -> Any:
            computed = model(inputs, training=True)
            for value in keras.tree.flatten(computed):
                mask = getattr(value, "_keras_mask", None)
                found.append(None if mask is None else tuple(mask.shape))
            return computed

        specs = {name: tf.TensorSpec(tensor.shape, tensor.dtype) for name, tensor in scope.inputs.items()}
        tf.function(step, input_signature=[specs]).get_concrete_function()
        return found

    def output(self, scope: Scope, name: str, spec: dict[str, Any], count: int) -> Any:
        """The tensor of a declared output."""
        if "from" in spec:
            return self.tensor(scope, spec["from"])
        return self.tensor(scope, name) if name in scope.names or count > 1 else self.one(scope.above)

    def scope(self, inputs: dict[str, Any]) -> Scope:
        """A model's start: its inputs."""
        made = {}
        for name, spec in inputs.items():
            shape, dtype = (spec, "float32") if isinstance(spec, list) else (spec["shape"], spec.get("dtype"))
            made[name] = keras.Input(tuple(shape), dtype=dtype, name=name)
        names = {name: [tensor] for name, tensor in made.items()}
        scope = Scope(made, names, above=next(iter(names.values())) if len(names) == 1 else [])
        self.scopes.append(scope)
        return scope

    def model(self, name: str) -> Any:
        """A nested model, built when it is first asked for."""
        if name not in self.models:
            spec = self.spec["models"][name]
            scope = self.scope(spec["inputs"])
            for step in spec["layers"]:
                self.step(scope, step)
            self.finish(name, scope)
        return self.models[name]

    def finish(self, name: str, scope: Scope) -> None:
        """The nested model of these steps and the outputs that the spec gives it."""
        spec = self.spec["models"][name]
        outputs = spec.get("outputs")
        if outputs is None:
            tensors, names = [self.one(scope.above)], ["last"]
        elif isinstance(outputs, dict):
            tensors, names = [self.tensor(scope, reference) for reference in outputs.values()], list(outputs)
        else:
            listed = outputs if isinstance(outputs, list) else [outputs]
            tensors, names = [self.tensor(scope, reference) for reference in listed], listed
        inputs = list(scope.inputs.values())
        single = [tensors[0] if len(tensors) == 1 else tensors, inputs[0] if len(inputs) == 1 else inputs]
        self.models[name] = keras.Model(single[1], single[0], name=name)
        self.models[name].trainable = spec.get("trainable", True)
        self.model_outputs[name] = names

    def step(self, scope: Scope, step: dict[str, Any]) -> list[Any]:
        """Take one step; its outputs."""
        given = self.given(scope, step["from"]) if "from" in step else self.one(scope.above)
        kind = next(key for key in step if key not in ("from", "name"))
        if kind == "call":
            target = step["call"]
            result = self.call(target, given)
        elif kind.startswith("ops."):
            result, target = self.op(kind, step[kind] or {}, given), None
        else:
            result, target = apply(self.layer({kind: step[kind]}), given), None
        outputs = keras.tree.flatten(result)
        if target is not None:
            scope.calls.setdefault(target, []).append(outputs)
            scope.output_names[id(outputs)] = self.model_outputs.get(target, [])
        if "name" in step:
            scope.names[step["name"]] = outputs
        scope.above = outputs
        scope.every.extend(outputs)
        return outputs

    def call(self, target: str, given: Any) -> Any:
        """Call a shared layer or a nested model."""
        if target in self.spec.get("models", {}):
            model = self.model(target)
            names = [tensor.name for tensor in model.inputs]
            if isinstance(given, dict):
                return model(self.one([given[name] for name in names], True))
            return model(given)
        return apply(self.shared_layer(target), given)

    def shared_layer(self, name: str) -> Any:
        """The one layer of this name."""
        if name not in self.shared:
            self.shared[name] = self.layer(self.spec["shared"][name])
        return self.shared[name]

    def layer(self, written: Any) -> Any:
        """`Name: arguments`, or the name of a shared layer or model, as a Keras layer."""
        if isinstance(written, str) and written in self.spec.get("models", {}):
            return self.model(written)
        if isinstance(written, str) and written in self.spec.get("shared", {}):
            return self.shared_layer(written)
        name, arguments = (written, None) if isinstance(written, str) else next(iter(written.items()))
        found = getattr(keras.layers, name)
        if arguments is None:
            return found()
        if not isinstance(arguments, dict):
            wrapper = issubclass(found, keras.layers.Wrapper)
            return found(self.layer(arguments) if wrapper else _argument(arguments))
        return found(
            **{key: self.layer(value) if key == "layer" else _argument(value) for key, value in arguments.items()}
        )

    def op(self, kind: str, constants: Any, given: Any) -> Any:
        """A function of keras.ops; what `from` gives takes the parameters that are not constants, in order."""
        function: Any = keras
        for part in kind.split("."):
            function = getattr(function, part)
        if isinstance(given, dict):
            return function(**given, **constants)
        if kind.split(".")[-1] in LIST_OPS:
            return function(given if isinstance(given, list) else [given], **constants)
        values = given if isinstance(given, list) else [given]
        free = [name for name in inspect.signature(function).parameters if name not in constants]
        if len(values) > len(free):
            raise TypeError(f"{kind} takes {len(free)} tensors; received {len(values)}")
        return function(**dict(zip(free, values, strict=False)), **constants)

    def given(self, scope: Scope, written: Any) -> Any:
        """What `from` means: a tensor, a list, or arguments by name."""
        if isinstance(written, dict):
            return {name: self.given(scope, value) for name, value in written.items()}
        if isinstance(written, list):
            return [self.tensor(scope, item) for item in written]
        return self.tensor(scope, written) if isinstance(written, str) else written

    def tensor(self, scope: Scope, reference: str) -> Any:
        """One tensor by its reference."""
        match = _REFERENCE.match(reference)
        assert match is not None, reference
        name, node, output = match.groups()
        if node is not None:
            outputs = scope.calls[name][int(node)]
        elif name in scope.names:
            outputs = scope.names[name]
        else:
            (outputs,) = scope.calls[name]
        if output is None:
            return self.one(outputs)
        return outputs[int(output) if output.isdigit() else scope.output_names[id(outputs)].index(output)]

    @staticmethod
    def one(outputs: list[Any], several: bool = False) -> Any:
        """The only one of these outputs; with `several`, all of them where there are more."""
        if several and len(outputs) != 1:
            return outputs
        (only,) = outputs
        return only


def apply(layer: Any, given: Any) -> Any:
    """Call a layer with tensors or with arguments by name."""
    return layer(**given) if isinstance(given, dict) else layer(given)


def _argument(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _data(tensor: Any) -> Any:
    shape = [BATCH if axis == 0 else 5 if size is None else size for axis, size in enumerate(tensor.shape)]
    return tf.cast(np.random.default_rng(0).integers(0, 2, shape), tensor.dtype)


def _is(computed: Any, promised: Any) -> bool:
    return len(computed) == len(promised) and all(
        want is None or want == got for got, want in zip(computed, promised, strict=True)
    )
