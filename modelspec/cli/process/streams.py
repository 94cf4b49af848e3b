"""The standard streams of the program: there even where they were closed, and never the reason why work is broken off.

A closed stream is one that nobody wants: what is written to it is lost in silence, and files that are opened later do not get
its number. A stream that cannot take what is written (a full disk) is noted, and told at the end: work comes first.
"""

from __future__ import annotations

import errno
import io
import os
import sys

TYPE_CHECKING = False  # as in `typing`, which takes time
if TYPE_CHECKING:
    from typing import Any, TextIO


class Tolerant(io.FileIO):
    """A file that takes everything: what it cannot write after a failure is lost, and `failure` says why."""

    failure: OSError | None = None

    def write(self, data: Any) -> int:
        """The number of bytes taken, which after a failure is all of them."""
        if self.failure is None:
            try:
                return self._written(data)
            except OSError as error:
                self.failure = error
        return memoryview(data).nbytes

    def _written(self, data: Any) -> int:
        count: int | None = super().write(data)
        while count is None:  # whoever shares a pipe or a terminal with us has made it non-blocking, and it is full
            import select

            select.select([], [self], [])
            count = super().write(data)
        return count


def make_safe() -> None:
    """From now on stdout and stderr are there and take everything; streams that somebody put in place are left alone."""
    _reserve()
    if sys.stdout is None or sys.stdout is sys.__stdout__:
        sys.stdout = _safe(sys.stdout, 1)
    if sys.stderr is None or sys.stderr is sys.__stderr__:
        sys.stderr = _safe(sys.stderr, 2)


def unwritten(stream: TextIO) -> OSError | None:
    """Why a stream could not take all that was written to it. A reader who has gone (`| head`) is no failure."""
    failure = refused(stream)
    return None if failure is None or failure.errno == errno.EPIPE else failure


def refused(stream: TextIO) -> OSError | None:
    """Why a stream takes nothing any more, a reader who has gone included."""
    stream.flush()
    raw = getattr(getattr(stream, "buffer", None), "raw", None)
    return raw.failure if isinstance(raw, Tolerant) else None


def _reserve() -> None:
    """Open what is closed of the files 0, 1 and 2, for our children too: the next file opened would be stdout else."""
    try:
        number = os.open(os.devnull, os.O_RDWR)
        while number <= 2:
            os.set_inheritable(number, True)
            number = os.open(os.devnull, os.O_RDWR)
        os.close(number)
    except OSError:
        pass  # there is no /dev/null in some sandboxes; nothing better can be done


def _safe(stream: Any, number: int) -> TextIO:
    """The stream over a tolerant file, with characters that its encoding does not have as escapes."""
    try:
        raw = Tolerant(number, "w", closefd=False)
    except OSError:
        return stream if stream is not None else io.StringIO()
    if stream is None:
        return io.TextIOWrapper(io.BufferedWriter(raw), "utf-8", "backslashreplace")
    stream.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(raw), stream.encoding, "backslashreplace",
        line_buffering=stream.line_buffering, write_through=stream.write_through,
    )  # fmt: skip
