"""How training shows itself: a rich progress bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Sequence
from typing import Any

from modelspec.cli.process.edge import print_diagnostics, say, write
from modelspec.diagnostics import Diagnostic
from modelspec.diagnostics.render.escape import printable
from modelspec.graph import ShapedNetwork

Logs = dict[str, float]
_EVERY_SECONDS = 0.2
WIDTH = 100
_NARROWEST = 40
_BESIDE = 66
"""The columns that the bar and the times beside it take."""
_LOSS_ALONE = 12
_HEAD, _VALUE = 28, 9
"""The room that an epoch's count and rate take, and a number with the gaps around it, as a rule."""


def reporter(outputs: Sequence[str] = ()) -> PlainProgress:
    """A progress bar if stdout is a terminal, else plain lines. `outputs` are the names of a model's several outputs."""
    return BarProgress(outputs) if sys.stdout.isatty() else PlainProgress(outputs)


def output_names(network: ShapedNetwork) -> tuple[str, ...]:
    """The outputs whose names stand before their losses and metrics: Keras puts them there where there are several."""
    outputs = network.outputs
    return tuple(output.name for output in outputs) if len(outputs) > 1 else ()


def _line(text: str) -> None:
    """A line on stdout. Training goes on when nobody reads it any more (`| head`): what is trained is worth more."""
    write(text)
    sys.stdout.flush()


class PlainProgress:
    """One line an epoch, on stdout; one more for each output where they do not fit into it."""

    def __init__(self, outputs: Sequence[str] = ()) -> None:
        self.outputs = outputs
        self.epochs = 0
        self.steps = 0
        self.began = 0.0

    def note(self, text: str) -> None:
        """A remark before training."""
        _line(f"note: {printable(text)}\n")

    def warn(self, problems: tuple[Diagnostic, ...]) -> None:
        """Doubts about the data, on stderr."""
        print_diagnostics(problems)

    def stage(self, number: int, stages: int, name: str | None) -> None:
        """A line before the epochs of a stage."""
        _line(f"stage {number}/{stages}{'' if name is None else f': {name}'}\n")

    def ended(self, why: str) -> None:
        """A line on why the training, or a stage, came to its end."""
        _line(f"{printable(why)}\n")

    def begin(self, epochs: int, steps: int, epoch: int) -> None:
        """Training begins."""
        self.epochs, self.steps, self.began = epochs, steps, time.monotonic()

    def wants_step(self) -> bool:
        """Plain lines tell epochs only."""
        return False

    def step(self, epoch: int, step: int, logs: Logs) -> None:
        """Nothing: see `wants_step`."""

    def epoch(self, epoch: int, logs: Logs) -> None:
        """A line, or some."""
        _line(f"{self.epoch_text(epoch, logs)}\n")
        self.began = time.monotonic()

    def epoch_text(self, epoch: int, logs: Logs) -> str:
        """What is shown of an epoch."""
        rate = self.steps / max(time.monotonic() - self.began, 1e-9)
        head = f"epoch {epoch + 1}/{self.epochs}  {rate:.0f} steps/s"
        return "\n".join(epoch_lines(head, logs, self.outputs, line_width()))

    def end(self) -> None:
        """Training ended."""


class BarProgress(PlainProgress):
    """A bar with epoch, steps, step rate, time left and the running losses; a line stays for each epoch."""

    def __init__(self, outputs: Sequence[str] = ()) -> None:
        super().__init__(outputs)
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
        self.bar.update(
            self.task, completed=step, epoch=epoch + 1, rate=f"{rate:.0f}/s", logs=running_text(logs, line_width())
        )

    def epoch(self, epoch: int, logs: Logs) -> None:
        """The lines of the epoch above the bar, and a fresh bar."""
        self.bar.console.print(self.epoch_text(epoch, logs), markup=False, highlight=False, soft_wrap=True)
        following = min(epoch + 2, self.epochs)
        self.bar.reset(self.task, epoch=following, epochs=self.epochs, rate="", logs="")
        self.began = time.monotonic()

    def end(self) -> None:
        """Take the bar away."""
        self.bar.stop()


def line_width() -> int:
    """How wide lines may be: the terminal's width, and 100 where there is none."""
    if not sys.stdout.isatty():
        return WIDTH
    return max(_NARROWEST, shutil.get_terminal_size((WIDTH, 24)).columns)


def epoch_lines(head: str, logs: Logs, outputs: Sequence[str], width: int) -> list[str]:
    """An epoch in one line where it fits; else the losses of all first, and each output on a line of its own.

    A line that is still too long goes on in the next one. Which form it is follows from the names, so that it is the same
    in every epoch.
    """
    if max(len(head), _HEAD) + sum(len(name) + _VALUE for name in logs) <= width:
        return [f"{head}  {_items(logs)}"]
    parts = _by_output(logs, outputs)
    names = max((len(name) for name in parts), default=0)
    lines = _wrapped(head, parts.pop("", {}), width)
    for name, items in parts.items():
        lines += _wrapped(f"  {name:<{names}}", items, width)
    return lines


def results_lines(split: str, results: dict[str, Any], width: int) -> list[str]:
    """`test: loss 0.12; digit: loss 0.12, accuracy 0.98`, in one line where it fits; else a line for each output."""
    outputs = {
        name: ", ".join(f"{key} {value:.4g}" for key, value in values.items())
        for name, values in results["outputs"].items()
    }
    first = f"{split}: loss {results['loss']:.4g}"
    whole = "; ".join([first, *(f"{name}: {text}" for name, text in outputs.items())])
    if len(whole) <= width:
        return [whole]
    return [first, *(f"  {name}: {text}" for name, text in outputs.items())]


def running_text(logs: Logs, width: int) -> str:
    """What of the running losses and metrics fits beside the bar, the losses first."""
    losses_first = sorted(logs, key=lambda name: name != "loss" and not name.endswith("_loss"))
    shown = ""
    for count in range(1, len(losses_first) + 1):
        text = _items({name: logs[name] for name in losses_first[:count]})
        if len(text) > max(_LOSS_ALONE, width - _BESIDE):
            return f"{shown} …"
        shown = text
    return shown


def _by_output(logs: Logs, outputs: Sequence[str]) -> dict[str, Logs]:
    """The numbers of all outputs together (by the name ""), and of each: its losses first, `val_` before a name kept."""
    parts: dict[str, Logs] = {"": {}, **{name: {} for name in outputs}}
    for key, value in logs.items():
        kind, plain = ("val_", key[4:]) if key.startswith("val_") else ("", key)
        owner = max((name for name in outputs if plain.startswith(f"{name}_")), key=len, default="")
        parts[owner][f"{kind}{plain.removeprefix(f'{owner}_') if owner else plain}"] = value
    losses_first = {
        name: dict(sorted(items.items(), key=lambda item: item[0].removeprefix("val_") != "loss"))
        for name, items in parts.items()
    }
    return {name: items for name, items in losses_first.items() if items or not name}


def _wrapped(head: str, logs: Logs, width: int) -> list[str]:
    lines = [head]
    for name, value in logs.items():
        item = f"  {name} {value:.4g}"
        if len(lines[-1]) + len(item) > width and lines[-1].strip():
            lines.append("    ")
        lines[-1] += item
    return lines


def _items(logs: Logs) -> str:
    """`loss 0.1234  accuracy 0.98`."""
    return "  ".join(f"{name} {value:.4g}" for name, value in logs.items())


def interrupted(text: str) -> None:
    """Say that training was stopped."""
    say(text)
