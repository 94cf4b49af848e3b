"""How Polars reads each format of a file: its schema first, then the columns that are needed."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO, NamedTuple

from modelspec.data.sources.frames.polars import Failed

_END = b"\xff\xff\xff\xff\0\0\0\0"
"""What an Arrow stream ends with."""


class Format(NamedTuple):
    """A format: its name, what its schema and its columns are, and what else to do about a file that is none."""

    name: str
    schema: Callable[[Any, BinaryIO], Mapping[str, Any]]
    read: Callable[[Any, BinaryIO, list[str], Callable[[int], None]], Any]
    """(Polars, the file, the columns, what refuses too many rows) -> a frame."""
    help: str


def _parquet_schema(pl: Any, file: BinaryIO) -> Mapping[str, Any]:
    _expect(file, b"PAR1")
    return pl.read_parquet_schema(_at_start(file))  # type: ignore[no-any-return]


def _read_parquet(pl: Any, file: BinaryIO, columns: list[str], refuse: Callable[[int], None]) -> Any:
    refuse(pl.scan_parquet(_at_start(file), glob=False).select(pl.len()).collect().item())
    return pl.read_parquet(_at_start(file), columns=columns, glob=False) if columns else _no_columns(pl, file)


def _no_columns(pl: Any, file: BinaryIO) -> Any:
    """A frame with the rows of a file of which no column is needed."""
    rows = pl.scan_parquet(_at_start(file), glob=False).select(pl.len()).collect().item()
    return pl.DataFrame({"": pl.Series([0]).new_from_index(0, rows)})


def _arrow_schema(pl: Any, file: BinaryIO) -> Mapping[str, Any]:
    if _is_stream(file):
        size = os.fstat(file.fileno()).st_size
        if os.pread(file.fileno(), len(_END), max(size - len(_END), 0)) != _END:
            raise Failed("its end is not there")
        return pl.read_ipc_stream(_at_start(file), n_rows=0).schema  # type: ignore[no-any-return]
    return pl.read_ipc_schema(_at_start(file))  # type: ignore[no-any-return]


def _read_arrow(pl: Any, file: BinaryIO, columns: list[str], refuse: Callable[[int], None]) -> Any:
    read = pl.read_ipc_stream if _is_stream(file) else pl.read_ipc
    frame = read(_at_start(file), columns=columns or None)
    refuse(frame.height)
    return frame


def _is_stream(file: BinaryIO) -> bool:
    start = os.pread(file.fileno(), 6, 0)
    if start[:4] == b"FEA1":
        raise Failed("it is Feather of version 1, which is no Arrow file")
    if start != b"ARROW1" and start[:4] != _END[:4]:
        raise Failed(f"it begins with {start!r}")
    return start[:4] == _END[:4]


def _expect(file: BinaryIO, magic: bytes) -> None:
    start = os.pread(file.fileno(), len(magic), 0)
    if start != magic:
        raise Failed(f"it begins with {start!r}, not with {magic!r}")


def _at_start(file: BinaryIO) -> BinaryIO:
    """The file as Polars takes it: from where its descriptor stands, which Python's buffer may be ahead of."""
    os.lseek(file.fileno(), 0, os.SEEK_SET)
    return file


FORMATS: dict[str, Format] = {
    "parquet": Format("Parquet", _parquet_schema, _read_parquet, "text is read by `csv:` or `jsonl:`"),
    "arrow": Format("Arrow", _arrow_schema, _read_arrow, "Parquet files are read by `parquet:`"),
}
"""By the kinds of sources."""
