"""Every example of the README is run, and what it shows is what comes out."""

import re
import shlex
from pathlib import Path

import pytest

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"<!-- file: (\S+) -->\n```yaml\n(.*?)```", README, re.DOTALL))
SHOWN = re.findall(r"<!-- run -->\n```console\n\$ modelspec (.*?)\n(.*?)```", README, re.DOTALL)
PYTHON = re.findall(r"<!-- python -->\n```python\n(.*?)```", README, re.DOTALL)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with the README's files, and nothing else."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


def test_the_readme_opens_with_two_commands_and_a_spec_of_a_dozen_lines():
    assert README.index("make train") < README.index("make test") < README.index("modelspec: 1")
    assert len(FILES["digits.yaml"].splitlines()) == 12


@pytest.mark.parametrize(("command", "shown"), SHOWN, ids=[command for command, _ in SHOWN])
def test_a_command_shows_what_the_readme_says(command, shown, folder, cli):
    done = cli(*shlex.split(command))
    said = done.out + done.err
    if command.startswith("train"):
        # Speed and time are the machine's; the losses are the seed's on one kind of machine.
        said, shown = (re.sub(r"\d+ steps/s|\d{4}-\d\d-\d\d_\S+|\d\.\d+", "#", text) for text in (said, shown))
    assert said == shown


def test_the_python_example_runs(folder, capsys):
    for example in PYTHON:
        exec(compile(example, "README.md", "exec"), {})
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("6 MS201")
    assert float(lines[-1]) > 0.9


def test_the_functions_that_are_there_and_those_left_out_are_counted():
    from modelspec.catalogue.ops import OPS, OPS_LEFT_OUT

    assert f"{len(OPS)} of them, and of the {len(OPS_LEFT_OUT)} that are left out" in " ".join(README.split())
