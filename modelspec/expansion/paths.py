"""Which files a spec may name: below its own folder or the working folder, on this machine, and YAML.

A spec can come from a stranger, and what a wrong file holds ends up in messages. Must not know why a file is read.
"""

from __future__ import annotations

import os
import re

from modelspec.expansion import SET
from modelspec.source import Place, Scalar
from modelspec.source.words import describe, visible

_REMOTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|/(?:gcs|cns|hdfs|bigstore|placer)/")
_DRIVE = re.compile(r"[A-Za-z]:[\\/]|\\\\")
_LONGEST = 1_024


class BadPath(Exception):
    """Why a path is refused: a message, and what to write instead."""

    def __init__(self, message: str, help: str) -> None:
        super().__init__(message)
        self.message = message
        self.help = help


def spec_path(place: Place, what: str, folder: str) -> str:
    """The path of another spec that a spec names, from the folder of the file that names it.

    Raises `BadPath`. Whether the file is there is not looked at.
    """
    text = local_path(place, what)
    if not text.endswith((".yaml", ".yml")):
        raise BadPath(f"{what}: '{visible(text)}' is no YAML file", "name a file that ends in .yaml or .yml")
    return below(text, what, folder)


def folder_of(written: Place) -> str:
    """The folder that a path starts from: that of the file that names it, or the working folder on the command line."""
    if written.span.file == SET:
        return os.curdir
    return os.path.dirname(written.span.file) or written.document.folder


def local_path(place: Place, what: str) -> str:
    """A path as it is written, if it is one on this machine. Raises `BadPath`."""
    value = place.node.value if isinstance(place.node, Scalar) else None
    if not isinstance(value, str) or not value or value != value.strip() or len(value) > _LONGEST or "\0" in value:
        raise BadPath(f"{what}: expected the path of a file; received {describe(place.node)}", "write a path")
    if _REMOTE.match(value):
        raise BadPath(f"{what}: '{visible(value)}' is not on this machine", "copy it here; remote paths are not read")
    if value.startswith("~") or os.path.isabs(value) or _DRIVE.match(value):
        message = f"{what}: '{visible(value)}' does not start from the spec's folder"
        raise BadPath(message, "write a path that starts from the folder of the spec, so that others can use it too")
    return value


def below(path: str, what: str, folder: str) -> str:
    """The path from the working folder, if it stays below `folder` or the working folder. Raises `BadPath`."""
    joined = os.path.normpath(os.path.join(folder, path))
    real = os.path.realpath(joined)
    roots = [os.path.realpath(folder), os.path.realpath(os.curdir)]
    if not any(os.path.commonpath([real, root]) == root for root in roots):
        message = f"{what}: '{visible(path)}' leads out of the folder of the spec"
        help = "move it below that folder, or run the command from a folder that holds both"
        raise BadPath(message, help)
    return joined
