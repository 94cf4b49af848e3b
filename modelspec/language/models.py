"""`inputs`, `layers` and `outputs`: of the spec itself, and of each nested model."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from modelspec.catalogue.kinds import find, names
from modelspec.catalogue.types import MAX_DIM
from modelspec.diagnostics import Diagnostic
from modelspec.language.fields import (
    expect_mapping,
    read_boolean,
    read_integer,
    read_name,
    read_number,
    read_patterns,
    read_text,
    read_texts,
    unknown_keys,
)
from modelspec.language.meant.legacy import FROM_FILES, LEGACY_KEYS, OF_MODEL
from modelspec.language.objects import Reader
from modelspec.language.references import read_reference
from modelspec.language.refusals import meant_dtype
from modelspec.language.sections.class_weights import ClassWeights
from modelspec.language.settings.objects import Loss, Objects
from modelspec.language.spec import InputSpec, ModelSpec, OutputSpec, Reference, Step
from modelspec.language.steps import read_step
from modelspec.source import Mapping, Place, Scalar, Sequence
from modelspec.source.names import NAME_PATTERN, local_name
from modelspec.source.words import describe, did_you_mean, number_meant, too_many_layers
from modelspec.source.yaml.flow import short_yaml
from modelspec.source.yaml.tuples import list_meant

INPUT_DTYPES = (
    "float32", "float16", "bfloat16", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool",
    "string",
)  # fmt: skip
MAX_AXES = 63
"""Numpy's 64, without the batch axis."""
INPUT_KEYS = ("shape", "dtype", "batch_size", "column", "columns")
MAX_BATCH = 1_000_000
OUTPUT_KEYS = (
    "from", "loss", "loss_weight", "metrics", "weighted_metrics", "column", "columns", "sample_weight", "class_weight",
)  # fmt: skip
MODEL_KEYS = ("inputs", "layers", "shared", "models", "outputs", "trainable", "freeze")


def read_inputs(place: Place | None, owner: Place, problems: list[Diagnostic]) -> tuple[InputSpec, ...] | None:
    """The declared inputs; None if any was refused."""
    if place is None:
        if owner.get("input") is not None:
            return None  # told as an old name
        help = "declare at least one, such as `inputs: {image: [28, 28, 1]}`"
        problems.append(owner.problem("MS202", "`inputs` is missing", help, key=True))
        return None
    if not expect_mapping(place, "inputs", problems, "inputs: {image: [28, 28, 1]}"):
        return None
    inputs = [read_input(name, below, problems) for name, below in place.entries()]
    if not inputs:
        problems.append(place.problem("MS202", "`inputs` is empty", "declare at least one input"))
        return None
    good = tuple(item for item in inputs if item is not None)
    return good if len(good) == len(inputs) else None


def read_input(name: str, place: Place, problems: list[Diagnostic]) -> InputSpec | None:
    """One input: its shape, or a mapping with `shape`."""
    named = read_name(name, place, "an input", problems)
    if isinstance(place.node, Sequence):
        shape = read_shape(place, problems)
        return None if shape is None or named is None else InputSpec(named, shape, "float32", None, place)
    meant = _shape_meant(place)
    if meant is not None:
        message = f"the input '{name}': expected a shape; received {describe(place.node)}"
        problems.append(place.problem("MS203", message, meant))
        return None
    if not expect_mapping(place, f"the input '{name}'", problems, f"{name}: [28, 28, 1]"):
        return None
    unknown_keys(place, f"the input '{name}'", INPUT_KEYS, problems)
    shape_place = place.get("shape")
    if shape_place is None:
        problems.append(place.problem("MS202", f"the input '{name}': `shape` is missing", "add `shape: […]`", key=True))
        return None
    shape = read_shape(shape_place, problems)
    dtype = _dtype(place.get("dtype"), problems)
    columns = read_columns(place, f"the input '{name}'", problems)
    size = place.get("batch_size")
    if size is not None and not (isinstance(size.node, Scalar) and size.node.value is None):
        batch = read_integer(size, f"the input '{name}': batch_size", problems, low=1, high=MAX_BATCH)
        if batch is None:
            return None
    else:
        batch = None
    if shape is None or dtype is None or named is None:
        return None
    return InputSpec(named, shape, dtype, columns, place, batch)


def _dtype(place: Place | None, problems: list[Diagnostic]) -> str | None:
    if place is None:
        return "float32"
    value = place.node.value if isinstance(place.node, Scalar) else None
    if isinstance(value, str) and value in INPUT_DTYPES:
        return value
    meant = meant_dtype(value, INPUT_DTYPES) if isinstance(value, str) else None
    help = f"write `{meant}`" if meant is not None else None
    help = help or (did_you_mean(value, INPUT_DTYPES) if isinstance(value, str) else None)
    help = help or f"one of {', '.join(INPUT_DTYPES)}"
    problems.append(place.problem("MS205", f"dtype: expected a dtype; received {describe(place.node)}", help))
    return None


