"""The lines of an epoch: losses first, and never wider than the terminal, or than 100 columns in a pipe."""

import os
import re

import pytest

from modelspec.cli import progress
from modelspec.cli.progress import epoch_lines, results_lines, running_text
from tests.tiny import write

HEAD = "epoch 10/50  1234 steps/s"
METRICS = ("loss", "accuracy", "precision_at_recall")


def logs_of(outputs):
    """What Keras tells of so many outputs."""
    if not outputs:
        return {f"{kind}{name}": 0.123456 for kind in ("", "val_") for name in METRICS}
    names = [f"{name}_{metric}" for metric in METRICS for name in outputs]
    return {f"{kind}{name}": 0.123456 for kind in ("", "val_") for name in ("loss", *names)}


NAMES = ["price", "price_of_it", "a", "b", "kind_of_a_long_name", "last"]


@pytest.mark.parametrize("width", [80, 100, 200])
@pytest.mark.parametrize("outputs", [[], NAMES[:2], NAMES])
def test_every_number_is_shown_once_and_no_line_is_wider_than_the_terminal(outputs, width):
    logs = logs_of(outputs)
    lines = epoch_lines(HEAD, logs, outputs, width)
    assert max(map(len, lines)) <= width
    assert sum(line.count("0.1235") for line in lines) == len(logs)
    assert lines[0].startswith(f"{HEAD}  loss 0.1235")


def test_a_short_epoch_is_one_line():
    assert epoch_lines(HEAD, {"loss": 1.0, "accuracy": 0.5}, [], 100) == [f"{HEAD}  loss 1  accuracy 0.5"]


def test_the_losses_of_all_come_first_and_each_output_has_a_line_that_begins_with_its_loss():
    lines = epoch_lines(HEAD, {**logs_of(NAMES), "learning_rate": 0.01}, NAMES, 160)
    assert lines[0] == f"{HEAD}  loss 0.1235  val_loss 0.1235  learning_rate 0.01"
    starts = [line.split()[:5] for line in lines[1:]]
    assert starts == [[name, "loss", "0.1235", "val_loss", "0.1235"] for name in NAMES]


def test_results_of_many_outputs_have_a_line_each():
    results = {"loss": 1.0, "outputs": {name: {"loss": 0.5, "accuracy": 0.25} for name in NAMES}}
    lines = results_lines("test", results, 100)
    assert lines[0] == "test: loss 1"
    assert lines[1] == "  price: loss 0.5, accuracy 0.25"
    assert len(lines) == 1 + len(NAMES)
    assert results_lines("test", {"loss": 1.0, "outputs": {"a": {"loss": 1.0}}}, 100) == ["test: loss 1; a: loss 1"]


@pytest.mark.parametrize("width", [80, 100, 200])
def test_the_bar_shows_the_losses_that_fit(width):
    text = running_text(logs_of(NAMES), width)
    assert text.startswith("loss 0.1235")
    assert len(text) <= max(16, width - 64)
    assert "accuracy" not in text or "last_loss" in text


@pytest.mark.parametrize(("columns", "expected"), [(80, 80), (132, 132), (3, 40)])
def test_a_terminal_says_how_wide_it_is(monkeypatch, columns, expected):
    monkeypatch.setattr(progress.sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(progress.shutil, "get_terminal_size", lambda _: os.terminal_size((columns, 24)))
    assert progress.line_width() == expected


SIX = (
    """\
modelspec: 1
name: six
inputs: {x: [4]}
layers:
"""
    + "".join(f"  - {{Dense: 1, from: x, name: output_{number}}}\n" for number in range(6))
    + """\
outputs:
"""
    + "".join(f"  output_{number}: {{loss: mse, metrics: [mae, root_mean_squared_error]}}\n" for number in range(6))
    + """\
train: {epochs: 2}
data: {train: {synthetic: 32}, validation: {split: 0.25}, test: {synthetic: 8}}
"""
)


@pytest.mark.parametrize("outputs", [1, 2, 6])
def test_a_training_in_a_pipe_keeps_to_100_columns(cli, tmp_path, monkeypatch, outputs):
    monkeypatch.chdir(tmp_path)
    text = "\n".join(
        line
        for line in SIX.splitlines()
        if (found := re.search(r"output_(\d)", line)) is None or int(found[1]) < outputs
    )
    done = cli("train", write(tmp_path, text.replace("root_mean_squared_error", "RootMeanSquaredError") + "\n"))
    assert done.code == 0, done.err
    assert max(map(len, done.out.splitlines())) <= 100
    assert done.out.count("\nepoch ") == 2
    assert done.out.count("mae") == outputs * (2 * 2 + 2)
