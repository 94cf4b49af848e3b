"""Help says everything that typer knows of a command, at every width, and the same however it is asked for."""

import os
import pty
import subprocess
import sys

import pytest
import typer

from docs.command_line import taken
from modelspec.cli.app import COMMANDS, SECOND_NAMES, make_app
from modelspec.cli.startup.help import help_text, shown_help
from tests.seams.names import SHOWN_HELP
from tests.seams.seam import program

NAMES = ("", *COMMANDS, *SECOND_NAMES)
WIDTHS = (20, 33, 50, 80, 100, 160)


def parameters_of(name):
    program = typer.main.get_command(make_app())
    command = program.commands[name] if name else program
    context = program.make_context("modelspec", [], resilient_parsing=True)
    return command, command.get_params(command.make_context(name, [], parent=context, resilient_parsing=True))


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("name", NAMES)
def test_no_line_is_longer_than_the_terminal_and_no_word_is_lost(name, columns):
    lines = help_text(name, columns).split("\n")[1:]  # the usage is one line to copy
    assert max(map(len, lines)) <= columns
    wide = "".join(help_text(name, 10_000).split())
    assert sorted("".join(help_text(name, columns).split())) == sorted(wide)


@pytest.mark.parametrize("name", NAMES)
def test_each_flag_default_bound_and_text_that_typer_knows_is_shown(name):
    shown = help_text(name, 10_000)
    command, parameters = parameters_of(name)
    assert " ".join(command.help.split()) in shown
    for item in parameters:
        option = item.param_type_name == "option"
        what = ", ".join(sorted(item.opts, key=len)) if option else item.metavar or ""
        [line] = [
            line
            for line in shown.replace(f"\n{' ' * 34}", "  ").split("\n")
            if f"{what} " in line and item.help in line
        ]
        assert line.endswith(ending(item))
        for choice in taken(item).choices:
            assert str(choice) in line


def ending(item):
    if getattr(item, "is_flag", False) or item.default is None:
        return f"{item.help} [required]" if item.required and item.param_type_name == "option" else item.help
    return f"{item.help} [default: {item.default}]"


@pytest.mark.parametrize("words", [["--help"], ["-h"], ["train", "--help"], ["train", "--resume", "-h"], ["fit", "-h"]])
def test_help_is_the_same_however_it_is_asked_for(words, cli, monkeypatch):
    monkeypatch.setenv("COLUMNS", "72")
    name = words[0] if words[0] in NAMES else ""
    done = cli(*words)
    assert (done.code, done.out, done.err) == (0, help_text(name, 72), "")


@pytest.mark.parametrize(("words", "name"), [([], ""), (["train"], "train"), (["validate"], "validate")])
def test_a_command_that_needs_words_shows_its_help_and_fails(words, name, cli, monkeypatch):
    monkeypatch.setenv("COLUMNS", "72")
    done = cli(*words)
    assert (done.code, done.out, done.err) == (2, help_text(name, 72), "")


def test_headings_are_bold_in_a_terminal_that_can_and_lines_are_not_too_wide():
    code = program("print(shown_help(''))", SHOWN_HELP)
    for extra, bold in (({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)):
        ours, theirs = pty.openpty()
        environment = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "COLUMNS")}
        environment |= {"TERM": "xterm", "COLUMNS": "300", **extra}
        subprocess.run([sys.executable, "-c", code], stdout=theirs, env=environment, check=True)
        os.close(theirs)
        told = os.read(ours, 100_000).decode()
        os.close(ours)
        assert ("\033[1mUsage:\033[0m" in told) is bold
        assert max(map(len, told.split("\r\n"))) <= 100 + len("\033[1m\033[0m")


def test_without_a_terminal_help_has_eighty_columns(monkeypatch, capsys):
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr(os, "get_terminal_size", raising(OSError))
    assert shown_help("train") == help_text("train", 80)


def raising(error):
    def fail(*_):
        raise error

    return fail
