"""The folder of a run's checkpoints: each one a folder of its own that is there as a whole or not at all.

    checkpoints/000007/state.json            where training stands, history, callbacks, what must be the same
                       arrays.safetensors    every variable
                       ...                   further files, such as the best weights
                       manifest.json         size and SHA-256 of the others

A checkpoint is written under a hidden name, synced and renamed; one whose bytes are not those of its manifest is never
used. Must not know what the arrays mean.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelspec.files.reading import NotAFile, kind, open_file, opened
from modelspec.files.writing import sync_folder, write_new
from modelspec.runs.checkpoints.arrays import NotArrays, from_bytes, pieces
from modelspec.runs.checkpoints.snapshot import Snapshot, from_text, to_text
from modelspec.runs.recorded import MOST_BYTES, Manifest, NotAsWritten, from_json, held

FORMAT = 1
STATE, ARRAYS, MANIFEST = "state.json", "arrays.safetensors", "manifest.json"
_NAME = re.compile(r"\d{6,}")
_PIECE = 1 << 20


class Damaged(Exception):
    """A checkpoint that is not as it was written; the text says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Found:
    """The newest checkpoint that is whole, and why newer ones were passed over."""

    path: Path
    snapshot: Snapshot
    damaged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Store:
    """The checkpoints in `folder`, the newest `keep` of them."""

    folder: Path
    keep: int

    def names(self) -> list[str]:
        """The checkpoints that are there, the newest first."""
        try:
            entries = os.listdir(self.folder)
        except (FileNotFoundError, NotADirectoryError):
            return []
        return sorted((name for name in entries if _NAME.fullmatch(name)), key=int, reverse=True)

    def publish(self, snapshot: Snapshot, open_files: dict[str, Any] | None = None) -> Path:
        """Write a checkpoint, newer than all others, and forget old ones; its path.

        `open_files` are the snapshot's files, opened for reading when it was taken; without them they are opened now.
        Raises OSError; the checkpoints that were there are then as they were, and nothing of the new one is left.
        """
        what = kind(self.folder, self.folder.parent) if os.path.lexists(self.folder) else "a folder"
        if what != "a folder":
            raise OSError(errno.ENOTDIR, f"{self.folder.name} is {what or 'a file'}, not a folder of the run")
        names = self.names()
        name = f"{int(names[0]) + 1 if names else 1:06d}"
        beside = self.folder / f".{name}.{os.getpid()}.part"
        try:
            self.folder.mkdir(exist_ok=True)
            os.mkdir(beside)
            _write_all(beside, snapshot, open_files)
            os.rename(beside, self.folder / name)
            sync_folder(self.folder)
        except BaseException:
            shutil.rmtree(beside, ignore_errors=True)
            raise
        self._forget()
        return self.folder / name

    def _forget(self) -> None:
        """Remove all but the newest ones: hidden first, so that no half of one is ever taken for a whole one."""
        for name in self.names()[self.keep :]:
            hidden = self.folder / f".{name}.{os.getpid()}.part"
            os.rename(self.folder / name, hidden)
            _take_away(hidden)

    def newest(self, check: Callable[[Snapshot], None] = lambda snapshot: None) -> Found | None:
        """The newest checkpoint whose bytes are those of its manifest; None where there is no such one.

        `check` raises `NotAsWritten` for one that is passed over as well.
        """
        damaged: list[str] = []
        for name in self.names():
            try:
                snapshot = read(self.folder / name)
                check(snapshot)
                return Found(self.folder / name, snapshot, tuple(damaged))
            except (Damaged, NotAsWritten) as error:
                damaged.append(f"{self.folder.name}/{name}: {error}")
        return None

    def damage(self, check: Callable[[Snapshot], None] = lambda snapshot: None) -> tuple[str, ...]:
        """What is wrong with each checkpoint that is not whole."""
        wrong: list[str] = []
        for name in self.names():
            try:
                check(read(self.folder / name))
            except (Damaged, NotAsWritten) as error:
                wrong.append(f"{self.folder.name}/{name}: {error}")
        return tuple(wrong)

    def clean(self) -> None:
        """Remove what a killed writer left. Only for who holds the lock of the run directory."""
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            for entry in os.scandir(self.folder):
                if entry.name.startswith(".") and entry.name.endswith(".part"):
                    _take_away(Path(entry.path))


