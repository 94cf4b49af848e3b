"""Whether what `freeze` names is there, and has weights to freeze."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Set

from modelspec.catalogue.kinds import KINDS
from modelspec.diagnostics import Diagnostic
from modelspec.graph import ShapedNetwork
from modelspec.source import Place, Sequence
from modelspec.source.names import local_name
from modelspec.source.wildcards import Names
from modelspec.source.words import guess, listing, visible


def frozen_layers_are_there(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """A pattern that names no layer freezes nothing, and the run would train what was meant to stay."""
    spec = network.spec
    if not network.known:
        return
    owned = network.ownership
    train = spec.train.place
    places = [(key, model.place.get("freeze")) for key, model in spec.models.items() if model.freeze]
    places.append(("", train.get("freeze") if train is not None and spec.train.freeze else None))
    told = 0
    for key, place in places:
        for item in pattern_places(place):
            matched = owned.matching(key, str(item.value))
            yield from _problems(network, item, matched, f"{key}/" if key else "", owned.names(key), told)
            told += not matched
    for path, use in network.network.shared.items():
        if use.entry is not None and use.type_name in KINDS["application"].classes:
            beside = spec.place.find((*use.place.path[:-1], "freeze"))
            for item in pattern_places(beside if beside.path[-1:] == ("freeze",) else None):
                matched = owned.matching_inside(path, str(item.value))
                yield from _problems(network, item, matched, f"{path}/", owned.names_inside(path), told)
                told += not matched


def _problems(
    network: ShapedNetwork, item: Place, matched: Set[str], below: str, names: Collection[str], told: int
) -> Iterator[Diagnostic]:
    """What is wrong with a pattern of layers that are called `names` below `below`; `told` others are already reported."""
    pattern = str(item.value)
    if not matched:
        help = (
            inside_application(network, below + pattern, told)
            or guess(pattern, names, told)
            or f"its layers are {listing(names)}; `*` matches any characters"
        )
        yield item.problem("MS536", f"freeze: no layer is named '{visible(pattern)}'", help)
    elif not any(network.ownership.weights_at(path) for path in matched):
        message = f"freeze: '{visible(pattern)}' names no layer with weights"
        yield item.warning("MS537", message, "remove it, or name the layers whose weights should stay")


def inside_application(network: ShapedNetwork, pattern: str, told: int) -> str | None:
    """What to do where a pattern names layers inside a network of `keras.applications`; None where it does not."""
    above, _, name = pattern.rpartition("/")
    for path, use in network.network.shared.items():
        known = use.entry is not None and use.type_name in KINDS["application"].classes
        if not known or not Names([path]).fitting(above, part=True):
            continue
        names = network.ownership.names_inside(path)
        close = guess(name, names, told)
        return close or f"the last layers of '{local_name(path)}' are {listing(names[-8:])}; `*` matches any characters"
    return None


def pattern_places(place: Place | None) -> list[Place]:
    """The place of each pattern where there is one, or a list of them."""
    if place is None:
        return []
    return list(place.items()) if isinstance(place.node, Sequence) else [place]
