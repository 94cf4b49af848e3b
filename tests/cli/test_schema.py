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
