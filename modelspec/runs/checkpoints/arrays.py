"""Arrays <-> the bytes of a safetensors file, piece by piece: no second copy in memory, and no code in the file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from math import prod
from typing import TYPE_CHECKING, Any

import ml_dtypes
import numpy as np

from modelspec.runs.recorded import from_json

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

_NAMES = {
    "bool": "BOOL", "int8": "I8", "uint8": "U8", "int16": "I16", "uint16": "U16", "int32": "I32", "uint32": "U32",
    "int64": "I64", "uint64": "U64", "float16": "F16", "bfloat16": "BF16", "float32": "F32", "float64": "F64",
}  # fmt: skip
_DTYPES = {
    name: np.dtype(ml_dtypes.bfloat16 if dtype == "bfloat16" else dtype).newbyteorder("<")
    for dtype, name in _NAMES.items()
}
_PIECE = 1 << 20
_HEADER_BYTES = 8
_ABOUT = "__metadata__"


class NotArrays(ValueError):
    """Bytes that are not a safetensors file."""


def pieces(arrays: dict[str, Array], about: dict[str, str] | None = None) -> Iterator[bytes | memoryview]:
    """The bytes of the file, at most a megabyte at a time. Raises TypeError for a dtype that the format lacks.

    `about` is what the file says of itself, beside the arrays.
    """
    header: dict[str, Any] = {} if about is None else {_ABOUT: about}
    offset = 0
    for name, array in arrays.items():
        if array.dtype.name not in _NAMES:
            raise TypeError(f"{name}: {array.dtype} cannot be stored")
        header[name] = {
            "dtype": _NAMES[array.dtype.name],
            "shape": list(array.shape),
            "data_offsets": [offset, offset + array.nbytes],
        }
        offset += array.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % _HEADER_BYTES)
    yield len(text).to_bytes(_HEADER_BYTES, "little") + text
    for array in arrays.values():
        little = np.ascontiguousarray(array, dtype=_DTYPES[_NAMES[array.dtype.name]])
        flat = memoryview(little.reshape(-1).view(np.uint8).data) if little.size else memoryview(b"")
        for start in range(0, len(flat), _PIECE):
            yield flat[start : start + _PIECE]


def from_bytes(data: bytes | bytearray) -> dict[str, Array]:
    """The arrays of a file, as views into `data`. Raises `NotArrays`."""
    try:
        header, start = _header(data)
        found: dict[str, Array] = {}
        for name, entry in header.items():
            if name == _ABOUT:
                continue
            dtype, shape, (begin, end) = _DTYPES[entry["dtype"]], tuple(entry["shape"]), entry["data_offsets"]
            count = prod(shape)
            if not 0 <= begin <= end <= len(data) - start or end - begin != count * dtype.itemsize:
                raise NotArrays(f"'{name}' does not lie within the file")
            found[name] = np.frombuffer(data, dtype, count, start + begin).reshape(shape)
        return found
    except NotArrays:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise NotArrays(f"the header cannot be read: {error}") from error


def about(data: bytes | bytearray) -> dict[str, Any]:
    """What a file says of itself beside its arrays. Raises `NotArrays`."""
    try:
        found = _header(data)[0].get(_ABOUT)
    except (ValueError, AttributeError) as error:
        raise NotArrays(f"the header cannot be read: {error}") from error
    return found if isinstance(found, dict) else {}


def _header(data: bytes | bytearray) -> tuple[dict[str, Any], int]:
    """What stands before the numbers, and where these begin. Raises ValueError."""
    length = int.from_bytes(data[:_HEADER_BYTES], "little")
    start = _HEADER_BYTES + length
    if length <= 0 or start > len(data):
        raise NotArrays("the header is longer than the file")
    header: dict[str, Any] = from_json(bytes(data[_HEADER_BYTES:start]).decode("utf-8"))
    return header, start
