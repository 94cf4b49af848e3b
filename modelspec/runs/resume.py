"""Which run a training goes on from, and whether it would go on exactly. No TensorFlow is needed to say so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.graph import ShapedNetwork
from modelspec.graph.questions.stages import planned_epochs, stages
from modelspec.runs.checkpoints.snapshot import Snapshot
from modelspec.runs.checkpoints.store import Store
from modelspec.runs.differences import differences
from modelspec.runs.directory import RunDir, open_run
from modelspec.runs.recorded import NotAsWritten, StoredState, held
from modelspec.runs.resolved import resolved_spec
from modelspec.source import Place

_STAMP = re.compile(r"(\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d)(?:_(\d+))?")
_SHOWN = 8
"""So many differences are reported, and how many more there are."""


@dataclass(frozen=True, slots=True)
class Start:
    """Where a training goes on: a checkpoint, and newer ones that are damaged."""

    snapshot: Snapshot
    checkpoint: str
    damaged: tuple[str, ...]


def run_to_resume(name: str, run_dir: str | None) -> RunDir | None:
    """The run in `run_dir`, or the newest run of the spec; None where there is none yet.

    Raises `SpecError` (MS752) where `run_dir` holds something else.
    """
    if run_dir is None:
        return newest_run(name)
    if not Path(run_dir).is_dir():
        return None
    run = RunDir(Path(run_dir))
    return run if run.is_unused() else open_run(run_dir)


def newest_run(name: str) -> RunDir | None:
    """The newest run of a spec in `runs/<name>/`."""
    folder = Path("runs") / name
    found = [(match, item) for item in _entries(folder) if (match := _STAMP.fullmatch(item.name)) is not None]
    if not found:
        return None
    return RunDir(max(found, key=lambda pair: (pair[0][1], int(pair[0][2] or 1)))[1])


def _entries(folder: Path) -> list[Path]:
    try:
        return [item for item in folder.iterdir() if item.is_dir()]
    except (FileNotFoundError, NotADirectoryError):
        return []


def has_begun(run: RunDir) -> bool:
    """Whether a training has written the run directory; one that was killed before it had is begun anew."""
    return run.info.is_file()


def is_complete(run: RunDir, network: ShapedNetwork) -> bool:
    """Whether the run has done all that this spec asks for. Raises `SpecError` (MS752) for what is no run."""
    if not has_begun(run) or run.read_info().get("status") != "finished":
        return False
    return run.read_resolved() == resolved_spec(network)


def find_start(run: RunDir, store: Store) -> Start | None:
    """The newest whole checkpoint; None where none was written yet.

    Raises `SpecError` (MS761) where there are some and none of them is whole.
    """
    found = store.newest(is_of_a_training)
    if found is not None:
        return Start(found.snapshot, f"{store.folder.name}/{found.path.name}", found.damaged)
    damaged = store.damage(is_of_a_training)
    if damaged:
        message = f"no checkpoint of {run.path} is whole: {'; '.join(damaged)}"
        raise SpecError(
            [Diagnostic("MS761", message, help="train into a new directory; the weights of the run are kept")]
        )
    return None


def is_of_a_training(snapshot: Snapshot) -> None:
    """Raises `NotAsWritten` where the values of a checkpoint are not what a training writes, or contradict each other."""
    state, position = held(StoredState, snapshot.values), snapshot.position
    done = len(state.history)
    logs = position.logs
    if logs is not None and not all(
        isinstance(value, float) for value in (logs.values() if isinstance(logs, dict) else [""])
    ):
        raise NotAsWritten("`position.logs`: expected numbers")
    if min(position.epoch, position.step, position.stage) < 0 or position.epoch != done:
        raise NotAsWritten(f"its history has {done} epochs, but its position says {position.epoch}")
    if (state.best.epoch or 0) > done or state.stage.first > done:
        raise NotAsWritten("its best epoch, or the first one of its stage, is not in its history")


def check_resume(
    network: ShapedNetwork, run: RunDir, snapshot: Snapshot, now: dict[str, Any], allow_changed: bool
) -> list[str]:
    """What differs from the interrupted training, where that is allowed.

    Raises `SpecError`: MS761 for fewer epochs than there were, MS762 with the list of what differs.
    """
    spec = network.spec
    epochs, before = planned_epochs(network), int(snapshot.values["epochs"])
    at = spec.place.find(("train", "stages" if spec.train.stages else "epochs"))
    done = len(snapshot.values["history"])
    if snapshot.position.stage >= len(stages(network)):
        message = f"{run.path} is in stage {snapshot.position.stage + 1}, but the spec has fewer"
        raise SpecError([at.problem("MS761", message, "use the spec that the run was made with")])
    if epochs < done or (epochs < before and not allow_changed):
        message = f"{run.path} was planned for {before} epochs and has done {done}; the spec says {epochs}"
        raise SpecError([at.problem("MS761", message, "write at least as many epochs as before")])
    changed = [*differences(snapshot.values["fingerprint"], now), *_ended(network, snapshot, before)]
    if changed and not allow_changed:
        raise _not_exact(run, changed, spec.place)
    return changed


def _ended(network: ShapedNetwork, snapshot: Snapshot, before: int) -> list[str]:
    """What the end of a training does that is not undone where more epochs follow."""
    last, now = stages(network)[-1].network.spec.train, planned_epochs(network)
    swaps = any(getattr(callback, "swap_on_epoch", False) for callback in last.callbacks)
    if swaps and now > before and nothing_left(network, snapshot, last.epochs - (now - before)):
        return [f"train.epochs from {before} to {now}, and SwapEMAWeights ends its averages at the last epoch"]
    return []


def begun_at(snapshot: Snapshot) -> tuple[int, int]:
    """How many epochs and steps of the training were done when its stage began."""
    stage = snapshot.values["stage"]
    return int(stage["first"]), int(stage["steps_before"])


def nothing_left(network: ShapedNetwork, snapshot: Snapshot, epochs: int | None = None) -> bool:
    """Whether the training came to the end of its last stage, with so many epochs (unless told, as many as the spec says)."""
    last = len(stages(network)) - 1
    if snapshot.position.stage < last:
        return False
    epochs = stages(network)[last].network.spec.train.epochs if epochs is None else epochs
    return snapshot.position.epoch >= begun_at(snapshot)[0] + epochs or bool(snapshot.values["stop_training"])


def _not_exact(run: RunDir, changed: list[str], place: Place) -> SpecError:
    shown = "; ".join(changed[:_SHOWN])
    more = f"; and {len(changed) - _SHOWN} more" if len(changed) > _SHOWN else ""
    message = f"{run.path} cannot be resumed exactly; changed since the run: {shown}{more}"
    help = "undo the changes, or resume anyway with --allow-changed; results will then differ"
    return SpecError([place.problem("MS762", message, help)])
