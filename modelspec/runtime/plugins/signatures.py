"""An imported package -> its stub: what it registers with Keras, by the signatures of its classes and functions."""

from __future__ import annotations

import inspect
import os
import sys
import types
from collections.abc import Iterable
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import keras

from modelspec.plugins.entries import BASE_ARGUMENTS
from modelspec.plugins.sources import digests
from modelspec.plugins.stub import OBJECT_TYPES, STUB_VERSION, Kind, Stub, StubArgument, StubCallArgument, StubObject


class Unusable(Exception):
    """Why a spec cannot use an object."""


_NAME_AND_BASE = {"name", "trainable", "dtype"}
_KINDS: tuple[tuple[type, Kind], ...] = (
    (keras.layers.Layer, "layer"),
    (keras.losses.Loss, "loss"),
    (keras.metrics.Metric, "metric"),
    (keras.optimizers.Optimizer, "optimizer"),
    (keras.optimizers.schedules.LearningRateSchedule, "schedule"),
    (keras.initializers.Initializer, "initializer"),
    (keras.regularizers.Regularizer, "regularizer"),
    (keras.constraints.Constraint, "constraint"),
)


def stub_of(package: str) -> Stub:
    """The stub of a package that is imported, without anything that a user wrote into an older one."""
    found, left_out = {}, {}
    for name, item in registered(package).items():
        try:
            found[name] = _described(name, item)
        except Unusable as why:
            left_out[name] = str(why)
    sources = source_digests(package)
    values: dict[str, Any] = {"modelspec_stub": STUB_VERSION, "package": package, "sources": sources, "objects": found}
    return Stub(**values, **({"left_out": left_out} if left_out else {}))


def registered(package: str) -> dict[str, Any]:
    """What modules of the package register, by registered name."""
    objects = keras.saving.get_custom_objects()
    top = package.partition(".")[0]
    own = {name: item for name, item in objects.items() if str(item.__module__).partition(".")[0] == top}
    return {name: own[name] for name in sorted(own) if ">" in name.strip(">")}


def source_digests(package: str) -> dict[str, str]:
    """Digests of the files in which the objects are defined, by their paths below the folder of the package."""
    parent = _folder_above(package)
    files = {_file(item) for item in registered(package).values()} - {None}
    paths = [os.path.relpath(file, parent).replace(os.sep, "/") for file in files if file is not None]
    return digests([path for path in paths if not path.startswith("..")], parent)


def _folder_above(package: str) -> str:
    file = sys.modules[package.partition(".")[0]].__file__ or ""
    folder = os.path.dirname(os.path.abspath(file))
    return os.path.dirname(folder) if os.path.basename(file).startswith("__init__.") else folder


def _file(item: Any) -> str | None:
    try:
        return inspect.getsourcefile(item)
    except (TypeError, OSError):
        return None


def _described(name: str, item: Any) -> StubObject:
    about = (inspect.getdoc(item) or "").partition("\n\n")[0]
    told: dict[str, Any] = {"about": " ".join(about.split())[:300]} if about and "__doc__" in vars(item) else {}
    if not inspect.isclass(item):
        return StubObject(kinds=_function_kinds(item), function=True, **told)
    kind = next((kind for base, kind in _KINDS if issubclass(item, base)), None)
    if kind is None:
        raise Unusable(
            f"{item.__name__} is not a kind of object that a spec can name: layer, loss, metric, optimizer, …"
        )
    parameters = [
        parameter
        for parameter in list(inspect.signature(item.__init__).parameters.values())[1:]
        if item.__init__ is not object.__init__
    ]
    open_ended = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters)
    named = {item.name for item in parameters}
    _require_base(item.__name__, kind, named, open_ended)
    base = [name for name in BASE_ARGUMENTS.get(kind, ()) if open_ended or name in named]
    own = _own(parameters, kind, base)
    hints = _hints(item.__init__)
    told["arguments"] = {parameter.name: _argument(parameter, hints.get(parameter.name)) for parameter in own}
    if base:
        told["base_arguments"] = tuple(base)
    if kind == "layer":
        told["call"] = _call(item)
    if kind == "metric" and isinstance(_default(parameters, "name"), str):
        told["name"] = _default(parameters, "name")
    return StubObject(kinds=(kind,), **told)


def _function_kinds(function: Any) -> tuple[Kind, ...]:
    """A function of two arguments is a loss and a metric, a function of one an activation."""
    parameters = inspect.signature(function).parameters.values()
    needed = [item for item in parameters if item.default is item.empty and item.kind is item.POSITIONAL_OR_KEYWORD]
    if any(item.kind is item.KEYWORD_ONLY and item.default is item.empty for item in parameters) or len(needed) > 2:
        raise Unusable(f"the function {function.__name__} takes neither (y_true, y_pred) nor one tensor")
    if len(needed) == 2:
        return ("loss", "metric")
    if len(needed) == 1:
        return ("activation",)
    raise Unusable(f"the function {function.__name__} takes neither (y_true, y_pred) nor one tensor")


