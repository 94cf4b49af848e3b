"""The data by which the program answers at once are those of the commands."""

from docs.command_line import described
from modelspec.cli.app import COMMANDS, SECOND_NAMES
from modelspec.cli.startup import described as written


def test_the_description_is_what_typer_makes_of_the_commands():
    with open(written.__file__, encoding="utf-8") as file:
        assert file.read() == described(), "run `python -m docs.generate`"


def test_it_has_each_command_and_hides_the_second_names():
    assert list(written.COMMANDS) == ["", *COMMANDS, *SECOND_NAMES]
    assert {name for name, command in written.COMMANDS.items() if command["hidden"]} == set(SECOND_NAMES)
