"""The program as a whole, run as a process: help, wrong usage, bugs, missing TensorFlow, pipes, narrow terminals."""

import os
import shutil
import site
import subprocess
import sys
from pathlib import Path

import pytest

import modelspec
from modelspec.cli.app import COMMANDS, make_app
from tests.seams.names import CHECK_FILE, MAIN
from tests.seams.seam import program
from tests.tiny import TINY, write

ROOT = Path(modelspec.__file__).parents[1]
NAMES = list(COMMANDS)


def test_the_version_is_shown(program):
    assert program("--version").out == f"modelspec {modelspec.__version__}\n"


def test_help_lists_every_command_and_each_has_help_within_80_columns(cli, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    shown = cli("--help")
    assert shown.code == 0
    for name in NAMES:
        assert f"\n  {name} " in shown.out
        done = cli(name, "-h")
        assert done.code == 0
        assert f"Usage: modelspec {name}" in done.out
        assert max(map(len, done.out.split("\n"))) <= 80
    assert cli("fit", "--help").code == 0


@pytest.mark.parametrize("name", NAMES)
def test_help_shows_each_word_of_each_option(name, cli, monkeypatch):
    """What stands in square brackets is markup to rich, which leaves it out."""
    import typer

    monkeypatch.setenv("COLUMNS", "600")
    monkeypatch.setenv("TERMINAL_WIDTH", "600")
    shown = " ".join(cli(name, "--help").out.split())
    command = typer.main.get_command(make_app((name,)))
    command = getattr(command, "commands", {name: command})[name]
    texts = [command.help, *(parameter.help for parameter in command.params if getattr(parameter, "help", None))]
    assert [text for text in texts if " ".join(text.split()) not in shown] == []


def test_the_installed_program_is_the_module(program):
    installed = Path(sys.executable).with_name("modelspec")
    if not installed.exists():
        pytest.skip("modelspec is not installed beside this Python")
    done = subprocess.run([installed, "--help"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, program("--help").out)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_can_be_shown(program, shell):
    done = program("--show-completion", shell, env={"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"})
    assert (done.code, done.err) == (0, "")
    assert "_MODELSPEC_COMPLETE" in done.out


def test_completion_completes_commands(program):
    env = {"_MODELSPEC_COMPLETE": "complete_bash", "COMP_WORDS": "modelspec pre", "COMP_CWORD": "1"}
    assert program(env=env).out.split() == ["predict"]


@pytest.mark.parametrize(
    "arguments", [["nosuch"], ["train"], ["train", "a", "b"], ["summary", "a", "--format", "xml"], ["--nosuch"]]
)
def test_wrong_usage_is_exit_code_2(program, arguments):
    done = program(*arguments)
    assert done.code == 2
    assert "Usage: modelspec" in done.out + done.err
    assert "Traceback" not in done.err


@pytest.fixture
def light(tmp_path):
    """Run the program where only what the base installation brings can be imported."""
    packages = tmp_path / "light"
    packages.mkdir()
    wanted = ("yaml", "_yaml", "pydantic", "annotated_types", "typing_extensions", "typing_inspection", "typer", "rich",
              "shellingham", "markdown_it", "mdurl", "pygments", "annotated_doc", "click")  # fmt: skip
    for folder in map(Path, site.getsitepackages()):
        for item in folder.iterdir():
            if item.name.split(".")[0].split("-")[0].lower() in (*wanted, "pydantic_core"):
                (packages / item.name).symlink_to(item)
    (packages / "modelspec").symlink_to(ROOT / "modelspec")

    def run(*arguments):
        env = {**os.environ, "PYTHONPATH": str(packages)}
        return subprocess.run(
            [sys.executable, "-S", "-m", "modelspec", *arguments],
            cwd=tmp_path, env=env, capture_output=True, text=True, check=False,
        )  # fmt: skip

    return run


def test_the_base_installation_checks_and_summarises(light, tmp_path):
    write(tmp_path)
    for arguments in (["validate", "spec.yaml"], ["summary", "spec.yaml"], ["init", "-o", "new.yaml"]):
        done = light(*arguments)
        assert (done.returncode, done.stderr) == (0, ""), done


@pytest.mark.parametrize(
    "arguments",
    [["train", "spec.yaml"], ["build", "spec.yaml", "-o", "m.keras"], ["evaluate", "run"], ["predict", "run"]],
)
def test_without_tensorflow_a_command_says_so_with_the_install_line(light, tmp_path, arguments):
    write(tmp_path)
    done = light(*arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "error[MS601] this command needs TensorFlow, which is not installed\n"
        "  help: install it with: pip install 'keras-modelspec[tensorflow]'\n"
    )
    assert not (tmp_path / "runs").exists()


def test_a_reader_that_leaves_early_is_no_error(tmp_path):
    write(tmp_path)
    command = f"{sys.executable} -m modelspec summary spec.yaml --format json | head -1; echo ${{PIPESTATUS[0]}}"
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash")
    done = subprocess.run([bash, "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.stdout.split("\n")[0], done.stderr) == ("{", "")
    assert done.stdout.split("\n")[1] in ("0", "141")


def test_a_reader_that_is_gone_before_the_first_line_is_no_error(tmp_path):
    write(tmp_path)
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as gone:
        command = [sys.executable, "-m", "modelspec", "summary", "spec.yaml"]
        done = subprocess.run(command, cwd=tmp_path, stdout=gone, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_a_problem_and_not_a_bug(tmp_path):
    write(tmp_path)
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-m", "modelspec", "summary", "spec.yaml"]
        done = subprocess.run(command, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "error: no space left on device\n")


def test_a_terminal_without_unicode_gets_escapes(program, tmp_path):
    write(tmp_path, TINY.replace("softmax", "sôftmax"))
    env = {"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0"}
    done = program("validate", "spec.yaml", env=env)
    assert done.code == 1
    assert "s\\xf4ftmax" in done.err
    assert program("summary", str(ROOT / "specs" / "digits.yaml"), env=env).code == 0
    assert program("train", "--help", env=env).code == 0


def terminal(arguments, folder, err=None, **env):
    """What the program writes to a terminal; `err` is a file for what it writes on stderr."""
    pty = pytest.importorskip("pty")
    here, there = pty.openpty()
    command = [sys.executable, "-m", "modelspec", *arguments]
    child = subprocess.Popen(
        command, cwd=folder, stdin=there, stdout=there, stderr=err or there,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "80", **env},
    )  # fmt: skip
    os.close(there)
    shown = b""
    while True:
        try:
            block = os.read(here, 65536)
        except OSError:
            break
        if not block:
            break
        shown += block
    os.close(here)
    return child.wait(), shown.decode()


def test_problems_are_coloured_on_a_terminal_unless_the_user_wants_none(tmp_path):
    write(tmp_path, TINY.replace("units: 8", "unit: 8"))
    code, shown = terminal(["validate", "spec.yaml"], tmp_path)
    assert code == 1
    assert "\x1b[" in shown
    code, shown = terminal(["validate", "spec.yaml"], tmp_path, NO_COLOR="1")
    assert code == 1
    assert "\x1b" not in shown
    assert "spec.yaml:5:13: error[" in shown


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """The exit code of a training on a terminal, by a user who tells TensorFlow nothing, and what is on its two streams."""
    folder = tmp_path_factory.mktemp("trained")
    write(folder, TINY.replace("synthetic: 64", "synthetic: 4000"))
    with pytest.MonkeyPatch.context() as patch, open(folder / "err", "w") as err:
        for name in [name for name in os.environ if name.startswith(("TF_", "CUDA_"))]:
            patch.delenv(name)
        code, shown = terminal(["train", "spec.yaml", "--run-dir", "run"], folder, err, LINES="24")
    return code, shown, (folder / "err").read_text()


def test_training_shows_a_bar_on_a_terminal_and_keeps_a_line_for_each_epoch(trained):
    code, shown, _ = trained
    assert code == 0, shown
    assert "━" in shown
    assert "epoch 1/2" in shown
    assert "epoch 2/2" in shown
    assert "run: run" in shown
    assert "Traceback" not in shown


def test_the_start_up_noise_of_tensorflow_does_not_reach_the_user(trained):
    code, shown, err = trained
    assert (code, err) == (0, "")
    assert "cuda" not in shown.lower()


BUG = program("def fail(*a, **k): raise RuntimeError('oh no')\npipeline.check_file = fail\nmain()\n", CHECK_FILE, MAIN)


@pytest.mark.parametrize("asked", [False, True])
def test_a_bug_of_ours_is_a_short_report_with_a_traceback_only_when_asked_for(tmp_path, asked):
    write(tmp_path)
    arguments = ["summary", "spec.yaml", *(["--traceback"] if asked else [])]
    command = [sys.executable, "-c", BUG, *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (3, "")
    assert "modelspec has a bug: RuntimeError: oh no\n" in done.stderr
    assert "--traceback" in done.stderr
    assert ("Traceback (most recent call last)" in done.stderr) is asked
