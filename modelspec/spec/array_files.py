"""The file of an array that begins a weight: found, and its header read, when the spec is read.

Must not know which weight it begins.
"""

from __future__ import annotations

import os

from modelspec.catalogue.initializers import npz
from modelspec.diagnostics import Diagnostic
from modelspec.expansion import SET
from modelspec.source import Mapping, Place
from modelspec.source.array_file import ArrayProblem, NoFile, read_header


def find_array(entry: npz, place: Place, problems: list[Diagnostic]) -> npz | None:
    """The entry with the header of its array and its path from the spec's folder; None where it was refused.

    A path starts from the file that names it, or from the working folder with `--set`.
    """
    at = (place.get("path") or place) if isinstance(place.node, Mapping) else place
    named = place.get("array") if isinstance(place.node, Mapping) else None
    folder = at.document.folder or os.curdir
    start = folder
    roots: tuple[str, ...] = (folder, os.curdir)
    if at.span.file == SET:
        start, anywhere = os.curdir, True
    else:
        anywhere = False
        if at.span.file != at.document.file:
            start = os.path.dirname(at.span.file) or os.curdir
            roots = (*roots, start)
    try:
        header = read_header(entry.path, start, None if anywhere else roots, entry.array)
    except NoFile as problem:
        help = f"{problem.help}; training needs it" if problem.help else "training needs it"
        problems.append(at.warning("MS418", problem.message, help))
        header = None
    except ArrayProblem as problem:
        where = named if problem.code == "MS720" and named is not None else at
        problems.append(where.problem(problem.code, problem.message, problem.help))
        return None
    path = entry.path if start == folder else os.path.relpath(os.path.join(start, entry.path), folder)
    return entry.model_copy(update={"path": path}).found(header)
