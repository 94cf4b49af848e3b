"""Random texts under the bounds of one input: what each is answered, how long it takes and what it holds.

`python -m tests.hostile.fuzz PART PARTS [COUNT]` checks every PARTS-th of COUNT texts (10^6) from the PART-th on. A worker does the
work under a limit of memory; where it dies, the text that it was about is a fault, and the next worker goes on behind it.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
COUNT = 1_000_000
AT_ONCE = 2_000
"""So many are told of at a time."""
HELPS = 2
"""Of so many errors of one text the help is followed."""


class Fuzzed(NamedTuple):
    """How many texts were checked and helps followed, what is wrong, and what was taken."""

    count: int
    followed: int
    faults: list[str]
    mean: float
    """Seconds of the processor; its clock may be too coarse for one text."""
    longest: float
    peak: float
    grown: float

    @property
    def words(self):
        """The numbers in one line."""
        return (
            f"{self.count} texts, {self.followed} helps followed, {len(self.faults)} faults; mean {self.mean * 1000:.1f} ms, "
            f"longest {self.longest:.2f} s, peak {self.peak:.0f} MiB, {self.grown:.0f} MiB more at the end than at the beginning"
        )  # fmt: skip


def fuzz(seeds, module="tests.hostile.texts"):
    """What is wrong with the answers to the texts of these numbers (a range), which `module` makes."""
    faults, times, followed, peak, grown, count = [], [], 0, 0.0, 0.0, 0
    with tempfile.NamedTemporaryFile() as begun:
        while len(seeds):
            done = subprocess.run(
                [sys.executable, "-m", "tests.hostile.fuzz", "work", module, begun.name, str(seeds.start), str(seeds.stop),
                 str(seeds.step)],
                cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
            )  # fmt: skip
            told = [json.loads(line) for line in done.stdout.splitlines()]
            faults += [item["fault"] for item in told if "fault" in item]
            for item in told:
                if "whole" in item:
                    times += item["times"]
                    followed, peak = followed + item["followed"], max(peak, item["peak"])
                    grown, count = max(grown, item["grown"]), count + item["whole"]
            if done.returncode == 0:
                break
            assert Path(begun.name).stat().st_size, done.stderr
            last = int(Path(begun.name).read_text())
            text = random_text_of(module)(last)
            faults.append(f"{last}: the process ended with {done.returncode}: {done.stderr[-1500:]}\n{text}")
            count += len(range(seeds.start, last + 1, seeds.step))
            seeds = range(last + seeds.step, seeds.stop, seeds.step)
    return Fuzzed(count, followed, faults, sum(times) / max(1, len(times)), max(times, default=0.0), peak, grown)


def random_text_of(module):
    """The function of a module that makes the text of a number."""
    from importlib import import_module

    return import_module(module).random_text


def _work(module, begun, seeds):
    from tests.hostile.answered import Answering
    from tests.hostile.bounds import MEBIBYTES, forget_peak, limit_memory, peak

    make = random_text_of(module)
    answering = Answering(HELPS)
    answering.warm()
    limit_memory(MEBIBYTES)
    forget_peak()
    before, times = peak(), []
    with open(begun, "r+b", buffering=0) as state:
        for seed in seeds:
            os.pwrite(state.fileno(), b"%-20d" % seed, 0)
            text = make(seed)
            faults, seconds = answering.faults(text)
            times.append(round(seconds, 4))
            if faults:
                print(json.dumps({"fault": f"{seed}: " + "; ".join(faults[:5]) + f"\n{text[:3000]}"}), flush=True)
    forget_peak()
    print(json.dumps({
        "whole": len(times), "times": times, "followed": answering.followed, "peak": answering.peak, "grown": peak() - before,
    }))  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1] == "work":
        _work(sys.argv[2], sys.argv[3], range(*map(int, sys.argv[4:7])))
    else:
        part, parts = int(sys.argv[1]), int(sys.argv[2])
        count = int(sys.argv[3]) if len(sys.argv) > 3 else COUNT
        began, every = time.monotonic(), range(part, count, parts)
        for start in range(0, len(every), AT_ONCE):
            chosen = every[start : start + AT_ONCE]
            result = fuzz(chosen)
            for fault in result.faults:
                print(fault, flush=True)
            print(f"# to {chosen[-1]}: {result.words}; {time.monotonic() - began:.0f} s", flush=True)
