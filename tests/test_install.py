"""The README's own lines in empty environments: each way to install, and then the tour. Reaches the package index."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import tomli

from modelspec.diagnostics.installing import DISTRIBUTION, install
from modelspec.runtime.start import missing
from tests.test_readme import FILES, README, SHOWN

ROOT = Path(__file__).parents[1]
LINES = re.findall(r"^\$ (pip install .*?)(?:\s+#.*)?$", README.split("## Install")[1].split("\n## ")[0], re.MULTILINE)
WHEEL = re.search(r"`(pip wheel .*?)`", README)[1]


def run(folder, command, **environment):
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=1800, stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": "", "COLUMNS": "100", **environment},
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def done(folder, command, **environment):
    code, said = run(folder, command, **environment)
    assert code == 0, said
    return said


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of what git would hand out, as a repository of its own."""
    folder = tmp_path_factory.mktemp("clone") / "modelspec"
    shutil.copytree(ROOT / "modelspec", folder / "modelspec", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        shutil.copy(ROOT / name, folder)
    for command in ("git init -q", "git add -A", "git -c user.name=x -c user.email=x@y commit -qm x"):
        done(folder, shlex.split(command))
    return folder


def environment(folder):
    """An empty environment with pip; the folder of its programs."""
    done(folder, [sys.executable, "-m", "venv", folder / "venv"])
    return folder / "venv" / "bin"


def base(line):
    """The line without TensorFlow, which has its own test."""
    return line.replace("[tensorflow]", "")


def test_the_readme_names_four_ways_to_install():
    assert len(LINES) == 4
    assert sum("[tensorflow]" in line for line in LINES) == 3
    assert not re.search(r"pip install '?modelspec|pipx run modelspec", README + (ROOT / "docs" / "ci.md").read_text())


def test_whatever_says_to_install_modelspec_means_this_distribution():
    """And one place alone knows its name, for every message."""
    texts = {
        path: path.read_text("utf-8")
        for folder in ("modelspec", "docs")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".py", ".md", ".yaml", ".json")
    }
    assert [
        str(path) for path, text in texts.items() if re.search(r"install '?modelspec|install '?keras-modelspec", text)
    ] == [str(ROOT / "docs" / "training.md")]
    assert install("mlflow") in texts[ROOT / "docs" / "training.md"]
    project = tomli.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["name"] == DISTRIBUTION
    assert {missing(package).help for package in ("tensorflow", "pyarrow", "polars", "PIL", "mlflow", "h5py")} == {
        f"install it with: {install(extra)}" for extra in project["optional-dependencies"]
    }


@pytest.mark.slow
@pytest.mark.parametrize("line", dict.fromkeys(map(base, LINES)))
def test_an_empty_environment_checks_specs_after_the_readmes_line(line, checkout, tmp_path):
    programs = environment(tmp_path)
    if "dist/" in line:
        shutil.copytree(checkout, tmp_path / "copy")
        done(tmp_path / "copy", [programs / "python", "-m", *shlex.split(WHEEL)])
        checkout = tmp_path / "copy"
    line = line.replace("GIT-ADDRESS", f"file://localhost{checkout}")  # pip wants a host
    assert shlex.split(line)[0] == "pip"
    done(checkout, [programs / "python", "-m", *shlex.split(line), "--quiet"])
    work = tmp_path / "work"
    work.mkdir()
    for name, text in FILES.items():
        (work / name).write_text(text)
    for command, shown in SHOWN:
        if not command.startswith("train"):
            assert run(work, [programs / "modelspec", *shlex.split(command)])[1] == shown
    code, said = run(work, [programs / "modelspec", "train", "digits.yaml"])
    assert code == 1
    (advice,) = re.findall(r"install it with: (pip install .*)", said)
    # The advice asks for no other project: what it names is the one that is installed.
    tried = run(work, [programs / "python", "-m", *shlex.split(advice), "--dry-run", "--no-index", "--no-deps"])
    assert tried[0] == 0, tried[1]
    assert "keras-modelspec" in tried[1]


@pytest.mark.slow
def test_an_empty_environment_trains_after_the_readmes_line(checkout, tmp_path):
    programs = environment(tmp_path)
    (line,) = [line for line in LINES if line.endswith("'.[tensorflow]'")]
    done(checkout, [programs / "python", "-m", *shlex.split(line), "--quiet"])
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    for command, shown in SHOWN:
        said = run(tmp_path, [programs / "modelspec", *shlex.split(command)], TF_CPP_MIN_LOG_LEVEL="3")[1]
        if command.startswith("train"):
            said, shown = (re.sub(r"\d+ steps/s|\d{4}-\d\d-\d\d_\S+|\d\.\d+", "#", text) for text in (said, shown))
        assert said == shown
