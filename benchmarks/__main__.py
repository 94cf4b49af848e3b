"""`make bench`: every promise as a ratio against a baseline measured in the same run. BENCH_TIMES sets how often (5).

python -m benchmarks [startup] [validation] [training] [speed] [entering]
"""

import os
import sys
import tempfile
from pathlib import Path

from benchmarks import data
from benchmarks.entering import entering
from benchmarks.measure import MODELSPEC, PYTHON, compare
from benchmarks.specs import spec_text
from benchmarks.speed import speed
from benchmarks.startup import startup
from benchmarks.validation import validation

TIMES = int(os.environ.get("BENCH_TIMES", "5"))
TRAINED = {"mlp": (12_800, 5), "headline": (3_200, 3), "tweets": (320, 2)}
"""Rows and epochs of each model."""


def training(name, rows, epochs, folder):
    """`modelspec train` beside the plain Keras script, import included."""
    data.make(name, folder / "rows.npz", rows)
    (folder / "spec.yaml").write_text(spec_text(name, epochs))
    ours, theirs = compare(
        lambda number: [MODELSPEC, "train", "spec.yaml", "--run-dir", f"run-{number}"],
        lambda number: [PYTHON, "-m", "benchmarks.baselines", name, "rows.npz", str(epochs)],
        TIMES,
        folder,
    )
    report(f"train {name}: wall time", ours[0], theirs[0], "s", 1.05)
    report(f"train {name}: peak memory", ours[1], theirs[1], "MiB", 1.05)


def report(what, ours, theirs, unit, target, least=False):
    """One line: both numbers, their ratio and the promise, which is the most it may be or, with `least`, the least."""
    ratio = ours / theirs
    verdict = "ok" if (ratio >= target if least else ratio <= target) else "MISSED"
    bound = f"at {'least' if least else 'most'} {target}"
    print(f"{what:<36} {ours:9.2f} {unit} / {theirs:9.2f} {unit} = {ratio:5.3f}  ({bound}) {verdict}", flush=True)


def main():
    """All benchmarks."""
    parts = sys.argv[1:] or ["startup", "validation", "training", "speed", "entering"]
    if "startup" in parts:
        with tempfile.TemporaryDirectory() as folder:
            startup(TIMES, Path(folder), report)
    if "validation" in parts:
        with tempfile.TemporaryDirectory() as folder:
            validation(TIMES, Path(folder), report)
    if "speed" in parts:
        with tempfile.TemporaryDirectory() as folder:
            speed(TIMES, Path(folder), report)
    if "entering" in parts:
        entering(TIMES, report)
    for name, (rows, epochs) in TRAINED.items() if "training" in parts else ():
        with tempfile.TemporaryDirectory() as folder:
            training(name, rows, epochs, Path(folder))


if __name__ == "__main__":
    main()
