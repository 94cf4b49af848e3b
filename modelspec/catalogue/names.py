"""Every name a spec may use for a loss, metric, optimizer and the rest, and the module that its class is in.

Light: nothing of the catalogue is imported here. The lists are explicit so that a reader sees them whole; layers and
ops have lists of their own.
"""

_LOSS_FAMILIES: dict[str, tuple[str, ...]] = {
    "losses.binary": ("BinaryCrossentropy", "BinaryFocalCrossentropy", "Dice", "Tversky"),
    "losses.classes": ("CTC", "CategoricalGeneralizedCrossEntropy", "CategoricalHinge", "Circle", "KLDivergence"),
    "losses.crossentropy": (
        "CategoricalCrossentropy", "CategoricalFocalCrossentropy", "SparseCategoricalCrossentropy",
    ),
    "losses.errors": (
        "CosineSimilarity", "Hinge", "Huber", "LogCosh", "MeanAbsoluteError", "MeanAbsolutePercentageError",
        "MeanSquaredError", "MeanSquaredLogarithmicError", "Poisson", "SquaredHinge",
    ),
}  # fmt: skip

LOSS_IDENTIFIERS: dict[str, str] = {
    "bce": "BinaryCrossentropy",
    "BCE": "BinaryCrossentropy",
    "binary_crossentropy": "BinaryCrossentropy",
    "binary_focal_crossentropy": "BinaryFocalCrossentropy",
    "categorical_crossentropy": "CategoricalCrossentropy",
    "categorical_focal_crossentropy": "CategoricalFocalCrossentropy",
    "categorical_hinge": "CategoricalHinge",
    "circle": "Circle",
    "cosine_similarity": "CosineSimilarity",
    "ctc": "CTC",
    "dice": "Dice",
    "hinge": "Hinge",
    "huber": "Huber",
    "kl_divergence": "KLDivergence",
    "kld": "KLDivergence",
    "KLD": "KLDivergence",
    "log_cosh": "LogCosh",
    "mae": "MeanAbsoluteError",
    "MAE": "MeanAbsoluteError",
    "mape": "MeanAbsolutePercentageError",
    "MAPE": "MeanAbsolutePercentageError",
    "mean_absolute_error": "MeanAbsoluteError",
    "mean_absolute_percentage_error": "MeanAbsolutePercentageError",
    "mean_squared_error": "MeanSquaredError",
    "mean_squared_logarithmic_error": "MeanSquaredLogarithmicError",
    "mse": "MeanSquaredError",
    "MSE": "MeanSquaredError",
    "msle": "MeanSquaredLogarithmicError",
    "MSLE": "MeanSquaredLogarithmicError",
    "poisson": "Poisson",
    "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy",
    "squared_hinge": "SquaredHinge",
    "tversky": "Tversky",
}

_WHICH_CROSSENTROPY = (
    "Keras would guess from the targets which one is meant; write `sparse_categorical_crossentropy` for class "
    "numbers, `categorical_crossentropy` for one-hot rows or `binary_crossentropy` for zeros and ones"
)
LOSSES_LEFT_OUT: dict[str, str] = {
    "Loss": "it is the base class of all losses and computes nothing",
    "LossFunctionWrapper": "it runs Python code that a spec cannot hold",
    "ce": _WHICH_CROSSENTROPY,
    "crossentropy": _WHICH_CROSSENTROPY,
}

_METRIC_FAMILIES: dict[str, tuple[str, ...]] = {
    "metrics.accuracy": (
        "Accuracy", "BinaryAccuracy", "CategoricalAccuracy", "SparseCategoricalAccuracy",
        "SparseTopKCategoricalAccuracy", "TopKCategoricalAccuracy",
    ),
    "metrics.confusion": (
        "AUC", "BinaryIoU", "F1Score", "FBetaScore", "FalseNegatives", "FalsePositives", "IoU", "MeanIoU",
        "OneHotIoU", "OneHotMeanIoU", "Precision", "PrecisionAtRecall", "Recall", "RecallAtPrecision",
        "SensitivityAtSpecificity", "SpecificityAtSensitivity", "TrueNegatives", "TruePositives",
    ),
    "metrics.correlation": ("ConcordanceCorrelation", "CosineSimilarity", "PearsonCorrelation", "R2Score"),
    "metrics.errors": (
        "BinaryCrossentropy", "CategoricalCrossentropy", "CategoricalHinge", "Hinge", "KLDivergence", "LogCoshError",
        "MeanAbsoluteError", "MeanAbsolutePercentageError", "MeanSquaredError", "MeanSquaredLogarithmicError",
        "Poisson", "RootMeanSquaredError", "SparseCategoricalCrossentropy", "SquaredHinge",
    ),
}  # fmt: skip

