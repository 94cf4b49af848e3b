"""What TensorFlow has no kernel for, though Keras's symbolic call accepts it and says so only when data comes.

Measured: every function ran on a tensor of each dtype. The letters stand for dtypes: h half (float16), d double, i whole with
a sign, u whole without, b bool, c complex, s string.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from modelspec.catalogue.backends.tensorflow.arguments import refuse_arguments_without_kernel
from modelspec.catalogue.backends.tensorflow.limits import refuse_dtype, refuse_too_many_axes
from modelspec.catalogue.ops.op import Op
from modelspec.catalogue.promotion import NoCommonDtype, result_type
from modelspec.catalogue.tensor import Refusal, Tensor, shape_text

_FAILS: dict[str, tuple[str, ...]] = {
    "b": ("view",),
    "c": ("ctc_decode",
        "arctan2", "ceil", "erfc", "floor", "logaddexp", "logaddexp2", "median", "nan_to_num", "nanstd", "nanvar",
        "quantile",
    ),
    "s": (
        "abs", "absolute", "all", "any", "argpartition", "bincount", "cbrt", "conj", "conjugate", "correlate",
        "cumprod", "cumsum", "deg2rad", "diag", "diagflat", "diagonal", "diff", "dot", "exp", "expm1", "fabs",
        "full_like", "glu", "hard_shrink", "hypot", "i0", "inner", "layer_normalization", "logical_and", "logical_not",
        "logical_or", "logical_xor", "matmul", "meshgrid", "multi_hot", "multiply", "nanprod", "nansum", "norm",
        "one_hot", "ones_like", "outer", "power", "prod", "rad2deg", "real", "reciprocal", "rgb_to_grayscale",
        "rms_normalization", "rsqrt", "select", "sigmoid", "sign", "signbit", "silu", "slice_update", "square",
        "squareplus", "std", "subtract", "sum", "swish", "take_along_axis", "tanh_shrink", "tensordot", "trace", "tril",
        "triu", "vander", "vdot", "where",
    ),
    "bs": ("einsum", "fold", "unfold", "view_as_real"),
    "cs": (
        "amax", "amin", "argmax", "argmin", "argsort", "celu", "clip", "elu", "erf", "erfinv", "floor_divide", "fmax",
        "fmin", "gelu", "greater", "greater_equal", "hard_sigmoid", "hard_silu", "hard_swish", "hard_tanh", "heaviside",
        "leaky_relu", "less", "less_equal", "log_sigmoid", "log_softmax", "logsumexp", "max", "maximum", "min", "minimum",
        "nanargmax", "nanargmin", "nancumprod", "nancumsum", "nanmax", "nanmin", "normalize", "percentile", "ptp", "relu",
        "relu6", "round", "saturate_cast", "selu", "soft_shrink", "softmax", "softplus", "softsign", "sort",
        "sparse_plus", "sparse_sigmoid", "threshold", "trunc",
    ),
    "ub": ("cdist",),
    "us": ("negative",),
    "bcs": ("affine_transform", "cross", "fmod", "max_pool", "mod", "resize", "searchsorted", "top_k", "unravel_index"),
    "hcs": ("sparsemax", "ssim"),
    "ubs": ("geomspace", "moments", "psnr"),
    "hdcs": ("exp2",),
    "iubs": ("batch_normalization", "inv", "qr"),
    "ubcs": ("conv", "dot_product_attention", "extract_patches"),
    "hiubs": (
        "cholesky_inverse", "det", "eig", "eigh", "logdet", "lstsq", "lu_factor", "slogdet", "solve", "solve_triangular",
        "svd",
    ),
    "iubcs": (
        "average_pool", "binary_crossentropy", "categorical_crossentropy", "depthwise_conv", "extract_patches_3d",
        "isfinite", "isinf", "isnan", "map_coordinates", "nanmedian", "nanpercentile", "nanquantile",
        "perspective_transform", "separable_conv", "sobel_edges",
    ),
    "hiubcs": (
        "cholesky", "elastic_transform", "fft", "fft2", "gaussian_blur", "ifft2", "irfft", "istft", "matrix_rank", "pinv",
        "polar", "rfft", "scale_and_translate", "stft",
    ),
}  # fmt: skip
_NOT_IN_BFLOAT16 = frozenset({
    "cholesky", "cholesky_inverse", "det", "eigh", "inv", "logdet", "matrix_rank", "pinv", "qr", "rfft", "slogdet", "stft", "svd",
})  # fmt: skip
_FAILING = {name: letters for letters, names in _FAILS.items() for name in names}
_ROLES = frozenset({
    "ctc_decode", "ctc_loss", "dot_product_attention", "full_like", "map_coordinates", "one_hot", "perspective_transform",
    "affine_transform", "searchsorted", "select", "slice_update", "sparse_categorical_crossentropy", "take_along_axis", "where",
    "batch_normalization", "scale_and_translate",
})  # fmt: skip
"""Functions whose tensors need not have one dtype."""
_WHOLE: dict[str, str] = {
    "in_top_k": "targets", "scatter": "indices", "scatter_update": "indices", "segment_max": "segment_ids",
    "segment_min": "segment_ids", "segment_prod": "segment_ids", "segment_sum": "segment_ids", "slice_update": "start_indices",
    "take": "indices",
}  # fmt: skip
"""The tensors that are indices."""
_FIXED = frozenset({"elastic_transform", "gcd", "lcm", "lstsq", "unfold"})
"""Functions that need all sizes, the batch's too."""


