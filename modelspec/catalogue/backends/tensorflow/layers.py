"""What TensorFlow has no kernel for, though Keras's symbolic call of a layer accepts it.

Measured: every layer ran forwards and backwards on tensors of 1 to 8 axes and under each precision. No TensorFlow here.
"""

from __future__ import annotations

from typing import Any

from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.tensor import Refusal, Tensor, shape_text

_POOLING_3D = ("AdaptiveAveragePooling3D", "AdaptiveMaxPooling3D", "AveragePooling3D", "MaxPooling3D")
_NOWHERE: dict[str, tuple[str, ...]] = {
    "bfloat16": (
        "AugMix", "RandAugment", "RandomPerspective", "RandomRotation", "RandomShear", "RandomTranslation", "RandomZoom",
    ),
    "float64": _POOLING_3D,
}  # fmt: skip
"""Layers by the dtype that they cannot compute in."""
_NOT_ON_A_PROCESSOR: dict[str, tuple[str, ...]] = {"float16": _POOLING_3D}
"""The same where no GPU is at hand."""
_NOT_OF_WHOLE: dict[str, tuple[str, ...]] = {
    "AdaptiveMaxPooling1D": ("uint32", "uint64", "bool"),
    "AdaptiveMaxPooling2D": ("uint32", "uint64", "bool"),
    "MaxPooling1D": ("uint32", "uint64", "bool"),
    "MaxPooling2D": ("uint32", "uint64", "bool"),
}
"""Layers by the dtypes of whole numbers that they cannot be given: those are not cast."""
_MOST_AXES = 8
"""So many axes a broadcast may have."""


def refuse_layer_without_kernel(layer: Layer, given: dict[str, Any]) -> None:
    """Refuse a layer that fails when the model runs, for the dtype that it computes in or the axes of its tensors."""
    for inside in _with_inner(layer):
        name, dtype = type(inside).__name__, inside.compute_dtype
        if name in _NOWHERE.get(dtype, ()):
            help = "write `dtype: float32` for this layer"
            raise Refusal("MS405", f"{name} cannot compute in {dtype}", help, argument="dtype")
    first = next((item for item in given.values() if isinstance(item, Tensor)), None)
    if first is not None:
        _of_whole(layer, first.computed or first.dtype)
    check = _OF_AXES.get(type(layer).__name__)
    if first is not None and check is not None:
        check(layer, first)


def _of_whole(layer: Any, dtype: str) -> None:
    name = type(layer).__name__
    penalty = name == "ActivityRegularization" and (layer.l1 or layer.l2) and dtype in ("int8", "int16")
    if penalty or dtype in _NOT_OF_WHOLE.get(name, ()):
        raise Refusal("MS405", f"{name} does not work on {dtype}", "cast it first: `ops.cast: float32`")


def missing_on_a_processor(layer: Layer) -> tuple[str, str] | None:
    """The layer and the dtype that it can compute in on a GPU only."""
    for inside in _with_inner(layer):
        if type(inside).__name__ in _NOT_ON_A_PROCESSOR.get(inside.compute_dtype, ()):
            return type(inside).__name__, inside.compute_dtype
    return None


def _with_inner(layer: Any) -> list[Layer]:
    if not isinstance(layer, Layer):
        return []
    return [layer, *(item for inner in layer.inner() for item in _with_inner(inner))]


def _softmax(layer: Any, inputs: Tensor) -> None:
    if isinstance(layer.axis, tuple) and len(layer.axis) > 1:
        from modelspec.catalogue.backends.tensorflow.arguments import MOST_GROUPS, groups_of_axes  # few have several

        if groups_of_axes(inputs.rank, layer.axis) > MOST_GROUPS:
            message = f"Softmax cannot run along axes that are separated in so many places: {list(layer.axis)}"
            raise Refusal("MS408", message, "move them side by side first, with Permute", argument="axis")
        _few_axes("Softmax over several axes", inputs.rank, shape_text(inputs.shape))


def _attention(layer: Any, query: Tensor) -> None:
    along = query.rank - 2 if layer.attention_axes is None else len(layer.attention_axes)
    if along > 1:  # each of them twice in the scores
        _few_axes(f"MultiHeadAttention along {along} axes", query.rank + along, shape_text(query.shape))


def _few_axes(what: str, axes: int, received: str) -> None:
    if axes > _MOST_AXES:
        message = (
            f"{what} makes a tensor of {axes} axes, and TensorFlow broadcasts at most {_MOST_AXES}; received {received}"
        )
        raise Refusal("MS401", message, "merge axes first, with Reshape")


_OF_AXES: dict[str, Any] = {"MultiHeadAttention": _attention, "Softmax": _softmax}
