"""An object of a stub -> a class of the catalogue, which reads and checks arguments as those of Keras's own do.

Knows no package and no TensorFlow. Shapes are unknown, unless the stub tells them or `measure` asks Keras.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import reduce
from operator import or_
from types import new_class
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

from pydantic import AfterValidator, model_validator
from pydantic_core import PydanticCustomError
from typing_extensions import Self

from modelspec.catalogue.entry import Entry
from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.layers.rules import refuse_untaken
from modelspec.catalogue.losses.loss import Loss, Reduction, TargetKind
from modelspec.catalogue.metrics.metric import Metric, Name
from modelspec.catalogue.optimizers.optimizer import BaseOptimizer, LearningRate
from modelspec.catalogue.tensor import Refusal, Shape, StateTensors, Tensor, Tensors, UnknownResult, Weight, shape_text
from modelspec.catalogue.types import (
    Activation,
    Bool,
    Constraint,
    DtypePolicy,
    Float,
    Initializer,
    Int,
    Regularizer,
    Text,
)
from modelspec.plugins.plugins import UNWRITTEN
from modelspec.plugins.stub import Kind, StubArgument, StubObject, alternatives


class Measured(NamedTuple):
    """What Keras says of a call: its outputs in order, and the weights that the layer makes."""

    outputs: Tensors
    weights: tuple[Weight, ...]


Measure = Callable[["PluginLayer", dict[str, Any]], Measured]
"""Asks Keras for the outputs and weights of a layer for tensors by the names of its call's arguments."""


class PluginLayer(Layer):
    """A layer of a package."""

    measure: ClassVar[Measure | None] = None
    output_shape: ClassVar[Any] = None
    call_names: ClassVar[tuple[str, ...]] = ()

    @model_validator(mode="after")
    def _takes_what_it_takes(self) -> Self:
        refuse_untaken(self)
        return self

    def outputs(self, *tensors: Any, **more: Any) -> Tensor | Tensors:
        """The outputs of a call. Raises `UnknownResult` where only the package knows them."""
        bound = {**dict(zip(self.call_names, tensors, strict=False)), **more}
        told, measure = self._told_shape(bound), type(self).measure
        if measure is None:
            if told is None:
                raise UnknownResult("", "")
            return Tensor(told, self.compute_dtype)
        found = measure(self, bound).outputs
        if told is not None and [told] != [output.shape for output in found]:
            name, real = type(self).__name__, ", ".join(shape_text(output.shape) for output in found)
            message = f"{name} gives {real}, where `output_shape` of its stub says {shape_text(told)}"
            raise Refusal("MS643", message, "correct `output_shape` in the stub, or remove it")
        return found[0] if len(found) == 1 else found

    def new_weights(self, *tensors: Any, **more: Any) -> tuple[Weight, ...]:
        """The weights made for these tensors. Raises `UnknownResult` where only the package knows them."""
        measure = type(self).measure
        if measure is None:
            raise UnknownResult("", "")
        return measure(self, {**dict(zip(self.call_names, tensors, strict=False)), **more}).weights

    def _told_shape(self, bound: dict[str, Any]) -> Shape | None:
        told = type(self).output_shape
        if told is None:
            return None
        first = bound[self.call_names[0]]
        while not isinstance(first, Tensor):
            first = first[0]
        return first.shape if told == "same" else (first.shape[0] if first.shape else None, *told)


class PluginLoss(Loss):
    """A loss of a package."""

    @property
    def class_axis(self) -> int | None:
        """The last axis, where the stub says that targets are classes."""
        return -1 if self.targets in ("classes", "one_hot") else None

    def target_shape(self, output: Tensor) -> Shape:
        """The output's shape; for class numbers without its last axis."""
        whole = super().target_shape(output)
        return whole[:-1] if self.targets == "classes" else whole


class PluginMetric(Metric):
    """A metric of a package."""

    direction: ClassVar[Literal["up", "down"] | None] = None


class _Optimizer(Entry):
    keras_module: ClassVar[str] = "keras.optimizers"


class _Schedule(Entry):
    keras_module: ClassVar[str] = "keras.optimizers.schedules"


class _Initializer(Entry):
    keras_module: ClassVar[str] = "keras.initializers"


class _Regularizer(Entry):
    keras_module: ClassVar[str] = "keras.regularizers"


class _Constraint(Entry):
    keras_module: ClassVar[str] = "keras.constraints"


