"""Arrays that stay in their file: mapped from disk, and refused where the file has changed since it was read first.

A mapped file that is cut off ends the process without a word when its numbers are touched, and one that is written to gives other
numbers than those that were checked. So whoever takes rows asks first whether the file is still the one that was mapped.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

import numpy as np

from modelspec.diagnostics import Diagnostic, SpecError

if TYPE_CHECKING:
    from modelspec.data.arrays import Array


class MappedNumbers(np.memmap[Any, Any]):
    """The numbers of a file; `shown` is how messages call it."""

    shown: str
    handle: int
    state: tuple[int, int]


def mapped(
    file: BinaryIO, dtype: np.dtype[Any], begin: int, shape: tuple[int, ...], fortran: bool, shown: str
) -> Array:
    """The numbers from the byte `begin` on of an open file, which may be closed afterwards. They cannot be written to."""
    opened: Any = file
    order: Literal["F", "C"] = "F" if fortran else "C"
    made = MappedNumbers(opened, dtype, "r", begin, shape, order)
    made.shown, made.handle = shown, os.dup(file.fileno())
    made.state = _state(made.handle)
    weakref.finalize(made, os.close, made.handle)
    return made.view(np.ndarray)


def mappings(arrays: Iterable[Array]) -> tuple[MappedNumbers, ...]:
    """The files that some of the arrays are parts of."""
    found: dict[int, MappedNumbers] = {}
    for array in arrays:
        above: Any = array
        while above is not None and not isinstance(above, MappedNumbers):
            above = getattr(above, "base", None)
        if above is not None:
            found[id(above)] = above
    return tuple(found.values())


def refuse_changed(files: Iterable[MappedNumbers]) -> None:
    """Raises `SpecError` where a file is another one than when it was mapped; one that was replaced as a whole is not."""
    for file in files:
        if _state(file.handle) != file.state:
            message = f"'{file.shown}' changed while its rows were used"
            help = "leave the file as it is, or write a new one beside it and rename it; then go on with `--resume`"
            raise SpecError([Diagnostic("MS706", message, help=help)])


def _state(handle: int) -> tuple[int, int]:
    found = os.fstat(handle)
    return found.st_size, found.st_mtime_ns
