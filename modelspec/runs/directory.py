"""The run directory: what it holds, how one is made, and how one is found again.

spec.yaml       the spec as it was written       resolved.yaml   the spec with every name and default written out
run.json        command, versions, seed, git commit, data fingerprints, how the run ended
history.jsonl   a line per epoch                 history.csv     the same as a table
events.jsonl    what happened, a line each       tensorboard/    the same metrics for TensorBoard, where asked for
best.safetensors, last.safetensors               weights by stable paths
model.keras     the trained model for Keras      metrics.json    validation and test
checkpoints/    the state of the training, for `train --resume`
learned.json    what the training rows taught: labels, what fills gaps, vocabularies, means
"""

from __future__ import annotations

import csv
import io
import json
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from modelspec.data.learned import NOTHING, Learned
from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.files.reading import NotAFile, kind
from modelspec.files.writing import write_json, write_text
from modelspec.language.spec import Spec
from modelspec.runs.checkpoints.store import Store
from modelspec.runs.recorded import (
    MOST_BYTES,
    MOST_BYTES_OF_LEARNED,
    LearnedValues,
    NotAsWritten,
    RunInfo,
    from_json,
    held,
    read_text,
)
from modelspec.source import Limits

_MOST_BYTES_OF_A_SPEC = 1 << 28
_HALF_WRITTEN = re.compile(r"\..+\.\d+\.part(\..+)?")


