"""What PyTorch, TensorFlow 1, older Keras and people at large call things, and what a spec calls them.

Only words, loaded where a name is unknown. A plain value is the name to write; in a string, what stands in backticks can be
written as it is, in the name's place.
"""

from __future__ import annotations

import re
from functools import cache

from modelspec.catalogue.kinds import names
from modelspec.catalogue.ops import OPS as FUNCTIONS
from modelspec.language.meant.other_layers import LAYERS, TAKE_INPUT_FIRST, TAKE_WIDTH_FIRST
from modelspec.language.meant.other_ops import OPS
from modelspec.source import Mapping, Place
from modelspec.source.nodes import Item

_LOGITS = ": {from_logits: true}`"
_OTHERS: dict[str, dict[str, str]] = {
    "layer": LAYERS,
    "loss": {
        "CrossEntropyLoss": f"write `SparseCategoricalCrossentropy{_LOGITS}",
        "CrossEntropy": "write `sparse_categorical_crossentropy` for class numbers, categorical_crossentropy for one-hot rows",
        "softmax_cross_entropy": f"write `CategoricalCrossentropy{_LOGITS}",
        "sparse_softmax_cross_entropy": f"write `SparseCategoricalCrossentropy{_LOGITS}",
        "softmax_cross_entropy_with_logits": f"write `CategoricalCrossentropy{_LOGITS}",
        "sparse_softmax_cross_entropy_with_logits": f"write `SparseCategoricalCrossentropy{_LOGITS}",
        "sigmoid_cross_entropy": f"write `BinaryCrossentropy{_LOGITS}",
        "sigmoid_cross_entropy_with_logits": f"write `BinaryCrossentropy{_LOGITS}",
        "categorical_cross_entropy": "categorical_crossentropy",
        "binary_cross_entropy": "binary_crossentropy",
        "NLLLoss": "write `sparse_categorical_crossentropy`, with an output that ends in a softmax",
        "BCELoss": "BinaryCrossentropy",
        "BCEWithLogitsLoss": f"write `BinaryCrossentropy{_LOGITS}",
        "bce_with_logits": f"write `BinaryCrossentropy{_LOGITS}",
        "MultiLabelSoftMarginLoss": f"write `BinaryCrossentropy{_LOGITS}",
        "logloss": "binary_crossentropy",
        "MSELoss": "MeanSquaredError",
        "L2Loss": "MeanSquaredError",
        "l2": "mean_squared_error",
        "squared_error": "mean_squared_error",
        "quadratic": "mean_squared_error",
        "rmse": "write `mse`: its square root has the same minimum",
        "RootMeanSquaredError": "write `mse`: its square root has the same minimum",
        "L1Loss": "MeanAbsoluteError",
        "l1": "mean_absolute_error",
        "absolute_error": "mean_absolute_error",
        "absolute_difference": "mean_absolute_error",
        "SmoothL1Loss": "Huber",
        "smooth_l1": "huber",
        "HuberLoss": "Huber",
        "huber_loss": "huber",
        "KLDivLoss": "KLDivergence",
        "kullback_leibler_divergence": "kl_divergence",
        "PoissonNLLLoss": "Poisson",
        "HingeEmbeddingLoss": "Hinge",
        "hinge_loss": "hinge",
        "MultiMarginLoss": "CategoricalHinge",
        "CosineEmbeddingLoss": "CosineSimilarity",
        "cosine_proximity": "cosine_similarity",
        "cosine": "cosine_similarity",
        "CTCLoss": "CTC",
        "focal": "write `binary_focal_crossentropy`, or categorical_focal_crossentropy",
        "FocalLoss": "write `BinaryFocalCrossentropy`, or CategoricalFocalCrossentropy",
        "DiceLoss": "Dice",
        "TverskyLoss": "Tversky",
    },
    "metric": {
        "rmse": "RootMeanSquaredError",
        "RMSE": "RootMeanSquaredError",
        "mean_squared_error_root": "RootMeanSquaredError",
        "f1": "F1Score",
        "F1": "F1Score",
        "fscore": "F1Score",
        "f_score": "F1Score",
        "fmeasure": "F1Score",
        "fbeta": "FBetaScore",
        "fbeta_score": "FBetaScore",
        "r2": "R2Score",
        "R2": "R2Score",
        "r_squared": "R2Score",
        "r_square": "R2Score",
        "coefficient_of_determination": "R2Score",
        "top5": "write `TopKCategoricalAccuracy: {k: 5}`, or SparseTopKCategoricalAccuracy for class numbers",
        "top_5": "write `TopKCategoricalAccuracy: {k: 5}`, or SparseTopKCategoricalAccuracy for class numbers",
        "top5_accuracy": "write `TopKCategoricalAccuracy: {k: 5}`, or SparseTopKCategoricalAccuracy for class numbers",
        "top_5_accuracy": "write `TopKCategoricalAccuracy: {k: 5}`, or SparseTopKCategoricalAccuracy for class numbers",
        "top_k_accuracy": "write `TopKCategoricalAccuracy: {k: 5}`, or SparseTopKCategoricalAccuracy for class numbers",
        "topk": "write `TopKCategoricalAccuracy: {k: 5}`, or SparseTopKCategoricalAccuracy for class numbers",
        "roc": "AUC",
        "roc_auc": "AUC",
        "auroc": "AUC",
        "AUROC": "AUC",
        "pr_auc": "write `AUC: {curve: PR}`",
        "auprc": "write `AUC: {curve: PR}`",
        "average_precision": "write `AUC: {curve: PR}`",
        "ap": "write `AUC: {curve: PR}`",
        "sensitivity": "Recall",
        "tpr": "Recall",
        "ppv": "Precision",
        "specificity": "write `SpecificityAtSensitivity: {sensitivity: @0.5}`",
        "tp": "TruePositives",
        "fp": "FalsePositives",
        "tn": "TrueNegatives",
        "fn": "FalseNegatives",
        "iou": "write `BinaryIoU`, or `MeanIoU: {num_classes: @2}`",
        "jaccard": "write `BinaryIoU`, or `MeanIoU: {num_classes: @2}`",
        "miou": "write `MeanIoU: {num_classes: @2}`",
        "dice": "write `F1Score`, which is the same number",
        "pearson": "PearsonCorrelation",
        "corr": "PearsonCorrelation",
        "correlation": "PearsonCorrelation",
        "ccc": "ConcordanceCorrelation",
        "logcosh": "LogCoshError",
        "log_loss": "binary_crossentropy",
        "logloss": "binary_crossentropy",
        "cross_entropy": "write `sparse_categorical_crossentropy` for class numbers, categorical_crossentropy for one-hot rows",
        "crossentropy": "write `sparse_categorical_crossentropy` for class numbers, categorical_crossentropy for one-hot rows",
        "cosine_proximity": "cosine_similarity",
        "cosine": "cosine_similarity",
        "kullback_leibler_divergence": "kl_divergence",
        "error_rate": "write `accuracy`, which is 1 minus the error rate",
        "error": "write `accuracy`, which is 1 minus the error rate",
        "loss": "remove it: the loss is always in the history",
    },
    "optimizer": {
        "momentum": "write `SGD: {learning_rate: @0.01, momentum: 0.9}`",
        "Momentum": "write `SGD: {learning_rate: @0.01, momentum: 0.9}`",
        "SGDMomentum": "write `SGD: {learning_rate: @0.01, momentum: 0.9}`",
        "MomentumOptimizer": "write `SGD: {learning_rate: @0.01, momentum: 0.9}`",
        "nesterov": "write `SGD: {learning_rate: @0.01, momentum: 0.9, nesterov: true}`",
        "NAG": "write `SGD: {learning_rate: @0.01, momentum: 0.9, nesterov: true}`",
        "GradientDescent": "SGD",
        "GradientDescentOptimizer": "SGD",
        "gradient_descent": "SGD",
        "AdamOptimizer": "Adam",
        "AdagradOptimizer": "Adagrad",
        "AdadeltaOptimizer": "Adadelta",
        "RMSPropOptimizer": "RMSprop",
        "FtrlOptimizer": "Ftrl",
        "AdamWeightDecay": "AdamW",
        "SparseAdam": "Adam",
        "AMSGrad": "write `Adam: {learning_rate: @0.001, amsgrad: true}`",
    },
    "schedule": {
        "cosine": "write `{CosineDecay: {initial_learning_rate: @0.001, decay_steps: 1000}}`",
        "CosineAnnealing": "CosineDecay",
        "CosineAnnealingLR": "CosineDecay",
        "CosineAnnealingWarmRestarts": "CosineDecayRestarts",
        "SGDR": "CosineDecayRestarts",
        "ExponentialLR": "ExponentialDecay",
        "exponential": "write `{ExponentialDecay: {initial_learning_rate: @0.001, decay_steps: 1000, decay_rate: 0.9}}`",
        "StepLR": "PiecewiseConstantDecay",
        "MultiStepLR": "PiecewiseConstantDecay",
        "StepDecay": "PiecewiseConstantDecay",
        "PiecewiseConstant": "PiecewiseConstantDecay",
        "PolynomialLR": "PolynomialDecay",
        "LinearLR": "PolynomialDecay",
        "LinearDecay": "PolynomialDecay",
        "TimeDecay": "InverseTimeDecay",
        "WarmupCosine": (
            "write `{CosineDecay: {initial_learning_rate: 0.0, warmup_target: 0.001, warmup_steps: 100, decay_steps: 900}}`"
        ),
    },
    "activation": {
        "lrelu": "leaky_relu",
        "leaky": "leaky_relu",
        "identity": "linear",
        "none": "linear",
        "None": "linear",
        "logits": "linear",
        "logistic": "sigmoid",
        "expit": "sigmoid",
        "sigm": "sigmoid",
        "logsigmoid": "log_sigmoid",
        "exp": "exponential",
        "hardshrink": "hard_shrink",
        "SiLU": "silu",
        "gelu_new": "gelu",
        "prelu": "write `linear`, and put a step PReLU after this one: it has weights",
        "PReLU": "write `linear`, and put a step PReLU after this one: it has weights",
    },
    "callback": {
        "LRScheduler": "give the optimizer a schedule instead, such as `learning_rate: {CosineDecay: …}`",
        "LearningRateSchedule": "give the optimizer a schedule instead, such as `learning_rate: {CosineDecay: …}`",
        "CosineAnnealing": "give the optimizer a schedule instead, such as `learning_rate: {CosineDecay: …}`",
        "ReduceLR": "ReduceLROnPlateau",
        "Checkpoint": "write `ModelCheckpoint: @best.keras`",
        "ModelSave": "write `ModelCheckpoint: @best.keras`",
        "EMA": "SwapEMAWeights",
        "ExponentialMovingAverage": "SwapEMAWeights",
        "StochasticWeightAveraging": "SwapEMAWeights",
        "NaNStopping": "TerminateOnNaN",
        "BaseLogger": "remove it: every run records its history",
        "ProgressBar": "remove it: every run shows its progress",
        "TQDMProgressBar": "remove it: every run shows its progress",
        "RichProgressBar": "remove it: every run shows its progress",
        "Timer": "remove it: every run records its duration",
    },
    "initializer": {
        "xavier": "glorot_uniform",
        "xavier_uniform": "glorot_uniform",
        "xavier_uniform_": "glorot_uniform",
        "xavier_normal": "glorot_normal",
        "xavier_normal_": "glorot_normal",
        "glorot": "glorot_uniform",
        "kaiming": "he_uniform",
        "kaiming_uniform": "he_uniform",
        "kaiming_uniform_": "he_uniform",
        "kaiming_normal": "he_normal",
        "kaiming_normal_": "he_normal",
        "msra": "he_normal",
        "he": "he_normal",
        "lecun": "lecun_uniform",
        "gaussian": "random_normal",
        "Gaussian": "RandomNormal",
        "normal_": "random_normal",
        "uniform_": "random_uniform",
        "zeros_": "zeros",
        "ones_": "ones",
        "eye": "identity",
        "eye_": "identity",
        "orthogonal_": "orthogonal",
        "trunc_normal_": "truncated_normal",
        "truncated_normal_initializer": "truncated_normal",
        "random_normal_initializer": "random_normal",
        "random_uniform_initializer": "random_uniform",
        "zeros_initializer": "zeros",
        "ones_initializer": "ones",
        "variance_scaling_initializer": "variance_scaling",
        "xavier_initializer": "glorot_uniform",
    },
    "regularizer": {
        "weight_decay": "l2",
        "WeightRegularizer": "L1L2",
        "l2_regularizer": "l2",
        "l1_regularizer": "l1",
        "activity_l1": "l1",
        "activity_l2": "l2",
        "activity_l1l2": "l1_l2",
        "ridge": "l2",
        "lasso": "l1",
        "elastic_net": "l1_l2",
        "L1_L2": "L1L2",
    },
    "constraint": {
        "nonneg": "non_neg",
        "non_negative": "non_neg",
        "positive": "non_neg",
        "unitnorm": "unit_norm",
        "maxnorm": "max_norm",
        "NonNegative": "NonNeg",
    },
    "op": OPS,
}  # fmt: skip
"""By kind: other names -> the names of Keras."""

