"""Signals, losses that are no numbers, full disks, too little memory: each ends in one message, and nothing is lost."""

import json
import random
import signal
import time

import numpy as np
import pytest

from modelspec.runs.checkpoints.store import Store
from tests.chosen import chosen
from tests.runtime.killing import COMMAND, RESUME, STEPS, come_to, newest, position, prepare
from tests.runtime.small_disk import skip_without_disk, small_disk
from tests.seams.names import EVALUATION_CALL, STEPS_CALL, TOOK, TRAINING_CLOSE, TRAINING_EPOCH_DONE
from tests.seams.seam import program

CHOICE = {"layers": "dropout", "rate": "plateau", "stop": "early", "every": "2 hours", "epochs": 6}
ERROR = {signal.SIGINT: 130, signal.SIGTERM: 143}
SLOWLY = program(
    """
import time
call = CompiledSteps.__call__
def slow(self, *arguments, **options):
    time.sleep({seconds})
    return call(self, *arguments, **options)
CompiledSteps.__call__ = slow
Pace.took = lambda self, steps, seconds: None
""",
    STEPS_CALL,
    TOOK,
)
"""Every call of the steps takes its time, and does one step."""


SIGNALLED = program(
    """
import os
Pace.took = lambda self, steps, seconds: None
call = CompiledSteps.__call__
def signalled(self, *arguments, halt=False):
    if halt:
        signalled.count += 1
        if signalled.count == {step}:
            os.kill(os.getpid(), {number})
    return call(self, *arguments, halt=halt)
signalled.count = 0
CompiledSteps.__call__ = signalled
""",
    STEPS_CALL,
    TOOK,
)
"""The signal comes as the training step of this number begins, of all that the process does one by one."""


PLACES = [(signal.SIGTERM, 1), (signal.SIGTERM, STEPS + 4), (signal.SIGINT, 27)]


@pytest.mark.parametrize(("number", "at"), chosen(PLACES, [PLACES[0], PLACES[2]]))
def test_a_signal_saves_the_step_at_hand_and_the_training_goes_on_from_there(nursery, tmp_path, whole, number, at):
    folder = prepare(tmp_path / "part", **CHOICE)
    child = nursery.run(folder, *COMMAND, before=SIGNALLED.format(step=at, number=int(number)))
    assert child.code == ERROR[number], child.err
    epoch, step = position(folder / "run")
    assert (epoch, step) == divmod(at, STEPS)
    rows = (folder / "run" / "history.jsonl").read_text().splitlines() if epoch else []
    assert len(rows) == epoch
    best = min((json.loads(row) for row in rows), key=lambda row: row["val_loss"], default=None)
    told = "" if best is None else f"best epoch: {best['epoch']}, by val_loss {best['val_loss']:.4g}\n"
    assert child.err == (
        f"stopped after {epoch} whole epochs; the run is in run\n{told}resume with: modelspec train --resume run\n"
    )
    assert json.loads((folder / "run" / "run.json").read_text())["status"] == "interrupted"
    assert nursery.run(folder, *RESUME).code == 0
    assert come_to(folder / "run") == whole


@pytest.mark.slow
def test_a_signal_at_any_time_saves_the_step_at_hand(nursery, tmp_path, whole):
    draw = random.Random(3)
    for attempt in range(25):
        folder = prepare(tmp_path / str(attempt), **CHOICE)
        number = draw.choice(list(ERROR))
        child = nursery.start(folder, *COMMAND, before=SLOWLY.format(seconds=0.01))
        time.sleep(draw.uniform(0, 5))
        child.kill(number)
        code = child.wait()
        assert code in (0, ERROR[number], -number), (code, child.err)
        assert "Traceback" not in child.err
        again = nursery.run(folder, *COMMAND, "--resume")
        assert again.code == 0, again.err
        assert come_to(folder / "run") == whole, attempt


