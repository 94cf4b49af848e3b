"""`x[…]` of Python as a string: `":, 1:4"`, `"..., ::2"`, `"None, -1"`. Parsed here, never evaluated.

Must not know tensors; https://docs.python.org/3/reference/expressions.html#slicings
"""

from __future__ import annotations

import re
from types import EllipsisType
from typing import Annotated, Any

from pydantic import PlainValidator
from pydantic_core import PydanticCustomError

from modelspec.catalogue.types import MAX_DIM

MOST_PARTS = 64
"""Parts of a key, as many as a tensor can have axes."""
LONGEST = 1_000
_INT = r"[-+]?[0-9]{1,10}"
_PART = re.compile(
    rf"({_INT})|(\.\.\.|Ellipsis)|(None|newaxis|np\.newaxis)|({_INT})?\s*:\s*({_INT})?\s*(?::\s*({_INT})?)?"
)
Part = int | slice | EllipsisType | None
_EXPECTED = (
    'Input should be indices as in Python (`":, 1:4"`, `"..., ::2"`), a whole number, or a list of whole numbers'
)


def read_key(value: object) -> tuple[Part, ...]:
    """The parts of a key, from a string or from numbers. Raises `PydanticCustomError`."""
    if isinstance(value, str):
        return _read_text(value)
    parts = tuple(value) if isinstance(value, list | tuple) else (value,)
    if len(parts) > MOST_PARTS or not all(_is_part(part) for part in parts):
        raise PydanticCustomError("get_item_key", _EXPECTED)
    return tuple(parts)


def _is_part(part: object) -> bool:
    return (isinstance(part, int) and not isinstance(part, bool) and abs(part) <= MAX_DIM) or isinstance(
        part, slice | EllipsisType
    )


def _read_text(text: str) -> tuple[Part, ...]:
    text = text.strip()
    if text.startswith("[") and text.endswith("]"):
        text = text[1:-1]
    pieces = text.split(",") if len(text) <= LONGEST else []
    if len(pieces) > 1 and not pieces[-1].strip():
        pieces = pieces[:-1]  # `1,` is Python's tuple of one
    if not pieces or len(pieces) > MOST_PARTS:
        raise PydanticCustomError("get_item_key", _EXPECTED)
    parts = tuple(_part(piece.strip()) for piece in pieces)
    if sum(part is ... for part in parts) > 1:
        raise PydanticCustomError("get_item_key", "Input should have one `...` at most")
    return parts


def _part(text: str) -> Part:
    found = _PART.fullmatch(text)
    if found is None:
        raise PydanticCustomError("get_item_key", _EXPECTED)
    whole, ellipsis, axis, start, stop, step = found.groups()
    if ellipsis is not None:
        return ...
    if axis is not None:
        return None
    if whole is not None:
        return _bounded(whole)
    if step is not None and int(step) == 0:
        raise PydanticCustomError("get_item_key", "Input should have no step of 0")
    return slice(*(None if number is None else _bounded(number) for number in (start, stop, step)))


def _bounded(text: str) -> int:
    if abs(int(text)) > MAX_DIM:
        raise PydanticCustomError("get_item_key", "Input should be indices that a tensor can have")
    return int(text)


def key_text(key: tuple[Part, ...]) -> str:
    """A key as Python writes it."""
    return ", ".join(_written(part) for part in key)


def _written(part: Part) -> str:
    if part is ...:
        return "..."
    if isinstance(part, slice):
        step = "" if part.step is None else f":{part.step}"
        return f"{'' if part.start is None else part.start}:{'' if part.stop is None else part.stop}{step}"
    return str(part)


def _checked(value: object) -> object:
    """The key as it is written, if it can be read."""
    read_key(value)
    return tuple(value) if isinstance(value, list) else value


Key = Annotated[Any, PlainValidator(_checked, json_schema_input_type=int | list[int] | str)]
"""Places along the axes of a tensor."""
