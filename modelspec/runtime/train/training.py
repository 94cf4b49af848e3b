"""One training, stage by stage: what it does between its steps. Must not know how its rows were read."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

from modelspec.data.splits import Splits
from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.graph.questions.outputs import losses
from modelspec.runs.checkpoints.snapshot import Position, Snapshot
from modelspec.runs.checkpoints.space import check_space
from modelspec.runs.checkpoints.store import Store
from modelspec.runs.reporting import Logs
from modelspec.runs.results import Results
from modelspec.runs.resume import Start, begun_at
from modelspec.runtime.backend import bytes_of, numbers, telling_missing_kernels
from modelspec.runtime.backend.pace import Pace, periods
from modelspec.runtime.build.failing import telling_failures
from modelspec.runtime.build.weights import load_weights, weight_values
from modelspec.runtime.evaluate.results import by_output
from modelspec.runtime.state.averages import averages
from modelspec.runtime.state.capture import Reached, capture, restore
from modelspec.runtime.state.variables import DoesNotFit, trained_names, training_variables
from modelspec.runtime.train.chief import BEST, Chief
from modelspec.runtime.train.finite import check_finite
from modelspec.runtime.train.loop import Loop
from modelspec.runtime.train.memory import telling_out_of_memory
from modelspec.runtime.train.outcome import outcome, why_ended
from modelspec.runtime.train.plan import Hooks, TrainPlan
from modelspec.runtime.train.saving import Saver
from modelspec.runtime.train.stage import Begin, TrainStage


class Training:
    """One training: what it has done so far."""

    def __init__(self, plan: TrainPlan, splits: Splits, start: Start | None, chief: Chief) -> None:
        """`start` is the checkpoint to go on from."""
        self.plan = plan
        self.chief = chief
        self.start = start
        self.progress = Reached([])
        self.reason = ""
        self.position = Position(0, 0) if start is None else start.snapshot.position
        self.outputs = list(losses(plan.network))
        self.splits: Splits | None = splits
        checkpoint = plan.network.train.checkpoint
        self.saver = Saver(
            Store(chief.run.checkpoints, checkpoint.keep),
            checkpoint.every,
            self.snapshot,
            told=chief.tracking.checkpoint,
        )
        first, steps = (0, 0) if start is None else begun_at(start.snapshot)
        self.stage = self.made_stage(first, steps)

    def made_stage(self, first: int, steps: int) -> TrainStage:
        """The stage of the position at hand, which began after so many epochs and steps of the training."""
        assert self.splits is not None
        begin = Begin(self.position.stage, first, steps)
        stage = TrainStage(self.plan, self.splits, begin, self.chief)
        if begin.number + 1 == len(self.plan.stages):
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
            if self.position.stage + 1 == len(self.plan.stages):
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
        if self.stage.epochs.validation is None and self.stage.train.class_weight != before.train.class_weight:
            self.progress.best_value = None  # the losses of rows that weigh otherwise say nothing about these

    def run_stage(self) -> bool:
        """Train to the end of the stage; returns whether it came to it. Raises `SpecError` where that cannot go on."""
        stage, train = self.stage, self.stage.train
        if len(self.plan.stages) > 1:
            self.chief.reporter.stage(stage.number + 1, len(self.plan.stages), train.name)
        marks = [] if self.saver.period is None else [self.saver.period]
        if train.steps_per_execution is None:  # else callbacks act where that lets them, as with Keras
            marks += periods(train.callbacks)
        hooks = Hooks(self.chief.reporter, stage.callbacks, self.leave, self.begun, self.steps_done, self.epoch_done)
        loop = Loop(self.plan.model, stage.epochs, hooks, Pace(train.steps_per_execution, marks))
        with (
            warnings.catch_warnings(),
            telling_failures(self.plan.built, stage.epochs.feed.first_inputs, "a step of the training"),
            telling_out_of_memory(stage.network, self.plan.model),
            telling_missing_kernels(stage.network),
        ):
            if len(self.outputs) < len(stage.network.outputs):
                # That what leads to an untrained output only has no gradients is what the spec asks for.
                warnings.filterwarnings("ignore", "Gradients do not exist", UserWarning)
            finished = self.saved(lambda: loop.run(self.position))
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
        model = self.plan.model
        self.saver.trained = trained_names(model)
        state = sum(bytes_of(variable) for variable in training_variables(model).values())
        weights = sum(bytes_of(weight) for weight in model.weights)
        check_space(self.chief.run.path, state, weights, self.stage.train.checkpoint.keep)
        if self.start is None and self.position.stage:
            self.tell_stage()
            return  # the checkpoint at the end of the stage before leads here
        if self.start is None:
            self.chief.begin(self.facts())
            self.tell_stage()
            self.save()
            return
        snapshot = self.start.snapshot
        try:
            self.progress = restore(model, self.stage.callbacks, snapshot)
        except DoesNotFit as error:
            help = "use the spec that the run was made with, or train into a new directory"
            message = f"the checkpoint of {self.chief.run.path} does not belong to this model: {error}"
            raise SpecError([Diagnostic("MS761", message, help=help)]) from error
        self.chief.go_on(self.start, self.position, self.progress.history)
        self.start = None  # its arrays are in the variables now
        self.saver.began(self.position, self.stage.steps_of(self.position))

    def tell_stage(self) -> None:
        """Tell that a stage begins, if there are some."""
        if len(self.plan.stages) > 1:
            self.chief.tracking.stage(self.position.stage + 1, self.stage.train.name, self.stage.epochs.first + 1)

    def tell_end_of_stage(self) -> None:
        """Tell why the stage came to its end: to people always, as an event where there are several."""
        stopped = self.position.epoch < self.stage.epochs.end  # a callback's wish after the last epoch changes nothing
        self.reason = why_ended(self.stage.callbacks, self.position.epoch, self.stage.train.epochs, stopped)
        several = len(self.plan.stages) > 1
        self.chief.reporter.ended(
            f"stage {self.stage.number + 1}/{len(self.plan.stages)}: {self.reason}" if several else self.reason
        )
        if several:
            self.chief.tracking.stage_ended(self.stage.number + 1, self.position.epoch, self.reason)

    def facts(self) -> dict[str, Any]:
        """What is reported when a training begins."""
        spec = self.stage.network.spec
        counts = {"epochs": self.plan.fixed["epochs"], "steps": self.stage.epochs.steps, "seed": self.stage.train.seed}
        return {"run": str(self.chief.run.path), "spec": spec.name, **counts}

    def snapshot(self, position: Position) -> Snapshot:
        """All that this training depends on, as it is now."""
        files = {BEST: self.chief.run.best} if self.progress.best_epoch is not None else {}
        stage = {"first": self.stage.epochs.first, "steps_before": self.stage.steps_before}
        return capture(
            self.plan.model, self.stage.callbacks, position, self.progress, {**self.plan.fixed, "stage": stage}, files
        )

    def save(self) -> None:
        """Save the position at hand."""
        self.saver.save(self.position, self.stage.steps_of(self.position))

    def steps_done(self, position: Position, loss: float) -> None:
        """Stop where the loss is no number any more, and save where it is time to."""
        if not math.isfinite(loss):
            check_finite(numbers(self.plan.model.get_metrics_result()), self.outputs, position.epoch, position.step)
        self.position = position
        if self.saver.due(position, self.stage.steps_of(position)):
            self.save()

    def leave(self) -> bool:
        """Whether the user asked to stop; the position at hand is then saved, since the end of training changes more."""
        if self.chief.asked_to_stop():
            self.save()
        return self.chief.asked_to_stop()

    def epoch_done(self, epoch: int, logs: Logs) -> None:
        """Write the history and the last weights, and the best ones where this epoch is the best."""
        check_finite(logs, self.outputs, epoch)
        row = {name: _json_number(value) for name, value in logs.items()}
        stage = {"stage": self.position.stage + 1} if len(self.plan.stages) > 1 else {}
        self.progress.history.append({"epoch": epoch + 1, **stage, **row})
        self.chief.run.write_history(self.progress.history)
        self.chief.weights(self.progress.history, self.weights())
        if self.is_best(logs):
            self.progress.best_epoch = epoch + 1
            self.chief.best()
        self.chief.tracking.epoch(self.progress.history)
        self.position = Position(epoch + 1, 0, None, self.position.stage)
        ends = epoch + 1 == self.stage.epochs.end or self.plan.model.stop_training
        if ends or self.saver.due(self.position, self.stage.steps_of(self.position)):
            self.save()

    def weights(self) -> dict[str, Any]:
        """The weights that the training has come to, averages where the optimizer keeps some."""
        return weight_values(self.plan.built, averages(self.plan.model, self.stage.callbacks))

    def is_best(self, logs: Logs) -> bool:
        """By the validation loss; epochs without one (`validation_freq`) count only until there is the first."""
        best = self.progress.best_value
        if self.stage.epochs.validation is not None and "val_loss" not in logs:
            return best is None
        value = logs["loss"] if self.stage.epochs.validation is None else logs["val_loss"]
        if best is not None and not value < best:
            return False
        self.progress.best_value = value
        return True

    def close(self, finished: bool) -> dict[str, Results]:
        """Save what was trained; after a whole training, evaluate the best weights."""
        if not finished:
            self.chief.weights(self.progress.history, self.weights())
            if self.progress.best_epoch is None:
                self.chief.best()
        else:
            load_weights(self.plan.built, self.chief.run.best)
        self.save_model()
        metrics: dict[str, Results] = {}
        if finished:
            for name, evaluation in (("validation", self.stage.epochs.validation), ("test", self.stage.test)):
                with telling_failures(
                    self.plan.built, self.stage.epochs.feed.first_inputs, f"evaluating the {name} rows"
                ):
                    logs = None if evaluation is None else evaluation()
                if logs is not None and not self.chief.asked_to_stop():
                    metrics[name] = by_output(self.stage.network, logs)
                    self.chief.tracking.evaluated(name, {key: _json_number(value) for key, value in logs.items()})
        whole = finished and not self.chief.asked_to_stop()
        told = {"training": outcome(self.reason, self.progress).values} if whole else {}
        self.chief.metrics({**metrics, **told})
        return metrics

    def save_model(self) -> None:
        """The model in Keras's own format."""
        self.chief.model(self.plan.model)


def _json_number(value: float) -> float | None:
    return value if value == value and abs(value) != float("inf") else None
