"""Files and folders of tables -> the files of their rows, with what the names of folders say: `year=2024/part-0.parquet`."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from urllib.parse import unquote

import numpy as np

from modelspec.data.limits import MAX_FILES
from modelspec.data.named_files import named_files
from modelspec.data.sources.csv.words import NUMBER
from modelspec.data.sources.typed.column import TypedColumn
from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.diagnostics import Path as SpecPath
from modelspec.expansion.files.paths import Reach
from modelspec.files.reading import read_text

if TYPE_CHECKING:
    from modelspec.data.arrays import Array

_NONE = "__HIVE_DEFAULT_PARTITION__"
_MOST_OF_A_LIST = 1 << 24


def files_of(paths: Sequence[str], reach: Reach, where: SpecPath, endings: tuple[str, ...]) -> tuple[str, ...]:
    """The files in the order of the paths, those of a folder in the order of their names. Raises `SpecError`."""
    found: list[str] = []
    for path in named_files(paths, reach, where, folders=True):
        folder = os.path.join(reach.folder, path)
        if reach.problem(path) is None and os.path.isdir(folder):
            found.extend(_in_folder(path, folder, where, endings))
        else:
            found.append(path)
    return tuple(found)


def _in_folder(path: str, folder: str, where: SpecPath, endings: tuple[str, ...]) -> list[str]:
    parts = _splits(folder)
    if parts is not None:
        message = f"'{path}' holds several splits: {', '.join(parts)}"
        raise SpecError(
            [Diagnostic("MS705", message, path=where, help=f"name one: `{path.rstrip('/')}/{(*parts, 'train')[0]}`")]
        )
    listed = _listed(folder)
    found = sorted(_walk(folder, endings)) if listed is None else listed
    if len(found) > MAX_FILES:
        message = f"'{path}' holds more than {MAX_FILES:,} files"
        raise SpecError([Diagnostic("MS708", message, path=where, help="name a part of it")])
    if not found:
        message = f"the folder '{path}' holds no file that ends in {' or '.join(endings)}"
        raise SpecError([Diagnostic("MS704", message, path=where, help="name the folder that the files are in")])
    return [os.path.join(path, name) for name in found]


def _walk(folder: str, endings: tuple[str, ...]) -> Iterator[str]:
    """The files below a folder, without those that begin with a dot or an underscore; links to folders are not followed."""
    number = 0
    for root, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith((".", "_"))]
        for name in names:
            if name.endswith(endings) and not name.startswith((".", "_")) and number <= MAX_FILES:
                number += 1
                yield os.path.relpath(os.path.join(root, name), folder)


def _listed(folder: str) -> list[str] | None:
    """The files of a data set that `save_to_disk` of Hugging Face wrote, in its order; None for other folders."""
    said = _json(os.path.join(folder, "state.json"))
    files = said.get("_data_files") if isinstance(said, dict) else None
    names = [item.get("filename") for item in files if isinstance(item, dict)] if isinstance(files, list) else None
    return [name for name in names if isinstance(name, str)] if names else None


def _splits(folder: str) -> list[str] | None:
    """The splits of a folder of several data sets; None for other folders."""
    said = _json(os.path.join(folder, "dataset_dict.json"))
    splits = said.get("splits") if isinstance(said, dict) else None
    return [name for name in splits if isinstance(name, str)] if isinstance(splits, list) else None


def _json(path: str) -> object:
    try:
        return json.loads(read_text(path, _MOST_OF_A_LIST))
    except (OSError, ValueError, RecursionError):
        return None


def said_by_folders(path: str) -> dict[str, str]:
    """The columns that the folders of a path say, `key=value`."""
    folders = path.replace("\\", "/").split("/")[:-1]
    pairs = (folder.partition("=") for folder in folders if "=" in folder)
    return {unquote(key): unquote(value) for key, _, value in pairs if key}


def columns_of_folders(said: Sequence[str | None], counts: Sequence[int]) -> TypedColumn:
    """A column that folders say, from what they say for each file and how many rows that has."""
    values = [None if value == _NONE else value for value in said]
    known = [value for value in values if value is not None]
    kept: Array
    if known and all(value.removeprefix("-").isdecimal() and value.isascii() and len(value) < 19 for value in known):
        kept = np.array([int(value or 0) for value in values], np.int64)
    elif known and all(map(NUMBER.fullmatch, known)):
        kept = np.array([float(value or 0) for value in values])
    else:
        kept = np.array([value or "" for value in values], np.str_)
    gaps = np.repeat([value is None for value in values], counts)
    return TypedColumn(np.repeat(kept, counts), gaps if gaps.any() else None)
