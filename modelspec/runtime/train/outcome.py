"""Why a training ended, and which epoch of it is the best, by what. Words and values; nothing is decided here."""

from __future__ import annotations

import signal
from collections.abc import Iterable
from typing import Any

from modelspec.diagnostics import SpecError
from modelspec.runs.results import Outcome
from modelspec.runtime.state.capture import Reached


def outcome(reason: str, progress: Reached) -> Outcome:
    """What a training with this progress came to."""
    epochs, best = len(progress.history), progress.best_epoch
    if best is None or progress.best_value is None:
        return Outcome(reason, epochs, best)
    by = "val_loss" if progress.history[best - 1].get("val_loss") is not None else "loss"
    return Outcome(reason, epochs, best, by, progress.best_value)


def why_ended(callbacks: Iterable[Any], epoch: int, planned: int, stopped: bool) -> str:
    """Why a stage came to its end after an epoch (counted from 1); without a stop it has done the `planned` ones."""
    if not stopped:
        return "1 epoch is done" if planned == 1 else f"all {planned} epochs are done"
    reasons = [text for callback in callbacks if (text := _early(callback)) is not None]
    if not reasons:
        return f"stopped by a callback after epoch {epoch}"
    return f"stopped early after epoch {epoch}: {', and '.join(reasons)}"


def _early(callback: Any) -> str | None:
    """Why an `EarlyStopping` stopped, where it did; what it remembers comes back after a resume."""
    if type(callback).__name__ != "EarlyStopping" or not callback.stopped_epoch:
        return None
    since, epoch = callback.best_epoch, callback.stopped_epoch
    if callback.baseline is not None and callback.wait > epoch - since:
        return f"{callback.monitor} has not improved on the baseline of {callback.baseline:g}"
    step = f" by more than {abs(callback.min_delta):g}" if callback.min_delta else ""
    return f"{callback.monitor} has not improved{step} since epoch {since + 1}"


def why_interrupted(number: int | None, epochs: int) -> str:
    """Why a training ended before its end."""
    by = "" if number is None else f" by {signal.Signals(number).name}"
    return f"interrupted{by} after {epochs} whole {'epoch' if epochs == 1 else 'epochs'}"


def why_failed(error: BaseException) -> str:
    """Why a training failed."""
    if isinstance(error, SpecError):
        return "; ".join(problem.message for problem in error.diagnostics)
    text = str(error).partition("\n")[0]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