_HOMES = frozenset({
    "torch", "nn", "tf", "tensorflow", "keras", "layers", "slim", "contrib", "activations", "losses", "metrics", "optimizers",
    "callbacks", "initializers", "regularizers", "constraints", "optim", "schedules", "F", "functional", "init", "python",
    "modules", "ops", "math", "linalg", "np", "numpy", "jnp", "jax", "lax", "K", "backend", "compat", "v1", "v2", "special",
    "signal", "image", "random", "experimental", "core", "convolutional", "pooling", "recurrent", "embeddings",
    "normalization", "merge", "advanced_activations", "wrappers", "noise", "attention", "regularization", "reshaping",
})  # fmt: skip
"""What stands before the dots of a name elsewhere."""
_RATHER_LAYERS = frozenset({
    "average_pool", "batch_normalization", "conv", "depthwise_conv", "identity", "layer_normalization", "max_pool", "pad",
    "rms_normalization", "separable_conv", "view",
})  # fmt: skip
"""Functions of `keras.ops` that as a step are rather meant for the layer of that name, which is more at hand."""


def other_name(kind: str, name: str, given: bool = False, value: str | None = None) -> tuple[str | None, str] | None:
    """The name that is meant, if it is one name alone, and what to write; None for what nobody else calls so.

    `given` says that arguments by their names stand with it, and `value` is the one that stands alone with it.
    """
    found = _meant(kind, name, given)
    return found if found is None else (found[0], with_value(found[1], value))


