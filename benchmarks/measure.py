"""Wall time and peak memory of whole processes, and medians of several runs taken in turns."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
MODELSPEC = str(Path(sys.executable).with_name("modelspec"))


def process(command, cwd):
    """(seconds, peak memory in MiB) of a command that must succeed."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryFile() as errors:
        begin = time.perf_counter()
        child = subprocess.Popen(command, cwd=cwd, env=environment, stdout=subprocess.DEVNULL, stderr=errors)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - begin
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            errors.seek(0)
            raise SystemExit(f"{' '.join(command)} failed:\n{errors.read().decode()}")
    return seconds, usage.ru_maxrss / 1024


def compare(ours, theirs, times, cwd):
    """Medians of (seconds, MiB) of two commands, run in turns so that a busy moment hits both; one run to warm up."""
    process(ours(0), cwd)
    process(theirs(0), cwd)
    results = ([], [])
    for number in range(1, times + 1):
        results[0].append(process(ours(number), cwd))
        results[1].append(process(theirs(number), cwd))
    return [tuple(statistics.median(run[i] for run in runs) for i in (0, 1)) for runs in results]
