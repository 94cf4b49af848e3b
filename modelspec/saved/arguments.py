"""The arguments that Keras saved of a layer -> the arguments that a spec gives it; those equal to a default are left out.

Knows the catalogue's classes by their fields only. What a spec cannot contain raises `LeftOut`.
"""

from __future__ import annotations

from functools import cache
from math import isfinite
from typing import Any

from modelspec.catalogue.entry import Entry
from modelspec.catalogue.kinds import KINDS, find
from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.types import Nested
from modelspec.saved.problem import LeftOut

_ANY = object()
_NOT_SAID: dict[str, dict[str, Any]] = {
    "IntegerLookup": {"vocabulary_size": _ANY},
    "StringLookup": {"vocabulary_size": _ANY, "oov_method": "floormod"},
    "TextVectorization": {"vocabulary_size": _ANY},
}
"""What Keras saves of a layer beside its arguments, with the value at which it says nothing."""
_OPERATIONS = "keras.src.ops.nn"
_FUNCTIONS: dict[str, str] = {
    "Celu": "celu",
    "Elu": "elu",
    "Gelu": "gelu",
    "HardShrink": "hard_shrink",
    "LeakyRelu": "leaky_relu",
    "LogSoftmax": "log_softmax",
    "SoftShrink": "soft_shrink",
    "Softmax": "softmax",
    "Sparsemax": "sparsemax",
    "Squareplus": "squareplus",
    "Threshold": "threshold",
}
"""Keras's classes of operations that are activations, where they have arguments, and the functions they are."""
_DTYPES: dict[str, str] = {"Hashing": "int64", "HashedCrossing": "int64"}
"""The dtype of a layer that is not float32 where nothing is said."""
_POLICIES = ("float32", "float16", "bfloat16", "float64", "mixed_float16", "mixed_bfloat16")


