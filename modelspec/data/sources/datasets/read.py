"""The datasets by name: digits, pairs of digits, mnist."""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from modelspec.data.arrays import RowsFingerprint
from modelspec.data.files import closest, open_data_file, sha256_of
from modelspec.data.sources.csv.columns import did_you_mean
from modelspec.data.sources.datasets.images import as_input, resize
from modelspec.data.sources.npz_file import read_arrays
from modelspec.data.table import Asked, MemoryTable, PlaceOf, RawColumn, Table
from modelspec.diagnostics import Diagnostic, Span, SpecError
from modelspec.diagnostics import Path as SpecPath
from modelspec.expansion.files.paths import Reach
from modelspec.language.sections.datasets import help_of
from modelspec.language.sections.declared_rows import MAX_ARRAY_BYTES, bytes_text, several_for_one
from modelspec.language.sections.row_shapes import shape_text
from modelspec.language.sections.sources import Dataset, Wanted

if TYPE_CHECKING:
    from modelspec.data.arrays import Array

_SPLITS = ("train", "validation", "test")
_COLUMNS = {
    "digits": ("image", "label", "one_hot"),
    "mnist": ("image", "label", "one_hot"),
    "digit_pairs": ("digit_a", "digit_b", "same"),
}
_MNIST_VALIDATION = 6000
_PAIRS_PER_IMAGE = 2


def read_dataset(source: Dataset, asked: Asked) -> Table:
    """The rows of one split of a dataset; raises SpecError. The splits have no row in common."""
    wanted, where = asked.wanted, asked.where
    _refuse_columns(source, wanted, where)
    part = source.split or asked.split
    if source.name == "mnist":
        images, labels, fingerprint = _mnist(source, asked.reach, part, where)
    else:
        images, labels, sha256 = _digits(part)
        fingerprint = RowsFingerprint(kind="dataset", path=source.name, size=len(images), sha256=sha256)
    fingerprint["sha256"] = _with_arguments(fingerprint["sha256"], source, part)
    rows = (source.samples or _PAIRS_PER_IMAGE * len(images)) if source.name == "digit_pairs" else len(images)
    _refuse_size(source, rows * (2 if source.name == "digit_pairs" else 1), images.shape[1:], where)
    if source.name == "digit_pairs":
        columns = _pairs(source, images, labels, part, rows)
    else:
        columns = {
            "image": _prepare(source, images),
            "label": labels.astype(np.int64),
            "one_hot": np.eye(10, dtype=np.float32)[labels],
        }
    _refuse_other_images(source, wanted, columns, where)
    table: dict[tuple[str, str], RawColumn] = {
        (want.role, want.name): RawColumn(columns[want.column_names[0]], _place(want.column_names[0], source.name))
        for want in wanted
    }
    return MemoryTable(table, rows, fingerprint, notes=(f"{source.name}: {rows:,} rows of the {part} split",))


@lru_cache(maxsize=1)
def _packaged() -> tuple[Array, Array, Array, str]:
    with (files("modelspec.data.sources.datasets") / "digits.npz").open("rb") as file:
        data = file.read()
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        return arrays["images"], arrays["labels"], arrays["split"], hashlib.sha256(data).hexdigest()


def _digits(part: str) -> tuple[Array, Array, str]:
    images, labels, splits, sha256 = _packaged()
    rows = splits >= 0 if part == "all" else splits == _SPLITS.index(part)
    return images[rows].astype(np.float32) / 16, labels[rows], sha256


