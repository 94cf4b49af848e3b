"""Where a package's source files are, and whether they have changed: found without importing any part of it."""

from __future__ import annotations

import hashlib
import importlib.util
import os
from collections.abc import Iterable
from importlib.machinery import ModuleSpec, PathFinder

from modelspec.files.reading import read_start

_MOST = 4 * 1024 * 1024
"""Bytes of one source file that are read."""


def find_top(package: str, folder: str | None) -> ModuleSpec | None:
    """The outermost package of a name: as Python finds installed ones, else in `folder`. Nothing is imported."""
    top = package.partition(".")[0]
    try:
        found = importlib.util.find_spec(top)
    except (ImportError, ValueError, AttributeError):
        found = None
    if found is not None and (found.origin or found.submodule_search_locations):
        return found
    return None if folder is None else PathFinder.find_spec(top, [folder])


def parent_folder(top: ModuleSpec) -> str | None:
    """The folder that holds the outermost package; None where it is no folder of files."""
    if top.submodule_search_locations is not None:
        locations = list(top.submodule_search_locations)
        return os.path.dirname(os.path.abspath(locations[0])) if locations else None
    return os.path.dirname(os.path.abspath(top.origin)) if top.origin and os.path.exists(top.origin) else None


def digests(paths: Iterable[str], parent: str) -> dict[str, str]:
    """SHA-256 of the files at these paths below `parent`, those that can be read."""
    found = {}
    for path in sorted(paths):
        try:
            found[path] = hashlib.sha256(read_start(os.path.join(parent, path), _MOST)).hexdigest()
        except (OSError, ValueError):
            continue
    return found
