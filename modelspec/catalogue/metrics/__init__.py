"""The metrics, by family; a family's module is imported when one of its metrics is first used.

The lists are explicit so that a reader sees them whole. Must not know who uses them.
"""

_FAMILIES: dict[str, tuple[str, ...]] = {
    "accuracy": (
        "Accuracy", "BinaryAccuracy", "CategoricalAccuracy", "SparseCategoricalAccuracy",
        "SparseTopKCategoricalAccuracy", "TopKCategoricalAccuracy",
    ),
    "confusion": (
        "AUC", "BinaryIoU", "F1Score", "FBetaScore", "FalseNegatives", "FalsePositives", "IoU", "MeanIoU",
        "OneHotIoU", "OneHotMeanIoU", "Precision", "PrecisionAtRecall", "Recall", "RecallAtPrecision",
        "SensitivityAtSpecificity", "SpecificityAtSensitivity", "TrueNegatives", "TruePositives",
    ),
    "correlation": ("ConcordanceCorrelation", "CosineSimilarity", "PearsonCorrelation", "R2Score"),
    "errors": (
        "BinaryCrossentropy", "CategoricalCrossentropy", "CategoricalHinge", "Hinge", "KLDivergence", "LogCoshError",
        "MeanAbsoluteError", "MeanAbsolutePercentageError", "MeanSquaredError", "MeanSquaredLogarithmicError",
        "Poisson", "RootMeanSquaredError", "SparseCategoricalCrossentropy", "SquaredHinge",
    ),
}  # fmt: skip

METRICS: dict[str, str] = dict(
    sorted((name, f"modelspec.catalogue.metrics.{family}") for family, names in _FAMILIES.items() for name in names)
)
"""The module of each metric's class, by the metric's name."""


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
    "MeanMetricWrapper": "it runs Python code that a spec cannot contain",
    "Metric": "it is the base class of all metrics and computes nothing",
    "Sum": _NO_TARGETS,
    "mean": _NO_TARGETS,
    "mean_metric_wrapper": "it runs Python code that a spec cannot contain",
    "metric": "it is the base class of all metrics and computes nothing",
    "sum": _NO_TARGETS,
}
