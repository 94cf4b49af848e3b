"""One layer inside a network of `keras.applications`, and how such layers change where the network is built otherwise.

Must not know which networks there are.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from modelspec.catalogue.tensor import Shape

Size = tuple[int, int, int]
"""`(add, by, pad)`: a height or width h comes out as g = (h + add) // by, with pad + g % 2 more where pad is not 0."""


class InnerLayer(NamedTuple):
    """One layer: its channels and size (None: 1 x 1), its weights that are trained and kept, and the layers it is made of."""

    name: str
    channels: int
    size: Size | None
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


def unsized(layers: Sequence[InnerLayer]) -> list[InnerLayer]:
    """The layers as Keras builds them for images of unknown height: what pads by the size pads as for an even one."""
    sizes: list[Size | None] = []
    for layer in layers:
        before = layers[layer.sources[0]].size if layer.sources else None
        changed = sizes[layer.sources[0]] if layer.sources else None
        if layer.size is None or before is None or changed is None:
            sizes.append(layer.size)
            continue
        (add, by, _), (was_add, was_by, was_pad) = changed, before
        if layer.size[2]:
            sizes.append((add + layer.size[2] * by, by, 0))
        elif was_pad:  # a window of pad + 2 that halves
            sizes.append((add - was_pad * by, by * 2, 0))
        else:
            sizes.append((add + (layer.size[0] - was_add) // was_by * by, by * (layer.size[1] // was_by), 0))
    return [layer._replace(size=size) for layer, size in zip(layers, sizes, strict=True)]


def without(layers: Sequence[InnerLayer], names: Collection[str]) -> list[InnerLayer]:
    """The layers but some, each of which is made of one other: what was made of them is made of that."""
    number: dict[int, int] = {}
    kept: list[InnerLayer] = []
    for index, layer in enumerate(layers):
        if layer.name in names:
            number[index] = number[layer.sources[0]]
        else:
            number[index] = len(kept)
            kept.append(layer._replace(sources=tuple(number[source] for source in layer.sources)))
    return kept
