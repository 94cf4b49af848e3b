"""How much data a source may hold; far above real use, and named in the message that refuses more."""

from __future__ import annotations

MAX_ARRAY_BYTES = 4 * 1024**3
"""The most one source's arrays may take in memory."""
MAX_LINE_BYTES = 16 * 1024**2
"""The longest line of a CSV file."""
MAX_HEADER_BYTES = 10_000
"""The longest header of an array in an npz file."""


def bytes_text(count: int) -> str:
    """The count as people say it: `4.0 GiB`."""
    size = float(count)
    for unit in ("bytes", "KiB", "MiB", "GiB", "TiB"):
        if size < 1024 or unit == "TiB":
            return f"{count} bytes" if unit == "bytes" else f"{size:,.1f} {unit}"
        size /= 1024
    raise AssertionError
