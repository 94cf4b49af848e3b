"""The tensors inside the applications by Keras's names, their shapes, and the weights that lead to them. No TensorFlow.

`inner_layers/` holds a row for each layer, in Keras's order, written by `docs/application_layers.py`: its name, its shape,
its weights (trained, kept) and the rows it is made of (null: the row above).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from modelspec.catalogue.tensor import Shape

SELF = "itself"
"""What stands in the tables for a network's own name, with which ConvNeXt's names of layers begin."""


class InnerLayer(NamedTuple):
    """One layer. A size h comes out as g = (h + `add`) // `by`, with `pad` + g % 2 more where `pad` is not 0."""

    name: str
    channels: int
    size: tuple[int, int, int] | None
    rank: int
    trained: int
    kept: int
    sources: tuple[int, ...]

    def shape(self, batch: int | None, height: int | None, width: int | None) -> Shape:
        """The shape for images of this height and width."""
        if self.rank == 2:
            return (batch, self.channels)
        if self.size is None:
            return (batch, 1, 1, self.channels)
        return (batch, *(_along(size, *self.size) for size in (height, width)), self.channels)


def _along(size: int | None, add: int, by: int, pad: int) -> int | None:
    if size is None:
        return None
    found = (size + add) // by
    return found + pad + found % 2 if pad else found


def keras_name(application: str) -> str:
    """What Keras calls the network of a class, where it is given no name."""
    return f"convnext_{application.removeprefix('ConvNeXt').lower()}" if application.startswith("ConvNeXt") else SELF


@cache
def inner_layers(application: str) -> dict[str, InnerLayer]:
    """Every layer of a network without its top, by Keras's name."""
    file = resources.files("modelspec.catalogue.applications") / "inner_layers" / f"{application}.json"
    rows: list[Any] = json.loads(file.read_text(encoding="utf-8"))
    found: dict[str, InnerLayer] = {}
    for number, (name, shape, trained, kept, sources, rank) in enumerate(rows):
        size = tuple(shape[1:]) if len(shape) > 1 else None
        above = (number - 1,) if sources is None and number else tuple(sources or ())
        name = name.replace(SELF, keras_name(application))
        found[name] = InnerLayer(name, shape[0], size, rank, trained, kept, above)
    return found


def needed(application: str, names: Iterable[str]) -> tuple[InnerLayer, ...]:
    """The layers that lead to some, these included: what a part of the network that ends there consists of."""
    layers = list(inner_layers(application).values())
    numbers = {layer.name: number for number, layer in enumerate(layers)}
    waiting, found = [numbers[name] for name in names], set[int]()
    while waiting:
        number = waiting.pop()
        if number not in found:
            found.add(number)
            waiting.extend(layers[number].sources)
    return tuple(layers[number] for number in sorted(found))


def unlike(network: Any) -> str | None:
    """The arguments with which a network is built otherwise than the tables say, as they should be."""
    for key, usual in (
        ("alpha", 1.0),
        ("depth_multiplier", 1),
        ("minimalistic", False),
        ("include_preprocessing", True),
    ):
        if getattr(network, key, usual) != usual:
            return f"`{key}: {str(usual).lower()}`"
    unsized = type(network).__name__.startswith("NASNet") and None in network.image_shape[:2]
    return "images of a known height and width" if unsized else None
