"""Random valid specs through `smoke`: what fails there without a word of `validate` is a fault of the checks.

`python -m tests.runtime.smoked PART PARTS [COUNT]` draws COUNT specs (10,000) and takes every PARTS-th of them. A worker does the
work, so that a crash of TensorFlow costs the one spec that it came of.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
COUNT = 10_000


class ByValue(NamedTuple):
    """A failure that follows from the values of the rows: its code, what TensorFlow says, where it may be, and why."""

    code: str
    said: str
    where: str
    why: str


BY_VALUE = (
    ByValue("MS610", "", "", "a function whose gradient is zero, or that has none, is no mistake of a network"),
    ByValue("MS611", "", "", "a loss of random rows may divide by zero, or grow too large for its precision"),
    ByValue("MS614", "must be non-negative", r"ops\.bincount", "counts are of numbers from 0 on"),
    ByValue("MS614", "Cholesky", r"ops\.cholesky", "a matrix may be no positive definite one"),
    ByValue("MS614", "not invertible|not successful", r"ops\.(inv|solve|lstsq|lu_factor)", "a matrix may have no inverse"),
    ByValue("MS614", r"sequence_length\(0\)", r"ops\.ctc_decode", "lengths are of the sequences that are given"),
    ByValue("MS614", r"is not in \[0, |does not index into", r"ops\.take|ops\.scatter|Embedding|ops\.segment",
            "a number may be the place of nothing"),
    ByValue("MS614", "[Ss]hapes?|[Dd]imensions? .*equal|values, but the requested", r"inputs:.*null",
            "a free axis may have to be as long as another"),
)  # fmt: skip
"""What `validate` cannot know before there are rows."""


def by_value(code: str, message: str, text: str) -> bool:
    """Whether the values of the rows are to blame, and not the spec."""
    return any(item.code == code and re.search(item.said, message) and re.search(item.where, text) for item in BY_VALUE)


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
                noted(result, seed, json.loads(line))
            worker.stdin.close()
    return result


def noted(result: Smoked, seed: int, told: dict[str, object]) -> None:
    """Add what a worker told of the spec of a number."""
    result.count += 1
    result.seconds.append(float(str(told["seconds"])))
    result.peak = max(result.peak, float(str(told["peak"])))
    problems = told["problems"]
    assert isinstance(problems, list)
    result.codes.update({code for code, _ in problems} or {"good"})
    for code, message in problems:
        if not by_value(code, message, str(told["text"])):
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
    from modelspec.runtime.train.smoke import smoke_all
    from tests.graph.valid import valid_spec

    for line in sys.stdin:
        text, problems, began = "", [], time.process_time()
        signal.alarm(SECONDS)
        try:
            text = valid_spec(int(line))
            network = check_text(text, "random.yaml").network
            assert network is not None
            problems = [(item.code, "\n".join((item.message, *item.quoted))) for item in smoke_all(network)]
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
