"""A series of Polars -> a column as numpy has it. Knows no file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from modelspec.data.sources.typed.column import TypedColumn, Unfit, refuse_long_texts

if TYPE_CHECKING:
    from modelspec.data.arrays import Array

_DAY = 86_400.0
_TIMES = "write numbers of seconds, as `polars.col('time').dt.total_seconds()` gives"
_BYTES = "write numbers or text; a column of images can be files with their paths in a column"


def typed(series: Any) -> TypedColumn:
    """The values of a series, of numbers, text, or lists of these. Raises `Unfit` for what is neither."""
    import polars as pl

    series = _plain(series)
    kind = series.dtype
    if isinstance(kind, pl.List):
        return _lists(series)
    if kind == pl.Null:
        return TypedColumn(np.zeros(len(series)), np.ones(len(series), bool))
    gaps: Array | None = series.is_null().to_numpy() if series.null_count() else None
    if kind == pl.String:
        refuse_long_texts(series.str.len_chars().max() or 0, len(series))
        return TypedColumn(np.array(series.fill_null("").to_list(), dtype=np.str_), gaps)
    if kind == pl.Boolean or kind.is_numeric():
        filled = series if gaps is None else series.fill_null(False if kind == pl.Boolean else 0)
        return TypedColumn(np.asarray(filled.to_numpy()), gaps)
    if kind == pl.Date or isinstance(kind, pl.Datetime):
        return _days(series, gaps)
    raise _unfit(kind)


def _days(series: Any, gaps: Array | None) -> TypedColumn:
    """Days since 1970-01-01, with a fraction where there is a time, as texts of dates become."""
    import polars as pl

    seconds = series.cast(pl.Datetime("us")).dt.epoch("us").fill_null(0).to_numpy() / 1e6
    texts: Array = np.array(series.cast(pl.String).fill_null("").to_list(), dtype=np.str_)
    return TypedColumn(seconds / _DAY, gaps, texts)


def _plain(series: Any) -> Any:
    """The series without what is only another way to store or to name its values."""
    import polars as pl

    if hasattr(pl, "BaseExtension") and isinstance(series.dtype, pl.BaseExtension):
        series = series.ext.storage()
    kind = series.dtype
    if isinstance(kind, pl.Array):
        return series.arr.to_list()
    if isinstance(kind, pl.Categorical | pl.Enum):
        return series.cast(pl.String)
    if isinstance(kind, pl.Decimal):
        return series.cast(pl.String).cast(pl.Float64)  # the nearest number, as a CSV file has it
    if kind in (getattr(pl, "Int128", None), getattr(pl, "UInt128", None)):
        try:
            return series.cast(pl.Int64, strict=True)
        except pl.exceptions.PolarsError:
            raise Unfit("MS731", "whole numbers of more than 64 bits", "write numbers that fit into 64 bits") from None
    return series


def _unfit(kind: Any) -> Unfit:
    import polars as pl

    if kind.is_temporal():
        return Unfit("MS722", f"times ({kind})", _TIMES)
    if isinstance(kind, pl.Struct):
        first = kind.fields[0].name if kind.fields else "a"
        return Unfit("MS722", "records of several fields", f"name one field: `column: NAME.{first}`")
    return Unfit(
        "MS722", "bytes" if kind == pl.Binary else str(kind), _BYTES if kind == pl.Binary else "write numbers or text"
    )


def _lists(series: Any) -> TypedColumn:
    """Lists that are all of one length."""
    missing = series.is_null().to_numpy()
    there = series.drop_nulls()
    lengths = there.list.len().to_numpy()
    if len(lengths) and (lengths != lengths[0]).any():
        row = int(np.flatnonzero(lengths != lengths[0])[0])
        row_of_all = int(np.flatnonzero(~missing)[row])
        message = f"a list of {lengths[row]}, where the first has {lengths[0]}"
        raise Unfit("MS725", message, "give all lists of a column one length, such as by padding them", row_of_all)
    length = int(lengths[0]) if len(lengths) else 0
    inner = typed(there.explode() if length else there.list.explode())
    shape = (len(there), length, *inner.values.shape[1:])
    values = inner.values[: len(there) * length].reshape(shape)
    gaps = None if inner.gaps is None else inner.gaps[: len(there) * length].reshape(shape)
    if not missing.any():
        return TypedColumn(values, gaps)
    spread, all_gaps = np.zeros((len(series), *shape[1:]), values.dtype), np.ones((len(series), *shape[1:]), bool)
    spread[~missing] = values
    all_gaps[~missing] = False if gaps is None else gaps
    return TypedColumn(spread, all_gaps)
