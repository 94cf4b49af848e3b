"""Starting TensorFlow for a command: it takes seconds, in which an interruption must not get lost."""

from __future__ import annotations

import os
import signal
from types import FrameType


def start() -> None:
    """Import TensorFlow and Keras. SIGINT and SIGTERM meanwhile leave at once, with 130 and 143: nothing is written yet.

    An exception in the midst of an import can be swallowed by whoever guards that import, and SIGTERM raises none.
    """
    from modelspec.runtime.start import start_keras

    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, _leave) for number in numbers}
    try:
        start_keras()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave(number: int, frame: FrameType | None) -> None:
    os.write(2, b"interrupted\n")
    os._exit(128 + number)
