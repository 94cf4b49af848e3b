"""Every completion is that of typer, and a real shell gets it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main

from modelspec.cli.app import make_app
from modelspec.cli.startup.completion import completed
from modelspec.cli.startup.described import COMMANDS

NAMES = [name for name in COMMANDS if name]
LINES = [
    *("", "v", "validate", "nosuch ", "-", "--", "--ver", "train --nosuch --", ". "),
    *(f"{name} {rest}" for name in NAMES for rest in ("", "-", "--", "a ", "a b ", "a --", "--help --", "-- -")),
    *(
        f"{name} {flag}{rest}"
        for name in NAMES
        for parameter in COMMANDS[name]["parameters"]
        for flag in parameter.get("flags", ())
        for rest in ("", " ", "=", "=t", " t", " = t", " 1 ", " a -", " a --", " a b --s")
    ),
    "plugins s", "plugins stub a ", "-h validate --f", "validate -f json -", "validate -wf ", "validate -fj", "validate --set a --set b --set",
]  # fmt: skip
"""What stands behind the program's name where the shell asks; the last word is the one to complete."""


def environment(shell, line, action=None):
    asked = {"_MODELSPEC_COMPLETE": f"complete_{shell}"}
    if shell == "bash":
        words = line.split()
        number = len(words) + (not line or line.endswith(" "))
        return {**asked, "COMP_WORDS": "\n".join(["modelspec", *words]), "COMP_CWORD": str(number)}
    return {
        **asked,
        "_TYPER_COMPLETE_ARGS": f"modelspec {line}",
        **({"_TYPER_COMPLETE_FISH_ACTION": action} if action else {}),
    }


@pytest.fixture(scope="module")
def command():
    """What typer makes of the program, and would make anew at every call of it."""
    return typer.main.get_command(make_app())


@pytest.fixture
def by_typer(command, monkeypatch, capsys):
    def answer(asked):
        with monkeypatch.context() as patch:
            for name, value in {**asked, "COLUMNS": "10000"}.items():  # typer folds what it says of an option
                patch.setenv(name, value)
            patch.setattr(sys, "argv", ["modelspec"])
            with pytest.raises(SystemExit) as leaving:
                command(prog_name="modelspec")
        return capsys.readouterr().out, int(leaving.value.code or 0)

    return answer


@pytest.mark.parametrize(
    ("shell", "action"), [("bash", None), ("zsh", None), ("fish", "get-args"), ("fish", "is-args"), ("fish", None)]
)
def test_what_a_shell_is_told_is_what_typer_tells(by_typer, shell, action):
    answers = 0
    for line in LINES if action is None else LINES[::7]:
        asked = environment(shell, line, action)
        told = completed(asked)
        if told is not None:
            answers += 1
            assert in_any_order(told) == in_any_order(by_typer(asked)), (line, asked)
    assert answers > 0.7 * len(LINES if action is None else LINES[::7])


def in_any_order(told):
    """What is told, but for the order of lines: typer has `-h` and `--help` in any."""
    text, code = told
    body = text.removeprefix("_arguments '*: :((").removesuffix("))'\n").removesuffix("\n")
    return text.startswith("_arguments"), sorted(body.split("\n")), code


def test_what_is_not_understood_is_left_to_typer():
    for line in ("'a b' ", "nosuch ", "train --nosuch --", "validate -- -"):
        assert completed(environment("bash", line)) is None
    assert completed(environment("powershell", "v")) is None
    assert completed({"_MODELSPEC_COMPLETE": "complete_bash", "COMP_WORDS": "modelspec", "COMP_CWORD": "x"}) is None


@pytest.fixture
def bash(tmp_path):
    """What bash makes of a line with Tab behind it, by the script that the program shows."""
    shell = shutil.which("bash")
    if shell is None:
        pytest.skip("there is no bash")
    (tmp_path / "modelspec").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m modelspec "$@"\n')
    (tmp_path / "modelspec").chmod(0o755)
    place = {
        **os.environ,
        "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(Path(__file__).parents[3]),
    }
    detection = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    command = [tmp_path / "modelspec", "--show-completion", "bash"]
    script = subprocess.run(command, env={**place, **detection}, capture_output=True, text=True, check=True).stdout

    def complete(*words):
        listed = " ".join(f"'{word}'" for word in words)
        asked = f"{script}\nCOMP_WORDS=({listed}); COMP_CWORD={len(words) - 1}; _modelspec_completion modelspec\n"
        asked += 'printf "%s\\n" "${COMPREPLY[@]}"\n'
        done = subprocess.run(
            [shell, "--norc", "-c", asked], env=place, cwd=tmp_path, capture_output=True, text=True, check=True
        )
        return done.stdout.split()

    return complete


def test_a_real_bash_completes_commands_options_and_choices(bash):
    assert bash("modelspec", "pre") == ["predict"]
    assert bash("modelspec", "validate", "--form") == ["--format"]
    assert bash("modelspec", "validate", "--format", "j") == ["json", "junit"]
    assert bash("modelspec", "validate", "spec") == []  # files are for bash itself
