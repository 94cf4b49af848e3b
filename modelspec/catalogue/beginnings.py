"""Which argument of a layer begins which of its weights, through wrappers and cells; and whether that can fill the weight.

No TensorFlow here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from modelspec.catalogue.backends.tensorflow.dtypes import has_qr
from modelspec.catalogue.initializers import Constant, npz
from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.layers.naming import default_names
from modelspec.catalogue.layers.rules import default_name
from modelspec.catalogue.names import INITIALIZER_ALIASES, INITIALIZER_IDENTIFIERS
from modelspec.catalogue.ops.numbers import SURELY_A_NUMBER, becomes_infinite
from modelspec.catalogue.tensor import Refusal, Weight, shape_text

Argument = tuple[str | int, ...]
"""The way to an argument as a spec writes it: `("layer", "LSTM", "kernel_initializer")`."""


class BegunWeight(NamedTuple):
    """A weight, the argument that begins it, and what that is set to.

    `asked` are the shapes that Keras asks the initializer for: mostly the weight's own.
    """

    weight: Weight
    argument: Argument
    initializer: Any
    asked: tuple[tuple[int, ...], ...]


def beginnings(layer: Any, weights: tuple[Weight, ...]) -> Iterator[BegunWeight]:
    """Each of a layer's weights that an argument begins. `weights` are what its `new_weights` returns."""
    for weight, argument, initializer, owner in _set_for(layer, weights, "initializer"):
        yield BegunWeight(weight, argument, initializer, _asked(owner, weight))


def set_for(
    layer: Any, weights: tuple[Weight, ...], what: Literal["initializer", "regularizer", "constraint"]
) -> Iterator[tuple[Weight, Argument, Any]]:
    """Each of a layer's weights that such an argument is for, with the way to the argument and its value.

    Regularizers and constraints that are not written are none, and left out.
    """
    if what == "initializer" or _says(layer, f"_{what}"):
        for weight, argument, value, _ in _set_for(layer, weights, what):
            yield weight, argument, value


def _says(layer: Any, ending: str) -> bool:
    """Whether a layer, or one in its arguments, is given an argument whose name ends so."""
    return any(name.endswith(ending) for name in layer.model_fields_set) or any(
        _says(inner, ending) for inner in layer.inner()
    )


def _set_for(layer: Any, weights: tuple[Weight, ...], what: str) -> Iterator[tuple[Weight, Argument, Any, Any]]:
    """The same, with the layer whose argument it is."""
    inside = _inside(layer)
    for weight in weights:
        within = next((item for item in inside if weight.name.startswith(f"{item[0]}/")), None)
        if within is None:
            argument = _argument(layer, weight.name.rsplit("/", 1)[-1], what)
            if argument is not None:
                yield weight, (argument,), getattr(layer, argument), layer
            continue
        prefix, way, inner = within
        own = weight._replace(name=weight.name.removeprefix(f"{prefix}/"))
        for _, argument_inside, value, owner in _set_for(inner, (own,), what):
            yield weight, (*way, type(inner).__name__, *argument_inside), value, owner


def _inside(layer: Any) -> list[tuple[str, Argument, Layer]]:
    """The layers in a layer's arguments: what their weights are called, the way to them, and they themselves."""
    found: list[tuple[str, Argument, Any]] = []
    for name in ("layer", "cell"):
        if name not in type(layer).model_fields:  # asking the object for what it has not takes much longer
            continue
        inner = getattr(layer, name, None)
        if isinstance(inner, Layer) and hasattr(layer, "backward_layer"):  # two copies of it, or one and another
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


def _argument(layer: Any, weight: str, what: str) -> str | None:
    """The argument that begins a weight of the layer's own, or that is another such thing of it."""
    begun = {"reverse_embeddings": "embeddings"}.get(weight, weight)
    names = [f"{begun}_{what}", f"{begun.removesuffix('_kernel')}_{what}"]
    names += [f"depthwise_{what}"] if weight == "kernel" else []
    return next((name for name in names if name in type(layer).model_fields), None)


