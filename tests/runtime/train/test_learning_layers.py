"""Layers that learn from the training rows, through the commands: trained, killed, resumed, evaluated, used, repeated."""

import json
import random
import re

import keras
import numpy as np
import pytest

from modelspec import api
from modelspec.runtime.evaluate.evaluate import open_trained
from tests.seams.names import LEARNING_COURSE

SPEC = """\
modelspec: 1
inputs:
  word: {shape: [1], dtype: string}
  text: {shape: [], dtype: string}
  numbers: {shape: [2], columns: [a, b]}
  size: [1]
layers:
  - StringLookup: {output_mode: one_hot}
    from: word
    name: look
  - TextVectorization: {output_mode: tf_idf, max_tokens: 6}
    from: text
    name: words
  - Discretization: {num_bins: 3, output_mode: one_hot}
    from: size
    name: bins
  - Normalization:
    from: numbers
    name: norm
  - Dense: 3
    name: first
  - Normalization:
    name: deep
  - Concatenate:
    from: [look, words, bins, norm, deep]
  - Dense: {units: 1, name: y}
outputs: {y: {loss: mse}}
train: {epochs: 2, batch_size: 8, optimizer: {Adam: 0.01}}
data: {train: {csv: rows.csv}, validation: {split: 0.25}}
""".replace("  - Dense: {units: 1, name: y}", "  - Dense: 1\n    name: y")
ROWS = 48


def written_rows(path="rows.csv", seed=0, words=("sea", "sky", "sand")):
    draw = random.Random(seed)
    lines = ["word,text,a,b,size,y"]
    for number in range(ROWS):
        word = "later" if number >= ROWS * 3 // 4 else draw.choice(words)
        text = " ".join(draw.choices(["Good", "bad,", "fine", "so", "so-so"], k=3))
        cells = (word, f'"{text}"', draw.gauss(5, 2), draw.gauss(-100, 30), draw.uniform(0, 9), draw.random())
        lines.append(",".join(map(str, cells)))
    with open(path, "w") as file:
        file.write("\n".join(lines))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    written_rows()
    (tmp_path / "spec.yaml").write_text(SPEC)
    return tmp_path


@pytest.fixture
def run(folder, cli):
    done = cli("train", "spec.yaml", "--run-dir", "run")
    assert done.code == 0, done.err
    return folder / "run"


def learned(run):
    return json.loads((run / "learned.json").read_text())["layers"]


