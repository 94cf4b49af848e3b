"""The kinds of objects a spec names (layer, loss, optimizer, ...), and how a name is found among one kind.

Classes are imported when first asked for: a run that uses three layers loads three families, not all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module

from modelspec.catalogue.entry import Entry
from modelspec.catalogue.layers import LAYER_ALIASES, LAYERS, LAYERS_LEFT_OUT


@dataclass(frozen=True)
class Kind:
    """One kind of object: where its classes are, its lower-case identifiers, its second names, and what is left out."""

    name: str
    keras_module: str
    classes: dict[str, str]
    identifiers: dict[str, str] = field(default_factory=dict)
    """Keras's string identifiers (`mse`, `glorot_uniform`) and the class each stands for."""
    aliases: dict[str, str] = field(default_factory=dict)
    choices: tuple[str, ...] = ()
    """Members that are only a name and take no arguments (activations): a field keeps the name as text."""
    left_out: dict[str, str] = field(default_factory=dict)


KINDS: dict[str, Kind] = {
    "layer": Kind("layer", "keras.layers", LAYERS, aliases=LAYER_ALIASES, left_out=LAYERS_LEFT_OUT),
}


@lru_cache(maxsize=None)
def find(kind: str, name: str) -> type[Entry] | None:
    """The class that `name` (a class name, a second name or an identifier) means among `kind`, or None."""
    table = KINDS[kind]
    canonical = table.identifiers.get(name) or table.aliases.get(name) or name
    module = table.classes.get(canonical)
    if module is None:
        return None
    found: type[Entry] = getattr(import_module(module), canonical)
    return found
