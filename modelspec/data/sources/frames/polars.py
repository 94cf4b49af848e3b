"""Polars where it is installed; and its failures as one kind. Imported where a file needs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from modelspec.data.sources.typed.column import Unfit
from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.diagnostics.installing import install


class Failed(Exception):
    """What Polars says of a file that it cannot read."""


def polars(given: str) -> Any:
    """The package. Raises `SpecError` where it is not installed, and the file `given` needs it."""
    try:
        import polars as found
    except ImportError:
        message = f"reading '{given}' needs Polars, which is not installed"
        raise SpecError([Diagnostic("MS601", message, help=f"install it with: {install('tables')}")]) from None
    return found


@contextmanager
def failures() -> Iterator[None]:
    """Raises `Failed` for what Polars raises of a file, a panic included, which is no `Exception`."""
    try:
        yield
    except (SpecError, Unfit, Failed):
        raise
    except Exception as error:
        raise Failed(_said(error)) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise Failed(_said(error)) from None


def _said(error: BaseException) -> str:
    said = " ".join(str(error).partition("{")[0].split()) or type(error).__name__
    return said if len(said) <= 120 else said[:120] + "..."
