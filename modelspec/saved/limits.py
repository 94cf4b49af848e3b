"""How large a saved model may be. Far above real use.

Must not know what is limited, only how far.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SavedLimits:
    """The bounds of one saved model, in bytes where nothing else is said."""

    archive: int = 2**40
    """The whole file."""
    directory: int = 2**20
    """The list of the file's members."""
    description: int = 2**25
    """`config.json`, and each file below `assets/`."""
    depth: int = 256
    """How deep the description may be nested: each model inside another takes five levels."""
    layers: int = 20_000
    """Layers of all models inside, each counted where it is described."""
