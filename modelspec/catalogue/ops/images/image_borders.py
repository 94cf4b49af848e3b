"""The functions of `keras.ops.image` that put a border around images or take one away. No TensorFlow here."""

from __future__ import annotations

from pydantic import model_validator
from typing_extensions import Self

from modelspec.catalogue.entry import refuse_arguments
from modelspec.catalogue.ops.images.image import ImageOp, an_image, image_size, with_size
from modelspec.catalogue.tensor import Dim, Refusal, Tensor, shape_text
from modelspec.catalogue.types import Count, DataFormat


def _two_of_three(one: str, other: str, target: str, values: tuple[int | None, int | None, int | None]) -> None:
    if values.count(None) != 1:
        refuse_arguments(f"give exactly two of {one}, {other}, {target}", argument=one)


class PadImages(ImageOp):
    """Images with a border around them. https://keras.io/api/ops/image/"""

    top_padding: Count | None = None
    left_padding: Count | None = None
    bottom_padding: Count | None = None
    right_padding: Count | None = None
    target_height: Count | None = None
    target_width: Count | None = None
    data_format: DataFormat | None = None

    @model_validator(mode="after")
    def _enough(self) -> Self:
        rows = (self.top_padding, self.bottom_padding, self.target_height)
        columns = (self.left_padding, self.right_padding, self.target_width)
        _two_of_three("top_padding", "bottom_padding", "target_height", rows)
        _two_of_three("left_padding", "right_padding", "target_width", columns)
        return self

    def infer(self, images: Tensor) -> Tensor:
        """Height and width grow by the borders, or to the targets."""
        an_image(self, images)
        height, width = image_size(images.shape, self.data_format)
        height = self._side(images, height, self.top_padding, self.bottom_padding, self.target_height, "target_height")
        width = self._side(images, width, self.left_padding, self.right_padding, self.target_width, "target_width")
        return Tensor(with_size(images.shape, height, width, self.data_format), images.dtype)

    def _side(self, images: Tensor, size: Dim, one: Dim, other: Dim, target: Dim, argument: str) -> Dim:
        if target is None:
            return None if size is None else size + (one or 0) + (other or 0)
        if size is not None and target - size - (one or 0) - (other or 0) < 0:
            raise Refusal(
                "MS408",
                f"{self.label}: {argument} {target} does not fit into {shape_text(images.shape)}",
                argument=argument,
            )
        return target


class CropImages(ImageOp):
    """Images without their borders. https://keras.io/api/ops/image/"""

    top_cropping: Count | None = None
    left_cropping: Count | None = None
    bottom_cropping: Count | None = None
    right_cropping: Count | None = None
    target_height: Count | None = None
    target_width: Count | None = None
    data_format: DataFormat | None = None

    @model_validator(mode="after")
    def _enough(self) -> Self:
        rows = (self.top_cropping, self.bottom_cropping, self.target_height)
        columns = (self.left_cropping, self.right_cropping, self.target_width)
        _two_of_three("top_cropping", "bottom_cropping", "target_height", rows)
        _two_of_three("left_cropping", "right_cropping", "target_width", columns)
        return self

    def infer(self, images: Tensor) -> Tensor:
        """Height and width shrink by the borders, or to the targets."""
        an_image(self, images)
        height, width = image_size(images.shape, self.data_format)
        height = self._side(
            images, height, self.top_cropping, self.bottom_cropping, self.target_height, "target_height"
        )
        width = self._side(images, width, self.left_cropping, self.right_cropping, self.target_width, "target_width")
        return Tensor(with_size(images.shape, height, width, self.data_format), images.dtype)

    def _side(self, images: Tensor, size: Dim, one: Dim, other: Dim, target: Dim, argument: str) -> Dim:
        if size is None:
            if target is None:
                raise Refusal("MS403", f"{self.label} needs {argument} for images of unknown size", argument=argument)
            return target
        left = size - (one or 0) - (other or 0)
        if left - (target or 0) < 0:
            raise Refusal("MS404", f"{self.label} crops more than there is of {shape_text(images.shape)}")
        return left if target is None else target
