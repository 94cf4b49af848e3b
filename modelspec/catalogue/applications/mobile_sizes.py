"""The weights of the MobileNet networks, whose widths are arguments: counted block by block, as Keras builds them.

Sources: keras/src/applications/mobilenet.py, mobilenet_v2.py and mobilenet_v3.py.
"""

from __future__ import annotations

from modelspec.catalogue.applications.sizes import MOBILE_ONE, NetworkSize

_ONE_FILTERS = (64, 128, 128, 256, 256, *(512,) * 6, 1024, 1024)
_TWO_BLOCKS = (16, 24, 24, 32, 32, 32, 64, 64, 64, 64, 96, 96, 96, 160, 160, 160, 320)
_LARGE = (
    (1, 16, 3, False), (4, 24, 3, False), (3, 24, 3, False), (3, 40, 5, True), (3, 40, 5, True), (3, 40, 5, True),
    (6, 80, 3, False), (2.5, 80, 3, False), (2.3, 80, 3, False), (2.3, 80, 3, False), (6, 112, 3, True), (6, 112, 3, True),
    (6, 160, 5, True), (6, 160, 5, True), (6, 160, 5, True),
)  # fmt: skip
_SMALL = (
    (1, 16, 3, True), (72 / 16, 24, 3, False), (88 / 24, 24, 3, False), (4, 40, 5, True), (6, 40, 5, True),
    (6, 40, 5, True), (3, 48, 5, True), (3, 48, 5, True), (6, 96, 5, True), (6, 96, 5, True), (6, 96, 5, True),
)  # fmt: skip
"""Of each block: how much it widens, its filters, its kernel, and whether it squeezes and excites."""


class _Count:
    """Weights so far: all, and those that training changes."""

    def __init__(self) -> None:
        self.total = 0
        self.trainable = 0

    def convolution(self, weights: int, filters: int) -> None:
        """A convolution without bias and its batch normalization."""
        self.total += weights + 4 * filters
        self.trainable += weights + 2 * filters

    def with_bias(self, weights: int, filters: int) -> None:
        """A convolution with bias."""
        self.total += weights + filters
        self.trainable += weights + filters


def divisible(value: float) -> int:
    """The nearest multiple of 8 that is not much smaller (Keras's `_make_divisible` and `_depth`)."""
    made = max(8, int(value + 4) // 8 * 8)
    return made + 8 if made < 0.9 * value else made


def mobile_net(alpha: float, depth_multiplier: int) -> NetworkSize:
    """MobileNet without its top, for three channels."""
    count, width = _Count(), int(32 * alpha)
    stem = width
    count.convolution(27 * width, width)
    for filters in _ONE_FILTERS:
        deep, after = width * depth_multiplier, int(filters * alpha)
        count.convolution(9 * deep, deep)
        count.convolution(deep * after, after)
        width = after
    return NetworkSize(count.total, count.trainable, width, (9, stem), MOBILE_ONE)


def mobile_net_v2(alpha: float) -> NetworkSize:
    """MobileNetV2 without its top, for three channels."""
    count, width = _Count(), divisible(32 * alpha)
    stem = width
    count.convolution(27 * width, width)
    for index, filters in enumerate(_TWO_BLOCKS):
        wide = width * 6 if index else width
        if index:
            count.convolution(width * wide, wide)
        count.convolution(9 * wide, wide)
        after = divisible(int(filters * alpha))
        count.convolution(wide * after, after)
        width = after
    last = divisible(1280 * alpha) if alpha > 1.0 else 1280
    count.convolution(width * last, last)
    return NetworkSize(count.total, count.trainable, last, (9, stem))


def mobile_net_v3(large: bool, alpha: float, minimalistic: bool) -> NetworkSize:
    """MobileNetV3 without its top, for three channels."""
    count, width = _Count(), 16
    count.convolution(27 * width, width)
    for index, (expansion, filters, kernel, squeezes) in enumerate(_LARGE if large else _SMALL):
        wide = divisible(width * expansion) if index else width
        if index:
            count.convolution(width * wide, wide)
        count.convolution((9 if minimalistic else kernel**2) * wide, wide)
        if squeezes and not minimalistic:
            narrow = divisible(wide * 0.25)
            count.with_bias(wide * narrow, narrow)
            count.with_bias(narrow * wide, wide)
        after = divisible(filters * alpha)
        count.convolution(wide * after, after)
        width = after
    last = divisible(width * 6)
    count.convolution(width * last, last)
    return NetworkSize(count.total, count.trainable, last, (9, 16))


def v3_point(large: bool, alpha: float) -> int:
    """The channels before the classes in the top of MobileNetV3."""
    width = 1280 if large else 1024
    return divisible(width * alpha) if alpha > 1.0 else width
