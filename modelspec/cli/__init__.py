"""The command line: one command per file: options, one call into the library, printing, an exit code."""

import os
import sys
from types import ModuleType


def _without_plugins() -> None:
    """Tell pydantic that nobody plugs into it here; looking for who does takes longer than checking a spec.

    Where that is switched off, pydantic 2 still imports the module that looks, and with it `importlib.metadata`, `email`
    and `zipfile`. An empty module in its place spares them. What a user sets in the environment stands.
    """
    if os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__") == "__all__":
        loader = ModuleType("pydantic.plugin._loader", "Finds no plugins.")
        vars(loader).update(get_plugins=lambda: ())
        sys.modules.setdefault(loader.__name__, loader)


_without_plugins()
