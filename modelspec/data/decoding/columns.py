"""Columns of paths -> columns of pictures, read and decoded by threads.

Paths start where the source's do, and stay within reach.
"""

from __future__ import annotations

import hashlib
import os
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from modelspec.data.arrays import RowsFingerprint
from modelspec.data.decoding.picture import NoPicture, picture
from modelspec.data.files import open_data_file
from modelspec.data.limits import MAX_IMAGE_BYTES
from modelspec.data.problems import Problems
from modelspec.data.table import Key, RawColumn
from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.diagnostics.installing import install
from modelspec.expansion.files.paths import Reach
from modelspec.language.sections.declared_rows import MAX_ARRAY_BYTES, bytes_text
from modelspec.language.sections.sources import Wanted

if TYPE_CHECKING:
    from modelspec.data.arrays import Array

_THREADS = min(32, (os.cpu_count() or 1) + 1)
_SHOWN = 4


class _Read(NamedTuple):
    """A file that was decoded: what it was, its size and SHA-256."""

    what: str
    size: int
    sha256: str


class _Bad(NamedTuple):
    """What is wrong with the file of a row."""

    row: int
    problem: Diagnostic


def as_read(wanted: Sequence[Wanted]) -> tuple[Wanted, ...]:
    """What is wanted of a source: where a file is decoded, its path, which is a text."""
    return tuple(
        want if want.decode is None else replace(want, shape=(), dtype="string", maximum=None, decode=None)
        for want in wanted
    )


def decoded(
    columns: Mapping[Key, RawColumn],
    wanted: Sequence[Wanted],
    reach: Reach,
    fingerprint: RowsFingerprint,
    problems: Problems,
) -> tuple[dict[Key, RawColumn], RowsFingerprint, tuple[str, ...]]:
    """The columns with their files decoded, the fingerprint of rows and files together, and notes on what the files are.

    Raises `SpecError` with each file that cannot be decoded.
    """
    done, notes = dict(columns), list[str]()
    for want in wanted:
        if want.decode is None or columns[want.role, want.name].values.ndim > 1:
            continue
        key = (want.role, want.name)
        done[key], read = _pictures(columns[key], want, reach, problems)
        digest = hashlib.sha256(fingerprint["sha256"].encode())
        digest.update("".join(item.sha256 for item in read).encode())
        size = fingerprint["size"] + sum(item.size for item in read)
        fingerprint = RowsFingerprint(
            kind=fingerprint["kind"], path=fingerprint["path"], size=size, sha256=digest.hexdigest()
        )
        notes.append(_note(want, read))
    return done, fingerprint, tuple(notes)


def _pictures(column: RawColumn, want: Wanted, reach: Reach, problems: Problems) -> tuple[RawColumn, list[_Read]]:
    """The pictures of one column, in an array of bytes."""
    shape = tuple(size for size in want.shape if size is not None)
    rows = len(column.values)
    _refuse_strangers(column, want, rows * prod(shape))
    gaps = np.zeros(rows, dtype=bool) if column.gaps is None else column.gaps.reshape(rows)
    paths = column.values.reshape(rows).tolist()
    pixels: Array = np.zeros((rows, *shape), dtype=np.uint8)

    def decode(row: int) -> _Read | _Bad:
        if not paths[row].strip():
            message = "expected the path of a picture, found an empty cell"
            return _Bad(row, Diagnostic("MS714", message, path=want.path, help="or write `missing: drop`"))
        try:
            with open_data_file(paths[row], reach, want.path) as file:
                data = file.read(MAX_IMAGE_BYTES + 1)
            if len(data) > MAX_IMAGE_BYTES:
                raise NoPicture(f"it is larger than {bytes_text(MAX_IMAGE_BYTES)}", "make it smaller, or remove it")
            assert want.decode is not None
            pixels[row], what = picture(data, shape, want.decode)
        except SpecError as error:
            return _Bad(row, error.diagnostics[0])
        except NoPicture as error:
            return _Bad(row, Diagnostic("MS728", f"'{paths[row]}': {error.found}", path=want.path, help=error.help))
        return _Read(what, len(data), hashlib.sha256(data).hexdigest())

    # Of Pillow's two limits the lower one only warns. Filters are the process's: they are set around all threads.
    with warnings.catch_warnings(), ThreadPoolExecutor(_THREADS) as pool:
        warnings.simplefilter("ignore")
        warnings.filterwarnings("error", module=r"PIL\.Image", message=r"Image size")
        found = list(pool.map(decode, np.flatnonzero(~gaps).tolist()))
    for bad in found:
        if isinstance(bad, _Bad):
            place, span = column.place(bad.row, 0)
            shown = "" if f"'{paths[bad.row]}'" == place else f", {place}"
            message = f"{want.what}{shown}: {bad.problem.message}"
            problems.add(replace(bad.problem, message=message, span=span), key=(want.role, want.name))
    problems.stop()
    spread = None if column.gaps is None else np.broadcast_to(gaps.reshape(rows, *[1] * len(shape)), pixels.shape)
    whole = replace(column, values=pixels, gaps=spread, texts=None, written=None)
    return whole, [item for item in found if isinstance(item, _Read)]


def _refuse_strangers(column: RawColumn, want: Wanted, needed: int) -> None:
    """Raises `SpecError` for columns that name no files, for more than memory takes, and where Pillow is not installed."""
    if column.values.dtype.kind != "U" or column.values.ndim != 1:
        message = f"{want.what}, {column.place(0, 0)[0]}: expected the path of a picture, found numbers"
        raise SpecError(
            [Diagnostic("MS731", message, path=want.path, help="name the column that holds paths: `column: …`")]
        )
    if needed > MAX_ARRAY_BYTES:
        message = (
            f"{want.what}: {len(column.values):,} pictures of this shape take {bytes_text(needed)}; "
            f"at most {bytes_text(MAX_ARRAY_BYTES)} are decoded"
        )
        raise SpecError([Diagnostic("MS708", message, path=want.path, help="declare a smaller height and width")])
    try:
        import PIL.Image  # noqa: F401
    except ImportError:
        message = f"{want.what}: decoding pictures needs Pillow, which is not installed"
        raise SpecError(
            [Diagnostic("MS601", message, path=want.path, help=f"install it with: {install('images')}")]
        ) from None


def _note(want: Wanted, read: Sequence[_Read]) -> str:
    """`image: 1,797 pictures: PNG 8x8 L (1,797)`."""
    kinds = Counter(item.what for item in read).most_common()
    shown = ", ".join(f"{what} ({number:,})" for what, number in kinds[:_SHOWN])
    more = f" and {len(kinds) - _SHOWN:,} more kinds" if len(kinds) > _SHOWN else ""
    return f"{want.name}: {len(read):,} pictures: {shown}{more}"
