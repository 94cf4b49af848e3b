"""A column with a type of its own: its values, and where none are; joined from several files. Knows no kind of file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from modelspec.language.sections.declared_rows import MAX_ARRAY_BYTES, bytes_text
from modelspec.language.sections.row_shapes import shape_text

if TYPE_CHECKING:
    from modelspec.data.arrays import Array


class Unfit(Exception):
    """Values that make no column: the code, what they are, what to do, and the row where they begin, if it is known."""

    def __init__(self, code: str, found: str, help: str | None = None, row: int | None = None) -> None:
        super().__init__(found)
        self.code, self.found, self.help, self.row = code, found, help, row


@dataclass(frozen=True, slots=True)
class TypedColumn:
    """The values of a column, rows first; where there is a gap, they mean nothing."""

    values: Array
    gaps: Array | None = None
    texts: Array | None = None
    """Of dates, whose values are days, how people write them."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing but gaps."""
        return self.gaps is not None and bool(self.gaps.all())

    @property
    def what(self) -> str:
        """What a message calls it: `numbers`, `lists of shape [3]`."""
        kind = "text" if self.values.dtype.kind == "U" else "numbers" if self.texts is None else "dates"
        return kind if self.values.ndim == 1 else f"{kind} in lists of shape {shape_text(self.values.shape[1:])}"


def joined(parts: Sequence[TypedColumn]) -> TypedColumn:
    """The rows of all parts. Raises `Unfit` where they are of different kinds, with the number of the part as its row."""
    if len(parts) == 1:
        return parts[0]
    model = next((part for part in parts if not part.empty), parts[0])
    for index, part in enumerate(parts):
        if not part.empty and part.what != model.what:
            raise Unfit(
                "MS725", f"{part.what}, and {model.what} before", "give all rows of a column the same kind", index
            )
    shape = model.values.shape[1:]
    parts = [_gaps_like(part, shape) if part.values.shape[1:] != shape or part.empty else part for part in parts]
    gaps = None
    if any(part.gaps is not None for part in parts):
        gaps = np.concatenate([np.zeros(part.values.shape, bool) if part.gaps is None else part.gaps for part in parts])
    texts = None
    if model.texts is not None:
        texts = np.concatenate([np.full(part.values.shape, "") if part.texts is None else part.texts for part in parts])
    return TypedColumn(concatenated([part.values for part in parts if len(part.values)], model.values), gaps, texts)


def refuse_another_kind(before: Sequence[TypedColumn], part: TypedColumn) -> None:
    """Raises `Unfit` where a block is of another kind than those before."""
    model = next((other for other in before if not other.empty), None)
    if (
        model is None
        or part.empty
        or (model.what, model.values.dtype == bool) == (part.what, part.values.dtype == bool)
    ):
        return
    row = 0 if part.gaps is None else int((~part.gaps.reshape(len(part.values), -1).all(axis=1)).argmax())
    raise Unfit("MS725", f"{part.what}, and {model.what} before", "give all rows of a column the same kind", row)


def _gaps_like(part: TypedColumn, shape: tuple[int, ...]) -> TypedColumn:
    """Gaps alone have any kind and shape."""
    size = (len(part.values), *shape)
    return TypedColumn(np.zeros(size, bool), np.ones(size, bool))


def concatenated(values: Sequence[Array], none: Array) -> Array:
    """One array of all; of whole numbers and numbers with a fraction, each keeps its digits where that is possible."""
    if not values:
        return none
    if values[0].dtype.kind == "U" or any(array.dtype.kind == "U" for array in values):
        width = max(array.dtype.itemsize // 4 for array in values if array.dtype.kind == "U")
        refuse_long_texts(width, sum(array.size for array in values))
        return np.concatenate([array if array.dtype.kind == "U" else np.full(array.shape, "") for array in values])
    kinds = {array.dtype.kind for array in values}
    floats = [array for array in values if array.dtype.kind == "f"]
    if floats and kinds & {"i", "u"} and all(_are_whole(array) for array in floats):
        values = [array.astype(np.int64) if array.dtype.kind == "f" else array for array in values]
    return np.concatenate(values)


def _are_whole(values: Array) -> bool:
    return bool((np.isfinite(values) & (values == np.floor(values)) & (np.abs(values) < 2.0**53)).all())


def refuse_long_texts(longest: int, count: int) -> None:
    """numpy gives every text the length of the longest. Raises `Unfit` where these take too much memory."""
    needed = 4 * longest * count
    if needed > MAX_ARRAY_BYTES:
        raise Unfit(
            "MS708",
            f"strings of up to {longest:,} characters take {bytes_text(needed)} of memory",
            "shorten the strings",
        )
