"""What makes the program start and end soon, set once for its process by `cli.app.main` and by nobody else.

A library that is imported must not do this to the process it is in. Imports nothing that takes time.
"""

import atexit
import gc
import os
import sys

_SELDOM = (100_000, 50, 50)
"""Checking a spec makes fewer objects than the first, and no cycles; of many specs, or while it watches, some are collected."""


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
