"""What all lessons have in common: they see values batch by batch, and say in the end what was learned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from modelspec.data.arrays import Array


class NotLearned(Exception):
    """A lesson's way to say that rows do not teach what a layer wants to learn."""

    def __init__(self, message: str, help: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.help = help


class Lesson(Protocol):
    """One layer's."""

    def see(self, values: Array) -> None:
        """What the layer is given in one call, rows first."""

    def finish(self) -> dict[str, Any]:
        """The arguments that it learned. Raises `NotLearned`."""
