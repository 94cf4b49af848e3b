"""The functions of `keras.ops.image`. No TensorFlow here."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from annotated_types import Ge, Le
from pydantic import Strict, model_validator
from typing_extensions import Self

from modelspec.catalogue.entry import refuse_arguments
from modelspec.catalogue.ops.arguments import Counts, Number
from modelspec.catalogue.ops.images.windows import assembled, channels, each, not_both, slid, spatial
from modelspec.catalogue.ops.op import Op
from modelspec.catalogue.tensor import Dim, Refusal, Shape, Tensor, shape_text
from modelspec.catalogue.types import Bool, Count, DataFormat, Int, PositiveInt

_Interpolation = Literal["bilinear", "nearest"]
_FillMode = Literal["constant", "nearest", "wrap", "reflect"]


class ImageOp(Op):
    """A function of an image or a batch of images."""

    keras_module: ClassVar[str] = "keras.ops.image"
    tensor_parameters: ClassVar[tuple[str, ...]] = ("images",)


def an_image(op: Op, images: Tensor, ranks: tuple[int, ...] = (3, 4)) -> None:
    """Refuses what is neither an image nor a batch of images."""
    if images.rank not in ranks:
        wanted = "3 axes (one image) or 4 (a batch of images)" if len(ranks) > 1 else "4 axes (a batch of images)"
        raise Refusal("MS401", f"{op.label} needs {wanted}; received {shape_text(images.shape)}")


def _channel_axis(data_format: str | None) -> int:
    return -3 if data_format == "channels_first" else -1


def with_size(shape: Shape, height: Dim, width: Dim, data_format: str | None) -> Shape:
    """The shape with another height and width."""
    if data_format == "channels_first":
        return (*shape[:-2], height, width)
    return (*shape[:-3], height, width, shape[-1])


def image_size(shape: Shape, data_format: str | None) -> tuple[Dim, Dim]:
    """Height and width."""
    return (shape[-2], shape[-1]) if data_format == "channels_first" else (shape[-3], shape[-2])


class Grayscale(ImageOp):
    """Colours to shades of gray. https://keras.io/api/ops/image/"""

    data_format: DataFormat | None = None

    def infer(self, images: Tensor) -> Tensor:
        """Three channels become one."""
        an_image(self, images)
        axis = _channel_axis(self.data_format) + images.rank
        if images.shape[axis] not in (None, 1, 3):
            raise Refusal("MS408", f"{self.label} needs 3 channels, or 1; received {shape_text(images.shape)}")
        return Tensor((*images.shape[:axis], 1, *images.shape[axis + 1 :]), images.dtype)


class ColourSpace(ImageOp):
    """Colours in another space. https://keras.io/api/ops/image/"""

    data_format: DataFormat | None = None

    def infer(self, images: Tensor) -> Tensor:
        """(...) -> (...), three channels and a float dtype."""
        an_image(self, images)
        if "float" not in images.dtype:
            raise Refusal(
                "MS405",
                f"{self.label} needs a float dtype; received {images.dtype}",
                help="cast the images with `ops.cast`",
            )
        if images.shape[_channel_axis(self.data_format)] not in (None, 3):
            raise Refusal("MS408", f"{self.label} needs 3 channels; received {shape_text(images.shape)}")
        return images


class Resize(ImageOp):
    """Images of another size. https://keras.io/api/ops/image/"""

    size: tuple[PositiveInt, PositiveInt]
    interpolation: Literal["bilinear", "nearest", "lanczos3", "lanczos5", "bicubic", "area"] = "bilinear"
    antialias: Bool = False
    crop_to_aspect_ratio: Bool = False
    pad_to_aspect_ratio: Bool = False
    fill_mode: Literal["constant"] = "constant"
    fill_value: Number = 0.0
    data_format: DataFormat | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.crop_to_aspect_ratio and self.pad_to_aspect_ratio:
            refuse_arguments(
                "only one of `pad_to_aspect_ratio` and `crop_to_aspect_ratio` can be true",
                argument="crop_to_aspect_ratio",
            )
        return self

    def infer(self, images: Tensor) -> Tensor:
        """Height and width are `size`."""
        an_image(self, images)
        return Tensor(with_size(images.shape, *self.size, self.data_format), images.dtype)