METRIC_IDENTIFIERS: dict[str, str] = {
    "auc": "AUC",
    "bce": "BinaryCrossentropy",
    "BCE": "BinaryCrossentropy",
    "binary_accuracy": "BinaryAccuracy",
    "binary_crossentropy": "BinaryCrossentropy",
    "binary_io_u": "BinaryIoU",
    "categorical_accuracy": "CategoricalAccuracy",
    "categorical_crossentropy": "CategoricalCrossentropy",
    "categorical_hinge": "CategoricalHinge",
    "concordance_correlation": "ConcordanceCorrelation",
    "cosine_similarity": "CosineSimilarity",
    "f1_score": "F1Score",
    "f_beta_score": "FBetaScore",
    "false_negatives": "FalseNegatives",
    "false_positives": "FalsePositives",
    "hinge": "Hinge",
    "io_u": "IoU",
    "kl_divergence": "KLDivergence",
    "log_cosh_error": "LogCoshError",
    "mae": "MeanAbsoluteError",
    "MAE": "MeanAbsoluteError",
    "mape": "MeanAbsolutePercentageError",
    "MAPE": "MeanAbsolutePercentageError",
    "mean_absolute_error": "MeanAbsoluteError",
    "mean_absolute_percentage_error": "MeanAbsolutePercentageError",
    "mean_io_u": "MeanIoU",
    "mean_squared_error": "MeanSquaredError",
    "mean_squared_logarithmic_error": "MeanSquaredLogarithmicError",
    "mse": "MeanSquaredError",
    "MSE": "MeanSquaredError",
    "msle": "MeanSquaredLogarithmicError",
    "MSLE": "MeanSquaredLogarithmicError",
    "one_hot_io_u": "OneHotIoU",
    "one_hot_mean_io_u": "OneHotMeanIoU",
    "pearson_correlation": "PearsonCorrelation",
    "poisson": "Poisson",
    "precision": "Precision",
    "precision_at_recall": "PrecisionAtRecall",
    "r2_score": "R2Score",
    "recall": "Recall",
    "recall_at_precision": "RecallAtPrecision",
    "root_mean_squared_error": "RootMeanSquaredError",
    "sensitivity_at_specificity": "SensitivityAtSpecificity",
    "sparse_categorical_accuracy": "SparseCategoricalAccuracy",
    "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy",
    "sparse_top_k_categorical_accuracy": "SparseTopKCategoricalAccuracy",
    "specificity_at_sensitivity": "SpecificityAtSensitivity",
    "squared_hinge": "SquaredHinge",
    "top_k_categorical_accuracy": "TopKCategoricalAccuracy",
    "true_negatives": "TrueNegatives",
    "true_positives": "TruePositives",
}

METRIC_CHOICES: tuple[str, ...] = ("accuracy", "acc", "Accuracy")
"""Keras resolves these when it sees targets and outputs: binary, categorical or sparse categorical accuracy.

The last is also a class; its name alone is what Keras makes of the text, its name with arguments the class.
"""

_NO_TARGETS = "it is not computed from targets and outputs; the loss is averaged and shown without it"
METRICS_LEFT_OUT: dict[str, str] = {
    "Mean": _NO_TARGETS,
    "MeanMetricWrapper": "it runs Python code that a spec cannot hold",
    "Metric": "it is the base class of all metrics and computes nothing",
    "Sum": _NO_TARGETS,
    "mean": _NO_TARGETS,
    "mean_metric_wrapper": "it runs Python code that a spec cannot hold",
    "metric": "it is the base class of all metrics and computes nothing",
    "sum": _NO_TARGETS,
}

_OPTIMIZER_FAMILIES: dict[str, tuple[str, ...]] = {
    "optimizers.adam": ("Adam", "AdamW"),
    "optimizers.gradient": ("Adadelta", "Adafactor", "Adagrad", "Ftrl", "LossScaleOptimizer", "RMSprop", "SGD"),
    "optimizers.momentum": ("Adamax", "Lamb", "Lion", "Muon", "Nadam", "ScheduleFreeAdamW"),
}

