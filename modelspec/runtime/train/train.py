"""Training a spec from its first row to its run directory. Must not print: a `Reporter` is told how it goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext, suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from modelspec.checks.training.training import require_training_rows
from modelspec.data.learned import Learned
from modelspec.data.splits import Gathered, Splits, check_batches, load_splits
from modelspec.diagnostics import SpecError
from modelspec.files.writing import write_json
from modelspec.graph import ShapedNetwork
from modelspec.graph.questions.learning import learners
from modelspec.graph.questions.outputs import losses
from modelspec.graph.questions.stages import stages
from modelspec.runs import directory as rundir
from modelspec.runs import new_run
from modelspec.runs.checkpoints.store import Store
from modelspec.runs.differences import arrays_in, differences
from modelspec.runs.directory import RunDir
from modelspec.runs.interrupt import Interruption, Terminated, interruptible, unwinding
from modelspec.runs.lock import locked
from modelspec.runs.options import AS_USUAL, TrainOptions
from modelspec.runs.own_files import check_own
from modelspec.runs.reporting import Silent, TrainReporter
from modelspec.runs.resolved import resolved_spec
from modelspec.runs.results import Outcome, Results, TrainResult
from modelspec.runs.resume import Start, check_resume, find_start, has_begun, nothing_left
from modelspec.runs.taught import with_learned
from modelspec.runtime.backend import choose_kernels, own_kernels
from modelspec.runtime.build.array_files import allowed_arrays, arrays_of, begin_with_arrays
from modelspec.runtime.build.initial import begin_from
from modelspec.runtime.build.model import build_model
from modelspec.runtime.learning.learn import learn_layers
from modelspec.runtime.state.fingerprint import fingerprint, order_of_rows, parameters
from modelspec.runtime.tracking.mlflow import Mlflow
from modelspec.runtime.tracking.tracking import Tracking, connect
from modelspec.runtime.train.callbacks import require_packages
from modelspec.runtime.train.chief import Chief
from modelspec.runtime.train.mirroring import check_last_batches, mirrored
from modelspec.runtime.train.outcome import outcome, why_failed, why_interrupted
from modelspec.runtime.train.plan import TrainPlan
from modelspec.runtime.train.reproduce import began_with
from modelspec.runtime.train.training import Training


@own_kernels()
def train_network(
    network: ShapedNetwork,
    options: TrainOptions = AS_USUAL,
    reporter: TrainReporter | None = None,
    gather: Callable[[], Gathered] | None = None,
) -> TrainResult:
    """Train the spec. Everything that can be wrong with spec, data and run directory is reported before training starts.

    `gather` gives its rows where they are being read already. Raises `SpecError` for a problem of the spec, the data or the
    run directory; nothing has been written then, or the run directory holds what was trained so far.
    """
    reporter, spec, resume = reporter or Silent(), network.spec, options.resume
    _check_trainable(network)
    if resume is None:
        new_run.check_new(spec.name, options.run_dir)
    going_on = resume is not None and has_begun(resume)
    mlflow = connect(options.tracking, resume.read_info() if resume is not None and going_on else {}, reporter)
    splits = load_splits(network, reporter.note, reporter.warn, gather)
    check_batches(network, splits)
    written = network
    """The spec as it is kept, without what its layers learn."""
    network, learned = _after_learning(written, splits, options, reporter)
    strategy = mirrored(network, reporter)
    built = build_model(network, allow_download=options.allow_download, strategy=strategy, begun=not going_on)
    check_last_batches(network, built, splits.train.count, strategy, reporter)
    choose_kernels(network, built.model)
    begun = begin_from(built, reporter) if resume is None else None
    run = resume or new_run.create(spec.name, options.run_dir)
    callbacks = [entry for stage in stages(network) for entry in stage.train.callbacks]
    with unwinding(), locked(run.path):
        check_own(run.path, callbacks)
        info = _provenance(network, run, splits)
        start = _start(network, run, reporter) if going_on else None
        if going_on and start is None:
            begin_with_arrays(network, built.layers)
        arrays = arrays_of(network, None if start is None else arrays_in(start.snapshot.values["fingerprint"]))
        if arrays:
            info["arrays"] = arrays
        known = {
            **fingerprint(written, splits.fingerprints, info["versions"], arrays),
            **order_of_rows(written, splits.train.count),
            **learned.fingerprint(),
        }
        plan = TrainPlan(network, built, known)
        for text in differences(options.before or plan.fingerprint, plan.fingerprint):
            reporter.note(f"changed since the run: {text}")
        if start is not None:
            changed = check_resume(network, run, start.snapshot, plan.fingerprint, options.allow_changed)
            _tell_resumed(start, changed, reporter)
            info_before = run.read_info()
            if info_before.get("status") == "finished" and nothing_left(network, start.snapshot):
                history = tuple(start.snapshot.values["history"])
                return TrainResult(run.path, history, {}, interrupted=False, complete=True)
            info = _resumed(info_before, info, start, changed)
        elif resume is not None:
            begun = begin_from(built, reporter)
        if begun is not None and spec.train.init_from is not None:
            info["init_from"] = {"path": spec.train.init_from.path, "sha256": begun}
        if mlflow is not None:
            info["mlflow"] = _begin_mlflow(mlflow, network, run, info.get("mlflow", {}))
        run.clean()
        document = spec.place.document
        text = run.read_spec() if document.file == str(run.resolved) else document.text
        rundir.save_start(run, text, resolved_spec(written), {**info, "status": "running"}, learned)
        chief = Chief(run, reporter, Interruption(), Tracking(run, options.tracking.tensorboard, mlflow))
        training = Training(plan, splits, start, chief)
        del splits, start  # the training holds what it needs of them; a second copy would only take memory
        try:
            ended, metrics = _whole(training, info)
        except SpecError as error:
            if resume is None and training.untouched and any(item.code == "MS770" for item in error.diagnostics):
                new_run.remove(run, spec.name, options.run_dir)
            raise
        history, asked = tuple(training.progress.history), chief.interruption
        return TrainResult(run.path, history, metrics, asked.asked, asked.signal, outcome=ended)


def _after_learning(
    network: ShapedNetwork, splits: Splits, options: TrainOptions, reporter: TrainReporter
) -> tuple[ShapedNetwork, Learned]:
    """The network whose layers have learned from the training rows, and all that these taught.

    A training that goes on has learned already. Raises `SpecError` for what cannot be learned, or does not fit then.
    """
    known = _learned_before(network, splits, options.resume)
    layers = learn_layers(network, splits.train, known, allow_download=options.allow_download)
    taught, problems = with_learned(network, layers)
    if problems:
        reporter.warn(problems)
    return taught, replace(splits.learned, layers=layers)


def _learned_before(network: ShapedNetwork, splits: Splits, run: RunDir | None) -> Mapping[str, Mapping[str, Any]]:
    """What the layers of a run that goes on have learned. One that has no checkpoint yet learns from the rows as they are."""
    if run is None or not has_begun(run) or not learners(network.network):
        return {}
    layers = run.read_learned().layers
    before = {name: rows["sha256"] for name, rows in run.read_info()["data"].items()}
    same = all(before.get(name) == rows["sha256"] for name, rows in splits.fingerprints.items())
    begun = same or find_start(run, Store(run.checkpoints, network.train.checkpoint.keep)) is not None
    return layers if begun else {}


def _provenance(network: ShapedNetwork, run: RunDir, splits: Splits) -> dict[str, Any]:
    """What run.json says of where a run comes from."""
    spec = network.spec
    info = rundir.provenance(spec.place.document.file, spec.train.seed)
    info["data"] = dict(splits.fingerprints)
    info.update(rundir.place_of(run, spec.place.document.folder))
    info["allowed"] = list(dict.fromkeys((*rundir.allowed_of(spec), *allowed_arrays(network))))
    if began := began_with(network):
        info["began_with"] = began
    if spec.plugins.digests:
        info["plugins"] = spec.plugins.digests
    return info


def _whole(training: Training, info: dict[str, Any]) -> tuple[Outcome, dict[str, Results]]:
    """Train to the end or until it is interrupted, and write into run.json how it went."""
    chief, metrics = training.chief, dict[str, Results]()
    run, interruption = chief.run, chief.interruption
    status, reason = "failed", ""
    try:
        with interruptible(interruption):
            finished = training.run()
            metrics = training.close(finished)
        status = "interrupted" if interruption.asked else "finished"
        reason = training.reason
    except (KeyboardInterrupt, Terminated):
        status = "interrupted"
        raise
    except Exception as error:
        reason = why_failed(error)
        raise
    finally:
        info["ended"] = datetime.now().astimezone().isoformat(timespec="seconds")
        progress = training.progress
        if status == "interrupted":
            reason = why_interrupted(interruption.signal, len(progress.history))
        ended = outcome(reason, progress)
        with suppress(OSError) if status == "failed" else nullcontext():
            write_json(run.info, {**info, "status": status, **ended.values})
            signal = {} if interruption.signal is None else {"signal": interruption.signal}
            chief.tracking.end(status, progress.history, **ended.values, **signal)
    return ended, metrics


def _begin_mlflow(mlflow: Mlflow, network: ShapedNetwork, run: RunDir, before: dict[str, Any]) -> dict[str, str]:
    """What run.json keeps of the run at the server: a new one there, or the one that it goes on with."""
    if before.get("uri") == mlflow.uri:
        mlflow.go_on(before["run_id"])
    else:
        mlflow.begin(network.spec.name, run.path, parameters(network))
    return {"uri": mlflow.uri, "run_id": mlflow.run_id}


def _start(network: ShapedNetwork, run: RunDir, reporter: TrainReporter) -> Start | None:
    """The checkpoint to go on from; None: from the beginning."""
    start = find_start(run, Store(run.checkpoints, network.train.checkpoint.keep))
    if start is None:
        reporter.note(f"{run.path} has no checkpoint yet: training starts from the beginning")
    return start


def _tell_resumed(start: Start, changed: list[str], reporter: TrainReporter) -> None:
    """Tell where a run goes on from, and what differs from what the checkpoint was made with."""
    for text in start.damaged:
        reporter.note(f"skipped {text}")
    position = start.snapshot.position
    reporter.note(f"resuming from {start.checkpoint}: epoch {position.epoch + 1}, after step {position.step}")
    for text in changed:
        reporter.note(f"changed since the run: {text}")


def _resumed(before: dict[str, Any], now: dict[str, Any], start: Start, changed: list[str]) -> dict[str, Any]:
    """run.json of a run that goes on: where it came from stays, and each time it goes on is added."""
    keys = ("command", "started", "versions", "platform", "git")
    places: dict[str, Any] = {key: now[key] for key in ("root", "path", "root_from_run", "allowed") if key in now}
    position = start.snapshot.position
    again = {
        **{key: now[key] for key in keys},
        "from": start.checkpoint,
        "epoch": position.epoch + 1,
        "step": position.step,
        "changed": changed,
    }
    return {**before, **places, "resumed": [*before.get("resumed", []), again]}


def _check_trainable(network: ShapedNetwork) -> None:
    spec = network.spec
    require_training_rows(network)
    if not losses(network):
        place = spec.place.get("outputs") or spec.place
        help = "give an output a loss, such as `outputs: {label: {loss: mse}}`"
        raise SpecError([place.problem("MS501", "no output has a loss, so there is nothing to train", help, key=True)])
    for stage in stages(network):
        _check_settings(stage)


def _check_settings(network: ShapedNetwork) -> None:
    train = network.train
    place = train.place or network.spec.place
    require_packages(train.callbacks, place.find(("callbacks",)))
