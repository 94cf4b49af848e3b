"""What the examples are made of: arguments for classes that need some, and inputs for layers and functions.

Only tables; the examples made of them are run by the tests.
"""

from __future__ import annotations

from typing import Any

from modelspec.catalogue.tensor import Shape, Tensor, Tensors


def _floats(*shape: int) -> Tensor:
    return Tensor((None, *shape))


def _ints(*shape: int) -> Tensor:
    return Tensor((None, *shape), "int32")


def _whole_one(*shape: int) -> Tensor:
    return Tensor(shape, "int32")


def _one(*shape: int) -> Tensor:
    """A tensor without a batch axis; an example makes it with `ops.get_item: 0`."""
    return Tensor(shape)


BY_CLASS: dict[str, dict[str, Any]] = {
    "ActivityRegularization": {"l2": 0.01},
    "Bidirectional": {"layer": {"LSTM": 32}},
    "CategoryEncoding": {"num_tokens": 10},
    "CenterCrop": {"height": 24, "width": 24},
    "Constant": {"value": 0.1},
    "Discretization": {"bin_boundaries": [0.0, 0.5, 1.0]},
    "Dot": {"axes": 1},
    "EinsumDense": {"equation": "ab,bc->ac", "output_shape": 64},
    "F1Score": {"average": "macro"},
    "FBetaScore": {"average": "macro", "beta": 2.0},
    "Hashing": {"num_bins": 1000},
    "HashedCrossing": {"num_bins": 1000},
    "IntegerLookup": {"vocabulary": [10, 20, 30]},
    "LossScaleOptimizer": {"inner_optimizer": {"Adam": {"learning_rate": 0.001}}},
    "MaxNumBoundingBoxes": {"max_number": 10},
    "MelSpectrogram": {"sampling_rate": 16000},
    "Normalization": {"mean": 0.5, "variance": 0.25},
    "PiecewiseConstantDecay": {"boundaries": [1000, 2000], "values": [0.1, 0.01, 0.001]},
    "Pipeline": {"layers": [{"Rescaling": 0.01}, {"RandomFlip": "horizontal"}]},
    "RNN": {"cell": {"LSTMCell": 32}},
    "RandomCrop": {"height": 24, "width": 24},
    "RandomPosterization": {"factor": 4},
    "Rescaling": {"scale": 0.00392156862745098},
    "Reshape": {"target_shape": [4, 4]},
    "Resizing": {"height": 24, "width": 24},
    "SpectralNormalization": {"layer": {"Conv2D": {"filters": 32, "kernel_size": 3}}},
    "StackedRNNCells": {"cells": [{"GRUCell": 32}, {"GRUCell": 32}]},
    "StringLookup": {"vocabulary": ["red", "green", "blue"]},
    "TextVectorization": {"vocabulary": ["red", "green", "blue"]},
    "TimeDistributed": {"layer": {"Dense": 10}},
    "npz": {"path": "vectors.npz", "array": "vectors"},
    "threshold": {"threshold": 0.1, "default_value": 0.0},
}
"""What makes an example of a class, beside what its arguments' names say."""

BY_NAME: dict[str, Any] = {
    "activation": "relu", "cell": {"LSTMCell": 32}, "decay_rate": 0.9, "decay_steps": 1000, "dims": [2, 1],
    "factor": 0.2, "filename": "log.csv", "filepath": "best.keras", "filters": 32, "first_decay_steps": 1000,
    "head_dim": 16, "height": 24, "height_factor": 0.2, "initial_learning_rate": 0.1, "input_dim": 1000,
    "kernel_size": 3, "key_dim": 16, "n": 3, "num_bins": 10, "num_classes": 2, "num_heads": 2,
    "num_key_value_heads": 2, "num_query_heads": 4, "output_dim": 64, "output_size": 4, "pool_size": 2,
    "precision": 0.8, "rate": 0.5, "recall": 0.8, "scale": 2.0, "sensitivity": 0.8, "specificity": 0.8,
    "stddev": 0.1, "target_class_ids": [0], "units": 64, "width": 24, "width_factor": 0.2,
}  # fmt: skip

