"""Keys that are whole numbers: allowed where Keras has them, told everywhere else.

The source keeps such a key as a `NumberKey`, because only the finished document tells where it stands. Keras takes
numbers as keys in one place, the weights of classes: what is an argument of an object goes through JSON when a model is
saved, and JSON has texts alone as keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from modelspec.diagnostics import Diagnostic, Path
from modelspec.source import Document, NumberKey, Place

_PLACES: tuple[Path, ...] = (
    ("train", "class_weight"),
    ("train", "stages", None, "class_weight"),
    ("outputs", None, "class_weight"),
)  # type: ignore[assignment]  # fmt: skip
"""The mappings whose keys may be numbers; None stands for any name or item."""
_WRITTEN = re.compile(r"[0-9][ \t]*:|^[ \t]*:", re.MULTILINE)
"""Stands in every text that has a number as a key: most have none, and are not walked through."""


def misplaced_numbers(document: Document) -> tuple[Diagnostic, ...]:
    """A problem for every key that is a number where a name is meant."""
    if not any(_WRITTEN.search(text) for text in (document.text, *document.texts.values())):
        return ()
    return tuple(_below(document.place))


def _below(place: Place) -> Iterator[Diagnostic]:
    for key, below in place.entries():
        if not place.path and key.startswith("x-"):
            continue
        if isinstance(key, NumberKey) and not _allowed(place.path):
            help = "keys are names here; only the classes of `class_weight` are numbers"
            yield below.problem("MS116", f"a key must be a string; received {key}", help, key=True)
        yield from _below(below)
    for item in place.items():
        yield from _below(item)


def _allowed(path: Path) -> bool:
    return any(
        len(known) == len(path) and all(part in (None, at) for part, at in zip(known, path, strict=True))
        for known in _PLACES
    )
