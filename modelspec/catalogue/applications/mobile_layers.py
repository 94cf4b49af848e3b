"""The layers inside the MobileNet networks, whose widths are arguments: one after the other, as Keras builds them.

Sources: keras/src/applications/mobilenet.py, mobilenet_v2.py and mobilenet_v3.py. For images of three channels, without the top.
"""

from __future__ import annotations

from typing import NamedTuple

from modelspec.catalogue.applications.layer_rows import InnerLayer, Size

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
_ONE_HALVES = (2, 4, 6, 12)
_TWO_HALVES = (1, 3, 6, 13)
_LARGE_HALVES = (1, 3, 6, 12)
_SMALL_HALVES = (0, 1, 3, 8)
"""The blocks that halve height and width, by their numbers."""


def divisible(value: float) -> int:
    """The nearest multiple of 8 that is not much smaller (Keras's `_make_divisible` and `_depth`)."""
    made = max(8, int(value + 4) // 8 * 8)
    return made + 8 if made < 0.9 * value else made


class _Layers:
    """The layers so far; each is made of the one before, unless it is told otherwise."""

    def __init__(self) -> None:
        self.found = [InnerLayer("input_layer", 3, (0, 1, 0), 4, 0, 0, ())]
        self._counts: dict[str, int] = {}

    @property
    def channels(self) -> int:
        """Those of the last layer."""
        return self.found[-1].channels

    @property
    def last(self) -> int:
        """The number of the last layer."""
        return len(self.found) - 1

    def add(
        self,
        name: str,
        channels: int | None = None,
        trained: int = 0,
        kept: int = 0,
        *,
        size: Size | None = None,
        sources: tuple[int, ...] | None = None,
    ) -> None:
        """A layer."""
        above = self.found[-1]
        made = InnerLayer(
            name,
            above.channels if channels is None else channels,
            size or above.size,
            4,
            trained,
            kept,
            (self.last,) if sources is None else sources,
        )
        self.found.append(made)

    def numbered(self, kind: str) -> None:
        """A layer without a name of its own: Keras numbers these."""
        count = self._counts.get(kind, 0)
        self._counts[kind] = count + 1
        self.add(f"{kind}_{count}" if count else kind)

    def convolved(self, name: str, norm: str, filters: int, area: int = 1, *, halves: bool = False) -> None:
        """A convolution without bias and its normalization."""
        add, by, _ = self.found[-1].size or (0, 1, 0)
        self.add(name, filters, area * self.channels * filters, size=(add + by, by * 2, 0) if halves else None)
        self.add(norm, None, 2 * filters, 2 * filters)

    def depthwise(self, name: str, norm: str, kernel: int, multiplier: int = 1, *, pad: str | None = None) -> None:
        """A depthwise convolution and its normalization; it halves the size where it has a padding before it."""
        add, by, _ = self.found[-1].size or (0, 1, 0)
        if pad is not None:
            self.add(pad, size=(add, by, kernel - 2))
        wide = self.channels * multiplier
        self.add(name, wide, kernel**2 * wide, size=(add, by, 0) if pad is None else (add + by, by * 2, 0))
        self.add(norm, None, 2 * wide, 2 * wide)


def mobile_net_layers(alpha: float, depth_multiplier: int) -> list[InnerLayer]:
    """Those of MobileNet."""
    made = _Layers()
    made.convolved("conv1", "conv1_bn", int(32 * alpha), 9, halves=True)
    made.add("conv1_relu")
    for block, filters in enumerate(_ONE_FILTERS, 1):
        name, halves = f"conv_dw_{block}", block in _ONE_HALVES
        add, by, _ = made.found[-1].size or (0, 1, 0)
        if halves:  # below and to the right only, whatever the size
            made.add(f"conv_pad_{block}", size=(add + by, by, 0))
        wide = made.channels * depth_multiplier
        made.add(name, wide, 9 * wide, size=(add, by * 2, 0) if halves else None)
        made.add(f"{name}_bn", None, 2 * wide, 2 * wide)
        made.add(f"{name}_relu")
        made.convolved(f"conv_pw_{block}", f"conv_pw_{block}_bn", int(filters * alpha))
        made.add(f"conv_pw_{block}_relu")
    return made.found


def mobile_net_v2_layers(alpha: float) -> list[InnerLayer]:
    """Those of MobileNetV2."""
    made = _Layers()
    made.convolved("Conv1", "bn_Conv1", divisible(32 * alpha), 9, halves=True)
    made.add("Conv1_relu")
    for block, filters in enumerate(_TWO_BLOCKS):
        start, width, halves = made.last, made.channels, block in _TWO_HALVES
        name = f"block_{block}" if block else "expanded_conv"
        if block:
            made.convolved(f"{name}_expand", f"{name}_expand_BN", 6 * width)
            made.add(f"{name}_expand_relu")
        made.depthwise(f"{name}_depthwise", f"{name}_depthwise_BN", 3, pad=f"{name}_pad" if halves else None)
        made.add(f"{name}_depthwise_relu")
        made.convolved(f"{name}_project", f"{name}_project_BN", divisible(int(filters * alpha)))
        if made.channels == width and not halves:
            made.add(f"{name}_add", sources=(start, made.last))
    made.convolved("Conv_1", "Conv_1_bn", divisible(1280 * alpha) if alpha > 1.0 else 1280)
    made.add("out_relu")
    return made.found


class _Block(NamedTuple):
    """A block of MobileNetV3."""

    number: int
    expansion: float
    filters: int
    kernel: int
    squeezes: bool
    halves: bool
    activation: str
    """The name that Keras numbers."""


def mobile_net_v3_layers(large: bool, alpha: float, minimalistic: bool) -> list[InnerLayer]:
    """Those of MobileNetV3, which has a rescaling first."""
    made, usual = _Layers(), "re_lu" if minimalistic else "activation"
    made.add("rescaling")
    made.convolved("conv", "conv_bn", 16, 9, halves=True)
    made.numbered(usual)
    halves, plain = (_LARGE_HALVES, 6) if large else (_SMALL_HALVES, 3)
    for number, (expansion, filters, kernel, squeezes) in enumerate(_LARGE if large else _SMALL):
        _v3_block(
            made,
            _Block(
                number,
                expansion,
                divisible(filters * alpha),
                3 if minimalistic else kernel,
                squeezes and not minimalistic,
                number in halves,
                usual if number >= plain else "re_lu",
            ),
        )
    made.convolved("conv_1", "conv_1_bn", divisible(made.channels * 6))
    made.numbered(usual)
    return made.found


def _v3_block(made: _Layers, block: _Block) -> None:
    start, width = made.last, made.channels
    name = f"expanded_conv_{block.number}" if block.number else "expanded_conv"
    if block.number:
        made.convolved(f"{name}_expand", f"{name}_expand_bn", divisible(width * block.expansion))
        made.numbered(block.activation)
    pad = f"{name}_depthwise_pad" if block.halves else None
    made.depthwise(f"{name}_depthwise", f"{name}_depthwise_bn", block.kernel, pad=pad)
    made.numbered(block.activation)
    if block.squeezes:
        _squeeze(made, f"{name}_squeeze_excite")
    made.convolved(f"{name}_project", f"{name}_project_bn", block.filters)
    if width == block.filters and not block.halves:
        made.add(f"{name}_add", sources=(start, made.last))


def _squeeze(made: _Layers, name: str) -> None:
    """A weight for each channel, from the mean over the image."""
    whole, wide, start = made.found[-1].size, made.channels, made.last
    narrow, begin = divisible(wide * 0.25), len(made.found)
    made.add(f"{name}_avg_pool")
    made.add(f"{name}_conv", narrow, wide * narrow + narrow)
    made.add(f"{name}_relu")
    made.add(f"{name}_conv_1", wide, narrow * wide + wide)
    made.numbered("add")
    made.numbered("re_lu")
    made.numbered("multiply")
    made.found[begin:] = [layer._replace(size=None) for layer in made.found[begin:]]
    made.add(f"{name}_mul", size=whole, sources=(start, made.last))
