"""How much data a source may hold; far above real use, and named in the message that refuses more."""

from __future__ import annotations

MAX_LINE_BYTES = 16 * 1024**2
"""The longest line of a CSV file."""
MAX_HEADER_BYTES = 10_000
"""The longest header of an array in an npz file."""
MAX_FILES = 10_000
"""How many files a pattern may stand for."""
MAX_IMAGES = 1_000_000
"""How many pictures a folder may hold."""
MAX_IMAGE_BYTES = 256 * 1024**2
"""The largest file of a picture."""
MAX_IMAGE_PIXELS = 100_000_000
"""The most pixels of a picture."""
MAX_UNPACKED_BYTES = 64 * 1024**3
"""The most that comes out of a packed file."""
MAX_UNPACKED_RATIO = 250
"""How many times its size comes out of a packed file, where that is more than `SURELY_NO_BOMB`."""
SURELY_NO_BOMB = 64 * 1024**2
