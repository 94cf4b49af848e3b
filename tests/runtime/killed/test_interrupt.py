"""Ctrl-C and a request to terminate, sent to a real process: what was trained is saved, and it leaves cleanly."""

import json
import signal
import subprocess
import sys
import time

import pytest

from tests.patience import FOR_EVER, PATIENCE
from tests.seams.names import MAIN, REPLACE_FILE, START_KERAS
from tests.seams.seam import program
from tests.tiny import TINY, write

LONG = TINY.replace("epochs: 2", "epochs: 1000000")
GO_ON = "continue with: modelspec train --resume run\n"
ONE_EPOCH = TINY.replace("batch_size: 16", "batch_size: 1").replace("synthetic: 64", "synthetic: 400000")


def start(tmp_path, text):
    write(tmp_path, text)
    command = [sys.executable, "-m", "modelspec", "train", "spec.yaml", "--run-dir", "run"]
    return subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for(child, words):
    for line in child.stdout:
        if line.startswith(words):
            return
    raise AssertionError(child.stderr.read())


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_what_was_trained_is_saved_and_can_be_evaluated(tmp_path, cli, number, code):
    with start(tmp_path, LONG) as child:
        wait_for(child, "epoch 3/")
        child.send_signal(number)
        _, err = child.communicate(timeout=PATIENCE)
    assert child.returncode == code
    assert "Traceback" not in err
    info = json.loads((tmp_path / "run" / "run.json").read_text())
    history = (tmp_path / "run" / "history.jsonl").read_text().splitlines()
    best = min((json.loads(line) for line in history), key=lambda row: row["val_loss"])
    assert err == (
        f"stopped after {len(history)} whole epochs; what was trained is in run\n"
        f"best epoch: {best['epoch']}, by val_loss {best['val_loss']:.4g}\n{GO_ON}"
    )
    assert (info["status"], info["epochs"]) == ("interrupted", len(history))
    assert len(history) >= 3
    for weights in ("best", "last"):
        assert cli("evaluate", str(tmp_path / "run"), "--weights", weights).code == 0
    assert not [item for item in (tmp_path / "run").iterdir() if item.name.startswith(".")]


def test_an_interruption_within_the_first_epoch_saves_it_too(tmp_path, cli):
    with start(tmp_path, ONE_EPOCH) as child:
        wait_for(child, "note: test")
        while not (tmp_path / "run" / "checkpoints" / "000001").exists():  # what the first step begins with
            assert child.poll() is None
            time.sleep(0.02)
        child.send_signal(signal.SIGINT)
        _, err = child.communicate(timeout=PATIENCE)
    assert child.returncode == 130
    assert err == f"stopped after 0 whole epochs; what was trained is in run\n{GO_ON}"
    done = cli("predict", str(tmp_path / "run"))
    assert done.code == 0, done.err


def test_an_interruption_while_loading_leaves_nothing(tmp_path):
    with start(tmp_path, LONG.replace("synthetic: 64", "synthetic: 3000000")) as child:
        time.sleep(1.5)
        child.send_signal(signal.SIGINT)
        _, err = child.communicate(timeout=PATIENCE)
    assert child.returncode == 130
    assert "Traceback" not in err
    assert not (tmp_path / "run").exists()


SLOW = program("start_keras()\n", START_KERAS) + program(
    f"""\
import signal, sys, time
def slow(path, *rest):
    print("saving", flush=True)
    time.sleep({FOR_EVER})
training.replace_file = slow
sys.argv = ["modelspec", "train", "spec.yaml", "--run-dir", "run"]
main()
""",
    MAIN,
    REPLACE_FILE,
)


def test_a_second_interruption_leaves_at_once(tmp_path, cli):
    write(tmp_path, LONG)
    command = [sys.executable, "-c", SLOW]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        wait_for(child, "epoch 2/")
        child.send_signal(signal.SIGINT)
        wait_for(child, "saving")
        child.send_signal(signal.SIGINT)
        _, err = child.communicate(timeout=PATIENCE)
    assert child.returncode == 130
    assert err == "interrupted\n"
    assert json.loads((tmp_path / "run" / "run.json").read_text())["status"] == "interrupted"
    assert cli("evaluate", str(tmp_path / "run")).code == 0
