"""Loads one source of a spec: the way in for training, evaluating and predicting. Nothing is thrown for bad data."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from modelspec.data.arrays import Arrays, Kept
from modelspec.data.problems import Problems
from modelspec.data.sources import READERS
from modelspec.data.table import Asked, Table
from modelspec.data.values import fit
from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.diagnostics import Path as SpecPath
from modelspec.expansion.files.paths import Reach
from modelspec.language.sections.sources import SOURCES, Source, Split, Wanted

if TYPE_CHECKING:
    from modelspec.data.arrays import Array

Loaded = tuple[Arrays | None, tuple[Diagnostic, ...]]


class Located(NamedTuple):
    """A source, the folder where its paths start, and what else they may lead to; None is anywhere."""

    entry: Source
    root: str
    allowed: tuple[str, ...] | None = ()


def load(
    source: Source,
    wanted: Sequence[Wanted],
    root: Path,
    split: Split = "train",
    *,
    allowed: tuple[str, ...] | None = (),
) -> Loaded:
    """The wanted arrays of a source, or None and every problem found.

    `root` is the spec's folder, where paths start; they stay below it, or below what is `allowed` (None: anything).
    Problems without a line of their own (a missing file, a bad array) have the path `data.<split>`, or that of the `Wanted`
    they are about.
    """
    where: SpecPath = ("data", split)
    try:
        reach = Reach(str(root), None if allowed is None else (os.path.abspath(root), *allowed))
        table = READERS[source.kind](source, Asked(wanted, reach, split, where))
        arrays, found = _fit(table, wanted, warn_of_classes=split == "train" and source.from_file)
    except SpecError as error:
        arrays, found = None, error.diagnostics
    return arrays, tuple(diagnostic if diagnostic.path else replace(diagnostic, path=where) for diagnostic in found)


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


def _fit(table: Table, wanted: Sequence[Wanted], warn_of_classes: bool) -> Loaded:
    problems, columns = Problems(), table.read(range(table.count))
    found: dict[str, dict[str, Array]] = {"input": {}, "target": {}, "weight": {}}
    kept: dict[str, Kept] = {}
    for want in wanted:
        if want.role == "kept":
            column = columns["kept", want.name]
            kept[want.name] = Kept(column.values, column.texts)
            continue
        array = fit(columns[want.role, want.name], want, problems, warn_of_classes)
        if array is not None:
            found[want.role][want.name] = array
    problems.stop()
    inputs, targets, weights = found.values()
    arrays = Arrays(inputs, targets, table.count, table.fingerprint, table.notes, weights, kept)
    return arrays, problems.diagnostics()
