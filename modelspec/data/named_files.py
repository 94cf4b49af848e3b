"""The paths of a source -> the files that they stand for, in the order of their rows. Opens none of them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from glob import iglob
from itertools import islice

from modelspec.data.limits import MAX_FILES
from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.diagnostics import Path as SpecPath
from modelspec.expansion.files.paths import Reach
from modelspec.language.sections.patterns import fixed_part, is_pattern


def named_files(paths: Sequence[str], reach: Reach, where: SpecPath, folders: bool = False) -> tuple[str, ...]:
    """The files in the order of the paths, those of a pattern in the order of their names. Raises `SpecError`.

    A file that is there by the very name of a pattern is meant by it. With `folders`, folders fit too.
    """
    found: list[str] = []
    for path in paths:
        plain = not is_pattern(path) or os.path.lexists(os.path.join(reach.folder, path))
        found.extend([path] if plain else _fitting(path, reach, where, folders))
    twice = next((path for index, path in enumerate(found) if path in found[:index]), None) if len(paths) > 1 else None
    if twice is not None:
        raise _refusal("MS703", f"'{twice}' is named twice: its rows would count twice", "name each file once", where)
    return tuple(found)


def _fitting(pattern: str, reach: Reach, where: SpecPath, folders: bool) -> list[str]:
    """The files that fit; what a link leads to is looked at when they are opened."""
    bad = reach.problem(pattern)
    if bad is not None:
        raise _refusal(bad.code, bad.message, bad.help, where)
    matches = iglob(pattern, root_dir=reach.folder, recursive=True)
    fitting = (path for path in matches if folders or not os.path.isdir(os.path.join(reach.folder, path)))
    found = sorted(set(islice(fitting, MAX_FILES + 1)))
    if len(found) > MAX_FILES:
        raise _refusal("MS708", f"more than {MAX_FILES:,} files fit '{pattern}'", "use a narrower pattern", where)
    if not found:
        folder = os.path.realpath(os.path.join(reach.folder, fixed_part(pattern)))
        there = "which does not exist" if not os.path.isdir(folder) else "which has no such file"
        help = "`*` stands for any part of a name, `**` for folders; data paths are relative to the spec"
        raise _refusal("MS704", f"no file fits '{pattern}' (looked in {folder}, {there})", help, where)
    return found


def _refusal(code: str, message: str, help: str, where: SpecPath) -> SpecError:
    return SpecError([Diagnostic(code, message, path=where, help=help)])
