"""Whether what `freeze` names is there, and has weights to freeze."""

from __future__ import annotations

from collections.abc import Iterator

from modelspec.diagnostics import Diagnostic
from modelspec.graph import ShapedNetwork
from modelspec.source import Place, Sequence
from modelspec.source.names import local_name
from modelspec.source.wildcards import Names
from modelspec.source.words import guess, listing, visible


def frozen_layers_are_there(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """A pattern that names no layer freezes nothing, and the run would train what was meant to stay."""
    spec = network.network.spec
    if not network.known:
        return
    owned = network.ownership
    train = spec.train.place
    places = [(key, model.place.get("freeze")) for key, model in spec.models.items() if model.freeze]
    places.append(("", train.get("freeze") if train is not None and spec.train.freeze else None))
    told = 0
    for key, place in places:
        for item in pattern_places(place):
            pattern = str(item.value)
            matched = owned.matching(key, pattern)
            if not matched:
                help = _what_there_is(network, key, pattern, told)
                told += 1
                yield item.problem("MS536", f"freeze: no layer is named '{visible(pattern)}'", help)
            elif not any(network.weights.get(path) for path in matched):
                message = f"freeze: '{visible(pattern)}' names no layer with weights"
                yield item.warning("MS537", message, "remove it, or name the layers whose weights are to stay")


def _what_there_is(network: ShapedNetwork, key: str, pattern: str, told: int) -> str:
    """What could be frozen in place of what is not there; `told` others are told of already."""
    names = network.ownership.names(key)
    below = f"{key}/" if key else ""
    return (
        inside_application(network, below + pattern)
        or guess(pattern, names, told)
        or f"its layers are {listing(names)}; `*` matches any letters"
    )


def inside_application(network: ShapedNetwork, pattern: str) -> str | None:
    """What to do where a pattern names layers inside a network of `keras.applications`; None where it does not."""
    from modelspec.catalogue.application_model import ApplicationModel  # its classes take time to make

    for path, use in network.network.shared.items():
        if isinstance(use.entry, ApplicationModel) and Names([path]).fitting(pattern.rpartition("/")[0], part=True):
            return (
                f"the layers inside '{local_name(path)}' are Keras's, and not known before it is built: freeze all of it by its"
                f" own name, or take a spec of its layers with `{{spec: …}}`"
            )
    return None


def pattern_places(place: Place | None) -> list[Place]:
    """The place of each pattern where there is one, or a list of them."""
    if place is None:
        return []
    return list(place.items()) if isinstance(place.node, Sequence) else [place]
