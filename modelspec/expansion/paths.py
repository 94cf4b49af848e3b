"""Which files a spec may name: below its own folder or the working folder, on this machine, and YAML.

A spec can come from a stranger, and what a wrong file holds ends up in messages. Must not know why a file is read.
"""

from __future__ import annotations

import os

from modelspec.expansion import SET
from modelspec.source import Place, Scalar
from modelspec.source.paths import rooted, unusable
from modelspec.source.words import describe, visible

_EXAMPLES = {"extends": "base.yaml", "spec": "encoder.yaml", "saved": "model.keras"}


class BadPath(Exception):
    """Why a path is refused: a message, and what to write instead."""

    def __init__(self, message: str, help: str) -> None:
        super().__init__(message)
        self.message = message
        self.help = help


def spec_path(place: Place, what: str) -> str:
    """The path of another spec that a spec names, from the working folder. Raises `BadPath`.

    Whether the file is there is not looked at.
    """
    path = path_of(place, what)
    if not path.endswith((".yaml", ".yml")):
        raise BadPath(f"{what}: '{visible(path)}' is no YAML file", "name a file that ends in .yaml or .yml")
    return path


def path_of(place: Place, what: str) -> str:
    """The path of a file that a spec names, from the working folder. Raises `BadPath`.

    A path starts from the folder of the file that names it and stays below that or the working folder; one that the
    command line sets starts from the working folder and may lead anywhere: the user says it, not the file.
    """
    value = place.node.value if isinstance(place.node, Scalar) else None
    if not isinstance(value, str):
        raise BadPath(f"{what}: expected the path of a file; received {describe(place.node)}", "write a path")
    bad = unusable(value)
    if bad is not None:
        message = bad.message.replace(" in data paths", "")
        help = bad.help.replace("data/train.csv, relative to the spec", f"shared/{_EXAMPLES.get(what, 'base.yaml')}")
        raise BadPath(f"{what}: {message}", help)
    if place.span.file == SET:
        return os.path.normpath(value)
    if rooted(value):
        message = f"{what}: '{visible(value)}' does not start from the spec's folder"
        raise BadPath(message, "write a path that starts from the folder of the spec, so that others can use it too")
    folder = os.path.dirname(place.span.file) or place.document.folder
    joined = os.path.normpath(os.path.join(folder, value))
    real = os.path.realpath(joined)
    roots = [os.path.realpath(folder), os.path.realpath(os.curdir)]
    if not any(os.path.commonpath([real, root]) == root for root in roots):
        message = f"{what}: '{visible(value)}' leads out of the folder of the spec"
        raise BadPath(message, "move it below that folder, or run the command from a folder that holds both")
    return joined
