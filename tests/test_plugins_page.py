"""docs/plugins.md: its package and its spec, through its commands, as the page says."""

import importlib
import re
import sys
from pathlib import Path

import keras
import pytest

PAGE = (Path(__file__).parent.parent / "docs" / "plugins.md").read_text(encoding="utf-8")


@pytest.fixture
def run(cli, tmp_path, monkeypatch):
    """What a command prints, in the page's folder; no command finds what another one has imported."""
    monkeypatch.chdir(tmp_path)

    def printed(command):
        before = dict(keras.saving.get_custom_objects())
        importlib.invalidate_caches()
        try:
            done = cli(*command.split())
        finally:
            sys.modules.pop("my_package", None)
            keras.saving.get_custom_objects().clear()
            keras.saving.get_custom_objects().update(before)
        assert done.code == 0, done.err
        return done.out

    return printed


def test_the_page_does_what_it_says(tmp_path, run):
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    (spec,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    (settings,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "my_package").mkdir()
    (tmp_path / "my_package" / "__init__.py").write_text(code)
    (tmp_path / "own.yaml").write_text(spec)
    commands = re.findall(r"^\$ modelspec (.*)\n((?:[^$`\n].*\n)*)", PAGE, re.MULTILINE)
    assert [command.split()[0] for command, _ in commands] == ["plugins", "validate", "train", "evaluate"]
    for command, printed in commands:
        assert run(command).startswith(printed)
    (tmp_path / "pyproject.toml").write_text(settings)
    assert run("validate own.yaml") == "own.yaml: no problems\n"
    assert run("evaluate run").startswith("test: loss ")
