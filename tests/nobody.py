"""Commands as a user who may do little: a child that gives up its rights, for tests that run as root.

Where the tests run as another user, that user's rights are few enough.
"""

import os
import pkgutil
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NOBODY = 65534
GIVING_UP = f"""\
import os
os.environ["HOME"] = "/nonexistent"
os.environ["XDG_CACHE_HOME"] = "/nonexistent"
if os.geteuid() == 0:
    import csv, encodings.idna, encodings.utf_8_sig, fcntl, html, resource, tomllib, tempfile, unittest, zoneinfo
    os.setgroups([])
    os.setgid({NOBODY})
    os.setuid({NOBODY})
"""
"""What a child does before its command. Python's own modules may be where nobody looks, so they are imported first."""
ALL_OF_IT = "\n".join(
    f"import {found.name}"
    for found in pkgutil.walk_packages([str(Path(__file__).parents[1] / "modelspec")], "modelspec.")
    if not found.name.endswith("__main__") and ".plugins.loading" not in found.name
)
"""Imports every module of the package."""


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder of nobody's that everybody may enter: pytest's own are for one user only."""
    folder = Path(tempfile.mkdtemp(prefix="nobody-"))
    try:
        folder.chmod(0o755)
        give(folder)
        yield folder
    finally:
        for item in (folder, *folder.rglob("*")):
            if item.is_dir() and not item.is_symlink():
                item.chmod(0o755)
        shutil.rmtree(folder)


def give(path: Path) -> None:
    """Have a file or folder, and all that is in it, be nobody's."""
    if os.geteuid() == 0:
        for item in (path, *(path.rglob("*") if path.is_dir() else ())):
            os.chown(item, NOBODY, NOBODY, follow_symlinks=False)
