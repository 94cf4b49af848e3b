"""What typer makes of a function that is a command: its wrong usage is told as that of the options themselves."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperCommand

from modelspec.cli.options.usage import WrongUsage


class Command(TyperCommand):
    """A command whose work may find that its values cannot be used, and raise `WrongUsage`."""

    def invoke(self, ctx: Any) -> Any:
        """Do the command's work."""
        try:
            return super().invoke(ctx)
        except WrongUsage as wrong:
            raise typer.BadParameter(wrong.message, ctx=ctx, param_hint=wrong.hint) from wrong
