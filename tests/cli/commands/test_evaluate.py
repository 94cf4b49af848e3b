"""`modelspec evaluate`: losses and metrics by output name, held against numpy over the model's own predictions."""

import json
import math

import numpy as np
import pytest

from tests.tiny import COLUMNS, PAIR, TINY, write, write_rows


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run(cli, tmp_path):
    """Train a spec; the run directory."""

    def train(text, name="run"):
        done = cli("train", write(tmp_path, text), "--run-dir", name)
        assert done.code == 0, done.err
        return name

    return train


def results(cli, *arguments):
    done = cli("evaluate", *arguments, "--format", "json")
    assert done.code == 0, done.err
    return json.loads(done.out)


def test_the_numbers_are_those_that_training_ended_with(cli, tmp_path, trained):
    trained(TINY)
    told = json.loads((tmp_path / "run" / "metrics.json").read_text())
    for split in ("validation", "test"):
        assert results(cli, "run", "--split", split) == {"split": split, **told[split]}
    done = cli("evaluate", "run")
    assert done.out.startswith("test: loss ")
    assert done.err == "note: test: synthetic: 16 rows\n"


def test_each_output_has_its_own_loss_and_metrics_by_its_name(cli, tmp_path, run):
    rows = np.random.default_rng(0)
    x, price, kind = rows.normal(size=(40, 4)), rows.normal(size=40), rows.integers(0, 3, 40)
    np.savez(tmp_path / "rows.npz", x=x, price=price, kind=kind)
    # Batches of one size: Keras's loss of one output is the mean over batches, not over rows.
    text = PAIR.replace("synthetic: 64", "npz: rows.npz").replace("batch_size: 16", "batch_size: 8")
    run(text.replace("{loss: mse,", "{loss: mse, loss_weight: 0.5,"))
    assert cli("predict", "run", "-o", "out.npz").code == 0
    found = np.load(tmp_path / "out.npz")
    told = results(cli, "run")
    assert list(told) == ["split", "loss", "outputs"]
    assert {name: list(values) for name, values in told["outputs"].items()} == {
        "price": ["loss", "mae"], "kind": ["loss", "accuracy"],
    }  # fmt: skip
    error = found["price"][:, 0] - price
    chosen = found["kind"][np.arange(40), kind]
    expected = {
        "price": {"loss": np.mean(error**2), "mae": np.mean(np.abs(error))},
        "kind": {"loss": np.mean(-np.log(chosen)), "accuracy": np.mean(found["kind"].argmax(axis=1) == kind)},
    }
    for name, values in expected.items():
        assert told["outputs"][name] == pytest.approx(values, rel=1e-4), name
    assert told["loss"] == pytest.approx(0.5 * expected["price"]["loss"] + expected["kind"]["loss"], rel=1e-4)


def test_a_metric_that_begins_like_its_output_keeps_its_name(cli, run):
    text = TINY.replace("kind", "mean").replace("units: 3, activation: softmax", "units: 1")
    run(text.replace("sparse_categorical_crossentropy, metrics: [accuracy]", "mse, metrics: [mean_absolute_error]"))
    assert set(results(cli, "run")["outputs"]["mean"]) == {"loss", "mean_absolute_error"}


def test_the_rows_split_off_for_validation_are_not_those_trained_on(cli, tmp_path, run):
    write_rows(tmp_path, rows=24)
    run(COLUMNS + "  validation: {split: 0.25}\n")
    lines = (tmp_path / "rows.csv").read_text().split("\n")
    (tmp_path / "kept.csv").write_text("\n".join(lines[:19]) + "\n")
    (tmp_path / "held.csv").write_text("\n".join([lines[0], *lines[19:]]))
    for split, file in (("train", "kept.csv"), ("validation", "held.csv")):
        assert results(cli, "run", "--split", split)["loss"] == results(cli, "run", "--data", file)["loss"]
    assert results(cli, "run")["split"] == "validation"


def test_the_spec_beside_the_data_may_change_or_go(cli, tmp_path, monkeypatch, run):
    write_rows(tmp_path)
    run(COLUMNS)
    before = results(cli, "run")
    (tmp_path / "spec.yaml").unlink()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert results(cli, "../run") == before


