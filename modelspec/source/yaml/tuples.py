"""Python's tuples in a YAML text: `{kernel_size: (3, 3)}` is the text `(3` and the key `3)` to YAML, and a list is meant.

Knows nothing of what a spec may say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from modelspec.diagnostics import Span
from modelspec.source.nodes import Item, Node, Scalar, Sequence
from modelspec.source.yaml.scalars import resolve

_PART = re.compile(r"[A-Za-z0-9_.+-]+\Z")
_TUPLE = re.compile(r"\(\s*([A-Za-z0-9_.+-]+(?:\s*,\s*[A-Za-z0-9_.+-]+)*)\s*,?\s*\)\Z")
_NONE = {"None": None, "True": True, "False": False}
_LONGEST = 200


class Tuple(NamedTuple):
    """A tuple that was found: its text and place, what to write, and the entries with a list in its place."""

    text: str
    span: Span
    help: str
    mended: dict[str, Item]


def list_meant(text: str) -> str | None:
    """The list that a text means which is a tuple of Python, or sizes with an `x` between: `(3, 3)`, `3x3`."""
    found = _TUPLE.match(text) if len(text) <= _LONGEST else None
    if found is not None:
        parts = [part.strip() for part in found.group(1).split(",")]
        return f"[{', '.join('null' if part == 'None' else part for part in parts)}]"
    return f"[{', '.join(text.split('x'))}]" if re.fullmatch(r"\d{1,6}(x\d{1,6}){1,4}", text) else None


def tuples_in(entries: dict[str, Item]) -> Iterator[Tuple]:
    """Each tuple that YAML has cut at its commas. The entries of one found are those without the ones before it."""
    if not any(_opens(item.value) for item in entries.values()):
        return
    names = list(entries)
    mended = dict(entries)
    for index, name in enumerate(names):
        value = entries[name].value
        if not _opens(value):
            continue
        parts = _parts(value, names[index + 1 :], entries)
        if parts is None:
            continue
        for extra in names[index + 1 : index + len(parts)]:
            del mended[extra]
        end = entries[names[index + len(parts) - 1]].key
        span = value.span._replace(end_line=end.end_line, end_column=end.end_column)
        nodes = tuple(Scalar(_NONE[part] if part in _NONE else _plain(part), span) for part in parts)
        mended = {**mended, name: Item(entries[name].key, Sequence(nodes, span))}
        shown = f"[{', '.join('null' if part == 'None' else part for part in parts)}]"
        yield Tuple(f"({', '.join(parts)})", span, f"write `{shown}`", mended)


def _plain(text: str) -> str | int | float | bool | None:
    value = resolve(text)
    return value if isinstance(value, str | int | float | bool | None) else text


def _opens(value: Node) -> bool:
    """Whether a value is the beginning of a tuple: `(3`."""
    text = value.value if isinstance(value, Scalar) and not value.quoted else None
    return isinstance(text, str) and text[:1] == "(" and ")" not in text


def _parts(value: Node, after: list[str], entries: dict[str, Item]) -> list[str] | None:
    """The items of a tuple that begins at a value and goes on in the keys after it; None where it does not end."""
    assert isinstance(value, Scalar)
    parts = [str(value.value)[1:].strip()]
    for name in after:
        below = entries[name].value
        if not isinstance(below, Scalar) or below.value is not None:
            return None
        parts.append(str(name).removesuffix(")").strip())
        if not all(_PART.match(part) for part in parts[-2:]):
            return None
        if str(name).endswith(")"):
            return parts
    return None