def layer_arguments(entry: type[Entry], config: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a layer in the order of its fields. `given` has those that are layers, as a spec writes them."""
    values = {key: value for key, value in config.items() if key not in ("name", "dtype")}
    skipped = _NOT_SAID.get(entry.__name__, {})
    fields, kinds = entry.model_fields, nested_kinds(entry)
    if entry.__name__ == "Discretization" and values.get("bin_boundaries") is not None:
        values["num_bins"] = None  # what the boundaries were made from
    made: dict[str, Any] = {}
    for key, value in values.items():
        if key in given:
            made[key] = given[key]
        elif key in fields:
            translated = _value(kinds[key].kind, value) if key in kinds else plain(value, f"`{key}`")
            if key in kinds or not _same(translated, fields[key].get_default()):
                made[key] = translated
        elif value is not None and not (key in skipped and skipped[key] in (_ANY, value)):
            raise LeftOut(f"its argument `{key}` does not exist in a spec")
    for key, nested in kinds.items():
        if key in made and key not in given and _same_object(nested.kind, made[key], fields[key].get_default()):
            del made[key]
    policy = _policy(config.get("dtype"))
    if policy not in (None, _DTYPES.get(entry.__name__, "float32")):
        if policy not in _POLICIES:
            raise LeftOut(f"its dtype is {policy}, which a spec cannot give a layer")
        made["dtype"] = policy
    return {key: made[key] for key in fields if key in made}


def _policy(value: Any) -> str | None:
    """The name of a dtype policy."""
    if isinstance(value, dict):
        config = value.get("config")
        if value.get("class_name") not in ("DTypePolicy", "FloatDTypePolicy") or not isinstance(config, dict):
            raise LeftOut(f"its dtype is a {value.get('class_name')}, which a spec cannot contain")
        value = config.get("name")
    if value is not None and not isinstance(value, str):
        raise LeftOut("its dtype is not a name")
    return value


def op_arguments(entry: type[Entry], values: dict[str, Any]) -> dict[str, Any]:
    """The constants of a function, those equal to a default left out."""
    made = {key: plain(value, f"`{key}`") for key, value in values.items()}
    fields = entry.model_fields
    return {key: value for key, value in made.items() if not _same(value, fields[key].get_default())}


@cache
def nested_kinds(entry: type[Entry]) -> dict[str, Nested]:
    """The fields that hold objects, and of which kind."""
    return {
        name: item for name, field in entry.model_fields.items() for item in field.metadata if isinstance(item, Nested)
    }


def plain(value: Any, what: str) -> Any:
    """A value of numbers, texts, lists and mappings; Keras's forms of arrays become lists, a generator its seed."""
    if isinstance(value, list | tuple):
        return [plain(item, what) for item in value]
    if not isinstance(value, dict):
        if isinstance(value, float) and not isfinite(value):
            raise LeftOut(f"{what} is {value}, which is not a finite number")
        if value is None or isinstance(value, bool | int | float | str):
            return value
        raise LeftOut(f"{what} is something that a spec cannot contain")
    if "class_name" not in value or "config" not in value:
        return {str(key): plain(item, what) for key, item in value.items()}
    kind, config = value["class_name"], value["config"]
    if kind in ("__tensor__", "__numpy__") and isinstance(config, dict):
        return plain(config.get("value"), what)
    if kind == "SeedGenerator" and isinstance(config, dict):
        return plain(config.get("seed"), what)
    raise LeftOut(f"{what} is {_called(value)}, which a spec cannot contain")


def _called(value: dict[str, Any]) -> str:
    """What an object that Keras described is called."""
    kind, config = value.get("class_name"), value.get("config")
    if kind == "__lambda__":
        return "a Python lambda"
    if kind == "function":
        return f"the Python function {config!r}"
    return f"an object of the class {value.get('registered_name') or kind}"


def _value(kind: str, value: Any) -> Any:
    """An object of a kind, as a spec writes it."""
    if isinstance(value, list):
        return [_value(kind, item) for item in value]
    if not isinstance(value, dict):
        return plain(value, f"its {kind}")
    name, config, module = value.get("class_name"), value.get("config"), value.get("module")
    if name == "function" and isinstance(config, str) and config in KINDS[kind].choices:
        return config
    function = _FUNCTIONS.get(str(name), name) if kind == "activation" and module == _OPERATIONS else name
    entry = find(kind, function) if isinstance(function, str) and isinstance(config, dict) else None
    if entry is None or not isinstance(module, str) or module not in (entry.keras_module, _OPERATIONS):
        raise LeftOut(f"its {kind} is {_called(value)}, which a spec cannot contain")
    assert isinstance(config, dict)
    if issubclass(entry, Layer):
        settings = layer_arguments(entry, config, {})
        return {entry.__name__: settings} if settings else entry.__name__
    given = {key: item for key, item in config.items() if key != "name"}
    unknown = [key for key, item in given.items() if key not in entry.model_fields and item is not None]
    if unknown:
        raise LeftOut(f"its {kind} {name} has the argument `{unknown[0]}`, which a spec does not have")
    known = {key: item for key, item in given.items() if key in entry.model_fields}
    kinds = nested_kinds(entry)
    arguments = {
        key: _value(kinds[key].kind, item) if key in kinds else plain(item, f"`{key}` of its {kind}")
        for key, item in known.items()
    }
    arguments = {key: item for key, item in arguments.items() if not _same(item, entry.model_fields[key].get_default())}
    return {entry.__name__: arguments} if arguments else entry.__name__


def _same(value: Any, default: Any) -> bool:
    """Whether a value is the default, lists and tuples alike; true is not 1."""
    if isinstance(value, list) and isinstance(default, tuple | list):
        return len(value) == len(default) and all(_same(*pair) for pair in zip(value, default, strict=True))
    return type(value) is type(default) and bool(value == default)


def _same_object(kind: str, value: Any, default: Any) -> bool:
    """Whether an object without arguments is the default, by whichever of its names."""
    if not isinstance(value, str) or not isinstance(default, str):
        return value is None and default is None
    identifiers = KINDS[kind].identifiers
    return identifiers.get(value, value) == identifiers.get(default, default)
