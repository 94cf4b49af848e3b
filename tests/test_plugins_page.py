"""docs/plugins.md: its package and its spec, through its commands, as the page says."""

import re
import subprocess
import sys
from pathlib import Path

PAGE = (Path(__file__).parent.parent / "docs" / "plugins.md").read_text(encoding="utf-8")


def test_the_page_does_what_it_says(tmp_path):
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    (spec,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    (settings,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "my_package").mkdir()
    (tmp_path / "my_package" / "__init__.py").write_text(code)
    (tmp_path / "own.yaml").write_text(spec)
    commands = re.findall(r"^\$ modelspec (.*)\n((?:[^$`\n].*\n)*)", PAGE, re.MULTILINE)
    assert [command.split()[0] for command, _ in commands] == ["plugins", "validate", "train", "evaluate"]
    for command, printed in commands:
        assert run(tmp_path, command).startswith(printed)
    (tmp_path / "pyproject.toml").write_text(settings)
    assert run(tmp_path, "validate own.yaml") == "own.yaml: no problems\n"
    assert run(tmp_path, "evaluate run").startswith("test: loss ")


def run(folder, command):
    """What a command prints."""
    words = [sys.executable, "-m", "modelspec", *command.split()]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
