"""Raw columns -> arrays of the wanted shape and dtype, with every value checked against what it means.

What Keras would truncate, broadcast, or turn into a NaN loss without a word is refused here, before training.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from modelspec.data.labels import numbered
from modelspec.data.learned import NOTHING, Learned
from modelspec.data.learning import filled
from modelspec.data.problems import FILL_IN, Problems
from modelspec.data.rounding import exactly, largest, numpy_dtype, overflowing
from modelspec.data.table import RawColumn
from modelspec.diagnostics import Diagnostic
from modelspec.language.sections.row_shapes import advice, fits, shape_text
from modelspec.language.sections.sources import Wanted

if TYPE_CHECKING:
    from modelspec.data.arrays import Array

_EXACT = 2.0**53
ONE_HOT_TOLERANCE = 1e-3
"""How far from 1 a one-hot row (or a row of probabilities) may sum."""
_MAX_COUNTED_CLASSES = 1000


@dataclass(frozen=True, slots=True)
class Column:
    """A raw column, what is wanted of it, and where what is wrong with it is noted."""

    raw: RawColumn
    want: Wanted
    problems: Problems

    def hold(
        self,
        values: Array,
        bad: Array,
        code: str,
        say: Callable[[object], str],
        help: str | None,
        as_written: bool = False,
    ) -> bool:
        """Whether nothing is `bad`; otherwise the first bad value is reported, with its place, and the others counted.

        It is reported `as_written` where it was read from a string: what is too large for a number is none any more.
        """
        count = int(np.count_nonzero(bad))
        if count == 0:
            return True
        most = self.problems.most
        places = [int(np.argmax(bad))] if most == 1 else np.flatnonzero(bad)[:most].tolist()
        written = self.raw.written
        for place in places:
            row, number = divmod(place, max(values.size // len(values), 1))
            found = written(row, number) if as_written and written is not None else values.reshape(-1)[place].item()
            stands_for = 1 if place != places[-1] else count - len(places) + 1
            self._note(row, number, Diagnostic(code, say(found), help=help), stands_for)
        return False

    def tell(self, code: str, found: str, help: str | None) -> None:
        """Note what is wrong with the column as a whole."""
        self._note(0, 0, Diagnostic(code, found, help=help))

    def _note(self, row: int, number: int, problem: Diagnostic, count: int = 1) -> None:
        place, span = self.raw.place(row, number)
        message = f"{self.want.what}, {place}: {problem.message}"
        found = replace(problem, message=message, span=span, path=self.want.path)
        self.problems.add(found, key=(self.want.role, self.want.name), count=count)


def fit(
    raw: RawColumn, want: Wanted, problems: Problems, warn_of_classes: bool = False, learned: Learned = NOTHING
) -> Array | None:
    """The column as an array, rows first, of `want.shape` and `want.dtype`; None where a problem was noted.

    bfloat16, which numpy lacks, is given as float32. Gaps are filled, and labels in words numbered, by what was learnt.
    """
    raw = filled(raw, want, learned)
    column = Column(raw, want, problems)
    if not _without_gaps(column):
        return None
    labels = learned.labels.get(want.name, want.labels) if want.role == "target" else None
    if want.words and (want.named_by_numbers or raw.values.dtype.kind == "U"):
        named = numbered(raw, want, labels or (), problems)
        if named is None:
            return None
        column = Column(named, want, problems)
    values = _shaped(column)
    if values is None or (values.dtype.kind in "US") != (want.dtype == "string"):
        if values is not None:
            _tell_of_text(values, column)
        return None
    if want.dtype == "string":
        return values if _characters(values, column) else None
    if values.dtype == np.float16:
        values = values.astype(np.float32)  # the limits of other dtypes overflow in float16
    checks = (_finite, _weights, _labels, _binary, _one_hot, _indices, _whole, _range, _exact_indices)
    if not all(check(values, column) for check in checks):
        return None
    if warn_of_classes:
        _warn_of_classes(values, column)
    return np.ascontiguousarray(values, dtype=numpy_dtype(want.dtype))


def _without_gaps(column: Column) -> bool:
    gaps = column.raw.gaps
    if gaps is None:
        return True
    text = column.raw.values.dtype.kind == "U"
    expected = "text" if column.want.dtype == "string" else "a label" if column.want.words and text else "a number"
    return column.hold(
        column.raw.values, gaps.reshape(-1), "MS714",
        lambda _: f"expected {expected}, found {'nothing' if column.raw.written is None else 'an empty cell'}",
        FILL_IN,
    )  # fmt: skip


def _shaped(column: Column) -> Array | None:
    """One number a row may come with or without its axis of size 1; every other difference is refused."""
    values, shape = column.raw.values, column.want.shape
    found = values.shape[1:]
    if 0 in found:
        column.tell(
            "MS730",
            f"expected numbers, found rows of shape {shape_text(found)}, which are empty",
            None,
        )
        return None
    if fits(found, column.want):
        single = found == () and len(shape) == 1
        return (
            values.reshape(len(values), *([1] if single else [])) if single or (found, shape) == ((1,), ()) else values
        )
    place, span = column.raw.place(0, 0)
    source = place.partition(", ")[2] or place
    column.problems.add(
        Diagnostic(
            "MS730",
            f"{column.want.what}: expected rows of shape {shape_text(shape)}, found {shape_text(found)} ({source})",
            span,
            column.want.path,
            help=advice(found, column.want),
        ),
        key=(column.want.role, column.want.name),
    )
    return None


def _tell_of_text(values: Array, column: Column) -> None:
    """Text where numbers are wanted, or numbers where text is."""
    text = values.dtype.kind in "US"
    found = "text" if text else f"numbers ({values.dtype})"
    help = f"write numbers, as `array.astype('{numpy_dtype(column.want.dtype)}')` does with strings that hold numbers"
    if not text:
        help = "write strings, as `array.astype('str')` does with numbers"
    elif column.want.role == "input":
        help = "declare the input with dtype: string, and let StringLookup or TextVectorization turn it into numbers"
    column.tell("MS731", f"expected {column.want.dtype}, found {found}", help)


def _characters(values: Array, column: Column) -> bool:
    """Half of a character, which UTF-16 has and no text, cannot be given on."""
    codes = np.ascontiguousarray(values).reshape(-1).view(np.uint32).reshape(values.size, -1)
    halves = ((codes & np.uint32(0xFFFFF800)) == 0xD800).any(axis=1).reshape(values.shape)
    return column.hold(
        values, halves, "MS731",
        lambda value: f"expected text, found half of a character in {ascii(value)[:40]}",
        "write whole characters, as `text.encode('utf-16', 'surrogatepass').decode('utf-16')` joins the halves",
    )  # fmt: skip


def _finite(values: Array, column: Column) -> bool:
    if values.dtype.kind != "f" or np.isfinite([values.min(), values.max()]).all():
        return True  # what is not finite is the smallest or the largest; looking for these takes no further array
    return column.hold(
        values, ~np.isfinite(values), "MS732",
        lambda value: f"expected a finite number, found {value}",
        "fill in or drop rows without a value", as_written=True,
    )  # fmt: skip


def _weights(values: Array, column: Column) -> bool:
    if column.want.kind != "weight":
        return True
    if not values.any():
        column.tell("MS742", "expected a weight above 0, found 0 in every row", None)
        return False
    return column.hold(
        values, values < 0, "MS742",
        lambda value: f"expected a weight of at least 0, found {_plain(value)}",
        "0 leaves a row out of the loss",
    )  # fmt: skip


def _labels(values: Array, column: Column) -> bool:
    if column.want.kind != "classes":
        return True
    last = "" if column.want.classes is None else f" from 0 to {column.want.classes - 1}"
    wanted = f"a class label{last}" + ("" if column.want.ignored is None else f", or {column.want.ignored} for none")
    fractional = column.hold(
        values, _fractions(values), "MS734",
        lambda value: f"expected {wanted}, found {value}",
        "class labels are whole numbers; for a number to predict use a loss such as mean_squared_error",
    )  # fmt: skip
    bad = values < 0 if column.want.classes is None else (values < 0) | (values >= column.want.classes)
    if column.want.ignored is not None:
        bad &= values != column.want.ignored
    return fractional and column.hold(
        values, bad, "MS733",
        lambda value: f"expected {wanted}, found {_plain(value)}",
        _label_help(values, bad, column.want),
    )  # fmt: skip


def _label_help(values: Array, bad: Array, want: Wanted) -> str:
    """What to do about labels out of range; called also where none are."""
    strange = np.unique(values[bad])
    one_based = len(strange) == 1 and strange[0] == want.classes and values[values != want.ignored].min() == 1
    if one_based:
        return "labels start at 0: subtract 1"
    numbered = (
        "labels start at 0" if want.classes is None else f"the output has {want.classes} classes, numbered from 0"
    )
    if len(strange) == 1 and want.ignored is None and want.loss == "SparseCategoricalCrossentropy":
        logits = ", from_logits: true" if want.from_logits else ""
        number = _plain(strange[0])
        return f"{numbered}; if {number} is not a class, write `{want.loss}: {{ignore_class: {number}{logits}}}`"
    return numbered


def _binary(values: Array, column: Column) -> bool:
    if column.want.kind != "binary":
        return True
    return column.hold(
        values, (values < 0) | (values > 1), "MS736",
        lambda value: f"expected 0 or 1, or a number between them, found {_plain(value)}",
        "for more than two classes use sparse_categorical_crossentropy and one unit per class",
    )  # fmt: skip


def _one_hot(values: Array, column: Column) -> bool:
    if column.want.kind != "one_hot":
        return True
    inside = column.hold(
        values, (values < 0) | (values > 1), "MS735",
        lambda value: f"expected a number from 0 to 1, found {_plain(value)}",
        "a one-hot row holds a single 1 and otherwise 0; for labels use sparse_categorical_crossentropy",
    )  # fmt: skip
    if not inside:
        return False
    sums = values.sum(axis=-1, dtype=np.float64)
    bad = np.zeros(values.shape, dtype=bool)
    bad[..., 0] = np.abs(sums - 1) > ONE_HOT_TOLERANCE
    totals = np.broadcast_to(sums[..., None], values.shape)
    return column.hold(
        totals, bad, "MS735",
        lambda value: f"expected {column.want.shape[-1]} numbers that sum to 1, found the sum {_plain(value)}",
        "for several labels per row use binary_crossentropy",
    )  # fmt: skip


def _indices(values: Array, column: Column) -> bool:
    if column.want.maximum is None:
        return True
    whole = column.hold(
        values, _fractions(values), "MS731",
        lambda value: f"expected a whole number, found {value}",
        "only indices can be looked up",
    )  # fmt: skip
    return whole and column.hold(
        values, (values < 0) | (values > column.want.maximum), "MS737",
        lambda value: f"expected an index from 0 to {column.want.maximum}, found {_plain(value)}",
        f"an index is below the layer's input_dim: raise input_dim to at least {_plain(float(values.max()) + 1)}",
    )  # fmt: skip


def _whole(values: Array, column: Column) -> bool:
    if np.dtype(numpy_dtype(column.want.dtype)).kind not in "iu" or values.dtype.kind != "f":
        return True
    return column.hold(
        values, _fractions(values), "MS731",
        lambda value: f"expected a whole number ({column.want.dtype}), found {value}",
        "declare the input with dtype: float32", as_written=True,
    )  # fmt: skip


def _range(values: Array, column: Column) -> bool:
    target = np.dtype(numpy_dtype(column.want.dtype))
    if target.kind == "b":
        return column.hold(
            values, (values != 0) & (values != 1), "MS731",
            lambda value: f"expected true or false (1 or 0), found {_plain(value)}", None, as_written=True,
        )  # fmt: skip
    if values.dtype.kind == "b":
        return True
    if target.kind == "f":
        high: float = largest(column.want.dtype)
        low, bad = -high, overflowing(values, column.want.dtype)
    else:
        low, high = np.iinfo(target).min, np.iinfo(target).max
        # As a float, the largest is the number after it, and the smallest may be the one before it.
        wide = high > _EXACT and values.dtype.kind == "f"
        bad = values >= float(high) if wide else values > high
        bad |= values <= low if wide and low else values < low
    return column.hold(
        values, bad, "MS731",
        lambda value: f"expected {column.want.dtype} (from {low} to {high}), found {_plain(value)}",
        "use a wider dtype", as_written=True,
    ) and _countable(values, column)  # fmt: skip


def _countable(values: Array, column: Column) -> bool:
    """Whole numbers that come as floats are those that were meant only where floats have each of them."""
    if np.dtype(numpy_dtype(column.want.dtype)).kind == "f" or values.dtype.kind != "f":
        return True
    digits = "floats have 53 bits of digits: it may not be the number that was meant"
    return column.hold(
        values, np.abs(values) > _EXACT, "MS731",
        lambda value: f"expected whole numbers ({column.want.dtype}) up to {_EXACT:.0f} in floats, found {value}",
        f"{digits}; write the array in whole numbers, as `array.astype('{column.want.dtype}')` does with the original",
        as_written=True,
    )  # fmt: skip


def _exact_indices(values: Array, column: Column) -> bool:
    """A place in a table that is rounded is another place."""
    if column.want.maximum is None or np.dtype(numpy_dtype(column.want.dtype)).kind != "f":
        return True
    return column.hold(
        values, ~exactly(values, column.want.dtype), "MS731",
        lambda value: f"expected an index that {column.want.dtype} has, found {_plain(value)}",
        "declare the input with dtype: int32", as_written=True,
    )  # fmt: skip


def _warn_of_classes(values: Array, column: Column) -> None:
    """Warn of classes without a row: a model never learns them, which is a mistake more often than not."""
    if column.want.kind == "one_hot":
        present, classes = np.flatnonzero(values.reshape(-1, values.shape[-1]).any(axis=0)), values.shape[-1]
    elif column.want.kind in ("classes", "binary"):
        found = np.unique(values)
        present, classes = found.astype(np.int64), column.want.classes if column.want.kind == "classes" else 2
        if (present != found).any():
            return  # probabilities say nothing of which classes there are
        present = present[present != column.want.ignored] if column.want.ignored is not None else present
    else:
        return
    if classes is None:
        return
    missing = sorted(set(range(min(classes, _MAX_COUNTED_CLASSES))) - {column.want.ignored, *present.tolist()})
    if (not missing or classes > _MAX_COUNTED_CLASSES) and len(present) > 1:
        return
    if len(present) == 0:
        what = f"every label is {column.want.ignored}, which `ignore_class` leaves out"
    elif len(present) == 1:
        what = f"every row has class {present[0]}"
    else:
        names = ", ".join(map(str, missing[:8])) + (", ..." if len(missing) > 8 else "")
        what = f"{len(missing)} of {classes} classes have no rows: {names}"
    help = "add such rows, or give the output fewer classes"
    message = f"{column.want.what}: {what}"
    column.problems.add(
        Diagnostic("MS738", message, column.raw.place(0, 0)[1], column.want.path, help, severity="warning"),
        key=column.want.name,
    )


def _fractions(values: Array) -> Array:
    return np.asarray(values != np.floor(values)) if values.dtype.kind == "f" else np.zeros(values.shape, dtype=bool)


def _plain(value: object) -> str:
    """A number without a needless `.0`; a string as it is."""
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return str(value)
    number = float(value)  # type: ignore[arg-type]
    return str(int(number)) if number.is_integer() and abs(number) < _EXACT else f"{number:.7g}"
