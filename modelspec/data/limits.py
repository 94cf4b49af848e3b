"""How much data a source may hold; far above real use, and named in the message that refuses more."""

from __future__ import annotations

MAX_LINE_BYTES = 16 * 1024**2
"""The longest line of a CSV file."""
MAX_HEADER_BYTES = 10_000
"""The longest header of an array in an npz file."""
