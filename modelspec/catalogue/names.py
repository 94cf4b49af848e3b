"""Every name a spec may use for an initializer, a regularizer, a constraint, an activation or a callback.

Light: nothing of the catalogue is imported here. The lists are explicit so that a reader sees them whole; what has
families (layers, functions, losses, metrics, optimizers, networks) has its lists in their folder.
"""

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

_ONE_LAYER = "it is only for the layer STFTSpectrogram, which makes it itself"
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
    "PReLU": "it has weights of its own; write it as a step after the layer",
    "glu": "it halves the last axis, which an activation must not do; use the step `ops.glu`",
}

CALLBACKS: tuple[str, ...] = (
    "CSVLogger", "EarlyStopping", "ModelCheckpoint", "ReduceLROnPlateau", "SwapEMAWeights", "TensorBoard",
    "TerminateOnNaN",
)  # fmt: skip

CALLBACKS_LEFT_OUT: dict[str, str] = {
    "BackupAndRestore": "modelspec can resume any run: `modelspec train --resume RUN`",
    "Callback": "it is the base class of all callbacks and does nothing",
    "CallbackList": "`callbacks` is the list",
    "History": "every run records its history",
    "LambdaCallback": "it runs Python code that a spec cannot contain",
    "LearningRateScheduler": (
        "it runs Python code that a spec cannot contain; give the optimizer a schedule instead, such as "
        "`learning_rate: {ExponentialDecay: …}`"
    ),
    "OrbaxCheckpoint": "it writes a format that modelspec does not read; use ModelCheckpoint",
    "ProgbarLogger": "every run shows its progress",
    "RemoteMonitor": "it sends data to another machine, which a spec may not do",
}

ACTIVATION_CLASSES: dict[str, str] = dict(
    sorted((name, f"modelspec.catalogue.{module}") for module, names in _ACTIVATION_FAMILIES.items() for name in names)
)
"""The module of each class, by the name of the activation."""
