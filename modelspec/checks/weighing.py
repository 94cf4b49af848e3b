"""Whether the rows of an output can weigh as the spec says: by a column, or by their classes, and not by both."""

from __future__ import annotations

from collections.abc import Iterator

from modelspec.checks.outputs import target_shape, trained_outputs
from modelspec.diagnostics import Diagnostic, Note
from modelspec.graph import ShapedNetwork


def rows_weigh_once(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """Keras refuses weights of rows beside weights of classes, and a loss that is one number for the batch has no rows."""
    train = network.network.spec.train
    classes = None if train.class_weight is None or train.place is None else train.place.get("class_weight")
    for output in trained_outputs(network):
        if output.spec is None or output.spec.sample_weight is None or target_shape(output) is None:
            continue
        place = output.spec.place.find(("sample_weight",))
        values = output.loss.values_shape(output.tensor)
        if classes is not None:
            message = "sample_weight and class_weight cannot both say what a row counts"
            help = "leave out `class_weight`, and multiply the weights of the classes into the column"
            yield place.problem("MS543", message, help, key=True, related=(Note(classes.key_span, "the other one"),))
        elif values[:1] != output.tensor.shape[:1]:
            name = type(output.loss).__name__
            message = f"sample_weight: {name} gives one number for the whole batch here, so rows cannot weigh in it"
            yield place.problem(
                "MS543", message, "leave it out, or choose a loss that gives a number for each row", key=True
            )
