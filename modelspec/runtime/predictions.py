"""Predictions by output name -> CSV, JSON Lines, Parquet or npz, chosen by the file's ending."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.runtime.files import replace_file, write_text

ENDINGS = (".csv", ".jsonl", ".parquet", ".npz")


def check_output(path: str) -> None:
    """Refuse a file that cannot be written, before the model is loaded. Raises `SpecError` (MS755)."""
    ending = Path(path).suffix
    if ending not in ENDINGS:
        help = f"name a file that ends in {', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}"
        raise SpecError([Diagnostic("MS755", f"--output {path}: unknown kind of file '{ending}'", help=help)])
    if not Path(path).parent.is_dir():
        raise SpecError([Diagnostic("MS755", f"--output {path}: there is no folder {Path(path).parent}")])
    if ending == ".parquet" and importlib.util.find_spec("pyarrow") is None:
        help = "install it with: pip install 'modelspec[parquet]', or write .csv, .jsonl or .npz"
        raise SpecError([Diagnostic("MS755", "writing Parquet needs pyarrow, which is not installed", help=help)])


def write_predictions(predictions: dict[str, Any], path: str) -> None:
    """Write the file, whole or not at all. Raises `SpecError` (MS755) where the disk refuses."""
    target = Path(path)
    try:
        if target.suffix == ".csv":
            write_text(target, csv_text(predictions))
        elif target.suffix == ".jsonl":
            write_text(target, jsonl_text(predictions))
        elif target.suffix == ".npz":
            replace_file(target, lambda beside: _write_npz(predictions, beside))
        else:
            _write_parquet(predictions, target)
    except OSError as error:
        raise SpecError([Diagnostic("MS755", f"cannot write {path}: {error.strerror}")]) from error


def csv_text(predictions: dict[str, Any]) -> str:
    """A column for each number: `label`, or `label.0`, `label.1`, ... ; `label.2.3` for further axes."""
    columns: dict[str, Any] = {}
    for name, values in predictions.items():
        if values.ndim == 1 or values.shape[1:] == (1,):
            columns[name] = values.reshape(len(values))
            continue
        for index in np.ndindex(*values.shape[1:]):
            place = (slice(None), *index)
            columns[".".join([name, *map(str, index)])] = values[place]
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*(column.tolist() for column in columns.values()), strict=True))
    return stream.getvalue()


def jsonl_text(predictions: dict[str, Any]) -> str:
    """An object for each row; an output of one number is that number, others are lists."""
    lists = {name: _json_values(_scalars(values)) for name, values in predictions.items()}
    rows = (dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True))
    return "".join(json.dumps(row) + "\n" for row in rows)


def _write_npz(predictions: dict[str, Any], path: Path) -> None:
    """As `numpy.savez` does, whose own argument `file` an output may be named like."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, values in predictions.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, values, allow_pickle=False)


def _json_values(values: Any) -> Any:
    """Nested lists; JSON knows neither NaN nor infinity, so they become null."""
    if values.dtype.kind != "f" or np.isfinite(values).all():
        return values.tolist()
    objects: Any = np.where(np.isfinite(values), values.astype(object), None)
    return objects.tolist()


def _scalars(values: Any) -> Any:
    return values.reshape(len(values)) if values.shape[1:] == (1,) else values


def _write_parquet(predictions: dict[str, Any], target: Path) -> None:
    import pyarrow
    import pyarrow.parquet

    table = pyarrow.table({name: _scalars(values).tolist() for name, values in predictions.items()})
    replace_file(target, lambda beside: pyarrow.parquet.write_table(table, beside))
