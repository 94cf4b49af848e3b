"""What the applications give and weigh: the sizes of their outputs and the numbers of their weights. No TensorFlow.

Numbers are those of Keras 3.15 without the top, for images of three channels; the tests compare every network with it.
"""

from __future__ import annotations

from typing import NamedTuple

Step = tuple[int, int, str]
"""Size of a window, its stride, and Keras's name for what stands around the image: `same` or `valid`."""

_HALVED: Step = (2, 2, "same")
_POOLED: Step = (2, 2, "valid")
_SAME_5 = (_HALVED,) * 5
MOBILE_ONE: tuple[Step, ...] = (_HALVED, *(_POOLED,) * 4)
_INCEPTION: tuple[Step, ...] = (
    (3, 2, "valid"), (3, 1, "valid"), (3, 2, "valid"), (3, 1, "valid"), (3, 2, "valid"), (3, 2, "valid"), (3, 2, "valid"),
)  # fmt: skip
_CONVNEXT: tuple[Step, ...] = ((4, 4, "valid"), _POOLED, _POOLED, _POOLED)
_DENSENET: tuple[Step, ...] = (_HALVED, _HALVED, _POOLED, _POOLED, _POOLED)


class NetworkSize(NamedTuple):
    """One network without its top: weights (all and trainable), channels of its output, its first convolution (the
    area of its kernel and its filters), and what each step does to height and width."""

    total: int
    trainable: int
    features: int
    stem: tuple[int, int]
    path: tuple[Step, ...] = _SAME_5
    normalized: bool = False
    """Whether a layer that knows the mean and variance of every channel stands first."""


SIZES: dict[str, NetworkSize] = {
    "ConvNeXtBase": NetworkSize(87566464, 87566464, 1024, (16, 128), _CONVNEXT),
    "ConvNeXtLarge": NetworkSize(196230336, 196230336, 1536, (16, 192), _CONVNEXT),
    "ConvNeXtSmall": NetworkSize(49454688, 49454688, 768, (16, 96), _CONVNEXT),
    "ConvNeXtTiny": NetworkSize(27820128, 27820128, 768, (16, 96), _CONVNEXT),
    "ConvNeXtXLarge": NetworkSize(348147968, 348147968, 2048, (16, 256), _CONVNEXT),
    "DenseNet121": NetworkSize(7037504, 6953856, 1024, (49, 64), _DENSENET),
    "DenseNet169": NetworkSize(12642880, 12484480, 1664, (49, 64), _DENSENET),
    "DenseNet201": NetworkSize(18321984, 18092928, 1920, (49, 64), _DENSENET),
    "EfficientNetB0": NetworkSize(4049571, 4007548, 1280, (9, 32), normalized=True),
    "EfficientNetB1": NetworkSize(6575239, 6513184, 1280, (9, 32), normalized=True),
    "EfficientNetB2": NetworkSize(7768569, 7700994, 1408, (9, 32), normalized=True),
    "EfficientNetB3": NetworkSize(10783535, 10696232, 1536, (9, 40), normalized=True),
    "EfficientNetB4": NetworkSize(17673823, 17548616, 1792, (9, 48), normalized=True),
    "EfficientNetB5": NetworkSize(28513527, 28340784, 2048, (9, 48), normalized=True),
    "EfficientNetB6": NetworkSize(40960143, 40735704, 2304, (9, 56), normalized=True),
    "EfficientNetB7": NetworkSize(64097687, 63786960, 2560, (9, 64), normalized=True),
    "EfficientNetV2B0": NetworkSize(5919312, 5858704, 1280, (9, 32)),
    "EfficientNetV2B1": NetworkSize(6931124, 6860052, 1280, (9, 32)),
    "EfficientNetV2B2": NetworkSize(8769374, 8687086, 1408, (9, 32)),
    "EfficientNetV2B3": NetworkSize(12930622, 12821406, 1536, (9, 40)),
    "EfficientNetV2L": NetworkSize(117746848, 117234272, 1280, (9, 32)),
    "EfficientNetV2M": NetworkSize(53150388, 52858356, 1280, (9, 24)),
    "EfficientNetV2S": NetworkSize(20331360, 20177488, 1280, (9, 24)),
    "InceptionResNetV2": NetworkSize(54336736, 54276192, 1536, (9, 32), _INCEPTION),
    "InceptionV3": NetworkSize(21802784, 21768352, 2048, (9, 32), _INCEPTION),
    "NASNetLarge": NetworkSize(84916818, 84720150, 4032, (9, 96), ((3, 2, "valid"), *_SAME_5[:4])),
    "NASNetMobile": NetworkSize(4269716, 4232978, 1056, (9, 32), ((3, 2, "valid"), *_SAME_5[:4])),
    "ResNet101": NetworkSize(42658176, 42552832, 2048, (49, 64)),
    "ResNet101V2": NetworkSize(42626560, 42528896, 2048, (49, 64)),
    "ResNet152": NetworkSize(58370944, 58219520, 2048, (49, 64)),
    "ResNet152V2": NetworkSize(58331648, 58187904, 2048, (49, 64)),
    "ResNet50": NetworkSize(23587712, 23534592, 2048, (49, 64)),
    "ResNet50V2": NetworkSize(23564800, 23519360, 2048, (49, 64)),
    "VGG16": NetworkSize(14714688, 14714688, 512, (9, 64), (_POOLED,) * 5),
    "VGG19": NetworkSize(20024384, 20024384, 512, (9, 64), (_POOLED,) * 5),
    "Xception": NetworkSize(20861480, 20806952, 2048, (9, 32), ((3, 2, "valid"), (3, 1, "valid"), *_SAME_5[:4])),
}
"""The networks that have one width; those of the MobileNet family are computed (`mobile_sizes`)."""


def reduced(size: int | None, path: tuple[Step, ...]) -> int | None:
    """A height or width after the steps; one that is not known stays so."""
    if size is None:
        return None
    for window, stride, around in path:
        size = -(-size // stride) if around == "same" else (size - window) // stride + 1
    return size
