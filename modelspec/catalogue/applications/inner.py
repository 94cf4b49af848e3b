"""The tensors inside the applications by Keras's names, their shapes, and the weights that lead to them. No TensorFlow.

`inner_layers/` holds a row for each layer, in Keras's order, written by `docs/application_layers.py`: its name, its shape,
its weights (trained, kept) and the rows it is made of (null: the row above). The MobileNets, whose widths are arguments, have
theirs computed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any

from modelspec.catalogue.applications.layer_rows import InnerLayer, unsized, without
from modelspec.catalogue.applications.mobile_layers import (
    mobile_net_layers,
    mobile_net_v2_layers,
    mobile_net_v3_layers,
)

SELF = "itself"
"""What stands in the tables for a network's own name, with which ConvNeXt's names of layers begin."""
_PREPROCESSING = ("rescaling", "normalization", f"{SELF}_prestem_normalization")
"""The layers that `include_preprocessing: false` leaves out."""


def keras_name(application: str) -> str:
    """What Keras calls the network of a class, where it is given no name."""
    return f"convnext_{application.removeprefix('ConvNeXt').lower()}" if application.startswith("ConvNeXt") else SELF


def inner_layers(network: Any) -> dict[str, InnerLayer]:
    """Every layer of a network without its top, by Keras's name."""
    values = (getattr(network, key, usual) for key, usual in _USUAL.items())
    return _layers(type(network).__name__, network.image_shape[0] is None, *values)


_USUAL: dict[str, Any] = {"alpha": 1.0, "depth_multiplier": 1, "minimalistic": False, "include_preprocessing": True}
"""The arguments that change what is inside."""


@cache
def _layers(
    name: str, sizeless: bool, alpha: float, depth_multiplier: int, minimalistic: bool, preprocessing: bool
) -> dict[str, InnerLayer]:
    if name == "MobileNet":
        layers = mobile_net_layers(alpha, depth_multiplier)
    elif name == "MobileNetV2":
        layers = mobile_net_v2_layers(alpha)
    elif name.startswith("MobileNetV3"):
        layers = mobile_net_v3_layers(name.endswith("Large"), alpha, minimalistic)
    else:
        layers = _table(name)
    layers = layers if preprocessing else without(layers, _PREPROCESSING)
    layers = unsized(layers) if sizeless else layers
    named = [layer._replace(name=layer.name.replace(SELF, keras_name(name))) for layer in layers]
    return {layer.name: layer for layer in named}


def _table(application: str) -> list[InnerLayer]:
    file = resources.files("modelspec.catalogue.applications") / "inner_layers" / f"{application}.json"
    rows: list[Any] = json.loads(file.read_text(encoding="utf-8"))
    found = []
    for number, (name, shape, trained, kept, sources, rank) in enumerate(rows):
        size = tuple(shape[1:]) if len(shape) > 1 else None
        above = (number - 1,) if sources is None and number else tuple(sources or ())
        found.append(InnerLayer(name, shape[0], size, rank, trained, kept, above))
    return found


def needed(network: Any, names: Iterable[str]) -> tuple[InnerLayer, ...]:
    """The layers that lead to some, these included: what a part of the network that ends there consists of."""
    layers = list(inner_layers(network).values())
    numbers = {layer.name: number for number, layer in enumerate(layers)}
    waiting, found = [numbers[name] for name in names], set[int]()
    while waiting:
        number = waiting.pop()
        if number not in found:
            found.add(number)
            waiting.extend(layers[number].sources)
    return tuple(layers[number] for number in sorted(found))