_ALONG_LAST = (
    "all", "amax", "amin", "any", "argmax", "argmin", "average", "count_nonzero", "cumprod", "cumsum", "logsumexp", "max", "mean",
    "median", "min", "nanargmax", "nanargmin", "nancumprod", "nancumsum", "nanmax", "nanmean", "nanmin", "nanprod",
    "nanstd", "nansum", "nanvar", "norm", "prod", "ptp", "std", "sum", "var", "flip",
)  # fmt: skip
"""Functions that take the batch together with all other axes where they are told none."""

OPS: dict[str, dict[str, Any]] = {
    **{name: {"axis": -1} for name in _ALONG_LAST},
    "append": {"axis": 1},
    "argpartition": {"kth": 2, "axis": None},
    "array_split": {"indices_or_sections": 3, "axis": 1},
    "average_pool": {"pool_size": 2},
    "batch_normalization": {"axis": -1},
    "broadcast_to": {"shape": [4, 16]},
    "cast": {"dtype": "float16"},
    "clip": {"x_min": 0.0, "x_max": 1.0},
    "concatenate": {"axis": 1},
    "depth_to_space": {"block_size": 2},
    "diagonal": {"axis1": 1, "axis2": 2},
    "dsplit": {"indices_or_sections": 2},
    "einsum": {"subscripts": "bi,bj->bij"},
    "expand_dims": {"axis": -1},
    "extract_sequences": {"sequence_length": 256, "sequence_stride": 128},
    "fold": {"output_size": [4, 4], "kernel_size": 2, "stride": 2},
    "full_like": {"fill_value": 1.0},
    "arange": {"start": 16},
    "bartlett": {"x": 16},
    "blackman": {"x": 16},
    "empty": {"shape": [4, 16]},
    "eye": {"N": 16},
    "full": {"shape": [4, 16], "fill_value": 0.5},
    "hamming": {"x": 16},
    "hanning": {"x": 16},
    "identity": {"n": 16},
    "kaiser": {"x": 16, "beta": 14.0},
    "ones": {"shape": [4, 16]},
    "tri": {"N": 16},
    "zeros": {"shape": [4, 16]},
    "get_item": {"key": ":, 1:4"},
    "hsplit": {"indices_or_sections": 2},
    "in_top_k": {"k": 3},
    "istft": {"sequence_length": 256, "sequence_stride": 128, "fft_length": 256},
    "linspace": {"axis": 1},
    "logspace": {"axis": 1},
    "map_coordinates": {"order": 1},
    "max_pool": {"pool_size": 2},
    "moments": {"axes": [1]},
    "moveaxis": {"source": 1, "destination": 2},
    "multi_hot": {"num_classes": 10},
    "one_hot": {"num_classes": 10},
    "pad": {"pad_width": [[0, 0], [1, 1]]},
    "percentile": {"q": 50, "axis": -1},
    "nanpercentile": {"q": 50},
    "quantile": {"q": 0.5, "axis": -1},
    "nanquantile": {"q": 0.5},
    "psnr": {"max_val": 1.0},
    "repeat": {"repeats": 2, "axis": 1},
    "reshape": {"newshape": [-1, 4, 4]},
    "resize": {"size": [24, 24]},
    "extract_patches": {"size": [7, 7]},
    "extract_patches_3d": {"size": [4, 4, 4]},
    "crop_images": {"target_height": 24, "target_width": 24, "top_cropping": 2, "left_cropping": 2},
    "pad_images": {"target_height": 32, "target_width": 32, "top_padding": 2, "left_padding": 2},
    "roll": {"shift": 1, "axis": 1},
    "rot90": {"axes": [1, 2]},
    "saturate_cast": {"dtype": "uint8"},
    "scale_and_translate": {"output_shape": [24, 24, 3], "spatial_dims": [0, 1], "method": "linear"},
    "scatter": {"shape": [100]},
    "slice": {"start_indices": [0, 0], "shape": [1, 8]},
    "slice_update": {"start_indices": [0, 0]},
    "space_to_depth": {"block_size": 2},
    "split": {"indices_or_sections": 2, "axis": 1},
    "squeeze": {"axis": -1},
    "stack": {"axis": 1},
    "stft": {"sequence_length": 256, "sequence_stride": 128, "fft_length": 256},
    "swapaxes": {"axis1": 1, "axis2": 2},
    "take": {"indices": [0, 2], "axis": 1},
    "threshold": {"threshold": 0.5, "default_value": 0.0},
    "tile": {"repeats": [1, 2]},
    "top_k": {"k": 3},
    "trace": {"axis1": 1, "axis2": 2},
    "transpose": {"axes": [0, 2, 1]},
    "unfold": {"kernel_size": 2},
    "unravel_index": {"shape": [4, 4]},
    "unstack": {"axis": 1},
    "vsplit": {"indices_or_sections": 2},
}

