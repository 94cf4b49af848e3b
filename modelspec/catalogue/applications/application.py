"""The applications: known image networks as whole models, with weights or without. No TensorFlow here.

Images are channels last; the batch axis is not part of `input_shape`.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from annotated_types import MinLen
from pydantic import Strict, model_validator

from modelspec.catalogue.entry import Entry, refuse_arguments
from modelspec.catalogue.tensor import shape_text
from modelspec.catalogue.types import Activation, Bool, PositiveInt

ImageShape = tuple[PositiveInt | None, PositiveInt | None, PositiveInt]
"""Height, width, channels."""
Weights = Annotated[str, Strict(), MinLen(1)] | None
"""`imagenet`, a file of weights, or nothing: random values."""
Pooling = Literal["avg", "max"] | None


class Application(Entry):
    """What all applications are, and what Keras's own `obtain_input_shape` refuses."""

    keras_module: ClassVar[str] = "keras.applications"
    default_size: ClassVar[int] = 224
    minimum_size: ClassVar[int] = 32
    weight_sizes: ClassVar[tuple[int, ...]] = ()
    """Sizes of images, beside the default, that there are ImageNet weights with a top for."""
    pads_by_size: ClassVar[bool] = False
    """Whether Keras's `correct_pad` pads an image of odd size otherwise than one of even size, or of unknown height."""

    @property
    def image_shape(self) -> tuple[int | None, int | None, int]:
        """The shape of the images the model takes, without the batch axis."""
        arguments: Any = self
        if arguments.input_shape is not None:
            shape: tuple[int | None, int | None, int] = arguments.input_shape
            return shape
        size = self.default_size if arguments.include_top else None
        return (size, size, 3)

    @model_validator(mode="after")
    def _fits_its_weights(self) -> Application:
        arguments: Any = self
        top, pretrained = arguments.include_top, arguments.weights == "imagenet"
        if pretrained and top and arguments.classes != 1000:
            refuse_arguments(
                "the ImageNet weights distinguish 1000 classes; leave out `classes`, or write `include_top: false` "
                "and add your own top",
                "classes",
            )
        if top and arguments.weights is not None and arguments.classifier_activation not in (None, "softmax", "linear"):
            refuse_arguments(
                "with `weights` the activation of the top must be softmax or null", "classifier_activation"
            )
        if arguments.input_shape is not None:
            self._check_image(arguments.input_shape, top, pretrained)
        return self

    def _check_image(self, shape: tuple[int | None, int | None, int], top: bool, pretrained: bool) -> None:
        """Refuse shapes that the network, its top or its weights do not take."""
        height, width, channels = shape
        if pretrained and channels != 3:
            refuse_arguments(f"the ImageNet weights take 3 channels; received {channels}", "input_shape")
        small = [size for size in (height, width) if size is not None and size < self.minimum_size]
        if small:
            needed = f"{self.minimum_size} x {self.minimum_size}"
            refuse_arguments(f"images must be at least {needed}; received {shape_text(shape)}", "input_shape")
        if self.pads_by_size and width is None and height is not None:
            message = f"with a known height the network needs a known width too; received {shape_text(shape)}"
            refuse_arguments(message, "input_shape")
        self._check_top(shape, top, pretrained)

    def _check_top(self, shape: tuple[int | None, int | None, int], top: bool, pretrained: bool) -> None:
        """Refuse image sizes that the fully connected top does not take."""
        height, width, _ = shape
        if top and pretrained and not (height == width and height in (self.default_size, *self.weight_sizes)):
            sizes = " or ".join(str(size) for size in sorted((self.default_size, *self.weight_sizes)))
            refuse_arguments(
                f"with its top the ImageNet weights take images of size {sizes}; received {shape_text(shape)}",
                "input_shape",
            )
        if top and None in shape:
            refuse_arguments(f"with its top the network needs known sizes; received {shape_text(shape)}", "input_shape")


class _Common(Application):
    """The arguments of most applications."""

    include_top: Bool = True
    weights: Weights = "imagenet"
    input_shape: ImageShape | None = None
    pooling: Pooling = None
    classes: PositiveInt = 1000
    classifier_activation: Activation = "softmax"


class _ConvNeXt(Application):
    """The arguments of the ConvNeXt family."""

    include_top: Bool = True
    include_preprocessing: Bool = True
    weights: Weights = "imagenet"
    input_shape: ImageShape | None = None
    pooling: Pooling = None
    classes: PositiveInt = 1000
    classifier_activation: Activation = "softmax"


class _EfficientNet(_Common):
    """The arguments of the EfficientNet family."""

    pads_by_size: ClassVar[bool] = True


class _EfficientNetV2(_Common):
    """The arguments of the EfficientNetV2 family."""

    include_preprocessing: Bool = True


class ConvNeXtTiny(_ConvNeXt):
    """Convolutions in the manner of transformers. https://keras.io/api/applications/convnext/"""


class ConvNeXtSmall(_ConvNeXt):
    """Convolutions in the manner of transformers. https://keras.io/api/applications/convnext/"""


