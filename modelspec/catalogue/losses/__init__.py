"""The losses, by family; a family's module is imported when one of its losses is first used.

The lists are explicit so that a reader sees them whole. Must not know who uses them.
"""

_FAMILIES: dict[str, tuple[str, ...]] = {
    "binary": ("BinaryCrossentropy", "BinaryFocalCrossentropy", "Dice", "Tversky"),
    "classes": ("CTC", "CategoricalGeneralizedCrossEntropy", "CategoricalHinge", "Circle", "KLDivergence"),
    "crossentropy": (
        "CategoricalCrossentropy", "CategoricalFocalCrossentropy", "SparseCategoricalCrossentropy",
    ),
    "errors": (
        "CosineSimilarity", "Hinge", "Huber", "LogCosh", "MeanAbsoluteError", "MeanAbsolutePercentageError",
        "MeanSquaredError", "MeanSquaredLogarithmicError", "Poisson", "SquaredHinge",
    ),
}  # fmt: skip

LOSSES: dict[str, str] = dict(
    sorted((name, f"modelspec.catalogue.losses.{family}") for family, names in _FAMILIES.items() for name in names)
)
"""The module of each loss's class, by the loss's name."""


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
    "LossFunctionWrapper": "it runs Python code that a spec cannot contain",
    "ce": _WHICH_CROSSENTROPY,
    "crossentropy": _WHICH_CROSSENTROPY,
}
