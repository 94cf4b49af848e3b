"""Whether the rows of an output can weigh as the spec says: by a column, or by their classes, and not by both."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from modelspec.catalogue.tensor import shape_text
from modelspec.checks.outputs.endings import PROBABILITIES
from modelspec.checks.outputs.outputs import Output, target_shape, trained_outputs
from modelspec.diagnostics import Diagnostic, Note
from modelspec.graph import ShapedNetwork
from modelspec.source import Mapping, Place


def rows_weigh_once(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """Keras refuses weights of rows beside weights of classes, and a loss that is one number for the batch has no rows."""
    outputs = trained_outputs(network)
    for output in outputs:
        if output.spec is None or target_shape(output) is None:
            continue
        column = output.spec.place.get("sample_weight")
        classes = _class_weight(network, output, outputs)
        place = column or classes
        if place is None:
            continue
        values = output.loss.values_shape(output.tensor)
        if column is not None and classes is not None:
            message = "sample_weight and class_weight cannot be combined"
            help = "leave out `class_weight`, and multiply the column by the weights of the classes"
            yield column.problem("MS543", message, help, key=True, related=(Note(classes.key_span, "the other one"),))
        elif values[:1] != output.tensor.shape[:1]:
            name, key = type(output.loss).__name__, place.path[-1]
            message = f"{key}: {name} gives one number for the whole batch here, so rows cannot be weighted"
            yield place.problem(
                "MS543", message, "leave it out, or choose a loss that gives a number for each row", key=True
            )


def _of_train(network: ShapedNetwork) -> Place | None:
    train = network.train
    return None if train.class_weight is None or train.place is None else train.place.get("class_weight")


def _class_weight(network: ShapedNetwork, output: Output, outputs: tuple[Output, ...]) -> Place | None:
    """Where the weights of an output's classes stand: at the output, or under `train` for the only one that is trained."""
    own = None if output.spec is None or output.spec.class_weight is None else output.spec.place.get("class_weight")
    return own or (_of_train(network) if len(outputs) == 1 else None)


def classes_weigh_where_they_are(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """Weights of classes belong to one output, whose rows have one class each, of those that there are."""
    outputs, whole = trained_outputs(network), _of_train(network)
    if whole is not None and len(outputs) > 1:
        yield _of_several(whole, outputs)
    for output in outputs:
        place = _class_weight(network, output, outputs)
        if place is None or (output.spec is not None and output.spec.sample_weight is not None):
            continue
        if whole is not None and len(outputs) == 1 and place.path != whole.path:
            message = f"class_weight of the output '{output.name}' is given twice"
            note = (Note(place.key_span, "at the output"),)
            yield whole.problem("MS208", message, "keep the one at the output", key=True, related=note)
        yield from _misfit(output, place)


def _of_several(whole: Place, outputs: tuple[Output, ...]) -> Diagnostic:
    names = ", ".join(f"'{output.name}'" for output in outputs)
    message = f"train.class_weight weights the classes of one output, but {len(outputs)} are trained: {names}"
    meant = next((output for output in outputs if _has_classes(output)), outputs[0])
    weights = "balanced"
    if isinstance(whole.node, Mapping):
        weights = f"{{{', '.join(f'{key}: {value}' for key, value in whole.value.items())}}}"
    help = f"write it under the output that it is for: `{meant.name}: {{class_weight: {weights}}}` under `outputs`"
    return whole.problem("MS544", message, help, key=True)


def _has_classes(output: Output) -> bool:
    """Whether the targets of an output are classes, as far as that can be told."""
    loss = output.loss
    if loss.targets != "real" or loss.two_sides or type(loss).registered_name is not None:
        return True
    return output.activation() in PROBABILITIES


def _misfit(output: Output, place: Place) -> Iterator[Diagnostic]:
    shape, name, loss = target_shape(output), output.name, type(output.loss).__name__
    if shape is None:
        return
    row, classes = shape[1:], output.loss.targets == "classes"
    if not _has_classes(output):
        message = f"class_weight weights rows by their class; {loss} takes numbers for '{name}', which have no class"
        help = "leave it out, or weight the rows by a column: `sample_weight: COLUMN` under the output"
        yield place.problem("MS545", message, help, key=True)
    elif (classes and row not in ((), (1,))) or any(size != 1 for size in row[:-1]):
        message = f"class_weight weights rows by their class, but a row of output '{name}' has many: {shape_text(row)}"
        help = "leave class_weight out, or weight the positions of a row by a column: `sample_weight: COLUMN` under the output"
        yield place.problem("MS757", message, help, key=True)
    else:
        yield from _unknown_classes(output, place, row)


def _unknown_classes(output: Output, place: Place, row: tuple[int | None, ...]) -> Iterator[Diagnostic]:
    units = prod(size or 0 for size in row)
    if output.loss.targets == "binary" and units > 1:
        message = (
            f"class_weight weights a row by one class; {type(output.loss).__name__} asks {units} questions of each row of "
            f"'{output.name}', of which the largest answer counts"
        )
        help = "leave it out, or weight the rows by a column: `sample_weight: COLUMN` under the output"
        yield place.warning("MS547", message, help, key=True)
    count = output.loss.classes(output.tensor) or 0
    if output.loss.targets in ("binary", "real"):
        count = 2 if units == 1 else units
    for key, below in place.entries() if count and isinstance(place.node, Mapping) else ():
        if key.isascii() and key.isdigit() and int(key) >= count:
            message = (
                f"class_weight names the class {key}; the output '{output.name}' has {count}, from 0 to {count - 1}"
            )
            yield below.problem("MS546", message, "leave it out, or give the output a unit for it", key=True)
