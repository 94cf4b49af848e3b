"""What makes the program start and end soon, all of it, used by `cli.app.main` and by nobody else.

Checking a spec takes less time than importing what reads command lines, draws help and makes models:

- The version, help and completion come from data that are written beforehand (`described`): no command runs, and neither
  typer nor rich is imported.
- The words of `validate` are read by the same data (`arguments`). Whatever is wrong with them, typer tells.
- What else takes long in the process is spared it (`start_soon`).

Tests hold each of these answers to those of typer. A library that is imported must not do to the process it is in
what `start_soon` does. Imports nothing that takes time.
"""

import atexit
import gc
import os
import sys

TYPE_CHECKING = False  # as in `typing`, which takes time
if TYPE_CHECKING:
    from modelspec.cli.options.usage import WrongUsage

_SELDOM = (100_000, 50, 50)
"""Checking a spec makes fewer objects than the first, and no cycles; of many specs, or while it watches, some are collected."""


def answered(words: "list[str]") -> "int | WrongUsage | None":
    """Answer what needs no typer: the exit code.

    Else nothing is reported yet, and it is for typer to answer: what is wrong, where that was found already.
    """
    if os.name == "nt":  # where a program is to look for what patterns stand for
        return None
    if os.environ.get("_MODELSPEC_COMPLETE"):
        from modelspec.cli.startup.completion import completed

        told = completed(os.environ)
        return None if told is None else _tell(*told)
    if words == ["--version"]:
        from modelspec import __version__

        return _tell(f"modelspec {__version__}\n")
    if words[-1:] in (["--help"], ["-h"]) and len(words) <= 2:
        from modelspec.cli.startup.described import COMMANDS
        from modelspec.cli.startup.help import shown_help

        name = words[0] if len(words) == 2 else ""
        return _tell(shown_help(name)) if name in COMMANDS and (name or len(words) == 1) else None
    return _validated(words[1:]) if words[:1] == ["validate"] else None


def _tell(text: str, code: int = 0) -> int:
    sys.stdout.write(text)
    return code


def _validated(words: "list[str]") -> "WrongUsage | None":
    """Do the work of `validate`, which leaves with its exit code, unless something is wrong with the words."""
    from modelspec.cli.startup.arguments import arguments
    from modelspec.cli.startup.described import COMMANDS

    given = arguments(COMMANDS["validate"], words)
    if given is None:
        return None
    from modelspec.cli.options.given_limits import take_limits
    from modelspec.cli.options.usage import WrongUsage
    from modelspec.cli.validating import validate_paths

    try:
        validate_paths(limits=take_limits(given), **given)
    except WrongUsage as wrong:  # found before anything was reported, maybe in a long search for specs
        return wrong
    return None


def start_soon(checks: bool) -> None:
    """Spare what takes longer than checking a spec. `checks`: the command only checks, and does not load Keras."""
    if os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__") == "__all__":
        _find_no_plugins()
    if checks:
        gc.set_threshold(*_SELDOM)
        atexit.register(gc.freeze)  # else everything is looked through once more, with the process about to end


def _find_no_plugins() -> None:
    """Tell pydantic that nobody plugs into it here.

    Where that is switched off, pydantic 2 still imports the module that looks, and with it `importlib.metadata`, `email`
    and `zipfile`. An empty module in its place spares them. What a user sets in the environment stands.
    """
    loader = type(sys)("pydantic.plugin._loader", "Finds no plugins.")
    vars(loader).update(get_plugins=lambda: ())
    sys.modules.setdefault(loader.__name__, loader)
