"""Every function of `keras.ops` that a spec may use, by the rule it follows.

A rule's module is imported when first used. Functions that follow one rule share its class; the class of one function
is made when the function is first named.
No TensorFlow here. The lists are explicit so that a reader sees them whole.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from pydantic import create_model

from modelspec.catalogue.ops.op import Op

_RULES: dict[str, dict[str, tuple[str, ...]]] = {
    "elements.elementwise": {
        "Unary": (
            "abs", "absolute", "bitwise_invert", "bitwise_not", "conj", "conjugate", "copy", "erf", "erfinv",
            "hard_sigmoid", "hard_silu", "hard_swish", "hard_tanh", "imag", "log_sigmoid", "negative", "real", "relu",
            "relu6", "rsqrt", "selu", "sigmoid", "sign", "silu", "softplus", "softsign", "sparse_plus",
            "sparse_sigmoid", "swish", "tanh_shrink", "trunc",
        ),
        "UnaryFloat": (
            "angle", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctanh", "ceil", "cos", "cosh", "erfc",
            "floor", "log", "log10", "log1p", "log2", "sin", "sinc", "sinh", "sqrt", "tan", "tanh",
        ),
        "UnaryExponential": ("exp", "exp2", "expm1"),
        "UnaryReal": ("fabs",),
        "UnarySquare": ("square",),
        "UnaryRoot": ("cbrt",),
        "UnaryAngle": ("deg2rad", "i0", "rad2deg"),
        "UnaryBool": ("isfinite", "isinf", "isnan", "isneginf", "isposinf", "isreal", "logical_not", "signbit"),
        "UnaryFloat32": ("reciprocal",),
        "UnaryAlpha": ("celu", "elu"),
        "LeakyRelu": ("leaky_relu",),
        "Gelu": ("gelu",),
        "Shrink": ("hard_shrink", "soft_shrink"),
        "Squareplus": ("squareplus",),
        "Threshold": ("threshold",),
        "Clip": ("clip",),
        "Round": ("round",),
        "NanToNum": ("nan_to_num",),
        "Triangle": ("tril", "triu"),
        "StopGradient": ("stop_gradient",),
        "Cast": ("cast", "saturate_cast"),
        "Like": ("array", "empty_like", "ones_like", "zeros_like"),
        "ConvertToTensor": ("convert_to_tensor",),
        "FullLike": ("full_like",),
        "Softmax": ("log_softmax", "softmax"),
        "Sparsemax": ("sparsemax",),
        "Normalize": ("normalize",),
        "Glu": ("glu",),
    },
    "elements.binary": {
        "Binary": ("add", "floor_divide", "fmax", "fmin", "maximum", "minimum", "multiply", "power", "subtract"),
        "BinaryFloat": ("divide", "divide_no_nan", "logaddexp", "logaddexp2", "true_divide"),
        "BinaryModulo": ("fmod", "mod"),
        "BinaryStrong": ("gcd", "lcm"),
        "BinaryStrongFloat": ("nextafter",),
        "Ldexp": ("ldexp",),
        "BinaryTensors": ("heaviside", "hypot"),
        "Arctan2": ("arctan2",),
        "Comparison": (
            "equal", "greater", "greater_equal", "less", "less_equal", "logical_and", "logical_or", "logical_xor",
            "not_equal",
        ),
        "IsClose": ("isclose",),
        "AllClose": ("allclose",),
        "Bitwise": ("bitwise_and", "bitwise_or", "bitwise_xor"),
        "Shift": ("bitwise_left_shift", "bitwise_right_shift", "left_shift", "right_shift"),
        "Where": ("where",),
    },
    "elements.reductions": {
        "Reduce": ("amax", "amin", "ptp"),
        "ReduceInitial": ("max", "min"),
        "ReduceBool": ("all", "any"),
        "ReduceFloat": ("median", "nanmean", "nanmedian", "nanstd", "nanvar", "var"),
        "ReduceMean": ("mean",),
        "ReduceDeviation": ("std",),
        "ReduceSum": ("nansum", "sum"),
        "ReduceExtreme": ("nanmax", "nanmin"),
        "ReduceProduct": ("nanprod",),
        "Product": ("prod",),
        "LogSumExp": ("logsumexp",),
        "ArgReduce": ("argmax", "argmin", "nanargmax", "nanargmin"),
        "CountNonzero": ("count_nonzero",),
        "Size": ("size",),
        "Average": ("average",),
        "Quantile": ("nanquantile", "quantile"),
        "Percentile": ("percentile",),
        "NanPercentile": ("nanpercentile",),
        "Moments": ("moments",),
        "Running": ("cumprod", "cumsum", "nancumprod", "nancumsum"),
        "Sort": ("sort",),
        "ArgSort": ("argsort",),
        "Trapezoid": ("trapezoid",),
        "Trace": ("trace",),
    },
    "shapes.shaping": {
        "Reshape": ("reshape",),
        "Ravel": ("ravel",),
        "Transpose": ("transpose",),
        "ExpandDims": ("expand_dims",),
        "Squeeze": ("squeeze",),
        "MoveAxis": ("moveaxis",),
        "SwapAxes": ("swapaxes",),
        "Rot90": ("rot90",),
        "Flip": ("flip",),
        "FlipColumns": ("fliplr",),
        "FlipRows": ("flipud",),
        "Roll": ("roll",),
        "Repeat": ("repeat",),
        "Tile": ("tile",),
        "BroadcastTo": ("broadcast_to",),
    },
    "shapes.joining": {
        "Concatenate": ("concatenate",),
        "HStack": ("hstack",),
        "VStack": ("vstack",),
        "DStack": ("dstack",),
        "Stack": ("stack",),
        "Append": ("append",),
    },
    "shapes.diagonals": {
        "Diag": ("diag",),
        "DiagFlat": ("diagflat",),
        "Diagonal": ("diagonal",),
        "Diff": ("diff",),
        "Pad": ("pad",),
        "View": ("view",),
        "ViewAsReal": ("view_as_real",),
        "Vander": ("vander",),
    },
    "shapes.splitting": {
        "Split": ("split",),
        "HSplit": ("hsplit",),
        "VSplit": ("vsplit",),
        "DSplit": ("dsplit",),
        "ArraySplit": ("array_split",),
        "Unstack": ("unstack",),
        "MeshGrid": ("meshgrid",),
        "LinSpace": ("linspace",),
        "GeomSpace": ("geomspace",),
        "LogSpace": ("logspace",),
    },
    "shapes.creating": {
        "Arange": ("arange",),
        "Eye": ("eye", "tri"),
        "IdentityMatrix": ("identity",),
        "Filled": ("empty", "ones", "zeros"),
        "Full": ("full",),
        "WindowFunction": ("bartlett", "blackman", "hamming", "hanning"),
        "KaiserWindow": ("kaiser",),
    },
    "shapes.indexing": {
        "Take": ("take",),
        "TakeAlongAxis": ("take_along_axis",),
        "GetItem": ("get_item",),
        "Slice": ("slice",),
        "SliceUpdate": ("slice_update",),
        "Scatter": ("scatter",),
        "ScatterUpdate": ("scatter_update",),
        "Select": ("select",),
    },
    "elements.counting": {
        "SearchSorted": ("searchsorted",),
        "TopK": ("top_k",),
        "InTopK": ("in_top_k",),
        "ArgPartition": ("argpartition",),
        "BinCount": ("bincount",),
        "Segments": ("segment_max", "segment_min", "segment_prod", "segment_sum"),
        "UnravelIndex": ("unravel_index",),
        "OneHot": ("one_hot",),
        "MultiHot": ("multi_hot",),
    },
    "products.linear": {
        "MatMul": ("matmul",),
        "Dot": ("dot",),
        "Inner": ("inner",),
        "Outer": ("outer",),
        "VDot": ("vdot",),
        "TensorDot": ("tensordot",),
        "Cross": ("cross",),
        "CDist": ("cdist",),
        "Correlate": ("correlate",),
    },
    "products.einsum": {
        "Einsum": ("einsum",),
    },
    "products.matrices": {
        "Square": ("inv",),
        "Cholesky": ("cholesky", "cholesky_inverse"),
        "Determinant": ("det",),
        "LogDeterminant": ("logdet",),
        "SignedLogDeterminant": ("slogdet",),
        "Eigen": ("eig", "eigh"),
        "LuFactor": ("lu_factor",),
        "QR": ("qr",),
        "SVD": ("svd",),
        "PInv": ("pinv",),
        "MatrixRank": ("matrix_rank",),
        "Solve": ("solve",),
        "SolveTriangular": ("solve_triangular",),
        "LeastSquares": ("lstsq",),
        "Norm": ("norm",),
    },
    "images.windows": {
        "Pool": ("average_pool", "max_pool"),
        "Conv": ("conv",),
        "DepthwiseConv": ("depthwise_conv",),
        "SeparableConv": ("separable_conv",),
    },
    "nn": {
        "BinaryCrossentropy": ("binary_crossentropy",),
        "CategoricalCrossentropy": ("categorical_crossentropy",),
        "SparseCategoricalCrossentropy": ("sparse_categorical_crossentropy",),
        "BatchNormalization": ("batch_normalization",),
        "LayerNormalization": ("layer_normalization",),
        "RmsNormalization": ("rms_normalization",),
        "CtcLoss": ("ctc_loss",),
        "CtcDecode": ("ctc_decode",),
        "DotProductAttention": ("dot_product_attention",),
        "Psnr": ("psnr",),
        "Polar": ("polar",),
    },
    "images.blocks": {
        "Unfold": ("unfold",),
        "Fold": ("fold",),
        "DepthToSpace": ("depth_to_space",),
        "SpaceToDepth": ("space_to_depth",),
    },
    "images.signal": {
        "Fourier": ("fft",),
        "Fourier2": ("fft2", "ifft2"),
        "RealFourier": ("rfft",),
        "InverseRealFourier": ("irfft",),
        "Sequences": ("extract_sequences",),
        "ShortTimeFourier": ("stft",),
        "InverseShortTimeFourier": ("istft",),
    },
    "images.image": {
        "Grayscale": ("image.rgb_to_grayscale",),
        "ColourSpace": ("image.hsv_to_rgb", "image.rgb_to_hsv"),
        "Resize": ("image.resize",),
        "AffineTransform": ("image.affine_transform",),
        "ExtractPatches": ("image.extract_patches",),
        "ExtractPatches3D": ("image.extract_patches_3d",),
        "MapCoordinates": ("image.map_coordinates",),
        "PerspectiveTransform": ("image.perspective_transform",),
        "GaussianBlur": ("image.gaussian_blur",),
        "ElasticTransform": ("image.elastic_transform",),
        "ScaleAndTranslate": ("image.scale_and_translate",),
        "SobelEdges": ("image.sobel_edges",),
        "Ssim": ("image.ssim",),
    },
    "images.image_borders": {
        "PadImages": ("image.pad_images",),
        "CropImages": ("image.crop_images",),
    },
}  # fmt: skip
"""By module and rule class, the functions that follow the rule; `image.resize` is `keras.ops.image.resize`."""

OPS: dict[str, tuple[str, str]] = {
    name: (f"modelspec.catalogue.ops.{module}", rule)
    for module, rules in _RULES.items()
    for rule, names in rules.items()
    for name in names
}
"""The module and rule class of each function, by the function's name below `ops`."""