@dataclass(frozen=True, slots=True)
class RunDir:
    """The files of one run."""

    path: Path

    @property
    def spec(self) -> Path:
        """The spec as it was written."""
        return self.path / "spec.yaml"

    @property
    def resolved(self) -> Path:
        """The spec with automatic names and defaults."""
        return self.path / "resolved.yaml"

    @property
    def info(self) -> Path:
        """Where the run came from and how it ended."""
        return self.path / "run.json"

    @property
    def best(self) -> Path:
        """The weights of the best epoch."""
        return self.path / "best.safetensors"

    @property
    def last(self) -> Path:
        """The weights of the last epoch."""
        return self.path / "last.safetensors"

    @property
    def history(self) -> Path:
        """Losses and metrics of each epoch."""
        return self.path / "history.jsonl"

    @property
    def model(self) -> Path:
        """The trained model in Keras's own format."""
        return self.path / "model.keras"

    @property
    def checkpoints(self) -> Path:
        """Where the state of the training is saved on the way."""
        return self.path / "checkpoints"

    @property
    def events(self) -> Path:
        """What happened in the training, a line each."""
        return self.path / "events.jsonl"

    @property
    def tensorboard(self) -> Path:
        """Losses and metrics for TensorBoard."""
        return self.path / "tensorboard"

    @property
    def metrics(self) -> Path:
        """Losses and metrics on validation and test rows."""
        return self.path / "metrics.json"

    @property
    def learned(self) -> Path:
        """What the training rows taught: labels, what fills gaps, and what layers learned."""
        return self.path / "learned.json"

    def read_learned(self) -> Learned:
        """The contents of `learned.json`; nothing where there is none. Raises `SpecError` (MS752) where it cannot be read."""
        if not os.path.lexists(self.learned):
            return NOTHING
        try:
            found = held(LearnedValues, from_json(self._read(self.learned, MOST_BYTES_OF_LEARNED)))
        except NotAsWritten as error:
            raise damaged(self.learned, error) from error
        return Learned(
            {name: tuple(labels) for name, labels in found.labels.items()},
            {name: tuple(numbers) for name, numbers in found.fills.items()},
            {path: _tuples(arguments.model_dump(exclude_none=True)) for path, arguments in found.layers.items()},
        )

    def read_info(self) -> dict[str, Any]:
        """The contents of `run.json`. Raises `SpecError` (MS752) where it cannot be read."""
        text = self._read(self.info, MOST_BYTES)
        try:
            info: dict[str, Any] = from_json(text)
            held(RunInfo, info)
        except NotAsWritten as error:
            raise damaged(self.info, error) from error
        return info

    def _read(self, path: Path, most: int) -> str:
        try:
            return read_text(path, most, self.path)
        except (OSError, NotAsWritten) as error:
            raise damaged(path, error) from error

    def read_spec(self) -> str:
        """The text of `spec.yaml`. Raises `SpecError` (MS752) where it cannot be read."""
        return self._read(self.spec, _MOST_BYTES_OF_A_SPEC)

    def read_resolved(self) -> str:
        """The text of `resolved.yaml`. Raises `SpecError` (MS752) where it cannot be read."""
        return self._read(self.resolved, _MOST_BYTES_OF_A_SPEC)

    def is_unused(self) -> bool:
        """Whether a training made the directory, and was killed before it had written what it is."""
        names = {item.name for item in self.path.iterdir() if not item.name.startswith(".")}
        return names <= {self.spec.name, self.resolved.name, "run.lock"} and not self.info.exists()

    def clean(self) -> None:
        """Remove what a killed training left half-written. Only for who holds the lock."""
        for folder, _, names in os.walk(self.path):
            for name in names:
                if _HALF_WRITTEN.fullmatch(name):
                    Path(folder, name).unlink()
        Store(self.checkpoints, 1).clean()

    def write_history(self, rows: list[dict[str, Any]]) -> None:
        """The epochs so far, as JSON Lines and as a table."""
        write_text(self.history, "".join(json.dumps(row) + "\n" for row in rows))
        names = list(dict.fromkeys(name for row in rows for name in row))
        table = io.StringIO(newline="")
        writer = csv.DictWriter(table, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        write_text(self.path / "history.csv", table.getvalue())


def open_run(path: str) -> RunDir:
    """The run directory at `path`. Raises `SpecError` (MS752) where there is none."""
    run = RunDir(Path(path))
    if not run.path.is_dir():
        raise _not_a_run(run.path, "it is not a directory" if run.path.exists() else "there is no such directory")
    for needed in (run.spec, run.info):
        what = kind(needed, run.path)
        if what is not None:
            raise damaged(needed, NotAFile(what, needed))
        try:
            os.lstat(needed)
        except FileNotFoundError as error:
            raise _not_a_run(run.path, f"it has no {needed.name}") from error
        except OSError as error:
            raise damaged(needed, error) from error
    return run


def damaged(path: Path, error: Exception, code: str = "MS752") -> SpecError:
    """A file of a run that is not as it was written: which, why, and what to do."""
    why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    help = f"restore {path.name} from a copy, or train the run's spec.yaml again"
    if isinstance(error, PermissionError):
        help = "get permission to read it, or use a copy of the run"
    return SpecError([Diagnostic(code, f"{path} cannot be used: {why}", help=help)])


def _not_a_run(path: Path, why: str) -> SpecError:
    help = "give the directory that `modelspec train` printed, such as runs/digits/2026-01-31_12-00-00"
    return SpecError([Diagnostic("MS752", f"{path} is not a run directory: {why}", help=help)])


def place_of(run: RunDir, root: str) -> dict[str, str]:
    """What run.json keeps of where a run lies: the folder that the paths of its spec start from, and where that is from it."""
    where = {"root": os.path.abspath(root), "path": os.path.realpath(run.path)}
    try:
        return {**where, "root_from_run": os.path.relpath(os.path.realpath(root), where["path"])}
    except ValueError:  # on another drive there is no way from one to the other
        return where


def root_of_run(run: RunDir, info: dict[str, Any]) -> str:
    """The folder that the paths of a run's spec start from, also where the run has been moved since.

    Of a run that lies where it did, the folder that it was. A run that was moved may have been moved with its project: then
    the spec lies where it did, seen from the run. Otherwise only the run was moved.
    """
    root, way = str(info.get("root", ".")), info.get("root_from_run")
    if way is None or os.path.realpath(run.path) == info.get("path"):
        return root
    moved = os.path.normpath(os.path.join(os.path.realpath(run.path), str(way)))
    together = os.path.isfile(os.path.join(moved, os.path.basename(str(info.get("spec")))))
    return moved if together or not os.path.isdir(root) else root


def allowed_of(spec: Spec) -> list[str]:
    """What run.json keeps of where the spec was allowed to read: the folders, and the files that the command line named."""
    sources = [] if spec.data is None else list(spec.data.sources.values())
    init = () if spec.train.init_from is None else spec.train.init_from.allowed
    return list(dict.fromkeys((*(path for source in sources for path in source.allowed), *init)))


def with_allowed(limits: Limits, run: RunDir, info: dict[str, Any]) -> Limits:
    """The limits for the spec of a run, which may read what it was allowed to, also where run and project were moved."""
    known = list(info.get("allowed", []))
    before, now = os.path.abspath(str(info.get("root", "."))), os.path.abspath(root_of_run(run, info))
    moved = [] if before == now else [os.path.normpath(os.path.join(now, _way(path, before))) for path in known]
    return limits._replace(data_roots=tuple(dict.fromkeys((*limits.data_roots, *known, *moved))))


def _way(path: str, start: str) -> str:
    """The way from one folder to another; the whole path where there is none, on another drive."""
    try:
        return os.path.relpath(path, start)
    except ValueError:
        return path


def missing_in_run(problems: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """What is wrong with the spec of a run: not that its layers were given nothing, which its weights hold."""
    return tuple(problem for problem in problems if problem.code != "MS548")


def provenance(spec_file: str, seed: int) -> dict[str, Any]:
    """Where a run comes from: the command, the spec's place, versions, the machine, the git commit."""
    commit, changed = _git_state()
    return {
        "command": [_program(), *sys.argv[1:]],
        "spec": spec_file,
        "seed": seed,
        "started": datetime.now().astimezone().isoformat(timespec="seconds"),
        "versions": {
            "python": platform.python_version(),
            "modelspec": _own_version(),
            **{name: _version(name) for name in ("keras", "tensorflow", "numpy")},
        },
        "platform": platform.platform(),
        "git": {"commit": commit, "uncommitted_changes": changed},
    }


def _program() -> str:
    """`modelspec`, also for `python -m modelspec`; the script's name where a program called the library."""
    name = os.path.basename(sys.argv[0]) or "python"
    return "modelspec" if name == "__main__.py" else name


def _own_version() -> str:
    """Of the code that runs, whatever the name that it is installed by."""
    return str(sys.modules["modelspec"].__version__)


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _tuples(value: Any) -> Any:
    """A value of JSON with its lists as tuples, as layers have them."""
    if isinstance(value, dict):
        return {name: _tuples(item) for name, item in value.items()}
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def _git_state() -> tuple[str | None, bool | None]:
    """The commit of the working directory and whether files were changed since; None without git."""

    def git(*arguments: str) -> str | None:
        try:
            done = subprocess.run(
                ["git", *arguments], capture_output=True, text=True, timeout=5, check=False, stdin=subprocess.DEVNULL
            )
        except (OSError, subprocess.SubprocessError):
            return None
        return done.stdout.strip() if done.returncode == 0 else None

    commit = git("rev-parse", "HEAD")
    if commit is None or not re.fullmatch(r"[0-9a-f]{40,64}", commit):
        return None, None
    changed = git("status", "--porcelain", "--untracked-files=no")
    return commit, None if changed is None else bool(changed)


def save_start(run: RunDir, text: str, resolved: str, info: dict[str, Any], learned: Learned = NOTHING) -> None:
    """What is known when a run begins."""
    write_text(run.spec, text)
    write_text(run.resolved, resolved)
    if learned:
        write_json(run.learned, learned.written())
    write_json(run.info, info)