class AffineTransform(ImageOp):
    """Images turned, moved, sheared by transforms of 8 numbers. https://keras.io/api/ops/image/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("images", "transform")
    interpolation: _Interpolation = "bilinear"
    fill_mode: _FillMode = "constant"
    fill_value: Number = 0
    data_format: DataFormat | None = None

    def infer(self, images: Tensor, transform: Tensor) -> Tensor:
        """(...), (8,) or (batch, 8) -> (...)."""
        an_image(self, images)
        if transform.rank not in (1, 2):
            raise Refusal(
                "MS401", f"{self.label} needs a transform with 1 or 2 axes; received {shape_text(transform.shape)}"
            )
        return images


class ExtractPatches(ImageOp):
    """The patches of images, or of volumes for three sizes, each as channels. https://keras.io/api/ops/image/"""

    size: Counts
    strides: Counts | None = None
    dilation_rate: Counts = 1
    padding: Literal["valid", "same"] = "valid"
    data_format: DataFormat | None = None

    def infer(self, images: Tensor) -> Tensor:
        """Each spatial axis has the number of patches, the channels are their elements."""
        return self.patches(images, (self.size, self.size) if isinstance(self.size, int) else self.size)

    def patches(self, images: Tensor, window: tuple[int, ...]) -> Tensor:
        """The patches of so many elements along each axis."""
        count = len(window)
        if count not in (2, 3):
            raise Refusal("MS408", f"{self.label} needs 2 or 3 sizes; received {list(window)}", argument="size")
        if images.rank not in (count + 1, count + 2):
            raise Refusal(
                "MS401", f"{self.label} needs {count + 1} or {count + 2} axes; received {shape_text(images.shape)}"
            )
        shape = images.shape if images.rank == count + 2 else (1, *images.shape)
        incoming = channels(shape, self.data_format)
        if incoming is None:
            raise Refusal(
                "MS403", f"{self.label} needs a known number of channels; received {shape_text(images.shape)}"
            )
        strides = window if self.strides is None else each(self, self.strides, count, "strides", single=True)
        dilation = each(self, self.dilation_rate, count, "dilation_rate")
        not_both(self, strides, dilation)
        sizes = slid(self, spatial(shape, self.data_format), window, strides, dilation, self.padding)
        for side in window:
            incoming *= side
        whole = assembled(shape, sizes, incoming, self.data_format)
        return Tensor(whole if images.rank == count + 2 else whole[1:], images.dtype)


class ExtractPatches3D(ExtractPatches):
    """The patches of volumes, each as channels. https://keras.io/api/ops/image/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("volumes",)

    def infer(self, volumes: Tensor) -> Tensor:
        """Each spatial axis has the number of patches, the channels are their elements."""
        return self.patches(volumes, each(self, self.size, 3, "size"))


class MapCoordinates(ImageOp):
    """The elements at these coordinates, interpolated. https://keras.io/api/ops/image/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("inputs", "coordinates")
    order: Annotated[int, Strict(), Ge(0), Le(1)]
    fill_mode: Literal["constant", "nearest", "wrap", "mirror", "reflect"] = "constant"
    fill_value: Number = 0

    def infer(self, inputs: Tensor, coordinates: Tensor) -> Tensor:
        """(...), (axes, ...) -> (...)."""
        if coordinates.rank < 2:
            raise Refusal(
                "MS401",
                f"{self.label} needs coordinates with at least 2 axes; received {shape_text(coordinates.shape)}",
            )
        if coordinates.shape[0] != inputs.rank:
            raise Refusal(
                "MS407",
                f"{self.label} needs one row of coordinates for each of the {inputs.rank} axes of "
                f"{shape_text(inputs.shape)}; received {shape_text(coordinates.shape)}",
            )
        return Tensor(coordinates.shape[1:], inputs.dtype)