def _asked(layer: Any, weight: Weight) -> tuple[tuple[int, ...], ...]:
    """The bias of an LSTM is put together of parts, of which `unit_forget_bias` makes one."""
    if getattr(layer, "unit_forget_bias", False) and weight.name.rsplit("/", 1)[-1] == "bias":
        return ((weight.shape[0] // 4,), (weight.shape[0] // 2,))
    return (weight.shape,)


def is_particular(layer: Any) -> bool:
    """Whether an initializer of a layer, or of those in it, cannot fill every weight: few are worth a look at each."""
    if getattr(layer, "variable_dtype", None) == "bfloat16":
        return True  # some begin with orthogonal matrices by themselves
    for name in getattr(layer, "model_fields_set", ()):
        value = getattr(layer, name)
        for item in value if isinstance(value, tuple) else (value,):
            if name.endswith("_initializer") and (item is None or _needs(item)):
                return True
            if isinstance(item, Layer) and is_particular(item):
                return True
    return False


def _needs(initializer: Any) -> bool:
    """Whether it asks something of the weight that it is to fill."""
    axes = getattr(initializer, "input_axes", None) is not None and initializer.output_axes is not None
    large = isinstance(initializer, Constant) and _largest(initializer.value) > SURELY_A_NUMBER
    return axes or large or kind_of(initializer) in _MATRICES or _shape(initializer) not in (None, ())


_MATRICES = ("Identity", "Orthogonal")


def kind_of(initializer: Any) -> str:
    """The class of an initializer, however a spec calls it."""
    name = initializer if isinstance(initializer, str) else type(initializer).__name__
    name = INITIALIZER_IDENTIFIERS.get(name, name)
    return INITIALIZER_ALIASES.get(name, name)


def check_beginnings(layer: Any, weights: tuple[Weight, ...]) -> None:
    """Refuse an initializer that cannot fill the weight that it begins, as Keras does when the layer is built."""
    for weight, argument, initializer, owner in _set_for(layer, weights, "initializer"):
        if initializer is None:
            _check_given(weight, argument, owner)
        check_filling(BegunWeight(weight, argument, initializer, _asked(owner, weight)))


def check_filling(found: BegunWeight) -> None:
    """The same for one weight."""
    _check_matrix(found)
    _check_axes(found)
    _check_array(found)
    _check_numbers(found)


def _check_numbers(found: BegunWeight) -> None:
    """Refuse a number that the weight's dtype has not: it would begin infinite."""
    if isinstance(found.initializer, Constant):
        number = _largest(found.initializer.value)
        if becomes_infinite(number, found.weight.dtype):
            message = f"Constant: expected numbers of {found.weight.dtype}, as `{found.weight.name}` is; received {number:.7g}"
            raise Refusal("MS405", message, "write a smaller number", way=found.argument)


def _largest(value: Any) -> float:
    """The size of the largest of nested numbers."""
    return max(map(_largest, value)) if isinstance(value, tuple) else abs(value)


def _check_given(weight: Weight, argument: Argument, owner: Any) -> None:
    """Refuse null where Keras calls the initializer without asking whether there is one."""
    name = str(argument[-1])
    if name in owner.never_null and getattr(owner, "unit_forget_bias", True):
        message = f"{type(owner).__name__} cannot take null as `{name}`: `{weight.name}` needs an initializer"
        raise Refusal("MS408", message, "leave it out, or write `zeros` or another initializer", way=argument)


def _check_matrix(found: BegunWeight) -> None:
    """Identity fills two axes and no others, Orthogonal two or more; that is computed by QR, which lacks bfloat16."""
    kind = kind_of(found.initializer)
    if kind not in _MATRICES:
        return
    name = found.weight.name
    for shape in found.asked:
        if (len(shape) != 2) if kind == "Identity" else (len(shape) < 2):
            axes = "2 axes" if kind == "Identity" else "2 axes or more"
            message = f"{kind} fills weights of {axes}; `{name}` has shape {shape_text(found.weight.shape)}"
            help = (
                f"start it from {'zeros or ones' if len(shape) < 2 else 'another initializer, such as glorot_uniform'}"
            )
            raise Refusal("MS408", message, help, way=found.argument)
    if kind == "Orthogonal" and not has_qr(found.weight.dtype):
        message = (
            f"Orthogonal cannot fill a weight of {found.weight.dtype}, such as `{name}`: TensorFlow has no QR for it"
        )
        help = (
            f"write `{found.argument[-1]}: glorot_uniform`, or `dtype: mixed_bfloat16`, which keeps weights in float32"
        )
        raise Refusal("MS405", message, help, way=found.argument)


def _check_axes(found: BegunWeight) -> None:
    """`input_axes` and `output_axes` say what axes of the weight are counted; Keras looks at both or at none."""
    given = {name: getattr(found.initializer, name, None) for name in ("input_axes", "output_axes")}
    if None in given.values():
        return
    for argument, axes in given.items():
        for shape in found.asked:
            missing = next((axis for axis in axes or () if not -len(shape) <= axis < len(shape)), None)
            if missing is not None:
                message = f"{argument}: {missing} is not an axis of `{found.weight.name}`, which has shape {shape_text(shape)}"
                help = f"use axes from {-len(shape)} to {len(shape) - 1}" if shape else "leave them out"
                way = (*found.argument, type(found.initializer).__name__, argument)
                raise Refusal("MS408", message, help, way=way)


def _check_array(found: BegunWeight) -> None:
    """Refuse an array that does not fit the weight that it begins."""
    shape = _shape(found.initializer)
    if shape in (None, ()):
        return
    assert shape is not None
    whole = isinstance(found.initializer, npz)
    fits = shape == found.weight.shape if whole else all(_stretches(shape, asked) for asked in found.asked)
    if not fits:
        name = found.weight.name
        message = f"the array has shape {shape_text(shape)}; expected {shape_text(found.weight.shape)} for `{name}`"
        help = "give an array of that shape, or change the sizes of the layer"
        if len(found.asked) > 1 and not whole:
            help = "`unit_forget_bias` fills a part of the bias: set it to false, or give one number"
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
