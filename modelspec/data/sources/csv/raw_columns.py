"""The cells of a CSV file that was read -> raw columns, with what stands where."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from modelspec.data.sources.csv.file import CsvTable
from modelspec.data.sources.csv.places import Places
from modelspec.data.table import RawColumn
from modelspec.data.whole_numbers import takes_whole_numbers, whole_numbers
from modelspec.diagnostics import Diagnostic, Span, SpecError
from modelspec.language.sections.declared_rows import MAX_ARRAY_BYTES, bytes_text
from modelspec.language.sections.sources import Wanted

if TYPE_CHECKING:
    from modelspec.data.arrays import Array

_WHOLE = re.compile(r"0|-?[1-9]\d{0,18}", re.ASCII)
_PLAIN = re.compile(r"-?(0|[1-9]\d{0,18})(\.\d{1,30})?([eE][-+]?\d{1,3})?", re.ASCII)


def raw_columns(
    table: CsvTable, wanted: Sequence[Wanted], shapes: list[tuple[int, ...]], rows: int, places: Places
) -> dict[tuple[str, str], RawColumn]:
    """The wanted columns; what is wrong with cells that could have been words is noted in the table."""
    matrix = np.frombuffer(table.values, dtype=np.float64).reshape(rows, len(table.numbers))
    gaps = _gaps(table, rows)
    columns: dict[tuple[str, str], RawColumn] = {}
    number = text = 0
    for want, shape in zip(wanted, shapes, strict=True):
        width = int(np.prod(shape, dtype=np.int64))
        index = table.names.get(want.column_names[0], -1)
        if want.words and index in table.words:
            columns[want.role, want.name] = _in_words_or_numbers(table, want, index, places)
        elif want.reads_text:
            columns[want.role, want.name] = _texts(table, want, range(text, text + width), shape, places)
            text += width
        else:
            values = matrix[:, number : number + width]
            if takes_whole_numbers(want):
                values = whole_numbers(values, number, len(table.numbers), table.long_cells)
            where = table.numbers[number : number + width]
            missing = None if gaps is None or not want.takes_gaps else gaps[:, number : number + width]
            columns[want.role, want.name] = RawColumn(
                values.reshape(rows, *shape),
                places.of(where),
                written=places.written(where),
                gaps=None if missing is None else missing.reshape(rows, *shape),
            )
            number += width
    return columns


def _gaps(table: CsvTable, rows: int) -> Array | None:
    """Where nothing is there, in the shape of the numbers."""
    if not table.gaps:
        return None
    found = np.zeros(len(table.values), dtype=bool)
    found[np.frombuffer(table.gaps, dtype=np.int64)] = True
    return found.reshape(rows, len(table.numbers))


def _in_words_or_numbers(table: CsvTable, want: Wanted, index: int, places: Places) -> RawColumn:
    words, place = table.words[index], places.of([index])
    in_words = words.are_words() if want.labels is None else want.named_by_numbers or not words.are_numbers()
    if not in_words:
        return RawColumn(table.numbers_of_words(want, index, place), place, written=places.written([index]))
    for cell in words.distinct:
        if cell.strip() in table.missing:
            row, count = words.first_row(cell)
            message = f"column '{table.name_at[index]}': expected a label, found an empty cell"
            problem = Diagnostic("MS714", message, place(row, 0)[1], table.where, "fill it in or drop the row")
            table.problems.add(problem, key=index, count=count)
    return RawColumn(words.texts(), place)


def _texts(table: CsvTable, want: Wanted, which: range, shape: tuple[int, ...], places: Places) -> RawColumn:
    strings = table.strings[which.start : which.stop]
    _refuse_long_texts(table, strings, want)
    rows, place = len(table.row_lines), places.of(table.texts[which.start : which.stop])
    values: Array = np.array(strings, dtype=np.str_).T.reshape(rows, *shape)
    if want.goes_along:
        return RawColumn(numbers_of(values), place, values)
    missing = table.text_gaps[which.start : which.stop]
    if not any(missing):
        return RawColumn(values, place)
    gaps = np.zeros((rows, len(which)), dtype=bool)
    for number, found in enumerate(missing):
        gaps[np.frombuffer(found, dtype=np.int64), number] = True
    return RawColumn(values, place, gaps=gaps.reshape(rows, *shape))


def numbers_of(texts: Array) -> Array:
    """A column of cells as numbers, where each of them says just what a number does; else the texts.

    `007` stays a string, and so does what has more digits than a number of 64 bits.
    """
    cells = texts.tolist()
    if not all(_PLAIN.fullmatch(cell) for cell in cells):
        return texts
    if all(_WHOLE.fullmatch(cell) for cell in cells):
        numbers = [int(cell) for cell in cells]
        return np.array(numbers, dtype=np.int64) if all(-(2**63) <= number < 2**63 for number in numbers) else texts
    decimals = np.array(cells, dtype=np.float64)
    same = all(Decimal(repr(float(cell))) == Decimal(cell) for cell in cells)
    return decimals if np.isfinite(decimals).all() and same else texts


def _refuse_long_texts(table: CsvTable, strings: list[list[str]], want: Wanted) -> None:
    """numpy gives every text the length of the longest."""
    longest = max((len(text) for column in strings for text in column), default=0)
    needed = 4 * longest * sum(map(len, strings))
    if needed > MAX_ARRAY_BYTES:
        message = f"{want.what}: strings of up to {longest:,} characters take {bytes_text(needed)} of memory"
        raise SpecError([Diagnostic("MS708", message, Span(table.shown, 1, 1, 1, 2), want.path, "shorten the strings")])
