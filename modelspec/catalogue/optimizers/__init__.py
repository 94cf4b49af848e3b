"""The optimizers, by family, and the learning-rate schedules; a module is imported when one of its classes is first used.

The lists are explicit so that a reader sees them whole. Must not know who uses them.
"""

_FAMILIES: dict[str, tuple[str, ...]] = {
    "adam": ("Adam", "AdamW"),
    "gradient": ("Adadelta", "Adafactor", "Adagrad", "Ftrl", "LossScaleOptimizer", "RMSprop", "SGD"),
    "momentum": ("Adamax", "Lamb", "Lion", "Muon", "Nadam", "ScheduleFreeAdamW"),
}

OPTIMIZERS: dict[str, str] = dict(
    sorted((name, f"modelspec.catalogue.optimizers.{family}") for family, names in _FAMILIES.items() for name in names)
)
"""The module of each optimizer's class, by the optimizer's name."""


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

_NEEDS_LAYERS = "it is given the layers themselves, which a spec cannot contain; use one optimizer for the whole model"
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