USUAL: tuple[tuple[Shape, str], ...] = (
    ((16,), "float32"), ((20, 8), "float32"), ((28, 28, 3), "float32"), ((8, 16, 16, 3), "float32"),
    ((8, 16, 16, 16, 3), "float32"), ((10,), "int32"), ((1,), "string"), ((1,), "int32"), ((1024,), "float32"),
    ((4, 4), "float32"), ((20,), "bool"), ((28, 28, 4), "float32"), ((), "float32"), ((), "int32"),
)  # fmt: skip
"""Inputs, without the batch axis, in the order in which they are tried."""

INPUTS: dict[str, tuple[Shape, str]] = {
    "CategoryEncoding": ((10,), "int32"),
    "Embedding": ((100,), "int32"),
    "Flatten": ((28, 28, 1), "float32"),
    "HashedCrossing": ((1,), "string"),
    "Hashing": ((1,), "string"),
    "IntegerLookup": ((1,), "int32"),
    "MelSpectrogram": ((16000,), "float32"),
    "Pipeline": ((28, 28, 3), "float32"),
    "RandomFlip": ((28, 28, 3), "float32"),
    "Rescaling": ((28, 28, 3), "float32"),
    "ReversibleEmbedding": ((100,), "int32"),
    "STFTSpectrogram": ((16000, 1), "float32"),
    "SpatialDropout1D": ((20, 8), "float32"),
    "StringLookup": ((1,), "string"),
    "TextVectorization": ((1,), "string"),
}

