"""Whether two runs came to the same: weights bit for bit, history and metrics. Must not know how they were trained."""

from __future__ import annotations

import os
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np

from modelspec.catalogue.applications.model import ApplicationModel
from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.files.reading import kind
from modelspec.graph import ShapedNetwork
from modelspec.runs.checkpoints.store import Store
from modelspec.runs.differences import ARRAYS, Fingerprint, flat
from modelspec.runs.directory import RunDir, open_run
from modelspec.runs.recorded import (
    HISTORY_ROW,
    METRICS,
    MOST_BYTES,
    MOST_BYTES_OF_LINES,
    from_json,
    held_as,
    read_text,
)
from modelspec.runs.resume import is_of_a_training
from modelspec.runtime.build.initial import weights_to_begin_with
from modelspec.runtime.build.weights import read_weights

_SHOWN = 4
"""So many differences of one kind are reported, and how many more there are."""


def finished_run(path: str) -> RunDir:
    """The run to repeat. Raises `SpecError`: MS752 for what is no run, MS767 for one that did not end by itself."""
    run = open_run(path)
    status = run.read_info().get("status")
    if status != "finished":
        message = f"{path} cannot be compared with another run: it is {status}, not finished"
        raise SpecError([Diagnostic("MS767", message, help=f"continue it with: modelspec train --resume {path}")])
    for file in (run.best, run.last, run.history, run.metrics):
        what = kind(file, run.path) if os.path.lexists(file) else "gone"
        if what is not None:
            message = f"{path} cannot be compared with another run: its {file.name} is {what}"
            raise SpecError([Diagnostic("MS767", message, help="reproduce a run whose files are all there")])
    return run


def refuse_other_beginnings(run: RunDir, network: ShapedNetwork) -> None:
    """Raises `SpecError` (MS767) where the run began with weights that are not there any more, or never were in it."""
    info = run.read_info()
    for key in info.get("began_with", []):
        message = f"{run.path} started from weights of another file, for `{key}`, and does not contain them"
        help = "train its spec again, and compare the resulting weights"
        raise SpecError([network.spec.place.problem("MS767", message, help)])
    init = network.train.init_from
    if init is None:
        return
    help = "restore the file that the run started from, or train its spec again and compare the results"
    began = f"{run.path} started from the weights of {init.path}"
    before: str | None = info.get("init_from", {}).get("sha256")
    try:
        now = weights_to_begin_with(network)
    except SpecError as error:
        why = "; ".join(problem.message for problem in error.diagnostics)
        raise SpecError([Diagnostic("MS767", f"{began}, which no longer exist: {why}", help=help)]) from error
    if before is None:
        raise SpecError(
            [Diagnostic("MS767", f"{began}, but does not record whether they are still the same", help=help)]
        )
    if now != before:
        message = f"{began}, which have changed since: the file's SHA-256 was {before} and is now {now}"
        raise SpecError([Diagnostic("MS767", message, help=help)])


def began_with(network: ShapedNetwork) -> list[str]:
    """The models of a spec whose first weights come from elsewhere: a saved model, or ImageNet."""
    spec = network.spec
    applications = [
        key
        for key, use in network.network.shared.items()
        if isinstance(use.entry, ApplicationModel) and use.entry.values.weights is not None
    ]
    return [*applications, *spec.saved_parts]


def fingerprint_of(run: RunDir) -> Fingerprint:
    """What the run was made with: as its newest checkpoint has it, or as much as run.json tells."""
    found = Store(run.checkpoints, 1).newest(is_of_a_training)
    if found is not None:
        kept: Fingerprint = found.snapshot.values["fingerprint"]
        return kept
    info = run.read_info()
    versions = {
        f"versions.{name}": info["versions"].get(name) for name in ("modelspec", "keras", "tensorflow", "numpy")
    }
    rows = {f"rows.{split}": found["sha256"] for split, found in info["data"].items()}
    return {**rows, **versions, **{f"{ARRAYS}{name}": digest for name, digest in info.get("arrays", {}).items()}}


def comparison(before: RunDir, after: RunDir) -> list[str]:
    """A line for each thing that two finished runs did not both come to; empty where they are equal.

    Raises `SpecError` (MS767) where a file of theirs cannot be read.
    """
    lines = _epochs(_history(before), _history(after))
    lines += _shown("metrics.json", _numbers(flat("", _json(before.metrics)), flat("", _json(after.metrics))))
    for first, second in ((before.last, after.last), (before.best, after.best)):
        lines += _shown(first.name, _weights(_tensors(first), _tensors(second)))
    return lines


def _epochs(then: list[dict[str, Any]], now: list[dict[str, Any]]) -> list[str]:
    """The first epoch that differs: those after it follow from it."""
    for number, (first, second) in enumerate(zip_longest(then, now, fillvalue=None), 1):
        if first is None or second is None:
            return [f"history: {len(then)} epochs before, {len(now)} now"]
        different = _numbers(first, second)
        if different:
            return [f"history: epoch {number}: {text}" for text in different[:_SHOWN]]
    return []


def _numbers(then: dict[str, Any], now: dict[str, Any]) -> list[str]:
    names = dict.fromkeys((*then, *now))
    return [
        f"{name} was {then.get(name)} and is now {now.get(name)}" for name in names if then.get(name) != now.get(name)
    ]


def _weights(then: dict[str, Any], now: dict[str, Any]) -> list[str]:
    lines = []
    for name in dict.fromkeys((*then, *now)):
        first, second = then.get(name), now.get(name)
        if first is None or second is None:
            lines.append(f"{name} is only in {'the second' if first is None else 'the first'}")
        elif (first.shape, first.dtype) != (second.shape, second.dtype):
            lines.append(f"{name} was {first.dtype} {first.shape} and is now {second.dtype} {second.shape}")
        elif first.tobytes() != second.tobytes():
            far = np.max(np.abs(first.astype("float64") - second.astype("float64")))
            lines.append(f"{name} differs by up to {far:.2g}")
    return lines


def _shown(what: str, lines: list[str]) -> list[str]:
    more = [f"{what}: and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
    return [*(f"{what}: {text}" for text in lines[:_SHOWN]), *more]


def _history(run: RunDir) -> list[dict[str, Any]]:
    try:
        lines = read_text(run.history, MOST_BYTES_OF_LINES, run.path).splitlines()
        return [held_as(HISTORY_ROW, from_json(line)) for line in lines]
    except (OSError, ValueError) as error:
        raise _unreadable(run.history, error) from error


def _json(path: Path) -> Any:
    try:
        value = from_json(read_text(path, MOST_BYTES, path.parent))
        held_as(METRICS, value)
        return value
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error


def _tensors(path: Path) -> dict[str, Any]:
    try:
        return read_weights(path)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> SpecError:
    why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    message = f"{path} cannot be compared: {why}"
    return SpecError([Diagnostic("MS767", message, help="reproduce a run whose files are all there")])
