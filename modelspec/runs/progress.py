"""Progress of a training that is started from Python: in a notebook one table that is kept up to date, elsewhere lines.

Must not know TensorFlow, nor the command line, which shows progress in its own way.
"""

from __future__ import annotations

import html
import sys
import time
from typing import Any

from modelspec.diagnostics import Diagnostic
from modelspec.runs.reporting import Logs

_EVERY_SECONDS = 0.5
"""A notebook gets the running losses no more often."""


class Progress:
    """A reporter that shows how a training goes, for `modelspec.train(spec, reporter=modelspec.Progress())`.

    In a Jupyter notebook it is a table with a row for each epoch, whose last row is the epoch at hand with its running
    losses; elsewhere each epoch is printed as a line. `history` holds the losses and metrics of the epochs so far.
    """

    def __init__(self) -> None:
        self.history: list[Logs] = []
        self.remarks: list[str] = []
        """Notes, warnings of the data, stages, and why the training ended."""
        self._epochs = 0
        self._steps = 0
        self._first = 0
        self._running: tuple[int, Logs] | None = None
        self._shown_at = 0.0
        self._display: Any = None
        self._in_notebook = _in_notebook()

    def note(self, text: str) -> None:
        """A remark."""
        self._remark(text)

    def warn(self, problems: tuple[Diagnostic, ...]) -> None:
        """Doubts about the data."""
        for problem in problems:
            self._remark(str(problem))

    def stage(self, number: int, stages: int, name: str | None) -> None:
        """A stage begins or goes on."""
        self._remark(f"stage {number}/{stages}{'' if name is None else f': {name}'}")

    def ended(self, why: str) -> None:
        """The training, or a stage of it, came to its end."""
        self._remark(why)

    def begin(self, epochs: int, steps: int, epoch: int) -> None:
        """Training begins with an epoch, from 0."""
        self._epochs, self._steps = epochs, steps
        if not self.history:
            self._first = epoch
        self._show()

    def wants_step(self) -> bool:
        """Twice a second, in a notebook."""
        return self._in_notebook and time.monotonic() - self._shown_at >= _EVERY_SECONDS

    def step(self, epoch: int, step: int, logs: Logs) -> None:
        """The running losses."""
        self._running = (step, logs)
        self._show()

    def epoch(self, epoch: int, logs: Logs) -> None:
        """A row of the table, or a line."""
        self.history.append(dict(logs))
        self._running = None
        if not self._in_notebook:
            print(f"epoch {epoch + 1}/{self._epochs}  {_items(logs)}")  # noqa: T201
        self._show()

    def end(self) -> None:
        """Training ended."""
        self._running = None
        self._show()

    def _remark(self, text: str) -> None:
        self.remarks.append(text)
        if not self._in_notebook:
            print(text)  # noqa: T201
        self._show()

    def _show(self) -> None:
        if not self._in_notebook:
            return
        from IPython.display import display

        self._shown_at = time.monotonic()
        if self._display is None:
            self._display = display(self, display_id=True)
        else:
            self._display.update(self)

    def __repr__(self) -> str:
        lines = [f"epoch {self._first + number}  {_items(logs)}" for number, logs in enumerate(self.history, 1)]
        return "\n".join([*lines, *self.remarks]) or "no epoch yet"

    def _repr_html_(self) -> str:
        """The table, as notebooks show it."""
        names = list(dict.fromkeys(name for logs in self._rows() for name in logs))
        head = "".join(f"<th>{html.escape(name)}</th>" for name in ("epoch", *names))
        rows = [
            self._row(f"{self._first + number}/{self._epochs}", logs, names)
            for number, logs in enumerate(self.history, 1)
        ]
        if self._running is not None:
            step, logs = self._running
            epoch = self._first + len(self.history) + 1
            rows.append(self._row(f"{epoch}/{self._epochs}, step {step}/{self._steps}", logs, names))
        remarks = "".join(f"<p>{html.escape(text)}</p>" for text in self.remarks)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>{remarks}"

    def _rows(self) -> list[Logs]:
        return [*self.history, *([self._running[1]] if self._running is not None else [])]

    def _row(self, name: str, logs: Logs, names: list[str]) -> str:
        cells = (f"{logs[key]:.4g}" if key in logs else "" for key in names)
        return f"<tr><th>{name}</th>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _items(logs: Logs) -> str:
    return "  ".join(f"{name} {value:.4g}" for name, value in logs.items())


def _in_notebook() -> bool:
    """Whether a kernel of Jupyter runs this; it has IPython imported then."""
    if "IPython" not in sys.modules:
        return False
    from IPython import get_ipython

    return hasattr(get_ipython(), "kernel")
