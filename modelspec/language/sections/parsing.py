"""`parse` of an input: how its cells are turned into numbers that are no numbers. Must not know rows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from modelspec.language.fields import read_text
from modelspec.language.settings import Kind
from modelspec.source import Place
from modelspec.source.words import describe

if TYPE_CHECKING:
    from modelspec.language.objects import Reader

CODES = "aAbBdHIjmMpSyYfzZ"
"""What Python's `strptime` reads: https://docs.python.org/3/library/datetime.html#format-codes"""
_EXAMPLE = "parse: {date: '%Y-%m-%d'}"


class Parse(Kind):
    """`{date: FORMAT}`, as Python's `strptime` has it."""

    def read(self, place: Place, label: str, reader: Reader) -> str | None:
        """The format."""
        entries = list(place.entries())
        if [key for key, _ in entries] != ["date"]:
            message = f"{label}: expected `date` with a format; received {describe(place.node)}"
            reader.problems.append(place.problem("MS203", message, f"write `{_EXAMPLE}`"))
            return None
        below = entries[0][1]
        format = read_text(below, f"{label}.date", reader.problems)
        if format is None:
            return None
        codes = re.findall(r"%(.?)", format)
        strange = next((code for code in codes if code not in (*CODES, "%")), None)
        if strange is not None or not {"Y", "y"} & set(codes):
            found = f"%{strange} is no code of a date" if strange is not None else "it has no year"
            message = f"{label}.date: expected a format of dates; received {describe(below.node)}: {found}"
            help = f"%Y is a year, %m a month, %d a day, %H, %M and %S a time: `{_EXAMPLE}`"
            reader.problems.append(below.problem("MS204", message, help))
            return None
        return format

    def schema(self) -> dict[str, Any]:
        """A mapping with one format."""
        return {
            "type": "object",
            "properties": {"date": {"type": "string", "pattern": "%[Yy]"}},
            "required": ["date"],
            "additionalProperties": False,
        }

    def written(self, value: str) -> dict[str, str]:
        """As a spec has it."""
        return {"date": value}
