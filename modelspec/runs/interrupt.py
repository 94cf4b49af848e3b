"""What Ctrl-C and SIGTERM do to a training.

Before there is a run directory they leave at once. While a model is trained, the first one asks to stop after the step at
hand. The next one, and the first one before and after that, unwinds: what is half-written is removed, and the lock is given
back. One more leaves at once.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any

from modelspec.files.leaving import leave

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Terminated(SystemExit):
    """SIGTERM, as KeyboardInterrupt is SIGINT: who catches neither leaves with 143."""

    def __init__(self) -> None:
        super().__init__(128 + signal.SIGTERM)


@dataclass(slots=True)
class Interruption:
    """Whether the user asked to stop, and by which signal."""

    asked: bool = False
    signal: int | None = None


@contextmanager
def interruptible(state: Interruption) -> Iterator[None]:
    """Within, the first SIGINT or SIGTERM is only noted in `state`; the second one acts as it does without."""

    def ask(number: int, frame: FrameType | None) -> None:
        state.asked, state.signal = True, number
        _handle_as(before)

    with _handled_by(ask) as before:
        yield


@contextmanager
def leaving_at_once() -> Iterator[None]:
    """Within, SIGINT and SIGTERM leave at once, with 130 and 143: for work that has written nothing yet.

    An exception in the midst of an import or of Keras's own code can be swallowed by whoever guards that code, and SIGTERM
    raises none; without a handler it is lost on the first process of a container.
    """
    with _handled_by(leave):
        yield


@contextmanager
def unwinding() -> Iterator[None]:
    """Within, the first SIGINT or SIGTERM raises KeyboardInterrupt or `Terminated`; the second one leaves at once."""

    def unwind(number: int, frame: FrameType | None) -> None:
        _handle_as(dict.fromkeys(_SIGNALS, leave))
        raise Terminated if number == signal.SIGTERM else KeyboardInterrupt

    with _handled_by(unwind):
        yield


@contextmanager
def _handled_by(handler: Callable[[int, FrameType | None], None]) -> Iterator[dict[int, Any]]:
    """Within, a handler has both signals; yields those that had them before. Other threads than the main one get none."""
    before: dict[int, Any] = {number: signal.getsignal(number) for number in _SIGNALS}
    if threading.current_thread() is not threading.main_thread():
        yield before
        return
    _handle_as(dict.fromkeys(_SIGNALS, handler))
    try:
        yield before
    finally:
        _handle_as(before)


def _handle_as(handlers: Mapping[int, Any]) -> None:
    for number, handler in handlers.items():
        signal.signal(number, handler)
