"""`missing` of an input: what becomes of a cell in which nothing is. Must not know rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelspec.language.settings import Kind
from modelspec.source import Place, Scalar
from modelspec.source.words import describe, did_you_mean

if TYPE_CHECKING:
    from modelspec.language.objects import Reader

WORDS = ("error", "drop", "mean", "median")
"""What it may say but a value."""
_WITH_FRACTIONS = ("float32", "float16", "bfloat16", "float64")


class Missing(Kind):
    """One of `WORDS`, or what stands for a gap."""

    def read(self, place: Place, label: str, reader: Reader) -> str | float | None:
        """The word or the value."""
        value = place.node.value if isinstance(place.node, Scalar) else None
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            return value if isinstance(value, str) else float(value)
        message = f"{label}: expected {', '.join(WORDS)} or a value; received {describe(place.node)}"
        reader.problems.append(place.problem("MS203", message, "write for example `missing: mean`"))
        return None

    def schema(self) -> dict[str, Any]:
        """A word or a value."""
        return {"type": ["string", "number"]}


def check_missing(place: Place, values: dict[str, Any], reader: Reader) -> None:
    """Tell of what no gap of such an input can be filled with."""
    missing, dtype, below = values.get("missing", "error"), values.get("dtype", "float32"), place.get("missing")
    if below is None or missing in ("error", "drop"):
        return
    found = describe(below.node)
    if dtype == "string":
        if missing in WORDS or not isinstance(missing, str):
            message = f"missing: expected error, drop or a string for an input of strings; received {found}"
            reader.problems.append(below.problem("MS205", message, "write what stands for a gap: `missing: unknown`"))
    elif isinstance(missing, str) and missing not in WORDS:
        help = did_you_mean(missing, WORDS) or f"one of {', '.join(WORDS)}, or a number"
        message = f"missing: expected {', '.join(WORDS)} or a number; received {found}"
        reader.problems.append(below.problem("MS205", message, help))
    elif dtype not in _WITH_FRACTIONS and (isinstance(missing, str) or not missing.is_integer()):
        message = f"missing: expected error, drop or a whole number for an input of {dtype}; received {found}"
        reader.problems.append(below.problem("MS205", message, "or declare the input with `dtype: float32`"))
