"""Which argument of a layer begins which of its weights, through wrappers and cells; and whether an array fits the weight.

No TensorFlow here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from modelspec.catalogue.entry import Layer
from modelspec.catalogue.initializers import Constant, Initializer, npz
from modelspec.catalogue.layers.naming import default_names
from modelspec.catalogue.layers.rules import default_name
from modelspec.catalogue.tensor import Refusal, Weight, shape_text

Argument = tuple[str | int, ...]
"""The way to an argument as a spec writes it: `("layer", "LSTM", "kernel_initializer")`."""


class Beginning(NamedTuple):
    """A weight, the argument that begins it, and what that is set to.

    `asked` are the shapes that Keras asks the initializer for: mostly the weight's own.
    """

    weight: Weight
    argument: Argument
    initializer: Any
    asked: tuple[tuple[int, ...], ...]


def beginnings(layer: Any, weights: tuple[Weight, ...]) -> Iterator[Beginning]:
    """Each of a layer's weights that an argument begins. `weights` are what its `new_weights` returns."""
    inside = _inside(layer)
    for weight in weights:
        within = next((item for item in inside if weight.name.startswith(f"{item[0]}/")), None)
        if within is None:
            argument = _argument(layer, weight.name.rsplit("/", 1)[-1])
            if argument is not None:
                yield Beginning(weight, (argument,), getattr(layer, argument), _asked(layer, weight))
            continue
        prefix, way, inner = within
        own = weight._replace(name=weight.name.removeprefix(f"{prefix}/"))
        for found in beginnings(inner, (own,)):
            yield found._replace(weight=weight, argument=(*way, type(inner).__name__, *found.argument))


def _inside(layer: Any) -> list[tuple[str, Argument, Layer]]:
    """The layers in a layer's arguments: what their weights are called, the way to them, and they themselves."""
    found: list[tuple[str, Argument, Any]] = []
    for name in ("layer", "cell"):
        inner = getattr(layer, name, None)
        if isinstance(inner, Layer) and type(layer).__name__ == "Bidirectional":
            other = layer.backward_layer
            found.append((f"forward_{default_name(inner)}", (name,), inner))
            found.append((f"backward_{default_name(inner)}", (name,), inner) if other is None else _backward(other))
        elif isinstance(inner, Layer):
            found.append((default_name(inner), (name,), inner))
    for name in ("cells", "layers"):
        several = getattr(layer, name, None)
        if isinstance(several, tuple) and all(isinstance(item, Layer) for item in several):
            found += [(called, (name, at), several[at]) for at, called in enumerate(default_names(several))]
    return [item for item in found if isinstance(item[2], Layer)]


def _backward(layer: Any) -> tuple[str, Argument, Any]:
    return default_name(layer), ("backward_layer",), layer


def _argument(layer: Any, weight: str) -> str | None:
    """The argument that begins a weight of the layer's own."""
    begun = {"reverse_embeddings": "embeddings"}.get(weight, weight)
    names = [f"{begun}_initializer", f"{begun.removesuffix('_kernel')}_initializer"]
    names += ["depthwise_initializer"] if weight == "kernel" else []
    return next((name for name in names if name in type(layer).model_fields), None)


def _asked(layer: Any, weight: Weight) -> tuple[tuple[int, ...], ...]:
    """The bias of an LSTM is put together of parts, of which `unit_forget_bias` makes one."""
    if getattr(layer, "unit_forget_bias", False) and weight.name.rsplit("/", 1)[-1] == "bias":
        return ((weight.shape[0] // 4,), (weight.shape[0] // 2,))
    return (weight.shape,)


def has_arrays(layer: Any) -> bool:
    """Whether an initializer among the arguments of a layer, or of those in it, is an array."""
    for name in getattr(layer, "model_fields_set", ()):
        value = getattr(layer, name)
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Initializer) and _shape(item) not in (None, ()):
                return True
            if isinstance(item, Layer) and has_arrays(item):
                return True
    return False


def check_arrays(layer: Any, weights: tuple[Weight, ...]) -> None:
    """Refuse an array that does not fit the weight that it begins."""
    for found in beginnings(layer, weights):
        shape = _shape(found.initializer)
        if shape in (None, ()):
            continue
        assert shape is not None
        whole = isinstance(found.initializer, npz)
        fits = shape == found.weight.shape if whole else all(_stretches(shape, asked) for asked in found.asked)
        if not fits:
            name = found.weight.name
            message = f"the array has shape {shape_text(shape)}; expected {shape_text(found.weight.shape)} for `{name}`"
            help = "give an array of that shape, or the layer other sizes"
            if len(found.asked) > 1 and not whole:
                help = "`unit_forget_bias` makes a part of the bias: set it to false, or give one number"
            raise Refusal("MS408", message, help, way=found.argument)


def _shape(initializer: Any) -> tuple[int, ...] | None:
    """The shape of an initializer that is an array; () for one number, None where it is none or not known."""
    if isinstance(initializer, npz):
        return None if initializer.header is None else initializer.header.shape
    return initializer.shape if isinstance(initializer, Constant) else None


def _stretches(shape: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    """Whether an array of a shape can be repeated to another."""
    pairs = zip(reversed(shape), reversed(wanted), strict=False)
    return len(shape) <= len(wanted) and all(own in (1, other) for own, other in pairs)