def test_a_signal_during_validation_saves_the_end_of_the_steps(nursery, tmp_path, whole):
    folder = prepare(tmp_path / "part", **CHOICE)
    slow_validation = program(
        "import time\ncall = Evaluation.__call__\n"
        "def slow(self):\n    open('validating', 'w').close()\n    time.sleep(0.5)\n    return call(self)\n"
        "Evaluation.__call__ = slow",
        EVALUATION_CALL,
    )
    child = nursery.start(folder, *COMMAND, before=slow_validation)
    child.wait_until(lambda: (folder / "validating").exists())
    child.kill(signal.SIGTERM)
    assert child.wait() == 143, child.err
    at = Store(folder / "run" / "checkpoints", 9).newest().snapshot.position
    assert at.step == STEPS
    assert set(at.logs) == {"loss", "accuracy"}
    assert nursery.run(folder, *RESUME).code == 0
    assert come_to(folder / "run") == whole


@pytest.mark.parametrize("number", chosen([signal.SIGTERM, signal.SIGINT], [signal.SIGTERM]))
def test_a_second_signal_leaves_at_once_and_loses_nothing(nursery, tmp_path, whole, number):
    folder = prepare(tmp_path / "part", **CHOICE)
    slow_disk = SIGNALLED.format(step=7, number=int(number)) + program(
        "import time\n"
        "def slow(self, finished):\n    open('saving', 'w').close()\n    time.sleep(600)\n    open('overslept', 'w').close()\n"
        "Training.close = slow",
        TRAINING_CLOSE,
    )
    child = nursery.start(folder, *COMMAND, before=slow_disk)
    child.wait_until(lambda: (folder / "saving").exists())
    child.kill(number)
    assert child.wait() in (ERROR[number], -number)
    assert not (folder / "overslept").exists()
    assert nursery.run(folder, *RESUME).code == 0
    assert come_to(folder / "run") == whole


def test_a_loss_that_is_no_number_stops_the_run_and_keeps_what_was_finite(nursery, tmp_path):
    folder = prepare(tmp_path / "nan", layers="plain", rate="diverging", every="1 step", epochs=3)
    child = nursery.run(folder, *COMMAND)
    assert child.code == 1
    assert child.err.count("error[") == 1, child.err
    assert "error[MS764] the loss of output 'y' is NaN in epoch 1, step 2" in child.err
    assert json.loads((folder / "run" / "run.json").read_text())["status"] == "failed"
    found = Store(folder / "run" / "checkpoints", 9).newest().snapshot
    assert (found.position.epoch, found.position.step) <= (0, 1)
    weights = [array for name, array in found.arrays.items() if name.startswith("model/") and array.dtype.kind == "f"]
    assert all(np.isfinite(array).all() for array in weights)
    again = nursery.run(folder, *RESUME)
    assert again.code == 1, "it goes the same way again"
    assert "epoch 1, step 2" in again.err


PAIR = """\
modelspec: 1
name: pair
inputs: {x: [4]}
layers:
  - Dense: 8
    name: body
  - Dense: 1
    name: good
  - ops.log
    from: body
  - Dense: 1
    name: bad
outputs:
  good: {from: good, loss: mse}
  bad: {from: bad, loss: mse}
train: {optimizer: {SGD: 1e-2}, epochs: 2, batch_size: 8}
data: {train: {synthetic: 32}}
"""


def test_the_first_bad_output_is_named(nursery, tmp_path):
    (tmp_path / "spec.yaml").write_text(PAIR.replace("  - ops.log\n    from: body\n", "  - ops.log:\n    from: body\n"))
    child = nursery.run(tmp_path, *COMMAND)
    assert child.code == 1
    assert "the loss of output 'bad' is NaN in epoch 1, step 1" in child.err, child.err
    assert not (tmp_path / "run" / "last.safetensors").exists()


def test_terminate_on_nan_changes_nothing_of_that(nursery, tmp_path):
    folder = prepare(tmp_path / "nan", layers="plain", rate="diverging", epochs=3)
    text = (folder / "spec.yaml").read_text().replace("  seed: 11\n", "  seed: 11\n  callbacks: [TerminateOnNaN]\n")
    (folder / "spec.yaml").write_text(text)
    child = nursery.run(folder, *COMMAND)
    assert child.code == 1
    assert "error[MS764]" in child.err


LARGE = """\
modelspec: 1
name: large
inputs: {x: [8]}
layers:
  - RepeatVector: 8000
  - Dense: 16
  - Dense: 16
  - GlobalAveragePooling1D
  - Dense: 1
    name: y
outputs: {y: {loss: mse}}
train: {epochs: 1, batch_size: 4096}
data: {train: {synthetic: 4096}}
"""


