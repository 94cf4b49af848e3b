"""Whether each metric fits the targets that its loss wants, and the output it looks at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modelspec.catalogue.names import OVER_CLASSES
from modelspec.catalogue.tensor import shape_text
from modelspec.checks.outputs.endings import UNBOUNDED
from modelspec.checks.outputs.outputs import Output, metrics_of, target_shape, trained_outputs
from modelspec.checks.places import argument_place
from modelspec.diagnostics import Diagnostic
from modelspec.graph import ShapedNetwork

_CLASS_NUMBERS = ("SparseCategoricalAccuracy", "SparseCategoricalCrossentropy", "SparseTopKCategoricalAccuracy")
_CLASS_MAPS = ("IoU", "MeanIoU")
_TABLES = ("F1Score", "FBetaScore", "R2Score")
"""Take (batch, numbers) and nothing else."""
_ONE_BY_ONE = ("BinaryAccuracy", "BinaryCrossentropy", "BinaryIoU")
_THRESHOLDS = (
    "Precision", "Recall", "TruePositives", "TrueNegatives", "FalsePositives", "FalseNegatives", "PrecisionAtRecall",
    "RecallAtPrecision", "SensitivityAtSpecificity", "SpecificityAtSensitivity",
)  # fmt: skip


def metrics_have_names_of_today(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """`acc` still works, and is then called `acc` everywhere."""
    for output in trained_outputs(network):
        for metric, place in metrics_of(output):
            if metric == "acc":
                yield place.warning("MS512", "`acc` is a name from an older Keras", "write `accuracy`")


def metrics_fit_targets(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """A metric that Keras refuses at the first batch, or that compares what cannot be compared."""
    for output in trained_outputs(network):
        targets = target_shape(output)
        if targets is None:
            continue
        fewer = len(targets) < output.tensor.rank
        for metric, place in metrics_of(output):
            if isinstance(metric, str):
                continue
            found = _misfit(metric, output, fewer)
            if found is not None:
                message, help = found
                what = f"{type(metric).__name__}: {message}"
                yield place.only_key().problem("MS513", what, help)


def _misfit(metric: Any, output: Output, class_numbers: bool) -> tuple[str, str] | None:
    """What Keras or TensorFlow refuses, and what to do."""
    name, shape, loss = type(metric).__name__, shape_text(output.tensor.shape), type(output.loss).__name__
    if name in _TABLES and (class_numbers or output.tensor.rank != 2):
        targets = ", and targets of the same shape" if class_numbers else ""
        message = f"needs an output of shape (batch, numbers){targets}; '{output.name}' has shape {shape}"
        return message, "leave the metric out" if not class_numbers else f"{loss} takes class numbers; use accuracy"
    if class_numbers and output.last != 1:
        if name in _CLASS_NUMBERS or (name in _CLASS_MAPS and not metric.sparse_y_pred):
            return None
        sparse = {"CategoricalAccuracy": "SparseCategoricalAccuracy", "OneHotIoU": "IoU", "OneHotMeanIoU": "MeanIoU"}
        sparse |= {"CategoricalCrossentropy": "SparseCategoricalCrossentropy"}
        sparse |= {"TopKCategoricalAccuracy": "SparseTopKCategoricalAccuracy", "BinaryAccuracy": "accuracy"}
        message = (
            f"compares each number of the output with a number of the target; the targets of {loss} are class numbers"
        )
        help = "write `sparse_y_pred: false`" if name in _CLASS_MAPS else f"use `{sparse.get(name, 'accuracy')}`"
        return message, help
    one_class = output.last == 1 and name != "SparseCategoricalCrossentropy"
    if not class_numbers and name in _CLASS_NUMBERS and not one_class:
        instead = name.removeprefix("Sparse")
        return f"takes class numbers; {loss} takes targets of the output's shape {shape}", f"use `{instead}`"
    needs_classes = name in ("TopKCategoricalAccuracy", "OneHotIoU", "OneHotMeanIoU")
    if not class_numbers and needs_classes and output.tensor.rank == 1:
        return f"needs a number for each class; '{output.name}' has shape {shape}", "leave the metric out"
    return None


def metrics_are_one_number(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """The history holds one number for each metric; a few metrics can give several."""
    for output in trained_outputs(network):
        for metric, place in metrics_of(output):
            if isinstance(metric, str):
                continue
            argument, help = _several(metric)
            if argument is not None:
                message = f"{type(metric).__name__} gives several numbers, and the history holds one for each metric"
                yield argument_place(place, argument).problem("MS514", message, help)


def _several(metric: Any) -> tuple[str | None, str | None]:
    name = type(metric).__name__
    if name in ("F1Score", "FBetaScore") and metric.average is None:
        return "average", "write `average: macro`, the mean over the classes, or `micro` or `weighted`"
    if name == "R2Score" and metric.class_aggregation is None:
        return "class_aggregation", "leave `class_aggregation` out: the mean over the outputs"
    thresholds = getattr(metric, "thresholds", None)
    if name != "AUC" and isinstance(thresholds, tuple) and len(thresholds) > 1:
        return "thresholds", "write one metric for each threshold"
    return None, None


def metrics_say_something(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """Metrics that Keras computes and that mean nothing for this output."""
    for output in trained_outputs(network):
        for metric, place in metrics_of(output):
            found = _accuracy(output) if isinstance(metric, str) else _meaningless(metric, output)
            if found is not None:
                what = f"`{metric}`" if isinstance(metric, str) else type(metric).__name__
                message, help = found
                yield place.only_key().warning("MS515", f"{what} {message}", help)


def _accuracy(output: Output) -> tuple[str, str] | None:
    """`accuracy` on one unit compares the output with 0.5."""
    if output.last != 1:
        return None
    if output.from_logits and output.loss.target_kind == "binary" and output.activation() == "linear":
        message = (
            f"compares '{output.name}' with 0.5; with `from_logits: true` the boundary between the two classes is 0"
        )
        return message, "write `BinaryAccuracy: {threshold: 0.0}`"
    if output.loss.target_kind == "real" and output.activation() in UNBOUNDED:
        loss = type(output.loss).__name__
        message = f"counts how often '{output.name}' is on the right side of 0.5; {loss} is a loss for numbers"
        return message, "use `mae` or another distance, or a loss for classes"
    return None


def _meaningless(metric: Any, output: Output) -> tuple[str, str] | None:
    name, last = type(metric).__name__, output.last
    ending = output.ending
    if name in ("TopKCategoricalAccuracy", "SparseTopKCategoricalAccuracy") and last is not None and metric.k >= last:
        message = f"is always 1: the right class is always among the top {metric.k} of {last}"
        return message, f"give a smaller `k`, below {last}"
    if name in ("CategoricalAccuracy", "SparseCategoricalAccuracy") and last == 1:
        return f"takes the largest of one number: '{output.name}' has one unit", "use `accuracy`"
    if name == "CategoricalCrossentropy" and last == 1:
        return f"tells classes apart: '{output.name}' has one unit", "use `BinaryCrossentropy`"
    over_classes = ending is not None and ending.activation in OVER_CLASSES and ending.along_last
    if name in _ONE_BY_ONE and over_classes and last not in (None, 1):
        help = "use `accuracy`" if name == "BinaryAccuracy" else "use a metric for classes"
        return f"treats each of the {last} units as a separate question; but they sum to 1", help
    floats = output.tensor.dtype.startswith(("float", "bfloat"))
    if name in _CLASS_MAPS and metric.sparse_y_pred and floats and last not in (None, 1):
        return "takes the outputs as class numbers; but they are one number for each class", "use `OneHotMeanIoU`"
    return _of_logits(metric, output)


def _of_logits(metric: Any, output: Output) -> tuple[str, str] | None:
    """A metric of probabilities on an output whose loss takes logits."""
    name, logits = type(metric).__name__, getattr(metric, "from_logits", None)
    if not hasattr(output.loss, "from_logits") or output.activation() != "linear" or not output.from_logits:
        return None
    why = f"takes probabilities; '{output.name}' gives logits, according to its loss"
    if logits is False:
        return why, f"write `{name}: {{from_logits: true}}`"
    if output.loss.target_kind != "binary":
        return None
    if name == "BinaryAccuracy" and "threshold" not in metric.model_fields_set:
        return why, "write `BinaryAccuracy: {threshold: 0.0}`"
    if name in _THRESHOLDS and getattr(metric, "thresholds", None) is None:
        zero = f"`{name}: {{thresholds: 0}}`, or " if hasattr(metric, "thresholds") else ""
        return why, f"write {zero}end in a sigmoid and leave `from_logits` out"
    return None
