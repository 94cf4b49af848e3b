"""A picture -> the same in another height and width, as `keras.ops.image.resize` does: half-pixel centres, no smoothing.

Numbers are rounded to whole ones, so that a picture takes a byte for each; they differ from Keras's by half at most. Of
bicubic ones, those below 0 and above 255 become 0 and 255.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from modelspec.data.arrays import Array


class _Taps(NamedTuple):
    """Along an axis, for each new place the old ones that it is made of, and their weights: both (taps, new)."""

    places: Array
    weights: Array


def resized(values: Array, size: tuple[int, int], interpolation: str) -> Array:
    """(height, width) or (height, width, channels) of bytes -> the same in `size`, which is (height, width)."""
    tall = _taps(values.shape[0], size[0], interpolation)
    wide = _taps(values.shape[1], size[1], interpolation)
    if interpolation == "nearest":
        nearest: Array = values[tall.places[0]][:, wide.places[0]]
        return nearest
    plain = values.reshape(*values.shape[:2], -1)
    rows = _mixed(plain, tall, 0)
    made = np.clip(np.rint(_mixed(rows, wide, 1)), 0, 255).astype(np.uint8)
    return made.reshape(*size, *values.shape[2:])


def _mixed(values: Array, taps: _Taps, axis: int) -> Array:
    around = (-1, 1, 1) if axis == 0 else (1, -1, 1)
    parts = zip(taps.places, taps.weights, strict=True)
    place, weight = next(parts)
    made: Array = np.take(values, place, axis) * weight.reshape(around)
    for place, weight in parts:
        made += np.take(values, place, axis) * weight.reshape(around)
    return made


@lru_cache(maxsize=256)
def _taps(old: int, new: int, interpolation: str) -> _Taps:
    return _METHODS[interpolation](old, new)


def _nearest(old: int, new: int) -> _Taps:
    places = np.minimum(np.floor((np.arange(new) + 0.5) * old / new).astype(np.int64), old - 1)
    return _Taps(places[None], np.ones((1, new), np.float32))


def _bilinear(old: int, new: int) -> _Taps:
    centres = np.clip((np.arange(new) + 0.5) * old / new - 0.5, 0, old - 1)
    low = np.floor(centres).astype(np.int64)
    share = centres - low
    return _Taps(np.stack([low, np.minimum(low + 1, old - 1)]), np.stack([1 - share, share]).astype(np.float32))


def _bicubic(old: int, new: int) -> _Taps:
    """Keys' cubic with a = -0.5; what would be outside of the picture has no weight."""
    centres = (np.arange(new) + 0.5) * old / new - 0.5
    first = np.floor(centres).astype(np.int64) - 1
    places = first + np.arange(4)[:, None]
    away = np.abs(centres - places)
    near, far = (1.5 * away - 2.5) * away**2 + 1, ((-0.5 * away + 2.5) * away - 4) * away + 2
    weights = np.where(away <= 1, near, np.where(away < 2, far, 0)) * ((places >= 0) & (places < old))
    weights /= weights.sum(axis=0)
    return _Taps(np.clip(places, 0, old - 1), weights.astype(np.float32))


_METHODS: dict[str, Callable[[int, int], _Taps]] = {"nearest": _nearest, "bilinear": _bilinear, "bicubic": _bicubic}
