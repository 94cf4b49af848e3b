"""What a spec costs before the first step: initializers that take hours, weights that no memory holds."""

from __future__ import annotations

import os
from collections.abc import Iterator
from math import prod
from typing import Any

from modelspec.catalogue.beginnings import kind_of, set_for
from modelspec.catalogue.tensor import Weight, shape_text
from modelspec.diagnostics import Diagnostic, Path
from modelspec.graph import ShapedNetwork
from modelspec.graph.inferring.bounds import MAX_PARAMETERS
from modelspec.graph.inferring.inside import named_inside
from modelspec.graph.walk import argument_of, walk
from modelspec.language.spec import Use
from modelspec.source import Place

_MOST_ORTHOGONAL = 5 * 10**11
"""Multiply-adds of the QR decomposition behind an orthogonal matrix: about a minute of one machine."""
_BYTES = {"float16": 2, "bfloat16": 2, "float64": 8, "int64": 8, "int8": 1, "uint8": 1, "bool": 1}
_SLOTS = {
    "Adadelta": 2, "Adafactor": 0, "Adagrad": 1, "Adam": 2, "AdamW": 2, "Adamax": 2, "Ftrl": 2, "Lamb": 2, "Lion": 1,
    "Muon": 1, "Nadam": 2, "RMSprop": 1, "SGD": 0, "ScheduleFreeAdamW": 2,
}  # fmt: skip
"""How many numbers an optimizer keeps for each weight, at the least."""


def orthogonal_matrices_are_small(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """Orthogonal n x m numbers take n * m * min(n, m) multiply-adds, once, on one core."""
    told: set[Path] = set()
    for path, use, whole in _layers(network):
        for weight, way, initializer in set_for(use.entry, network.weights.get(path, ()), "initializer"):
            rows, columns = prod(weight.shape[:-1]), weight.shape[-1] if weight.shape else 1
            if kind_of(initializer) != "Orthogonal" or rows * columns * min(rows, columns) <= _MOST_ORTHOGONAL:
                continue
            place = argument_of(use, whole, way)
            if place.path in told:
                continue  # of the other direction
            told.add(place.path)
            message = f"{use.type_name}: an orthogonal matrix of {rows:,} x {columns:,} takes minutes to hours to make"
            help = f"write `{way[-1]}: glorot_uniform`, or make the layer smaller"
            yield place.warning("MS550", f"{message} ({weight.name} {shape_text(weight.shape)})", help)


def _layers(network: ShapedNetwork) -> Iterator[tuple[str, Use, Place]]:
    """Each layer once, by its path, and where it stands with its arguments: those of the calls, and shared ones in wrappers."""
    seen: set[str] = set()
    for call in walk(network):
        use, path = call.use, call.path
        if use is None or use.entry is None or path is None or path in seen:
            continue
        seen.add(path)
        yield path, use, use.place if call.vertex.kind == "shared" else call.vertex.place
        for name in named_inside(network.network, use):
            inner = network.network.shared.get(name)
            if inner is not None and inner.entry is not None and name not in seen:
                seen.add(name)
                yield name, inner, inner.place


def weights_fit_into_memory(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """Weights, their gradients and what the optimizer keeps, against the memory of this machine."""
    if not network.known:
        return
    ownership, machine = network.ownership, machine_memory()
    paths = ownership.by_graph(network.main.graph)
    weights = {path: ownership.weights({path}) for path in paths}
    copies = 2 + _slots(network) if _trains(network) else 1
    sizes = {path: sum(_size(weight, copies) for weight in several) for path, several in weights.items()}
    total = sum(sizes.values())
    if machine is None or total <= machine or ownership.parameters() > MAX_PARAMETERS:
        return
    largest = max(sizes, key=lambda path: sizes[path])
    gib = 2**30
    what = "weights, gradients and the optimizer's numbers take" if copies > 1 else "weights take"
    message = f"{what} {total / gib:,.1f} GiB; this machine has {machine / gib:,.1f} GiB"
    help = f"the largest layer, '{largest}', takes {sizes[largest] / gib:,.1f} GiB"
    place = network.spec.place
    yield (place.get("layers") or place).warning("MS603", message, help, key=True)


def _size(weight: Weight, copies: int) -> int:
    """Bytes of a weight; a frozen one has no gradient."""
    return prod(weight.shape) * _BYTES.get(weight.dtype, 4) * (copies if weight.trainable else 1)


def _trains(network: ShapedNetwork) -> bool:
    data = network.spec.data
    return data is not None and "train" in data.sources


def _slots(network: ShapedNetwork) -> int:
    optimizer: Any = network.train.optimizer
    name = "RMSprop" if optimizer is None else type(optimizer).__name__
    more = [getattr(optimizer, "momentum", 0) and name in ("SGD", "RMSprop"), getattr(optimizer, "use_ema", False)]
    more += [getattr(optimizer, "amsgrad", False), getattr(optimizer, "centered", False)]
    return _SLOTS.get(name, 0) + sum(map(bool, more))


def machine_memory() -> int | None:
    """The bytes of memory of this machine, where the system tells."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None
