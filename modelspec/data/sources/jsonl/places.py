"""Where a value stands in a line of JSON."""

from __future__ import annotations

import json
import re

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


def place_of(text: str, name: str) -> tuple[int, int]:
    """From which character to which the value of a column stands in the text of an object; of a gap, the whole object."""
    whole = (len(text) - len(text.lstrip()), len(text.rstrip()))
    found = _member(text, whole[0], name)
    if found is not None:
        return found
    at = whole
    for part in name.split("."):
        below = _member(text, at[0], part)
        if below is None:
            return whole
        at = below
    return at


def _member(text: str, start: int, key: str) -> tuple[int, int] | None:
    """Where the value of a key stands in the object that begins here; None where there is none of the key."""
    if text[start : start + 1] != "{":
        return None
    at = _skip(text, start + 1)
    while text[at : at + 1] == '"':
        name, at = _DECODER.raw_decode(text, at)
        begin = _skip(text, _skip(text, at) + 1)
        _, end = _DECODER.raw_decode(text, begin)
        if name == key:
            return begin, end
        at = _skip(text, _skip(text, end) + 1)
    return None


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return at if found is None else found.end()