def refuse_without_kernel(op: Op, tensors: Mapping[str, Any]) -> None:
    """Refuse tensors of dtypes or sizes that the function fails on when the model runs."""
    name = type(op).__name__
    given = [item for value in tensors.values() for item in _listed(value)]
    refuse_dtype(op, tensors)
    dtype = _common(name, given)
    if dtype is not None and _letter(dtype) in _FAILING.get(name, ""):
        help = "cast it first: `ops.cast: float32`"
        raise Refusal("MS405", f"{op.label} does not work on {dtype}", help if dtype != "string" else _NO_TEXT)
    if dtype == "bfloat16" and name in _NOT_IN_BFLOAT16:
        raise Refusal("MS405", f"{op.label} does not work on bfloat16", "cast it first: `ops.cast: float32`")
    index = tensors.get(_WHOLE.get(name, ""))
    if isinstance(index, Tensor) and not index.dtype.startswith("int"):
        message = f"{op.label} takes whole numbers as `{_WHOLE[name]}`; received {index.dtype}"
        raise Refusal("MS405", message, "cast them first: `ops.cast: int32`")
    if name in _FIXED and any(None in item.shape for item in given):
        received = ", ".join(shape_text(item.shape) for item in given)
        message = (
            f"{op.label} cannot run on a tensor with axes of unknown size, the batch included; received {received}"
        )
        raise Refusal("MS403", message, "remove it from the model, and prepare the data beforehand")
    refuse_too_many_axes(op, given)
    refuse_arguments_without_kernel(op, given)
    if name in _CHECKS:
        _CHECKS[name](op, given)


_NO_TEXT = "turn text into numbers first, with StringLookup, Hashing or TextVectorization"


def _common(name: str, given: list[Tensor]) -> str | None:
    """The one dtype that the tensors meet in."""
    dtypes = {item.dtype for item in given}
    if len(dtypes) == 1:
        return dtypes.pop()
    if name in _ROLES or not dtypes:
        return None
    try:
        return result_type(*dtypes)
    except NoCommonDtype:
        return "string" if "string" in dtypes else None


def _letter(dtype: str) -> str:
    letters = {"float16": "h", "float64": "d", "bool": "b", "string": "s"}
    if dtype in letters:
        return letters[dtype]
    if dtype.startswith("complex"):
        return "c"
    return "u" if dtype.startswith("uint") else "i" if dtype.startswith("int") else "f"


