"""A column of a CSV file that may hold words or numbers: each cell that differs is kept once. Must not know what is wanted."""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from modelspec.data.arrays import Array

NUMBER = re.compile(r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*", re.ASCII)
NOT_FINITE = re.compile(r"\s*[-+]?(nan|inf|infinity)\s*", re.IGNORECASE)
NOTHING_THERE = frozenset(("na", "n/a", "#n/a", "null", "none", "?", "-", "--", ".", "missing", "unknown"))
"""Cells that people write where nothing is there."""
TRUTHS = {"true": 1.0, "false": 0.0}
_SWAPPED = str.maketrans(".,", ",.")


def pointed(cell: str) -> str:
    """A cell of a file with decimal commas as one with a decimal point; what is a number with a point is none."""
    return cell.translate(_SWAPPED)


@dataclass(frozen=True, slots=True)
class Words:
    """The cells of a column, as numbers of the distinct ones."""

    comma: bool = False
    """Whether numbers have a decimal comma."""
    distinct: dict[str, int] = field(default_factory=dict)
    codes: array[int] = field(default_factory=lambda: array("q"))

    def add(self, cell: str) -> None:
        """The cell of the next row."""
        self.codes.append(self.distinct.setdefault(cell, len(self.distinct)))

    def are_words(self) -> bool:
        """Whether no cell says what a number, or true and false, would; empty ones say nothing."""
        said = [cell for cell in self.distinct if cell.strip()]
        return bool(said) and not any(
            self._is_number(cell) or NOT_FINITE.fullmatch(cell) or cell.strip().lower() in TRUTHS for cell in said
        )

    def are_numbers(self) -> bool:
        """Whether each cell says a number."""
        return all(map(self._is_number, self.distinct))

    def _is_number(self, cell: str) -> bool:
        return NUMBER.fullmatch(pointed(cell) if self.comma else cell) is not None

    def texts(self) -> Array:
        """The cells as they stand."""
        return np.array(list(self.distinct), dtype=np.str_)[self._places()]

    def each(self, numbers: list[float]) -> Array:
        """A number for each row, given one for each distinct cell."""
        return np.array(numbers, dtype=np.float64)[self._places()]

    def first_row(self, cell: str) -> tuple[int, int]:
        """The first row that has this cell, and how many do."""
        same = np.flatnonzero(self._places() == self.distinct[cell])
        return int(same[0]), len(same)

    def _places(self) -> Array:
        return np.frombuffer(self.codes, dtype=np.int64)
