"""The lock fits pyproject.toml: all that it asks for, for every Python and system, in versions that it allows, and no more."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
import tomli
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from requirements.moved import locked, moves, pinned

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements" / "lock.txt").read_text(encoding="utf-8")
ENTRIES = locked(LOCK)
PROJECT = tomli.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SYSTEMS = {"linux": ("Linux", "posix"), "darwin": ("Darwin", "posix"), "win32": ("Windows", "nt")}
PYTHONS = ("3.10", "3.11", "3.12", "3.13")
EXTRAS_OF_THE_LOCK = ("tensorflow", "parquet", "tables", "images")  # mlflow brings sixty packages more, and few use it
ENVIRONMENTS = [(python, system) for python in PYTHONS for system in SYSTEMS]


def environment(python: str, system: str) -> dict[str, str]:
    """What markers ask for, on this Python and system."""
    name, kind = SYSTEMS[system]
    return {
        "python_version": python, "python_full_version": f"{python}.9", "sys_platform": system, "platform_system": name,
        "os_name": kind, "platform_machine": "x86_64", "implementation_name": "cpython",
        "platform_python_implementation": "CPython", "extra": "",
    }  # fmt: skip


def versions(python: str, system: str) -> dict[str, str]:
    """The locked version of each package that is installed there; fails where there are two."""
    found: dict[str, str] = {}
    for entry in ENTRIES:
        if entry.marker is None or entry.marker.evaluate(environment(python, system)):
            name = canonicalize_name(entry.name)
            assert name not in found, f"two versions of {name} for Python {python} on {system}"
            found[name] = pinned(entry)
    return found


def group(name: str) -> Iterator[str]:
    """The requirements of a dependency group, with those of the groups in it."""
    for item in PROJECT["dependency-groups"][name]:
        if isinstance(item, str):
            yield item
        else:
            yield from group(item["include-group"])


def asked(python: str) -> list[Requirement]:
    """What pyproject.toml asks for in an environment of `make`; on 3.10, where Keras is not to be had, the base."""
    texts = [*PROJECT["project"]["dependencies"], *group("dev")]
    if python != "3.10":
        texts += [text for extra in EXTRAS_OF_THE_LOCK for text in PROJECT["project"]["optional-dependencies"][extra]]
    return [Requirement(text) for text in texts]


@pytest.mark.parametrize(("python", "system"), ENVIRONMENTS)
def test_the_lock_has_what_pyproject_asks_for(python, system):
    there = versions(python, system)
    for requirement in asked(python):
        if requirement.marker is None or requirement.marker.evaluate(environment(python, system)):
            version = there.get(canonicalize_name(requirement.name))
            assert version is not None, f"{requirement} is not in the lock for Python {python} on {system}: make lock"
            assert requirement.specifier.contains(version, prereleases=True), f"{requirement}, not {version}: make lock"


def test_the_lock_has_what_its_packages_ask_for():
    python = ".".join(map(str, sys.version_info[:2]))
    there = versions(python, sys.platform)
    here = {name: metadata.version(name) for name in there if _installed(name)}
    same = [name for name, version in here.items() if Version(version) == Version(there[name])]
    if len(same) < len(there) // 2:
        pytest.skip("these are not the packages of the lock")
    for name in same:
        for text in metadata.requires(name) or ():
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                version = there.get(canonicalize_name(requirement.name))
                assert version is not None, f"{name} asks for {requirement}, which is not in the lock"
                assert requirement.specifier.contains(version, prereleases=True), (name, str(requirement), version)


def _installed(name):
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def test_each_package_has_one_version_and_hashes():
    for block in re.split(r"\n(?=\S)", LOCK):
        if not block.startswith("#"):
            assert re.match(r"[a-z0-9.-]+==[^\s;]+( ;[^\\]+)? \\\n    --hash=sha256:[0-9a-f]{64}", block), block[:200]


def test_nothing_in_the_lock_is_of_one_machine():
    assert not re.search(r"://|file:|--index|--extra|--find-links|--trusted|\.whl|(^|[\s@=])[./~]", LOCK, re.MULTILINE)


def test_the_lock_has_no_torch_and_not_the_project_itself():
    names = {canonicalize_name(entry.name) for entry in ENTRIES}
    assert not {name for name in names if "torch" in name or "nvidia" in name}
    assert "keras-modelspec" not in names
    assert "modelspec" not in names


def test_pyproject_has_lower_bounds_only():
    build, extras = PROJECT["build-system"]["requires"], PROJECT["project"]["optional-dependencies"].values()
    for text in (
        *build,
        *PROJECT["project"]["dependencies"],
        *group("dev"),
        *(text for extra in extras for text in extra),
    ):
        assert [specifier.operator for specifier in Requirement(text).specifier] == [">="], text


def test_the_pythons_of_the_lock_are_those_that_the_package_names():
    named = {line.rsplit(" ", 1)[1] for line in PROJECT["project"]["classifiers"] if re.search(r":: 3\.\d+$", line)}
    assert named == set(PYTHONS)
    assert PROJECT["project"]["requires-python"] == f">={PYTHONS[0]}"


def test_the_lock_is_made_of_the_extras_that_are_compared():
    text = (ROOT / "requirements" / "lock.in").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert lines == [".", f".[{','.join(EXTRAS_OF_THE_LOCK)}] ; python_version >= '3.11'"]


def test_a_lock_that_does_not_fit_is_told(monkeypatch):
    changed = [entry for entry in ENTRIES if entry.name != "rich"]
    monkeypatch.setattr(sys.modules[__name__], "ENTRIES", changed)
    with pytest.raises(AssertionError, match=r"rich>=.* is not in the lock"):
        test_the_lock_has_what_pyproject_asks_for("3.11", "linux")
    monkeypatch.setattr(sys.modules[__name__], "ENTRIES", [*changed, Requirement("rich==1.0")])
    with pytest.raises(AssertionError, match=r"rich>=.*, not 1\.0"):
        test_the_lock_has_what_pyproject_asks_for("3.11", "linux")


def test_moves_name_the_package_and_both_versions():
    before, now = {"a": "1.0", "b": "2.0", "c": "3"}, {"a": "1.1", "b": "2", "d": "4"}
    assert moves(before, now) == ["a: 1.0 -> 1.1", "d: not in the lock -> 4"]


def test_the_program_tells_the_moves_of_its_environment(tmp_path):
    lock = tmp_path / "lock.txt"
    lock.write_text(
        "pytest==1.0 \\\n    --hash=sha256:00\n    # via x\nabsent==1 ; python_version < '3' \\\n    --hash=sha256:00\n"
    )
    done = subprocess.run(
        [sys.executable, ROOT / "requirements" / "moved.py", lock], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": ""},
    )  # fmt: skip
    lines = done.stdout.splitlines()
    assert f"pytest: 1.0 -> {metadata.version('pytest')}" in lines
    assert not any(line.startswith("absent") for line in lines)
