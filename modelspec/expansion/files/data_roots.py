"""Further folders in which a spec may name files: those that the user gives, and those of the project's pyproject.toml.

Never what a spec says itself.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from modelspec.diagnostics import Diagnostic, Span, SpecError
from modelspec.source.project import find_project

KEY = "data-roots"
_HELP = 'write for example `data-roots = ["../data"]`: folders, relative to that of pyproject.toml'


def data_roots(given: Sequence[str | os.PathLike[str]] = (), folder: str = ".") -> tuple[str, ...]:
    """The folders, absolute: the given ones from the working folder, the project's from its own.

    Raises `SpecError` (MS743) for a given one that is no folder, and for a setting that is no list of folders.
    """
    roots = []
    for root in given:
        if not os.path.isdir(root):
            message = f"--data-root: '{os.fspath(root)}' is not a folder"
            raise SpecError([Diagnostic("MS743", message, help="name a folder, relative to the working folder")])
        roots.append(os.path.abspath(root))
    return tuple(dict.fromkeys((*roots, *_of_project(folder))))


def _of_project(folder: str) -> list[str]:
    found = find_project(folder)
    if found is None or found.misspelt is not None or KEY not in found.text:
        return []  # what is wrong beside this key is told where the plugins are found
    start = Span(found.file, 1, 1, 1, 1)
    if found.broken is not None:
        raise SpecError([Diagnostic("MS743", f"not readable: {found.broken}", start, help="correct the file")])
    roots = found.table.get(KEY, []) if isinstance(found.table, dict) else found.table
    if not isinstance(roots, list) or not all(isinstance(root, str) and root.strip() for root in roots):
        message = f"[tool.modelspec]: expected `{KEY}` to be a list of folders"
        raise SpecError([Diagnostic("MS743", message, start, help=_HELP)])
    return [os.path.abspath(os.path.join(found.folder, root)) for root in roots]