def _mnist(source: Dataset, reach: Reach, part: str, where: SpecPath) -> tuple[Array, Array, RowsFingerprint]:
    """Keras's file: 60,000 rows to train with, of which the last 6,000 are `validation`, and 10,000 to test with."""
    if source.path is None:
        home = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras") / "datasets"
        given, reach = "mnist.npz", Reach(str(home), None)
    else:
        given = source.path
    try:
        with open_data_file(given, reach, where) as file:
            size, sha256 = sha256_of(file)
            arrays = read_arrays(file, ("x_train", "y_train", "x_test", "y_test"), given, where)
    except SpecError as error:
        if source.path is None and error.diagnostics[0].code == "MS704":
            raise _mnist_is_missing(home / "mnist.npz", where) from None
        raise
    _refuse_other_mnist(arrays, given, where)
    held = len(arrays["x_train"]) - min(_MNIST_VALIDATION, len(arrays["x_train"]) // 10)
    images, labels = {
        "train": (arrays["x_train"][:held], arrays["y_train"][:held]),
        "validation": (arrays["x_train"][held:], arrays["y_train"][held:]),
        "test": (arrays["x_test"], arrays["y_test"]),
        "all": (
            np.concatenate([arrays["x_train"], arrays["x_test"]]),
            np.concatenate([arrays["y_train"], arrays["y_test"]]),
        ),
    }[part]
    fingerprint = RowsFingerprint(kind="dataset", path=source.path or "mnist", size=size, sha256=sha256)
    return images.astype(np.float32) / 255, labels, fingerprint


def _mnist_is_missing(path: Path, where: SpecPath) -> SpecError:
    help = (
        "modelspec never downloads data: fetch https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz "
        'there (python -c "import keras; keras.datasets.mnist.load_data()" does it), or name your copy with `path`; '
        "`dataset: digits` needs no download"
    )
    return SpecError([Diagnostic("MS740", f"mnist is not on this machine: there is no file {path}", None, where, help)])


def _refuse_other_mnist(arrays: dict[str, Array], shown: str, where: SpecPath) -> None:
    for part in ("train", "test"):
        images, labels = arrays[f"x_{part}"], arrays[f"y_{part}"]
        fine = images.ndim == 3 and labels.shape == images.shape[:1] and len(images) and images.dtype == np.uint8
        if not fine or labels.dtype.kind not in "iu" or labels.min() < 0 or labels.max() > 9:
            message = (
                f"'{shown}' is not Keras's mnist.npz: expected images x_{part} (rows, 28, 28) of uint8 and labels "
                f"y_{part} (rows) from 0 to 9, found {images.shape} of {images.dtype} and {labels.shape}"
            )
            raise SpecError([Diagnostic("MS721", message, None, where, "for your own arrays use `npz:`")])


def _pairs(source: Dataset, images: Array, labels: Array, part: str, rows: int) -> dict[str, Array]:
    """Half the pairs show the same digit in two images, half two digits; both halves in one shuffled row order."""
    generator = np.random.default_rng(np.random.SeedSequence((source.seed, (*_SPLITS, "all").index(part))))
    same = generator.permutation(np.arange(rows) % 2).astype(np.int64)
    first = generator.integers(0, len(images), rows)
    second = np.empty(rows, dtype=np.int64)
    for digit in range(10):
        alike, others = np.flatnonzero(labels == digit), np.flatnonzero(labels != digit)
        for value, pool in ((1, alike), (0, others)):
            chosen = np.flatnonzero((labels[first] == digit) & (same == value))
            second[chosen] = generator.choice(pool, len(chosen))
    prepared = _prepare(source, images)
    return {"digit_a": prepared[first], "digit_b": prepared[second], "same": same}


def _prepare(source: Dataset, images: Array) -> Array:
    if source.size is not None:
        images = resize(images, source.size)
    return as_input(images, source.flatten)


def _refuse_columns(source: Dataset, wanted: Sequence[Wanted], where: SpecPath) -> None:
    known = _COLUMNS[source.name]
    for want in wanted:
        if (several := several_for_one(want, source.name, "")) is not None:
            raise SpecError([Diagnostic("MS730", several[0], None, want.path or where, several[1])])
        name = want.column_names[0]
        if name not in known:
            guess = closest(name, known) or (known[0] if want.role == "input" else known[1])
            message = f"{want.what} needs column '{name}'; dataset {source.name} has {', '.join(known)}"
            help = did_you_mean(guess, want) if want.goes_along else f"name it with `column: {guess}`, for instance"
            raise SpecError([Diagnostic("MS720", message, None, want.path or where, help)])


def _refuse_other_images(source: Dataset, wanted: Sequence[Wanted], columns: dict[str, Array], where: SpecPath) -> None:
    """Say which argument of the dataset gives images the declared shape, where one does."""
    for want in wanted:
        found, shape = columns[want.column_names[0]].shape[1:], want.shape
        help = None if found == shape else help_of(source, found, want)
        if help is not None:
            message = (
                f"{want.what}: expected rows of shape {shape_text(shape)}, "
                f"dataset {source.name} has {shape_text(found)} in '{want.column_names[0]}'"
            )
            raise SpecError([Diagnostic("MS730", message, None, want.path or where, help)])


def _refuse_size(source: Dataset, images: int, shape: tuple[int, ...], where: SpecPath) -> None:
    height, width = source.size or shape
    needed = images * height * width * 4
    if needed > MAX_ARRAY_BYTES:
        message = (
            f"{images:,} images of {height} x {width} take {bytes_text(needed)}; at most {bytes_text(MAX_ARRAY_BYTES)}"
        )
        raise SpecError([Diagnostic("MS708", message, None, where, "use a smaller `size`")])


def _with_arguments(sha256: str, source: Dataset, part: str) -> str:
    arguments = json.dumps([sha256, source.model_dump(exclude={"path", "split"}), part], sort_keys=True, default=str)
    return hashlib.sha256(arguments.encode()).hexdigest()


def _place(column: str, name: str) -> PlaceOf:
    def place(row: int, number: int) -> tuple[str, Span | None]:
        return f"row {row} of column '{column}' of dataset {name}", None

    return place
