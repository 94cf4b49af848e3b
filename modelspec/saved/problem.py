"""How the readers of this package say that a saved model cannot be taken in; `read_saved` makes a diagnostic of it."""

from __future__ import annotations


class SavedProblem(Exception):
    """One problem. `code` is one of the MS62x rules."""

    def __init__(self, code: str, message: str, help: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.help = help


class LeftOut(Exception):
    """A layer has something that a spec cannot contain; the message says what, without the layer's name."""
