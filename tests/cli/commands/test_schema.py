"""`modelspec schema`: what docs/schema.json holds, without TensorFlow."""

import json
from pathlib import Path

import modelspec

KEPT = Path(modelspec.__file__).parents[1] / "docs" / "schema.json"


def test_the_schema_is_printed_as_it_is_kept(cli):
    done = cli("schema")
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out)["title"] == "modelspec"
    assert done.out == KEPT.read_text(encoding="utf-8"), "run `python -m docs.generate`"


def test_the_schema_is_written_into_a_file(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = cli("schema", "-o", "own.schema.json")
    assert (done.code, done.err) == (0, "")
    assert "# yaml-language-server: $schema=own.schema.json" in done.out
    assert (tmp_path / "own.schema.json").read_text(encoding="utf-8") == KEPT.read_text(encoding="utf-8")
    assert cli("schema", "-o", "none/own.schema.json").code == 1
