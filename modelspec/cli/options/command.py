"""What typer makes of the program and of a function that is a command: their help and wrong usage are reported as ours."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from modelspec.cli.options.usage import WrongUsage
from modelspec.cli.startup.help import shown_help


def _parsed(kind: Any, command: Any, ctx: Any, args: list[str]) -> Any:
    """The words as typer reads them; without any, the help of what needs some, and exit code 2."""
    if not args and command.no_args_is_help and not ctx.resilient_parsing:
        typer.echo(command.get_help(ctx))
        ctx.exit(2)
    return kind.parse_args(command, ctx, args)


class Program(TyperGroup):
    """The program, with all its commands."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Show the commands."""
        formatter.write(shown_help(""))

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        """Read the words of the command line."""
        return _parsed(TyperGroup, self, ctx, args)


class Command(TyperCommand):
    """A command whose work may find that its values cannot be used, and raise `WrongUsage`."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Show what the command takes."""
        formatter.write(shown_help(ctx.info_name))

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        """Read the words behind the command's name."""
        return _parsed(TyperCommand, self, ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Do the command's work; of `ctx.obj`, which is known to be wrong already, only say so."""
        try:
            if isinstance(ctx.obj, WrongUsage):
                raise ctx.obj
            return super().invoke(ctx)
        except WrongUsage as wrong:
            raise typer.BadParameter(wrong.message, ctx=ctx, param_hint=wrong.hint) from wrong
