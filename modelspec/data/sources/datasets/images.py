"""Images as arrays: resizing and flattening. Knows no dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ROWS_AT_ONCE = 1024


def resize(images: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    """(rows, h, w) -> (rows, *size): bilinear with half-pixel centres, as `keras.ops.image.resize` does by default."""
    if images.shape[1:] == size:
        return images
    tall, wide = (_weights(old, new) for old, new in zip(images.shape[1:], size, strict=True))
    result = np.empty((len(images), *size), dtype=np.float32)
    for start in range(0, len(images), _ROWS_AT_ONCE):
        part = slice(start, start + _ROWS_AT_ONCE)
        result[part] = tall @ images[part] @ wide.T
    return result


def _weights(old: int, new: int) -> NDArray[np.float32]:
    """The (new, old) matrix of linear interpolation along one axis."""
    places = np.clip((np.arange(new) + 0.5) * old / new - 0.5, 0, old - 1)
    low = np.floor(places).astype(np.int64)
    high = np.minimum(low + 1, old - 1)
    share = places - low
    weights: NDArray[Any] = np.zeros((new, old))
    np.add.at(weights, (np.arange(new), low), 1 - share)
    np.add.at(weights, (np.arange(new), high), share)
    return weights.astype(np.float32)


def as_input(images: NDArray[np.float32], flatten: bool) -> NDArray[np.float32]:
    """(rows, h, w) -> (rows, h, w, 1), or (rows, h * w)."""
    return images.reshape(len(images), -1) if flatten else images[..., None]