OPTIMIZER_IDENTIFIERS: dict[str, str] = {
    "adadelta": "Adadelta",
    "adafactor": "Adafactor",
    "adagrad": "Adagrad",
    "adam": "Adam",
    "adamax": "Adamax",
    "adamw": "AdamW",
    "ftrl": "Ftrl",
    "lion": "Lion",
    "lossscaleoptimizer": "LossScaleOptimizer",
    "muon": "Muon",
    "nadam": "Nadam",
    "rmsprop": "RMSprop",
    "schedulefreeadamw": "ScheduleFreeAdamW",
    "sgd": "SGD",
}

_NEEDS_LAYERS = "it is given the layers themselves, which a spec cannot hold; use one optimizer for the whole model"
OPTIMIZERS_LEFT_OUT: dict[str, str] = {
    "MultiOptimizer": _NEEDS_LAYERS,
    "Optimizer": "it is the base class of all optimizers and changes nothing",
    "OptimizerMap": _NEEDS_LAYERS,
    "multioptimizer": _NEEDS_LAYERS,
    "optimizer": "it is the base class of all optimizers and changes nothing",
    "optimizermap": _NEEDS_LAYERS,
}

SCHEDULES: tuple[str, ...] = (
    "CosineDecay", "CosineDecayRestarts", "ExponentialDecay", "InverseTimeDecay", "PiecewiseConstantDecay",
    "PolynomialDecay",
)  # fmt: skip

SCHEDULES_LEFT_OUT: dict[str, str] = {
    "LearningRateSchedule": "it is the base class of all schedules and computes nothing",
}

INITIALIZERS: tuple[str, ...] = (
    "Constant", "GlorotNormal", "GlorotUniform", "HeNormal", "HeUniform", "Identity", "LecunNormal", "LecunUniform",
    "Ones", "Orthogonal", "RandomNormal", "RandomUniform", "TruncatedNormal", "VarianceScaling", "Zeros",
)  # fmt: skip

OWN_INITIALIZERS: tuple[str, ...] = ("npz",)
"""What Keras has no class for."""

INITIALIZER_IDENTIFIERS: dict[str, str] = {
    "constant": "Constant",
    "glorot_normal": "GlorotNormal",
    "glorot_uniform": "GlorotUniform",
    "he_normal": "HeNormal",
    "he_uniform": "HeUniform",
    "identity": "Identity",
    "lecun_normal": "LecunNormal",
    "lecun_uniform": "LecunUniform",
    "normal": "RandomNormal",
    "one": "Ones",
    "ones": "Ones",
    "orthogonal": "Orthogonal",
    "random_normal": "RandomNormal",
    "random_uniform": "RandomUniform",
    "truncated_normal": "TruncatedNormal",
    "uniform": "RandomUniform",
    "variance_scaling": "VarianceScaling",
    "zero": "Zeros",
    "zeros": "Zeros",
}

INITIALIZER_ALIASES: dict[str, str] = {
    "IdentityInitializer": "Identity",
    "OrthogonalInitializer": "Orthogonal",
}

_ONE_LAYER = "it fits the layer STFTSpectrogram only, which makes it by itself"
INITIALIZERS_LEFT_OUT: dict[str, str] = {
    "Initializer": "it is the base class of all initializers and makes no values",
    "STFT": _ONE_LAYER,
    "STFTInitializer": _ONE_LAYER,
    "initializer": "it is the base class of all initializers and makes no values",
    "stft": _ONE_LAYER,
}

REGULARIZERS: tuple[str, ...] = ("L1", "L1L2", "L2", "OrthogonalRegularizer")

REGULARIZER_IDENTIFIERS: dict[str, str] = {
    "l1": "L1",
    "l1l2": "L1L2",
    "l2": "L2",
    "orthogonal_regularizer": "OrthogonalRegularizer",
}

REGULARIZER_ALIASES: dict[str, str] = {"l1_l2": "L1L2"}

REGULARIZERS_LEFT_OUT: dict[str, str] = {
    "Regularizer": "it is the base class of all regularizers and computes nothing",
    "regularizer": "it is the base class of all regularizers and computes nothing",
}

CONSTRAINTS: tuple[str, ...] = ("MaxNorm", "MinMaxNorm", "NonNeg", "UnitNorm")

CONSTRAINT_IDENTIFIERS: dict[str, str] = {
    "max_norm": "MaxNorm",
    "min_max_norm": "MinMaxNorm",
    "non_neg": "NonNeg",
    "unit_norm": "UnitNorm",
}

CONSTRAINTS_LEFT_OUT: dict[str, str] = {
    "Constraint": "it is the base class of all constraints and changes nothing",
    "constraint": "it is the base class of all constraints and changes nothing",
}

