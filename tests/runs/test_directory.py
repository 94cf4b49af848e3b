"""The run directory: what it holds, and that each part of it can be used."""

import csv
import json
import re
import subprocess
from importlib import metadata
from pathlib import Path

import keras
import numpy as np
import pytest

import modelspec
from modelspec.draw.summary import summarize
from tests.systems import SYSTEMS
from tests.tiny import COLUMNS, PAIR, TINY, write, write_rows

SPECS = Path(__file__).parents[2] / "specs"
FILES = [
    "best.safetensors", "checkpoints", "events.jsonl", "history.csv", "history.jsonl", "last.safetensors", "metrics.json", "model.keras",
    "resolved.yaml", "run.json", "spec.yaml",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def train(cli, tmp_path, text=TINY):
    done = cli("train", write(tmp_path, text), "--run-dir", "run")
    assert done.code == 0, done.err
    return tmp_path / "run"


def trained(folder, text):
    modelspec.train(write(folder, text), run_dir=folder / "run")
    return folder / "run"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """A run with one output."""
    return trained(tmp_path_factory.mktemp("tiny"), TINY)


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """A run with two."""
    return trained(tmp_path_factory.mktemp("pair"), PAIR)


def test_it_holds_these_files_and_nothing_half_written(tiny):
    assert sorted(item.name for item in tiny.iterdir()) == FILES
    modes = {item.stat().st_mode & 0o777 for item in tiny.rglob("*") if item.is_file()}
    assert len(modes) == 1, "every file may be read by the same people"


def test_the_spec_is_kept_as_it_was_written(cli, tmp_path):
    text = "# Mine – with a comment\r\n" + TINY.replace("\n", "\r\n")
    (tmp_path / "spec.yaml").write_bytes(text.encode())
    assert cli("train", "spec.yaml", "--run-dir", "run").code == 0
    assert (tmp_path / "run" / "spec.yaml").read_bytes() == text.encode()
    assert cli("evaluate", "run").code == 0


@pytest.mark.parametrize("spec", [system.spec for system in SYSTEMS] + ["pair"])
def test_the_resolved_spec_is_a_spec_of_the_same_network(tmp_path, spec):
    from modelspec.runs.resolved import resolved_spec

    network = modelspec.load(write(tmp_path, PAIR) if spec == "pair" else SPECS / f"{spec}.yaml")
    again = modelspec.load(write(tmp_path, resolved_spec(network), "resolved.yaml"))
    assert summarize(again) == summarize(network)
    assert resolved_spec(again) == resolved_spec(network)


def test_a_run_of_the_resolved_spec_is_the_same_run(cli, pair, tmp_path):
    done = cli("train", str(pair / "resolved.yaml"), "--run-dir", "again")
    assert (done.code, done.err) == (0, "")
    assert (tmp_path / "again" / "history.jsonl").read_text() == (pair / "history.jsonl").read_text()


def test_run_json_says_where_the_run_came_from(cli, tmp_path):
    write_rows(tmp_path)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run(["git", "init", "-q"], check=True)
    subprocess.run(["git", "add", "rows.csv"], check=True)
    subprocess.run([*git, "commit", "-qm", "rows"], check=True)
    run = train(cli, tmp_path, COLUMNS.replace("epochs: 2", "epochs: 2, seed: 7"))
    info = json.loads((run / "run.json").read_text())
    assert info["command"] == ["modelspec", "train", str(tmp_path / "spec.yaml"), "--run-dir", "run"]
    assert info["seed"] == 7
    assert info["versions"]["keras"] == keras.__version__
    assert info["versions"]["modelspec"] == modelspec.__version__
    assert info["versions"]["tensorflow"] == metadata.version("tensorflow")
    head = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True).stdout.strip()
    assert info["git"] == {"commit": head, "uncommitted_changes": False}
    fingerprint = info["data"]["train"]
    assert (fingerprint["kind"], fingerprint["path"]) == ("csv", "rows.csv")
    assert fingerprint["size"] == (tmp_path / "rows.csv").stat().st_size
    assert re.fullmatch("[0-9a-f]{64}", fingerprint["sha256"])
    assert (info["status"], info["epochs"], info["best_epoch"]) == ("finished", 2, 2)
    assert info["started"] <= info["ended"]


def test_the_history_is_the_same_as_lines_and_as_a_table(tiny):
    lines = [json.loads(line) for line in (tiny / "history.jsonl").read_text().splitlines()]
    with open(tiny / "history.csv") as stream:
        table = list(csv.DictReader(stream))
    assert [row["epoch"] for row in lines] == [1, 2]
    assert set(lines[0]) == {"epoch", "loss", "accuracy", "val_loss", "val_accuracy"}
    assert [{name: float(value) for name, value in row.items()} for row in table] == lines


def test_keras_opens_the_model_and_it_predicts_the_same(cli, pair):
    assert cli("predict", str(pair), "--data", "synthetic:8", "-o", "out.npz").code == 0
    model = keras.models.load_model(pair / "model.keras")
    assert set(model.output_names) >= {"price", "kind"}
    rows = np.random.default_rng(0).normal(size=(3, 4)).astype("float32")
    from modelspec.runtime.evaluate.evaluate import open_trained

    ours = open_trained(str(pair)).built.model.predict({"x": rows}, verbose=0)
    theirs = model.predict({"x": rows}, verbose=0)
    assert {name: value.tolist() for name, value in ours.items()} == {name: v.tolist() for name, v in theirs.items()}


def test_a_run_that_breaks_off_says_so(cli, tmp_path, monkeypatch):
    from modelspec.runtime.train import chief as module

    def break_off(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "save_weights", break_off)
    done = cli("train", write(tmp_path), "--run-dir", "run")
    assert done.code == 1
    assert done.err == "error: no space left on device\n"
    assert json.loads((tmp_path / "run" / "run.json").read_text())["status"] == "failed"
