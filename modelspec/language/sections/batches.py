"""What an input with a `batch_size` and layers that keep their states say of a training. Shapes are not known.

Every batch then has that many rows, and rows that follow one another stay in their order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from modelspec.catalogue.entry import Entry
from modelspec.diagnostics import Diagnostic, Note
from modelspec.language.sections.inputs import InputSpec
from modelspec.language.sections.training import TrainSpec
from modelspec.language.spec import ModelSpec, Use


def fixed_batch(inputs: Iterable[InputSpec]) -> InputSpec | None:
    """The first input that says how many rows a batch has."""
    return next((item for item in inputs if item.batch_size is not None), None)


def is_stateful(entry: Entry) -> bool:
    """Whether a layer, or one inside of it, keeps its states from batch to batch."""
    return any(_flags(entry))


def _flags(value: Any) -> Iterator[bool]:
    if isinstance(value, Entry):
        yield getattr(value, "stateful", False) is True
        for name in value.model_fields_set:
            yield from _flags(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from _flags(item)


def in_batches(
    train: TrainSpec, model: ModelSpec, shared: Iterable[Use], models: Iterable[ModelSpec], problems: list[Diagnostic]
) -> TrainSpec:
    """The training with the rows of a batch that the inputs fix, and in their order for layers that keep states.

    What the spec says otherwise is reported (MS420, MS421).
    """
    nested = tuple(models)
    fixed = _agreed(model, nested, problems)
    steps = [step.what for one in (model, *nested) for step in one.steps]
    uses = [*shared, *(what for what in steps if isinstance(what, Use))]
    keeps = next((use for use in uses if use.entry is not None and is_stateful(use.entry)), None)
    if fixed is None and keeps is None:
        return train

    def of(settings: TrainSpec) -> TrainSpec:
        if fixed is not None:
            settings = _sized(settings, fixed, problems)
        return settings if keeps is None else _ordered(settings, keeps, problems)

    stages = tuple(of(stage) for stage in train.stages)
    return replace(of(train), stages=stages)


def _agreed(model: ModelSpec, nested: tuple[ModelSpec, ...], problems: list[Diagnostic]) -> InputSpec | None:
    """The input whose `batch_size` all others have; one that differs is reported."""
    first = fixed_batch(model.inputs)
    inside = fixed_batch(item for one in nested for item in one.inputs)
    if first is None and inside is not None:
        place = inside.place.find(("batch_size",))
        message = f"every batch has {inside.batch_size} rows here, but no input of the spec says so"
        help = f"give the spec's inputs `batch_size: {inside.batch_size}` as well"
        problems.append(place.problem("MS420", message, help))
        return None
    for item in (item for one in (model, *nested) for item in one.inputs):
        if first is not None and item.batch_size not in (None, first.batch_size):
            place, other = item.place.find(("batch_size",)), first.place.find(("batch_size",))
            message = f"expected a batch of {first.batch_size} rows, as the input '{first.name}' has; received {item.batch_size}"
            note = Note(other.span, f"'{first.name}' is fixed here")
            problems.append(place.problem("MS420", message, "all inputs get the same rows", related=(note,)))
    return first


def agreeing(model: ModelSpec, first: InputSpec | None) -> ModelSpec:
    """The model with all batches of the size that the first input of the spec has; what differs is reported."""
    if first is None:
        return model
    rows = first.batch_size
    inputs = tuple(item if item.batch_size in (None, rows) else replace(item, batch_size=rows) for item in model.inputs)
    return replace(model, inputs=inputs)


def _sized(train: TrainSpec, fixed: InputSpec, problems: list[Diagnostic]) -> TrainSpec:
    for key in ("batch_size", "validation_batch_size"):
        place = None if train.place is None else train.place.get(key)
        size = getattr(train, key)
        if place is not None and size not in (None, fixed.batch_size):
            message = f"train.{key}: expected {fixed.batch_size}, the `batch_size` of the input '{fixed.name}'; received {size}"
            note = Note(fixed.place.find(("batch_size",)).span, "this fixes the size of every batch")
            found = place.problem("MS420", message, f"leave `{key}` out, or write the same number", related=(note,))
            if found not in problems:
                problems.append(found)
    return replace(train, batch_size=fixed.batch_size or train.batch_size, validation_batch_size=None)


def _ordered(train: TrainSpec, keeps: Use, problems: list[Diagnostic]) -> TrainSpec:
    place = None if train.place is None else train.place.get("shuffle")
    if place is not None and train.shuffle:
        message = f"train.shuffle: {keeps.type_name} keeps its states from batch to batch, so rows must stay in order"
        note = Note(keeps.place.key_span, "`stateful: true` here")
        found = place.problem("MS421", message, "write `shuffle: false`, or leave it out", related=(note,))
        if found not in problems:
            problems.append(found)
    return replace(train, shuffle=False)
