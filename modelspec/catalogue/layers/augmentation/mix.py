"""Layers that mix images with each other or chain other augmentations. No TensorFlow here.

A layer of a model is given images alone, so labels that belong to mixed images stay as they were: Keras mixes them too
only where it is handed a mapping of images and labels, in a data pipeline.
"""

from __future__ import annotations

from modelspec.catalogue.layers.image import (
    GRAY_OR_RGB,
    Factor,
    ImageLayer,
    Interpolation,
    StrictFactor,
    ValueRange,
)
from modelspec.catalogue.tensor import Tensor
from modelspec.catalogue.types import Bool, Count, DataFormat, Int, PositiveFloat, PositiveInt


class AugMix(ImageLayer):
    """Mixes chains of augmentations.
    https://keras.io/api/layers/preprocessing_layers/image_augmentation/aug_mix/"""

    value_range: ValueRange = (0, 255)
    num_chains: PositiveInt = 3
    chain_depth: Count = 3
    factor: StrictFactor = 0.3
    alpha: PositiveFloat = 1.0
    all_ops: Bool = True
    interpolation: Interpolation = "bilinear"
    seed: Int | None = None
    data_format: DataFormat | None = None

    def infer(self, inputs: Tensor) -> Tensor:
        """(...) -> (...); `all_ops` has augmentations that need gray or RGB images."""
        self.check_images(inputs)
        if self.all_ops:
            self.check_single(inputs, ("channels",))
            self.check_channels(inputs, GRAY_OR_RGB)
        return Tensor(inputs.shape, self.compute_dtype)


class CutMix(ImageLayer):
    """Pastes parts of images into others.
    https://keras.io/api/layers/preprocessing_layers/image_augmentation/cut_mix/"""

    factor: Factor = 1.0
    seed: Int | None = None
    data_format: DataFormat | None = None


class MaxNumBoundingBoxes(ImageLayer):
    """Limits or pads lists of bounding boxes; in a model it only gets images, and passes them on.
    https://keras.io/api/layers/preprocessing_layers/image_augmentation/max_num_bounding_boxes/"""

    through_kwargs = ("data_format",)
    max_number: Int
    fill_value: Int = -1
    data_format: DataFormat | None = None


class MixUp(ImageLayer):
    """Averages each image with another one.
    https://keras.io/api/layers/preprocessing_layers/image_augmentation/mix_up/"""

    alpha: PositiveFloat = 0.2
    data_format: DataFormat | None = None
    seed: Int | None = None


class RandAugment(ImageLayer):
    """Applies some augmentations at random.
    https://keras.io/api/layers/preprocessing_layers/image_augmentation/rand_augment/"""

    channels = GRAY_OR_RGB
    known_in_single = ("channels",)
    value_range: ValueRange = (0, 255)
    num_ops: Count = 2
    factor: StrictFactor = 0.5
    interpolation: Interpolation = "bilinear"
    seed: Int | None = None
    data_format: DataFormat | None = None
