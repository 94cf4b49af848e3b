"""Starting TensorFlow for a command: it takes seconds, in which an interruption must not get lost."""

from __future__ import annotations

from modelspec.runs.interrupt import leaving_at_once


@leaving_at_once()
def start() -> None:
    """Import TensorFlow and Keras. SIGINT and SIGTERM meanwhile leave at once, with 130 and 143: nothing is written yet."""
    from modelspec.runtime.start import start_keras

    start_keras()
