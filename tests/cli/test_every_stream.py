"""Every command with every standard stream closed, full or left by its reader: its own exit code, and no word of Python's."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from modelspec.cli.app import COMMANDS
from tests.chosen import chosen
from tests.patience import PATIENCE
from tests.tiny import TINY, write

pytestmark = pytest.mark.skipif(shutil.which("bash") is None or not Path("/dev/full").exists(), reason="needs both")
PLUGIN = """\
import keras

@keras.saving.register_keras_serializable("mine")
class Twice(keras.layers.Layer):
    def call(self, x):
        return 2 * x
"""
LINES = {
    "validate": ("validate spec.yaml", "validate bad.yaml", "validate bad.yaml -f json", "validate . -f sarif", "validate none.yaml"),
    "summary": ("summary spec.yaml", "summary bad.yaml"),
    "show": ("show spec.yaml",),
    "layers": ("layers --format json", "layers", "layers Dense", "layers Dens"),
    "schema": ("schema", "schema -o {new}.json"),
    "explain": ("explain", "explain MS101", "explain MS999"),
    "init": ("init -o -", "init -o {new}.yaml"),
    "usage": ("", "--help", "--version", "nosuch", "train --help", "train", "--show-completion bash"),
}  # fmt: skip
WITH_TENSORFLOW = {
    "data": ("data spec.yaml", "data spec.yaml --format json"),
    "build": ("build spec.yaml -o {new}.keras",),
    "train": ("train spec.yaml --run-dir {new}", "train --resume run"),
    "reproduce": ("reproduce run --run-dir {new}",),
    "evaluate": ("evaluate run", "evaluate none"),
    "predict": ("predict run", "predict run -o {new}.csv"),
    "smoke": ("smoke spec.yaml",),
    "plugins": ("plugins stub mine -o {new}.json",),
}
CLOSED = (">&-", "2>&-", "<&-", ">&- 2>&- <&-")
FULL = (">/dev/full", "2>/dev/full", ">/dev/full 2>/dev/full")
LEFT = ("| true", "| head -1", "2>&1 | true")


def test_every_command_is_tried():
    assert {*LINES, *WITH_TENSORFLOW} == {*COMMANDS, "usage"}


@pytest.fixture
def place(tmp_path):
    """A folder with a good and a bad spec, and a package with a layer."""
    write(tmp_path)
    (tmp_path / "bad.yaml").write_text(TINY.replace("units: 8", "unit: 8"))
    (tmp_path / "mine.py").write_text(PLUGIN)
    return tmp_path


def ended(place, line, number):
    """The exit code of the program in a line of the shell, and the texts on its streams, as far as they were left alone."""
    out, err = place / f".{number}.out", place / f".{number}.err"
    arguments, pipe, reader = line.partition("| ")
    arguments = arguments.replace("{new}", f"new{number}")
    to = f"2>{err} </dev/null" if pipe else f">{out} 2>{err} </dev/null"
    program, arguments = f'"{sys.executable}" -m modelspec', arguments.split("\t")
    whole = f"{program} {arguments[0]} {to} {' '.join(arguments[1:])} {pipe}{reader}; exit ${{PIPESTATUS[0]}}"
    environment = {**os.environ, "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1", "PYTHONPATH": str(place)}
    done = subprocess.run(
        ["bash", "-c", whole], cwd=place, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    told = [path.read_text() if path.exists() else "" for path in (out, err)]
    assert "Traceback" not in told[0] + told[1] + done.stdout + done.stderr, (line, told, done)
    assert "has a bug" not in told[0] + told[1] + done.stdout + done.stderr, (line, told, done)
    return done.returncode, told[0] + (done.stdout if pipe else ""), told[1]


def check(place, lines, changes):
    """Hold each change of the streams against the line as it is."""
    number = 0
    for line in lines:
        number += 1
        code, out, err = ended(place, line, number)
        assert code in (0, 1, 2), (line, err)
        for change in changes:
            number += 1
            found, _, told = ended(place, f"{line}\t{change}", number)
            full_out, full_err = out and ">/dev/full" in change.split(), err and "2>/dev/full" in change.split()
            if full_out or full_err:
                assert found in {code or 1, *((code,) if not full_out else ())}, (line, change, found)
                assert not full_out or "2>" in change or "no space left on device" in told, (line, change, told)
            else:
                assert found == code, (line, change, found, told)


@pytest.mark.parametrize("command", chosen(LINES, {*LINES} - {"schema"}))  # it takes seconds, and layers say as much
def test_streams_that_nobody_wants_or_that_take_nothing_change_no_exit_code(place, command):
    line = LINES[command][0] or "--help"
    assert ended(place, f"{line}\t>&- 2>&- <&-", 1)[::2] == (0, "")
    code, _, err = ended(place, f"{line}\t>/dev/full", 2)
    assert (code, err) == (1, "error: no space left on device\n")
    assert ended(place, f"{line}\t| true", 3)[::2] == (0, "")


@pytest.mark.slow
@pytest.mark.parametrize("command", LINES)
def test_every_stream_of_every_line(place, command):
    check(place, LINES[command], (*CLOSED, *FULL, *LEFT))


@pytest.mark.slow
@pytest.mark.parametrize("command", WITH_TENSORFLOW)
def test_every_stream_of_commands_with_tensorflow(place, command):
    assert ended(place, "train spec.yaml --run-dir run", "run")[0] == 0
    check(place, WITH_TENSORFLOW[command], (*CLOSED, *FULL, *LEFT))


def watching(place, **streams):
    command = [sys.executable, "-m", "modelspec", "validate", "--watch", "spec.yaml"]
    return subprocess.Popen(command, cwd=place, stdin=subprocess.DEVNULL, **streams)


@pytest.mark.parametrize(("stream", "file", "code"), [("stdout", "spec.yaml", 0), ("stderr", "bad.yaml", 1)])
def test_watching_ends_where_its_reader_has_gone(place, stream, file, code):
    (place / "spec.yaml").write_text((place / file).read_text())
    other = {"stdout": "stderr", "stderr": "stdout"}[stream]
    with watching(place, **{stream: subprocess.PIPE, other: subprocess.DEVNULL}) as child:
        getattr(child, stream).readline()
        getattr(child, stream).close()
        end = time.monotonic() + PATIENCE
        while child.poll() is None:
            assert time.monotonic() < end, "it watches for nobody"
            with (place / "spec.yaml").open("a") as spec:
                spec.write("# more\n")
            time.sleep(0.3)
    assert child.returncode == code


def test_watching_ends_where_its_answer_cannot_be_written(place):
    with open("/dev/full", "wb") as full, watching(place, stdout=full, stderr=subprocess.PIPE, text=True) as child:
        _, err = child.communicate(timeout=PATIENCE)
    assert (child.returncode, err) == (1, "error: no space left on device\n")
