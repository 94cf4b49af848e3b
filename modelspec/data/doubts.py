"""What of rows is allowed and yet mostly a mistake: columns that never change, columns that are the target, rows in two splits.

Must not know where rows come from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from modelspec.data.load import RawRows
from modelspec.diagnostics import Diagnostic
from modelspec.language.sections.declared_rows import list_text
from modelspec.language.sections.sources import Split, Wanted

if TYPE_CHECKING:
    from modelspec.data.arrays import Array

_FEWEST = 8
"""Of fewer rows nothing is concluded."""
_SHOWN = 3
_CHUNK_VALUES = 1 << 20
"""So many numbers are compared at once: a picture is thousands."""


def doubts(parts: Mapping[Split, RawRows]) -> Iterator[Diagnostic]:
    """Warnings about the rows to train on, and about what other splits share with them."""
    train = parts["train"]
    if train.count >= _FEWEST:
        yield from _constant(train)
        yield from _of_the_target(train)
    for split, raw in parts.items():
        if split != "train" and raw.fingerprint["kind"] == train.fingerprint["kind"]:
            yield from _in_both(train, raw, split)


def _named(raw: RawRows) -> Iterator[tuple[Wanted, str, Array]]:
    """Each column of inputs that has a name of its own, with its values."""
    for want in raw.wanted:
        column = raw.columns[want.role, want.name]
        values = column.values.reshape(raw.count, -1)
        if want.role == "input" and column.gaps is None and len(want.column_names) == values.shape[1]:
            for number, name in enumerate(want.column_names):
                yield want, name, values[:, number]


def _constant(raw: RawRows) -> Iterator[Diagnostic]:
    """Columns that say the same of every row."""
    found: dict[str, list[str]] = {}
    wants = {want.name: want for want, _, _ in _named(raw)}
    for want, name, values in _named(raw):
        if (values == values[0]).all():
            found.setdefault(want.name, []).append(name)
    for owner, names in found.items():
        want, many = wants[owner], len(names) > 1
        message = (
            f"{want.what}: column{'s' if many else ''} {list_text(names)} {'have' if many else 'has'} "
            "the same value in every row to train on"
        )
        help = "a model learns nothing from it: leave it out, unless other rows differ"
        yield Diagnostic("MS747", message, None, want.path, help, severity="warning")


def _of_the_target(raw: RawRows) -> Iterator[Diagnostic]:
    """Inputs that are the target itself, under another name."""
    for target in raw.wanted:
        column = raw.columns.get((target.role, target.name))
        if target.role != "target" or column is None:
            continue
        truth = column.values.reshape(raw.count, -1)
        if truth.shape[1] != 1 or (truth == truth[0]).all():
            continue
        for want, name, values in _named(raw):
            alike = (values.dtype.kind in "US") == (truth.dtype.kind in "US")
            if alike and name not in target.column_names and (values == truth[:, 0]).all():
                message = f"{want.what}: column '{name}' is equal to {target.what} in every row to train on"
                help = "leave the column out: rows that are to be predicted do not have it"
                yield Diagnostic("MS748", message, None, want.path, help, severity="warning")


def _in_both(train: RawRows, other: RawRows, split: Split) -> Iterator[Diagnostic]:
    """Rows of another split that are rows to train on: inputs and targets are equal."""
    if train.where != other.where and train.fingerprint["sha256"] == other.fingerprint["sha256"]:
        return  # the same file, which is told as such
    wants = [want for want in train.wanted if want.role in ("input", "target")]
    ours, theirs = _keys(train, wants), _keys(other, wants)
    if ours is None or theirs is None:
        return
    same = np.flatnonzero(np.isin(theirs, ours))
    if not len(same):
        return
    examples = []
    for row in same[:_SHOWN].tolist():
        twin = int(np.flatnonzero(ours == theirs[row])[0])
        key = (wants[0].role, wants[0].name)
        examples.append(f"{_row(other, key, row)} is {_row(train, key, twin)}")
    message = f"{len(same):,} of {other.count:,} rows of {split} are rows to train on, too: {'; '.join(examples)}"
    help = "their scores say nothing of other rows: remove the doubled ones, or divide by groups"
    yield Diagnostic("MS739", message, None, ("data", split), help, severity="warning")


def _row(raw: RawRows, key: tuple[Any, str], row: int) -> str:
    return raw.columns[key].place(row, 0)[0].partition(",")[0]


def _keys(raw: RawRows, wants: list[Wanted]) -> Array | None:
    """A number of 64 bits for each row, the same for equal rows and, but for one case in many billions, only for these."""
    keys = np.zeros(raw.count, dtype=np.uint64)
    draw = np.random.default_rng(12345)
    for want in wants:
        column = raw.columns.get((want.role, want.name))
        if column is None:
            return None
        values = column.values.reshape(raw.count, -1)
        hashed = values.dtype.kind in "US"
        if hashed:
            distinct, places = np.unique(values.astype(np.str_), return_inverse=True)
            hashes = np.array([hash_of(text) for text in distinct.tolist()], dtype=np.uint64)
            values = hashes[places.reshape(values.shape)]
        factors = draw.integers(1, 2**63, values.shape[1], dtype=np.uint64) * np.uint64(2) + np.uint64(1)
        rows = max(_CHUNK_VALUES // max(values.shape[1], 1), 1)
        for first in range(0, raw.count, rows):
            chunk = values[first : first + rows]
            chunk = chunk if hashed else chunk.astype(np.float64).view(np.uint64)
            mixed = (chunk ^ (chunk >> np.uint64(29))) * factors
            keys[first : first + rows] += (mixed ^ (mixed >> np.uint64(32))).sum(axis=1, dtype=np.uint64)
    return keys


def hash_of(text: str) -> int:
    """A number of 64 bits for a text, the same in every process."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
