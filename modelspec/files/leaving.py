"""Leaving at once when a signal says so. Imports almost nothing: it is the first thing that the program needs."""

import os

TYPE_CHECKING = False  # as in `typing`, which takes time
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType


def leave(
    number: int,
    frame: "FrameType | None",
    # Held here: where the interpreter ends, modules may be empty already.
    write: "Callable[[int, bytes], object]" = os.write,
    end: "Callable[[int], object]" = os._exit,
) -> None:
    """Leave with 128 and the number of the signal, and with a word on stderr where that can take one."""
    try:
        write(2, b"interrupted\n")
    finally:
        end(128 + number)
