"""Text that commands neither a terminal nor a CI log, and text that every parser takes."""

from __future__ import annotations

import re

_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)
# GitHub and Azure obey `::command::` at the beginning of a line and `##[command]`, `##vso[command]` anywhere in one.
_COMMAND = re.compile(r"\A\s*:(?=:)|##(?=\w*\[)")
_SURROGATE = re.compile("[\ud800-\udfff]")


def printable(text: str) -> str:
    """The text with control, bidirectional and invisible characters shown instead of sent, and no CI command in it."""
    return _COMMAND.sub(_disarm, _UNPRINTABLE.sub(_escape, text))


def unicode_text(text: str) -> str:
    """The text with lone surrogates, which no encoding holds, replaced: strict JSON readers refuse them."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def _escape(match: re.Match[str]) -> str:
    code_point = ord(match.group())
    if code_point > 0xFFFF:
        return f"\\U{code_point:08x}"
    return f"\\x{code_point:02x}" if code_point < 0x100 else f"\\u{code_point:04x}"


def _disarm(match: re.Match[str]) -> str:
    return f"{match.group()[:-1]}\\x{ord(match.group()[-1]):02x}"
