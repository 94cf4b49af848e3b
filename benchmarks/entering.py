"""How soon the first batch is there when a training goes on in the middle of an epoch of ten million rows, and what a whole
epoch's order costs beside sorting random numbers: time, and memory over that of importing.

python -m benchmarks.entering      a process that says the milliseconds of each entry, as JSON
"""

import json
import statistics
import subprocess
import time

from benchmarks.measure import PYTHON, ROOT, compare, process

ROWS, BATCH = 10_000_000, 256
ENTRIES = ((0, 0), (3, 12_345), (7, 39_061))
"""Epochs and steps."""
MOST = 50
IMPORTS = "import numpy as np, modelspec.data.order"
COMPUTED = f"""
from modelspec.data.order import Order
order = Order({ROWS}, seed=1).of(3)
for begin in range(0, {ROWS}, 1 << 20):
    order.between(begin, begin + (1 << 20))
"""
SORTED = f"np.argsort(np.random.Philox(np.random.SeedSequence((1, 3))).random_raw({ROWS}), kind='stable')"


def entering(times, report):
    """The slowest entry of each of several processes, beside what is promised."""
    slowest = []
    for _ in range(times):
        command = [PYTHON, "-m", "benchmarks.entering"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        slowest.append(max(json.loads(done.stdout)))
    report("first batch at any step of 10^7 rows", statistics.median(slowest), MOST, "ms", 1.0)
    commands = [[PYTHON, "-c", f"{IMPORTS}\n{program}"] for program in (COMPUTED, SORTED)]
    ours, theirs = compare(lambda _: commands[0], lambda _: commands[1], times, ROOT)
    importing = [process([PYTHON, "-c", IMPORTS], ROOT) for _ in range(times)]
    seconds, memory = (statistics.median(run[i] for run in importing) for i in (0, 1))
    report("order of 10^7 rows / sorting: time", ours[0] - seconds, theirs[0] - seconds, "s", 0.25)
    report("order of 10^7 rows / sorting: memory", ours[1] - memory, theirs[1] - memory, "MiB", 0.2)


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
