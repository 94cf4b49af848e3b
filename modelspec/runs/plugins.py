"""The plugins that a run was trained with. A run directory only says which: the user must name them before they are used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.plugins import Plugins


def require_plugins(run: str, info: Mapping[str, Any], plugins: Plugins) -> None:
    """Refuse to go on without the plugins that `run.json` names. Raises `SpecError` (MS646)."""
    needed = info.get("plugins", {})
    missing = [str(name) for name in needed if name not in plugins.packages] if isinstance(needed, dict | list) else []
    if missing and plugins.complete:
        options = " ".join(f"--plugins {name}" for name in missing)
        message = f"{run} was trained with the plugin {', '.join(missing)}, which is not named here"
        help = f"if you trust the package installed under that name, add {options}"
        raise SpecError([Diagnostic("MS646", message, help=help)])