def test_only_the_training_rows_teach(run):
    found = learned(run)
    assert list(found) == ["look", "words", "bins", "norm", "deep"]
    assert sorted(found["look"]["vocabulary"]) == ["sand", "sea", "sky"]
    lines = (run.parent / "rows.csv").read_text().splitlines()[1 : 1 + ROWS * 3 // 4]
    numbers = np.array([line.rsplit(",", 4)[1:3] for line in lines], "float32")
    np.testing.assert_allclose(found["norm"]["mean"], numbers.astype("float64").mean(0), rtol=5e-8)


def test_a_run_is_evaluated_and_predicts_on_raw_rows(run, cli):
    kept = json.loads((run / "metrics.json").read_text())["validation"]
    done = cli("evaluate", "run", "--split", "validation")
    assert (done.code, done.err) == (0, ""), done.err
    assert json.loads((run / "metrics.json").read_text())["validation"] == kept
    written_rows("others.csv", seed=5, words=("sea", "new"))
    done = cli("predict", "run", "--data", "others.csv", "--output", "found.npz")
    assert done.code == 0, done.err
    model = keras.models.load_model("run/model.keras")
    rows = [
        line.split(",") for line in (run.parent / "others.csv").read_text().replace("bad,", "bad;").splitlines()[1:]
    ]
    given = {
        "word": keras.ops.convert_to_tensor([[row[0]] for row in rows]),
        "text": keras.ops.convert_to_tensor([row[1].strip('"').replace(";", ",") for row in rows]),
        "numbers": keras.ops.convert_to_tensor(np.array([row[2:4] for row in rows], "float32")),
        "size": keras.ops.convert_to_tensor(np.array([[row[4]] for row in rows], "float32")),
    }
    np.testing.assert_allclose(np.load("found.npz")["y"], np.asarray(model(given)["y"]), rtol=1e-5, atol=1e-6)


def test_a_training_that_goes_on_has_learned_already_and_comes_to_the_same(run, cli, monkeypatch):
    assert cli("train", "spec.yaml", "--run-dir", "whole", "--set", "train.epochs=4").code == 0

    def never(*more):
        raise AssertionError("it learned again")

    monkeypatch.setattr(LEARNING_COURSE.path, never)
    done = cli("train", "--resume", "run", "--set", "train.epochs=4")
    assert done.code == 0, done.err
    for name in ("history.jsonl", "last.safetensors", "learned.json"):
        assert (run / name).read_bytes() == (run.parent / "whole" / name).read_bytes(), name


def test_a_run_is_reproduced(run, cli):
    done = cli("reproduce", "run", "--run-dir", "again")
    assert done.code == 0, done.err
    assert learned(run) == learned(run.parent / "again")


def test_other_rows_are_told_and_with_leave_teach_nothing(run, cli):
    before = (run / "learned.json").read_bytes()
    written_rows(seed=3)
    done = cli("train", "--resume", "run", "--set", "train.epochs=4")
    assert done.code == 1
    assert "rows.train: other bytes" in done.err
    done = cli("train", "--resume", "run", "--set", "train.epochs=4", "--allow-changed")
    assert done.code == 0, done.err
    assert (run / "learned.json").read_bytes() == before


def test_a_summary_of_a_run_says_what_it_learned(run, cli):
    done = cli("summary", "run")
    assert done.code == 0, done.err
    assert "  look: vocabulary of 3: " in done.out
    assert "  norm: mean 4." in done.out
    assert re.search(r"look \(StringLookup\) +\(None, 4\) ", done.out)
    assert api.summary("run").learned["bins"].startswith("bin_boundaries ")
    before = cli("summary", "spec.yaml").out
    assert re.search(r"look \(StringLookup\) +\(None, None\) ", before)
    assert "? is what only a training tells: how long the vocabularies are that look, words learn" in before


def test_a_model_is_not_built_before_it_has_learned(folder, cli):
    assert cli("validate", "spec.yaml").code == 0
    done = cli("build", "spec.yaml", "--output", "model.keras")
    assert done.code == 1
    assert "StringLookup has no `vocabulary` yet: a training learns it from its rows" in done.err
    assert "Normalization has no `mean` and `variance` yet: a training learns them from its rows" in done.err
    assert not (folder / "model.keras").exists()


def test_smoke_learns_from_random_rows(folder, cli):
    done = cli("smoke", "spec.yaml")
    assert done.code == 0, done.out + done.err


def test_what_rows_do_not_teach_is_told_at_the_layer(folder, cli):
    text = (folder / "rows.csv").read_text().replace("sea", "[UNK]").replace("sky", "[UNK]").replace("sand", "[UNK]")
    (folder / "rows.csv").write_text(text)
    done = cli("train", "spec.yaml", "--run-dir", "run")
    assert done.code == 1
    assert "StringLookup cannot learn its `vocabulary`: there is no word to learn, besides special ones" in done.err
    assert not (folder / "run").exists()


def test_a_model_that_does_not_fit_the_vocabulary_is_told_before_the_first_step(folder, cli):
    other = SPEC.replace("look, words, bins, norm, deep]", "words, bins, norm, deep]")
    other = other.replace("  - Concatenate", "  - Add:\n    from: [look, both]\n    name: sum\n  - Concatenate", 1)
    other = other.replace(
        "  - Normalization:\n    from: numbers",
        "  - Dense: 7\n    from: size\n    name: both\n  - Normalization:\n    from: numbers",
    )
    (folder / "spec.yaml").write_text(other.replace("[words, bins", "[sum, words, bins"))
    assert cli("validate", "spec.yaml").code == 0
    done = cli("train", "spec.yaml", "--run-dir", "run")
    assert done.code == 1
    assert "error[MS402]" in done.err and "(None, 4)" in done.err
    assert not (folder / "run").exists()


FURTHER = """\
modelspec: 1
inputs:
  word: {shape: [1], dtype: string}
  text: {shape: [], dtype: string}
  numbers: {shape: [2], columns: [a, b]}
  size: [1]
models: {before: {saved: run}}
layers:
  - call: before
    from: [word, text, numbers, size]
    name: y
outputs: {y: {loss: mse}}
"""


def test_a_model_that_takes_a_run_in_has_what_it_learned(run, cli):
    (run.parent / "further.yaml").write_text(FURTHER + "train: {epochs: 1}\ndata: {train: {csv: others.csv}}\n")
    written_rows("others.csv", seed=5, words=("sea", "new"))
    assert cli("validate", "further.yaml").err == ""
    built = api.build("further.yaml")
    trained = open_trained("run", weights="best").built.model
    given = {
        "word": keras.ops.convert_to_tensor([["sea"], ["sky"], ["new"]]),
        "text": keras.ops.convert_to_tensor(["good", "bad", "so so"]),
        "numbers": keras.ops.convert_to_tensor(np.array([[5, -90], [4, -80], [9, -1]], "float32")),
        "size": keras.ops.convert_to_tensor(np.array([[1], [4], [8]], "float32")),
    }
    assert np.array_equal(np.asarray(built(given)["y"]), np.asarray(trained(given)["y"]))
    done = cli("train", "further.yaml", "--run-dir", "more")
    assert done.code == 0, done.err
    assert not (run.parent / "more" / "learned.json").exists()


def test_a_training_that_begins_with_a_run_takes_over_what_its_layers_learned(run, cli):
    written_rows("others.csv", seed=5, words=("sea", "new"))
    other = SPEC.replace("csv: rows.csv", "csv: others.csv")
    (run.parent / "other.yaml").write_text(other.replace("epochs: 2,", "epochs: 1, init_from: {path: run},"))
    done = cli("train", "other.yaml", "--run-dir", "more")
    assert done.code == 0, done.err
    assert learned(run.parent / "more") == learned(run)
    without = other.replace("epochs: 2,", "epochs: 1, init_from: {path: run, include: [first, y], partial: true},")
    (run.parent / "other.yaml").write_text(without)
    done = cli("train", "other.yaml", "--run-dir", "third")
    assert done.code == 0, done.err
    found = learned(run.parent / "third")
    assert sorted(found["look"]["vocabulary"]) == ["new", "sea"]
    first = open_trained("run", weights="best").built.layers["first"]
    lines = (run.parent / "others.csv").read_text().splitlines()[1 : 1 + ROWS * 3 // 4]
    numbers = np.array([line.rsplit(",", 4)[1:3] for line in lines], "float32")
    norm = keras.layers.Normalization(mean=found["norm"]["mean"], variance=found["norm"]["variance"])
    np.testing.assert_allclose(found["deep"]["variance"], np.asarray(first(norm(numbers))).var(0), rtol=1e-4)