def test_best_and_last_weights_differ_where_an_epoch_was_worse(cli, tmp_path, run):
    write_rows(tmp_path, rows=24)
    text = (tmp_path / "rows.csv").read_text()
    (tmp_path / "contrary.csv").write_text(
        "".join(
            line[:-1] + str(2 - int(line[-1])) + "\n" if line[-1] in "012" else line + "\n"
            for line in text.splitlines()
        )
    )
    run(COLUMNS.replace("epochs: 2", "epochs: 12") + "  validation: {csv: contrary.csv}\n")
    losses = [json.loads(line)["val_loss"] for line in (tmp_path / "run" / "history.jsonl").read_text().splitlines()]
    assert min(losses) < losses[-1], "the example no longer gets worse"
    best, last = (
        results(cli, "run", "--split", "validation", "--weights", which)["loss"] for which in ("best", "last")
    )
    assert (best, last) == (pytest.approx(min(losses), rel=1e-4), pytest.approx(losses[-1], rel=1e-4))


def test_data_may_name_its_kind(cli, trained):
    trained(TINY)
    told = results(cli, "run", "--data", "synthetic:8")
    assert told["split"] == "synthetic:8"
    assert math.isfinite(told["loss"])


@pytest.fixture
def by_columns(cli, kept, monkeypatch):
    """A folder with a run that was trained on columns of a file, which no test changes."""
    folder = kept[0] / "by_columns"
    if not folder.exists():
        folder.mkdir()
        write_rows(folder)
        write_rows(folder, header="a,b,c,d,label", name="wrong.csv")
        done = cli("train", write(folder, COLUMNS), "--run-dir", str(folder / "run"))
        assert done.code == 0, done.err
    monkeypatch.chdir(folder)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--split", "test"], ["MS756", "the spec has no test rows", "its splits are train"]),
        (["--data", "rows.xls"], ["MS756", "rows.xls"]),
        (["--data", "synthetic:many"], ["MS756", "valid integer; received 'many'", "synthetic:100"]),
        (["--data", "none.csv"], ["MS704", "none.csv"]),
        (["--data", "wrong.csv"], ["wrong.csv:1:1: error[MS720]", "'kind'"]),
    ],
)
@pytest.mark.usefixtures("by_columns")
def test_rows_that_are_not_there_are_told_in_one_message(cli, arguments, words):
    done = cli("evaluate", "run", *arguments)
    assert (done.code, done.out) == (1, "")
    assert done.err.count("error[") == 1
    assert all(word in done.err for word in words), done.err


def test_settings_of_the_command_line_and_models_of_other_files_are_part_of_the_run(cli, tmp_path):
    (tmp_path / "parts").mkdir()
    body = "modelspec: 1\nvars: {width: 8}\ninputs: {x: [4]}\nlayers:\n  - Dense: {units: $width, activation: relu}\n"
    (tmp_path / "parts" / "body.yaml").write_text(body)
    calling = "models: {body: {spec: parts/body.yaml, vars: {width: $width}}}\nlayers:\n  - call: body\n"
    text = TINY.replace("layers:\n  - Dense: {units: 8, activation: relu}\n", calling)
    assert text != TINY
    text = text.replace("modelspec: 1\n", "modelspec: 1\nvars: {width: 8}\n")
    done = cli("train", write(tmp_path, text), "--run-dir", "run", "--set", "vars.width=3", "--set", "train.epochs=1")
    assert done.code == 0, done.err
    (tmp_path / "parts" / "body.yaml").unlink()
    told = json.loads((tmp_path / "run" / "metrics.json").read_text())
    assert results(cli, "run", "--split", "test") == {"split": "test", **told["test"]}
    assert cli("predict", "run", "-o", "rows.csv").code == 0


@pytest.mark.parametrize("what", ["none", "empty", "spec.yaml"])
def test_what_is_no_run_directory_is_told(cli, tmp_path, what):
    write(tmp_path)
    (tmp_path / "empty").mkdir()
    done = cli("evaluate", what)
    assert done.code == 1
    assert f"error[MS752] {what} is not a run directory" in done.err


@pytest.mark.parametrize(("file", "content"), [("run.json", "{"), ("run.json", "[]"), ("resolved.yaml", "\udcff")])
def test_a_damaged_run_directory_is_told(cli, tmp_path, trained, file, content):
    trained(TINY)
    (tmp_path / "run" / file).write_bytes(content.encode("utf-8", "surrogateescape"))
    done = cli("evaluate", "run")
    assert done.code == 1
    assert "MS752" in done.err
    assert file in done.err


@pytest.mark.parametrize("command", ["evaluate", "predict"])
def test_the_limits_that_a_run_was_trained_with_can_be_given_again(cli, trained, command):
    trained(TINY)
    refused = cli(command, "run", "--max-nodes", "10")
    assert refused.code == 1
    assert "--max-nodes" in refused.err
    assert cli(command, "run", "--max-nodes", "100000").code == 0