class ConvNeXtBase(_ConvNeXt):
    """Convolutions in the manner of transformers. https://keras.io/api/applications/convnext/"""


class ConvNeXtLarge(_ConvNeXt):
    """Convolutions in the manner of transformers. https://keras.io/api/applications/convnext/"""


class ConvNeXtXLarge(_ConvNeXt):
    """Convolutions in the manner of transformers. https://keras.io/api/applications/convnext/"""


class DenseNet121(_Common):
    """121 layers, each joined to all before. https://keras.io/api/applications/densenet/"""


class DenseNet169(_Common):
    """169 layers, each joined to all before. https://keras.io/api/applications/densenet/"""


class DenseNet201(_Common):
    """201 layers, each joined to all before. https://keras.io/api/applications/densenet/"""


class EfficientNetB0(_EfficientNet):
    """Depth, width and size scaled together, step 0. https://keras.io/api/applications/efficientnet/"""


class EfficientNetB1(_EfficientNet):
    """Depth, width and size scaled together, step 1. https://keras.io/api/applications/efficientnet/"""

    default_size: ClassVar[int] = 240


class EfficientNetB2(_EfficientNet):
    """Depth, width and size scaled together, step 2. https://keras.io/api/applications/efficientnet/"""

    default_size: ClassVar[int] = 260


class EfficientNetB3(_EfficientNet):
    """Depth, width and size scaled together, step 3. https://keras.io/api/applications/efficientnet/"""

    default_size: ClassVar[int] = 300


class EfficientNetB4(_EfficientNet):
    """Depth, width and size scaled together, step 4. https://keras.io/api/applications/efficientnet/"""

    default_size: ClassVar[int] = 380


class EfficientNetB5(_EfficientNet):
    """Depth, width and size scaled together, step 5. https://keras.io/api/applications/efficientnet/"""

    default_size: ClassVar[int] = 456


class EfficientNetB6(_EfficientNet):
    """Depth, width and size scaled together, step 6. https://keras.io/api/applications/efficientnet/"""

    default_size: ClassVar[int] = 528


class EfficientNetB7(_EfficientNet):
    """Depth, width and size scaled together, step 7. https://keras.io/api/applications/efficientnet/"""

    default_size: ClassVar[int] = 600


class EfficientNetV2B0(_EfficientNetV2):
    """EfficientNet that trains faster. https://keras.io/api/applications/efficientnet_v2/"""


class EfficientNetV2B1(_EfficientNetV2):
    """EfficientNet that trains faster. https://keras.io/api/applications/efficientnet_v2/"""

    default_size: ClassVar[int] = 240


class EfficientNetV2B2(_EfficientNetV2):
    """EfficientNet that trains faster. https://keras.io/api/applications/efficientnet_v2/"""

    default_size: ClassVar[int] = 260


class EfficientNetV2B3(_EfficientNetV2):
    """EfficientNet that trains faster. https://keras.io/api/applications/efficientnet_v2/"""

    default_size: ClassVar[int] = 300


class EfficientNetV2S(_EfficientNetV2):
    """EfficientNet that trains faster. https://keras.io/api/applications/efficientnet_v2/"""

    default_size: ClassVar[int] = 384


class EfficientNetV2M(_EfficientNetV2):
    """EfficientNet that trains faster. https://keras.io/api/applications/efficientnet_v2/"""

    default_size: ClassVar[int] = 480


class EfficientNetV2L(_EfficientNetV2):
    """EfficientNet that trains faster. https://keras.io/api/applications/efficientnet_v2/"""

    default_size: ClassVar[int] = 480


class InceptionResNetV2(_Common):
    """Inception blocks with residuals. https://keras.io/api/applications/inceptionresnetv2/"""

    default_size: ClassVar[int] = 299
    minimum_size: ClassVar[int] = 75


class InceptionV3(_Common):
    """Kernels of several sizes side by side. https://keras.io/api/applications/inceptionv3/"""

    default_size: ClassVar[int] = 299
    minimum_size: ClassVar[int] = 75


class ResNet50(_Common):
    """50 layers with residuals. https://keras.io/api/applications/resnet/"""


class ResNet101(_Common):
    """101 layers with residuals. https://keras.io/api/applications/resnet/"""


class ResNet152(_Common):
    """152 layers with residuals. https://keras.io/api/applications/resnet/"""


class ResNet50V2(_Common):
    """50 layers with residuals, normalized first. https://keras.io/api/applications/resnet/"""


class ResNet101V2(_Common):
    """101 layers with residuals, normalized first. https://keras.io/api/applications/resnet/"""


class ResNet152V2(_Common):
    """152 layers with residuals, normalized first. https://keras.io/api/applications/resnet/"""


class VGG16(_Common):
    """16 layers of small kernels. https://keras.io/api/applications/vgg/"""


class VGG19(_Common):
    """19 layers of small kernels. https://keras.io/api/applications/vgg/"""


class Xception(_Common):
    """Separable convolutions throughout. https://keras.io/api/applications/xception/"""

    default_size: ClassVar[int] = 299
    minimum_size: ClassVar[int] = 71
