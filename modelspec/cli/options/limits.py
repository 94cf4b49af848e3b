"""The limits of a spec as options, the same for every command that reads one: how much it may ask for, where it may read."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer

from modelspec.cli.options.given_limits import DATA_ROOT, OPTIONS, take_limits
from modelspec.source.limits import DEEPEST, FLAGS, Limits

_HELP: dict[str, str] = {
    "file_bytes": "How large a spec file may be.",
    "depth": "How deeply its values may be nested.",
    "nodes": "How many values it may have.",
    "expanded_nodes": "How many values its aliases, variables and loops may expand to.",
    "key_length": "How long a key may be.",
    "layers": "How many calls of layers it may have, including those in nested models.",
    "outputs": "How many tensors calls with several outputs may return.",
}

_HIGHEST: dict[str, int] = {"depth": DEEPEST}
"""Where a limit cannot be lifted forever."""


def with_limits(command: Callable[..., None]) -> Callable[..., None]:
    """The command with an option for each limit, in place of its parameter `limits`."""
    signature = inspect.signature(command, eval_str=True)
    own = [parameter for name, parameter in signature.parameters.items() if name != "limits"]

    def limited(**given: Any) -> None:
        command(limits=take_limits(given), **given)

    parameters = [*own, _ROOTS, *(_parameter(option, limit) for option, limit in OPTIONS.items())]
    limited.__name__, limited.__doc__ = command.__name__, command.__doc__
    limited.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    limited.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return limited


_ROOTS = inspect.Parameter(
    DATA_ROOT,
    inspect.Parameter.POSITIONAL_OR_KEYWORD,
    default=None,
    annotation=Annotated[
        list[str] | None,
        typer.Option(
            "--data-root", metavar="DIR", help="One more folder in which the spec may name files; can be repeated."
        ),
    ],
)


def _parameter(option: str, limit: str) -> inspect.Parameter:
    told = typer.Option(FLAGS[limit], help=_HELP[limit], min=1, max=_HIGHEST.get(limit), rich_help_panel="Limits")
    default = getattr(Limits(), limit)
    return inspect.Parameter(
        option, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default, annotation=Annotated[int, told]
    )
