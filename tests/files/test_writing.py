"""Files are never torn: a kill or a full disk leaves the old file or the new one."""

import json
import os
import resource
import signal
import subprocess
import sys
import time

import pytest

from modelspec.files.writing import replace_file, write_bytes, write_json, write_text
from tests.runtime.nursery import Nursery
from tests.seams.names import WRITE_BYTES
from tests.seams.seam import program
from tests.tiny import write

WRITER = program(
    """\
import sys, pathlib, itertools
path = pathlib.Path(sys.argv[1])
print("ready", flush=True)
for number in itertools.count():
    write_bytes(path, bytes([number % 256]) * 3_000_000)
""",
    WRITE_BYTES,
)


def test_a_writer_killed_at_any_time_leaves_a_whole_file(tmp_path):
    path = tmp_path / "file"
    write_bytes(path, b"\0" * 3_000_000)
    for attempt in range(8):
        with subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE) as child:
            child.stdout.readline()
            time.sleep(0.01 + attempt * 0.007)
            child.kill()
        data = path.read_bytes()
        assert len(data) == 3_000_000
        assert len(set(data)) == 1, "the file holds parts of two writes"


def test_a_writer_that_fails_leaves_the_old_file_and_no_other(tmp_path):
    path = tmp_path / "file.txt"
    write_text(path, "old")

    def fail(beside):
        beside.write_text("ne")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        replace_file(path, fail)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["file.txt"]


def test_json_without_meaning_is_not_written(tmp_path):
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(tmp_path / "file.json", {"loss": float("nan")})
    assert os.listdir(tmp_path) == []


FULL = """\
import resource, sys
sys.dont_write_bytecode = True  # Python takes a compiled file that was cut off for a whole one
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit},) * 2)
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
"""


@pytest.fixture(scope="module")
def nursery():
    """Starts real processes that run the program."""
    with Nursery() as started:
        yield started


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="needs RLIMIT_FSIZE")
@pytest.mark.parametrize("limit", [300, 20_000])
def test_a_disk_that_is_full_while_training_is_one_message(nursery, tmp_path, limit):
    write(tmp_path)
    done = nursery.run(tmp_path, "train", "spec.yaml", "--run-dir", "run", before=FULL.format(limit=limit))
    assert done.code == 1, done.err
    assert done.err.count("\n") == 1, done.err
    assert done.err.startswith("error: ")
    assert "large" in done.err or "space" in done.err, done.err
    for item in (tmp_path / "run").iterdir():
        assert not item.name.startswith("."), item
        if item.suffix == ".json":
            json.loads(item.read_text())


def test_a_training_killed_at_any_time_leaves_whole_files(nursery, tmp_path, cli):
    write(tmp_path, (tmp_path / write(tmp_path)).read_text().replace("epochs: 2", "epochs: 100000"))
    child = nursery.start(tmp_path, "train", "spec.yaml", "--run-dir", "run")
    child.wait_until(lambda: "\nepoch 5/" in child.out)
    child.kill()
    assert child.wait() == -signal.SIGKILL
    history = [json.loads(line) for line in (tmp_path / "run" / "history.jsonl").read_text().splitlines()]
    assert len(history) >= 5
    for weights in ("best", "last"):
        done = cli("evaluate", str(tmp_path / "run"), "--weights", weights)
        assert done.code == 0, done.err
