"""Predictions by output name -> CSV, JSON Lines, Parquet or npz, chosen by the file's ending."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from modelspec.data.predictions import Predictions
from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.diagnostics.installing import install
from modelspec.files.writing import NotWritten, check_target, meant, opened_to_write, remedy, replace_file, write_text

ENDINGS = (".csv", ".jsonl", ".parquet", ".npz")


def check_output(path: str) -> None:
    """Refuse a file that cannot be written, before the model is loaded. Raises `SpecError` (MS755)."""
    ending = Path(path).suffix
    if ending not in ENDINGS:
        help = f"name a file that ends in {', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}"
        raise SpecError([Diagnostic("MS755", f"--output {path}: unknown kind of file '{ending}'", help=help)])
    try:
        check_target(path)
    except NotWritten as error:
        raise _refused(error) from error
    if ending == ".parquet" and importlib.util.find_spec("pyarrow") is None:
        help = f"install it with: {install('parquet')}, or write .csv, .jsonl or .npz"
        raise SpecError([Diagnostic("MS755", "writing Parquet needs pyarrow, which is not installed", help=help)])


def write_predictions(predictions: Predictions, path: str) -> None:
    """Write the file, whole or not at all. Raises `SpecError` (MS755) where the disk refuses."""
    target = meant(path)
    columns = predictions.columns(texts=False)
    try:
        if target.suffix == ".csv":
            write_text(target, csv_text(predictions))
        elif target.suffix == ".jsonl":
            write_text(target, _jsonl_text(columns))
        elif target.suffix == ".npz":
            replace_file(target, lambda beside: _write_npz(columns, beside))
        else:
            _write_parquet(columns, target)
    except NotWritten as error:
        raise _refused(error) from error


def _refused(error: NotWritten) -> SpecError:
    message = f"cannot write {error.filename}: {str(error.strerror).lower()}"
    return SpecError([Diagnostic("MS755", message, help=remedy(error))])


def csv_text(predictions: Predictions) -> str:
    """A column for each number: `weather.rain`, `weather.sun` where labels are known, else `label`, or `label.0`, `label.1`,
    ... ; `label.2.3` for further axes.
    """
    columns: dict[str, list[Any]] = {}
    for name, values in predictions.columns(texts=True).items():
        labels = predictions.labels.get(name, ())
        flat = _shortest(values).reshape(len(values), -1)
        places = [()] if values.shape[1:] in ((), (1,)) else np.ndindex(*values.shape[1:])
        for number, place in enumerate(places):
            columns[".".join([name, *_words_of(place, labels)])] = flat[:, number].tolist()
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return stream.getvalue()


def _words_of(place: tuple[int, ...], labels: Sequence[str]) -> list[str]:
    if len(place) == 1 and place[0] < len(labels):
        return [labels[place[0]]]
    return list(map(str, place))


def _jsonl_text(columns: dict[str, Any]) -> str:
    """An object for each row; what is one number in each row is that number, the rest are lists."""
    lists = {name: _json_values(_shortest(_scalars(values))) for name, values in columns.items()}
    rows = (dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True))
    return "".join(json.dumps(row) + "\n" for row in rows)


def _write_npz(columns: dict[str, Any], path: Path) -> None:
    """As `numpy.savez` does, whose own argument `file` an output may be named like."""
    with opened_to_write(path) as stream, zipfile.ZipFile(stream, "w") as archive:
        for name, values in columns.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, _known(values), allow_pickle=False)


def _write_parquet(columns: dict[str, Any], target: Path) -> None:
    import pyarrow
    import pyarrow.parquet

    def column(values: Any) -> Any:
        kind = pyarrow.string() if values.dtype.kind == "U" else pyarrow.from_numpy_dtype(values.dtype)
        for _ in values.shape[1:]:
            kind = pyarrow.list_(kind)
        return pyarrow.array(values.tolist(), type=kind)

    table = pyarrow.table({name: column(_known(_scalars(values))) for name, values in columns.items()})
    replace_file(target, lambda beside: pyarrow.parquet.write_table(table, beside))


def _json_values(values: Any) -> Any:
    """Nested lists; JSON knows neither NaN nor infinity, so they become null."""
    if values.dtype.kind != "f" or np.isfinite(values).all():
        return values.tolist()
    objects: Any = np.where(np.isfinite(values), values.astype(object), None)
    return objects.tolist()


def _scalars(values: Any) -> Any:
    return values.reshape(len(values)) if values.shape[1:] == (1,) else values


def _shortest(values: Any) -> Any:
    """Numbers of 32 and 16 bits as those of 64 that are written with the fewest digits that still mean the same.

    A number of 32 bits that is nearest to 0.1 is 0.10000000149011612 in 64, and is written as 0.1.
    """
    if not _is_small_fraction(values.dtype):
        return values
    texts = (str(value) for value in values.reshape(-1))
    return np.fromiter(map(float, texts), dtype=np.float64, count=values.size).reshape(values.shape)


def _known(values: Any) -> Any:
    """Numbers of 16 bits as the same ones in 32: files have no name for some of these."""
    return values.astype(np.float32) if _is_small_fraction(values.dtype) and values.dtype.itemsize < 4 else values


def _is_small_fraction(dtype: Any) -> bool:
    """Whether it is of floats below 64 bits; those that numpy does not know itself (bfloat16) are of kind V."""
    return bool(dtype.kind in "fV" and dtype.itemsize < 8)
