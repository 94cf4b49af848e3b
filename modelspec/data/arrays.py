"""What loading a source gives: arrays by name, and what a later run needs to see that the rows are still the same.

Must not know where the rows came from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


class RowsFingerprint(TypedDict):
    """Where rows came from and what they were: equal fingerprints mean the same bytes. It can be written as JSON."""

    kind: str
    path: str | None
    size: int
    sha256: str


def fingerprint_of(kind: str, paths: Sequence[str], files: Sequence[tuple[int, str]]) -> RowsFingerprint:
    """The fingerprint of files with these sizes and SHA-256, in the order of their rows; `paths` are what names them."""
    sha256 = files[0][1]
    if len(files) > 1:
        sha256 = hashlib.sha256("".join(digest for _, digest in files).encode()).hexdigest()
    return RowsFingerprint(kind=kind, path=", ".join(paths), size=sum(size for size, _ in files), sha256=sha256)


@dataclass(frozen=True, slots=True)
class Kept:
    """A column that goes along: its values and, from a file of text, its cells as they stand there."""

    values: Array
    texts: Array | None = None

    def cut(self, rows: Any) -> Kept:
        """Some of its rows: a slice, or their numbers."""
        return Kept(self.values[rows], None if self.texts is None else self.texts[rows])


@dataclass(frozen=True, slots=True)
class Arrays:
    """The rows of one split: an array per input and target, rows first, in the dtype and shape the spec wants.

    `notes` are short sentences worth a line in a log, such as how a dataset was split.
    """

    inputs: dict[str, Array]
    targets: dict[str, Array]
    rows: int
    fingerprint: RowsFingerprint
    notes: tuple[str, ...] = ()
    weights: dict[str, Array] = field(default_factory=dict)
    """What each row counts in the loss of a target, by the target's name."""
    kept: dict[str, Kept] = field(default_factory=dict)
    """Columns that nothing computes with, as the source has them: a key of the rows, for instance."""

    @property
    def columns(self) -> dict[str, Array]:
        """Inputs and targets together, by name."""
        return {**self.inputs, **self.targets}
