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
from tests.seams.names import MAIN, WRITE_BYTES
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


FULL = program(
    """\
import resource, sys
sys.dont_write_bytecode = True  # Python takes a compiled file that was cut off for a whole one
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)),) * 2)
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
main()
""",
    MAIN,
)


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="needs RLIMIT_FSIZE")
@pytest.mark.parametrize("limit", [300, 20_000])
def test_a_disk_that_is_full_while_training_is_one_message(tmp_path, limit):
    write(tmp_path)
    command = [sys.executable, "-c", FULL, str(limit), "train", "spec.yaml", "--run-dir", "run"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("error: ")
    assert "large" in done.stderr or "space" in done.stderr, done.stderr
    for item in (tmp_path / "run").iterdir():
        assert not item.name.startswith("."), item
        if item.suffix == ".json":
            json.loads(item.read_text())


def test_a_training_killed_at_any_time_leaves_whole_files(tmp_path, cli):
    write(tmp_path, (tmp_path / write(tmp_path)).read_text().replace("epochs: 2", "epochs: 100000"))
    command = [sys.executable, "-m", "modelspec", "train", "spec.yaml", "--run-dir", "run"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        for line in child.stdout:
            if line.startswith(b"epoch 5/"):
                break
        child.send_signal(signal.SIGKILL)
    history = [json.loads(line) for line in (tmp_path / "run" / "history.jsonl").read_text().splitlines()]
    assert len(history) >= 5
    for weights in ("best", "last"):
        done = cli("evaluate", str(tmp_path / "run"), "--weights", weights)
        assert done.code == 0, done.err
