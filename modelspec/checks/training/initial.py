"""Whether what `train.init_from` names by patterns is in the model."""

from __future__ import annotations

from collections.abc import Iterator

from modelspec.checks.training.freezing import pattern_places
from modelspec.diagnostics import Diagnostic
from modelspec.graph import ShapedNetwork
from modelspec.source.wildcards import Names
from modelspec.source.words import guess, listing, visible


def initial_layers_are_there(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """A pattern that names nothing takes or leaves nothing, and the run would begin with other weights than it was meant to."""
    init = network.train.init_from
    if init is None or init.place is None or not network.known:
        return
    owned = network.ownership
    layers = owned.by_graph(network.main.graph)
    weights = {f"{path}/{weight.name}" for path in layers for weight in owned.weights_at(path)}
    names, listed, told = Names(layers | weights), sorted(layers), 0
    for key in ("include", "exclude"):
        if not getattr(init, key):
            continue
        for item in pattern_places(init.place.get(key)):
            pattern = str(item.value)
            if not names.fitting(pattern, part=True):
                help = guess(pattern, listed, told) or f"its layers are {listing(listed)}; `*` matches any characters"
                told += 1
                yield item.problem("MS538", f"init_from.{key}: no layer is named '{visible(pattern)}'", help)
