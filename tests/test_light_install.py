"""The base package on the oldest Python that it promises: a real environment without TensorFlow."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def oldest_python():
    """A Python 3.10 that works; None where there is none."""
    found = [os.environ.get("MODELSPEC_PYTHON_3_10"), shutil.which("python3.10")]
    found += sorted(map(str, Path.home().glob(".pyenv/versions/3.10.*/bin/python")))
    for python in filter(None, found):
        done = subprocess.run([python, "--version"], capture_output=True, text=True, check=False)
        if done.stdout.startswith("Python 3.10."):
            return python
    return None


@pytest.mark.slow
def test_the_base_package_installs_and_checks_specs_on_python_3_10(tmp_path):
    python = oldest_python()
    if python is None:
        pytest.skip("there is no Python 3.10 here")
    subprocess.run([python, "-m", "venv", tmp_path / "venv"], check=True)
    # A copy, since building leaves files beside the package.
    shutil.copytree(ROOT / "modelspec", tmp_path / "source" / "modelspec", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path / "source")
    binaries = tmp_path / "venv" / "bin"
    subprocess.run([binaries / "pip", "install", "--quiet", tmp_path / "source"], check=True, capture_output=True)

    def run(*arguments):
        command = [binaries / "modelspec", *arguments]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    for arguments in (
        ("validate", "specs"),
        ("summary", "specs/fine_tune.yaml"),
        ("show", "specs/vqa.yaml"),
        ("layers", "Conv2D"),
        ("explain", "MS402"),
        ("schema",),
        ("init", "blocks", "-o", "-"),
    ):
        done = run(*arguments)
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)
    assert run("validate", "tests/keras1.yaml").returncode == 1
    done = run("train", "specs/digits.yaml")
    assert done.returncode == 1
    assert "error[MS601]" in done.stderr
