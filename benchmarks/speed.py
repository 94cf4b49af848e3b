"""Steps per second and the time to the first step, beside the plain Keras script and beside one compiled loop.

Each side is a process that is warm and runs an epoch when it is told to; they take turns, so that a busy moment hits all.
One measurement is `EPOCHS` epochs of fresh processes, and the median of several is told: Keras's `fit` runs some epochs at half
the speed on two cores, which a median of epochs would hide, and which processes differ in.
Processor time stands beside wall time: a busy machine disturbs it less, and work that is only spread over more cores shows.

    python -m benchmarks.speed ours|script|limit NAME      a process that takes turns, in a folder with its rows
"""

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks import data
from benchmarks.measure import PYTHON, ROOT
from benchmarks.specs import spec_text

MODELS = {
    "mlp": (60_000, 2.5),
    "headline": (960, 1.1),
    "tweets": (320, 1.1),
    "mnist_cnn": (1_280, 1.1),
    "resnet50": (96, 0.98),
}
"""Rows, and how many times the script's steps per second are promised."""
LIMITED = "mlp"
WARM_UP = 1
EPOCHS = {"mlp": 2, "resnet50": 2}
"""Of one measurement; four, unless told here."""
MANY = 1_000_000


def speed(times, folder, report):
    """All of them (or those of BENCH_MODELS): `times` measurements of each side, and as many starts."""
    chosen = os.environ.get("BENCH_MODELS", " ".join(MODELS)).split()
    for name, (rows, least) in MODELS.items():
        if name not in chosen:
            continue
        (folder / name).mkdir()
        data.make(name, folder / name / "rows.npz", rows)
        (folder / name / "spec.yaml").write_text(spec_text(name, MANY))
        sides = ("ours", "script", "limit") if name == LIMITED else ("ours", "script")
        taken = in_turns(name, sides, times, folder / name)
        steps = EPOCHS.get(name, 4) * -(-rows // (128 if name == "mnist_cnn" else 32))
        wall = {side: statistics.median(item["wall"] for item in items) for side, items in taken.items()}
        work = {side: statistics.median(item["cpu"] for item in items) for side, items in taken.items()}
        report(f"{name}: steps per second", steps / wall["ours"], steps / wall["script"], "/s", least, least=True)
        report(f"{name}: processor time of a step", *(1e3 * work[side] / steps for side in sides[:2]), "ms", 1.02)
        if "limit" in sides:
            report(
                f"{name}: time of a step / the limit",
                *(1e3 * wall[side] / steps for side in ("ours", "limit")),
                "ms",
                2.0,
            )
        starts = {"ours": [], "script": []}
        for _ in range(times):
            for side, several in starts.items():
                several.append(first_step(side, name, folder / name))
        for kind, what in (("wall", "start to first step"), ("cpu", "processor time to first step")):
            both = [statistics.median(item[kind] for item in several) for several in starts.values()]
            report(f"{name}: {what}", *both, "s", 1.1)


def in_turns(name, sides, times, folder):
    """Side -> wall and processor seconds of each of its measurements."""
    taken = {side: [] for side in sides}
    for _ in range(times):
        workers = {side: start(side, name, folder) for side in sides}
        seconds = {side: [] for side in sides}
        for _ in range(WARM_UP + EPOCHS.get(name, 4)):
            for side, worker in workers.items():
                seconds[side].append(tell(worker))
        for side, worker in workers.items():
            end(worker)
            measured = seconds[side][WARM_UP:]
            taken[side].append({kind: sum(item[kind] for item in measured) for kind in ("wall", "cpu")})
    return taken


def first_step(side, name, folder):
    """Seconds from the start of the process to the end of its first step, and processor seconds."""
    began = time.perf_counter()
    worker = start(side, name, folder, "first")
    work = tell(worker)["whole"]
    wall = time.perf_counter() - began
    end(worker)
    return {"wall": wall, "cpu": work}


def start(side, name, folder, *more):
    """A process that takes turns."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return subprocess.Popen(
        [PYTHON, "-m", "benchmarks.speed", side, name, *more], cwd=folder, env=environment, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def tell(worker):
    """Let a process run one epoch; what it says of it."""
    worker.stdin.write("go\n")
    worker.stdin.flush()
    return json.loads(worker.stdout.readline())


def end(worker):
    """End a process that was started here."""
    worker.kill()
    worker.communicate()


class Turn:
    """In a process that takes turns: waits until it is told to go, then says how long it took."""

    def begin(self):
        sys.stdin.readline()
        self.wall, self.cpu = time.perf_counter(), time.process_time()

    def done(self):
        taken = {"wall": time.perf_counter() - self.wall, "cpu": time.process_time() - self.cpu}
        taken["whole"] = time.process_time()
        print(json.dumps(taken), flush=True)


def ours(name, first):
    """The spec's own training, told of by a reporter."""
    import modelspec
    from modelspec.runtime.start import start_keras

    network = modelspec.load("spec.yaml")
    start_keras()
    from modelspec.runs.options import TrainOptions
    from modelspec.runs.reporting import Silent
    from modelspec.runtime.train.train import train_network

    class Turns(Silent):
        def __init__(self):
            self.turn = Turn()

        def begin(self, epochs, steps, epoch):
            self.steps = 1 if first else steps
            self.turn.begin()

        def wants_step(self):
            return True

        def step(self, epoch, step, logs):
            if step == self.steps:
                self.turn.done()

        def epoch(self, epoch, logs):
            self.turn.begin()

    train_network(network, TrainOptions(f"run-{time.time_ns()}"), Turns())


def script(name, first):
    """The plain script, told of by a callback that does nothing within an epoch."""
    import keras

    from benchmarks import baselines

    turn = Turn()

    class Turns(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            turn.begin()

        def on_epoch_end(self, epoch, logs=None):
            turn.done()

    class FirstStep(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            turn.begin()

        def on_train_batch_end(self, batch, logs=None):
            if batch == 0:
                turn.done()

    baselines.run(name, "rows.npz", MANY, shuffle=True, callbacks=[FirstStep() if first else Turns()])


def limit(name, first):
    """One compiled loop over the epoch, on rows that are there as tensors, and nothing else."""
    import keras
    import numpy as np
    import tensorflow as tf

    from benchmarks import baselines

    keras.utils.set_random_seed(0)
    model, size = baselines.MODELS[name](), baselines.BATCH.get(name, 32)
    x, y = tf.nest.map_structure(tf.constant, baselines.load(name, "rows.npz"))
    rows = len(tf.nest.flatten(x)[0])
    model.train_on_batch(*tf.nest.map_structure(lambda array: array[:size], (x, y)))

    @tf.function(autograph=False)
    def epoch(order):
        def one(step):
            taken = order[step * size : (step + 1) * size]
            model.train_step(tf.nest.map_structure(lambda array: tf.gather(array, taken), (x, y)))
            return (step + 1,)

        tf.while_loop(lambda step: step < -(-rows // size), one, (tf.constant(0),), parallel_iterations=1)

    turn = Turn()
    while True:
        turn.begin()
        epoch(tf.constant(np.random.default_rng(0).permutation(rows)))
        turn.done()


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    {"ours": ours, "script": script, "limit": limit}[sys.argv[1]](sys.argv[2], len(sys.argv) > 3)
