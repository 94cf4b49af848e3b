"""How soon the first batch is there when a training goes on in the middle of an epoch of ten million rows.

python -m benchmarks.entering      a process that says the milliseconds of each entry, as JSON
"""

import json
import statistics
import subprocess
import time

from benchmarks.measure import PYTHON, ROOT

ROWS, BATCH = 10_000_000, 256
ENTRIES = ((0, 0), (3, 12_345), (7, 39_061))
"""Epochs and steps."""
MOST = 50


def entering(times, report):
    """The slowest entry of each of several processes, beside what is promised."""
    slowest = []
    for _ in range(times):
        command = [PYTHON, "-m", "benchmarks.entering"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        slowest.append(max(json.loads(done.stdout)))
    report("first batch at any step of 10^7 rows", statistics.median(slowest), MOST, "ms", 1.0)


def main():
    """Enter, and say how long it took."""
    from modelspec.runtime.start import start_keras

    start_keras()
    import numpy as np
    import tensorflow as tf

    from modelspec.data.order import Order
    from modelspec.data.rows import ArrayRows
    from modelspec.runtime.backend import Feed

    random = np.random.default_rng(0)
    x = random.normal(size=(ROWS, 4)).astype("float32")
    feed = Feed(ArrayRows(({"x": x}, {"y": x[:, :1].copy()}), ROWS), BATCH)
    order, taken = Order(ROWS, seed=1), []
    tf.range(BATCH)[:1].numpy()  # the first call of TensorFlow belongs to building the model
    for epoch, step in ENTRIES:
        began = time.perf_counter()
        windows = feed.windows(order.of(epoch), step)
        next(windows).rows[:BATCH].numpy()
        taken.append(1e3 * (time.perf_counter() - began))
        windows.close()  # waits for the window after it, which a training does not
    print(json.dumps(taken))


if __name__ == "__main__":
    main()
