"""`split` under `data.validation` and `data.test`: which of the training rows are taken out. Must not know rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from modelspec.language.fields import read_number, read_text
from modelspec.language.settings import Kind, read_settings, schema_of, setting
from modelspec.language.settings.values import Text, Whole
from modelspec.source import Mapping, Place, Scalar
from modelspec.source.words import describe, did_you_mean

if TYPE_CHECKING:
    from modelspec.language.objects import Reader

How = Literal["last", "random", "stratified", "group", "time"]
ALONE = ("last", "random", "stratified")
"""Ways to divide that need no column."""
WITH_A_COLUMN = ("group", "time", "stratified")
_EXAMPLE = "`by: random`, `by: stratified`, `by: {group: patient}` or `by: {time: date}`"


class By(NamedTuple):
    """How rows are chosen, and the column that says so where one does."""

    how: How
    column: str | None = None


class Fraction(Kind):
    """A number between 0 and 1."""

    def read(self, place: Place, label: str, reader: Reader) -> float | None:
        """The number."""
        value = read_number(place, label, reader.problems)
        if value is not None and not 0 < value < 1:
            message = f"{label}: expected a number between 0 and 1; received {value:g}"
            reader.problems.append(place.problem("MS204", message, "0.1 takes a tenth of the rows"))
            return None
        return value

    def schema(self) -> dict[str, Any]:
        """Any such number."""
        return {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}


class _By(Kind):
    """A way to divide: a word, or a word with a column."""

    def read(self, place: Place, label: str, reader: Reader) -> By | None:
        """The way."""
        value = place.node.value if isinstance(place.node, Scalar) else None
        if value in ALONE:
            return By(value)  # type: ignore[arg-type]
        entries = list(place.entries())
        if len(entries) == 1 and entries[0][0] in WITH_A_COLUMN:
            column = read_text(entries[0][1], f"{label}.{entries[0][0]}", reader.problems)
            return None if column is None else By(entries[0][0], column)  # type: ignore[arg-type]
        if value in WITH_A_COLUMN:
            example = "patient" if value == "group" else "date"
            help = f"name the column: `by: {{{value}: {example}}}`"
        else:
            near = did_you_mean(value, (*ALONE, *WITH_A_COLUMN)) if isinstance(value, str) else None
            help = near or f"write {_EXAMPLE}, or leave it out for the last rows"
        message = f"{label}: expected a way to divide rows; received {describe(place.node)}"
        reader.problems.append(place.problem("MS205", message, help))
        return None

    def schema(self) -> dict[str, Any]:
        """The words, and the words with a column."""
        columns = {name: {"type": "string"} for name in WITH_A_COLUMN}
        mapping = {"type": "object", "properties": columns, "additionalProperties": False, "minProperties": 1}
        return {"anyOf": [{"enum": list(ALONE)}, {**mapping, "maxProperties": 1}]}

    def written(self, value: By) -> Any:
        """As a spec has it."""
        return value.how if value.column is None else {value.how: value.column}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Cut:
    """Which rows are taken out."""

    fraction: float = setting(Fraction(), "The fraction of the rows that are left.")
    by: By = setting(
        _By(),
        "`last` (the last rows, as in Keras), `random`, `stratified` (as many of each class; `{stratified: column}`), "
        "`{group: column}` (whole groups) or `{time: column}` (the latest).",
        By("last"),
    )
    seed: int = setting(Whole(0, 2**32 - 1), "The seed for drawing.", 0)
    key: str | None = setting(
        Text(), "A column by which `random` draws, so that new rows do not move old ones to the other side.", None
    )


class _FractionOrCut(Kind):
    """A fraction, or a mapping that says how its rows are chosen."""

    def read(self, place: Place, label: str, reader: Reader) -> Cut | None:
        """The cut."""
        if not isinstance(place.node, Mapping):
            fraction = Fraction().read(place, label, reader)
            return None if fraction is None else Cut(fraction)
        read = read_settings(Cut, place, label, reader)
        if place.get("fraction") is None:
            reader.problems.append(
                place.problem("MS202", f"{label}: `fraction` is missing", "add `fraction: 0.1`", key=True)
            )
        if read.refused or "fraction" not in read.values:
            return None
        cut = Cut(**read.values)
        if cut.key is not None and cut.by.how != "random":
            message = f"{label}: `key` is for `by: random`, and the rows are chosen by {cut.by.how}"
            help = "leave it out: groups stay on their side as they are" if cut.by.how == "group" else "leave it out"
            reader.problems.append(place.find(("key",)).problem("MS208", message, help, key=True))
            return None
        return cut

    def schema(self) -> dict[str, Any]:
        """Both forms."""
        return {"anyOf": [Fraction().schema(), schema_of(Cut)]}

    def written(self, value: Cut) -> Any:
        """The fraction alone where nothing else is said."""
        if (value.by, value.seed, value.key) == (By("last"), 0, None):
            return value.fraction
        return value


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PartSpec:
    """A part of the training rows, where a split has none of its own."""

    split: Cut = setting(
        _FractionOrCut(), "The fraction of the training rows to take out, or a mapping that says which."
    )
