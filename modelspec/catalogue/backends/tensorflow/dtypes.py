"""The dtypes that TensorFlow has no kernel for, by what a layer does, though Keras's symbolic call accepts them.

A layer calls the rule for what it does where it looks at its tensors. Measured; no TensorFlow here.
"""

from __future__ import annotations

from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.tensor import Refusal, Tensor
from modelspec.catalogue.types import FLOAT_DTYPES

_FLOATS = "declare the input as float32"
_UNSIZED = ("bool", "uint8", "uint16", "uint32", "uint64")
"""What it knows no size of."""
_COUNTED = ("int32", "int64", "float32", "float64")
"""What it can count in."""
_RANGED = ("float32", "int32", "int64", "float16", "bfloat16", "float64")
"""What it makes a range of numbers in."""
_WITHOUT_QR = ("bfloat16",)
_PENALTIES = {"bool": ("L1", "L2"), **dict.fromkeys(("int32", "int64", "uint32"), ("L1", "L2", "L1L2"))}
"""The regularizers that it can compute of outputs that are no floats, by their dtype: whole numbers are cut off."""
_NO_IMAGES: dict[str, tuple[str, ...]] = {
    "CutMix": ("float16", "bfloat16"),
    "RandomElasticTransform": ("float16",),
    "RandomErasing": ("float16",),
    "RandomGaussianBlur": ("float16",),
}
"""The dtypes that layers of images cannot compute in."""


def refuse_other_than_float(layer: Layer, inputs: Tensor) -> None:
    """Refuse what Keras does not cast to a float."""
    if inputs.dtype not in FLOAT_DTYPES:
        raise Refusal(
            "MS405",
            f"{type(layer).__name__} needs floating-point inputs; received dtype {inputs.dtype}",
            help="declare the input as float32, or turn it into floats with a layer such as Rescaling",
        )


def refuse_truth_values(layer: Layer, inputs: Tensor) -> None:
    """Refuse booleans, where it computes with numbers only."""
    if inputs.dtype == "bool":
        raise Refusal("MS405", f"{type(layer).__name__} works on numbers; received dtype bool", help=_FLOATS)


def refuse_unsized(layer: Layer, inputs: Tensor) -> None:
    """Refuse what has no absolute value."""
    if inputs.dtype in _UNSIZED:
        raise Refusal("MS405", f"{type(layer).__name__} works on numbers; received dtype {inputs.dtype}", help=_FLOATS)


def refuse_uncountable(layer: Layer, mode: str, dtype: str) -> None:
    """Refuse to count in a dtype that it cannot count in."""
    if dtype not in _COUNTED:
        raise Refusal(
            "MS405",
            f"{type(layer).__name__} with `output_mode` {mode} cannot work in {dtype}",
            help=f"choose one of {', '.join(_COUNTED)} as `dtype`",
            argument="dtype",
        )


def refuse_images(layer: Layer) -> None:
    """Refuse a layer of images that computes in a dtype for which there is no kernel."""
    name, dtype = type(layer).__name__, layer.compute_dtype
    if dtype in _NO_IMAGES.get(name, ()):
        raise Refusal(
            "MS405",
            f"{name} cannot compute in {dtype}: TensorFlow has no kernel for it",
            help="give this layer `dtype: float32`",
            argument="dtype",
        )


def refuse_dropped(layer: Layer, inputs: Tensor, computed: str, argument: str) -> None:
    """Refuse inputs that stay in a dtype other than that in which they are dropped."""
    raise Refusal(
        "MS405",
        f"{type(layer).__name__} with `dropout` needs inputs of the dtype that its cell computes in, {computed}; "
        f"received dtype {inputs.dtype}",
        help=f"declare the input as {computed}, or leave out `dropout`",
        argument=argument,
    )


def refuse_mixed_cells(layer: Layer, dtypes: set[str]) -> None:
    """Refuse cells one upon the other that compute in several dtypes."""
    if len(dtypes) > 1:
        raise Refusal(
            "MS405",
            f"{type(layer).__name__}: stacked cells must compute in one dtype; received {', '.join(sorted(dtypes))}",
            help="give the stack and its cells the same `dtype`",
            argument="cell",
        )


def has_qr(dtype: str) -> bool:
    """Whether it finds the orthogonal factor of a matrix."""
    return dtype not in _WITHOUT_QR


def has_range(dtype: str) -> bool:
    """Whether it makes a range of numbers of this dtype."""
    return dtype in _RANGED


def has_penalty(regularizer: str, dtype: str) -> bool:
    """Whether it can compute a regularizer of outputs of this dtype."""
    return "float" in dtype or regularizer in _PENALTIES.get(dtype, ())
