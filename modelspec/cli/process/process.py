"""What the program does with its process, around every command: signals, standard streams, exit code.

Knows no command, and imports nothing that takes time: the signals come first.
"""

import os
import signal
import sys

from modelspec.files.leaving import leave

TYPE_CHECKING = False  # as in `typing`, which takes time
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def in_process(work: "Callable[[], object]", to_the_end: bool) -> "NoReturn":
    """Do the work of a program, and leave with its exit code, or with 1 where its answer could not be written.

    SIGINT and SIGTERM leave at once, with 130 and 143, but where the work itself takes them. `to_the_end` says that they do
    so until the process has ended, however long the interpreter takes for that; else everything is as it was before.
    """
    handlers = {number: signal.getsignal(number) for number in _SIGNALS}
    # What was started to pass over a signal, as a shell does with Ctrl-C for what runs in the background, goes on to do so.
    _handle({number: leave for number, was in handlers.items() if was is not signal.SIG_IGN})
    from modelspec.cli.process.streams import make_safe

    streams = sys.stdout, sys.stderr
    make_safe()
    _sensible_sizes()
    try:
        code = _written(_code_of(work))
    finally:
        if not to_the_end:
            sys.stdout, sys.stderr = streams
            _handle(handlers)
    sys.exit(code)


def _handle(handlers: "dict[signal.Signals, Any]") -> None:
    for number, handler in handlers.items():
        try:
            signal.signal(number, handler)
        except ValueError:  # another thread than the main one: signals are none of its business
            return


def _code_of(work: "Callable[[], object]") -> int:
    """The exit code of the work, whatever it ends with."""
    try:
        work()
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except Exception as error:
        from modelspec.cli.process.edge import told

        return told(error, "--traceback" in sys.argv)
    return 0


def _written(code: int) -> int:
    """The exit code of work with this one, whose answer is only now written: 1 in place of 0 where stdout cannot take it."""
    from modelspec.cli.process.streams import unwritten

    sys.stderr.flush()
    failure = unwritten(sys.stdout)
    if failure is None:
        return code
    from modelspec.cli.process.edge import say

    say(f"error: {(failure.strerror or str(failure)).lower()}")
    return code or 1


_SIZES = ("COLUMNS", "LINES", "TERMINAL_WIDTH", "JUPYTER_COLUMNS", "JUPYTER_LINES")
_LARGEST = 10_000
_NARROWEST = 20
"""The columns in which help still says something."""


def _sensible_sizes() -> None:
    """Pass over sizes of a terminal that are none: the libraries that draw tables take them as they are."""
    for name in _SIZES:
        size = os.environ.get(name)
        least = 1 if name.endswith("LINES") else _NARROWEST
        if size is not None and not (size.isascii() and size.isdigit() and least <= int(size[:9]) <= _LARGEST):
            del os.environ[name]