def _listed(value: Any) -> tuple[Tensor, ...]:
    if isinstance(value, Tensor):
        return (value,)
    return tuple(item for item in value if isinstance(item, Tensor)) if isinstance(value, tuple) else ()


def _no_axis(op: Any, given: list[Tensor]) -> None:
    if op.axis is not None:
        help = f"use `{op.label.replace('nan', '')}`, after `ops.nan_to_num`"
        raise Refusal("MS408", f"{op.label} along an axis cannot run inside a model", help, argument="axis")


def _whole_bounds(op: Any, given: list[Tensor]) -> None:
    """Bounds with fractions for whole numbers."""
    bounds = [getattr(op, name) for name in ("x_min", "x_max", "threshold", "default_value") if hasattr(op, name)]
    if given[0].dtype == "bool" or "int" in given[0].dtype:
        for bound in bounds:
            if isinstance(bound, float):
                message = f"{op.label} of {given[0].dtype} needs whole bounds; received {bound}"
                raise Refusal("MS405", message, f"write {bound:.0f}, or cast to float32 first")


def _table_of_predictions(op: Any, given: list[Tensor]) -> None:
    if given[-1].dtype != "float32":
        message = f"{op.label} takes predictions of dtype float32; received {given[-1].dtype}"
        raise Refusal("MS405", message, "cast them first: `ops.cast: float32`")
    if given[-1].rank != 2:
        message = f"{op.label} takes predictions of shape (batch, classes); received {shape_text(given[-1].shape)}"
        raise Refusal("MS401", message, "change the shape with Reshape")


def _one_axis(op: Any, given: list[Tensor]) -> None:
    if given[0].rank > 1 and None in given[0].shape:
        message = f"{op.label} can run on only one axis of unknown size; received {shape_text(given[0].shape)}"
        raise Refusal("MS401", message, "flatten it first, or compute with `ops.floor_divide` and `ops.mod`")


def _few_axes(op: Any, given: list[Tensor]) -> None:
    if given[0].rank > 2:
        message = f"{op.label} takes (batch, numbers); received {shape_text(given[0].shape)}"
        raise Refusal("MS401", message, "flatten each row first, with Flatten")


def _first_axis(op: Any, given: list[Tensor]) -> None:
    if given and op.axis != 0:
        message = f"{op.label} of tensors works along axis 0 only; received axis {op.axis}"
        raise Refusal("MS408", message, "move the axis afterwards, with `ops.moveaxis`", argument="axis")


def _pair_for_each_axis(op: Any, given: list[Tensor]) -> None:
    widths = op.pad_width
    pairs = len(widths) if isinstance(widths, tuple) and widths and isinstance(widths[0], tuple) else 1
    if pairs == 1 < given[0].rank:
        message = f"{op.label} needs a pair of numbers for each of the {given[0].rank} axes; received one"
        raise Refusal("MS408", message, "write [[0, 0], [before, after], …], the batch first", argument="pad_width")


def _known_batch(op: Any, given: list[Tensor]) -> None:
    if None in given[0].shape[:-2]:
        message = f"{op.label} cannot run on a batch of unknown size; received {shape_text(given[0].shape)}"
        raise Refusal("MS403", message, "use `ops.solve` or `ops.qr`, which can")


def _one_row_of_whole_numbers(op: Any, given: list[Tensor]) -> None:
    """Floats lose their fractions before they are compared, and all rows are divided by one mask."""
    rows = op.axis is not None and given[0].rank > 1
    if rows or "int" not in given[0].dtype:
        what = f"a list of whole numbers, with `axis: null`; received {shape_text(given[0].shape)} of {given[0].dtype}"
        help = "use `ops.argsort`, whose first indices are those of the smallest numbers"
        raise Refusal("MS408" if rows else "MS405", f"{op.label} is right for {what}", help)


