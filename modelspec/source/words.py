"""The words of messages: how a value is named, and which name was probably meant.

Knows nothing of specs.
"""

from __future__ import annotations

from collections.abc import Iterable

from modelspec.diagnostics import Diagnostic
from modelspec.source.limits import FLAGS
from modelspec.source.nodes import Mapping, Node, Place, Sequence

_LONGEST_GUESSED = 50
_LONG = 7
_MOST_CANDIDATES = 200
_MOST_WORK = 4000
_SHOWN = 80
_SHORT = 60


def describe(node: Node) -> str:
    """The value as a message names it: `the text '12:30'`, `the list [3, 3]`."""
    if isinstance(node, Sequence):
        return "an empty list" if not node.items else f"a list of {len(node.items)}"
    if isinstance(node, Mapping):
        return "an empty mapping" if not node.entries else "a mapping"
    value = node.value
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"the text {shorten(repr(value))}"
    return shorten(repr(value))


def closest(word: str, candidates: Iterable[str], near: float = 0.6) -> str | None:
    """The candidate that was probably meant, or None; of a word of some length, `near` of it must be alike."""
    if len(word) > _LONGEST_GUESSED:
        return None
    names = list(candidates)
    folded: dict[str, str] = {}
    for name in names:
        folded.setdefault(_fold(name), name)
    same = folded.get(_fold(word))
    if same is not None:
        return same
    # Imported here: a clean run never guesses.
    from difflib import get_close_matches

    if len(names) > _MOST_CANDIDATES:
        names = sorted(names, key=lambda name: abs(len(name) - len(word)))[:_MOST_CANDIDATES]
        folded = {_fold(name): name for name in names}
    near = near if len(word) >= _LONG else min(near, 0.6)
    found = get_close_matches(word, names, n=1, cutoff=near)
    if not found:
        found = [folded[match] for match in get_close_matches(_fold(word), list(folded), n=1, cutoff=max(near, 0.7))]
    return found[0] if found else None


def _fold(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def did_you_mean(word: str, candidates: Iterable[str], near: float = 0.6) -> str | None:
    """`did you mean 'units'?`, or None."""
    found = closest(word, candidates, near)
    return None if found is None else f"did you mean '{found}'?"


def guess(word: str, candidates: Iterable[str], told: int, near: float = 0.6) -> str | None:
    """As `did_you_mean`, but only for the first mistakes of many: `told` are told already, and each guess takes time."""
    names = list(candidates)
    return did_you_mean(word, names, near) if told * min(len(names), _MOST_CANDIDATES) < _MOST_WORK else None


def listing(names: Iterable[str], most: int = 12) -> str:
    """The names, separated by commas, cut after `most`."""
    all_names = list(names)
    shown = ", ".join(all_names[:most])
    return shown if len(all_names) <= most else f"{shown}, … ({len(all_names)} in all)"


def visible(text: str) -> str:
    """The text, cut if long, with the code points of characters that look like others: `a：` is `a\\uff1a`."""
    shown = "".join(char if char.isascii() or char.isalnum() else f"\\u{ord(char):04x}" for char in text[:_SHOWN])
    return shown if len(text) <= _SHOWN else f"{shown}…"


def too_many_layers(place: Place, most: int) -> Diagnostic:
    """The step at which a model gets larger than the limit."""
    message = f"more than {most:,} layers, those of nested models counted for each call"
    return place.problem(
        "MS109", message, f"if the model is meant to be this large, lift the limit with {FLAGS['layers']}"
    )


def shorten(text: str) -> str:
    """The text, cut where it is too long for a message."""
    return text if len(text) <= _SHORT else text[:_SHORT] + "…"
