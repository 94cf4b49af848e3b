"""What is known of rows before one is read: columns that cannot fill a shape, synthetic rows that are too many, empty parts.

A spec is checked by these rules, and a source refuses by the same. No numpy here.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, prod

from modelspec.language.sections.row_shapes import advice, shape_text
from modelspec.language.sections.sources import Synthetic, Wanted

MAX_ARRAY_BYTES = 4 * 1024**3
"""The most one source's arrays may take in memory."""
FREE_AXIS = 16
"""The length that synthetic rows give to an axis that the spec leaves free."""
_MOST_PATTERNS = 64
"""An input's patterns take about as much as this many rows."""
_SHOWN = 12
_EIGHT = ("float64", "int64", "uint64")


def bytes_text(count: int) -> str:
    """The count as people say it: `4.0 GiB`."""
    size = float(count)
    for unit in ("bytes", "KiB", "MiB", "GiB", "TiB"):
        if size < 1024 or unit == "TiB":
            return f"{count} bytes" if unit == "bytes" else f"{size:,.1f} {unit}"
        size /= 1024
    raise AssertionError


def list_text(names: list[str]) -> str:
    """The first of the names, and how many more there are."""
    head = ", ".join(names[:_SHOWN])
    return head if len(names) <= _SHOWN else f"{head}, ... ({len(names)} in all)"


def wrong_count(wanted: Wanted, asked: Sequence[str]) -> tuple[str, str] | None:
    """Message and help where these columns of a table of numbers cannot fill a row; None where they can."""
    known = [size for size in wanted.shape if size is not None]
    size, free = prod(known), len(wanted.shape) - len(known)
    shape = shape_text(wanted.shape)
    if free > 1:
        message = (
            f"{wanted.what} of shape {shape} has {free} axes of unknown size: a CSV row cannot show where one ends"
        )
        return message, "use `npz:`, or give all axes but one a size"
    if (len(asked) == size) if not free else (size and len(asked) % size == 0):
        return None
    multiple = "a multiple of " if free else ""
    message = (
        f"{wanted.what} of shape {shape} takes {multiple}{size} numbers per row, "
        f"found {len(asked)} column{'s' if len(asked) != 1 else ''}: {list_text(list(asked))}"
    )
    help = f"name one column per number under `columns`, or rename them to {wanted.name}_0, {wanted.name}_1, ..."
    if wanted.role == "target":
        help = advice((len(asked),) if len(asked) > 1 else (), wanted)
    return message, help


def several_for_one(wanted: Wanted, holder: str, kind: str) -> tuple[str, str] | None:
    """Message and help where several columns are named of what holds each array as one; None for one column."""
    number = len(wanted.column_names)
    if number == 1:
        return None
    return (
        f"{wanted.what} lists {number} columns, but {holder} holds it as one{kind}",
        f"name that one {kind.strip() or 'column'}",
    )


def too_many_made_up(source: Synthetic, wanted: Sequence[Wanted]) -> tuple[str, str] | None:
    """Message and help where synthetic rows would not fit into memory."""
    needed = 0
    for want in wanted:
        rows = max(source.samples, _MOST_PATTERNS) if want.role == "input" else source.samples
        numbers = prod(FREE_AXIS if length is None else length for length in want.shape)
        needed += rows * numbers * (8 if want.dtype in _EIGHT else 4)
    if needed <= MAX_ARRAY_BYTES:
        return None
    message = f"{source.samples:,} synthetic rows take {bytes_text(needed)}; at most {bytes_text(MAX_ARRAY_BYTES)}"
    return message, "ask for fewer samples"


def rows_to_train_on(rows: int, fraction: float) -> int:
    """How many rows Keras's `validation_split` leaves to train on: `floor(rows * (1 - fraction))`."""
    return floor(rows * (1.0 - fraction))


def empty_part(rows: int, fraction: float, split: str = "validation") -> tuple[str, str] | None:
    """Message and help where a split leaves one part without rows: Keras refuses it."""
    at = rows_to_train_on(rows, fraction)
    if 0 < at < rows:
        return None
    part = split if at == rows else "training"
    message = f"splitting off {fraction:g} of {rows} row{'s' if rows != 1 else ''} leaves no {part} rows"
    return message, f"use another fraction, more rows, or a separate source for {split}"
