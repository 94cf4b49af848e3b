"""The words of messages: how a value is named, and which name was probably meant.

Knows nothing of specs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from modelspec.diagnostics import Diagnostic, Replacement
from modelspec.source.limits import FLAGS
from modelspec.source.nodes import Mapping, Node, Place, Sequence

_LONGEST_GUESSED = 50
_LONG = 7
_MOST_CANDIDATES = 500
"""How many names one guess chooses from; of more, those of about the same length."""
_MOST_COMPARED = 40
"""How many of them are compared letter by letter: those that share the most letters."""
_ORDINARY = 10
_MOST_WORK = 60 * 200 * _ORDINARY**2
"""What the guesses of a file may cost, in names times letters squared: 60 guesses of an ordinary word among 200 names."""
_CERTAIN = 0.8
"""How much of a word must be like a name for that to be meant for certain."""
_APART = 0.1
"""How much less the next name must be like it."""
_SHOWN = 80
_SHORT = 60


def describe(node: Node) -> str:
    """The value as a message names it: `the string '12:30'`, `the list [3, 3]`."""
    if isinstance(node, Sequence):
        return "an empty list" if not node.items else f"a list of {len(node.items)}"
    if isinstance(node, Mapping):
        return "an empty mapping" if not node.entries else "a mapping"
    value = node.value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"the string {shorten(repr(value))}"
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
    if len(names) > _MOST_CANDIDATES:
        names = sorted(names, key=lambda name: abs(len(name) - len(word)))[:_MOST_CANDIDATES]
        folded = {_fold(name): name for name in names}
    near = near if len(word) >= _LONG else min(near, 0.6)
    found = _most_alike(word, names, near)
    if found is not None:
        return found
    alike = _most_alike(_fold(word), folded, max(near, 0.7))
    return None if alike is None else folded[alike]


def _most_alike(word: str, names: Iterable[str], near: float) -> str | None:
    """The name whose letters are most alike, if `near` of them are; as `difflib.get_close_matches`, in less time."""
    from difflib import SequenceMatcher  # a clean run never guesses

    matcher = SequenceMatcher()
    matcher.set_seq2(word)
    possible: list[tuple[float, str]] = []
    for name in names:
        matcher.set_seq1(name)
        if matcher.real_quick_ratio() >= near and (most := matcher.quick_ratio()) >= near:
            possible.append((most, name))
    best: tuple[float, str] | None = None
    for most, name in sorted(possible, reverse=True)[:_MOST_COMPARED]:
        if best is not None and most < best[0]:
            break  # no other can be nearer
        matcher.set_seq1(name)
        alike = matcher.ratio()
        if alike >= near and (best is None or (alike, name) > best):
            best = alike, name
    return None if best is None else best[1]


def _fold(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def did_you_mean(word: str, candidates: Iterable[str], near: float = 0.6) -> str | None:
    """`did you mean 'units'?`, or None. Where no other name is as near, it is certain to be the one."""
    names = list(candidates)
    found = closest(word, names, near)
    if found is None:
        return None
    help = f"did you mean '{found}'?"
    next_one = closest(word, [name for name in names if name != found], near)
    certain = _PLAIN.fullmatch(found) is not None and _is_certain(word, found, next_one)
    return Replacement(help, word, found) if certain else help


def _is_certain(word: str, name: str, other: str | None) -> bool:
    """Whether no other name than this one can be meant: `other` is the next one that is near, if there is one."""
    alike = _alike(word, name)
    return alike >= _CERTAIN and (other is None or _alike(word, other) < alike - _APART)


def _alike(word: str, name: str) -> float:
    from difflib import SequenceMatcher

    return 1.0 if _fold(word) == _fold(name) else SequenceMatcher(None, word, name).ratio()


def guess(word: str, candidates: Iterable[str], told: int, near: float = 0.6) -> str | None:
    """As `did_you_mean`, but only for the first mistakes of many: `told` are told already, and each guess takes time."""
    names = list(candidates)
    work = min(len(names), _MOST_CANDIDATES) * max(len(word), _ORDINARY) ** 2
    return did_you_mean(word, names, near) if told * work < _MOST_WORK else None


_PLAIN = re.compile(r"(?!(?:true|false|null)\Z)[A-Za-z_][\w.-]*")
"""Names that mean the same in quotes and without."""
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


def number_meant(text: str, written: str = "") -> str | None:
    """What to do where a text stands for a number: `'32'`, `50%`, `10,000`, `10_000`, `1/3`, `3 * 2`, `{{ w }}`.

    `written` is how it stands in the file, before variables were put in.
    """
    short = text.strip()
    if len(short) > _SHORT:
        return None
    if _NUMBER.fullmatch(short):
        return Replacement("remove the quotes", text, short) if short == text else "remove the quotes"
    if short.endswith("%") and _NUMBER.fullmatch(short[:-1].strip()):
        return f"write {float(short[:-1]) / 100:g}"
    if re.fullmatch(r"\d{1,3}(?:[_,' ]\d{3})+", short):
        return f"write {re.sub('[_, ]|' + chr(39), '', short)}"
    if re.fullmatch(r"\{\{\s*[A-Za-z_]\w*\s*\}\}", short):
        return f"write `${short.strip('{} ')}` for a variable"
    if re.fullmatch(r"[\d.\s+*/()-]+", short) and any(sign in short for sign in "+-*/"):
        shown = written.strip("\"'").replace("$", "") if "$" in written else short
        return f"write an expression in brackets after a dollar sign: `$({shown})`"
    return None


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
    message = f"more than {most:,} layers, counting those of nested models for each call"
    return place.problem("MS109", message, f"if this is intended, raise the limit with {FLAGS['layers']}")


def shorten(text: str) -> str:
    """The text, cut where it is too long for a message."""
    return text if len(text) <= _SHORT else text[:_SHORT] + "…"
