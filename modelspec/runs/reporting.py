"""Who hears how training goes: the interface of a reporter, and one that reports nothing."""

from __future__ import annotations

from typing import Protocol

from modelspec.diagnostics import Diagnostic

Logs = dict[str, float]
"""Losses and metrics by name, as Keras names them."""


class Reporter(Protocol):
    """What wants to know how training goes: a progress bar, plain lines, or nobody."""

    def begin(self, epochs: int, steps: int, epoch: int) -> None:
        """Training begins, or goes on, with an epoch (from 0) of so many, each of so many steps."""

    def wants_step(self) -> bool:
        """Whether a step should be reported now; asking is cheap, and reporting waits for the device."""

    def step(self, epoch: int, step: int, logs: Logs) -> None:
        """So many steps of an epoch (from 0) are done; `logs` are the running means."""

    def epoch(self, epoch: int, logs: Logs) -> None:
        """An epoch is done; `logs` hold its losses and metrics, those of validation with `val_` before them."""

    def end(self) -> None:
        """Training ended."""


class TrainReporter(Reporter, Protocol):
    """A loop's reporter that also hears what happens around the loop."""

    def note(self, text: str) -> None:
        """Something worth a line."""

    def warn(self, problems: tuple[Diagnostic, ...]) -> None:
        """Doubts about the data."""

    def stage(self, number: int, stages: int, name: str | None) -> None:
        """A stage begins or goes on, counted from 1."""

    def ended(self, why: str) -> None:
        """The training, or a stage of it, came to its end."""


class Silent:
    """A reporter that reports nothing."""

    def note(self, text: str) -> None:
        """Something worth a line."""

    def warn(self, problems: tuple[Diagnostic, ...]) -> None:
        """Doubts about the data."""

    def stage(self, number: int, stages: int, name: str | None) -> None:
        """A stage begins or goes on."""

    def ended(self, why: str) -> None:
        """The training, or a stage of it, came to its end."""

    def begin(self, epochs: int, steps: int, epoch: int) -> None:
        """Training begins."""

    def wants_step(self) -> bool:
        """Never."""
        return False

    def step(self, epoch: int, step: int, logs: Logs) -> None:
        """Steps are done."""

    def epoch(self, epoch: int, logs: Logs) -> None:
        """An epoch is done."""

    def end(self) -> None:
        """Training ended."""
