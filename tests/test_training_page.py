"""docs/training.md and docs/editor.md: their commands show what the pages say, and their files are there."""

import json
import re
import shlex
from pathlib import Path

import jsonschema_rs
import pytest

from modelspec.source import parse

DOCS = Path(__file__).parent.parent / "docs"
PAGE = (DOCS / "training.md").read_text(encoding="utf-8")
EDITOR = (DOCS / "editor.md").read_text(encoding="utf-8")
FILE, RUN = r"<!-- file: (\S+) -->\n```yaml\n(.*?)```", r"<!-- run -->\n```console\n\$ modelspec (.*?)\n(.*?)```"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with the page's files, and nothing else."""
    for name, text in re.findall(FILE, PAGE, re.DOTALL):
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


def without_numbers(text):
    """Speed is the machine's, and the losses are the seed's on one kind of machine: so is when training stops early."""
    lines = [line for line in text.splitlines() if not line.startswith("epoch ")]
    return re.sub(r"\d+(\.\d+)?", "#", "\n".join(lines))


def test_the_commands_show_what_the_page_says(cli, folder):
    commands = re.findall(RUN, PAGE, re.DOTALL)
    assert [command.split()[0] for command, _ in commands] == ["train", "train", "evaluate", "predict"]
    for command, shown in commands:
        done = cli(*shlex.split(command))
        assert done.code == 0, done.err
        assert without_numbers(done.out + done.err) == without_numbers(shown), command
    header = (folder / "predictions.csv").read_text().splitlines()[0]
    assert header == ",".join(["label", *(f"digit.{number}" for number in range(10)), "digit.class"])
    table = PAGE.partition("## What a run holds")[2].partition("\n## ")[0]
    named = {
        name for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE) for name in re.findall(r"`([^`/]+)/?`", row)
    }
    there = {item.name for item in (folder / "runs" / "first").iterdir()}
    assert there <= named
    assert named - there == {"learned.json", "run.lock", "tensorboard"}
    info = json.loads((folder / "runs" / "first" / "run.json").read_text())
    assert {"reason", "best_epoch", "best_by"} <= set(info)


def test_the_table_of_events_is_that_of_the_module():
    from modelspec.runs import events

    table = PAGE.partition("## Following a training")[2].partition("\n\nEach has")[0]
    named = {name for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}
    told = set(re.findall(r"^([a-z_]+)  +\w", events.__doc__, re.MULTILINE))
    assert named - {"event"} == told


def test_the_tests_that_the_page_names_exist():
    names = set(re.findall(r"`(tests/[^`]+)`", PAGE))
    assert len(names) > 10
    assert [name for name in sorted(names) if not (DOCS.parent / name).exists()] == []


def test_the_page_of_editors_does_what_it_says(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    commands = re.findall(r"^\$ modelspec (.*)$", EDITOR, re.MULTILINE)
    assert [command.split()[0] for command in commands] == ["init", "schema"]
    for command in commands:
        assert cli(*shlex.split(command)).code == 0
    (line,) = set(re.findall(r"^# yaml-language-server: .*$", EDITOR, re.MULTILINE))
    text = (tmp_path / "spec.yaml").read_text()
    assert text.startswith(f"{line}\n")
    assert (tmp_path / line.partition("$schema=")[2]).is_file()
    assert cli("validate", "spec.yaml").code == 0


def read(text):
    """A spec as plain values."""
    document, problems = parse(text, "spec.yaml")
    assert document is not None, problems
    return document.place.value


def test_the_schema_beside_a_spec_takes_it_and_finds_mistakes(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli("init", "classifier").code == 0
    text = (tmp_path / "spec.yaml").read_text()
    schema = json.loads((tmp_path / text.partition("$schema=")[2].partition("\n")[0]).read_text())
    validator = jsonschema_rs.Draft202012Validator(schema)
    assert validator.is_valid(read(text))
    assert not validator.is_valid(read(text.replace("epochs:", "epoch:")))
