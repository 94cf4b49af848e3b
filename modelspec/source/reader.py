"""Bytes of a spec: read from a regular file or a stream, never more than the limit, and decoded as UTF-8.

Must not know YAML.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from typing import BinaryIO

from modelspec.diagnostics import Diagnostic, Span
from modelspec.source.limits import FLAGS, Limits

_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ud800-\udfff\U000e0000-\U000e007f]|\r(?!\n)"
)


def read_file(path: str, limits: Limits) -> tuple[str | None, tuple[Diagnostic, ...]]:
    """The text of a spec file; the path is opened only if it is a regular file, and `-` is standard input."""
    if path == "-":
        return decode(_bounded(sys.stdin.buffer, limits), "<stdin>", limits)
    try:
        # Non-blocking, so that a FIFO cannot hang us between the opening and the look at what it is.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "not a file name"
        help = "check the path: it starts from the current folder"
        return None, (
            Diagnostic("MS101", f"cannot read {path!r}: {reason.lower()}", Span(path, 1, 1, 1, 1), help=help),
        )
    mode = os.fstat(handle).st_mode
    if not stat.S_ISREG(mode):
        os.close(handle)
        message = f"{path!r} is {'a folder' if stat.S_ISDIR(mode) else 'not a regular file'}"
        return None, (Diagnostic("MS101", message, Span(path, 1, 1, 1, 1), help="give a YAML file"),)
    with os.fdopen(handle, "rb") as stream:
        try:
            data = _bounded(stream, limits)
        except OSError as error:
            message = f"cannot read {path!r}: {(error.strerror or 'input error').lower()}"
            return None, (Diagnostic("MS101", message, Span(path, 1, 1, 1, 1)),)
    return decode(data, path, limits)


def _bounded(stream: BinaryIO, limits: Limits) -> bytes:
    return stream.read(limits.file_bytes + 1)


def decode(data: bytes, file: str, limits: Limits) -> tuple[str | None, tuple[Diagnostic, ...]]:
    """UTF-8 text without control or invisible characters, or one diagnostic at the first bad byte."""
    if len(data) > limits.file_bytes:
        message = f"the file is larger than {limits.file_bytes:,} bytes"
        help = f"split the spec, or lift the limit with {FLAGS['file_bytes']}"
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
    message = f"the character U+{code_point:04X} cannot be seen and is not allowed in a spec"
    help = f'remove it; inside quotes write it as an escape such as "{escape}"'
    return None, (Diagnostic("MS104", message, _at(text[: found.start()], file), help=help),)


def _at(before: str, file: str) -> Span:
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    return Span(file, line, column, line, column + 1)
