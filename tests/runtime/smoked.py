"""Random valid specs through `smoke`: what fails there without a word of `validate` is a fault of the checks.

`python -m tests.runtime.smoked PART PARTS [COUNT]` draws COUNT specs (10,000) and takes every PARTS-th of them. A worker does the
work, so that a crash of TensorFlow costs the one spec that it came of.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]
COUNT = 10_000
BY_VALUE = {
    "MS610": "a function without a gradient, or one whose gradient is zero by its values, is no mistake of a network",
    "MS611": "a loss of random rows may divide by zero, or grow too large for its precision",
}
"""Codes that `smoke` tells of the values alone, each with the reason why `validate` cannot."""
SECONDS = 300
"""A spec that takes longer hangs."""


@dataclass
class Smoked:
    """How many specs were tried, what failed untold (the seed, what was said, the spec), and what it took."""

    count: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    peak: float = 0.0

    @property
    def words(self) -> str:
        """The numbers in one line."""
        times = self.seconds or [0.0]
        return (
            f"{self.count} specs, codes {dict(self.codes)}, {len(self.failed)} untold; median {median(times):.2f} s, "
            f"longest {max(times):.2f} s, peak {self.peak:.0f} MiB"
        )


def smoked(seeds: Iterable[int], *, until: float = float("inf")) -> Smoked:
    """What `smoke` says of the specs of these numbers; none is begun after the time `until`."""
    result, waiting = Smoked(), list(seeds)
    while waiting and time.monotonic() < until:
        worker = subprocess.Popen(
            [sys.executable, "-m", "tests.runtime.smoked"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        with worker:
            assert worker.stdin and worker.stdout and worker.stderr
            while waiting and time.monotonic() < until:
                seed = waiting.pop(0)
                worker.stdin.write(f"{seed}\n")
                worker.stdin.flush()
                line = worker.stdout.readline()
                if not line:
                    result.count += 1
                    result.failed.append(f"{seed}: the process ended: {worker.stderr.read()[-1500:]}")
                    break
                _note(result, seed, json.loads(line))
            worker.stdin.close()
    return result


def _note(result: Smoked, seed: int, told: dict[str, object]) -> None:
    result.count += 1
    result.seconds.append(float(str(told["seconds"])))
    result.peak = max(result.peak, float(str(told["peak"])))
    problems = told["problems"]
    assert isinstance(problems, list)
    result.codes.update({code for code, _ in problems} or {"good"})
    for code, message in problems:
        if code not in BY_VALUE:
            result.failed.append(f"{seed}: {code} {message}\n{told['text']}")
            return


def _work() -> None:
    """Each number of standard input is answered by a line of JSON."""
    import gc
    import resource
    import signal

    from modelspec.runtime.start import start_keras

    start_keras()
    import keras

    from modelspec.pipeline import check_text
    from modelspec.runtime.smoke import smoke_all
    from tests.graph.valid import valid_spec

    for line in sys.stdin:
        text, problems, began = "", [], time.process_time()
        signal.alarm(SECONDS)
        try:
            text = valid_spec(int(line))
            network = check_text(text, "random.yaml").network
            assert network is not None
            problems = [(problem.code, problem.message) for problem in smoke_all(network)]
        except Exception as error:
            problems = [("raised", f"{type(error).__name__}: {error}"[:2000])]
        signal.alarm(0)
        keras.backend.clear_session()
        gc.collect()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        told = {"problems": problems, "text": text, "seconds": time.process_time() - began, "peak": peak}
        print(json.dumps(told), flush=True)
        if peak > 2500:
            return


if __name__ == "__main__":
    if len(sys.argv) == 1:
        _work()
    else:
        part, parts = int(sys.argv[1]), int(sys.argv[2])
        count = int(sys.argv[3]) if len(sys.argv) > 3 else COUNT
        done = smoked(range(count)[part::parts])
        print("\n".join(done.failed), done.words, sep="\n")
