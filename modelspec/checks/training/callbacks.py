"""Whether callbacks look at numbers that training gives, and in the right direction."""

from __future__ import annotations

from collections.abc import Iterator
from string import Formatter
from typing import Any

from modelspec.catalogue.kinds import find
from modelspec.checks.outputs.outputs import trained_outputs
from modelspec.checks.places import argument_place, placed
from modelspec.checks.training.history import LoggedNumber, training_numbers
from modelspec.diagnostics import Diagnostic
from modelspec.graph import ShapedNetwork
from modelspec.language.meant.mending import UNKNOWN
from modelspec.language.spec import Spec
from modelspec.source import Place
from modelspec.source.paths import outside, unusable
from modelspec.source.words import did_you_mean, listing

_MODES = {"up": "max", "down": "min"}


def callbacks_look_at_real_numbers(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """A callback that waits for a number which never comes does nothing, or ends the training with an error."""
    spec, outputs = network.spec, trained_outputs(network)
    if not spec.train.callbacks or spec.train.place is None or not outputs:
        return
    numbers = training_numbers(network, outputs)
    if _has_validation(spec):
        numbers |= {f"val_{name}": number for name, number in numbers.items()}
    for callback, place in placed(spec.train.callbacks, spec.train.place.get("callbacks")):
        yield from _monitor(callback, place, numbers, spec)
        if type(callback).__name__ == "ModelCheckpoint":
            yield from _filled_in(callback, place, numbers, spec)
        if type(callback).__name__ == "ReduceLROnPlateau":
            numbers = {**numbers, "learning_rate": LoggedNumber("learning_rate", None, None)}


def callbacks_write_into_the_run_directory(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """A spec may come from someone else: what it writes stays in the directory of its run."""
    spec = network.spec
    written = None if spec.train.place is None else spec.train.place.get("callbacks")
    callbacks: tuple[Any, ...] = spec.train.callbacks
    for callback, place in placed(callbacks, written):
        name = callback.writes_to
        path = None if name is None else getattr(callback, name)
        if path is not None and (unusable(path) or outside(path)):
            message = f"{type(callback).__name__}.{name}: {path[:80]!r} is not inside the run directory"
            _, arguments = next(place.entries())
            yield arguments.find((name,)).problem("MS753", message, "give a path below the run directory")


def _has_validation(spec: Spec) -> bool:
    """Whether some epoch ends with validation; true where there is no data section to tell."""
    if spec.data is None:
        return True
    rows = "validation" in spec.data.splits
    return rows and spec.train.validations > 0


def _monitor(callback: Any, place: Place, numbers: dict[str, LoggedNumber], spec: Spec) -> Iterator[Diagnostic]:
    monitor = getattr(callback, "monitor", None)
    if monitor is None:
        return
    name, number = type(callback).__name__, numbers.get(monitor)
    at = argument_place(place, "monitor")
    unused = name == "ModelCheckpoint" and not callback.save_best_only
    # Keras looks at `monitor` even where nothing depends on it, unless it is the loss or `mode` is given.
    idle = unused and (callback.mode != "auto" or monitor == "val_loss")
    if number is None:
        if not idle and metrics_are_known(spec):
            yield at.problem(
                "MS520", f"{name} monitors '{monitor}', which training does not compute", _real(monitor, numbers, spec)
            )
        return
    if callback.mode == "auto":
        if number.known_to_keras is None:
            mode = _MODES[number.better] if number.better is not None else "min"
            message = f"{name} cannot tell whether '{monitor}' should rise or fall: Keras refuses it without `mode`"
            yield at.problem("MS521", message, f"add `mode: {mode}`")
    elif number.better is not None and callback.mode != _MODES[number.better] and not unused:
        better = "higher" if number.better == "up" else "lower"
        message = f"{name} takes the worst '{monitor}' as the best: {better} is better"
        yield argument_place(place, "mode").warning("MS522", message, f"write `mode: {_MODES[number.better]}`")


def metrics_are_known(spec: Spec) -> bool:
    """Whether no metric was refused, which could give any number."""
    outputs = spec.model.outputs or ()
    every: list[Any] = [metric for item in outputs for metric in (*item.metrics, *item.weighted_metrics)]
    return UNKNOWN not in every


def _real(monitor: str, numbers: dict[str, LoggedNumber], spec: Spec) -> str:
    """What to do about a name that is none: the name that was meant, validation rows, or all names there are."""
    meant = monitor if monitor.removeprefix("val_") in numbers else _meant(monitor, numbers) or monitor
    if meant.startswith("val_") and meant not in numbers and meant.removeprefix("val_") in numbers:
        if spec.data is not None and not spec.train.validations:
            return f"validation runs after every {spec.train.validation_freq} epochs, but there are only {spec.train.epochs}"
        rows = "add validation rows, such as `data: {validation: {split: 0.1}}`"
        rows += "" if meant == monitor else f", and monitor '{meant}'"
        return f"{rows}, or monitor '{meant.removeprefix('val_')}'"
    guess = f"did you mean '{meant}'?" if meant != monitor else did_you_mean(monitor, numbers, 0.75)
    known = f"training computes {listing(sorted(numbers))}"
    return f"{guess} {known}" if guess is not None else known


_ACCURACIES = ("accuracy", "acc", "binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy")


def _meant(monitor: str, numbers: dict[str, LoggedNumber]) -> str | None:
    """The number that is meant by another name of its metric: `val_acc`, `rmse`, `val_label_f1`."""
    from modelspec.language.meant.other_names import other_name  # few monitors wait for a number that does not come

    prefix, base = ("val_", monitor.removeprefix("val_")) if monitor.startswith("val_") else ("", monitor)
    every = sorted(name for name in numbers if not name.startswith("val_"))
    head, _, last = base.rpartition("_")
    for before, short in ((f"{head}_" if head else "", last), ("", base)):
        other = other_name("metric", short)
        meanings = _ACCURACIES if short in _ACCURACIES else (_snake(other[0]),) if other and other[0] else ()
        for meaning in meanings:
            # With several outputs the number has the output's name in front.
            found = [name for name in every if name == before + meaning] or [
                name for name in every if not before and name.endswith(f"_{meaning}")
            ]
            if found:
                return prefix + found[0]
    parts = base.split("_")
    for at in range(len(parts)):
        before, metric = "_".join(parts[:at]), find("metric", "_".join(parts[at:]))
        same = [name for name in every if metric is not None and _metric_of(name, before) is metric]
        if same:
            return prefix + same[0]
    return "learning_rate" if monitor == "lr" and "learning_rate" in numbers else None


def _metric_of(number: str, before: str) -> object | None:
    """The class of the metric that a number is of: `mae` and `price_mean_absolute_error` are of one."""
    if before:
        return find("metric", number.removeprefix(f"{before}_")) if number.startswith(f"{before}_") else None
    parts = number.split("_")
    return next(
        (found for at in range(len(parts)) if (found := find("metric", "_".join(parts[at:]))) is not None), None
    )


def _snake(name: str) -> str:
    """A metric's name in the history, by its class or its lower-case name."""
    entry = find("metric", name)
    return name if entry is None or not name[:1].isupper() else getattr(entry(), "history_name", name)


def _fields(path: str) -> list[str]:
    """The names in the braces of a file name; none where the braces themselves were refused."""
    try:
        found = [field for _, field, _, _ in Formatter().parse(path) if field is not None]
    except ValueError:
        return []
    return found if all(field.isidentifier() for field in found) else []


def _filled_in(callback: Any, place: Place, numbers: dict[str, LoggedNumber], spec: Spec) -> Iterator[Diagnostic]:
    """The names in the braces of a file name, which Keras fills in after each epoch."""
    known = {"epoch", *numbers, *(("batch",) if callback.save_freq != "epoch" else ())}
    if callback.save_freq != "epoch" or spec.train.validation_freq > 1:
        known = {name for name in known if not name.startswith("val_")}
    for field in _fields(callback.filepath):
        if field not in known and metrics_are_known(spec):
            message = f"ModelCheckpoint fills '{field}' into the file name, which training does not compute"
            if f"{field}" in numbers:
                message = f"ModelCheckpoint fills '{field}' into the file name even before the first validation"
            at = argument_place(place, "filepath")
            yield at.problem(
                "MS520", message, _real(field, {name: numbers[name] for name in known & set(numbers)}, spec)
            )
