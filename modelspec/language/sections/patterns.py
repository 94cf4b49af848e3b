"""Paths with `*`, `?` or `[…]` in them, which stand for every file that fits. Opens nothing."""

from __future__ import annotations

import os
import re

_MAGIC = re.compile(r"[*?\[]")


def is_pattern(path: str) -> bool:
    """Whether a path may stand for several files; one that is there by this very name is meant by it."""
    return _MAGIC.search(path) is not None


def fixed_part(path: str) -> str:
    """The folder that all files which fit a pattern are in; of a plain path, the path."""
    if not is_pattern(path):
        return path
    parts = re.split(r"[/\\]", path)
    number = next(index for index, part in enumerate(parts) if is_pattern(part))
    return os.sep.join(parts[:number]) or (os.sep if path.startswith(os.sep) else os.curdir)
