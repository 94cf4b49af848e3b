"""What callbacks remember <-> JSON values and arrays, for every callback of the catalogue.

A callback is first told that training begins, as in any training, and then given what it remembered.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from modelspec.files.writing import open_text, write_text
from modelspec.runs.recorded import MOST_BYTES_OF_LINES, read_text
from modelspec.runtime.backend.private import CALLBACK_STATE, flush_summaries, write_on
from modelspec.runtime.state.variables import DoesNotFit

_TEXT = "text of the file"


def capture_callbacks(callbacks: Iterable[Any]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """What each callback remembers, and its arrays by name."""
    values: list[dict[str, Any]] = []
    arrays: dict[str, Any] = {}
    for number, callback in enumerate(callbacks):
        kind = type(callback).__name__
        kept: dict[str, Any] = {}
        for name in CALLBACK_STATE[kind]:
            value = getattr(callback, name)
            if name == "best_weights":
                kept[name] = None if value is None else len(value)
                for index, array in enumerate(value or ()):
                    arrays[f"callback/{number:03d}/{name}/{index:05d}"] = np.asarray(array)
            else:
                kept[name] = _plain(value)
        if kind == "CSVLogger":
            kept[_TEXT] = _text(Path(callback.filename))
        if kind == "TensorBoard":
            flush_summaries(callback)  # what was written before a checkpoint is not written again after it
        values.append({"kind": kind, "state": kept})
    return values, arrays


def restore_callbacks(callbacks: Iterable[Any], values: list[dict[str, Any]], arrays: dict[str, Any]) -> None:
    """Give callbacks that were told that training begins what they remembered. Raises `DoesNotFit`."""
    made = list(callbacks)
    kinds = [type(callback).__name__ for callback in made]
    if kinds != [entry["kind"] for entry in values]:
        raise DoesNotFit(f"its callbacks are {[entry['kind'] for entry in values]}, and the spec's {kinds}")
    for number, (callback, entry) in enumerate(zip(made, values, strict=True)):
        for name, value in entry["state"].items():
            if name not in (*CALLBACK_STATE[kinds[number]], _TEXT) or not _is_like(
                value, getattr(callback, name, None)
            ):
                raise DoesNotFit(f"its {kinds[number]} remembers {name}: {str(value)[:40]}")
            if name == "best_weights" and value is not None:
                prefix = f"callback/{number:03d}/{name}"
                setattr(callback, name, [arrays[f"{prefix}/{index:05d}"] for index in range(value)])
            elif name != _TEXT:
                setattr(callback, name, value)
        if entry["kind"] == "CSVLogger":
            _continue_file(callback, entry["state"][_TEXT])
        if entry["kind"] == "TensorBoard":
            write_on(callback)


def _is_like(value: Any, before: Any) -> bool:
    """Whether a value may stand in an attribute: a number where there is one. What nothing is known of may be anything."""
    return value is None or not isinstance(before, int | float | np.number) or isinstance(value, int | float)


def _plain(value: Any) -> Any:
    """Numbers of numpy as Python's."""
    return value.item() if isinstance(value, np.generic | np.ndarray) else value


def _text(path: Path) -> str:
    try:
        return read_text(path, MOST_BYTES_OF_LINES, path.parent)
    except FileNotFoundError:
        return ""


def _continue_file(logger: Any, text: str) -> None:
    """The file with the lines of the checkpoint and no later ones; the next line comes after them."""
    logger.csv_file.close()
    path = Path(logger.filename)
    write_text(path, text)
    logger.csv_file = open_text(path, append=True)
    logger.writer, logger.append_header = None, not text
