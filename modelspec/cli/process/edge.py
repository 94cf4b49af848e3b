"""The edge of the program: exit codes, where text is printed, and what happens to whatever goes wrong.

No command's own work is here.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from traceback import print_exc
from typing import Any

from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.diagnostics.failure import failed

DONE, PROBLEM, USAGE, BUG, INTERRUPTED, TERMINATED = 0, 1, 2, 3, 130, 143

_TRACEBACKS: ContextVar[bool] = ContextVar("tracebacks", default=False)
"""Whether the command that runs was given `--traceback`."""


def run(command: Callable[[], int], traceback: bool = False) -> None:
    """Run a command's work and leave with its exit code; no traceback reaches the user unless asked for."""
    _TRACEBACKS.set(traceback)
    try:
        code = command()
    except KeyboardInterrupt:
        say("interrupted")
        code = INTERRUPTED
    except SystemExit as leaving:
        if leaving.code != TERMINATED:
            raise
        say("interrupted")
        code = TERMINATED
    except Exception as error:
        code = told(error, traceback)
    raise SystemExit(code)


def told(error: Exception, traceback: bool) -> int:
    """Tell what went wrong; the code to leave with."""
    if isinstance(error, SpecError):
        print_diagnostics(error.diagnostics)
        return exit_code(error.diagnostics) or PROBLEM
    if isinstance(error, ModuleNotFoundError):
        return _not_importable(error, traceback)
    if isinstance(error, MemoryError):
        say("error: out of memory")
        return PROBLEM
    if not isinstance(error, OSError):
        return _bug(error, traceback)
    if traceback:
        print_exc()
    say(f"error: {_refused(error)}")
    return PROBLEM


def _bug(error: Exception, traceback: bool) -> int:
    if traceback:
        print_exc()
    lines = [line.rstrip() for line in str(error)[:1000].splitlines() if line.strip()][:8] or [""]
    say(f"modelspec has a bug: {type(error).__name__}: {lines[0]}")
    for line in lines[1:]:
        say(f"    {line}")
    say("Please report it, with the spec and the output of the same command with `--traceback`.")
    return BUG


def _not_importable(error: ModuleNotFoundError, traceback: bool) -> int:
    """A package of somebody else is not installed; a module of our own that is not there is a bug."""
    package = (error.name or "modelspec").split(".")[0]
    if package == "modelspec":
        return _bug(error, traceback)
    from modelspec.runtime.start import missing

    if traceback:
        print_exc()
    print_diagnostics([missing(package)])
    return PROBLEM


def _refused(error: OSError) -> str:
    """What the system does not do, with which file, and what a user does about it."""
    from modelspec.files.writing import NotWritten, remedy

    why = (error.strerror or str(error)).lower()
    if isinstance(error, NotWritten):
        return f"cannot write {error.filename}: {why}; {remedy(error)}"
    if isinstance(error, FileNotFoundError) and not error.filename:
        return "the current folder no longer exists: change to another one"
    if isinstance(error, PermissionError) and error.filename:
        return f"{error.filename}: {why}; get permission to use it, or use a copy"
    return f"{error.filename}: {why}" if error.filename else why


def exit_code(diagnostics: Iterable[Diagnostic], *, strict: bool = False) -> int:
    """What a command leaves with that tells these, in whatever format: a failure of modelspec itself before the spec's."""
    every = tuple(diagnostics)
    if failed(every):
        return BUG
    return PROBLEM if any(strict or problem.severity == "error" for problem in every) else DONE


def say(text: str) -> None:
    """A line on stderr, whatever the terminal can show."""
    from modelspec.diagnostics.render.escape import printable

    write(printable(text) + "\n", sys.stderr)


def note(text: str) -> None:
    """A remark on stderr, beside results that a program may read from stdout."""
    say(f"note: {text}")


def write(text: str, stream: Any = None) -> None:
    """Text on stdout; characters that the terminal cannot show are escaped. What it cannot take is reported at the end."""
    stream = stream or sys.stdout
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, errors="backslashreplace").decode(encoding))


def print_diagnostics(diagnostics: Iterable[Diagnostic], most: int = 50) -> None:
    """Diagnostics as text on stderr, the first `most` of them and how many there are."""
    from modelspec.diagnostics.render.text import segments

    every = tuple(diagnostics)
    coloured = sys.stderr.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    if coloured:
        from rich.console import Console
        from rich.text import Text

        console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
        console.print(Text.assemble(*segments(every[:most])), end="")
    else:
        write("".join(text for text, _ in segments(every[:most])), sys.stderr)
    if len(every) > most:
        say(f"… and {len(every) - most} more")
    print_traces(every)


def print_traces(diagnostics: Iterable[Diagnostic]) -> None:
    """With `--traceback`, Python's traceback of each failure among the diagnostics, on stderr."""
    for diagnostic in diagnostics if _TRACEBACKS.get() else ():
        if diagnostic.trace is not None:
            write(diagnostic.trace, sys.stderr)


def plural(count: int, word: str) -> str:
    """`1 error`, `2 errors`."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
