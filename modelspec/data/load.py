"""Opens one source of a spec, and makes arrays of its rows: the way in for training, evaluating and predicting.

Nothing is thrown for bad data but `SpecError` with everything that is wrong.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from modelspec.data.arrays import Arrays, Kept, RowsFingerprint
from modelspec.data.dates import dated
from modelspec.data.decoding.columns import as_read, decoded
from modelspec.data.learned import NOTHING, Learned
from modelspec.data.learning import TrainingColumns, learn
from modelspec.data.problems import Problems
from modelspec.data.sources import READERS
from modelspec.data.table import Asked, Key, RawColumn, Table
from modelspec.data.values import fit
from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.diagnostics import Path as SpecPath
from modelspec.expansion.files.paths import Reach
from modelspec.language.sections.declared_rows import list_text
from modelspec.language.sections.sources import SOURCES, Source, Split, Wanted

if TYPE_CHECKING:
    from modelspec.data.arrays import Array

Loaded = tuple[Arrays | None, tuple[Diagnostic, ...]]


class Located(NamedTuple):
    """A source, the folder where its paths start, and what else they may lead to; None is anywhere."""

    entry: Source
    root: str
    allowed: tuple[str, ...] | None = ()


@dataclass(frozen=True, slots=True)
class RawRows:
    """The rows of a source as it has them, with what is wanted of them; nothing is checked yet but their text.

    `where` is their place in the spec. Rows with gaps that are to be dropped are gone.
    """

    columns: dict[Key, RawColumn]
    wanted: tuple[Wanted, ...]
    count: int
    fingerprint: RowsFingerprint
    where: SpecPath
    notes: tuple[str, ...] = ()

    def cut(self, rows: range) -> RawRows:
        """Some of them."""
        columns = {key: column.cut(rows) for key, column in self.columns.items()}
        return replace(self, columns=columns, count=len(rows))

    def part(self, rows: range | Array) -> RawRows:
        """The same, however they are named."""
        return self.cut(rows) if isinstance(rows, range) else self.take(rows)

    def take(self, rows: Array) -> RawRows:
        """Those of these numbers, in this order."""
        columns = {key: column.take(rows) for key, column in self.columns.items()}
        return replace(self, columns=columns, count=len(rows))


def load(
    source: Source,
    wanted: Sequence[Wanted],
    root: Path,
    split: Split = "train",
    *,
    allowed: tuple[str, ...] | None = (),
    learned: Learned | None = None,
) -> Loaded:
    """The wanted arrays of a source, or None and every problem found; what rows teach is learnt from these, if not `learned`.

    `root` is the spec's folder, where paths start; they stay below it, or below what is `allowed` (None: anything).
    Problems without a line of their own (a missing file, a bad array) have the path `data.<split>`, or that of the `Wanted`
    they are about.
    """
    try:
        raw = opened(Located(source, str(root), allowed), wanted, split)
        taught = learned_from(raw) if learned is None else learned
        return fitted(raw, taught, warn_of_classes=split == "train" and source.from_file)
    except SpecError as error:
        return None, error.diagnostics


def opened(source: Located, wanted: Sequence[Wanted], split: Split, most: int = 1) -> RawRows:
    """The rows of a source, read whole. Raises `SpecError` with everything that is wrong with its text.

    With at most so many examples of each kind of problem.
    """
    where: SpecPath = ("data", split)
    root, allowed = source.root, source.allowed
    reach = Reach(root, None if allowed is None else (os.path.abspath(root), *allowed))
    asked = as_read(wanted) if source.entry.from_file else tuple(wanted)  # others make the pictures themselves
    try:
        table: Table = READERS[source.entry.kind](source.entry, Asked(asked, reach, split, where, most))
        columns = dict(table.read(range(table.count)))
        problems = Problems(most)
        for want in wanted:
            columns[want.role, want.name] = dated(columns[want.role, want.name], want, problems)
        problems.stop()
        columns, fingerprint, notes = decoded(columns, wanted, reach, table.fingerprint, problems)
        raw = RawRows(columns, tuple(wanted), table.count, fingerprint, where, (*table.notes, *notes))
        return _without_gaps(raw)
    except SpecError as error:
        raise SpecError(_placed(error.diagnostics, where)) from None


def learned_from(raw: RawRows) -> Learned:
    """What these rows teach. Raises `SpecError` with what cannot be learnt from them."""
    problems = Problems()
    learned = learn(TrainingColumns(raw.columns, raw.wanted), problems)
    try:
        problems.stop()
    except SpecError as error:
        raise SpecError(_placed(error.diagnostics, raw.where)) from None
    return learned


def fitted(raw: RawRows, learned: Learned = NOTHING, *, warn_of_classes: bool = False, most: int = 1) -> Loaded:
    """Arrays of the rows, or None, with every problem of their values, and at most so many examples of each kind."""
    problems = Problems(most)
    found: dict[str, dict[str, Array]] = {"input": {}, "target": {}, "weight": {}}
    kept: dict[str, Kept] = {}
    for want in raw.wanted:
        column = raw.columns[want.role, want.name]
        if want.role == "split":
            continue
        if want.role == "kept":
            kept[want.name] = Kept(column.values, column.texts)
            continue
        array = fit(column, want, problems, warn_of_classes, learned)
        if array is not None:
            found[want.role][want.name] = array
    diagnostics = _placed(problems.diagnostics(), raw.where)
    if any(diagnostic.severity == "error" for diagnostic in diagnostics):
        return None, diagnostics
    inputs, targets, weights = found.values()
    return Arrays(inputs, targets, raw.count, raw.fingerprint, raw.notes, weights, kept), diagnostics


def warn_of_same_rows(train: Arrays, other: Arrays, split: Split) -> tuple[Diagnostic, ...]:
    """A warning where another split is the same file as the training data: its numbers then measure nothing."""
    same = train.fingerprint["sha256"] == other.fingerprint["sha256"] and SOURCES[train.fingerprint["kind"]].from_file
    if not same:
        return ()
    message = f"data.{split} is the same file as data.train, '{train.fingerprint['path']}': its scores mean nothing"
    help = (
        "use other rows, or `validation: {split: 0.1}`"
        if split == "validation"
        else ("keep some rows out of the training, in a separate file")
    )
    return (Diagnostic("MS739", message, path=("data", split), help=help, severity="warning"),)


def _placed(diagnostics: Sequence[Diagnostic], where: SpecPath) -> tuple[Diagnostic, ...]:
    return tuple(diagnostic if diagnostic.path else replace(diagnostic, path=where) for diagnostic in diagnostics)


def _without_gaps(raw: RawRows) -> RawRows:
    """The rows that have what `missing: drop` asks for."""
    gaps = {want.name: raw.columns[want.role, want.name].gaps for want in raw.wanted if want.missing == "drop"}
    dropped = {name: where.reshape(raw.count, -1).any(axis=1) for name, where in gaps.items() if where is not None}
    because = [name for name, rows in dropped.items() if rows.any()]
    if not because:
        return raw
    gone = np.logical_or.reduce([dropped[name] for name in because])
    number = int(gone.sum())
    note = f"{number:,} of {raw.count:,} rows are left out, since nothing is there for {list_text(because)}"
    if number == raw.count:
        message = f"every row is left out, since nothing is there for {list_text(because)}"
        raise SpecError([Diagnostic("MS707", message, help="say what stands for a gap: `missing: mean`")])
    return replace(raw.take(np.flatnonzero(~gone)), notes=(*raw.notes, note))
