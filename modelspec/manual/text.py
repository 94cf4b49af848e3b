"""Descriptions and lists as text for a terminal, at most so many columns wide."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from modelspec.catalogue.tensor import shape_text
from modelspec.manual.describe import MANY, base_arguments, families, reasons, second_names
from modelspec.manual.description import Description
from modelspec.manual.fields import Argument, shown
from modelspec.plugins import NO_PLUGINS, Plugins


def described(description: Description, width: int) -> str:
    """One description."""
    return "\n".join(_described(description, width)) + "\n"


def _described(found: Description, width: int) -> Iterator[str]:
    yield from _wrapped(f"{found.name} ({found.kind}): {found.summary}", width)
    if found.url:
        yield found.url
    if found.other_names:
        yield from _wrapped(f"also written {', '.join(found.other_names)}", width)
    base = base_arguments(found)
    yield from _arguments("arguments", [item for item in found.arguments if item not in base], width)
    if found.call:
        yield from ("", "call arguments, given with `from`")
        for item in found.call:
            yield f"  {item.name}: {item.type}{', required' if item.required else ''}"
    if found.shape:
        yield from ("", "shape")
        yield from _wrapped(found.shape, width, "  ")
    if found.weights:
        yield from ("", "weights")
        yield from _wrapped(found.weights, width, "  ")
    yield from _example(found, width)
    if base:
        yield from _arguments("arguments that every layer takes", base, width)


def _arguments(title: str, arguments: list[Argument] | tuple[Argument, ...], width: int) -> Iterator[str]:
    yield from ("", title)
    if not arguments:
        yield "  none"
    for item in arguments:
        default = "required" if item.required else f"default {shown(item.default)}"
        yield from _wrapped(f"{item.name}: {item.type}; {default}", width, "  ", "      ")
        yield from _wrapped(item.text, width, "      ")


def _example(found: Description, width: int) -> Iterator[str]:
    yield from ("", "example")
    yield from (f"  {line}" for line in found.example.snippet.rstrip("\n").split("\n"))
    example = found.example
    if example.outputs:
        taken = ", ".join(shape_text(tensor.shape) for tensor in example.inputs)
        given = ", ".join(shape_text(tensor.shape) for tensor in example.outputs)
        yield from _wrapped(f"{taken} -> {given}", width, "  # ")
    if example.weights:
        weights = ", ".join(f"{weight.name} {shape_text(weight.shape)}" for weight in example.weights)
        yield from _wrapped(f"weights {weights}", width, "  # ")


def listed(kind: str, width: int, plugins: Plugins = NO_PLUGINS) -> str:
    """All names of a kind, by family."""
    return "\n".join(_listed(kind, width, plugins)) + "\n"


def _listed(kind: str, width: int, plugins: Plugins) -> Iterator[str]:
    found = families(kind, plugins)
    count = sum(len(names) for names in found.values())
    yield from _wrapped(f"{count} {MANY[kind]}; `modelspec layers NAME` explains one", width)
    for family, names in found.items():
        yield from ("", family)
        yield from _wrapped(", ".join(names), width, "  ")
    others = second_names(kind, plugins)
    if others:
        yield from ("", "second names")
        yield from _wrapped(", ".join(f"{name} = {meant}" for name, meant in others.items()), width, "  ")
    why = reasons(kind)
    if why:
        yield from ("", "left out on purpose")
        for name, reason in why.items():
            yield from _wrapped(f"{name}: {reason}", width, "  ", "      ")
    if kind == "layer":
        yield ""
        yield from _wrapped(f"other kinds, by --kind: {', '.join(other for other in MANY if other != kind)}", width)


def _wrapped(text: str, width: int, first: str = "", further: str | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=first if further is None else further,
        break_long_words=False,
        break_on_hyphens=False,
    )
