"""What a signal does to a program that leaves at once, while a file is being written: what is half-written is removed first."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from modelspec.files.leaving import leave


@contextmanager
def unwound() -> Iterator[None]:
    """Within, a signal that would leave at once raises KeyboardInterrupt, or SystemExit for SIGTERM; the next one leaves.

    Where somebody else takes the signals, as a training does, nothing changes.
    """
    taken = [number for number in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(number) is leave]

    def unwind(number: int, frame: FrameType | None) -> None:
        for each in taken:
            signal.signal(each, leave)
        raise KeyboardInterrupt if number == signal.SIGINT else SystemExit(128 + number)

    try:
        for number in taken:
            signal.signal(number, unwind)
    except ValueError:  # another thread than the main one: no signal comes here
        taken = []
    try:
        yield
    finally:
        for number in taken:
            signal.signal(number, leave)