def with_value(help: str, value: str | None) -> str:
    """The help with the user's own value in the place of the example's."""
    return re.sub(r"@([\w./-]+)", value or r"\1", help) if "@" in help else help


def takes_width_first(name: str) -> bool:
    """Whether the first value is the width of the input, which no layer of Keras is told: `BatchNorm2d: 64`."""
    return without_home(name).replace("_", "").lower() in TAKE_WIDTH_FIRST


def without_width(name: str, arguments: Place | None) -> Place | None:
    """The arguments without the width of the input, which no layer of Keras is told: `Linear: [8, 4]` is `Dense: 4`."""
    if arguments is None or isinstance(arguments.node, Mapping):
        return arguments
    if takes_width_first(name):
        return None
    items = list(arguments.items())
    order = TAKE_INPUT_FIRST.get(without_home(name), ())
    if not order or not len(order) <= len(items) <= len(order) + 1:  # PyTorch needs all of them but the last
        return arguments
    given = zip(order, items[1:], strict=False)
    return arguments._replace(node=Mapping({key: Item(item.span, item.node) for key, item in given}, arguments.span))


def _meant(kind: str, name: str, given: bool) -> tuple[str | None, str] | None:
    short = without_home(name)
    if kind == "op":
        return _function(short) or _layer_for_function(short)
    if short != name and short in names(kind):
        return short, f"write `{short}` alone"
    if kind == "layer" and short not in _RATHER_LAYERS and (given or short not in names("activation")):
        op = _op_of(short)
        if op is not None:
            return None, f"write `ops.{op}`"
    folded = short.replace("_", "").lower()
    found = _known_as(kind, short, folded)
    if found is None and kind == "layer":
        return _an_activation(folded) or _same_letters(folded) or _function(short)
    if found is None:
        return None
    return (None, found) if " " in found else (found, f"write `{found}`")