class PerspectiveTransform(ImageOp):
    """Images seen from elsewhere: four corners go to four others. https://keras.io/api/ops/image/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("images", "start_points", "end_points")
    interpolation: _Interpolation = "bilinear"
    fill_value: Number = 0
    data_format: DataFormat | None = None

    def infer(self, images: Tensor, start_points: Tensor, end_points: Tensor) -> Tensor:
        """(...), (4, 2) or (batch, 4, 2) twice -> (...)."""
        an_image(self, images)
        for points in (start_points, end_points):
            if points.rank not in (2, 3) or points.shape[-2:] != (4, 2):
                raise Refusal(
                    "MS401",
                    f"{self.label} needs points of shape (4, 2) or (batch, 4, 2); received {shape_text(points.shape)}",
                )
        if start_points.shape != end_points.shape:
            raise Refusal(
                "MS402",
                f"{self.label} needs start_points and end_points of the same shape; received "
                f"{shape_text(start_points.shape)} and {shape_text(end_points.shape)}",
            )
        return images


class GaussianBlur(ImageOp):
    """Blurred images. https://keras.io/api/ops/image/"""

    kernel_size: tuple[PositiveInt, PositiveInt] = (3, 3)
    sigma: tuple[Number, Number] = (1.0, 1.0)
    data_format: DataFormat | None = None

    def infer(self, images: Tensor) -> Tensor:
        """(...) -> (...)."""
        an_image(self, images)
        return images


class ElasticTransform(ImageOp):
    """Images warped at random. https://keras.io/api/ops/image/"""

    alpha: Number = 20.0
    sigma: Number = 5.0
    interpolation: _Interpolation = "bilinear"
    fill_mode: _FillMode = "reflect"
    fill_value: Number = 0.0
    seed: Int | None = None
    data_format: DataFormat | None = None

    def infer(self, images: Tensor) -> Tensor:
        """(...) -> (...)."""
        an_image(self, images)
        return images


class ScaleAndTranslate(ImageOp):
    """Images scaled and moved along some axes. https://keras.io/api/ops/image/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("images", "scale", "translation")
    output_shape: tuple[Count, ...]
    scale: tuple[Number, ...] | None = None
    translation: tuple[Number, ...] | None = None
    spatial_dims: tuple[Int, ...]
    method: Literal["linear", "bilinear", "trilinear", "cubic", "bicubic", "tricubic", "lanczos3", "lanczos5"]
    antialias: Bool = True

    def infer(self, images: Tensor, scale: Tensor | None = None, translation: Tensor | None = None) -> Tensor:
        """-> output_shape."""
        for name, tensor in (("scale", scale), ("translation", translation)):
            if tensor is None and getattr(self, name) is None:
                raise Refusal("MS406", f"{self.label} needs {name}, a tensor or a list of numbers", argument=name)
        return Tensor(self.output_shape, images.dtype)


class SobelEdges(ImageOp):
    """The edges of images, downwards and sideways. https://keras.io/api/ops/image/"""

    data_format: DataFormat | None = None

    def infer(self, images: Tensor) -> Tensor:
        """(...) -> (..., 2)."""
        an_image(self, images, (4,))
        return Tensor((*images.shape, 2), images.dtype)


class Ssim(ImageOp):
    """How alike two images are in structure. https://keras.io/api/ops/image/"""

    tensor_parameters: ClassVar[tuple[str, ...]] = ("image1", "image2")
    max_val: Number = 1.0
    filter_size: PositiveInt = 11
    filter_sigma: Number = 1.5
    k1: Number = 0.01
    k2: Number = 0.03
    data_format: DataFormat | None = None

    def infer(self, image1: Tensor, image2: Tensor) -> Tensor:
        """Two images -> (); two batches -> (batch,)."""
        an_image(self, image1)
        an_image(self, image2)
        return Tensor(image1.shape[: image1.rank - 3], image1.dtype)
