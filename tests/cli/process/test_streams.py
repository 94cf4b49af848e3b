"""Closed, full and odd standard streams, widths and folders: exit codes as promised, no word on the wrong stream."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.chosen import spread
from tests.tiny import TINY, write

BAD = TINY.replace("units: 8", "unit: 8")
FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")


@pytest.fixture
def shell(tmp_path):
    """Run a shell's command line, in which `modelspec` is the program; a good and a bad spec are there."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash")
    write(tmp_path)
    (tmp_path / "bad.yaml").write_text(BAD)

    def run(line, cwd=tmp_path, **env):
        program = f'modelspec() {{ "{sys.executable}" -m modelspec "$@"; }}\n'
        return subprocess.run(
            [bash, "-c", program + line], cwd=cwd, env={**os.environ, **env}, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip

    return run


@pytest.mark.parametrize(
    ("line", "code", "out", "err"),
    [
        ("validate spec.yaml >&-", 0, "", ""),
        ("validate bad.yaml --format json >&-", 1, "", ""),
        ("validate bad.yaml 2>&-", 1, "", ""),
        ("validate spec.yaml 2>&-", 0, "spec.yaml: no problems\n", ""),
        ("validate bad.yaml <&- >&- 2>&-", 1, "", ""),
        ("summary spec.yaml >&- 2>&- <&-", 0, "", ""),
        ("show spec.yaml <&- >&-", 0, "", ""),
        ("layers Dense >&-", 0, "", ""),
        ("schema >&- 2>&-", 0, "", ""),
        ("explain MS101 >&-", 0, "", ""),
        ("--help >&-", 0, "", ""),
        ("--version >&- <&-", 0, "", ""),
        ("nosuch 2>&-", 2, "", ""),
        ("summary bad.yaml >&- 2>&-", 1, "", ""),
    ],
)
def test_a_closed_stream_is_one_that_nobody_wants(shell, line, code, out, err):
    done = shell(f"modelspec {line}")
    assert (done.returncode, done.stdout, done.stderr) == (code, out, err)


def test_files_that_are_written_while_streams_are_closed_hold_their_own_text_only(shell, tmp_path):
    done = shell("modelspec init -o new.yaml <&- >&- 2>&- && modelspec schema -o again.json >&- 2>&-")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "new.yaml").read_text().startswith("# yaml-language-server")
    assert "no problems" in shell("modelspec validate new.yaml").stdout
    assert json.loads((tmp_path / "again.json").read_text()) == json.loads(
        (tmp_path / "modelspec.schema.json").read_text()
    )


@pytest.mark.parametrize("closed", ["<&-", "0>/dev/null"])
def test_a_spec_from_a_standard_input_that_cannot_be_read_is_told_in_one_line(shell, closed):
    done = shell(f"modelspec validate - {closed}")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("<stdin>:1:1: error[MS101] cannot read standard input: ")
    assert done.stderr.endswith("1 file: 1 error, 0 warnings\n")


@FULL
@pytest.mark.parametrize(
    ("line", "code", "err"),
    [
        ("summary spec.yaml >/dev/full", 1, "error: no space left on device\n"),
        ("--help >/dev/full", 1, "error: no space left on device\n"),
        ("validate --help >/dev/full", 1, "error: no space left on device\n"),
        ("--version >/dev/full", 1, "error: no space left on device\n"),
        ("layers --format json >/dev/full 2>/dev/full", 1, ""),
        pytest.param("schema >/dev/full 2>/dev/full", 1, "", marks=pytest.mark.slow),
        ("validate bad.yaml 2>/dev/full", 1, ""),
        ("nosuch 2>/dev/full", 2, ""),
        ("summary spec.yaml 1</dev/null", 1, "error: bad file descriptor\n"),
    ],
)
def test_an_answer_that_cannot_be_written_is_told_and_exit_code_1(shell, line, code, err):
    done = shell(f"modelspec {line}")
    assert (done.returncode, done.stdout, done.stderr) == (code, "", err)


@FULL
def test_warnings_that_cannot_be_written_are_no_success(shell, tmp_path):
    (tmp_path / "warned.yaml").write_text(
        "modelspec: 1\nblocks: {}\ninputs: {x: [4]}\nvars: {a: 1}\nlayers: [{Dense: 1}]\n"
    )
    assert shell("modelspec validate warned.yaml").returncode == 0
    assert shell("modelspec validate warned.yaml 2>/dev/full").returncode == 1


ODD = [
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"PYTHONIOENCODING": "ascii", "TERM": "dumb"},
    {"COLUMNS": "99999999999", "LINES": "-1"},
    {"COLUMNS": "-5", "TERMINAL_WIDTH": "abc"},
    {"COLUMNS": "0", "FORCE_COLOR": "1", "HOME": ""},
    {"COLUMNS": "٣", "NO_COLOR": "1", "HOME": "/proc/none"},
    {"COLUMNS": "1"},
]


@pytest.mark.parametrize(
    ("env", "arguments", "code"),
    spread([(env, *asked) for asked in (("train --help", 0), ("validate nosuch.yaml --nosuch", 2)) for env in ODD], 2),
)
def test_help_and_wrong_usage_are_shown_wherever_they_are_asked_for(shell, env, arguments, code):
    done = shell(f"modelspec {arguments}", **env)
    assert (done.returncode, "Traceback" in done.stderr) == (code, False)
    assert len(done.stdout + done.stderr) > 100


def test_a_current_folder_that_is_gone_is_told_and_takes_no_help_away(shell, tmp_path):
    gone = "mkdir gone && cd gone && rmdir ../gone && "
    done = shell(f"{gone} modelspec validate spec.yaml")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1] == "error: the current folder no longer exists: change to another one"
    assert shell(f"cd {tmp_path} && {gone} modelspec --version").returncode == 0


def test_training_as_daemons_start_it_trains(shell, tmp_path):
    done = shell("modelspec train spec.yaml --run-dir run <&- >&- 2>&-")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert json.loads((tmp_path / "run" / "run.json").read_text())["status"] == "finished"
    written = [path for path in (tmp_path / "run").rglob("*") if path.suffix in (".json", ".jsonl", ".yaml")]
    assert len(written) > 3
    assert not any("epoch 1/" in path.read_text() for path in written)
