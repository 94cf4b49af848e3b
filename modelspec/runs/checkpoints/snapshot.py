"""What one checkpoint holds, as a value. Must not know where it came from or how it is stored."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelspec.runs.recorded import from_json

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Position:
    """Where a training stands: so many steps of an epoch are done, both counted from 0, in a stage counted from 0.

    `logs` are the losses and metrics of the epoch's training where all its steps are done and validation comes next.
    """

    epoch: int
    step: int
    logs: dict[str, float] | None = None
    stage: int = 0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A training at one moment. `values` can be written as JSON; `files` are further files to keep with it, by name."""

    position: Position
    values: dict[str, Any]
    arrays: dict[str, Array]
    files: dict[str, Path] = field(default_factory=dict)


def to_text(snapshot: Snapshot) -> str:
    """Position and values as JSON text; every float comes back as the very same one."""
    position = asdict(snapshot.position)
    return json.dumps(_packed({"position": position, "values": snapshot.values}), indent=1, allow_nan=False) + "\n"


def from_text(text: str) -> tuple[Position, dict[str, Any]]:
    """Position and values again. Raises ValueError, KeyError or TypeError where the text is not one of `to_text`."""
    read = _unpacked(from_json(text))
    position, values = read["position"], read["values"]
    if not isinstance(values, dict):
        raise TypeError("values")
    at = Position(int(position["epoch"]), int(position["step"]), position["logs"], int(position["stage"]))
    return at, values


_FLOAT = "not finite"


def _packed(value: Any) -> Any:
    """NaN and infinity as mappings, since JSON does not know them."""
    if isinstance(value, dict):
        return {key: _packed(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_packed(item) for item in value]
    return {_FLOAT: repr(value)} if isinstance(value, float) and not math.isfinite(value) else value


def _unpacked(value: Any) -> Any:
    if isinstance(value, dict):
        return float(value[_FLOAT]) if set(value) == {_FLOAT} else {key: _unpacked(item) for key, item in value.items()}
    return [_unpacked(item) for item in value] if isinstance(value, list) else value
