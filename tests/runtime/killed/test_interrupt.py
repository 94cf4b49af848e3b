"""Ctrl-C and a request to terminate, sent to a real process: what was trained is saved, and it leaves cleanly.

One process is the whole program from its start; the others are forks of one that has imported Keras.
"""

import json
import signal
import subprocess
import sys
import time

import pytest

from tests.chosen import chosen
from tests.patience import FOR_EVER, PATIENCE
from tests.runtime.killing import COMMAND
from tests.seams.names import REPLACE_FILE
from tests.seams.seam import program
from tests.tiny import TINY, write

LONG = TINY.replace("epochs: 2", "epochs: 1000000")
GO_ON = "resume with: modelspec train --resume run\n"
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


@pytest.mark.parametrize(
    ("number", "code"), chosen([(signal.SIGINT, 130), (signal.SIGTERM, 143)], [(signal.SIGINT, 130)])
)
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
        f"stopped after {len(history)} whole epochs; the run is in run\n"
        f"best epoch: {best['epoch']}, by val_loss {best['val_loss']:.4g}\n{GO_ON}"
    )
    assert (info["status"], info["epochs"]) == ("interrupted", len(history))
    assert len(history) >= 3
    for weights in ("best", "last"):
        assert cli("evaluate", str(tmp_path / "run"), "--weights", weights).code == 0
    assert not [item for item in (tmp_path / "run").iterdir() if item.name.startswith(".")]


def test_an_interruption_within_the_first_epoch_saves_it_too(nursery, tmp_path, cli):
    write(tmp_path, ONE_EPOCH)
    child = nursery.start(tmp_path, *COMMAND)
    child.wait_until(lambda: "note: test" in child.out)
    child.wait_until((tmp_path / "run" / "checkpoints" / "000001").exists)  # what the first step begins with
    child.kill(signal.SIGINT)
    assert child.wait() == 130
    assert child.err == f"stopped after 0 whole epochs; the run is in run\n{GO_ON}"
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


SLOW = program(
    f"""\
import time
def slow(path, *rest):
    print("saving", flush=True)
    time.sleep({FOR_EVER})
chief.replace_file = slow
""",
    REPLACE_FILE,
)


def test_a_second_interruption_leaves_at_once(nursery, tmp_path, cli):
    write(tmp_path, LONG)
    child = nursery.start(tmp_path, *COMMAND, before=SLOW)
    child.wait_until(lambda: "\nepoch 2/" in child.out)
    child.kill(signal.SIGINT)
    child.wait_until(lambda: "\nsaving\n" in child.out)
    child.kill(signal.SIGINT)
    assert child.wait() == 130
    assert child.err == "interrupted\n"
    assert json.loads((tmp_path / "run" / "run.json").read_text())["status"] == "interrupted"
    assert cli("evaluate", str(tmp_path / "run")).code == 0
