"""Ctrl-C and SIGTERM to commands without TensorFlow, at every moment: 130 and 143, no traceback, nothing half-written."""

import itertools
import re
import signal
import subprocess
import sys
import time

import pytest

from tests.chosen import spread
from tests.patience import PATIENCE
from tests.seams.names import MAIN, WRITE_WHOLE
from tests.seams.seam import program
from tests.tiny import TINY, write

AT_AN_IMPORT = program(
    """\
import atexit, os, signal, sys
asked, number = int(sys.argv.pop(1)), int(sys.argv.pop(1))
class Hook:
    seen = 0
    def find_spec(self, name, path=None, target=None):
        Hook.seen += 1
        if Hook.seen == asked:
            os.kill(os.getpid(), number)
sys.meta_path.insert(0, Hook())
if asked < 0:
    atexit.register(os.kill, os.getpid(), number)
if asked == 0:
    atexit.register(lambda: os.write(1, b"%d" % Hook.seen))
main()
""",
    MAIN,
)
"""What is imported before the hook is Python's own, and what `main` is in."""


def at_import(asked, number, cwd, *arguments):
    """Run the program and send it a signal at its import of that number; 0 sends none, -1 when the interpreter ends."""
    command = [sys.executable, "-c", AT_AN_IMPORT, str(asked), str(int(number)), *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=PATIENCE)


def test_a_signal_at_any_import_leaves_with_its_code_and_one_word(tmp_path):
    write(tmp_path)
    done = at_import(0, signal.SIGINT, tmp_path, "validate", "spec.yaml")
    count = int(re.findall(r"\d+\Z", done.stdout)[0])
    assert (done.returncode, count > 100) == (0, True)
    # The first ones come before anything is taken in hand; then one of each part.
    for index, asked in enumerate([1, 2, 3, 4, 5, 6, 8, 12, 20, *range(40, count, count // 8), -1]):
        number = (signal.SIGINT, signal.SIGTERM)[index % 2] if asked > 6 else signal.SIGINT
        done = at_import(asked, number, tmp_path, "validate", "spec.yaml")
        told = re.sub(r"spec.yaml: no problems\n", "", done.stdout)
        assert (done.returncode, told) == (128 + number, ""), (asked, done.stderr)
        assert done.stderr in ("interrupted\n", ""), (asked, done.stderr)


@pytest.mark.slow
def test_a_signal_at_every_import_leaves_with_its_code(tmp_path):
    write(tmp_path)
    for arguments in (["validate", "spec.yaml"], ["--help"], ["summary", "spec.yaml"]):
        count = int(re.findall(r"\d+\Z", at_import(0, signal.SIGINT, tmp_path, *arguments).stdout)[0])
        for asked in range(1, count + 1):
            done = at_import(asked, signal.SIGINT, tmp_path, *arguments)
            assert (done.returncode, "Traceback" in done.stderr) == (130, False), (arguments, asked, done.stderr)


HALF = program(
    """\
import os, signal, sys
number = int(sys.argv.pop(1))
def half(handle, data):
    os.write(handle, bytes(data)[:10])
    os.kill(os.getpid(), number)
    raise AssertionError("it goes on")
writing._write_whole = half
main()
""",
    MAIN,
    WRITE_WHOLE,
)


WRITING = [
    (["init"], signal.SIGINT), (["init"], signal.SIGTERM), (["schema", "-o", "schema.json"], signal.SIGINT),
    (["schema", "-o", "schema.json"], signal.SIGTERM),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "number"), spread(WRITING, 3))
def test_a_signal_while_a_file_is_written_leaves_none(tmp_path, number, arguments):
    (tmp_path / "schema.json").write_text("before")
    command = [sys.executable, "-c", HALF, str(int(number)), *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert (done.returncode, done.stdout, done.stderr) == (128 + number, "", "interrupted\n")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"schema.json": "before"}


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, -signal.SIGHUP)]
)
def test_watching_ends_by_a_signal(tmp_path, number, code):
    write(tmp_path)
    command = [sys.executable, "-m", "modelspec", "validate", "--watch", "spec.yaml"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stdout.readline() == "spec.yaml: no problems\n"
        child.send_signal(number)
        if number == signal.SIGTERM:
            child.send_signal(number)
        _, err = child.communicate(timeout=PATIENCE)
    assert (child.returncode, "Traceback" in err) == (code, False)


def test_a_signal_that_was_ignored_from_the_start_stays_ignored(tmp_path):
    write(tmp_path)
    code = AT_AN_IMPORT.replace("asked, number", "signal.signal(signal.SIGINT, signal.SIG_IGN)\nasked, number", 1)
    command = [sys.executable, "-c", code, "60", str(int(signal.SIGINT)), "validate", "spec.yaml"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert (done.returncode, done.stdout, done.stderr) == (0, "spec.yaml: no problems\n", "")


def moments():
    """Seconds after the start: close together while Python and the program begin, and so on without an end."""
    yield from (0.02 * count for count in range(26))
    yield from (0.25 * count for count in itertools.count(3))


def sent(cwd, number, when, arguments):
    """Send a real process a signal so many seconds after its start; whether it had ended by itself before."""
    command = [sys.executable, "-m", "modelspec", *arguments]
    with subprocess.Popen(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        time.sleep(when)
        ended = child.poll() is not None
        child.send_signal(number)
        out, err = child.communicate(timeout=PATIENCE)
    about = (arguments, when, child.returncode, out, err)
    # Before the first line of the program is run, Python dies of it, or tells that it could not start: maybe in the
    # module by which an editable install is found, which bears the package's name.
    began = re.search(r"modelspec[/\\](cli|__main__)", err)
    by_python = not began and (child.returncode == -number or "KeyboardInterrupt" in err)
    assert child.returncode in (128 + number, 0) or by_python, about
    assert "Traceback" not in err or by_python, about
    assert err.count("interrupted") <= 1, about
    assert "bug" not in err, about
    return ended or child.returncode == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("arguments", [["validate", "spec.yaml"], ["validate", "--watch", "spec.yaml"]])
def test_a_signal_after_a_while_leaves_with_its_code(tmp_path, number, arguments):
    write(tmp_path)
    for when in (0.04, 0.12, 0.3):
        assert not sent(tmp_path, number, when, arguments) or arguments[1] != "--watch"


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("arguments", [["validate", "spec.yaml"], ["summary", "spec.yaml"], ["train", "spec.yaml"]])
def test_a_signal_at_every_time_leaves_with_its_code(tmp_path, number, arguments):
    write(tmp_path, TINY.replace("epochs: 2", "epochs: 30"))
    for when in moments():
        if sent(tmp_path, number, when, arguments):
            break
    for run in (tmp_path / "runs" / "tiny").glob("*"):
        assert not [item.name for item in run.rglob("*") if ".part" in item.name or item.name == "run.lock"], run


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_watching_ends_by_a_signal_at_every_time(tmp_path, number):
    write(tmp_path)
    for when in itertools.takewhile(lambda when: when < 3, moments()):
        assert not sent(tmp_path, number, when, ["validate", "--watch", "spec.yaml"])
