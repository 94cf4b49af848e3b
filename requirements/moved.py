"""Which packages of this environment have another version than the lock: `python requirements/moved.py LOCK`.

Must not know why they have; it only tells, and never fails for it.
"""

from __future__ import annotations

import sys
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version


def locked(text: str) -> list[Requirement]:
    """Every `name==version; marker` of a lock."""
    lines = text.replace("\\\n", "").splitlines()
    return [
        Requirement(line.split(" --hash=")[0].strip())
        for line in lines
        if line.strip() and not line.startswith(("#", " "))
    ]


def pinned(requirement: Requirement) -> str:
    """The one version that a requirement of a lock allows."""
    (specifier,) = requirement.specifier
    return specifier.version


def moves(before: dict[str, str], now: dict[str, str]) -> list[str]:
    """A line for each package that is here in another version than before, or was not there before."""
    return [
        f"{name}: {before.get(name, 'not in the lock')} -> {version}"
        for name, version in sorted(now.items())
        if name not in before or Version(before[name]) != Version(version)
    ]


def main(lock: str) -> None:
    """Print the packages of this environment that the lock has otherwise."""
    text = Path(lock).read_text(encoding="utf-8")
    before = {
        canonicalize_name(item.name): pinned(item)
        for item in locked(text)
        if item.marker is None or item.marker.evaluate()
    }
    found = {canonicalize_name(item.name): item.version for item in metadata.distributions()}
    now = {name: version for name, version in found.items() if name not in ("keras-modelspec", "pip")}
    print("\n".join(moves(before, now)) or f"every package is that of {lock}")


if __name__ == "__main__":
    main(*sys.argv[1:])
