"""Splits that are parts of the training rows: trained and evaluated on the same ones, whatever way they are chosen."""

import numpy as np
import pytest

import modelspec
from tests.tiny import write

SPEC = """\
modelspec: 1
name: parts
inputs: {{x: [1]}}
layers:
  - Dense: {{units: 2, activation: softmax}}
    name: y
outputs: {{y: {{loss: sparse_categorical_crossentropy}}}}
train: {{epochs: 1, seed: 3}}
data:
  train: {{csv: rows.csv}}
  validation: {{split: {{fraction: 0.25, {by}}}}}
  test: {{split: {{fraction: 0.2, {by}}}}}
"""


@pytest.mark.parametrize(
    "by",
    [
        "by: random", "by: stratified", "by: {group: team}", "by: {time: day}", "by: {stratified: team}",
        "by: random, key: id", "seed: 0",  # the last rows
    ],
)  # fmt: skip
def test_what_was_tested_at_the_end_is_evaluated_and_predicted_again(by, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = [
        f"{row},{row % 7},{'no' if row % 3 else 'yes'},t{row % 20},2026-01-{row % 28 + 1:02}" for row in range(200)
    ]
    (tmp_path / "rows.csv").write_text("id,x,y,team,day\n" + "".join(f"{line}\n" for line in lines))
    result = modelspec.train(write(tmp_path, SPEC.format(by=by)), run_dir="run")
    assert set(result.metrics) == {"validation", "test"}
    for split, metrics in result.metrics.items():
        assert modelspec.evaluate("run", split=split).metrics == metrics
    ids = {
        split: modelspec.predict("run", split=split, keep=["id"]).kept["id"].values
        for split in ("train", "validation", "test")
    }
    assert sorted(np.concatenate(list(ids.values())).tolist()) == list(range(200))
