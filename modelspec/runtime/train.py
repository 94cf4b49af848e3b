"""Training a spec from its first row to its run directory. Must not print: a `Reporter` is told how it goes."""

from __future__ import annotations

import warnings
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from modelspec.data.order import epoch_order, stretch_order
from modelspec.diagnostics import SpecError
from modelspec.graph import ShapedNetwork
from modelspec.runtime import rundir
from modelspec.runtime.build import BuiltModel, build_model
from modelspec.runtime.callbacks import check_callbacks, make_callbacks
from modelspec.runtime.compile import losses
from modelspec.runtime.evaluation import Evaluation
from modelspec.runtime.feeding import Feed
from modelspec.runtime.files import copy_file, replace_file, write_json
from modelspec.runtime.interrupt import Interruption, interruptible
from modelspec.runtime.loop import Logs, Loop
from modelspec.runtime.pace import Pace, periods
from modelspec.runtime.reporting import Silent, TrainReporter
from modelspec.runtime.resolved import resolved_spec
from modelspec.runtime.results import Results, by_output, for_json
from modelspec.runtime.rundir import RunDir
from modelspec.runtime.splits import Splits, load_splits
from modelspec.runtime.tables import Rows, wanted
from modelspec.runtime.weights import load_weights, save_weights, weight_values


@dataclass(frozen=True, slots=True)
class TrainResult:
    """How training ended. `metrics` holds `validation` and `test`, where the spec has such rows."""

    run_dir: Path
    history: tuple[dict[str, Any], ...]
    metrics: dict[str, Results]
    interrupted: bool
    signal: int | None = None


def train_network(
    network: ShapedNetwork, *, run_dir: str | None = None, reporter: TrainReporter | None = None
) -> TrainResult:
    """Train the spec. Everything that can be wrong with spec, data and run directory is told before training starts.

    Raises `SpecError` for a problem of the spec, the data or the run directory; nothing has been written then, or
    the run directory holds what was trained so far.
    """
    reporter = reporter or Silent()
    _check_trainable(network)
    rundir.check_new(run_dir)
    splits = load_splits(network, reporter)
    built = build_model(network)
    run = rundir.create(network.network.spec.name, run_dir)
    spec = network.network.spec
    info = rundir.provenance(spec.place.document.file, spec.train.seed)
    info["data"] = dict(splits.fingerprints)
    rundir.save_start(run, spec.place.document.text, resolved_spec(network), {**info, "status": "running"})
    training = _Training(network, built, splits, run, reporter)
    del splits  # the feeds hold the rows from here on; a second copy would only take memory
    status, metrics = "failed", {}
    try:
        with interruptible() as interruption:
            finished = training.run(interruption)
            metrics = training.close(finished)
        status = "interrupted" if interruption.asked else "finished"
    except KeyboardInterrupt:
        status = "interrupted"
        raise
    finally:
        info["ended"] = datetime.now().astimezone().isoformat(timespec="seconds")
        ended = {"status": status, "epochs": len(training.history), "best_epoch": training.best_epoch}
        with suppress(OSError) if status == "failed" else nullcontext():
            write_json(run.info, {**info, **ended})
    return TrainResult(run.path, tuple(training.history), metrics, interruption.asked, interruption.signal)


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
    check_callbacks(spec.train.callbacks, spec.place)
    if spec.train.class_weight is None:
        return
    weights = spec.place.find(("train", "class_weight"))
    for want in wanted(network):
        if want.role == "target" and len(want.shape) > (0 if want.kind == "classes" and want.shape != (1,) else 1):
            message = f"class_weight weighs rows by their class, and a row of output '{want.name}' has many"
            raise SpecError([weights.problem("MS757", message, "leave class_weight out", key=True)])


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
        self.best_value: float | None = None
        self.best_epoch: int | None = None
        train = network.network.spec.train
        self.feed = Feed(splits.train.arrays, splits.train.count, train.batch_size)
        batch = train.validation_batch_size or train.batch_size
        self.interruption = Interruption()
        self.validation = self.evaluation(splits.validation, batch)
        self.test = self.evaluation(splits.test, batch)

    def run(self, interruption: Interruption) -> bool:
        train = self.network.network.spec.train
        self.interruption = interruption
        pace = Pace(train.steps_per_execution, () if train.steps_per_execution else periods(train.callbacks))
        loop = Loop(
            self.built.model,
            make_callbacks(train.callbacks, self.run_dir.path),
            self.feed,
            self.order,
            self.validation,
            epochs=train.epochs,
            validation_freq=train.validation_freq,
            pace=pace,
            reporter=self.reporter,
            stop=self.stopped,
        )
        with warnings.catch_warnings():
            if len(losses(self.network)) < len(self.network.network.main.outputs):
                # That what leads to an untrained output only has no gradients is what the spec asks for.
                warnings.filterwarnings("ignore", "Gradients do not exist", UserWarning)
            return loop.run(self.epoch_done)

    def evaluation(self, part: Rows | None, batch_size: int) -> Evaluation | None:
        if part is None:
            return None
        return Evaluation(self.built.model, Feed(part.arrays, part.count, batch_size), self.stopped)

    def stopped(self) -> bool:
        return self.interruption.asked

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
        if self.is_best(logs):
            self.best_epoch = epoch + 1
            copy_file(self.run_dir.last, self.run_dir.best)

    def is_best(self, logs: Logs) -> bool:
        """By the validation loss; epochs without one (`validation_freq`) count only until there is the first."""
        if self.validation is not None and "val_loss" not in logs:
            return self.best_value is None
        value = logs["loss"] if self.validation is None else logs["val_loss"]
        if self.best_value is not None and not value < self.best_value and self.best_value == self.best_value:
            return False
        self.best_value = value
        return True

    def close(self, finished: bool) -> dict[str, Results]:
        """Save what was trained; after a whole training, evaluate the best weights."""
        if not finished:
            values = weight_values(self.built)
            save_weights(self.run_dir.last, values, {"epoch": str(len(self.history))})
            if self.best_epoch is None:
                copy_file(self.run_dir.last, self.run_dir.best)
        else:
            load_weights(self.built, self.run_dir.best)
        self.save_model()
        metrics: dict[str, Results] = {}
        if finished:
            for name, evaluation in (("validation", self.validation), ("test", self.test)):
                logs = None if evaluation is None else evaluation()
                if logs is not None and not self.stopped():
                    metrics[name] = by_output(self.network, logs)
        write_json(self.run_dir.metrics, for_json(metrics))
        return metrics

    def save_model(self) -> None:
        replace_file(self.run_dir.model, lambda beside: self.built.model.save(beside))


def _json_number(value: float) -> float | None:
    return value if value == value and abs(value) != float("inf") else None
