"""Global pooling: one value for each channel. No TensorFlow here."""

from __future__ import annotations

from typing import ClassVar

from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.layers.rules import mask_fits, refuse_text
from modelspec.catalogue.layers.windows import join, split
from modelspec.catalogue.tensor import Refusal, Tensor, shape_text
from modelspec.catalogue.types import Bool, DataFormat


class _GlobalPooling(Layer):
    """What the global poolings share: one value for each channel."""

    spatial_rank: ClassVar[int]
    data_format: DataFormat | None = None
    keepdims: Bool = False

    def infer(self, inputs: Tensor) -> Tensor:
        """(batch, n, ..., channels) -> (batch, channels), or (batch, 1, ..., channels) with `keepdims`."""
        _, channels = split(self, inputs, self.spatial_rank, self.data_format)
        refuse_text(self, inputs)
        kept = (1,) * self.spatial_rank if self.keepdims else ()
        return Tensor(join(inputs.shape[0], kept, channels, self.data_format), self.compute_dtype)


class GlobalAveragePooling1D(_GlobalPooling):
    """The mean over all steps. https://keras.io/api/layers/pooling_layers/global_average_pooling1d/"""

    takes_ragged: ClassVar[bool] = True
    spatial_rank: ClassVar[int] = 1

    def infer(self, inputs: Tensor, mask: Tensor | None = None) -> Tensor:
        """(batch, n, channels) -> (batch, channels), or (batch, 1, channels) with `keepdims`; a mask leaves steps out."""
        output = super().infer(inputs)
        steps = inputs.shape[2 if self.data_format == "channels_first" else 1]
        # Where there is one step, Keras stretches it to the mask's.
        if mask is not None and (mask.rank != 2 or not (steps == 1 or mask_fits(mask.shape, (inputs.shape[0], steps)))):
            raise Refusal(
                "MS407",
                f"GlobalAveragePooling1D: the mask must be {shape_text((inputs.shape[0], steps))} for "
                f"{shape_text(inputs.shape)}; received {shape_text(mask.shape)}",
                help="the mask has one boolean for each step",
            )
        return output

    def multiply_adds(self, inputs: Tensor, mask: Tensor | None = None) -> int:
        """None."""
        return 0


class GlobalAveragePooling2D(_GlobalPooling):
    """The mean over an image. https://keras.io/api/layers/pooling_layers/global_average_pooling2d/"""

    spatial_rank: ClassVar[int] = 2


class GlobalAveragePooling3D(_GlobalPooling):
    """The mean over a volume. https://keras.io/api/layers/pooling_layers/global_average_pooling3d/"""

    spatial_rank: ClassVar[int] = 3


class GlobalMaxPooling1D(_GlobalPooling):
    """The largest value over all steps. https://keras.io/api/layers/pooling_layers/global_max_pooling1d/"""

    takes_ragged: ClassVar[bool] = True
    picks: ClassVar[bool] = True
    moves_whole: ClassVar[bool] = True
    spatial_rank: ClassVar[int] = 1


class GlobalMaxPooling2D(_GlobalPooling):
    """The largest value over an image. https://keras.io/api/layers/pooling_layers/global_max_pooling2d/"""

    picks: ClassVar[bool] = True
    moves_whole: ClassVar[bool] = True
    spatial_rank: ClassVar[int] = 2


class GlobalMaxPooling3D(_GlobalPooling):
    """The largest value over a volume. https://keras.io/api/layers/pooling_layers/global_max_pooling3d/"""

    picks: ClassVar[bool] = True
    moves_whole: ClassVar[bool] = True
    spatial_rank: ClassVar[int] = 3
