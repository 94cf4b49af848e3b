"""`inputs`: what goes into a model. A shape for each name, or a mapping with one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from modelspec.catalogue.types import MAX_DIM
from modelspec.language.fields import expect_mapping, read_name
from modelspec.language.refusals import meant_dtype
from modelspec.language.sections.decoding import Decode, Decoding, check_decode
from modelspec.language.sections.missing import Missing, check_missing
from modelspec.language.sections.parsing import Parse
from modelspec.language.settings import Kind, read_settings, setting
from modelspec.language.settings.values import Text, Texts, Whole
from modelspec.source import Place, Scalar, Sequence
from modelspec.source.words import describe, did_you_mean, number_meant
from modelspec.source.yaml.tuples import list_meant

if TYPE_CHECKING:
    from modelspec.language.objects import Reader

INPUT_DTYPES = (
    "float32", "float16", "bfloat16", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool",
    "string",
)  # fmt: skip
MAX_AXES = 63
"""Numpy's 64, without the batch axis."""
ALONE = "shape"
"""The setting that a value which is not a mapping stands for."""
_VITAL = {"shape", "dtype", "batch_size"}
"""Settings without which nothing is known of an input."""
_OF_DAYS = ("float32", "float64")
"""The dtypes of an input that takes dates."""


class Shape(Kind):
    """A shape without its batch axis; null is an axis of any size."""

    def read(self, place: Place, label: str, reader: Reader) -> tuple[int | None, ...] | None:
        """The sizes."""
        problems = reader.problems
        if not isinstance(place.node, Sequence):
            help = "write the sizes without the batch axis, such as `[28, 28, 1]`; null is an axis of any size"
            help = _shape_meant(place) or help
            problems.append(place.problem("MS203", f"shape: expected a list; received {describe(place.node)}", help))
            return None
        if len(place.node.items) > MAX_AXES:
            message = f"shape: expected at most {MAX_AXES} axes; received {len(place.node.items):,}"
            problems.append(place.problem("MS204", message, "data arrays have at most that many"))
            return None
        sizes: list[int | None] = []
        for item in place.items():
            value: Any = item.node.value if isinstance(item.node, Scalar) else item.node
            if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
                message = f"shape: expected an integer or null; received {describe(item.node)}"
                problems.append(item.problem("MS203", message, _size_meant(value)))
                return None
            if value is not None and not 0 < value <= MAX_DIM:
                message = f"shape: expected a size from 1 to {MAX_DIM:,}; received {value}"
                problems.append(item.problem("MS204", message, "null is an axis of any size" if value <= 0 else None))
                return None
            sizes.append(value)
        return tuple(sizes)

    def schema(self) -> dict[str, Any]:
        """Any sizes."""
        return {"$ref": "#/$defs/shape"}


class _Dtype(Kind):
    """The dtype that the data of an input have."""

    def read(self, place: Place, label: str, reader: Reader) -> str | None:
        """Its name."""
        value = place.node.value if isinstance(place.node, Scalar) else None
        if isinstance(value, str) and value in INPUT_DTYPES:
            return value
        meant = meant_dtype(value, INPUT_DTYPES) if isinstance(value, str) else None
        help = f"write `{meant}`" if meant is not None else None
        help = help or (did_you_mean(value, INPUT_DTYPES) if isinstance(value, str) else None)
        help = help or f"one of {', '.join(INPUT_DTYPES)}"
        message = f"dtype: expected a dtype; received {describe(place.node)}"
        reader.problems.append(place.problem("MS205", message, help))
        return None

    def schema(self) -> dict[str, Any]:
        """All that there are."""
        return {"enum": list(INPUT_DTYPES)}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class InputSpec:
    """A declared input: its shape without the batch axis, its dtype and its data columns (None: its own name)."""

    name: str
    place: Place
    shape: tuple[int | None, ...] = setting(Shape(), "Sizes without the batch axis; null is an axis of any size.")
    dtype: str = setting(_Dtype(), "The dtype of the data.", "float32")
    batch_size: int | None = setting(
        Whole(1, 1_000_000, null=True), "How many rows every batch has; needed by layers that keep their states.", None
    )
    parse: str | None = setting(
        Parse(), "How cells that are dates become days since 1970-01-01: `{date: '%Y-%m-%d'}`.", None
    )
    decode: Decode | None = setting(
        Decoding(),
        "What the files are whose paths its column holds: `image`, or `{image: {interpolation: nearest}}`.",
        None,
    )
    missing: str | float = setting(
        Missing(),
        "What becomes of an empty cell: `error`, `drop` (its row), `mean` or `median` of the training rows, or a value.",
        "error",
    )
    columns: tuple[str, ...] | None = setting(
        Texts(),
        "The columns of the data, if their names differ.",
        None,
        one=("column", Text(), "The column of the data, if its name differs."),
    )

    @property
    def batch_shape(self) -> tuple[int | None, ...]:
        """The shape with the batch axis first."""
        return (self.batch_size, *self.shape)