_LEFT_OUT: dict[str, str] = {
    "adaptive_average_pool": "Keras infers a wrong shape for it; use the layer AdaptiveAveragePooling2D, or its 1D or 3D form",
    "adaptive_max_pool": "Keras infers a wrong shape for it; use the layer AdaptiveMaxPooling2D, or its 1D or 3D form",
    "associative_scan": "it runs Python code that a spec cannot contain",
    "cond": "it runs Python code that a spec cannot contain",
    "convert_to_numpy": "its result is not a tensor",
    "custom_gradient": "it runs Python code that a spec cannot contain",
    "dtype": "its result is not a tensor",
    "fori_loop": "it runs Python code that a spec cannot contain",
    "is_tensor": "its result is not a tensor",
    "jvp": "it runs Python code that a spec cannot contain",
    "map": "it runs Python code that a spec cannot contain",
    "ndim": "its value, the number of axes, is known before anything runs",
    "nonzero": "the size of its result is only known at run time",
    "rearrange": "Keras cannot infer its shape where the batch size is unknown; use `ops.reshape` and `ops.transpose`",
    "scan": "it runs Python code that a spec cannot contain",
    "shape": "its result is not a tensor",
    "switch": "it runs Python code that a spec cannot contain",
    "unique": "the size of its result is only known at run time",
    "vectorize": "it runs Python code that a spec cannot contain",
    "vectorized_map": "it runs Python code that a spec cannot contain",
    "while_loop": "it runs Python code that a spec cannot contain",
}
"""Functions of `keras.ops` that a spec may not use, with the reason that is shown to a user who writes one."""


