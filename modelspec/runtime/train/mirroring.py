"""`distribute: mirrored`: which devices share a training, and whether its batches can be divided among them.

Each device takes the same number of a batch's rows. Where a last batch has too few, the last devices take none, and their
part of the mean is nothing, as in Keras's `fit`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras

from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.graph import ShapedNetwork
from modelspec.graph.questions.stages import stages
from modelspec.language.sections.stages import told_once
from modelspec.runs.reporting import TrainReporter
from modelspec.runtime.backend import devices, mirror
from modelspec.runtime.backend.private import all_layers
from modelspec.runtime.build.built import BuiltModel
from modelspec.source import Place


def mirrored(network: ShapedNetwork, reporter: TrainReporter) -> Any:
    """TensorFlow's strategy for a training; None for one device, which is told where more are asked for.

    Raises `SpecError` (MS758) for a size of batches that the devices cannot share.
    """
    train = network.train
    if train.distribute is None:
        return None
    assert train.place is not None
    found = [name.removeprefix("/device:") for name in devices()]
    if len(found) == 1:
        reporter.note(f"distribute: mirrored found only one device, {found[0]}, and trains on it")
        return None
    problems = tuple(
        told_once((item for stage in stages(network) for item in _undivided(stage, len(found))), train.place)
    )
    if problems:
        raise SpecError(problems)
    reporter.note(f"training on {len(found)} devices: {', '.join(found)}")
    return mirror()


def check_last_batches(
    network: ShapedNetwork, built: BuiltModel, rows: int, strategy: Any, reporter: TrainReporter
) -> None:
    """Tell where the last batch of an epoch leaves a device without rows.

    Raises `SpecError` (MS758) where such a device would have to normalize them: what it gives is NaN.
    """
    if strategy is None:
        return
    count, problems, notes = strategy.num_replicas_in_sync, [], []
    for stage in stages(network):
        last = _last_batch(stage, rows)
        busy = len(shares(last, count))
        if busy == count:
            continue
        built.freezing.apply(stage)
        told, layer = f"the last batch of an epoch has {_rows(last)} for {count} devices", _normalizing(built)
        notes.append(f"{told}: it counts as {busy}/{count} of a batch, as in Keras's fit")
        if layer is not None:
            message = f"{told}, and BatchNormalization '{layer}' gives NaN on a device without rows"
            batch = _fitting(stage.train.batch_size, rows, count)
            help = "`steps_per_epoch` makes all batches full, and `synchronized: true` normalizes over all devices"
            if batch is not None:
                help = f"`batch_size: {batch}` leaves no device without rows; {help}"
            problems.append(_place(stage, "batch_size").problem("MS758", message, help))
    built.freezing.apply(stages(network)[0])
    train = network.train.place
    if problems and train is not None:
        raise SpecError(told_once(problems, train))
    for note in dict.fromkeys(notes):
        reporter.note(note)


def shares(rows: int, count: int) -> list[int]:
    """The rows of a batch that each device takes; those that take none are left out."""
    size = -(-rows // count)
    return [min(size, rows - begin) for begin in range(0, rows, size)]


def _undivided(network: ShapedNetwork, count: int) -> Iterator[Diagnostic]:
    train = network.train
    for name in ("batch_size", "validation_batch_size"):
        size = getattr(train, name)
        if size is not None and size % count:
            message = f"{name} {size} cannot be divided among {count} devices"
            help = f"it is for all devices together: give a multiple of {count}, such as {-(-size // count) * count}"
            yield _place(network, name).problem("MS758", message, help)


def _place(network: ShapedNetwork, name: str) -> Place:
    """Where a setting of the training is written, or else `distribute`."""
    train = network.train.place
    assert train is not None
    return train.get(name) or train.find(("distribute",))


def _last_batch(network: ShapedNetwork, rows: int) -> int:
    train = network.train
    return train.batch_size if train.steps_per_epoch is not None else rows % train.batch_size or train.batch_size


def _normalizing(built: BuiltModel) -> str | None:
    """The name of a BatchNormalization that each device does for itself in training."""
    for layer in all_layers(built.model):
        if isinstance(layer, keras.layers.BatchNormalization) and layer.trainable and not layer.synchronized:
            return str(layer.name)
    return None


def _fitting(batch: int, rows: int, count: int) -> int | None:
    """The size nearest to `batch` whose last batch has rows for each device."""
    sizes = [size for size in range(count, 2 * batch + count, count) if size <= rows]
    good = [size for size in sizes if len(shares(rows % size or size, count)) == count]
    return min(good, key=lambda size: abs(size - batch), default=None)


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"
