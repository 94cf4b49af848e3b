"""Random rows with a rule in them: every input carries what every target is, so that a small model's loss falls.

First each row's hidden facts are drawn (a class, a few bits, a few numbers per target); the targets spell them out and
the inputs show them: as a pattern under noise where they are numbers, as words from the fact's own part of the
vocabulary where they are indices. The same seed makes the same rule for every split, and other rows for each.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from modelspec.data.arrays import RowsFingerprint
from modelspec.data.rounding import numpy_dtype
from modelspec.data.table import Asked, MemoryTable, PlaceOf, RawColumn, Table
from modelspec.diagnostics import Diagnostic, Span, SpecError
from modelspec.diagnostics import Path as SpecPath
from modelspec.language.sections.declared_rows import FREE_AXIS, list_text, too_many_made_up
from modelspec.language.sections.sources import Synthetic, Wanted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from modelspec.data.arrays import Array

VOCABULARY = 100
"""How many indices are used for an integer input that nothing bounds."""
_NOISE = 0.3
_TOKEN_NOISE = 0.2
_BITS = 8
_NUMBERS = 4
_LEVELS = 4
_PLAIN_CLASSES = 32
_CODE_LENGTH = 16
_ROWS_AT_ONCE = 1024


@dataclass(frozen=True)
class _Fact:
    """One hidden fact of each row: one of `levels` values."""

    values: NDArray[np.int64]
    levels: int
    numbers: NDArray[np.float64]
    """(rows, n): how inputs of numbers show it, about as large as 1."""


_MADE_BY = ("name", "role", "shape", "dtype", "kind", "classes", "maximum", "columns", "finer", "hint")
"""What synthetic rows follow from, of what is wanted."""


def make_synthetic(source: Synthetic, asked: Asked) -> Table:
    """Rows for anything a spec may declare; raises SpecError where they would not fit into memory."""
    wanted, split, where = asked.wanted, asked.split, asked.where
    _refuse_size(source, wanted, where)
    rows = source.samples
    draw = np.random.default_rng(
        np.random.SeedSequence((source.seed, 1 + ("train", "validation", "test").index(split)))
    )
    facts: list[_Fact] = []
    rules = {
        (want.role, want.name): np.random.default_rng(np.random.SeedSequence((source.seed, 0, index)))
        for index, want in enumerate(wanted)
    }
    columns: dict[tuple[str, str], RawColumn] = {}
    inputs = [want for want in wanted if want.role == "input"]
    by_column = {(want.column_names, want.shape): want for want in inputs}
    place = _place(source)
    for want in wanted:
        if want.role == "target" and (want.column_names, want.shape) not in by_column:
            values, more = _target(want, rows, rules["target", want.name], draw)
            facts.extend(more)
            columns["target", want.name] = RawColumn(values, place)
    facts = facts or _target(Wanted("", "target", (2,)), rows, draw, draw)[1]
    for want in inputs:
        own = next((target for target in wanted if _restores(target, want)), None)
        values = _input(_like(want, own), facts, rows, rules["input", want.name], draw)
        columns["input", want.name] = RawColumn(_within(values, own), place)
    for want in wanted:
        if ("target", want.name) not in columns and want.role == "target":
            same = by_column[want.column_names, want.shape]
            columns["target", want.name] = columns["input", same.name]
    for want in wanted:
        if want.role == "weight":
            drawn = rules["weight", want.name].uniform(0.5, 1.5, (rows, *concrete(want.shape)))
            columns["weight", want.name] = RawColumn(drawn, place)
    for want in wanted:
        if want.goes_along:
            columns[want.role, want.name] = RawColumn(_kept(want, wanted, columns, where), place)
    description = repr(
        (source, split, [tuple(getattr(want, name) for name in _MADE_BY) for want in wanted if not want.goes_along])
    )
    sha256 = hashlib.sha256(description.encode()).hexdigest()
    fingerprint = RowsFingerprint(kind="synthetic", path=None, size=rows, sha256=sha256)
    return MemoryTable(columns, rows, fingerprint, notes=(f"synthetic: {rows:,} rows",))


def _kept(want: Wanted, wanted: Sequence[Wanted], columns: dict[tuple[str, str], RawColumn], where: SpecPath) -> Array:
    """A column that inputs, targets or weights are made of; raises SpecError where there is none of its name."""
    names: list[str] = []
    for other in wanted:
        if not other.goes_along and want.name in other.column_names:
            values = columns[other.role, other.name].values
            several = len(other.column_names) > 1
            return values.reshape(len(values), -1)[:, other.column_names.index(want.name)] if several else values
        names.extend(other.column_names if not other.goes_along else ())
    message = f"{want.what}: synthetic rows have no column '{want.name}'"
    help = f"their columns are {list_text(list(dict.fromkeys(names)))}"
    raise SpecError([Diagnostic("MS720", message, path=where, help=help)])


def concrete(shape: tuple[int | None, ...]) -> tuple[int, ...]:
    """The shape with a length for its free axes."""
    return tuple(FREE_AXIS if size is None else size for size in shape)


def _restores(target: Wanted, want: Wanted) -> bool:
    """Whether a target is an input again, as of an autoencoder."""
    return target.role == "target" and (target.column_names, target.shape) == (want.column_names, want.shape)


def _like(want: Wanted, target: Wanted | None) -> Wanted:
    """The input with such values as its own target may have."""
    kind = None if target is None else target.kind
    if kind == "one_hot" and np.dtype(numpy_dtype(want.dtype)).kind == "f":
        return replace(want, hint="one_hot_last_axis")
    if target is None or kind not in ("classes", "binary") or (kind == "binary" and _is_real(want)):
        return want
    largest = 1 if kind == "binary" else (target.classes or 2) - 1
    return replace(want, maximum=largest if want.maximum is None else min(largest, want.maximum))


def _within(values: Array, target: Wanted | None) -> Array:
    """Numbers of any size as numbers from 0 to 1, where the target needs those."""
    squeezed = target is not None and target.kind == "binary" and values.dtype.kind == "f"
    return 1 / (1 + np.exp(-values)) if squeezed else values


def _is_real(want: Wanted) -> bool:
    return want.maximum is None and np.dtype(numpy_dtype(want.dtype)).kind == "f"


def _target(want: Wanted, rows: int, rule: np.random.Generator, draw: np.random.Generator) -> tuple[Array, list[_Fact]]:
    """A target and the facts it spells out; every position of a sequence or an image says the same."""
    shape = concrete(want.shape)
    if want.kind in ("classes", "one_hot"):
        classes = shape[-1] if want.kind == "one_hot" else want.classes or 2
        labels = draw.permutation(np.arange(rows) % classes)
        if want.kind == "classes":
            return _spread(labels[:, None], (*shape, 1))[..., 0], [_class_fact(labels, classes, rule)]
        return _spread(_one_hot(labels, classes), shape), [_class_fact(labels, classes, rule)]
    width = shape[-1] if shape else 1
    if want.kind == "binary" or want.dtype == "bool":
        bits = draw.integers(0, 2, (rows, min(width, _BITS)))
        facts = [_Fact(column, 2, (column * 2.0 - 1)[:, None]) for column in bits.T]
        return _spread(bits[:, np.arange(width) % _BITS], shape or (1,)).reshape(rows, *shape), facts
    numbers = draw.random((rows, min(width, _NUMBERS)))
    facts = [_Fact((column * _LEVELS).astype(np.int64), _LEVELS, (column * 4 - 2)[:, None]) for column in numbers.T]
    values = _spread(numbers[:, np.arange(width) % _NUMBERS], shape or (1,)).reshape(rows, *shape)
    if np.dtype(numpy_dtype(want.dtype)).kind in "iu":
        values = np.floor(values * _LEVELS)
    return values, facts


def _class_fact(labels: NDArray[np.int64], classes: int, rule: np.random.Generator) -> _Fact:
    """A class as numbers: one place per class while there are few, a random code where there are many."""
    if classes <= _PLAIN_CLASSES:
        codes = np.eye(classes) * np.sqrt(classes)
    else:
        codes = rule.standard_normal((int(labels.max()) + 1, _CODE_LENGTH))
    return _Fact(labels, classes, codes[labels])


def _one_hot(labels: NDArray[np.int64], classes: int) -> NDArray[np.float32]:
    result = np.zeros((*labels.shape, classes), dtype=np.float32)
    np.put_along_axis(result, labels[..., None], 1, axis=-1)
    return result


def _spread(values: Array, shape: tuple[int, ...]) -> Array:
    """(rows, n) -> (rows, ..., n): the same at every position."""
    rows, width = values.shape
    middle = values.reshape(rows, *([1] * (len(shape) - 1)), width)
    return np.ascontiguousarray(np.broadcast_to(middle, (rows, *shape[:-1], width)))


def _input(want: Wanted, facts: list[_Fact], rows: int, rule: np.random.Generator, draw: np.random.Generator) -> Array:
    shape = concrete(want.shape)
    kind = np.dtype(numpy_dtype(want.dtype)).kind
    if want.hint == "one_hot_last_axis" and shape:
        tokens = _tokens(facts, rows, shape[:-1], shape[-1], draw)
        return _one_hot(tokens, shape[-1])
    image = want.dtype == "uint8" and len(shape) > 1 and want.maximum in (None, 255)
    if want.maximum is None and (kind in "fb" or image):
        values = _pattern(facts, rows, shape, rule, draw)
        if image:
            return np.clip(values * 50 + 128, 0, 255).astype(np.uint8)
        return values > 0 if kind == "b" else values
    largest = want.maximum if kind != "b" or want.maximum is None else min(want.maximum, 1)
    tokens = _tokens(facts, rows, shape, VOCABULARY if largest is None else largest + 1, draw)
    return np.char.add("w", tokens.astype(np.str_)) if kind == "U" else tokens


def _pattern(
    facts: list[_Fact], rows: int, shape: tuple[int, ...], rule: np.random.Generator, draw: np.random.Generator
) -> NDArray[np.float32]:
    """Facts times patterns plus noise: a part that is the same at every position, and a wave over the positions."""
    hidden = np.concatenate([fact.numbers for fact in facts], axis=1).astype(np.float32)
    count = hidden.shape[1]
    places, features = shape[:-1], shape[-1] if shape else 1
    patterns = rule.standard_normal((count, *([1] * len(places)), features))
    if features == 1 and not places:
        patterns = np.ones_like(patterns)
    if places:
        waves: Array = np.ones((count, *places))
        for axis, size in enumerate(places):
            cycles = rule.integers(1, max(size // 4, 1) + 1, (count, 1))
            phase = rule.random((count, 1))
            angle = 2 * np.pi * (cycles * np.arange(size) / max(size, 1) + phase)
            along = [1] * len(places)
            along[axis] = size
            waves = waves * np.cos(angle).reshape(count, *along)
        patterns = patterns + 2 * waves[..., None] * rule.choice((-1.0, 1.0), (count, *([1] * len(places)), features))
    matrix = np.broadcast_to(patterns, (count, *places, features)).reshape(count, -1).astype(np.float32)
    matrix /= np.sqrt((matrix**2).sum(axis=0).mean()) + 1e-6
    values = np.empty((rows, matrix.shape[1]), dtype=np.float32)
    for start in range(0, rows, _ROWS_AT_ONCE):
        part = hidden[start : start + _ROWS_AT_ONCE] @ matrix
        values[start : start + _ROWS_AT_ONCE] = part + _NOISE * draw.standard_normal(part.shape, dtype=np.float32)
    return values.reshape(rows, *shape)


def _tokens(
    facts: list[_Fact], rows: int, shape: tuple[int, ...], vocabulary: int, draw: np.random.Generator
) -> NDArray[np.int64]:
    """Indices below `vocabulary`: each position tells one fact, by an index from the part that belongs to its value.

    Index 0 is left alone where there is room, as it often means padding.
    """
    positions = int(np.prod(shape, dtype=np.int64))
    if positions < len(facts):
        facts = [_together(facts, vocabulary)]
    parts = sum(fact.levels for fact in facts)
    low = 1 if vocabulary - 1 >= parts else 0
    width = max((vocabulary - low) // parts, 1)
    first = np.cumsum(np.array([0, *(fact.levels for fact in facts)]))[:-1]
    told = np.arange(positions) % len(facts)
    part = np.stack([fact.values + start for fact, start in zip(facts, first, strict=True)], axis=1)[:, told]
    tokens = low + (part * width + draw.integers(0, width, part.shape)) % (vocabulary - low)
    noise = draw.random(part.shape) < (_TOKEN_NOISE if positions > len(facts) else 0)
    tokens = np.where(noise, draw.integers(low, vocabulary, part.shape), tokens)
    return tokens.reshape(rows, *shape)


def _together(facts: list[_Fact], vocabulary: int) -> _Fact:
    """The facts as one, for want of positions: as many of them as the vocabulary can tell apart."""
    values, levels = np.zeros_like(facts[0].values), 1
    for fact in facts:
        if levels > 1 and levels * fact.levels > vocabulary:
            break
        values, levels = values * fact.levels + fact.values, levels * fact.levels
    return _Fact(values, levels, facts[0].numbers)


def _refuse_size(source: Synthetic, wanted: Sequence[Wanted], where: SpecPath) -> None:
    found = too_many_made_up(source, wanted)
    if found is not None:
        raise SpecError([Diagnostic("MS708", found[0], None, where, found[1])])


def _place(source: Synthetic) -> PlaceOf:
    def place(row: int, number: int) -> tuple[str, Span | None]:
        return f"synthetic row {row} (seed {source.seed})", None

    return place