def without_home(name: str) -> str:
    """The last word of a name, where all before it are modules: `Dense` of `tf.keras.layers.Dense`."""
    home, _, short = name.rpartition(".")
    return short if home and all(part in _HOMES for part in home.split(".")) else name


def _known_as(kind: str, short: str, folded: str) -> str | None:
    return _OTHERS.get(kind, {}).get(short) or _others_folded(kind).get(folded)


@cache
def _others_folded(kind: str) -> dict[str, str]:
    """What is meant by each name, in small letters without `_`; the first of two that are alike then."""
    return {_letters(old): new for old, new in reversed(_OTHERS.get(kind, {}).items())}


@cache
def _layers_folded() -> dict[str, str]:
    return {name.lower(): name for name in reversed(names("layer"))}


@cache
def _activations_folded() -> dict[str, str]:
    return {name.replace("_", ""): name for name in reversed(names("activation"))}


def _letters(name: str) -> str:
    return name.replace("_", "").lower()


def _op_of(short: str) -> str | None:
    """The function of `keras.ops` of that name."""
    return next((name for name in (short, f"image.{short}") if name in FUNCTIONS), None)


def _function(short: str) -> tuple[str | None, str] | None:
    """The function of `keras.ops` that is meant, and what to write."""
    op = _op_of(short)
    found = op or _known_as("op", short, short.replace("_", "").lower())
    if found is None or " " in found:
        return None if found is None else (None, found)
    return f"ops.{found}", f"write `ops.{found}`"


def _layer_for_function(short: str) -> tuple[str | None, str] | None:
    """`ops.Dense`: layers are no functions."""
    return (None, f"write `{short}`: it is a layer") if short[:1].isupper() and short in names("layer") else None


def _same_letters(folded: str) -> tuple[str, str] | None:
    """A layer in small letters: `batch_normalization`."""
    found = _layers_folded().get(folded)
    return None if found is None else (found, f"write `{found}`")


def _an_activation(folded: str) -> tuple[str | None, str] | None:
    """A layer that is only the name of an activation: `GELU` is `Activation: gelu`."""
    found = _activations_folded().get(folded)
    return None if found is None else (None, f"write `Activation: {found}`")