_BASES: dict[str, type[Entry]] = {
    "layer": PluginLayer,
    "loss": PluginLoss,
    "metric": PluginMetric,
    "optimizer": _Optimizer,
    "schedule": _Schedule,
    "initializer": _Initializer,
    "regularizer": _Regularizer,
    "constraint": _Constraint,
}
_SHARED: dict[str, dict[str, tuple[Any, Any]]] = {
    "loss": {"reduction": (Reduction, "sum_over_batch_size"), "dtype": (DtypePolicy | None, None)},
    "metric": {"name": (Name | None, None), "dtype": (DtypePolicy | None, None)},
}
"""Arguments that all losses and metrics take, their types and defaults."""
BASE_ARGUMENTS: dict[str, tuple[str, ...]] = {
    "layer": tuple(Layer.model_fields),
    "optimizer": tuple(name for name in BaseOptimizer.model_fields if name != "learning_rate"),
    **{kind: tuple(fields) for kind, fields in _SHARED.items()},
}
"""What all objects of a kind take, beside their own arguments."""


def entry_class(name: str, kind: Kind, told: StubObject, measure: Measure | None) -> type[Entry]:
    """The class for a registered name: its fields are the object's arguments."""
    base = _BASES[kind]
    annotations: dict[str, Any] = {}
    values: dict[str, Any] = {
        "__module__": __name__,
        "__qualname__": name,
        "__doc__": told.about,
        "registered_name": name,
    }
    for argument, item in told.arguments.items():
        annotations[argument] = LearningRate if argument == "learning_rate" else _annotation(item)
        if not item.required:
            values[argument] = _frozen(item.default) if item.has_default else UNWRITTEN
    if kind == "optimizer" and set(BASE_ARGUMENTS["optimizer"]) <= set(told.base_arguments):
        base = BaseOptimizer
    for argument, (annotation, default) in _SHARED.get(kind, {}).items():
        if argument in told.base_arguments:
            annotations[argument], values[argument] = annotation, default
    if kind == "layer":
        values["untaken"] = tuple(item for item in BASE_ARGUMENTS["layer"] if item not in told.base_arguments)
        values.update(measure=measure, output_shape=told.output_shape, call_names=tuple(told.call))
        values["infer"] = _infer(told)
    if kind == "loss" and told.targets is not None:
        targets: TargetKind = told.targets
        values["targets"] = targets
    if kind == "metric" and told.name is not None:
        values["keras_name"] = told.name
    return new_class(name, (base,), exec_body=lambda body: body.update(values, __annotations__=annotations))


def _infer(told: StubObject) -> Callable[..., Tensor | Tensors]:
    """The shape rule, with a parameter for each argument of the layer's call."""

    def infer(self: PluginLayer, *tensors: Any, **more: Any) -> Tensor | Tensors:
        return self.outputs(*tensors, **more)

    parameters = [inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)]
    for name, item in told.call.items():
        default = None if item.optional else inspect.Parameter.empty
        annotation: Any = Tensors | StateTensors if item.tensor else bool
        parameters.append(
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        )
    infer.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return infer


_TYPES: dict[str, Any] = {
    "int": Int,
    "float": Float,
    "bool": Bool,
    "str": Text,
    "null": type(None),
    "initializer": Initializer,
    "regularizer": Regularizer,
    "constraint": Constraint,
    "activation": Activation,
}


def _plain(value: Any) -> Any:
    """Values that Keras makes no object of: a mapping with the keys of one is refused."""
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
        _plain(item)
    for key in value if isinstance(value, dict) else ():
        if key in _KEYS_OF_OBJECTS or key.startswith("__"):
            raise PydanticCustomError("plain", "a plain value, without the key `{key}`", {"key": key})
    return value


_KEYS_OF_OBJECTS = ("class_name", "module", "registered_name", "config", "custom_objects", "_target_")
_ANY = Annotated[Any, AfterValidator(_plain)]


def _annotation(item: StubArgument) -> Any:
    if item.choices:
        return Literal[item.choices]
    parts = alternatives(item.type)
    if any(part in _TYPES and part not in ("int", "float", "bool", "str", "null") for part in parts):
        return _TYPES[next(part for part in parts if part in _TYPES and part != "null")]
    return reduce(or_, [_one(part) for part in parts])


def _one(part: str) -> Any:
    if part.startswith("list["):
        return list[_one(part[5:-1])]  # type: ignore[misc]
    return _ANY if part == "any" else _TYPES[part]


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value
