"""The file of an array that begins a weight: found, and its header read, when the spec is read.

Must not know which weight it begins.
"""

from __future__ import annotations

import os

from modelspec.catalogue.initializers import npz
from modelspec.diagnostics import Diagnostic
from modelspec.expansion.files.paths import reach_of
from modelspec.source import Mapping, Place
from modelspec.source.array_file import ArrayProblem, NoFile, read_header


def find_array(entry: npz, place: Place, problems: list[Diagnostic]) -> npz | None:
    """The entry with the header of its array and its path from the spec's folder; None where it was refused.

    The path starts and leads where any other that stands there may.
    """
    at = (place.get("path") or place) if isinstance(place.node, Mapping) else place
    named = place.get("array") if isinstance(place.node, Mapping) else None
    reach = reach_of(at)
    bad = reach.problem(entry.path)
    if bad is not None:
        problems.append(at.problem(bad.code, bad.message, bad.help))
        return None
    try:
        header = read_header(entry.path, os.path.realpath(reach.path(entry.path)), entry.array)
    except NoFile as problem:
        needed = "a new training needs it, a resumed one does not"
        help = f"{problem.help}; {needed}" if problem.help else needed
        problems.append(at.warning("MS418", problem.message, help))
        header = None
    except ArrayProblem as problem:
        where = named if problem.code == "MS720" and named is not None else at
        problems.append(where.problem(problem.code, problem.message, problem.help))
        return None
    folder = at.document.folder or os.curdir
    stays = os.path.isabs(entry.path) or os.path.normpath(reach.folder) == os.path.normpath(folder)
    path = entry.path if stays else os.path.relpath(reach.path(entry.path), folder)
    return entry.model_copy(update={"path": path}).found(header, reach.named(entry.path))