def _require_base(name: str, kind: Kind, named: Iterable[str], open_ended: bool) -> None:
    """Keras hands a layer its name, and all that its configuration says when it is loaded; a metric its name."""
    needed = {"layer": _NAME_AND_BASE, "metric": {"name"}}.get(kind, set())
    missing = [item for item in sorted(needed) if item not in named]
    if missing and not open_ended:
        words = " and ".join(f"`{item}`" for item in missing)
        raise Unusable(f"its `__init__` does not take {words}: add `**kwargs`, and pass them to `super().__init__`")


def _own(parameters: list[inspect.Parameter], kind: Kind, base: list[str]) -> list[inspect.Parameter]:
    own = []
    for item in parameters:
        if item.kind is item.POSITIONAL_ONLY:
            raise Unusable(f"its argument `{item.name}` has a name that a spec cannot use")
        if item.kind in (item.VAR_POSITIONAL, item.VAR_KEYWORD) or item.name in base:
            continue
        if item.name == "name" and kind != "metric":
            continue  # a layer is named by its step, and the name of a loss says nothing
        own.append(item)
    return own


def _default(parameters: list[inspect.Parameter], name: str) -> Any:
    return next((item.default for item in parameters if item.name == name), None)


def _hints(function: Any) -> dict[str, Any]:
    try:
        return get_type_hints(function)
    except Exception:  # whatever an annotation computes; a type that is not known is not checked
        return {}


def _argument(parameter: inspect.Parameter, hint: Any) -> StubArgument:
    told: dict[str, Any] = {}
    if parameter.default is not parameter.empty:
        plain = _plain(parameter.default)
        told = {"optional": True} if plain is Ellipsis else {"default": plain}
    choices = _choices(hint)
    if choices:
        return StubArgument(**told, choices=choices)
    return StubArgument(**told, type=_type(parameter, hint))


def _choices(hint: Any) -> tuple[Any, ...]:
    """The values of `Literal["a", "b"]`, also of one that may be None."""
    if get_origin(hint) is Literal:
        found = get_args(hint)
        return found if all(item is None or isinstance(item, str | int) for item in found) else ()
    if get_origin(hint) in (Union, types.UnionType):
        parts = [part for part in get_args(hint) if part is not type(None)]
        if len(parts) == 1 and len(parts) < len(get_args(hint)) and _choices(parts[0]):
            return (*_choices(parts[0]), None)
    return ()


_TYPES = {int: "int", float: "float", bool: "bool", str: "str", type(None): "null"}


def _type(parameter: inspect.Parameter, hint: Any) -> str:
    """The type by annotation; else by the argument's name, as Keras names its own; else by the default."""
    for kind in OBJECT_TYPES:
        if parameter.name == kind or parameter.name.endswith(f"_{kind}"):
            return kind
    if hint is not None:
        found = _annotated(hint)
        if parameter.default is None and "null" not in found.split(" | ") and found != "any":
            found += " | null"
        return found
    default = parameter.default
    if isinstance(default, bool):
        return "bool"
    if isinstance(default, int | float):
        return "float"  # 1 is often written where 0.5 is meant to be taken too
    return "str" if isinstance(default, str) else "any"


def _annotated(hint: Any) -> str:
    if hint in _TYPES:
        return _TYPES[hint]
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        parts = list(dict.fromkeys(_annotated(part) for part in inner))
        return "any" if "any" in parts else " | ".join(parts)
    if origin in (list, tuple) and inner:
        parts = list(dict.fromkeys(_annotated(part) for part in inner if part is not Ellipsis))
        return f"list[{parts[0]}]" if len(parts) == 1 and "|" not in parts[0] else "any"
    return "any"


def _plain(value: Any) -> Any:
    """A default as JSON has it; `...` where it has none for it."""
    if value is None or isinstance(value, bool | int | str) or (isinstance(value, float) and value - value == 0):
        return value
    if isinstance(value, list | tuple):
        items = [_plain(item) for item in value]
        return ... if ... in items else items
    return ...


def _call(layer: Any) -> dict[str, StubCallArgument]:
    """The arguments of the layer's call that a spec can fill: tensors, and switches."""
    found: dict[str, StubCallArgument] = {}
    parameters = list(inspect.signature(layer.call).parameters.values())[1:]
    for item in parameters:
        if item.kind is item.VAR_POSITIONAL and not found:
            raise Unusable(f"its `call` takes `*{item.name}`: name its arguments, or take a list of tensors")
        if item.kind in (item.VAR_POSITIONAL, item.VAR_KEYWORD) or item.name == "training":
            continue
        tensor = item.default in (item.empty, None) and _hints(layer.call).get(item.name) not in (bool, int, float, str)
        found[item.name] = StubCallArgument(tensor=tensor, optional=item.default is not item.empty)
    if not found or not next(iter(found.values())).tensor:
        raise Unusable("its `call` takes no tensor")
    return found
