"""What the MobileNet networks give and weigh, whose widths are arguments: the sums over their layers."""

from __future__ import annotations

from modelspec.catalogue.applications.layer_rows import InnerLayer
from modelspec.catalogue.applications.mobile_layers import (
    divisible,
    mobile_net_layers,
    mobile_net_v2_layers,
    mobile_net_v3_layers,
)
from modelspec.catalogue.applications.sizes import MOBILE_ONE, NetworkSize


def mobile_net(alpha: float, depth_multiplier: int) -> NetworkSize:
    """MobileNet without its top, for three channels."""
    return _size(mobile_net_layers(alpha, depth_multiplier))._replace(path=MOBILE_ONE)


def mobile_net_v2(alpha: float) -> NetworkSize:
    """MobileNetV2 without its top, for three channels."""
    return _size(mobile_net_v2_layers(alpha))


def mobile_net_v3(large: bool, alpha: float, minimalistic: bool) -> NetworkSize:
    """MobileNetV3 without its top, for three channels."""
    return _size(mobile_net_v3_layers(large, alpha, minimalistic))


def _size(layers: list[InnerLayer]) -> NetworkSize:
    trained, kept = sum(layer.trained for layer in layers), sum(layer.kept for layer in layers)
    first = next(layer for layer in layers if layer.trained)
    return NetworkSize(trained + kept, trained, layers[-1].channels, (9, first.channels))


def v3_point(large: bool, alpha: float) -> int:
    """The channels before the classes in the top of MobileNetV3."""
    width = 1280 if large else 1024
    return divisible(width * alpha) if alpha > 1.0 else width
