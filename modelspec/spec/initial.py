"""`train.init_from`: the weights that a training begins with, whole or by the paths of layers.

init_from: {path: runs/pretrained, exclude: [head]}

Opens nothing: whether the file is there, and whether its weights fit, is seen before the first step.
"""

from __future__ import annotations

import os

from modelspec.diagnostics import Diagnostic
from modelspec.expansion import SET
from modelspec.source import Mapping, Place
from modelspec.source.paths import rooted, unusable
from modelspec.source.words import visible
from modelspec.spec.fields import read_boolean, read_patterns, read_text, unknown_keys
from modelspec.spec.spec import InitSpec

INIT_KEYS = ("path", "include", "exclude", "partial")
_EXAMPLE = "init_from: {path: runs/pretrained, exclude: [head]}"


def read_init(place: Place, problems: list[Diagnostic]) -> InitSpec | None:
    """A path, or a mapping with one; None and problems where it is refused."""
    at: Place | None = place
    if isinstance(place.node, Mapping):
        unknown_keys(
            place, "train.init_from", INIT_KEYS, problems, {"file": "path", "weights": "path", "skip": "exclude"}
        )
        at = place.get("path")
    if at is None:
        problems.append(place.problem("MS202", "train.init_from: `path` is missing", f"write `{_EXAMPLE}`", key=True))
        return None
    partial = place.get("partial") if isinstance(place.node, Mapping) else None
    flag = None if partial is None else read_boolean(partial, "train.init_from.partial", problems)
    patterns = {
        key: read_patterns(place.get(key), f"train.init_from.{key}", problems)
        for key in ("include", "exclude")
        if isinstance(place.node, Mapping)
    }
    path = _path(at, problems)
    if path is None:
        return None
    return InitSpec(path, **patterns, partial=bool(flag), place=place)


def _path(at: Place, problems: list[Diagnostic]) -> str | None:
    """The path from the spec's folder: it is written from the file that names it, or from the working folder with `--set`."""
    value = read_text(at, "train.init_from", problems)
    if value is None:
        return None
    bad = unusable(value)
    if bad is not None:
        problems.append(at.problem(bad.code, bad.message, bad.help))
        return None
    if at.span.file == at.document.file:
        if rooted(value):
            message = f"train.init_from: '{visible(value)}' does not start from the spec's folder"
            help = "write a path that starts from the folder of the spec, so that others can use it too"
            problems.append(at.problem("MS153", message, help))
            return None
        return os.path.normpath(value)
    folder = os.curdir if at.span.file == SET else os.path.dirname(at.span.file)
    return os.path.relpath(os.path.join(folder, value), at.document.folder or os.curdir)