@cache
def ops_left_out() -> dict[str, str]:
    """The functions that a spec may not use, with the reason: Keras's, and those that TensorFlow cannot run in a model."""
    from modelspec.catalogue.backends.tensorflow.left_out import LEFT_OUT  # only asked where a name is not known

    return dict(sorted({**_LEFT_OUT, **LEFT_OUT}.items()))


@cache
def op_names() -> tuple[str, ...]:
    """The functions that a spec may use, as they are written after `ops.`."""
    return tuple(sorted(OPS))


@cache
def find_op(name: str) -> type[Op] | None:
    """The class of a function (`add`, `image.resize`), or None; its `__name__` is the function's own name."""
    if name not in OPS:
        return None
    from modelspec.catalogue.ops import roles  # the table alone is read without it

    module, rule_name = OPS[name]
    rule: type[Op] = getattr(import_module(module), rule_name)
    made = create_model(name.rpartition(".")[2], __base__=rule, __module__=module, __doc__=rule.__doc__)
    made.picks = name in roles.PICKS
    made.hands_on = "in place" if name in roles.IN_PLACE else "elsewhere" if name in roles.ELSEWHERE else None
    made.computes_along = name not in roles.PUTS_ALONG
    made.takes_ragged = name not in roles.NOT_OF_RAGGED
    made.takes_all_axes = name in roles.TAKES_ALL_AXES
    return made