ACTIVATIONS: tuple[str, ...] = (
    "celu", "elu", "exponential", "gelu", "hard_shrink", "hard_sigmoid", "hard_silu", "hard_swish", "hard_tanh",
    "leaky_relu", "linear", "log_sigmoid", "log_softmax", "mish", "relu", "relu6", "selu", "sigmoid", "silu",
    "soft_shrink", "softmax", "softplus", "softsign", "sparse_plus", "sparse_sigmoid", "sparsemax", "squareplus",
    "swish", "tanh", "tanh_shrink",
)  # fmt: skip

_ACTIVATION_FAMILIES: dict[str, tuple[str, ...]] = {
    "activations": (
        "celu", "elu", "gelu", "hard_shrink", "leaky_relu", "log_softmax", "relu", "soft_shrink", "softmax", "sparsemax",
        "squareplus", "threshold",
    ),
    "layers.activation": ("ELU", "LeakyReLU", "ReLU", "Softmax"),
}  # fmt: skip
"""Those that have arguments: functions, and layers that stand for one."""
OVER_CLASSES = frozenset({"softmax", "sparsemax"})
"""Activations whose numbers sum to 1 over an axis."""

ACTIVATIONS_LEFT_OUT: dict[str, str] = {
    "PReLU": "it learns weights of its own; write it as a step behind the layer",
    "glu": "it halves the last axis, which an activation cannot; use the step `ops.glu`",
}

CALLBACKS: tuple[str, ...] = (
    "CSVLogger", "EarlyStopping", "ModelCheckpoint", "ReduceLROnPlateau", "SwapEMAWeights", "TensorBoard",
    "TerminateOnNaN",
)  # fmt: skip

CALLBACKS_LEFT_OUT: dict[str, str] = {
    "BackupAndRestore": "modelspec can continue any run by itself: `modelspec train --resume RUN`",
    "Callback": "it is the base class of all callbacks and does nothing",
    "CallbackList": "`callbacks` is the list",
    "History": "every run records its history by itself",
    "LambdaCallback": "it runs Python code that a spec cannot hold",
    "LearningRateScheduler": (
        "it runs Python code that a spec cannot hold; give the optimizer a schedule instead, such as "
        "`learning_rate: {ExponentialDecay: …}`"
    ),
    "OrbaxCheckpoint": "it writes a format that modelspec does not read; use ModelCheckpoint",
    "ProgbarLogger": "every run shows its progress by itself",
    "RemoteMonitor": "it sends data to another machine, which a spec may not do",
}

_APPLICATION_FAMILIES: dict[str, tuple[str, ...]] = {
    "applications.application": (
        "ConvNeXtBase", "ConvNeXtLarge", "ConvNeXtSmall", "ConvNeXtTiny", "ConvNeXtXLarge", "DenseNet121",
        "DenseNet169", "DenseNet201", "EfficientNetB0", "EfficientNetB1", "EfficientNetB2", "EfficientNetB3",
        "EfficientNetB4", "EfficientNetB5", "EfficientNetB6", "EfficientNetB7", "EfficientNetV2B0",
        "EfficientNetV2B1", "EfficientNetV2B2", "EfficientNetV2B3", "EfficientNetV2L", "EfficientNetV2M",
        "EfficientNetV2S", "InceptionResNetV2", "InceptionV3", "ResNet101", "ResNet101V2", "ResNet152", "ResNet152V2",
        "ResNet50", "ResNet50V2", "VGG16", "VGG19", "Xception",
    ),
    "applications.mobile": (
        "MobileNet", "MobileNetV2", "MobileNetV3Large", "MobileNetV3Small", "NASNetLarge", "NASNetMobile",
    ),
}  # fmt: skip


def _modules(families: dict[str, tuple[str, ...]]) -> dict[str, str]:
    found = {name: f"modelspec.catalogue.{module}" for module, names in families.items() for name in names}
    return dict(sorted(found.items()))


LOSSES: dict[str, str] = _modules(_LOSS_FAMILIES)
"""The module of each loss's class, by the loss's name; likewise below."""
METRICS: dict[str, str] = _modules(_METRIC_FAMILIES)
OPTIMIZERS: dict[str, str] = _modules(_OPTIMIZER_FAMILIES)
ACTIVATION_CLASSES: dict[str, str] = _modules(_ACTIVATION_FAMILIES)
APPLICATIONS: dict[str, str] = _modules(_APPLICATION_FAMILIES)
