"""`train.init_from`: the weights that a training begins with, whole or by the paths of layers.

init_from: {path: runs/pretrained, exclude: [head]}

Opens nothing: whether the file is there, and whether its weights fit, is seen before the first step.
"""

from __future__ import annotations

import os

from modelspec.diagnostics import Diagnostic
from modelspec.expansion.files.paths import reach_of
from modelspec.language.fields import read_boolean, read_patterns, read_text, unknown_keys
from modelspec.language.spec import InitSpec
from modelspec.source import Mapping, Place

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
    found = _path(at, problems)
    if found is None:
        return None
    path, allowed = found
    return InitSpec(path, **patterns, partial=bool(flag), place=place, allowed=allowed)


def _path(at: Place, problems: list[Diagnostic]) -> tuple[str, tuple[str, ...]] | None:
    """The path from the spec's folder, and what it may lead to.

    It is written from the file that names it, or from the working folder with `--set`.
    """
    value = read_text(at, "train.init_from", problems)
    if value is None:
        return None
    reach = reach_of(at)
    bad = reach.problem(value)
    if bad is not None:
        code, what = ("MS153", "train.init_from: ") if bad.code == "MS701" else (bad.code, "")
        problems.append(at.problem(code, what + bad.message, bad.help))
        return None
    path = value if os.path.isabs(value) else os.path.relpath(reach.path(value), at.document.folder or os.curdir)
    return path, reach.named(value)
