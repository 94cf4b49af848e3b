"""Real processes that run the program, started in a moment: forks of one that has imported all and computed nothing.

`Nursery().start(...)` gives a `Child` with a process number of its own; it can be killed at any time.
"""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import as_users_have_it
from tests.patience import PATIENCE
from tests.seams.names import CLI_PROGRESS, CLI_TRAIN, MAIN, RUNTIME_TRAIN, START_KERAS
from tests.seams.seam import program

ROOT = Path(__file__).parents[2]
PARENT = program("start_keras()\n", START_KERAS) + program(
    """\
import gc, json, os, sys, traceback
import tests.runtime.faults
from tests.nobody import ALL_OF_IT
exec(ALL_OF_IT)  # else each child would import anew what it needs
sys.path.remove("")  # as the program does: nothing is imported from the working folder
gc.collect()
gc.freeze()  # a child need not look through what TensorFlow keeps for ever, nor copy the pages of it
print("ready", flush=True)
for line in sys.stdin:
    order = json.loads(line)
    child = os.fork()
    if child == 0:
        os.setsid()
        os.chdir(order["cwd"])
        for number, name in ((1, "out"), (2, "err")):
            handle = os.open(order[name], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            os.dup2(handle, number)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        exec(order["before"], {})
        sys.argv = ["modelspec", *order["arguments"]]
        code = 3
        try:
            main()
        except SystemExit as leaving:
            code = int(leaving.code or 0)
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
""",
    CLI_TRAIN,
    CLI_PROGRESS,
    RUNTIME_TRAIN,
    MAIN,
)


@dataclass
class Child:
    """A running program: its process number, its folder, and the files with what it prints."""

    nursery: "Nursery"
    pid: int
    out_file: Path
    err_file: Path
    code: int | None = None

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Send it a signal, unless it has ended."""
        try:
            os.kill(self.pid, number)
        except ProcessLookupError:
            return

    def wait(self) -> int:
        """Its exit status; minus the signal's number if it died of one."""
        if self.code is None:
            self.code = int(self.nursery.parent.stdout.readline())
        return self.code

    @property
    def out(self) -> str:
        """What it has printed so far."""
        return self.out_file.read_text() if self.out_file.exists() else ""

    @property
    def err(self) -> str:
        """What it has printed on stderr so far."""
        return self.err_file.read_text() if self.err_file.exists() else ""

    def wait_until(self, true, seconds: float = PATIENCE) -> None:
        """Wait until something is true, or fail; also where the program ends before."""
        end = time.monotonic() + seconds
        while not true():
            assert (self.runs() or true()) and time.monotonic() < end, (self.out, self.err)
            time.sleep(0.003)

    def runs(self) -> bool:
        """Whether it has not ended."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True


class Nursery:
    """Starts programs one after another. `with` it, since its parent process ends with it."""

    def __init__(self) -> None:
        environment = {**as_users_have_it(), "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
        self.parent = subprocess.Popen(
            [sys.executable, "-c", PARENT],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        assert self.parent.stdout.readline() == "ready\n"
        self.count = 0

    def start(self, folder: Path, *arguments: str, before: str = "") -> Child:
        """Start `modelspec` with these arguments in the folder; `before` is Python code to run there first."""
        self.count += 1
        files = folder / f".out{self.count}", folder / f".err{self.count}"
        order = {
            "cwd": str(folder),
            "arguments": arguments,
            "out": str(files[0]),
            "err": str(files[1]),
            "before": before,
        }
        self.parent.stdin.write(json.dumps(order) + "\n")
        self.parent.stdin.flush()
        return Child(self, int(self.parent.stdout.readline()), *files)

    def run(self, folder: Path, *arguments: str, before: str = "") -> Child:
        """Run `modelspec` to its end."""
        child = self.start(folder, *arguments, before=before)
        child.wait()
        return child

    def __enter__(self) -> "Nursery":
        return self

    def __exit__(self, *_) -> None:
        self.parent.stdin.close()
        self.parent.wait(timeout=PATIENCE)
        self.parent.stdout.close()
