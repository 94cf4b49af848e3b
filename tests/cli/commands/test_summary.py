"""`modelspec summary`: as text within the terminal's width, and as JSON."""

import json
from pathlib import Path

import pytest

from tests.tiny import TINY, write

SPECS = Path(__file__).parents[3] / "specs"


def test_the_text_tells_layers_shapes_parameters_and_calls(cli, tmp_path):
    done = cli("summary", write(tmp_path))
    assert (done.code, done.err) == (0, "")
    rows = [line.split() for line in done.out.split("\n")]
    assert ["kind", "(Dense)", "(None,", "3)", "27", "dense"] in rows
    assert any(row[:2] == ["parameters:", "67"] for row in rows)


def test_json_has_what_programs_need(cli, tmp_path):
    told = json.loads(cli("summary", write(tmp_path), "--format", "json").out)
    assert (told["name"], told["total_params"], told["trainable_params"], told["non_trainable_params"]) == (
        "tiny", 67, 67, 0,
    )  # fmt: skip
    assert told["inputs"] == {"x": [None, 4]}
    assert told["outputs"] == {"kind": [None, 3]}
    kind = next(layer for layer in told["layers"] if layer["name"] == "kind")
    assert (kind["type"], kind["params"]) == ("Dense", 27)
    assert kind["nodes"][0]["inputs"] == ["dense"]
    assert kind["nodes"][0]["output_shapes"] == [[None, 3]]


@pytest.mark.parametrize("spec", ["digits", "nodes", "image_similarity", "video_qa"])
def test_it_fits_into_80_columns(cli, monkeypatch, spec):
    monkeypatch.setenv("COLUMNS", "80")
    done = cli("summary", str(SPECS / f"{spec}.yaml"), "--nested")
    assert done.code == 0
    assert max(map(len, done.out.split("\n"))) <= 80


def test_nested_models_are_shown_when_asked_for(cli):
    path = str(SPECS / "shared_vision.yaml")
    assert "37,568" in cli("summary", path, "--nested").out
    assert "conv2d" not in cli("summary", path).out


def test_a_spec_with_errors_has_no_summary(cli, tmp_path):
    done = cli("summary", write(tmp_path, TINY.replace("units", "unit")))
    assert (done.code, done.out) == (1, "")
    assert "spec.yaml:5:13: error[" in done.err
