"""Bytes of a spec: read from a regular file or a stream, never more than the limit, and decoded as UTF-8.

Must not know YAML.
"""

from __future__ import annotations

import re
import sys
from typing import BinaryIO

from modelspec.diagnostics import Diagnostic, Span
from modelspec.files.reading import NotAFile, read_start
from modelspec.source.limits import FLAGS, Limits

_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ud800-\udfff\U000e0000-\U000e007f]|\r(?!\n)"
)


def read_file(path: str, limits: Limits, within: str | None = None) -> tuple[str | None, tuple[Diagnostic, ...]]:
    """The text of a spec file, which is a regular file; `-` is standard input. No link is followed below `within`."""
    if path == "-":
        return _read_stdin(limits)
    try:
        return decode(read_start(path, limits.file_bytes + 1, within), path, limits)
    except NotAFile as error:
        message, help = f"{path!r} is {error.what}, not a regular file", "give a YAML file"
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "not a file name"
        message, help = (
            f"cannot read {path!r}: {reason.lower()}",
            "check the path: it is relative to the current folder",
        )
    return None, (Diagnostic("MS101", message, Span(path, 1, 1, 1, 1), help=help),)


def _read_stdin(limits: Limits) -> tuple[str | None, tuple[Diagnostic, ...]]:
    reason = "it is closed"
    if sys.stdin is not None:
        try:
            return decode(_bounded(sys.stdin.buffer, limits), "<stdin>", limits)
        except (OSError, ValueError) as error:  # ValueError: closed by somebody in this process
            reason = (getattr(error, "strerror", None) or "it cannot be read").lower()
    help = "give the spec on standard input, `modelspec validate - < spec.yaml`, or name a file"
    return None, (Diagnostic("MS101", f"cannot read standard input: {reason}", Span("<stdin>", 1, 1, 1, 1), help=help),)


def _bounded(stream: BinaryIO, limits: Limits) -> bytes:
    return stream.read(limits.file_bytes + 1)


def decode(data: bytes, file: str, limits: Limits) -> tuple[str | None, tuple[Diagnostic, ...]]:
    """UTF-8 text without control or invisible characters, or one diagnostic at the first bad byte."""
    if len(data) > limits.file_bytes:
        message = f"the file is larger than {limits.file_bytes:,} bytes"
        help = f"split the spec, or raise the limit with {FLAGS['file_bytes']}"
        return None, (Diagnostic("MS102", message, Span(file, 1, 1, 1, 1), help=help),)
    body = data.removeprefix(b"\xef\xbb\xbf")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        before = body[: error.start].decode("utf-8")
        message = f"not UTF-8: the byte 0x{body[error.start]:02x} does not belong here"
        return None, (Diagnostic("MS103", message, _at(before, file), help="save the file as UTF-8"),)
    found = _FORBIDDEN.search(text)
    if found is None:
        return text, ()
    code_point = ord(found.group()[0])
    escape = f"\\u{code_point:04x}" if code_point < 0x10000 else f"\\U{code_point:08x}"
    message = f"the character U+{code_point:04X} is invisible and not allowed in a spec"
    help = f'remove it; inside quotes write it as an escape such as "{escape}"'
    return None, (Diagnostic("MS104", message, _at(text[: found.start()], file), help=help),)


def _at(before: str, file: str) -> Span:
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    return Span(file, line, column, line, column + 1)
