"""The catalogue as a page of tables: docs/layers.md."""

from __future__ import annotations

from collections.abc import Iterator

from modelspec.manual.describe import MANY, base_arguments, describe, families, reasons, second_names
from modelspec.manual.description import Description
from modelspec.manual.fields import Argument, shown

_INTRODUCTION = """\
# Names in a spec

<!-- Written by `python -m docs.generate` from the catalogue. Do not edit. -->

Names, arguments and defaults are Keras's own. An argument in bold is required; the others show their default. A value
that is not a mapping is the first argument: `Dropout: 0.5`. `modelspec layers NAME` explains one name with types,
limits, shapes and an example.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([_INTRODUCTION, *(line for kind in MANY for line in _kind(kind))]) + "\n"


def _kind(kind: str) -> Iterator[str]:
    title = MANY[kind][0].upper() + MANY[kind][1:]
    yield from (f"## {title}", "")
    if kind == "layer":
        base = base_arguments(describe("Dense", "layer")[0])
        yield from (f"Every layer also takes {', '.join(_argument(item) for item in base)}.", "")
    found = families(kind)
    for family, names in found.items():
        if len(found) > 1:
            yield from (f"### {family[0].upper()}{family[1:]}", "")
        yield from _table(kind, names)
        yield ""
    others = second_names(kind)
    if others:
        yield from (f"Second names: {', '.join(f'`{name}` is {meant}' for name, meant in others.items())}.", "")
    if reasons(kind):
        yield from ("Left out on purpose:", "")
        yield from (f"- `{name}`: {_cell(why)}." for name, why in reasons(kind).items())
        yield ""


def _table(kind: str, names: tuple[str, ...]) -> Iterator[str]:
    yield from ("| name | what | arguments |", "| --- | --- | --- |")
    for name in names:
        found = describe(name, kind)[0]
        yield f"| {_linked(found)} | {_cell(found.summary)} | {_cell(_arguments(found))} |"


def _linked(found: Description) -> str:
    return f"[{found.name}]({found.url})" if found.url else found.name


def _arguments(found: Description) -> str:
    base = base_arguments(found)
    return ", ".join(_argument(item) for item in found.arguments if item not in base)


def _argument(item: Argument) -> str:
    return f"**{item.name}**" if item.required else f"{item.name}={shown(item.default)}".replace("*", "\\*")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
