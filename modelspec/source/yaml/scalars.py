"""Plain YAML scalars by the YAML 1.2 core schema, stricter: what one reader takes for 8 and another for 10 is refused.

`1e-3` is a number, `on`, `no` and `12:30` are text. https://yaml.org/spec/1.2.2/#103-core-schema
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from modelspec.source.words import shorten

_INT = re.compile(r"[-+]?[0-9]+\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_NON_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)\Z|\.(?:nan|NaN|NAN)\Z")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]+\Z")
_BASED = re.compile(r"[-+]?0(?:x[0-9a-fA-F_]+|o[0-7_]+|b[01_]+)\Z")
_UNDERSCORED = re.compile(r"[-+]?[0-9][0-9_]*_[0-9_]*(?:\.[0-9_]*)?\Z")
_CONSTANTS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_MAX_DIGITS = 40
_STARTS = frozenset("+-.0123456789")


class Unclear(NamedTuple):
    """Why a scalar is refused, and what to write instead."""

    code: str
    message: str
    help: str


def resolve(text: str) -> str | int | float | bool | Unclear | None:
    """The value of a plain scalar."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in _STARTS:
        return text
    if _LEADING_ZERO.match(text):
        digits = text.lstrip("+-").lstrip("0") or "0"
        return Unclear(
            "MS112",
            f"{shorten(text)} begins with a zero: octal to one reader, decimal to another",
            _either(digits, text),
        )
    if _INT.match(text):
        if len(text) > _MAX_DIGITS:
            return Unclear("MS112", f"a number of {len(text)} digits", "write a number that a machine can hold")
        return int(text)
    if _FLOAT.match(text):
        value = float(text)
        if math.isinf(value):
            return Unclear(
                "MS113",
                f"{shorten(text)} is too large for a number",
                "every number in a spec is finite: write a finite one",
            )
        return value
    return _refused(text) or text


def _refused(text: str) -> Unclear | None:
    if _NON_FINITE.match(text):
        return Unclear(
            "MS113", f"{text} is not a finite number", "every number in a spec is finite: write a finite one"
        )
    if _BASED.match(text):
        return Unclear(
            "MS112", f"{shorten(text)} is a number to one reader and a string to another", _either(_decimal(text), text)
        )
    if _UNDERSCORED.match(text):
        return Unclear(
            "MS112",
            f"{shorten(text)} has underscores: a number to one reader, a string to another",
            _either(text.replace("_", ""), text),
        )
    return None


def _decimal(text: str) -> str:
    """A number in another base in decimal digits, where it has a value that a message can show."""
    try:
        return str(int(text, 0)) if len(text) <= _MAX_DIGITS else "decimal digits"
    except ValueError:  # no digit, or underscores side by side
        return "decimal digits"


def _either(number: str, text: str) -> str:
    return f"write {shorten(number)} for the number, or '{shorten(text)}' in quotes for the string"