def read_inputs(place: Place | None, owner: Place, reader: Reader) -> tuple[InputSpec, ...] | None:
    """The declared inputs; None if any was refused."""
    problems = reader.problems
    if place is None:
        if owner.get("input") is not None:
            return None  # told as an old name
        help = "declare at least one, such as `inputs: {image: [28, 28, 1]}`"
        problems.append(owner.problem("MS202", "`inputs` is missing", help, key=True))
        return None
    if not expect_mapping(place, "inputs", problems, "inputs: {image: [28, 28, 1]}"):
        return None
    inputs = [_input(name, below, reader) for name, below in place.entries()]
    if not inputs:
        problems.append(place.problem("MS202", "`inputs` is empty", "declare at least one input"))
        return None
    good = tuple(item for item in inputs if item is not None)
    return good if len(good) == len(inputs) else None


def _input(name: str, place: Place, reader: Reader) -> InputSpec | None:
    """One input: its shape, or a mapping with `shape`."""
    problems, what = reader.problems, f"the input '{name}'"
    named = read_name(name, place, "an input", problems)
    if isinstance(place.node, Sequence):
        shape = Shape().read(place, what, reader)
        return None if shape is None or named is None else InputSpec(named, place, shape)
    meant = _shape_meant(place)
    if meant is not None:
        message = f"{what}: expected a shape; received {describe(place.node)}"
        problems.append(place.problem("MS203", message, meant))
        return None
    if not expect_mapping(place, what, problems, f"{name}: [28, 28, 1]"):
        return None
    dtype = place.get("dtype")
    written = dtype.node.value if dtype is not None and isinstance(dtype.node, Scalar) else None
    unfit = ("parse",) if written is not None and written not in _OF_DAYS else ()
    read = read_settings(InputSpec, place, what, reader, unfit=unfit)
    _check_parse(place, read.values, reader)
    check_missing(place, read.values, reader)
    check_decode(place, read.values, reader)
    if place.get("shape") is None:
        problems.append(place.problem("MS202", f"{what}: `shape` is missing", "add `shape: […]`", key=True))
    if named is None or "shape" not in read.values or read.refused & _VITAL:
        return None
    return InputSpec(named, place, **read.values)


def _check_parse(place: Place, values: dict[str, Any], reader: Reader) -> None:
    """Days are numbers with a fraction, and float32 has each of them."""
    below, dtype = place.get("parse"), values.get("dtype", "float32")
    if below is not None and dtype not in _OF_DAYS:
        message = f"parse: a date becomes a number of days, which {dtype} does not take"
        reader.problems.append(below.problem("MS208", message, "leave `dtype` out", key=True))


def _shape_meant(place: Place) -> str | None:
    """The list that one size, or sizes in a string, are meant for: `784`, `(28, 28, 1)`, `28x28`."""
    value = place.node.value if isinstance(place.node, Scalar) else None
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return f"write `[{value}]`"
    meant = list_meant(value) if isinstance(value, str) else None
    return None if meant is None else f"write `{meant}`"


def _size_meant(value: object) -> str | None:
    if isinstance(value, str):
        return "write `null`" if value in ("None", "none", "?", "*", "any") else number_meant(value)
    return f"write {int(value)}" if isinstance(value, float) and value == int(value) else None
