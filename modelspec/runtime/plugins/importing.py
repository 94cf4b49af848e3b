"""Importing the packages that the user names. The working folder is no place for anything else that they import."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from contextlib import redirect_stdout
from typing import Any

import keras

from modelspec.catalogue.kinds import KINDS
from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.plugins.sources import find_top
from modelspec.runtime.quoting import quoted


def import_package(package: str, folder: str | None) -> None:
    """Import an installed package, or the one in `folder`; what it registers with Keras is there then.

    Raises `SpecError`: MS644 where it is not found or fails, MS645 where it puts something in the place of Keras's own.
    """
    before = dict(keras.saving.get_custom_objects())
    top = package.partition(".")[0]
    loaded = set(sys.modules)
    try:
        # What a package prints while it is imported is no result of a command.
        with redirect_stdout(sys.stderr):
            _import(package, top, folder)
    except (Exception, SystemExit) as error:
        for name in set(sys.modules) - loaded:
            if name == top or name.startswith(f"{top}."):
                del sys.modules[name]
        raise SpecError([_failed(package, top, error)]) from error
    _keep_keras_names(package, before)


def _import(package: str, top: str, folder: str | None) -> None:
    if top not in sys.modules:
        found = find_top(package, folder)
        if found is None or found.loader is None:
            raise ModuleNotFoundError(f"No module named '{top}'", name=top)
        module = importlib.util.module_from_spec(found)
        sys.modules[top] = module
        found.loader.exec_module(module)
    importlib.import_module(package)


def _failed(package: str, top: str, error: BaseException) -> Diagnostic:
    if isinstance(error, ModuleNotFoundError) and error.name == top:
        message = f"the plugin {package} is not found: it is neither installed nor in the working folder"
        return Diagnostic("MS644", message, help="give the name by which Python imports it, or install it")
    help = f"this error is in the package itself: see it with `python -c 'import {package}'`"
    if isinstance(error, ModuleNotFoundError) and error.name is not None:
        help = f"install {error.name}, or move it into {top}: nothing else is imported from the working folder"
    said = quoted(error)
    message = f"the plugin {package} cannot be imported: {type(error).__name__}: {said.first}"
    return Diagnostic("MS644", message, help=help, quoted=said.rest)


def _keep_keras_names(package: str, before: dict[str, Any]) -> None:
    """Refuse an object that Keras would take where its own is meant, also in the files that it loads."""
    objects = keras.saving.get_custom_objects()
    own = {name for kind in KINDS.values() for name in (*kind.classes, *kind.aliases, *kind.identifiers, *kind.choices)}
    for name in [name for name, value in objects.items() if before.get(name) is not value]:
        plain = name.removeprefix(">")
        if name.startswith(("keras>", "builtins>")) or (">" not in plain and plain in own):
            del objects[name]
            message = f"the plugin {package} registers '{name}', which replaces Keras's own"
            help = 'give it a name of your own: `@keras.saving.register_keras_serializable(package="my_package")`'
            raise SpecError([Diagnostic("MS645", message, help=help)])