_STATES: Tensors = (_floats(64), _floats(64))
CALLS: dict[str, dict[str, Any]] = {
    "Attention": {"inputs": (_floats(20, 8), _floats(30, 8))},
    "AdditiveAttention": {"inputs": (_floats(20, 8), _floats(30, 8))},
    "GRUCell": {"inputs": _floats(16), "states": _floats(64)},
    "GroupQueryAttention": {"query": _floats(20, 8), "value": _floats(30, 8)},
    "LSTMCell": {"inputs": _floats(16), "states": _STATES},
    "MultiHeadAttention": {"query": _floats(20, 8), "value": _floats(30, 8)},
    "SimpleRNNCell": {"sequence": _floats(16), "states": _floats(64)},
    "StackedRNNCells": {"inputs": _floats(16), "states": (_floats(32), _floats(32))},
}
OP_CALLS: dict[str, dict[str, Any]] = {
    "affine_transform": {"images": _floats(28, 28, 3), "transform": _floats(8)},
    "batch_normalization": {"x": _floats(16), "mean": _one(16), "variance": _one(16)},
    "broadcast_to": {"x": _one(16)},
    "conv": {"inputs": _floats(28, 28, 3), "kernel": _one(3, 3, 3, 16)},
    "correlate": {"x1": _one(100), "x2": _one(5)},
    "depthwise_conv": {"inputs": _floats(28, 28, 3), "kernel": _one(3, 3, 3, 1)},
    "map_coordinates": {"inputs": _one(28, 28), "coordinates": _one(2, 100)},
    "multi_hot": {"inputs": _ints(3)},
    "perspective_transform": {
        "images": _floats(28, 28, 3),
        "start_points": _floats(4, 2),
        "end_points": _floats(4, 2),
    },
    "scale_and_translate": {"images": _one(28, 28, 3), "scale": _one(2), "translation": _one(2)},
    "scatter": {"indices": _ints(1), "values": _floats()},
    "select": {"condlist": (Tensor((None, 16), "bool"),), "choicelist": (_floats(16),)},
    "separable_conv": {
        "inputs": _floats(28, 28, 3),
        "depthwise_kernel": _one(3, 3, 3, 1),
        "pointwise_kernel": _one(1, 1, 3, 16),
    },
    "vsplit": {"x": _one(4, 4)},
    "elastic_transform": {"images": _one(28, 28, 3)},
    "dot": {
        "x1": _floats(16),
        "x2": _one(16, 4),
    },  # of two with rows, each row of one would meet every row of the other
    "inner": {"x1": _floats(16), "x2": _one(16)},
    "outer": {"x1": _one(16), "x2": _one(4)},
    "gcd": {"x1": _whole_one(16), "x2": _whole_one(16)},
    "lcm": {"x1": _whole_one(16), "x2": _whole_one(16)},
    "in_top_k": {"targets": _ints(), "predictions": _floats(16)},
    "lstsq": {"a": _one(16, 4), "b": _one(16, 2)},
    "lu_factor": {"x": _one(4, 4)},
    "scatter_update": {"inputs": _one(16), "indices": _whole_one(3, 1), "updates": _one(3)},
    "segment_max": {"data": _floats(), "segment_ids": _ints()},
    "segment_min": {"data": _floats(), "segment_ids": _ints()},
    "segment_prod": {"data": _floats(), "segment_ids": _ints()},
    "segment_sum": {"data": _floats(), "segment_ids": _ints()},
    "sparse_categorical_crossentropy": {"target": _ints(), "output": _floats(16)},
    "unfold": {"x": _one(1, 3, 28, 28)},
    "unravel_index": {"indices": _ints()},
    "ctc_loss": {"target": _ints(10), "output": _floats(20, 8), "target_length": _ints(), "output_length": _ints()},
    "ctc_decode": {"inputs": _floats(20, 8), "sequence_lengths": _ints()},
    "nanmedian": {"x": _one(20, 8)},
    "nanpercentile": {"x": _one(20, 8)},
    "nanquantile": {"x": _one(20, 8)},
    "fold": {"x": _floats(12, 4)},
    "slogdet": {"x": _one(4, 4)},
}
"""Calls whose tensors differ from each other."""

PLAIN = ("1", "mse")
ENDINGS: dict[tuple[str, ...], tuple[str, str]] = {
    ("CTC",): ("10", "ctc"),
    ("Sparse",): ("{units: 10, activation: softmax}", "sparse_categorical_crossentropy"),
    ("CategoricalHinge",): ("10", "categorical_hinge"),
    ("Categorical", "KLDivergence", "F1Score", "FBetaScore", "OneHot"): (
        "{units: 10, activation: softmax}",
        "categorical_crossentropy",
    ),
    (
        "Binary",
        "AUC",
        "Precision",
        "Recall",
        "True",
        "False",
        "Sensitivity",
        "Specificity",
        "IoU",
        "Accuracy",
        "accuracy",
    ): (
        "{units: 1, activation: sigmoid}",
        "binary_crossentropy",
    ),
}
"""By words in the name of a loss or metric: the arguments of the last Dense layer, and the loss beside a metric."""
