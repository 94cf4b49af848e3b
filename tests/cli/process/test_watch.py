"""`modelspec validate --watch`, as a real process."""

import os
import signal
import subprocess
import sys
import threading
import time
from queue import Empty, Queue

import pytest

from tests.patience import PATIENCE

GOOD = "modelspec: 1\ninputs: {x: [4]}\nlayers:\n  - Dense: 1\n"
BAD = GOOD.replace("Dense", "Desne")


class Watching:
    """A running `validate --watch`, whose lines can be waited for."""

    def __init__(self, *arguments, cwd):
        command = [sys.executable, "-m", "modelspec", "validate", "--watch", *arguments]
        self.process = subprocess.Popen(
            command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True
        )
        self.lines = Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line)

    def wait_for(self, text, seconds=PATIENCE):
        """Lines up to the first that holds the text."""
        seen = []
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                seen.append(self.lines.get(timeout=0.1))
            except Empty:
                continue
            if text in seen[-1]:
                return "".join(seen)
        raise AssertionError(f"{text!r} was not printed; there was {seen}")

    def interrupt(self):
        """Ctrl-C; the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)


@pytest.fixture
def watching(tmp_path):
    """Start watching; whatever still runs at the end is ended."""
    started = []

    def start(*arguments):
        started.append(Watching(*arguments, cwd=tmp_path))
        return started[-1]

    yield start
    for each in started:
        each.process.kill()
        each.process.wait()
        each.process.stdout.close()


def replace(path, text):
    """Write a file as editors do: beside, then in its place."""
    beside = path.with_suffix(".new")
    beside.write_text(text)
    os.replace(beside, path)


def test_a_change_is_checked_again_and_ctrl_c_ends_it_with_130(tmp_path, watching):
    spec = tmp_path / "spec.yaml"
    spec.write_text(GOOD)
    watched = watching("spec.yaml")
    watched.wait_for("spec.yaml: no problems")
    replace(spec, BAD)
    assert "spec.yaml:4:5: error[MS206] unknown layer 'Desne'" in watched.wait_for("1 error")
    spec.unlink()
    watched.wait_for("error[MS101]")
    replace(spec, GOOD)
    watched.wait_for("spec.yaml: no problems")
    assert watched.interrupt() == 130


def test_a_new_file_in_a_watched_folder_is_found(tmp_path, watching):
    folder = tmp_path / "specs"
    folder.mkdir()
    (folder / "one.yaml").write_text(GOOD)
    watched = watching("specs")
    watched.wait_for("specs/one.yaml: no problems")
    replace(folder / "two.yaml", GOOD)
    watched.wait_for("2 files: no problems")
    (folder / "one.yaml").unlink()
    (folder / "two.yaml").unlink()
    watched.wait_for("error[MS101]")
    assert watched.interrupt() == 130


def test_standard_input_cannot_be_watched(cli):
    done = cli("validate", "--watch", "-")
    assert done.code == 2
    assert "standard input cannot be watched" in done.err
