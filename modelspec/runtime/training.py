"""One training, stage by stage: its steps, its files, its checkpoints. Must not know how its rows were read."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from math import prod
from typing import Any

from modelspec.data.order import epoch_order, stretch_order
from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.graph import ShapedNetwork
from modelspec.graph.stages import planned_epochs, stages
from modelspec.runtime.averages import averages
from modelspec.runtime.build import BuiltModel
from modelspec.runtime.callbacks import make_callbacks
from modelspec.runtime.checkpoints.capture import Progress, capture, restore
from modelspec.runtime.checkpoints.snapshot import Position, Snapshot
from modelspec.runtime.checkpoints.space import check_space
from modelspec.runtime.checkpoints.store import Store
from modelspec.runtime.checkpoints.variables import DoesNotFit, trained_names, training_variables
from modelspec.runtime.compile import compile_model, losses
from modelspec.runtime.determinism import choose_kernels, telling_missing_kernels
from modelspec.runtime.evaluation import Evaluation
from modelspec.runtime.feeding import Feed
from modelspec.runtime.files import copy_file, replace_file, write_json
from modelspec.runtime.finite import check_finite
from modelspec.runtime.interrupt import Interruption
from modelspec.runtime.loop import Logs, Loop, numbers
from modelspec.runtime.memory import telling_out_of_memory
from modelspec.runtime.pace import Pace, periods
from modelspec.runtime.reporting import TrainReporter
from modelspec.runtime.results import Results, by_output, for_json
from modelspec.runtime.resume import Start, begun_at
from modelspec.runtime.rundir import RunDir
from modelspec.runtime.saving import Saver
from modelspec.runtime.splits import Splits
from modelspec.runtime.tables import Rows, weighted
from modelspec.runtime.tracking.tracking import Tracking
from modelspec.runtime.weights import load_weights, save_weights, weight_values

BEST = "best.safetensors"


class Training:
    """One training: what it has done so far, and its files."""

    def __init__(
        self,
        network: ShapedNetwork,
        built: BuiltModel,
        splits: Splits,
        run: RunDir,
        reporter: TrainReporter,
        interruption: Interruption,
        fingerprint: dict[str, Any],
        start: Start | None,
        tracking: Tracking,
    ) -> None:
        """`fingerprint` is kept with each checkpoint; `start` is the one to go on from."""
        self.stages = stages(network)
        self.built = built
        self.run_dir = run
        self.reporter = reporter
        self.interruption = interruption
        self.fixed = {"fingerprint": fingerprint, "epochs": planned_epochs(network)}
        self.start = start
        self.tracking = tracking
        self.progress = Progress([])
        self.position = Position(0, 0) if start is None else start.snapshot.position
        self.outputs = list(losses(network))
        self.splits: Splits | None = splits
        self.first, self.steps_before = (0, 0) if start is None else begun_at(start.snapshot)
        whole = network.network.spec.train
        self.saver = Saver(
            Store(run.checkpoints, whole.checkpoint.keep),
            whole.checkpoint.every,
            self.snapshot,
            told=tracking.checkpoint,
        )
        self.settle()

    def settle(self) -> None:
        """Make what a stage needs of its own: callbacks, batches of its size, compiled steps."""
        number = self.position.stage
        self.network = self.stages[number]
        self.train = self.network.network.spec.train
        if number:
            self.built.freezing.apply(self.network)
            compile_model(self.built.model, self.network)
            choose_kernels(self.network, self.built.model)
        earlier = tuple(callback for stage in self.stages[:number] for callback in stage.network.spec.train.callbacks)
        self.callbacks = make_callbacks(self.train.callbacks, self.run_dir.path, earlier)
        splits = self.splits
        assert splits is not None
        rows = splits.train
        self.feed = Feed(weighted(rows.arrays, self.train.class_weight), rows.count, self.train.batch_size)
        batch = self.train.validation_batch_size or self.train.batch_size
        self.validation = self.evaluation(splits.validation, batch)
        self.test = self.evaluation(splits.test, batch)
        self.steps = self.feed.steps(len(self.order(self.first)))
        if number + 1 == len(self.stages):
            self.splits = None  # the feeds hold what they need of them; a second copy would only take memory

    def evaluation(self, part: Rows | None, batch_size: int) -> Evaluation | None:
        """The evaluation of some rows, which an interruption ends."""
        if part is None:
            return None
        return Evaluation(self.built.model, Feed(part.arrays, part.count, batch_size), lambda: self.interruption.asked)

    def run(self) -> bool:
        """Train, stage by stage; returns whether all of it was done. Raises `SpecError` where that cannot go on."""
        while self.run_stage():
            if self.position.stage + 1 == len(self.stages):
                return True
            if self.leave():
                return False
            self.enter_next_stage()
        return False

    def enter_next_stage(self) -> None:
        """Go on to the next stage, where the one before it came to its end."""
        self.steps_before = self.steps_of(self.position)
        self.first = self.position.epoch
        weighed = self.train.class_weight
        self.position = Position(self.first, 0, None, self.position.stage + 1)
        self.settle()
        if self.validation is None and self.train.class_weight != weighed:
            self.progress.best_value = None  # the losses of rows that weigh otherwise say nothing about these

    def run_stage(self) -> bool:
        """Train to the end of the stage; returns whether it came to it. Raises `SpecError` where that cannot go on."""
        if len(self.stages) > 1:
            self.reporter.stage(self.position.stage + 1, len(self.stages), self.train.name)
        marks = [*periods(self.train.callbacks), *([self.saver.period] if self.saver.period is not None else [])]
        loop = Loop(
            self.built.model,
            self.callbacks,
            self.feed,
            self.order,
            self.validation,
            first=self.first,
            epochs=self.first + self.train.epochs,
            planned=self.first + sum(stage.network.spec.train.epochs for stage in self.stages[self.position.stage :]),
            validation_freq=self.train.validation_freq,
            pace=Pace(self.train.steps_per_execution, marks),
            reporter=self.reporter,
            stop=self.leave,
        )
        with (
            warnings.catch_warnings(),
            telling_out_of_memory(self.network, self.built.model),
            telling_missing_kernels(self.network),
        ):
            if len(self.outputs) < len(self.network.network.main.outputs):
                # That what leads to an untrained output only has no gradients is what the spec asks for.
                warnings.filterwarnings("ignore", "Gradients do not exist", UserWarning)
            finished = self.saved(
                lambda: loop.run(self.epoch_done, self.steps_done, start=self.position, begun=self.begun)
            )
        return finished

    def saved(self, work: Callable[[], bool]) -> bool:
        """Do the work, and wait for the checkpoint that is being written then, also where the work fails."""
        try:
            done = work()
        except Exception:
            self.saver.writer.join()
            raise
        self.saver.finish()
        return done

    def order(self, epoch: int) -> Any:
        """The rows of an epoch; with `steps_per_epoch`, the next so many of an endless row of passes."""
        train, count = self.train, self.feed.rows
        if train.steps_per_epoch is None:
            return epoch_order(count, train.seed, epoch, train.shuffle)
        return stretch_order(count, train.seed, train.shuffle, epoch, train.steps_per_epoch * train.batch_size)

    def begun(self) -> None:
        """All variables exist: give them back what they had, or keep what they begin with."""
        model = self.built.model
        self.saver.trained = trained_names(model)
        state = sum(_bytes(variable) for variable in training_variables(model).values())
        weights = sum(_bytes(weight) for weight in model.weights)
        check_space(self.run_dir.path, state, weights, self.train.checkpoint.keep)
        if self.start is None and self.position.stage:
            self.tell_stage()
            return  # the checkpoint at the end of the stage before leads here
        if self.start is None:
            self.tracking.begin(self.facts())
            self.tell_stage()
            self.save()
            return
        snapshot = self.start.snapshot
        try:
            self.progress = restore(model, self.callbacks, snapshot)
        except DoesNotFit as error:
            help = "give back the spec that the run was made with, or train into a new directory"
            message = f"the checkpoint of {self.run_dir.path} is not of this model: {error}"
            raise SpecError([Diagnostic("MS761", message, help=help)]) from error
        self.run_dir.write_history(self.progress.history)
        if BEST in snapshot.files:
            copy_file(snapshot.files[BEST], self.run_dir.best)
        self.tracking.go_on(self.position, self.start.checkpoint, self.progress.history)
        self.start = None  # its arrays are in the variables now
        self.saver.began(self.position, self.steps_of(self.position))

    def tell_stage(self) -> None:
        """Tell that a stage begins, if there are some."""
        if len(self.stages) > 1:
            self.tracking.stage(self.position.stage + 1, self.train.name, self.first + 1)

    def facts(self) -> dict[str, Any]:
        """What is told of a training that begins."""
        spec = self.network.network.spec
        counts = {"epochs": self.fixed["epochs"], "steps": self.steps, "seed": self.train.seed}
        return {"run": str(self.run_dir.path), "spec": spec.name, **counts}

    def steps_of(self, position: Position) -> int:
        """The steps of the whole training up to a position."""
        return self.steps_before + (position.epoch - self.first) * self.steps + position.step

    def snapshot(self, position: Position) -> Snapshot:
        """All that this training depends on, as it is now."""
        files = {BEST: self.run_dir.best} if self.progress.best_epoch is not None else {}
        stage = {"first": self.first, "steps_before": self.steps_before}
        return capture(self.built.model, self.callbacks, position, self.progress, {**self.fixed, "stage": stage}, files)

    def save(self) -> None:
        """Save the position at hand."""
        self.saver.save(self.position, self.steps_of(self.position))

    def steps_done(self, position: Position, loss: float) -> None:
        """Stop where the loss is no number any more, and save where it is time to."""
        if not math.isfinite(loss):
            check_finite(numbers(self.built.model.get_metrics_result()), self.outputs, position.epoch, position.step)
        self.position = position
        if self.saver.due(position, self.steps_of(position)):
            self.save()

    def leave(self) -> bool:
        """Whether the user asked to stop; the position at hand is then saved, since the end of training changes more."""
        if self.interruption.asked:
            self.save()
        return self.interruption.asked

    def epoch_done(self, epoch: int, logs: Logs) -> None:
        """Write the history and the last weights, and the best ones where this epoch is the best."""
        check_finite(logs, self.outputs, epoch)
        row = {name: _json_number(value) for name, value in logs.items()}
        stage = {"stage": self.position.stage + 1} if len(self.stages) > 1 else {}
        self.progress.history.append({"epoch": epoch + 1, **stage, **row})
        self.run_dir.write_history(self.progress.history)
        values = weight_values(self.built, averages(self.built.model, self.callbacks))
        save_weights(self.run_dir.last, values, {"epoch": str(epoch + 1)})
        if self.is_best(logs):
            self.progress.best_epoch = epoch + 1
            copy_file(self.run_dir.last, self.run_dir.best)
        self.tracking.epoch(self.progress.history)
        self.position = Position(epoch + 1, 0, None, self.position.stage)
        ends = epoch + 1 == self.first + self.train.epochs or self.built.model.stop_training
        if ends or self.saver.due(self.position, self.steps_of(self.position)):
            self.save()

    def is_best(self, logs: Logs) -> bool:
        """By the validation loss; epochs without one (`validation_freq`) count only until there is the first."""
        best = self.progress.best_value
        if self.validation is not None and "val_loss" not in logs:
            return best is None
        value = logs["loss"] if self.validation is None else logs["val_loss"]
        if best is not None and not value < best:
            return False
        self.progress.best_value = value
        return True

    def close(self, finished: bool) -> dict[str, Results]:
        """Save what was trained; after a whole training, evaluate the best weights."""
        if not finished:
            values = weight_values(self.built, averages(self.built.model, self.callbacks))
            save_weights(self.run_dir.last, values, {"epoch": str(len(self.progress.history))})
            if self.progress.best_epoch is None:
                copy_file(self.run_dir.last, self.run_dir.best)
        else:
            load_weights(self.built, self.run_dir.best)
        self.save_model()
        metrics: dict[str, Results] = {}
        if finished:
            for name, evaluation in (("validation", self.validation), ("test", self.test)):
                logs = None if evaluation is None else evaluation()
                if logs is not None and not self.interruption.asked:
                    metrics[name] = by_output(self.network, logs)
                    self.tracking.evaluated(name, {key: _json_number(value) for key, value in logs.items()})
        write_json(self.run_dir.metrics, for_json(metrics))
        return metrics

    def save_model(self) -> None:
        """The model in Keras's own format."""
        replace_file(self.run_dir.model, lambda beside: self.built.model.save(beside))


def _bytes(variable: Any) -> int:
    return int(prod(variable.shape)) * _ITEM.get(str(variable.dtype), 4)


_ITEM = {
    "float64": 8,
    "int64": 8,
    "uint64": 8,
    "float16": 2,
    "bfloat16": 2,
    "int16": 2,
    "uint16": 2,
    "int8": 1,
    "bool": 1,
}


def _json_number(value: float) -> float | None:
    return value if value == value and abs(value) != float("inf") else None
