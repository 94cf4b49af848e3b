"""One training, stage by stage: its steps, its files, its checkpoints. Must not know how its rows were read."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from math import prod
from typing import Any

from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.files.writing import copy_file, replace_file, write_json
from modelspec.graph import ShapedNetwork
from modelspec.graph.questions.outputs import losses
from modelspec.graph.questions.stages import planned_epochs, stages
from modelspec.runs.checkpoints.snapshot import Position, Snapshot
from modelspec.runs.checkpoints.space import check_space
from modelspec.runs.checkpoints.store import Store
from modelspec.runs.directory import RunDir
from modelspec.runs.interrupt import Interruption
from modelspec.runs.reporting import Logs, TrainReporter
from modelspec.runs.results import Results
from modelspec.runs.resume import Start, begun_at
from modelspec.runtime.backend.determinism import telling_missing_kernels
from modelspec.runtime.backend.failing import telling_failures
from modelspec.runtime.backend.memory import telling_out_of_memory
from modelspec.runtime.build.model import BuiltModel
from modelspec.runtime.build.weights import load_weights, save_weights, weight_values
from modelspec.runtime.state.averages import averages
from modelspec.runtime.state.capture import Progress, capture, restore
from modelspec.runtime.state.variables import DoesNotFit, trained_names, training_variables
from modelspec.runtime.tracking.tracking import Tracking
from modelspec.runtime.train.finite import check_finite
from modelspec.runtime.train.loop import Loop, numbers
from modelspec.runtime.train.outcome import outcome, why_ended
from modelspec.runtime.train.pace import Pace, periods
from modelspec.runtime.train.results import by_output, for_json
from modelspec.runtime.train.saving import Saver
from modelspec.runtime.train.splits import Splits
from modelspec.runtime.train.stage import Stage

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
        self.reason = ""
        self.position = Position(0, 0) if start is None else start.snapshot.position
        self.outputs = list(losses(network))
        self.splits: Splits | None = splits
        whole = network.network.spec.train
        self.saver = Saver(
            Store(run.checkpoints, whole.checkpoint.keep),
            whole.checkpoint.every,
            self.snapshot,
            told=tracking.checkpoint,
        )
        first, steps = (0, 0) if start is None else begun_at(start.snapshot)
        self.stage = self.made_stage(first, steps)

    def made_stage(self, first: int, steps: int) -> Stage:
        """The stage of the position at hand, which began after so many epochs and steps of the training."""
        assert self.splits is not None
        number = self.position.stage
        stage = Stage(
            self.stages, number, self.built, self.splits, self.run_dir, lambda: self.interruption.asked,
            first=first, steps_before=steps,
        )  # fmt: skip
        if number + 1 == len(self.stages):
            self.splits = None  # the stage holds what it needs of them; a second copy would only take memory
        return stage

    @property
    def untouched(self) -> bool:
        """Whether no step has been done yet."""
        return self.position == Position(0, 0) and not self.progress.history

    def run(self) -> bool:
        """Train, stage by stage; returns whether all of it was done. Raises `SpecError` where that cannot go on."""
        while self.run_stage():
            self.tell_end_of_stage()
            if self.position.stage + 1 == len(self.stages):
                return True
            if self.leave():
                return False
            self.enter_next_stage()
        return False

    def enter_next_stage(self) -> None:
        """Go on to the next stage, where the one before it came to its end."""
        before, epoch = self.stage, self.position.epoch
        steps = before.steps_of(self.position)
        self.position = Position(epoch, 0, None, before.number + 1)
        self.stage = self.made_stage(epoch, steps)
        if self.stage.validation is None and self.stage.train.class_weight != before.train.class_weight:
            self.progress.best_value = None  # the losses of rows that weigh otherwise say nothing about these

    def run_stage(self) -> bool:
        """Train to the end of the stage; returns whether it came to it. Raises `SpecError` where that cannot go on."""
        stage, train = self.stage, self.stage.train
        if len(self.stages) > 1:
            self.reporter.stage(stage.number + 1, len(self.stages), train.name)
        marks = [] if self.saver.period is None else [self.saver.period]
        if train.steps_per_execution is None:  # else callbacks act where that lets them, as with Keras
            marks += periods(train.callbacks)
        later = self.stages[stage.number + 1 :]
        loop = Loop(
            self.built.model,
            stage.callbacks,
            stage.feed,
            stage.order,
            stage.validation,
            first=stage.first,
            epochs=stage.end,
            validation_batches=0 if stage.validation is None else stage.validation.feed.steps(),
            planned=stage.end + sum(network.network.spec.train.epochs for network in later),
            validation_freq=train.validation_freq,
            pace=Pace(train.steps_per_execution, marks),
            reporter=self.reporter,
            stop=self.leave,
        )
        with (
            warnings.catch_warnings(),
            telling_failures(self.built, stage.feed.first_inputs, "a step of the training"),
            telling_out_of_memory(stage.network, self.built.model),
            telling_missing_kernels(stage.network),
        ):
            if len(self.outputs) < len(stage.network.network.main.outputs):
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

    def begun(self) -> None:
        """All variables exist: give them back what they had, or keep what they begin with."""
        model = self.built.model
        self.saver.trained = trained_names(model)
        state = sum(_bytes(variable) for variable in training_variables(model).values())
        weights = sum(_bytes(weight) for weight in model.weights)
        check_space(self.run_dir.path, state, weights, self.stage.train.checkpoint.keep)
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
            self.progress = restore(model, self.stage.callbacks, snapshot)
        except DoesNotFit as error:
            help = "give back the spec that the run was made with, or train into a new directory"
            message = f"the checkpoint of {self.run_dir.path} is not of this model: {error}"
            raise SpecError([Diagnostic("MS761", message, help=help)]) from error
        self.run_dir.write_history(self.progress.history)
        if BEST in snapshot.files:
            copy_file(snapshot.files[BEST], self.run_dir.best, self.run_dir.path)
        self.tracking.go_on(self.position, self.start.checkpoint, self.progress.history)
        self.start = None  # its arrays are in the variables now
        self.saver.began(self.position, self.stage.steps_of(self.position))

    def tell_stage(self) -> None:
        """Tell that a stage begins, if there are some."""
        if len(self.stages) > 1:
            self.tracking.stage(self.position.stage + 1, self.stage.train.name, self.stage.first + 1)

    def tell_end_of_stage(self) -> None:
        """Tell why the stage came to its end: to people always, as an event where there are several."""
        stopped = self.position.epoch < self.stage.end  # a callback's wish after the last epoch changes nothing
        self.reason = why_ended(self.stage.callbacks, self.position.epoch, self.stage.train.epochs, stopped)
        several = len(self.stages) > 1
        self.reporter.ended(
            f"stage {self.stage.number + 1}/{len(self.stages)}: {self.reason}" if several else self.reason
        )
        if several:
            self.tracking.stage_ended(self.stage.number + 1, self.position.epoch, self.reason)

    def facts(self) -> dict[str, Any]:
        """What is told of a training that begins."""
        spec = self.stage.network.network.spec
        counts = {"epochs": self.fixed["epochs"], "steps": self.stage.steps, "seed": self.stage.train.seed}
        return {"run": str(self.run_dir.path), "spec": spec.name, **counts}

    def snapshot(self, position: Position) -> Snapshot:
        """All that this training depends on, as it is now."""
        files = {BEST: self.run_dir.best} if self.progress.best_epoch is not None else {}
        stage = {"first": self.stage.first, "steps_before": self.stage.steps_before}
        return capture(
            self.built.model, self.stage.callbacks, position, self.progress, {**self.fixed, "stage": stage}, files
        )

    def save(self) -> None:
        """Save the position at hand."""
        self.saver.save(self.position, self.stage.steps_of(self.position))

    def steps_done(self, position: Position, loss: float) -> None:
        """Stop where the loss is no number any more, and save where it is time to."""
        if not math.isfinite(loss):
            check_finite(numbers(self.built.model.get_metrics_result()), self.outputs, position.epoch, position.step)
        self.position = position
        if self.saver.due(position, self.stage.steps_of(position)):
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
        values = weight_values(self.built, averages(self.built.model, self.stage.callbacks))
        save_weights(self.run_dir.last, values, {"epoch": str(epoch + 1)})
        if self.is_best(logs):
            self.progress.best_epoch = epoch + 1
            copy_file(self.run_dir.last, self.run_dir.best, self.run_dir.path)
        self.tracking.epoch(self.progress.history)
        self.position = Position(epoch + 1, 0, None, self.position.stage)
        ends = epoch + 1 == self.stage.end or self.built.model.stop_training
        if ends or self.saver.due(self.position, self.stage.steps_of(self.position)):
            self.save()

    def is_best(self, logs: Logs) -> bool:
        """By the validation loss; epochs without one (`validation_freq`) count only until there is the first."""
        best = self.progress.best_value
        if self.stage.validation is not None and "val_loss" not in logs:
            return best is None
        value = logs["loss"] if self.stage.validation is None else logs["val_loss"]
        if best is not None and not value < best:
            return False
        self.progress.best_value = value
        return True

    def close(self, finished: bool) -> dict[str, Results]:
        """Save what was trained; after a whole training, evaluate the best weights."""
        if not finished:
            values = weight_values(self.built, averages(self.built.model, self.stage.callbacks))
            save_weights(self.run_dir.last, values, {"epoch": str(len(self.progress.history))})
            if self.progress.best_epoch is None:
                copy_file(self.run_dir.last, self.run_dir.best, self.run_dir.path)
        else:
            load_weights(self.built, self.run_dir.best)
        self.save_model()
        metrics: dict[str, Results] = {}
        if finished:
            for name, evaluation in (("validation", self.stage.validation), ("test", self.stage.test)):
                with telling_failures(self.built, self.stage.feed.first_inputs, f"evaluating the {name} rows"):
                    logs = None if evaluation is None else evaluation()
                if logs is not None and not self.interruption.asked:
                    metrics[name] = by_output(self.stage.network, logs)
                    self.tracking.evaluated(name, {key: _json_number(value) for key, value in logs.items()})
        whole = finished and not self.interruption.asked
        told = {"training": outcome(self.reason, self.progress).values} if whole else {}
        write_json(self.run_dir.metrics, for_json({**metrics, **told}))
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
