"""Every example of the README is run, and what it shows is what comes out."""

import re
import shlex
from pathlib import Path

import pytest
import tomli

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
    from modelspec.catalogue.ops import OPS, ops_left_out

    assert f"lists the {len(OPS)} of them, and says why {len(ops_left_out())} are left out" in " ".join(README.split())


def test_every_command_is_in_the_table():
    from modelspec.cli.app import COMMANDS

    table = README.partition("**Commands**")[2].partition("\n\nCommands that")[0]
    assert set(re.findall(r"^\| `modelspec (\w+)", table, re.MULTILINE)) == set(COMMANDS)


def test_the_pythons_that_train_are_those_of_the_makefile_and_the_package():
    """What checks needs no more than `requires-python` says."""
    root = Path(__file__).parent.parent
    oldest, newest = re.search(
        r"\(3, (\d+)\) <= sys.version_info\[:2\] <= \(3, (\d+)\)", (root / "Makefile").read_text()
    ).groups()
    named = ", ".join(f"3.{minor}" for minor in range(int(oldest), int(newest)))
    assert f"Python {named} or 3.{newest}," in README
    assert f"too; Python 3.{oldest} to 3.{newest}\n" in README
    project = tomli.loads((root / "pyproject.toml").read_text())["project"]
    assert f"TensorFlow; Python {project['requires-python'].removeprefix('>=')} or newer\n" in README
