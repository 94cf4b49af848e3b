"""Targets in words -> numbers of classes, one-hot rows or 0 and 1, as the loss takes them. Must not learn labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from modelspec.data.problems import Problems
from modelspec.data.table import RawColumn
from modelspec.diagnostics import Diagnostic
from modelspec.language.sections.declared_rows import list_text
from modelspec.language.sections.labels import wrong_number_of_labels
from modelspec.language.sections.sources import Wanted
from modelspec.source.words import closest


def numbered(column: RawColumn, want: Wanted, labels: Sequence[str], problems: Problems) -> RawColumn | None:
    """The column in numbers; None where a word is no label, or the labels are not as many as the output's classes."""
    wrong = wrong_number_of_labels(want, len(labels), learned=want.labels is None)
    if wrong is not None:
        message = f"{want.what}: {wrong[0]}: {list_text(list(labels))}"
        problems.add(Diagnostic("MS745", message, column.place(0, 0)[1], want.path, wrong[1]), key=want.name)
        return None
    words = column.values.reshape(-1)
    if words.dtype.kind == "f" and np.isfinite(words).all() and (words == np.floor(words)).all():
        words = words.astype(np.int64)
    distinct, places = np.unique(words.astype(np.str_), return_inverse=True)
    known = {label: number for number, label in enumerate(labels)}
    said = distinct.tolist() if not want.named_by_numbers else [_as_whole(word) for word in distinct.tolist()]
    numbers = np.array([known.get(word, -1) for word in said], dtype=np.int64)[places.reshape(-1)]
    strange = numbers < 0
    if strange.any():
        _tell_of(column, want, labels, np.flatnonzero(strange), problems)
        return None
    if want.kind != "one_hot":
        return replace(column, values=numbers.reshape(column.values.shape), texts=None, written=None)
    rows = np.zeros((len(words), want.shape[-1] or len(labels)), dtype=np.float32)
    rows[np.arange(len(words)), numbers] = 1
    return replace(column, values=rows, texts=None, written=None, place=lambda row, _: column.place(row, 0))


def _as_whole(word: str) -> str:
    """`1.0` is the label 1, where labels are numbers."""
    try:
        number = float(word)
    except ValueError:
        return word
    return str(int(number)) if number.is_integer() else word


def _tell_of(column: RawColumn, want: Wanted, labels: Sequence[str], strange: np.ndarray, problems: Problems) -> None:
    known = "labels" if want.labels is not None else "labels of the training rows"
    examples = strange[: problems.most].tolist()
    for row in examples:
        word = str(column.values.reshape(-1)[row])
        place, span = column.place(row, 0)
        near = closest(word, labels)
        help = f"the {known} are {list_text(list(labels))}" + (f"; did you mean '{near}'?" if near else "")
        if want.labels is None:
            help += "; to say them yourself write `labels: [...]` at the output"
        shown = word if len(word) <= 40 else word[:40] + "..."
        message = f"{want.what}, {place}: expected one of {len(labels)} labels, found {shown!r}"
        stands_for = 1 if row != examples[-1] else len(strange) - len(examples) + 1
        problems.add(Diagnostic("MS744", message, span, want.path, help), key=want.name, count=stands_for)