def read_shape(place: Place, problems: list[Diagnostic]) -> tuple[int | None, ...] | None:
    """A shape without its batch axis; null is a free axis."""
    if not isinstance(place.node, Sequence):
        help = "write the sizes without the batch axis, such as `[28, 28, 1]`; null is a free axis"
        help = _shape_meant(place) or help
        problems.append(place.problem("MS203", f"shape: expected a list; received {describe(place.node)}", help))
        return None
    if len(place.node.items) > MAX_AXES:
        message = f"shape: expected at most {MAX_AXES} axes; received {len(place.node.items):,}"
        problems.append(place.problem("MS204", message, "arrays of data have no more"))
        return None
    sizes: list[int | None] = []
    for item in place.items():
        value: Any = item.node.value if isinstance(item.node, Scalar) else item.node
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            message = f"shape: expected an integer or null; received {describe(item.node)}"
            problems.append(item.problem("MS203", message, _size_meant(value)))
            return None
        if value is not None and not 0 < value <= MAX_DIM:
            message = f"shape: expected a size from 1 to {MAX_DIM:,}; received {value}"
            problems.append(item.problem("MS204", message, "null is a free axis" if value <= 0 else None))
            return None
        sizes.append(value)
    return tuple(sizes)


def _shape_meant(place: Place) -> str | None:
    """The list that one size, or sizes in a text, are meant for: `784`, `(28, 28, 1)`, `28x28`."""
    value = place.node.value if isinstance(place.node, Scalar) else None
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return f"write `[{value}]`"
    meant = list_meant(value) if isinstance(value, str) else None
    return None if meant is None else f"write `{meant}`"


def _size_meant(value: object) -> str | None:
    if isinstance(value, str):
        return "write `null`" if value in ("None", "none", "?", "*", "any") else number_meant(value)
    return f"write {int(value)}" if isinstance(value, float) and value == int(value) else None


def read_columns(place: Place, what: str, problems: list[Diagnostic]) -> tuple[str, ...] | None:
    """`column: name` or `columns: [names]`."""
    column, columns = place.get("column"), place.get("columns")
    if column is not None and columns is not None:
        message = f"{what}: `column` and `columns` cannot both be given"
        problems.append(columns.problem("MS208", message, "keep one of the two", key=True))
        return None
    if column is not None:
        text = read_text(column, f"{what}: column", problems)
        return None if text is None else (text,)
    return read_texts(columns, f"{what}: columns", problems)


def read_steps(place: Place | None, owner: Place, reader: Reader) -> tuple[Step, ...] | None:
    """The steps of `layers`."""
    if place is None:
        help = "add `layers:` and below it a list such as `- Dense: 10`"
        reader.problems.append(owner.problem("MS202", "`layers` is missing", help, key=True))
        return None
    if not isinstance(place.node, Sequence):
        message = f"layers: expected a list; received {describe(place.node)}"
        reader.problems.append(place.problem("MS203", message, "begin each layer with `- `"))
        return None
    if not place.node.items:
        reader.problems.append(place.problem("MS202", "`layers` is empty", "add a layer such as `- Dense: 10`"))
        return None
    most = reader.limits.layers
    if len(place.node.items) > most:
        reader.problems.append(too_many_layers(next(islice(place.items(), most, None)), most))
        return None
    return tuple(read_step(item, reader) for item in place.items())


def read_outputs(place: Place | None, reader: Reader) -> tuple[OutputSpec, ...] | None:
    """The outputs of the spec; None where there are none or they were refused as a whole."""
    if place is None or not expect_mapping(place, "outputs", reader.problems, _outputs_meant(place)):
        return None
    if isinstance(place.node, Mapping) and not place.node.entries:
        reader.problems.append(
            place.problem("MS202", "`outputs` is empty", "name at least one output, or leave it out")
        )
        return None
    read = [_output(name, below, reader) for name, below in place.entries()]
    return tuple(output for output in read if output is not None)


def _outputs_meant(place: Place) -> str:
    """The mapping that a name, or a list of names, is meant for."""
    items = list(place.items()) if isinstance(place.node, Sequence) else [place]
    names = [item.node.value for item in items if isinstance(item.node, Scalar) and isinstance(item.node.value, str)]
    good = [name for name in names if re.fullmatch(NAME_PATTERN, name)]
    known = good if good and len(good) == len(items) else ["label"]
    return f"outputs: {{{', '.join(f'{name}: {{loss: mse}}' for name in known)}}}"


