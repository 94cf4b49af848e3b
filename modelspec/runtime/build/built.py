"""What building comes to: the Keras model, and its layers by their stable paths. Must not know how it is built."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from modelspec.graph import ShapedNetwork
from modelspec.runtime.build.freezing import Freezing


@dataclass(frozen=True, slots=True)
class BuiltModel:
    """The Keras model, and its layers by their stable paths (`encoder`, `vision/conv2d`)."""

    network: ShapedNetwork
    model: Any
    layers: dict[str, Any]
    models: dict[str, Any]
    """The nested Keras models by their names."""
    freezing: Freezing
