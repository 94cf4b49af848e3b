"""Whether callbacks can do what they are there for: with this optimizer, in so many epochs, into files of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modelspec.catalogue.entry import Entry
from modelspec.checks.places import argument_place, placed
from modelspec.diagnostics import Diagnostic, Note
from modelspec.graph import ShapedNetwork
from modelspec.language.sections.training import TrainSpec
from modelspec.source import Place

RUN_FILES = frozenset({
    "spec.yaml", "resolved.yaml", "run.json", "history.jsonl", "history.csv", "best.safetensors", "last.safetensors",
    "model.keras", "metrics.json", "checkpoints", "events.jsonl", "tensorboard",
})  # fmt: skip
"""What a training itself writes into its run directory."""


def callbacks_can_work(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """Settings that Keras takes, and fails on or passes over once training runs."""
    train, complete = network.train, network.spec.complete
    for callback, place in _callbacks(train):
        name = type(callback).__name__
        if name == "ModelCheckpoint":
            yield from _best_of_batches(callback, place)
        if name in ("SwapEMAWeights", "ReduceLROnPlateau"):
            yield from _optimizer(name, train, place)
        if name in ("EarlyStopping", "ReduceLROnPlateau") and complete:
            yield from _patience(callback, train, place)


def _callbacks(train: TrainSpec) -> tuple[tuple[Any, Place], ...]:
    return placed(train.callbacks, None if train.place is None else train.place.get("callbacks"))


def _best_of_batches(callback: Any, place: Place) -> Iterator[Diagnostic]:
    """Keras 3.15 knows how to compare from the end of the first epoch on, and validation numbers only there."""
    if callback.save_freq == "epoch" or not callback.save_best_only:
        return
    message = f"ModelCheckpoint cannot tell the best '{callback.monitor}' in the middle of an epoch"
    if callback.monitor.startswith("val_"):
        message += ": validation comes at its end, and until then Keras saves every time"
    help = "leave out `save_freq`, or `save_best_only`"
    yield argument_place(place, "save_freq").problem("MS523", message, help)


def _optimizer(name: str, train: TrainSpec, place: Place) -> Iterator[Diagnostic]:
    optimizer: Any = train.optimizer
    while type(optimizer).__name__ == "LossScaleOptimizer":
        optimizer = optimizer.inner_optimizer
    if name == "SwapEMAWeights" and not getattr(optimizer, "use_ema", False):
        message = "SwapEMAWeights needs averaged weights, but the optimizer keeps none"
        yield place.only_key().problem("MS524", message, "add `use_ema: true` to the optimizer")
    schedule = getattr(optimizer, "learning_rate", None)
    if name == "ReduceLROnPlateau" and isinstance(schedule, Entry):
        message = f"ReduceLROnPlateau cannot change a learning rate that {type(schedule).__name__} sets"
        yield place.only_key().problem("MS524", message, "keep one of the two: the callback, or the schedule")


def _patience(callback: Any, train: TrainSpec, place: Place) -> Iterator[Diagnostic]:
    """A callback that waits longer than training goes on; restoring the best weights works without waiting."""
    if train.place is None or train.place.get("epochs") is None or getattr(callback, "restore_best_weights", False):
        return
    every = train.validation_freq if callback.monitor.startswith("val_") else 1
    begun = getattr(callback, "start_from_epoch", 0)
    looks = (train.after + train.epochs) // every - max(begun, train.after) // every
    # The first look has nothing to compare with, unless there is a baseline.
    needed = max(callback.patience + (0 if getattr(callback, "baseline", None) is not None else 1), 2)
    if looks >= needed:
        return
    does = "end the training" if type(callback).__name__ == "EarlyStopping" else "lower the learning rate"
    argument = "start_from_epoch" if begun > train.after and train.epochs // every >= needed else "patience"
    epochs = "1 epoch" if train.epochs == 1 else f"{train.epochs} epochs"
    message = f"{type(callback).__name__} can never {does}: it needs {needed} values of '{callback.monitor}'"
    message += f", but there are only {max(looks, 0)} in {epochs}"
    at = argument_place(place, argument)
    yield at.warning("MS525", message, f"lower `{argument}`, or train for more epochs")


def callbacks_write_their_own_files(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """Two writers of one file leave what the last of them wrote, or something torn."""
    taken: dict[str, Place] = {}
    for callback, place in _callbacks(network.train):
        if callback.writes_to is None:
            continue
        path = "/".join(part for part in getattr(callback, callback.writes_to).split("/") if part not in ("", "."))
        name, at = type(callback).__name__, next(place.entries())[1] if _written(place) else place
        at = at.find((callback.writes_to,))
        if path.split("/")[0].lower() in RUN_FILES:
            message = f"{name} writes '{path}', which the training writes itself"
            yield at.problem("MS526", message, f"choose another name, such as my_{path.split('/')[0]}")
        elif path.lower() in taken:
            note = Note(taken[path.lower()].span, "the other one")
            yield at.problem(
                "MS526",
                f"{name} writes '{path}', which another callback writes too",
                "choose another name",
                related=(note,),
            )
        taken[path.lower()] = at


def _written(place: Place) -> bool:
    return next(place.entries(), None) is not None
