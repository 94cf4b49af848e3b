"""Why a training ended and which epoch is the best: told, written into the run, and the same after a resume."""

import json

import keras
import pytest

import modelspec
from modelspec.runs.events import read_events
from modelspec.runs.results import Outcome
from modelspec.runtime.train.outcome import why_ended, why_interrupted
from tests.seams.names import TELL_END_OF_STAGE, TRAINING_SAVE_MODEL
from tests.seams.seam import program
from tests.tiny import TINY, write

PARTS = ("reason", "epochs", "best_epoch", "best_by", "best_value")
EARLY = "{EarlyStopping: {patience: 2, min_delta: 10, monitor: val_loss}}"


def train(folder, text=TINY, **settings):
    for name, value in settings.items():
        text = text.replace("\ntrain: {", f"\ntrain: {{{name}: {value}, ")
    return modelspec.train(write(folder, text), run_dir=str(folder / "run"))


def events(folder):
    with open(folder / "run" / "events.jsonl") as stream:
        return read_events(stream)


def written(folder):
    """The outcome as run.json, metrics.json and the last event have it."""
    info = json.loads((folder / "run" / "run.json").read_text())
    metrics = json.loads((folder / "run" / "metrics.json").read_text())["training"]
    found = [{part: values[part] for part in PARTS} for values in (info, metrics, events(folder)[-1])]
    assert found[0] == found[1] == found[2]
    return found[0]


def test_all_epochs_and_the_best_by_the_validation_loss(tmp_path):
    result = train(tmp_path)
    losses = [row["val_loss"] for row in result.history]
    best = losses.index(min(losses)) + 1
    assert written(tmp_path) == {
        "reason": "all 2 epochs are done", "epochs": 2, "best_epoch": best, "best_by": "val_loss", "best_value": min(losses),
    }  # fmt: skip
    assert result.outcome.best_text == f"best epoch: {best}, by val_loss {min(losses):.4g}"


def test_without_validation_the_loss_of_training_tells(tmp_path):
    result = train(tmp_path, TINY.replace("  validation: {split: 0.25}\n", "").replace("epochs: 2", "epochs: 1"))
    told = written(tmp_path)
    assert told["reason"] == "1 epoch is done"
    assert (told["best_by"], told["best_value"]) == ("loss", result.history[0]["loss"])


def test_before_the_first_validation_the_last_epoch_is_the_best(tmp_path):
    result = train(tmp_path, validation_freq=5)
    told = written(tmp_path)
    assert (told["best_epoch"], told["best_by"], told["best_value"]) == (2, None, None)
    assert result.outcome.best_text == "best epoch: 2, the last one, since there was no validation"


def test_of_equal_epochs_the_first_is_the_best(tmp_path):
    train(tmp_path, TINY.replace("{Adam: 1e-2}", "{SGD: 1e-30}").replace("epochs: 2", "epochs: 3"))
    assert written(tmp_path)["best_epoch"] == 1


def test_early_stopping_says_what_has_not_improved_and_since_when(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = TINY.replace("epochs: 2", f"epochs: 9, callbacks: [{EARLY}]")
    done = cli("train", write(tmp_path, text), "--run-dir", "run")
    assert done.code == 0, done.err
    reason = "stopped early after epoch 3: val_loss has not improved by more than 10 since epoch 1"
    assert written(tmp_path)["reason"] == reason
    lines = done.out.splitlines()
    assert reason in lines
    assert any(line.startswith("best epoch: 3, by val_loss ") for line in lines)
    again = cli("train", "--resume", "run")
    assert again.out == f"{reason}\nrun is complete: there is nothing left to train\n"


def test_each_stage_says_why_it_ended(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    stages = f"stages: [{{epochs: 5, callbacks: [{EARLY}]}}, {{name: last, epochs: 1}}], "
    done = cli("train", write(tmp_path, TINY.replace("\ntrain: {", "\ntrain: {" + stages)), "--run-dir", "run")
    assert done.code == 0, done.err
    early = "stopped early after epoch 3: val_loss has not improved by more than 10 since epoch 1"
    assert f"stage 1/2: {early}\n" in done.out
    assert "stage 2/2: 1 epoch is done\n" in done.out
    ended = [
        (event["stage"], event["epoch"], event["reason"])
        for event in events(tmp_path)
        if event["event"] == "stage_ended"
    ]
    assert ended == [(1, 3, early), (2, 4, "1 epoch is done")]


DIES = {
    "before the end of the stage is told": TELL_END_OF_STAGE,
    "before the files of the end": TRAINING_SAVE_MODEL,
}


@pytest.mark.parametrize("kill", DIES)
def test_a_resumed_training_tells_the_same_once(nursery, tmp_path, kill):
    text = TINY.replace("epochs: 2", f"epochs: 9, callbacks: [{EARLY}], checkpoint: {{every: 1 epoch}}")
    write(tmp_path, text)
    before = program(f"import os\n{DIES[kill].said} = lambda self, *given: os._exit(9)\n", DIES[kill])
    assert nursery.run(tmp_path, "train", "spec.yaml", "--run-dir", "run", before=before).code == 9
    child = nursery.run(tmp_path, "train", "--resume", "run")
    assert child.code == 0, child.err
    told = written(tmp_path)
    assert told["reason"] == "stopped early after epoch 3: val_loss has not improved by more than 10 since epoch 1"
    assert (told["best_epoch"], told["best_by"]) == (3, "val_loss")
    assert child.out.count(told["reason"]) == 1


def test_a_failed_training_says_why(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = TINY.replace("{Adam: 1e-2}", "{SGD: 1e+30}").replace(
        "epochs: 2", "epochs: 2, callbacks: [{TerminateOnNaN: {raise_error: true}}]"
    )
    done = cli("train", write(tmp_path, text), "--run-dir", "run")
    assert done.code == 1
    assert "error[MS764]" in done.err
    last = events(tmp_path)[-1]
    assert last["event"] == "failed"
    assert "NaN" in last["reason"] or "infinite" in last["reason"]
    assert json.loads((tmp_path / "run" / "run.json").read_text())["reason"] == last["reason"]


def callback(**state):
    made = keras.callbacks.EarlyStopping(**state.pop("arguments", {}))
    vars(made).update(state)
    return made


def test_the_words_for_every_way_to_end():
    early = callback(stopped_epoch=74, best_epoch=68, wait=6)
    assert why_ended([early], 75, 100, True) == "stopped early after epoch 75: val_loss has not improved since epoch 69"
    based = callback(arguments={"baseline": 0.1, "monitor": "loss"}, stopped_epoch=4, best_epoch=4, wait=5)
    assert why_ended([based], 5, 9, True) == (
        "stopped early after epoch 5: loss has not improved on the baseline of 0.1"
    )
    assert why_ended([early, based], 75, 100, True).count("has not") == 2
    assert why_ended([keras.callbacks.TerminateOnNaN()], 3, 9, True) == "stopped by a callback after epoch 3"
    assert why_ended([early], 9, 9, False) == "all 9 epochs are done"
    assert why_interrupted(2, 1) == "interrupted by SIGINT after 1 whole epoch"
    assert Outcome("", 0, None).best_text is None
