"""`modelspec data`: what rows hold, and everything that does not fit."""

import json
import subprocess
import sys

import pytest

from tests.seams.names import MAIN
from tests.seams.seam import program
from tests.tiny import COLUMNS, TINY, write

GOOD = "a,b,c,d,kind\n" + "".join(f"{row},{row / 2},{-row},{row % 5},{'xyz'[row % 3]}\n" for row in range(30))
WITHOUT_KERAS = program(
    """\
import sys
sys.argv[1:] = ["data", "spec.yaml"]
try:
    main()
except SystemExit:
    assert not {"tensorflow", "keras"} & set(sys.modules)
""",
    MAIN,
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    write(tmp_path, COLUMNS)
    (tmp_path / "rows.csv").write_text(GOOD)
    return tmp_path


def test_it_shows_the_rows_of_each_split(cli, folder):
    done = cli("data", "spec.yaml")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0] == "train: 30 rows"
    assert lines[1].split()[:4] == ["column", "for", "type", "gaps"]
    assert lines[2].startswith("  x       input   number [4]")
    assert lines[3].startswith("  kind    target  text")
    assert "x 10, y 10, z 10" in lines[3]


def test_every_wrong_cell_is_told_up_to_ten_of_a_kind(cli, folder):
    bad = "".join(f"{'?' if row else ''},1,1,1,x\n" for row in range(14))
    (folder / "rows.csv").write_text(GOOD + bad + "1,1\n")
    done = cli("data", "spec.yaml")
    assert done.code == 1
    assert "rows.csv:32:1: error[MS714] column 'a': expected a number, found an empty cell" in done.err
    assert done.err.count("MS715") == 10
    assert "found '?' (and 3 more like it)" in done.err
    assert done.err.count("missing: ['', '?']") == 1
    assert "rows.csv:46:1: error[MS713]" in done.err


def test_json_has_the_splits_the_labels_and_the_diagnostics(cli, folder):
    done = cli("data", "spec.yaml", "--format", "json")
    told = json.loads(done.out)
    assert (told["errors"], told["labels"]) == (0, {"kind": ["x", "y", "z"]})
    assert [(split["name"], split["rows"]) for split in told["splits"]] == [("train", 30)]
    column = told["splits"][0]["columns"][0]
    assert (column["minimum"], column["maximum"], sum(column["histogram"])) == (-29, 29, 120)


def test_a_page_holds_what_the_table_holds_and_nothing_of_it_is_markup(cli, folder):
    (folder / "rows.csv").write_text(GOOD.replace(",x\n", ",<b>x</b>\n"))
    done = cli("data", "spec.yaml", "--format", "html")
    assert done.code == 0
    assert "&lt;b&gt;x" in done.out
    assert "<b>" not in done.out
    assert "<svg" in done.out


def test_a_spec_without_training_rows_is_told(cli, folder):
    write(folder, TINY.partition("data:")[0])
    done = cli("data", "spec.yaml")
    assert done.code == 1
    assert "MS750" in done.err


def test_it_prints_no_bars_where_the_stream_cannot_write_them(folder):
    command = [sys.executable, "-m", "modelspec", "data", "spec.yaml"]
    env = {"PYTHONIOENCODING": "ascii", "PATH": "/usr/bin:/bin", "PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.isascii()
    assert subprocess.run([sys.executable, "-c", WITHOUT_KERAS], capture_output=True, check=False).returncode == 0
