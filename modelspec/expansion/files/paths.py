"""Which files a spec may name: below its own folder, the working folder, or a folder that the user allows.

A spec can come from a stranger, and what a wrong file holds ends up in messages. What the command line itself names may lie
anywhere: the user says it, not the file. Must not know why a file is read; opens nothing, but follows links.
"""

from __future__ import annotations

import os
from typing import NamedTuple

from modelspec.source import Place, Scalar
from modelspec.source.origins import SET
from modelspec.source.paths import PathProblem, leaves, outside, unusable
from modelspec.source.words import describe, visible

_EXAMPLES = {"extends": "base.yaml", "spec": "encoder.yaml", "saved": "model.keras"}


class Reach(NamedTuple):
    """The folder that a path starts from, and what it may lead to: these folders and files; None is anywhere."""

    folder: str
    allowed: tuple[str, ...] | None

    def path(self, given: str) -> str:
        """The path of a file, from the working folder."""
        return os.path.normpath(os.path.join(self.folder, given))

    def problem(self, given: str) -> PathProblem | None:
        """Why no file may be read by this path, links followed; None where it may."""
        bad = unusable(given)
        if bad is not None or self.allowed is None:
            return bad
        told = outside(given)
        if told is not None and told.code != "MS701":
            return told
        real = os.path.realpath(os.path.join(self.folder, given))
        meant = os.path.realpath(os.path.join(self.folder, given.replace("\\", "/")))  # as Windows would read it
        drive = given[1:2] == ":" and told is not None and not os.path.isabs(given)
        roots = [os.path.realpath(root) for root in self.allowed]
        if not drive and all(any(_within(path, root) for root in roots) for path in (real, meant)):
            return None
        if told is not None:
            return told._replace(help=_allow(os.path.dirname(self.path(given)) or os.curdir))
        return leaves(given, f"a link leads to {real}", _allow(os.path.dirname(real)))

    def named(self, given: str) -> tuple[str, ...]:
        """What has to be allowed for the path to be read again: the folders, or the file that the user named."""
        return (os.path.abspath(self.path(given)),) if self.allowed is None else self.allowed


def _within(path: str, root: str) -> bool:
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)


def _allow(folder: str) -> str:
    return (
        "put the file below the folder of the spec or the working folder, or allow the folder that it is in: "
        f"`--data-root {folder}`"
    )


def within(folder: str, roots: tuple[str, ...] = ()) -> Reach:
    """The reach of a spec that lies in a folder, where the user allows others too."""
    allowed = (os.path.abspath(folder or os.curdir), os.getcwd(), *roots)
    return Reach(folder or os.curdir, tuple(dict.fromkeys(allowed)))


def reach_of(place: Place) -> Reach:
    """The reach of a path that stands here: it starts from the folder of the file that names it.

    One that the command line sets starts from the working folder and may lead anywhere.
    """
    document, file = place.document, place.span.file
    if file == SET:
        return Reach(os.curdir, None)
    folder = document.folder if file == document.file else os.path.dirname(file)
    return within(folder, document.roots)


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
        raise BadPath(f"{what}: '{visible(path)}' is not a YAML file", "name a file that ends in .yaml or .yml")
    return path


def path_of(place: Place, what: str) -> str:
    """The path of a file that a spec names, from the working folder. Raises `BadPath`."""
    value = place.node.value if isinstance(place.node, Scalar) else None
    if not isinstance(value, str):
        raise BadPath(f"{what}: expected the path of a file; received {describe(place.node)}", "write a path")
    reach = reach_of(place)
    bad = reach.problem(value)
    if bad is not None:
        message = bad.message.replace(" in data paths", "")
        help = bad.help.replace("data/train.csv, relative to the spec", f"shared/{_EXAMPLES.get(what, 'base.yaml')}")
        raise BadPath(f"{what}: {message}", help)
    return reach.path(value)
