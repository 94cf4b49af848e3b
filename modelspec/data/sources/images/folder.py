"""A folder with a folder of pictures for each class -> a table of their paths and labels. Opens no picture."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence

import numpy as np

from modelspec.data.arrays import RowsFingerprint
from modelspec.data.files import closest
from modelspec.data.limits import MAX_IMAGES
from modelspec.data.problems import Problems
from modelspec.data.table import Asked, Key, MemoryTable, RawColumn, Table
from modelspec.diagnostics import Diagnostic, Span, SpecError
from modelspec.diagnostics import Path as SpecPath
from modelspec.expansion.files.paths import Reach
from modelspec.language.sections.sources import Images, Wanted

ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp")
"""What the names of pictures end with, in small or capital letters."""
COLUMNS = ("image", "label", "path")
_LEFT = ("thumbs.db", "desktop.ini")
"""Files that systems leave in folders of pictures; those that begin with a dot are left out, too."""


def read_images(source: Images, asked: Asked) -> Table:
    """The paths and labels of the pictures. Raises `SpecError` with everything that is wrong with the folder."""
    labelled = any("label" in want.column_names and want.role == "target" for want in asked.wanted)
    paths, labels = _pictures(source.path, asked, labelled)
    columns = {
        "image": [os.path.join(source.path, path) for path in paths],
        "label": labels,
        "path": [path.replace(os.sep, "/") for path in paths],
    }

    def place(row: int, _: int) -> tuple[str, Span | None]:
        return f"'{columns['image'][row]}'", None

    problems, found = Problems(asked.most), dict[Key, RawColumn]()
    for want in asked.wanted:
        name = want.column_names[0]
        if len(want.column_names) > 1 or name not in columns:
            problems.add(_no_column(want, source.path), key=(want.role, want.name))
            continue
        texts = np.array(columns[name], dtype=np.str_)
        found[want.role, want.name] = RawColumn(texts, place, texts if want.role == "kept" else None)
    problems.stop()
    names = "\0".join(columns["path"]).encode("utf-8", "surrogatepass")
    sha256 = hashlib.sha256(names).hexdigest()
    return MemoryTable(found, len(paths), RowsFingerprint(kind="images", path=source.path, size=0, sha256=sha256))


def _no_column(want: Wanted, path: str) -> Diagnostic:
    name = next((name for name in want.column_names if name not in COLUMNS), want.column_names[0])
    message = f"{want.what}: the pictures of '{path}' have no column '{name}', only {', '.join(COLUMNS)}"
    meant = "label" if want.role == "target" else "image" if want.role == "input" else "path"
    return Diagnostic("MS720", message, path=want.path, help=f"write `column: {meant}` there, or name it {meant}")


def _pictures(path: str, asked: Asked, labelled: bool) -> tuple[list[str], list[str]]:
    """The paths of all pictures below the folder, in their order, and the class of each; "" for one in no class's folder."""
    folder = _folder(path, asked.reach, asked.where)
    found, strange = list[str](), list[str]()
    for name in _files(folder):
        (found if name.lower().endswith(ENDINGS) else strange).append(name)
        if len(found) + len(strange) > MAX_IMAGES:
            raise SpecError(
                [Diagnostic("MS708", f"'{path}' holds more than {MAX_IMAGES:,} files", help="name a part of it")]
            )
    if not found:
        ends = ", ".join(ENDINGS)
        message = f"the folder '{path}' holds no picture, which is a file that ends in one of {ends}"
        raise SpecError(
            [Diagnostic("MS707", message, help="name the folder in which there is a folder for each class")]
        )
    problems = Problems(asked.most)
    for name in strange:
        message = (
            f"'{os.path.join(path, name)}' is no picture: expected a name that ends in one of {', '.join(ENDINGS)}"
        )
        problems.add(Diagnostic("MS729", message, help="move it out of the folder of pictures"), key="strange")
    found.sort(key=lambda name: name.split(os.sep))
    labels = [name.split(os.sep)[0] if os.sep in name else "" for name in found]
    if labelled:
        for problem in _of_classes(path, folder, found, labels, asked):
            problems.add(problem, key=problem.message[:12])
    problems.stop()
    return found, labels


def _of_classes(
    path: str, folder: str, found: Sequence[str], labels: Sequence[str], asked: Asked
) -> Iterator[Diagnostic]:
    """What is wrong with the classes."""
    help = "a folder for each class: photos/cat/1.jpg, photos/dog/2.jpg"
    for name, label in zip(found, labels, strict=True):
        if not label:
            message = f"the picture '{os.path.join(path, name)}' is in no folder of a class, so it has no label"
            yield Diagnostic("MS729", message, help=help)
    classes = set(labels) - {""}
    with os.scandir(folder) as entries:
        folders = sorted(entry.name for entry in entries if entry.is_dir() and not entry.name.startswith("."))
    for name in folders:
        if name not in classes:
            message = f"the folder '{os.path.join(path, name)}' of a class holds no picture"
            yield Diagnostic("MS729", message, help="put pictures into it, or remove it")
    if asked.split == "train" and len(classes) == 1:
        message = (
            f"all pictures of '{path}' are in the one folder '{next(iter(classes))}': there is nothing to tell apart"
        )
        yield Diagnostic("MS729", message, help=help)


def _folder(path: str, reach: Reach, where: SpecPath) -> str:
    bad = reach.problem(path)
    if bad is not None:
        raise SpecError([Diagnostic(bad.code, bad.message, path=where, help=bad.help)])
    folder = os.path.join(reach.folder, path)
    if os.path.isdir(folder):
        return folder
    if os.path.lexists(folder):
        message = f"'{path}' is not a folder: expected one with a folder of pictures for each class"
        raise SpecError([Diagnostic("MS705", message, path=where, help="name the folder that the pictures are in")])
    above = os.path.dirname(folder.rstrip(os.sep)) or os.curdir
    near = closest(os.path.basename(path.rstrip("/")), os.listdir(above)) if os.path.isdir(above) else None
    help = f"did you mean '{near}'?" if near else "data paths are relative to the spec, not to the working folder"
    message = f"there is no folder '{path}' (looked for {os.path.realpath(folder)})"
    raise SpecError([Diagnostic("MS704", message, path=where, help=help)])


def _files(folder: str) -> Iterator[str]:
    """All files below a folder but those that systems leave there; links to folders are not followed."""
    for root, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if not name.startswith(".") and name.lower() not in _LEFT:
                yield os.path.relpath(os.path.join(root, name), folder)