def test_too_little_memory_tells_the_batch_size_and_one_that_fits(nursery, tmp_path):
    import re

    (tmp_path / "spec.yaml").write_text(LARGE)
    # Beside TensorFlow itself, which is larger in some versions, there is room for two of the three large tensors, and 0.5 GiB:
    # where an array just fits and TensorFlow's own list of its parts does not, TensorFlow ends the process.
    limit = "from tests.hostile.bounds import limit_memory\nlimit_memory(3700)"
    child = nursery.run(tmp_path, *COMMAND, before=limit)
    assert child.code == 1, (child.out, child.err)
    assert "error[MS765] a training step with batch_size 4096 does not fit into memory" in child.err.replace(
        "]:", "]"
    ), child.err
    fitting = int(re.search(r"`batch_size: (\d+)`", child.err)[1])
    assert 16 <= fitting < 4096
    smaller = LARGE.replace("batch_size: 4096", f"batch_size: {fitting}").replace(
        "synthetic: 4096", f"synthetic: {2 * fitting}"
    )
    (tmp_path / "spec.yaml").write_text(smaller)
    again = nursery.run(tmp_path, "train", "spec.yaml", "--run-dir", "smaller", before=limit)
    assert again.code == 0, again.err


def test_a_full_disk_stops_the_run_and_keeps_the_checkpoint_before(nursery, tmp_path):
    folder = prepare(tmp_path / "full", **{**CHOICE, "every": "1 epoch"})
    fill = program(
        "import os\nwrite = os.write\n"
        "def full(handle, data):\n"
        "    if full.after and len(data) > 100:\n        raise OSError(28, 'No space left on device')\n"
        "    return write(handle, data)\nfull.after = False\n"
        "done = Training.epoch_done\n"
        "def epoch_done(self, epoch, logs):\n"
        "    self.saver.finish()\n    done(self, epoch, logs)\n    self.saver.finish()\n    full.after = epoch == 1\n"
        "Training.epoch_done = epoch_done\nos.write = full",
        TRAINING_EPOCH_DONE,
    )
    child = nursery.run(folder, *COMMAND, before=fill)
    assert child.code == 1
    assert child.err.count("error") == 1, child.err
    assert "o space left on device" in child.err
    assert position(folder / "run") == (2, 0)
    assert nursery.run(folder, *RESUME).code == 0


WIDE = """\
modelspec: 1
name: wide
inputs: {x: [1000]}
layers:
  - Dense: 500
  - Dense: 1
    name: y
outputs: {y: {loss: mse}}
train: {optimizer: adam, epochs: 2, checkpoint: {every: 1 epoch, keep: 2}}
data: {train: {synthetic: 32}}
"""


def on_a_small_disk(nursery, folder, size):
    (folder / "spec.yaml").write_text(WIDE)
    done = nursery.run(folder, "train", "spec.yaml", "--run-dir", "small/run", before=small_disk(size))
    skip_without_disk(done.err)
    return done


def test_a_disk_without_room_is_told_before_the_first_step(nursery, tmp_path):
    done = on_a_small_disk(nursery, tmp_path, "10m")
    assert done.code == 1
    assert done.err.startswith("error[MS763] small/run: this training writes about "), done.err
    assert "and the disk has 10 MB free" in done.err
    assert "epoch" not in done.out


def test_a_disk_with_room_is_enough(nursery, tmp_path):
    """Two kept checkpoints and a third that is being written, each with the best weights, and weights and the model."""
    done = on_a_small_disk(nursery, tmp_path, "40m")
    assert done.code == 0, done.err


def test_a_deleted_run_directory_ends_the_training(nursery, tmp_path):
    import shutil

    folder = prepare(tmp_path / "gone", **{**CHOICE, "every": "1 epoch"})
    child = nursery.start(folder, *COMMAND, before=SLOWLY.format(seconds=0.1))
    child.wait_until(lambda: newest(folder / "run") > 1)
    while (folder / "run").exists():  # the training may write while it is deleted
        shutil.rmtree(folder / "run", ignore_errors=True)
    assert child.wait() == 1, child.err
    assert "error" in child.err
    assert "Traceback" not in child.err
