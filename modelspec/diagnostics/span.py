"""Where something stands: a span of a file, and a path into a spec.

Knows nothing of what stands there.
"""

from __future__ import annotations

from typing import NamedTuple

Path = tuple[str | int, ...]
"""A path into a spec, such as `("layers", 3, "Dense", "units")`."""


class Span(NamedTuple):
    """A half-open stretch of a file; lines and columns count from 1, in code points, and the end is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


def path_text(path: Path) -> str:
    """The path as people write it: `layers[3].Dense.units`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else part
    return text
