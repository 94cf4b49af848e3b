"""`train.init_from`: the weights that a training begins with, whole or by the paths of layers.

init_from: {path: runs/pretrained, exclude: [head]}

Opens nothing: whether the file is there, and whether its weights fit, is seen before the first step.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from modelspec.expansion.files.paths import reach_of
from modelspec.language.fields import read_text
from modelspec.language.settings import Kind, read_settings, schema_of, setting
from modelspec.language.settings.values import Patterns, Switch
from modelspec.source import Mapping, Place

if TYPE_CHECKING:
    from modelspec.language.objects import Reader

_EXAMPLE = "init_from: {path: runs/pretrained, exclude: [head]}"
_OLD = {"file": "path", "weights": "path", "skip": "exclude"}


class _Path(Kind):
    """A path from the file that names it, or from the working folder with `--set`."""

    def read(self, place: Place, label: str, reader: Reader) -> str | None:
        """The path from the spec's folder."""
        value = read_text(place, label.removesuffix(".path"), reader.problems)
        if value is None:
            return None
        reach = reach_of(place)
        bad = reach.problem(value)
        if bad is None:
            return value if os.path.isabs(value) else os.path.relpath(reach.path(value), place.document.folder or ".")
        code, what = ("MS153", f"{label.removesuffix('.path')}: ") if bad.code == "MS701" else (bad.code, "")
        reader.problems.append(place.problem(code, what + bad.message, bad.help))
        return None

    def schema(self) -> dict[str, Any]:
        """A text."""
        return {"type": "string", "minLength": 1, "maxLength": 1024}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class InitSpec:
    """The weights that a training begins with: a run, a .safetensors or a .keras file below the spec's folder.

    Taken are those whose path a pattern of `include` names (all, if there is none) and none of `exclude`; with `partial`,
    only those that are there in the same shape.
    """

    path: str = setting(_Path(), "The file or run directory.")
    include: tuple[str, ...] = setting(Patterns(), "Take only weights that these name; `*` matches any characters.", ())
    exclude: tuple[str, ...] = setting(Patterns(), "Leave out weights that these name.", ())
    partial: bool = setting(Switch(), "Take the weights that fit, and leave the others as they are.", False)
    place: Place | None = None
    allowed: tuple[str, ...] = ()
    """What the path may lead to: folders, and files that the command line names."""


class Beginning(Kind):
    """A path, or a mapping with one."""

    alone = "path"

    def read(self, place: Place, label: str, reader: Reader) -> InitSpec | None:
        """The weights; None where the path is missing or refused."""
        if isinstance(place.node, Mapping):
            at = place.get("path")
            values = read_settings(InitSpec, place, label, reader, old=_OLD).values
        else:
            at, path = place, _Path().read(place, label, reader)
            values = {} if path is None else {"path": path}
        if at is None:
            message, help = f"{label}: `path` is missing", f"write `{_EXAMPLE}`"
            reader.problems.append(place.problem("MS202", message, help, key=True))
        if at is None or "path" not in values:
            return None
        return InitSpec(**values, place=place, allowed=reach_of(at).named(at.value))

    def schema(self) -> dict[str, Any]:
        """A path, or a mapping."""
        return {"anyOf": [_Path().schema(), schema_of(InitSpec)]}
