"""Training a spec from its first row to its run directory. Must not print: a `Reporter` is told how it goes."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any, Protocol

from modelspec.data.arrays import Arrays
from modelspec.data.load import warn_of_same_rows
from modelspec.data.order import epoch_order, split_rows
from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.graph import ShapedNetwork
from modelspec.runtime import rundir
from modelspec.runtime.build import BuiltModel, build_model
from modelspec.runtime.callbacks import make_callbacks
from modelspec.runtime.compile import losses
from modelspec.runtime.feeding import Feed
from modelspec.runtime.files import replace_file, write_json
from modelspec.runtime.loop import Logs, Loop, Reporter, numbers
from modelspec.runtime.resolved import resolved_spec
from modelspec.runtime.results import Results, by_output
from modelspec.runtime.rundir import RunDir
from modelspec.runtime.tables import Rows, load_split, rows
from modelspec.runtime.weights import load_weights, save_weights, weight_values
from modelspec.spec.sources import Split


@dataclass(frozen=True, slots=True)
class TrainResult:
    """How training ended. `metrics` holds `validation` and `test`, where the spec has such rows."""

    run_dir: Path
    history: tuple[dict[str, Any], ...]
    metrics: dict[str, Results]
    interrupted: bool
    signal: int | None = None


class Silent:
    """A reporter that reports nothing."""

    def note(self, text: str) -> None:
        """Something worth a line."""

    def warn(self, problems: tuple[Diagnostic, ...]) -> None:
        """Doubts about the data."""

    def begin(self, epochs: int, steps: int) -> None:
        """Training begins."""

    def wants_step(self) -> bool:
        """Never."""
        return False

    def step(self, epoch: int, step: int, logs: Logs) -> None:
        """Steps are done."""

    def epoch(self, epoch: int, logs: Logs) -> None:
        """An epoch is done."""

    def end(self) -> None:
        """Training ended."""


class TrainReporter(Reporter, Protocol):
    """A loop's reporter that also hears what happens around the loop."""

    def note(self, text: str) -> None:
        """Something worth a line."""

    def warn(self, problems: tuple[Diagnostic, ...]) -> None:
        """Doubts about the data."""


def train_network(
    network: ShapedNetwork, *, run_dir: str | None = None, reporter: TrainReporter | None = None
) -> TrainResult:
    """Train the spec. Everything that can be wrong with spec, data and run directory is told before training starts.

    Raises `SpecError` for a problem of the spec, the data or the run directory; nothing has been written then, or
    the run directory holds what was trained so far.
    """
    reporter = reporter or _silent()
    _check_trainable(network)
    rundir.check_new(run_dir)
    splits = load_splits(network, reporter)
    built = build_model(network)
    run = rundir.create(network.network.spec.name, run_dir)
    spec = network.network.spec
    info = rundir.provenance(spec.place.document.file, spec.train.seed)
    info["data"] = {name: split.fingerprint for name, split in splits.fingerprints.items()}
    rundir.save_start(run, spec.place.document.text, resolved_spec(network), {**info, "status": "running"})
    training = _Training(network, built, splits, run, reporter)
    with interruptible() as interruption:
        finished = training.run(interruption)
    status = "finished" if finished else "interrupted"
    metrics = training.close(finished)
    info["ended"] = datetime.now().astimezone().isoformat(timespec="seconds")
    write_json(run.info, {**info, "status": status, "epochs": len(training.history), "best_epoch": training.best_epoch})
    return TrainResult(run.path, tuple(training.history), metrics, not finished, interruption.signal)


def _silent() -> TrainReporter:
    return Silent()


def _check_trainable(network: ShapedNetwork) -> None:
    spec = network.network.spec
    if spec.data is None or "train" not in spec.data.sources:
        place = spec.place.get("data") or spec.place
        help = "add for example `data: {train: {csv: train.csv}}`"
        raise SpecError([place.problem("MS750", "there is no training data", help, key=True)])
    if not losses(network):
        place = spec.place.get("outputs") or spec.place
        help = "give an output a loss, such as `outputs: {label: {loss: mse}}`"
        raise SpecError([place.problem("MS501", "no output has a loss, so there is nothing to train", help, key=True)])


@dataclass(frozen=True, slots=True)
class Splits:
    """The rows to train, validate and test on."""

    train: Rows
    validation: Rows | None
    test: Rows | None
    fingerprints: dict[Split, Arrays]


def load_splits(network: ShapedNetwork, reporter: TrainReporter) -> Splits:
    """Load and check every source of the spec. Raises `SpecError` with what is wrong in any of them."""
    spec = network.network.spec
    assert spec.data is not None
    loaded: dict[Split, Arrays] = {}
    problems: list[Diagnostic] = []
    for name, source in spec.data.sources.items():
        try:
            loaded[name] = load_split(network, source.entry, name, root_of(network))
        except SpecError as error:
            problems.extend(error.diagnostics)
    if problems:
        raise SpecError(problems)
    for name, arrays in loaded.items():
        for text in arrays.notes:
            reporter.note(f"{name}: {text}")
    for other, arrays in loaded.items():
        if other != "train":
            reporter.warn(warn_of_same_rows(loaded["train"], arrays, other))
    train, weights = loaded["train"], spec.train.class_weight
    kept: Any = None
    validation = rows(loaded["validation"], None) if "validation" in loaded else None
    if spec.data.validation_split is not None:
        parts, found = split_rows(train.rows, spec.data.validation_split)
        if parts is None:
            raise SpecError(found)
        kept = slice(parts[0].start, parts[0].stop)
        validation = _part(train, slice(parts[1].start, parts[1].stop), None)
    test = rows(loaded["test"], None) if "test" in loaded else None
    return Splits(_part(train, kept, weights), validation, test, loaded)


