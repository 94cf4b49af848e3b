"""Every setting of a spec as a page of tables: docs/settings.md. Made from the fields of the sections' entries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from modelspec.language.sections.budget import Budget
from modelspec.language.sections.checkpoint import CheckpointSpec
from modelspec.language.sections.data import DataSpec
from modelspec.language.sections.initial import InitSpec
from modelspec.language.sections.inputs import InputSpec
from modelspec.language.sections.outputs import OutputSpec
from modelspec.language.sections.parts import Cut, PartSpec
from modelspec.language.sections.sources import SOURCES
from modelspec.language.sections.training import TrainSpec
from modelspec.language.settings import settings_of
from modelspec.manual.fields import Schema, arguments, shown, tidy, type_words


class SettingsTable(NamedTuple):
    """A mapping of a spec: its path, the entry whose fields it has, and which of the entry's forms it is."""

    path: tuple[str, ...]
    entry: type
    form: str | None = None


SECTIONS: tuple[SettingsTable, ...] = (
    SettingsTable(("inputs", "NAME"), InputSpec),
    SettingsTable(("outputs", "NAME"), OutputSpec),
    SettingsTable(("train",), TrainSpec, "train"),
    SettingsTable(("train", "stages", "N"), TrainSpec, "stage"),
    SettingsTable(("train", "checkpoint"), CheckpointSpec),
    SettingsTable(("train", "init_from"), InitSpec),
    SettingsTable(("data",), DataSpec),
    SettingsTable(("data", "validation"), PartSpec),
    SettingsTable(("data", "validation", "split"), Cut),
    *(SettingsTable(("data", "SPLIT", kind), entry) for kind, entry in SOURCES.items()),
    SettingsTable(("budget",), Budget),
)
"""All mappings of settings, in a spec's order."""


class Row(NamedTuple):
    """One setting: its key, what it may be, its default (None: there is none), and what it is for."""

    key: str
    schema: Schema
    required: bool
    default: Any
    words: str


def rows(section: SettingsTable) -> tuple[Row, ...]:
    """The settings of a section; of a source, its arguments."""
    if section.entry in SOURCES.values():
        return tuple(
            Row(item.name, item.schema, item.required, item.default, item.text) for item in arguments(section.entry)
        )
    found = settings_of(section.entry, section.form).values()
    own = section.form != "stage"  # what a stage leaves out is as `train` has it
    return tuple(
        Row(item.key, item.kind.schema(), item.required, item.plain_default if own else None, item.words)
        for item in found
    )


_INTRODUCTION = """\
# Settings

<!-- Written by `python -m docs.generate` from the settings in modelspec/language/sections. Do not edit. -->

Everything that may be under `inputs`, `outputs`, `train`, `data` and `budget`, with its default; a setting in bold is required.
[The language](language.md) shows how they are used, [training](training.md) what they do. Each can be set on the command line:
`--set train.epochs=3`.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([_INTRODUCTION, *(line for section in SECTIONS for line in _section(section))]) + "\n"


def _section(section: SettingsTable) -> Iterator[str]:
    yield from (f"## {'.'.join(section.path)}", "", "| key | value | default | |", "| --- | --- | --- | --- |")
    for row in rows(section):
        default = "" if row.default is None else f"`{shown(row.default)}`"
        key = f"**{row.key}**" if row.required else row.key
        yield f"| {key} | {_cell(type_words(tidy(row.schema)))} | {default} | {_cell(row.words)} |"
    yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
