"""`modelspec init`: every starter validates and trains as it is; no file is overwritten."""

import pytest

from modelspec.cli.commands.init import TEMPLATES
from tests.chosen import spread


@pytest.mark.parametrize("template", spread(TEMPLATES, 3))
def test_every_starter_validates_and_trains_as_it_is(cli, tmp_path, monkeypatch, template):
    monkeypatch.chdir(tmp_path)
    done = cli("init", template)
    assert done.code == 0
    assert "modelspec train spec.yaml" in done.out
    assert cli("validate", "spec.yaml", "--strict").err == ""
    text = (tmp_path / "spec.yaml").read_text()
    assert text.startswith("# ")
    shorter = text.replace("samples: 2000", "samples: 128").replace("samples: 400", "samples: 64")
    lines = ["  epochs: 1" if line.startswith("  epochs:") else line for line in shorter.split("\n")]
    (tmp_path / "spec.yaml").write_text("\n".join(lines))
    done = cli("train", "spec.yaml", "--run-dir", "run")
    assert done.code == 0, done.err


def test_a_file_that_is_there_is_kept(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "spec.yaml").write_text("mine")
    done = cli("init")
    assert done.code == 1
    assert "spec.yaml already exists" in done.err
    assert (tmp_path / "spec.yaml").read_text() == "mine"


def test_a_dash_writes_to_stdout(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = cli("init", "text", "-o", "-")
    assert done.code == 0
    assert "\nmodelspec: 1\n" in done.out
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_starter_lists_the_known_ones(cli):
    done = cli("init", "classifer")
    assert done.code == 2
    assert "error: there is no template 'classifer'" in done.err
    assert all(name in done.err for name in TEMPLATES)


def test_a_folder_that_is_not_there_is_a_problem_not_a_bug(cli, tmp_path):
    done = cli("init", "-o", str(tmp_path / "none" / "spec.yaml"))
    assert done.code == 1
    assert "no such file or directory" in done.err


def test_the_first_line_names_the_schema_that_lies_beside(cli, tmp_path, monkeypatch):
    """An editor finds it without a network, and it is the schema of this version."""
    import json
    import re

    monkeypatch.chdir(tmp_path)
    (tmp_path / "specs").mkdir()
    assert cli("init", "-o", "specs/mine.yaml").code == 0
    first = (tmp_path / "specs" / "mine.yaml").read_text().splitlines()[0]
    named = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)[1]
    text = (tmp_path / "specs" / named).read_text(encoding="utf-8")
    assert text == cli("schema").out
    assert json.loads(text)["title"] == "modelspec"
    (tmp_path / "specs" / named).write_text("{}")
    assert cli("init", "-o", "specs/other.yaml").code == 0
    assert (tmp_path / "specs" / named).read_text() == "{}", "a schema that is there, perhaps with plugins, is kept"


def test_two_commands_lead_from_a_table_to_a_model(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = [f"{row},{row % 10},{'' if row % 9 == 0 else row % 7},{'ab'[row % 10 > 4]}" for row in range(200)]
    (tmp_path / "rows.csv").write_text("id,x,z,kind\n" + "".join(f"{line}\n" for line in lines))
    done = cli("init", "--from", "rows.csv", "--target", "kind")
    assert (done.code, done.out) == (
        0,
        "rows.yaml: try `modelspec validate rows.yaml`, then `modelspec train rows.yaml`\n",
    )
    assert cli("validate", "rows.yaml", "--strict").code == 0
    done = cli("train", "rows.yaml", "--run-dir", "run", "--set", "train.epochs=40")
    assert done.code == 0, done.err
    (tmp_path / "tomorrow.csv").write_text("x,z\n1,\n9,3\n")
    done = cli("predict", "run", "--data", "tomorrow.csv")
    assert [line.rpartition(",")[2] for line in done.out.splitlines()] == ["kind.class", "a", "b"]


def test_a_target_needs_a_table(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = cli("init", "--target", "kind")
    assert (done.code, "`--from`" in done.err) == (2, True)
    (tmp_path / "rows.csv").write_text("x,kind\n1,a\n2,b\n")
    done = cli("init", "--from", "rows.csv", "--target", "kidn")
    assert (done.code, "did you mean 'kind'?" in done.err) == (1, True)
