"""The first Ctrl-C or SIGTERM asks to stop after the step at hand; the second one acts as it always does."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any


@dataclass(slots=True)
class Interruption:
    """Whether the user asked to stop, and by which signal."""

    asked: bool = False
    signal: int | None = None


@contextmanager
def interruptible(state: Interruption) -> Iterator[None]:
    """Within, the first SIGINT or SIGTERM is only noted in `state`; the second one acts as it always does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before: dict[int, Any] = {}

    def ask(number: int, frame: FrameType | None) -> None:
        state.asked, state.signal = True, number
        restore()

    def restore() -> None:
        for known, handler in before.items():
            signal.signal(known, handler)

    for number in (signal.SIGINT, signal.SIGTERM):
        before[number] = signal.getsignal(number)
        signal.signal(number, ask)
    try:
        yield
    finally:
        restore()
