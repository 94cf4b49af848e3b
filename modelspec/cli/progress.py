"""How training shows itself: a rich progress bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import os
import sys
import time
from typing import Any

from modelspec.cli.edge import print_diagnostics, say, write
from modelspec.diagnostics import Diagnostic
from modelspec.diagnostics.render.escape import printable

Logs = dict[str, float]
_EVERY_SECONDS = 0.2


def reporter(epochs: int) -> PlainProgress:
    """A progress bar if stdout is a terminal, else plain lines."""
    return BarProgress() if sys.stdout.isatty() else PlainProgress()


def _line(text: str) -> None:
    """A line on stdout. Training goes on when nobody reads it any more (`| head`): what is trained is worth more."""
    try:
        write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class PlainProgress:
    """One line an epoch, on stdout."""

    def __init__(self) -> None:
        self.epochs = 0
        self.steps = 0
        self.began = 0.0

    def note(self, text: str) -> None:
        """A remark before training."""
        _line(f"note: {printable(text)}\n")

    def warn(self, problems: tuple[Diagnostic, ...]) -> None:
        """Doubts about the data, on stderr."""
        print_diagnostics(problems, {})

    def stage(self, number: int, stages: int, name: str | None) -> None:
        """A line before the epochs of a stage."""
        _line(f"stage {number}/{stages}{'' if name is None else f': {name}'}\n")

    def begin(self, epochs: int, steps: int, epoch: int) -> None:
        """Training begins."""
        self.epochs, self.steps, self.began = epochs, steps, time.monotonic()

    def wants_step(self) -> bool:
        """Plain lines tell epochs only."""
        return False

    def step(self, epoch: int, step: int, logs: Logs) -> None:
        """Nothing: see `wants_step`."""

    def epoch(self, epoch: int, logs: Logs) -> None:
        """One line."""
        seconds = time.monotonic() - self.began
        rate = self.steps / seconds if seconds > 0 else 0.0
        _line(f"epoch {epoch + 1}/{self.epochs}  {rate:.0f} steps/s  {logs_text(logs)}\n")
        self.began = time.monotonic()

    def end(self) -> None:
        """Training ended."""


class BarProgress(PlainProgress):
    """A bar with epoch, steps, step rate, time left and the running losses; a line stays for each epoch."""

    def __init__(self) -> None:
        super().__init__()
        self.bar: Any = None
        self.task: Any = None
        self.shown = 0.0

    def begin(self, epochs: int, steps: int, epoch: int) -> None:
        """Show the bar."""
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        super().begin(epochs, steps, epoch)
        self.bar = Progress(
            TextColumn("epoch {task.fields[epoch]}/{task.fields[epochs]}"),
            BarColumn(bar_width=24),
            TextColumn("{task.completed}/{task.total}"),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[logs]}", markup=False),
            transient=True,
        )
        self.task = self.bar.add_task("", total=steps, epoch=epoch + 1, epochs=epochs, rate="", logs="")
        self.bar.start()

    def wants_step(self) -> bool:
        """A few times a second."""
        now = time.monotonic()
        if now - self.shown < _EVERY_SECONDS:
            return False
        self.shown = now
        return True

    def step(self, epoch: int, step: int, logs: Logs) -> None:
        """Move the bar."""
        rate = step / max(time.monotonic() - self.began, 1e-9)
        self.bar.update(self.task, completed=step, epoch=epoch + 1, rate=f"{rate:.0f}/s", logs=logs_text(logs))

    def epoch(self, epoch: int, logs: Logs) -> None:
        """A line for the epoch above the bar, and a fresh bar."""
        seconds = time.monotonic() - self.began
        text = f"epoch {epoch + 1}/{self.epochs}  {self.steps / max(seconds, 1e-9):.0f} steps/s  {logs_text(logs)}"
        self.bar.console.print(text, markup=False, highlight=False, soft_wrap=True)
        following = min(epoch + 2, self.epochs)
        self.bar.reset(self.task, epoch=following, epochs=self.epochs, rate="", logs="")
        self.began = time.monotonic()

    def end(self) -> None:
        """Take the bar away."""
        self.bar.stop()


def logs_text(logs: Logs) -> str:
    """`loss 0.1234  accuracy 0.98`."""
    return "  ".join(f"{name} {value:.4g}" for name, value in logs.items())


def interrupted(text: str) -> None:
    """Say that training was stopped."""
    say(text)
