"""`modelspec/cli/startup/described.py`: the command line as plain data, made from what typer makes of the commands.

Whoever starts the program for its version, for completion or to check a spec gets an answer from these data.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import typer
from typer.core import TyperArgument

from modelspec.cli.app import make_app

_HEAD = '''\
"""The command line as plain data: every command with its options and arguments, in the order in which help shows them.

Written by `python -m docs.generate` from the functions in modelspec/cli/commands. Do not edit.
"""
# fmt: off
# ruff: noqa: E501

TYPE_CHECKING = False  # as in `typing`, which takes time
if TYPE_CHECKING:
    from typing import TypedDict

    class Parameter(TypedDict, total=False):
        """An option, or an argument, which has no `flags`."""

        name: str
        flags: tuple[str, ...]
        takes: str
        """`text`, `number` or `choice`; a switch takes nothing."""
        choices: tuple[str, ...]
        least: int
        most: int
        several: bool
        """Whether it can be given more than once."""
        default: str | int | bool
        required: bool
        shown: str
        """What its value is called in help; a switch has none."""
        panel: str
        """The title under which help shows an option, where it is not `Options`."""
        help: str

    class Command(TypedDict):
        """A command; the one without a name is the program itself."""

        hidden: bool
        help: str
        """In a few words, as shells show it beside the name."""
        about: str
        """In whole sentences, as help shows it."""
        parameters: tuple[Parameter, ...]


COMMANDS: "dict[str, Command]" = {
'''


def described() -> str:
    """The module's text."""
    program: Any = typer.main.get_command(make_app())
    context = program.make_context("modelspec", [], resilient_parsing=True)
    named = [
        (name, command.make_context(name, [], parent=context, resilient_parsing=True))
        for name, command in program.commands.items()
    ]
    return f"{_HEAD}{_command('', context)}{''.join(_command(*item) for item in named)}}}\n"


def _command(name: str, context: Any) -> str:
    command = context.command
    lines = "".join(f"            {_parameter(item)!r},\n" for item in command.get_params(context))
    return (
        f"    {name!r}: {{\n        'hidden': {command.hidden!r},\n        'help': {command.get_short_help_str()!r},\n"
        f"        'about': {' '.join(command.help.split())!r},\n"
        f"        'parameters': (\n{lines}        ),\n    }},\n"
    )


class Taken(NamedTuple):
    """What values a parameter takes."""

    choices: tuple[str, ...]
    number: bool
    least: int | None
    most: int | None


def taken(item: Any) -> Taken:
    """The values of a parameter, as this typer describes them: before 0.27 by a type of click."""
    what = getattr(item, "type_descriptor", None)
    if what is None:
        of_click = item.type
        number = of_click.name.startswith("integer")
        bounds = (getattr(of_click, "min", None), getattr(of_click, "max", None)) if number else (None, None)
        return Taken(tuple(getattr(of_click, "choices", ())), number, *bounds)
    number = what.annotation is int
    bounds = (what.parameter_info.min, what.parameter_info.max) if number else (None, None)
    return Taken(tuple(what.choices or ()) if what.is_choice else (), number, *bounds)


def _parameter(item: Any) -> dict[str, object]:
    what = taken(item)
    option = not isinstance(item, TyperArgument)
    told: dict[str, object] = {
        "flags": tuple(sorted(item.opts, key=len, reverse=True))
        if option
        else (),  # typer has those of help in any order
        "takes": None if option and item.is_flag else "choice" if what.choices else "number" if what.number else "text",
        "choices": what.choices,
        "least": what.least,
        "most": what.most,
        "several": (item.multiple if option else item.nargs == -1) or None,
        "default": item.default,
        "required": item.required or None,
        "shown": None if option and item.is_flag else _shown(item),
        "panel": getattr(item, "rich_help_panel", None),
        "help": item.help,
    }
    return {"name": item.name, **{key: value for key, value in told.items() if value not in (None, (), "")}}


def _shown(item: Any) -> str:
    """What help calls the value of a parameter."""
    what = taken(item)
    if item.metavar is not None:
        return str(item.metavar)
    return "|".join(what.choices) or ("N" if what.number else str(item.name).upper())
