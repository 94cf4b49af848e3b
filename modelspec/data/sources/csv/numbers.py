"""A cell of a CSV file as a number, and what to say of one that is none."""

from __future__ import annotations

import re
import unicodedata

from modelspec.data.sources.csv.words import NUMBER


def as_number(cell: str, comma: bool = False) -> str | None:
    """How to write a cell that people read as a number, in ASCII digits and with a decimal point (or `comma`)."""
    if comma:
        return _with_comma(cell.strip())
    written = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in cell.strip())
    if re.fullmatch(r"[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?", written):
        point = f", or {written.replace(',', '.')} if the comma is a decimal one" if written.count(",") == 1 else ""
        return f"write {written.replace(',', '')}{'' if '.' in written else point}"
    if re.fullmatch(r"[-+]?\d*,\d+", written):
        return f"write a decimal point: {written.replace(',', '.')}"
    if written != cell.strip() and NUMBER.fullmatch(written):
        return f"write it in ASCII digits: {written}"
    return f"write {written.replace('_', '')}" if re.fullmatch(r"[-+]?\d[\d_]*", written) else None


def _with_comma(cell: str) -> str | None:
    if re.fullmatch(r"[-+]?[1-9]\d{0,2}(\.\d{3})+(,\d+)?", cell):
        return f"write {cell.replace('.', '')}"
    return f"write a decimal comma: {cell.replace('.', ',')}" if NUMBER.fullmatch(cell) else None
