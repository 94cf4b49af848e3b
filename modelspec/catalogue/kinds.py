"""The kinds of objects a spec names (layer, loss, optimizer, ...), and how a name is found among one kind.

Classes are imported when first asked for: a run that uses three layers loads three families, not all.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module

from modelspec.catalogue import applications, losses, metrics, optimizers
from modelspec.catalogue import names as table_of
from modelspec.catalogue.entry import Entry
from modelspec.catalogue.layers import LAYER_ALIASES, LAYERS, LAYERS_LEFT_OUT


@dataclass(frozen=True, eq=False, repr=False)
class Kind:
    """One kind of object: where its classes are, its lower-case identifiers, its second names, and what is left out."""

    name: str
    keras_module: str
    classes: dict[str, str]
    identifiers: dict[str, str] = field(default_factory=dict)
    """Keras's string identifiers (`mse`, `glorot_uniform`) and the class each stands for."""
    aliases: dict[str, str] = field(default_factory=dict)
    choices: tuple[str, ...] = ()
    """Members that may be only a name (activations): a field keeps the name as text."""
    left_out: dict[str, str] = field(default_factory=dict)
    own: dict[str, str] = field(default_factory=dict)
    """Where the classes are that Keras has none of."""


def _all_in(module: str, classes: Collection[str]) -> dict[str, str]:
    return dict.fromkeys(classes, f"modelspec.catalogue.{module}")


KINDS: dict[str, Kind] = {
    "layer": Kind("layer", "keras.layers", LAYERS, aliases=LAYER_ALIASES, left_out=LAYERS_LEFT_OUT),
    "loss": Kind(
        "loss",
        "keras.losses",
        losses.LOSSES,
        identifiers=losses.LOSS_IDENTIFIERS,
        left_out=losses.LOSSES_LEFT_OUT,
    ),
    "metric": Kind(
        "metric",
        "keras.metrics",
        metrics.METRICS,
        identifiers=metrics.METRIC_IDENTIFIERS,
        choices=metrics.METRIC_CHOICES,
        left_out=metrics.METRICS_LEFT_OUT,
    ),
    "optimizer": Kind(
        "optimizer",
        "keras.optimizers",
        optimizers.OPTIMIZERS,
        identifiers=optimizers.OPTIMIZER_IDENTIFIERS,
        left_out=optimizers.OPTIMIZERS_LEFT_OUT,
    ),
    "schedule": Kind(
        "schedule",
        "keras.optimizers.schedules",
        _all_in("optimizers.schedules", optimizers.SCHEDULES),
        left_out=optimizers.SCHEDULES_LEFT_OUT,
    ),
    "initializer": Kind(
        "initializer",
        "keras.initializers",
        _all_in("initializers", table_of.INITIALIZERS),
        identifiers=table_of.INITIALIZER_IDENTIFIERS,
        aliases=table_of.INITIALIZER_ALIASES,
        left_out=table_of.INITIALIZERS_LEFT_OUT,
        own=_all_in("initializers", table_of.OWN_INITIALIZERS),
    ),
    "regularizer": Kind(
        "regularizer",
        "keras.regularizers",
        _all_in("regularizers", table_of.REGULARIZERS),
        identifiers=table_of.REGULARIZER_IDENTIFIERS,
        aliases=table_of.REGULARIZER_ALIASES,
        left_out=table_of.REGULARIZERS_LEFT_OUT,
    ),
    "constraint": Kind(
        "constraint",
        "keras.constraints",
        _all_in("constraints", table_of.CONSTRAINTS),
        identifiers=table_of.CONSTRAINT_IDENTIFIERS,
        left_out=table_of.CONSTRAINTS_LEFT_OUT,
    ),
    "activation": Kind(
        "activation",
        "keras.activations",
        table_of.ACTIVATION_CLASSES,
        choices=table_of.ACTIVATIONS,
        left_out=table_of.ACTIVATIONS_LEFT_OUT,
    ),
    "callback": Kind(
        "callback",
        "keras.callbacks",
        _all_in("callbacks", table_of.CALLBACKS),
        left_out=table_of.CALLBACKS_LEFT_OUT,
    ),
    "application": Kind("application", "keras.applications", applications.APPLICATIONS),
}


@cache
def find(kind: str, name: str) -> type[Entry] | None:
    """The class that `name` (a class name, a second name or an identifier) means among `kind`, or None."""
    table = KINDS[kind]
    canonical = table.identifiers.get(name) or table.aliases.get(name) or name
    module = table.classes.get(canonical) or table.own.get(canonical)
    if module is None:
        return None
    found: type[Entry] = getattr(import_module(module), canonical)
    return found


@cache
def names(kind: str) -> tuple[str, ...]:
    """Every name that a spec may use for `kind`, sorted."""
    table = KINDS[kind]
    return tuple(sorted({*table.classes, *table.identifiers, *table.aliases, *table.choices, *table.own}))