def _longer_than_padding(op: Any, given: list[Tensor]) -> None:
    """Where frames are centred, the ends are mirrored by half of `fft_length`."""
    size, reach = given[0].shape[-1], op.fft_length // 2
    if op.center and size is not None and size <= reach:
        message = f"{op.label} mirrors {reach} numbers at each end; received {shape_text(given[0].shape)}"
        raise Refusal("MS404", message, "write `center: false`, or a smaller `fft_length`", argument="fft_length")


def _known_last(op: Any, given: list[Tensor]) -> None:
    if given[0].shape[-1:] == (None,):
        message = f"{op.label} needs a last axis of known size; received {shape_text(given[0].shape)}"
        raise Refusal("MS403", message, "give the last axis a known size in the step that makes this tensor")


def _floats_to_compare(op: Any, given: list[Tensor]) -> None:
    if "float" not in given[-1].dtype:
        message = f"{op.label} takes an output of floats; received {given[-1].dtype}"
        raise Refusal("MS405", message, "cast it first: `ops.cast: float32`")


def _whole_lengths(op: Any, given: list[Tensor]) -> None:
    lengths, output = given[2:3], given[1:2]
    if output and output[0].dtype.startswith("complex"):
        raise Refusal("MS405", f"{op.label} does not work on {output[0].dtype}", "give it an output of floats")
    if lengths and "int" not in lengths[0].dtype:
        message = f"{op.label} takes whole numbers as `target_length`; received {lengths[0].dtype}"
        raise Refusal("MS405", message, "cast them first: `ops.cast: int32`")


def _window_fits(op: Any, given: list[Tensor]) -> None:
    """Images are compared by windows, which have to lie within them."""
    for size in given[0].shape[-3:-1]:
        if size is not None and size < op.filter_size:
            message = f"{op.label} uses windows of {op.filter_size}; received {shape_text(given[0].shape)}"
            raise Refusal("MS404", message, f"write `filter_size: {size}` or less", argument="filter_size")


def _square(op: Any, given: list[Tensor]) -> None:
    sizes = set(given[0].shape[-2:]) - {None}
    if given[0].rank < 2 or len(sizes) > 1:
        message = f"{op.label} takes square matrices in the last two axes; received {shape_text(given[0].shape)}"
        raise Refusal("MS407", message, "give the last two axes one size")


def _as_many_windows(op: Any, given: list[Tensor]) -> None:
    """(batch, channels * window, windows): as many as the output has room for."""
    lists = [_pair(getattr(op, name)) for name in ("output_size", "kernel_size", "dilation", "padding", "stride")]
    window, windows = 1, 1
    for size, kernel, dilation, padding, stride in zip(*lists, strict=True):
        window *= kernel
        windows *= (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
    numbers, count = (*given[0].shape, None, None)[1:3]
    if (numbers is not None and numbers % window) or count not in (None, windows):
        message = f"{op.label} takes (batch, channels * {window}, {windows}); received {shape_text(given[0].shape)}"
        raise Refusal(
            "MS407", message, "choose `output_size`, `kernel_size` and `stride` as in the `ops.unfold` before it"
        )


def _pair(value: Any) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else (value[0], value[-1])


_CHECKS: dict[str, Callable[[Any, list[Tensor]], None]] = {
    "argpartition": _one_row_of_whole_numbers,
    "bincount": _few_axes,
    "clip": _whole_bounds,
    "ctc_loss": _whole_lengths,
    "fold": _as_many_windows,
    "geomspace": _first_axis,
    "in_top_k": _table_of_predictions,
    "logdet": _square,
    "lu_factor": _known_batch,
    "nanmedian": _no_axis,
    "nanpercentile": _no_axis,
    "nanquantile": _no_axis,
    "pad": _pair_for_each_axis,
    "slogdet": _square,
    "sparse_categorical_crossentropy": _floats_to_compare,
    "ssim": _window_fits,
    "stft": _longer_than_padding,
    "threshold": _whole_bounds,
    "unravel_index": _one_axis,
    "view": _known_last,
}
"""What some functions fail on beside dtypes."""
