"""Adaptive pooling: the size of the output is given, and the windows follow from it. No TensorFlow here."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from modelspec.catalogue.backends.tensorflow.dtypes import refuse_other_than_float, refuse_truth_values
from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.layers.rules import refuse_text
from modelspec.catalogue.layers.windows import join, split
from modelspec.catalogue.tensor import Refusal, Tensor, shape_text
from modelspec.catalogue.types import DataFormat, Pair, PositiveInt, Single, Triple


class _AdaptivePooling(Layer):
    """What the adaptive poolings share."""

    spatial_rank: ClassVar[int]
    output_size: tuple[PositiveInt, ...]
    data_format: DataFormat | None = None

    def infer(self, inputs: Tensor) -> Tensor:
        """(batch, n, ..., channels) -> (batch, *output_size, channels).

        Keras's symbolic call takes any rank and any sizes, but its computation needs the layer's rank, and pools over
        windows of ceil(n / output_size) + 1, which do not fit an axis where n or `output_size` is 1.
        """
        spatial, channels = split(self, inputs, self.spatial_rank, self.data_format)
        self._refuse_dtype(inputs)
        if 1 in self.output_size or 1 in spatial:
            pooled = type(self).__name__.removeprefix("Adaptive")
            raise Refusal(
                "MS404",
                f"{type(self).__name__} cannot pool to or from a spatial axis of size 1, as Keras's windows would be "
                f"larger than the input; received output_size={shape_text(self.output_size)} for {shape_text(spatial)}",
                help=f"use Global{pooled} with keepdims to pool whole axes, or {pooled} with a pool_size",
                argument="output_size",
            )
        return Tensor(join(inputs.shape[0], self.output_size, channels, self.data_format), self.compute_dtype)

    @abstractmethod
    def _refuse_dtype(self, inputs: Tensor) -> None:
        """Refuse what Keras cannot pool."""


class _AdaptiveAveragePooling(_AdaptivePooling):
    """Average pooling takes floats only."""

    def _refuse_dtype(self, inputs: Tensor) -> None:
        refuse_other_than_float(self, inputs)


class _AdaptiveMaxPooling(_AdaptivePooling):
    """Max pooling takes any numbers."""

    picks: ClassVar[bool] = True

    def _refuse_dtype(self, inputs: Tensor) -> None:
        refuse_text(self, inputs)
        refuse_truth_values(self, inputs)


class AdaptiveAveragePooling1D(_AdaptiveAveragePooling):
    """Means over steps. https://keras.io/api/layers/pooling_layers/adaptive_average_pooling1d/"""

    spatial_rank: ClassVar[int] = 1
    output_size: Single


class AdaptiveAveragePooling2D(_AdaptiveAveragePooling):
    """Means over parts of an image. https://keras.io/api/layers/pooling_layers/adaptive_average_pooling2d/"""

    spatial_rank: ClassVar[int] = 2
    output_size: Pair


class AdaptiveAveragePooling3D(_AdaptiveAveragePooling):
    """Means over parts of a volume. https://keras.io/api/layers/pooling_layers/adaptive_average_pooling3d/"""

    spatial_rank: ClassVar[int] = 3
    output_size: Triple


class AdaptiveMaxPooling1D(_AdaptiveMaxPooling):
    """Largest values over steps. https://keras.io/api/layers/pooling_layers/adaptive_max_pooling1d/"""

    moves_whole: ClassVar[bool] = True
    spatial_rank: ClassVar[int] = 1
    output_size: Single


class AdaptiveMaxPooling2D(_AdaptiveMaxPooling):
    """Largest values over parts of an image. https://keras.io/api/layers/pooling_layers/adaptive_max_pooling2d/"""

    moves_whole: ClassVar[bool] = True
    spatial_rank: ClassVar[int] = 2
    output_size: Pair


class AdaptiveMaxPooling3D(_AdaptiveMaxPooling):
    """Largest values over parts of a volume. https://keras.io/api/layers/pooling_layers/adaptive_max_pooling3d/"""

    spatial_rank: ClassVar[int] = 3
    output_size: Triple

    def _refuse_dtype(self, inputs: Tensor) -> None:
        refuse_other_than_float(self, inputs)
