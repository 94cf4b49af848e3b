"""A run directory belongs to one training at a time, and never to one that is gone."""

import json
import os
import signal
import subprocess
import sys

import pytest

from modelspec.diagnostics import SpecError
from modelspec.runs.lock import NAME, locked
from tests.patience import PATIENCE
from tests.seams.names import LOCKED, SPEC_ERROR
from tests.seams.seam import program

HOLD = program(
    """\
import pathlib, sys, time
with locked(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
""",
    LOCKED,
)


def held_by_another(folder):
    child = subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], stdout=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "held\n"
    return child


def test_it_is_free_again_afterwards(tmp_path):
    for _ in range(2):
        with locked(tmp_path):
            assert os.listdir(tmp_path) == [NAME]
        assert os.listdir(tmp_path) == []


def test_another_process_is_named(tmp_path):
    with held_by_another(tmp_path) as child:
        with pytest.raises(SpecError) as refused, locked(tmp_path):
            pass
        child.kill()
    (problem,) = refused.value.diagnostics
    assert problem.code == "MS760"
    assert f"process {child.pid} on " in problem.message
    assert (tmp_path / NAME).exists()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_the_lock_of_a_dead_process_is_taken_over(tmp_path, number):
    with held_by_another(tmp_path) as child:
        child.send_signal(number)
    with locked(tmp_path):
        assert json.loads((tmp_path / NAME).read_text())["pid"] == os.getpid()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": "x"}', '{"pid": 1}'])
def test_a_lock_that_names_no_process_of_this_machine_is_taken_over(tmp_path, text):
    if text.startswith('{"'):
        import socket

        text = json.dumps({**json.loads(text), "host": socket.gethostname()})
    (tmp_path / NAME).write_text(text)
    with locked(tmp_path):
        pass


def test_a_process_that_only_has_the_number_is_another_one(tmp_path):
    with held_by_another(tmp_path) as child:
        owner = json.loads((tmp_path / NAME).read_text())
        (tmp_path / NAME).write_text(json.dumps({**owner, "began": "1"}))
        with locked(tmp_path):
            pass
        (tmp_path / NAME).write_text(json.dumps({**owner, "boot": "another"}))
        with locked(tmp_path):
            pass
        child.kill()


def test_another_machine_is_believed(tmp_path):
    (tmp_path / NAME).write_text(json.dumps({"pid": 1, "host": "elsewhere", "boot": "x", "began": "1"}))
    with pytest.raises(SpecError) as refused, locked(tmp_path):
        pass
    (problem,) = refused.value.diagnostics
    assert "process 1 on elsewhere" in problem.message
    assert f"remove {tmp_path / NAME}" in problem.help


RACE = program(
    """\
import pathlib, sys
print("ready", flush=True)
sys.stdin.readline()
try:
    with locked(pathlib.Path(sys.argv[1])):
        print("had it", flush=True)
        sys.stdin.readline()  # until all have tried
except SpecError:
    print("refused", flush=True)
""",
    LOCKED,
    SPEC_ERROR,
)


def test_of_many_that_find_a_dead_process_one_takes_over(tmp_path):
    with held_by_another(tmp_path) as child:
        child.kill()
    children = [
        subprocess.Popen(
            [sys.executable, "-c", RACE, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    for racer in children:
        assert racer.stdout.readline() == "ready\n"
    for racer in children:
        racer.stdin.write("\n")
        racer.stdin.flush()
    answers = [racer.stdout.readline().strip() for racer in children]
    for racer in children:
        racer.communicate("\n", timeout=PATIENCE)
    assert sorted(answers) == ["had it", "refused", "refused", "refused"]
