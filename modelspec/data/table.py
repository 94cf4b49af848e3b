"""A table: rows as a source has them, before they are checked against what is wanted of them.

Must not know which kinds of sources there are, nor what becomes of the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from modelspec.data.arrays import RowsFingerprint
from modelspec.diagnostics import Path as SpecPath
from modelspec.diagnostics import Span
from modelspec.expansion.files.paths import Reach
from modelspec.language.sections.sources import Split, Wanted

if TYPE_CHECKING:
    from modelspec.data.arrays import Array

PlaceOf = Callable[[int, int], "tuple[str, Span | None]"]
"""Where a value stands: (row, number within the row) -> words for a message, and a span where there are lines."""
WrittenAt = Callable[[int, int], str]
Key = tuple[str, str]
"""What a column is for: the role and the name of what is wanted."""


@dataclass(frozen=True, slots=True)
class RawColumn:
    """The values of some rows of one column as the source has them."""

    values: Array
    place: PlaceOf
    texts: Array | None = None
    """Of a column that is kept, the cells of a file of text."""
    written: WrittenAt | None = None
    """Of a file of text, what stands there for a value: (row, number within the row) -> the cell."""
    gaps: Array | None = None
    """Of the shape of `values`: where nothing stands, and the value means nothing. None: nowhere."""

    def cut(self, rows: range) -> RawColumn:
        """Some of its rows, each of which knows where it stands."""
        first, place, written = rows.start, self.place, self.written
        return self._chosen(
            slice(rows.start, rows.stop),
            lambda row, number: place(first + row, number),
            None if written is None else lambda row, number: written(first + row, number),
        )

    def take(self, rows: Array) -> RawColumn:
        """The rows of these numbers, in this order."""
        place, written = self.place, self.written
        return self._chosen(
            rows,
            lambda row, number: place(int(rows[row]), number),
            None if written is None else lambda row, number: written(int(rows[row]), number),
        )

    def _chosen(self, chosen: Any, place: PlaceOf, written: WrittenAt | None) -> RawColumn:
        return replace(
            self,
            values=self.values[chosen],
            place=place,
            texts=None if self.texts is None else self.texts[chosen],
            written=written,
            gaps=None if self.gaps is None else self.gaps[chosen],
        )


class Table(Protocol):
    """Rows that can be read in parts, any part at any time."""

    @property
    def count(self) -> int:
        """How many rows there are."""

    @property
    def fingerprint(self) -> RowsFingerprint:
        """Where they come from, and what they are."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Short sentences worth a line in a log."""

    def read(self, rows: range) -> dict[Key, RawColumn]:
        """The columns of these rows."""


@dataclass(frozen=True, slots=True)
class MemoryTable:
    """Rows that were all read at once."""

    columns: dict[Key, RawColumn]
    count: int
    fingerprint: RowsFingerprint
    notes: tuple[str, ...] = ()

    def read(self, rows: range) -> dict[Key, RawColumn]:
        """The columns of these rows; of all rows, as they are."""
        if rows == range(self.count):
            return self.columns
        return {key: column.cut(rows) for key, column in self.columns.items()}


class Asked(NamedTuple):
    """What is asked of a source: columns, of the rows for a split, from files within reach; `where` is its place in the spec.

    Problems without a line of their own are told there.
    """

    wanted: Sequence[Wanted]
    reach: Reach
    split: Split
    where: SpecPath
    most: int = 1
    """How many examples of each kind of problem are reported."""


ReadSource = Callable[[Any, Asked], Table]
"""Opens what an entry of `SOURCES` names; raises `SpecError` with everything that is wrong with it."""
