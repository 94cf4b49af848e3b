"""The kinds of plain values that settings have: numbers, switches, choices, texts, patterns, and sections within sections.

Each knows how it is read and its JSON Schema. Must not know any section.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as MappingABC
from typing import TYPE_CHECKING, Any

from modelspec.language.fields import (
    expect_mapping,
    read_boolean,
    read_integer,
    read_name,
    read_number,
    read_patterns,
    read_text,
    read_texts,
)
from modelspec.language.settings.setting import Kind, read_settings, schema_of
from modelspec.source import Place, Scalar
from modelspec.source.words import describe, did_you_mean

if TYPE_CHECKING:
    from modelspec.language.objects import Reader


class Whole(Kind):
    """A whole number within bounds, both allowed; or null, where that is said."""

    def __init__(self, low: int, high: int, *, null: bool = False) -> None:
        self.low = low
        self.high = high
        self.null = null

    def read(self, place: Place, label: str, reader: Reader) -> int | None:
        """The number."""
        if self.null and isinstance(place.node, Scalar) and place.node.value is None:
            return None
        return read_integer(place, label, reader.problems, low=self.low, high=self.high)

    def schema(self) -> dict[str, Any]:
        """A whole number."""
        return {"type": ["integer", "null"] if self.null else "integer", "minimum": self.low, "maximum": self.high}


class Number(Kind):
    """A number that is at least so large."""

    def __init__(self, low: int) -> None:
        self.low = low

    def read(self, place: Place, label: str, reader: Reader) -> float | None:
        """The number."""
        return read_number(place, label, reader.problems, low=self.low)

    def schema(self) -> dict[str, Any]:
        """A number."""
        return {"type": "number", "minimum": self.low}


class Text(Kind):
    """A text."""

    def read(self, place: Place, label: str, reader: Reader) -> str | None:
        """The text."""
        return read_text(place, label, reader.problems)

    def schema(self) -> dict[str, Any]:
        """Any text."""
        return {"type": "string"}


class Texts(Kind):
    """A list of texts, of at least one."""

    def read(self, place: Place, label: str, reader: Reader) -> tuple[str, ...] | None:
        """The texts."""
        return read_texts(place, label, reader.problems)

    def schema(self) -> dict[str, Any]:
        """A list."""
        return {"type": "array", "items": {"type": "string"}, "minItems": 1}


class Switch(Kind):
    """True or false; or `auto`, where that is said."""

    def __init__(self, *, auto: bool = False) -> None:
        self.auto = auto

    def read(self, place: Place, label: str, reader: Reader) -> bool | str | None:
        """The value."""
        if self.auto and isinstance(place.node, Scalar) and place.node.value == "auto":
            return "auto"
        return read_boolean(place, label, reader.problems)

    def schema(self) -> dict[str, Any]:
        """A boolean."""
        return {"anyOf": [{"const": "auto"}, {"type": "boolean"}]} if self.auto else {"type": "boolean"}


class Choice(Kind):
    """One of several words."""

    def __init__(
        self, names: tuple[str, ...], help: str, meant: Callable[[str], str | None] | None = None, *, null: bool = False
    ) -> None:
        """`help` says which is usual; `meant` what another word is meant for; `null` is none of them."""
        self.names = names
        self.help = help
        self.meant = meant
        self.null = null

    def read(self, place: Place, label: str, reader: Reader) -> str | None:
        """The word."""
        value = place.node.value if isinstance(place.node, Scalar) else ...
        if value in self.names or (value is None and self.null):
            return str(value) if value is not None else None
        *others, last = self.names
        expected = f"{', '.join(others)} or {last}" if others else last
        help = None
        if isinstance(value, str):
            help = (self.meant(value) if self.meant is not None else None) or did_you_mean(value, self.names)
        message = f"{label}: expected {expected}; received {describe(place.node)}"
        reader.problems.append(place.problem("MS204", message, help or self.help))
        return None

    def schema(self) -> dict[str, Any]:
        """The words."""
        return {"enum": [*self.names, *([None] if self.null else [])]}


class Name(Kind):
    """A name that the spec gives."""

    def read(self, place: Place, label: str, reader: Reader) -> str | None:
        """The name."""
        text = read_text(place, label, reader.problems)
        return None if text is None else read_name(text, place, label, reader.problems, key=False)

    def schema(self) -> dict[str, Any]:
        """Any name."""
        return {"$ref": "#/$defs/name"}


class Patterns(Kind):
    """A pattern of names, or a list of them."""

    def read(self, place: Place, label: str, reader: Reader) -> tuple[str, ...]:
        """The patterns."""
        return read_patterns(place, label, reader.problems)

    def schema(self) -> dict[str, Any]:
        """A text, or a list."""
        return {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}


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
        return self.section(**read_settings(self.section, place, label, reader, old=self.old).values)

    def schema(self) -> dict[str, Any]:
        """The mapping of its settings."""
        return schema_of(self.section)
