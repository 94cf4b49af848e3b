"""The kinds of values that settings have: numbers, switches, choices, texts, patterns, sections within sections.

Each knows how it is read and its JSON Schema. Must not know any section.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingABC
from typing import TYPE_CHECKING, Any

from modelspec.language.fields import expect_mapping, read_integer
from modelspec.language.settings import Kind, read_settings, schema_of
from modelspec.source import Place

if TYPE_CHECKING:
    from modelspec.language.objects import Reader


class Whole(Kind):
    """A whole number within bounds, both allowed."""

    def __init__(self, low: int, high: int) -> None:
        self.low = low
        self.high = high

    def read(self, place: Place, label: str, reader: Reader) -> int | None:
        """The number."""
        return read_integer(place, label, reader.problems, low=self.low, high=self.high)

    def schema(self) -> dict[str, Any]:
        """A whole number."""
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


class Section(Kind):
    """Settings of their own, in a mapping."""

    def __init__(self, section: type, example: str, old: MappingABC[str, str]) -> None:
        """`example` is what a message shows where no mapping stands; `old` are other names of its keys."""
        self.section = section
        self.example = example
        self.old = old

    def read(self, place: Place, label: str, reader: Reader) -> Any:
        """The section, with its defaults for what is left out or refused."""
        if not expect_mapping(place, label, reader.problems, self.example):
            return None
        return self.section(**read_settings(self.section, place, label, reader, old=self.old))

    def schema(self) -> dict[str, Any]:
        """The mapping of its settings."""
        return schema_of(self.section)