def _take_away(path: Path) -> None:
    """Remove what stands in the place of a checkpoint: a folder, or a file or link that is none."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
        return
    with contextlib.suppress(OSError):
        path.unlink()


def read(path: Path) -> Snapshot:
    """The checkpoint in the folder `path`. Raises `Damaged`. What is used is what was checked against the manifest."""
    manifest = _manifest(_bytes(path, MANIFEST))
    whole = {name: _checked(path, name, manifest) for name in (STATE, ARRAYS)}
    files = {}
    for name in manifest:
        if name not in whole:
            _checked(path, name, manifest, keep=False)
            files[name] = path / name
    try:
        position, values = from_text(whole[STATE].decode("utf-8"))
        return Snapshot(position, values, from_bytes(whole[ARRAYS]), files)
    except (NotArrays, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise Damaged(f"it is not in the format of this modelspec: {error}") from error


def _write_all(folder: Path, snapshot: Snapshot, open_files: dict[str, Any] | None) -> None:
    written: dict[str, dict[str, Any]] = {}

    def put(name: str, content: Iterable[bytes | memoryview]) -> None:
        size, digest = write_new(folder / name, content)
        written[name] = {"size": size, "sha256": digest}

    put(ARRAYS, pieces(snapshot.arrays))
    put(STATE, [to_text(snapshot).encode()])
    for name, path in snapshot.files.items():
        opened = None if open_files is None else open_files[name]
        with contextlib.nullcontext(opened) if opened is not None else open_file(path, path.parent) as stream:
            put(name, _parts(stream))
    text = json.dumps({"format": FORMAT, "files": written}, indent=1) + "\n"
    write_new(folder / MANIFEST, [text.encode()])
    sync_folder(folder)


def _parts(stream: Any) -> Iterator[bytes]:
    while part := stream.read(_PIECE):
        yield part


def _manifest(data: bytes) -> dict[str, tuple[int, str]]:
    try:
        manifest = held(Manifest, from_json(data.decode("utf-8")))
    except ValueError as error:
        raise Damaged(f"its {MANIFEST} is damaged: {error}") from error
    if manifest.format != FORMAT:
        raise Damaged(f"its format is {manifest.format!r}, but this modelspec reads {FORMAT}")
    files = {name: (entry.size, entry.sha256) for name, entry in manifest.files.items()}
    if not {STATE, ARRAYS} <= set(files) or any(os.sep in name or name.startswith(".") for name in files):
        raise Damaged(f"its {MANIFEST} is damaged")
    return files


def _checked(path: Path, name: str, manifest: dict[str, tuple[int, str]], keep: bool = True) -> bytes:
    size, digest = manifest[name]
    found = hashlib.sha256()
    parts: list[bytes] = []
    count = 0

    def take(part: bytes) -> None:
        nonlocal count
        found.update(part)
        count += len(part)
        if keep:
            parts.append(part)

    _each_part(path, name, take, size)
    if count != size:
        more = "more than" if count > size else f"{count:,} bytes instead of"
        raise Damaged(f"{name} has {more} {size:,}{' bytes' if count > size else ''}")
    if found.hexdigest() != digest:
        raise Damaged(f"{name} has changed since it was written")
    return b"".join(parts)


def _bytes(path: Path, name: str) -> bytes:
    parts: list[bytes] = []
    _each_part(path, name, parts.append, MOST_BYTES)
    return b"".join(parts)


def _each_part(path: Path, name: str, take: Callable[[bytes], None], most: int) -> None:
    """The parts of a regular file; of one that has more than so many bytes, not much more than these."""
    try:
        # Neither the checkpoints nor one of them may be a link.
        with opened(path / name, path.parent.parent) as stream:
            count = 0
            while count <= most and (part := stream.read(_PIECE)):
                count += len(part)
                take(part)
    except NotAFile as error:
        raise Damaged(f"{name} is {error.what}, not a regular file") from error
    except OSError as error:
        missing = error.errno in (errno.ENOENT, errno.ENOTDIR)
        raise Damaged(f"{name} is missing" if missing else f"{name} cannot be read: {error.strerror}") from error
