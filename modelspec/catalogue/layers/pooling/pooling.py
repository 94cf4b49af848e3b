"""Max and average pooling. No TensorFlow here."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from pydantic import Field

from modelspec.catalogue.backends.tensorflow.dtypes import refuse_other_than_float, refuse_truth_values
from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.layers.rules import refuse_text
from modelspec.catalogue.layers.windows import Sliding, join, slide, split
from modelspec.catalogue.tensor import Tensor
from modelspec.catalogue.types import DataFormat, Padding, Pair, Single, Triple


class _Pooling(Layer):
    """What max and average pooling share."""

    spatial_rank: ClassVar[int]
    pool_size: tuple[int, ...]
    strides: tuple[int, ...] | None = None
    padding: Padding = "valid"
    data_format: DataFormat | None = None

    def infer(self, inputs: Tensor) -> Tensor:
        """(batch, n, ..., channels) -> (batch, floor((n - pool_size) / stride) + 1, ..., channels).

        `strides` default to `pool_size`; under `same` padding 1 stands for `pool_size` in the formula.
        """
        spatial, channels = split(self, inputs, self.spatial_rank, self.data_format)
        self._refuse_dtype(inputs)
        strides = self.strides or self.pool_size
        moved = slide(self, spatial, Sliding(self.pool_size, strides, self.padding, argument="pool_size"))
        return Tensor(join(inputs.shape[0], moved, channels, self.data_format), self.compute_dtype)

    @abstractmethod
    def _refuse_dtype(self, inputs: Tensor) -> None:
        """Refuse what Keras cannot pool."""


class _MaxPooling(_Pooling):
    """Max pooling takes any numbers."""

    picks: ClassVar[bool] = True

    def _refuse_dtype(self, inputs: Tensor) -> None:
        refuse_text(self, inputs)
        refuse_truth_values(self, inputs)


class _AveragePooling(_Pooling):
    """Average pooling takes floats only."""

    def _refuse_dtype(self, inputs: Tensor) -> None:
        refuse_other_than_float(self, inputs)


class MaxPooling1D(_MaxPooling):
    """The largest value of each window of steps. https://keras.io/api/layers/pooling_layers/max_pooling1d/"""

    moves_whole: ClassVar[bool] = True
    spatial_rank: ClassVar[int] = 1
    pool_size: Single = Field(2, validate_default=True)
    strides: Single | None = None


class MaxPooling2D(_MaxPooling):
    """The largest value of each window of an image. https://keras.io/api/layers/pooling_layers/max_pooling2d/"""

    moves_whole: ClassVar[bool] = True
    spatial_rank: ClassVar[int] = 2
    pool_size: Pair = (2, 2)
    strides: Pair | None = None


class MaxPooling3D(_MaxPooling):
    """The largest value of each window of a volume. https://keras.io/api/layers/pooling_layers/max_pooling3d/"""

    spatial_rank: ClassVar[int] = 3
    pool_size: Triple = (2, 2, 2)
    strides: Triple | None = None

    def _refuse_dtype(self, inputs: Tensor) -> None:
        refuse_other_than_float(self, inputs)


class AveragePooling1D(_AveragePooling):
    """The mean of each window of steps. https://keras.io/api/layers/pooling_layers/average_pooling1d/"""

    spatial_rank: ClassVar[int] = 1
    pool_size: Single
    strides: Single | None = None


class AveragePooling2D(_AveragePooling):
    """The mean of each window of an image. https://keras.io/api/layers/pooling_layers/average_pooling2d/"""

    spatial_rank: ClassVar[int] = 2
    pool_size: Pair
    strides: Pair | None = None


class AveragePooling3D(_AveragePooling):
    """The mean of each window of a volume. https://keras.io/api/layers/pooling_layers/average_pooling3d/"""

    spatial_rank: ClassVar[int] = 3
    pool_size: Triple
    strides: Triple | None = None