def _output(name: str, place: Place, reader: Reader) -> OutputSpec | None:
    problems = reader.problems
    named = read_name(name, place, "an output", problems)
    if named is None:
        return None
    if isinstance(place.node, Scalar) and place.node.value is None:
        return OutputSpec(named, None, None, False, None, (), (), None, place)
    if isinstance(place.node, Scalar) and isinstance(place.node.value, str):
        reference = read_reference(place, problems)
        return OutputSpec(named, reference, None, False, None, (), (), None, place)
    what = f"the output '{name}'"
    if not expect_mapping(place, what, problems, f"{name}: {{loss: mse}}"):
        return None
    unknown_keys(place, what, OUTPUT_KEYS, problems, {**LEGACY_KEYS, **_of_the_loss(place)})
    from_place, loss_place, weight_place = place.get("from"), place.get("loss"), place.get("loss_weight")
    classes_place, metrics, weighted = place.get("class_weight"), place.get("metrics"), place.get("weighted_metrics")
    loss = None if loss_place is None else Loss().read(loss_place, what, reader)
    weight = None if weight_place is None else read_number(weight_place, f"{what}: loss_weight", problems, low=0.0)
    return OutputSpec(
        named,
        None if from_place is None else read_reference(from_place, problems),
        loss,
        loss_place is not None,
        weight,
        () if metrics is None else Objects("metric").read(metrics, what, reader),
        () if weighted is None else Objects("metric").read(weighted, what, reader),
        read_columns(place, what, problems),
        place,
        read_text(place.get("sample_weight"), f"{what}: sample_weight", problems),
        None if classes_place is None else ClassWeights().read(classes_place, f"{what}: class_weight", reader),
    )


def _of_the_loss(place: Place) -> dict[str, str]:
    """Arguments of an output's loss that stand beside it -> what is written."""
    loss = place.get("loss")
    name = loss.node.value if loss is not None and isinstance(loss.node, Scalar) else None
    model = find("loss", name) if isinstance(name, str) else None
    given = [(key, below) for key, below in place.entries() if model is not None and key in model.model_fields]
    if not given or model is None:
        return {}
    written = ", ".join(f"{key}: {short_yaml(below.node) or '…'}" for key, below in given)
    return dict.fromkeys(
        (key for key, _ in given), f"`loss: {{{model.__name__}: {{{written}}}}}`: it is an argument of the loss"
    )


def read_nested_model(key: str, place: Place, reader: Reader) -> ModelSpec | None:
    """One item of `models`, without what it defines itself; `reader` sees that already."""
    name = local_name(key)
    what = f"the model '{name}'"
    if not expect_mapping(place, what, reader.problems, f"{name}: {_model_meant(place)}"):
        return None
    unknown_keys(place, what, MODEL_KEYS, reader.problems, {**LEGACY_KEYS, **OF_MODEL})
    if (
        place.get("inputs") is None
        and place.get("layers") is None
        and any(key in FROM_FILES for key, _ in place.entries())
    ):
        return None  # it is in a file, which is told
    inputs = read_inputs(place.get("inputs"), place, reader.problems)
    steps = read_steps(place.get("layers"), place, reader)
    outputs = _nested_outputs(place.get("outputs"), reader)
    trainable_place = place.get("trainable")
    trainable = True
    if trainable_place is not None:
        trainable = read_boolean(trainable_place, f"{what}: trainable", reader.problems) is not False
    freeze = read_patterns(place.get("freeze"), f"{what}: freeze", reader.problems)
    return ModelSpec(name, inputs or (), steps or (), outputs, trainable, place, reader.visible, freeze=freeze)


def _model_meant(place: Place) -> str:
    """The model that a text is meant for: a file, or an application."""
    text = place.node.value if isinstance(place.node, Scalar) else None
    if isinstance(text, str) and text.isascii() and len(text) < 100:
        if text.endswith((".yaml", ".yml")):
            return f"{{spec: {text}}}"
        if text.endswith((".keras", ".h5", ".hdf5", ".json")):
            return f"{{saved: {text}}}"
        application = next((item for item in names("application") if item.lower() == text.lower()), None)
        if application is not None:
            return f"{{{application}: {{}}}}"
    return "{inputs: …, layers: …}"


def _nested_outputs(place: Place | None, reader: Reader) -> tuple[OutputSpec, ...] | None:
    """A name, a list of names, or a mapping from output names to references."""
    if place is None:
        return None
    if isinstance(place.node, Mapping):
        # Without a reference, an output is the tensor of its name, or the last step if it is the only one.
        pairs = [
            (name, below, None if _nothing(below) else read_reference(below, reader.problems))
            for name, below in place.entries()
        ]
        named = [(read_name(name, below, "an output", reader.problems), below, found) for name, below, found in pairs]
        return tuple(_bare(name, below, found) for name, below, found in named if name is not None)
    places = list(place.items()) if isinstance(place.node, Sequence) else [place]
    outputs = []
    for below in places:
        reference = read_reference(below, reader.problems)
        if reference is not None:
            outputs.append(_bare(_output_name(reference), below, reference))
    return tuple(outputs)


def _nothing(place: Place) -> bool:
    return isinstance(place.node, Scalar) and place.node.value is None


def _output_name(reference: Reference) -> str:
    parts = (reference.name, reference.node, reference.output)
    return "_".join(str(part) for part in parts if part is not None)


def _bare(name: str, place: Place, reference: Reference | None) -> OutputSpec:
    return OutputSpec(name, reference, None, False, None, (), (), None, place)
