"""The words of `validate` are read as typer reads them, and what typer refuses is left to it."""

import inspect

import pytest
import typer
from hypothesis import given, settings
from hypothesis import strategies as st

from modelspec.cli.commands.validate import validate
from modelspec.cli.startup.arguments import arguments
from modelspec.cli.startup.described import COMMANDS

READ: list[dict[str, object]] = []


def noting(command):
    """A function with the command's parameters that only notes what it is called with."""

    def noted(**values):
        READ.append(values)

    noted.__signature__ = inspect.signature(command, eval_str=True)
    noted.__annotations__ = {name: parameter.annotation for name, parameter in noted.__signature__.parameters.items()}
    return noted


@pytest.fixture(scope="module")
def command():
    """`validate` as typer makes it, with nothing to do but note its values."""
    app = typer.Typer(context_settings={"help_option_names": ["-h", "--help"]}, add_completion=False)
    app.command("validate")(noting(validate))
    return typer.main.get_command(app)


def by_typer(command, words):
    """What a command's function is called with; None where typer refuses the words, or shows help."""
    READ.clear()
    with pytest.raises(SystemExit):
        command.main(words, prog_name="modelspec")
    return READ[0] if READ else None


WORDS = st.one_of(
    st.sampled_from(
        [flag for item in COMMANDS["validate"]["parameters"] for flag in item.get("flags", ())]
    ),
    st.sampled_from(
        ["-", "--", "", "a.yaml", "b", "json", "text", "-fjson", "-f=json", "-wf", "-wfjson", "--format=json", "--format=",
         "--strict=1", "--max-depth=7", "--max-depth=0", "--max-depth=201", "--max-layers=1_000", "--max-layers= 5 ", "--max-nodes=x",
         "--set=a=b", "a=b", "3", "-3", "--forma", "stub", "-h", "--help"]
    ),
)  # fmt: skip


def test_validate_is_called_with_what_typer_reads(command, capsys):
    read = refused = 0

    @settings(max_examples=300)
    @given(st.lists(WORDS, max_size=5))
    def agree(words):
        nonlocal read, refused
        mine = arguments(COMMANDS["validate"], words)
        theirs = by_typer(command, words)
        capsys.readouterr()
        read, refused = read + (mine is not None), refused + (theirs is None)
        assert mine == theirs, words

    agree()
    assert min(read, refused) > 10


@pytest.mark.parametrize(
    "flag",
    [flag for item in COMMANDS["validate"]["parameters"] for flag in item.get("flags", ()) if item["name"] != "help"],
)
def test_each_option_of_validate_is_read(command, flag):
    (parameter,) = (item for item in COMMANDS["validate"]["parameters"] if flag in item.get("flags", ()))
    value = {"choice": ["json"], "number": ["7"], "text": ["x"]}.get(parameter.get("takes"), [])
    words = ["a", flag, *value, "b", flag, *value]
    assert arguments(COMMANDS["validate"], words) == by_typer(command, words) != by_typer(command, ["a", "b"])
