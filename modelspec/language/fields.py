"""Reading the structure of a spec: mappings with known keys, names, texts, numbers, each with its place.

Must not know which keys a spec has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping as MappingABC
from typing import Any

from modelspec.diagnostics import Diagnostic, Replacement
from modelspec.language.meant.legacy import LEGACY_KEYS, OF_KERAS
from modelspec.source import Mapping, Place, Scalar, Sequence
from modelspec.source.names import LONGEST_NAME, NAME_PATTERN
from modelspec.source.words import describe, guess, listing, number_meant, visible

_NAME = re.compile(NAME_PATTERN + r"\Z")
_NO_SPACE = re.compile(r"(\w+):([\w.+-]+)")


def expect_mapping(place: Place, what: str, problems: list[Diagnostic], example: str | None = None) -> bool:
    """Whether a mapping stands here; if not, says so."""
    if isinstance(place.node, Mapping):
        return True
    help = None if example is None else f"write for example `{example}`"
    problems.append(place.problem("MS203", f"{what}: expected a mapping; received {describe(place.node)}", help))
    return False


def unknown_keys(
    place: Place,
    what: str,
    known: Iterable[str],
    problems: list[Diagnostic],
    old: MappingABC[str, str] = LEGACY_KEYS,
    own: str | None = None,
    taken: Iterable[str] = (),
    foremost: str | None = None,
) -> None:
    """One problem for each key that is not known here; keys that begin with `own` are the user's, `taken` are not proposed.

    `foremost` has to be the first key, and is proposed for no other.
    """
    allowed = tuple(known)
    written = {*taken, *(key for key, _ in place.entries())}
    for index, (key, value) in enumerate(place.entries()):
        if key in allowed or (own is not None and key.startswith(own)):
            continue
        new = old.get(key) or old.get(key.replace("-", "_").lower())
        if new is not None and (new in allowed or " " in new or "{" in new):
            code = "MS213" if key in OF_KERAS else "MS201"
            message = (
                f"{what} has no key `{visible(key)}`" if code == "MS213" else f"{what}: unknown key '{visible(key)}'"
            )
            help = f"write {new}" if " " in new else Replacement(f"write `{new}`", key, new)
            help = new if new.startswith("remove") else help
            if new in written:
                help = f"it belongs in `{new}`, which already exists"
            problems.append(value.problem(code, message, help, key=True))
            continue
        colon = _NO_SPACE.fullmatch(key)
        if (
            colon is not None
            and colon.group(1) in allowed
            and isinstance(value.node, Scalar)
            and value.node.value is None
        ):
            right = f"{colon.group(1)}: {colon.group(2)}"
            help = Replacement(f"write `{right}`, with a space behind the colon", key, right)
            problems.append(value.problem("MS201", f"{what}: unknown key '{visible(key)}'", help, key=True))
            continue
        possible = [name for name in allowed if name not in written and (name != foremost or index == 0)]
        near = guess(key, possible, len(problems))
        help = near or f"{what} has {listing(allowed, 20)}"
        if own is not None and near is None:
            help += f"; your own keys begin with `{own}`"
        problems.append(value.problem("MS201", f"{what}: unknown key '{visible(key)}'", help, key=True))


def read_name(text: str, place: Place, what: str, problems: list[Diagnostic], *, key: bool = True) -> str | None:
    """The text if it is a good name; otherwise None, and a problem."""
    if _NAME.match(text) and len(text) <= LONGEST_NAME:
        return text
    shown = visible(text if len(text) <= LONGEST_NAME else text[:LONGEST_NAME] + "…")
    help = f"a name is a letter or _, then letters, digits, _ and -; at most {LONGEST_NAME} characters"
    good = _good_name(text)
    help = help if good is None else f"write `{good}`: {help}"
    problems.append(place.problem("MS210", f"{what}: '{shown}' is not a name", help, key=key))
    return None


def _good_name(text: str) -> str | None:
    """The name that is nearest to a string; None where nothing of it can stay."""
    made = re.sub(r"[^A-Za-z0-9_-]+", "_", text).strip("_-") if text.isascii() and len(text) <= LONGEST_NAME else ""
    made = f"_{made}" if made[:1].isdigit() else made
    return made if _NAME.match(made) else None


def read_text(place: Place | None, what: str, problems: list[Diagnostic]) -> str | None:
    """A text, or None where there is none."""
    if place is None:
        return None
    value = place.node.value if isinstance(place.node, Scalar) else None
    if isinstance(value, str):
        return value
    problems.append(place.problem("MS203", f"{what}: expected a string; received {describe(place.node)}"))
    return None


def read_texts(place: Place | None, what: str, problems: list[Diagnostic]) -> tuple[str, ...] | None:
    """A list of strings, or None where there is none or it was refused."""
    if place is None:
        return None
    if not isinstance(place.node, Sequence) or not place.node.items:
        problems.append(place.problem("MS203", f"{what}: expected a list of strings; received {describe(place.node)}"))
        return None
    texts = [read_text(item, what, problems) for item in place.items()]
    return None if any(text is None for text in texts) else tuple(text for text in texts if text is not None)


def read_patterns(place: Place | None, what: str, problems: list[Diagnostic]) -> tuple[str, ...]:
    """A text, or a list of strings: `freeze: block1_*`."""
    if place is None or (isinstance(place.node, Sequence) and not place.node.items):
        return ()
    if isinstance(place.node, Sequence):
        return read_texts(place, what, problems) or ()
    text = read_text(place, what, problems)
    return () if text is None else (text,)


def read_number(
    place: Place, what: str, problems: list[Diagnostic], *, low: float | None = None, high: float | None = None
) -> float | None:
    """A number within bounds (both allowed), or None and a problem."""
    value: Any = place.node.value if isinstance(place.node, Scalar) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        help = number_meant(value) if isinstance(value, str) else None
        problems.append(place.problem("MS203", f"{what}: expected a number; received {describe(place.node)}", help))
        return None
    if low is not None and value < low:
        problems.append(place.problem("MS204", f"{what}: expected a number of at least {low:g}; received {value}"))
        return None
    if high is not None and value > high:
        problems.append(place.problem("MS204", f"{what}: expected a number of at most {high:g}; received {value}"))
        return None
    return float(value)


def read_integer(place: Place, what: str, problems: list[Diagnostic], *, low: int, high: int) -> int | None:
    """An integer within bounds (both allowed), or None and a problem."""
    value: Any = place.node.value if isinstance(place.node, Scalar) else None
    if isinstance(value, bool) or not isinstance(value, int):
        help = _whole(value) if isinstance(value, float) and value == int(value) else None
        help = number_meant(value) if isinstance(value, str) else help
        problems.append(place.problem("MS203", f"{what}: expected an integer; received {describe(place.node)}", help))
        return None
    if not low <= value <= high:
        bound = f"at least {low}" if value < low else f"at most {high}"
        problems.append(place.problem("MS204", f"{what}: expected an integer of {bound}; received {value}"))
        return None
    return value


def _whole(value: float) -> str:
    """The whole number that a number such as 3.0 is."""
    return Replacement(f"write {int(value)}", repr(value), str(int(value)))


def read_boolean(place: Place, what: str, problems: list[Diagnostic]) -> bool | None:
    """True or false, or None and a problem."""
    value = place.node.value if isinstance(place.node, Scalar) else None
    if isinstance(value, bool):
        return value
    help = None
    if isinstance(value, str) and value.lower() in ("on", "yes", "y", "true", "off", "no", "n", "false"):
        right = "true" if value.lower() in ("on", "yes", "y", "true") else "false"
        help = Replacement(f"write {right}", value, right)
    problems.append(place.problem("MS203", f"{what}: expected true or false; received {describe(place.node)}", help))
    return None
