"""Where a value of a document comes from, as data; the notes that a problem gets are made of it.

Knows nothing of how documents are expanded.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from modelspec.diagnostics import Note, Path, Span

SET = "--set"
"""What stands for a file in the places of what the command line set; each setting is a line of it."""


class SetAt(NamedTuple):
    """Where a name that a value was taken from is set: a variable, a parameter of a block or a loop, a default of one."""

    kind: Literal["variable", "parameter", "default"]
    name: str
    span: Span

    @property
    def label(self) -> str:
        """What it is, shortly."""
        if self.kind == "variable":
            return f"the variable '{self.name}'"
        return f"'{self.name}' has this default" if self.kind == "default" else f"'{self.name}'"

    @property
    def note(self) -> Note:
        """What a problem with the value tells of it."""
        return Note(self.span, self.label if self.kind == "default" else f"{self.label} is set here")


class BlockUse(NamedTuple):
    """What a step was written out for: a use of a block or of a model from another file, or a copy of a loop."""

    kind: Literal["block", "model", "copy"]
    span: Span
    name: str = ""
    """Of the block or model."""
    copy: int = 0
    """The copy's number, from 1."""
    copies: int = 0
    """How many copies there are."""

    @property
    def label(self) -> str:
        """What it is, shortly."""
        return f"in copy {self.copy} of {self.copies}" if self.kind == "copy" else f"in the {self.kind} '{self.name}'"

    @property
    def note(self) -> Note:
        """What a problem inside tells of it."""
        more = {"block": ", used here", "model": ", which is used here", "copy": ""}[self.kind]
        return Note(self.span, self.label + more, use=self.kind != "model")


class Origin(NamedTuple):
    """Where a step of an expanded document was written: its path there, and the uses and copies that led to it."""

    path: Path
    uses: tuple[BlockUse, ...]

    @property
    def notes(self) -> tuple[Note, ...]:
        """What a problem with the step tells of them."""
        return tuple(use.note for use in self.uses) if self.uses else ()