def _part(arrays: Arrays, part: slice | None, class_weight: dict[int, float] | None) -> Rows:
    if part is None:
        return rows(arrays, None, class_weight)
    cut = Arrays(
        {name: values[part] for name, values in arrays.inputs.items()},
        {name: values[part] for name, values in arrays.targets.items()},
        len(range(*part.indices(arrays.rows))),
        arrays.fingerprint,
    )
    return rows(cut, None, class_weight)


def root_of(network: ShapedNetwork) -> str:
    """The folder that a spec's paths are relative to."""
    return network.network.spec.place.document.folder


class _Training:
    """One training: what it has done so far, and its files."""

    def __init__(
        self, network: ShapedNetwork, built: BuiltModel, splits: Splits, run: RunDir, reporter: TrainReporter
    ) -> None:
        self.network = network
        self.built = built
        self.run_dir = run
        self.reporter = reporter
        self.history: list[dict[str, Any]] = []
        self.best_value = float("inf")
        self.best_epoch: int | None = None
        train = network.network.spec.train
        self.feed = Feed(splits.train.arrays, splits.train.count, train.batch_size)
        batch = train.validation_batch_size or train.batch_size
        self.validation = _feed(splits.validation, batch)
        self.test = _feed(splits.test, batch)

    def run(self, interruption: Interruption) -> bool:
        train = self.network.network.spec.train
        loop = Loop(
            self.built.model,
            make_callbacks(train.callbacks, self.run_dir.path),
            self.feed,
            self.order,
            None if self.validation is None else lambda: evaluate_feed(self.built.model, self.validation),
            epochs=train.epochs,
            validation_freq=train.validation_freq,
            reporter=self.reporter,
            stop=lambda: interruption.asked,
        )
        return loop.run(self.epoch_done)

    def order(self, epoch: int) -> Any:
        """The rows of an epoch; with `steps_per_epoch`, the next so many of an endless row of passes."""
        train = self.network.network.spec.train
        count = self.feed.rows
        if train.steps_per_epoch is None:
            return epoch_order(count, train.seed, epoch, train.shuffle)
        return stretch_order(count, train.seed, train.shuffle, epoch, train.steps_per_epoch * train.batch_size)

    def epoch_done(self, epoch: int, logs: Logs) -> None:
        """Write the history and the last weights, and the best ones where this epoch is the best."""
        self.history.append({"epoch": epoch + 1, **{name: _json_number(value) for name, value in logs.items()}})
        self.run_dir.write_history(self.history)
        values = weight_values(self.built)
        save_weights(self.run_dir.last, values, {"epoch": str(epoch + 1)})
        value = logs.get("val_loss", logs["loss"])
        if value < self.best_value or self.best_epoch is None:
            self.best_value, self.best_epoch = value, epoch + 1
            save_weights(self.run_dir.best, values, {"epoch": str(epoch + 1)})

    def close(self, finished: bool) -> dict[str, Results]:
        """Save what was trained; after a whole training, evaluate the best weights."""
        if not finished:
            values = weight_values(self.built)
            save_weights(self.run_dir.last, values, {"epoch": str(len(self.history))})
            if self.best_epoch is None:
                save_weights(self.run_dir.best, values, {"epoch": "0"})
        self.save_model()
        metrics: dict[str, Results] = {}
        if finished:
            load_weights(self.built, self.run_dir.best)
            for name, feed in (("validation", self.validation), ("test", self.test)):
                if feed is not None:
                    metrics[name] = by_output(self.network, evaluate_feed(self.built.model, feed))
            self.save_model()
        write_json(self.run_dir.metrics, metrics)
        return metrics

    def save_model(self) -> None:
        replace_file(self.run_dir.model, lambda beside: self.built.model.save(beside))


def _feed(part: Rows | None, batch_size: int) -> Feed | None:
    return None if part is None else Feed(part.arrays, part.count, batch_size)


def evaluate_feed(model: Any, feed: Feed | None) -> Logs:
    """Losses and metrics over all rows of a feed, in their order."""
    assert feed is not None
    return numbers(model.evaluate(feed.whole(), verbose=0, return_dict=True))


def stretch_order(rows: int, seed: int, shuffle: bool, epoch: int, length: int) -> Any:
    """The rows from `epoch * length` on of an endless row of passes, each pass in an order of its own."""
    import numpy as np

    start = epoch * length
    passes = range(start // rows, -(-(start + length) // rows))
    endless = np.concatenate([epoch_order(rows, seed, number, shuffle) for number in passes])
    offset = start - passes.start * rows
    return endless[offset : offset + length]


def _json_number(value: float) -> float | None:
    return value if value == value and abs(value) != float("inf") else None


@dataclass(slots=True)
class Interruption:
    """Whether the user asked to stop, and by which signal."""

    asked: bool = False
    signal: int | None = None


@contextmanager
def interruptible() -> Iterator[Interruption]:
    """Within, the first SIGINT or SIGTERM only asks to stop after the step; the second one acts as it always does."""
    state = Interruption()
    if threading.current_thread() is not threading.main_thread():
        yield state
        return
    before: dict[int, Any] = {}

    def ask(number: int, frame: FrameType | None) -> None:
        state.asked, state.signal = True, number
        restore()

    def restore() -> None:
        for known, handler in before.items():
            signal.signal(known, handler)

    for number in (signal.SIGINT, signal.SIGTERM):
        before[number] = signal.getsignal(number)
        signal.signal(number, ask)
    try:
        yield state
    finally:
        restore()
