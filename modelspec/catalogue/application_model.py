"""An application as a part of a network: one layer that takes images, with the weights of all that is in it.

What is inside is Keras's; only its output and how much it weighs is known here, over all its arguments.
"""

from __future__ import annotations

from math import prod
from typing import Any

from modelspec.catalogue.application_inner import inner_layers, needed
from modelspec.catalogue.application_mobile_sizes import mobile_net, mobile_net_v2, mobile_net_v3, v3_point
from modelspec.catalogue.application_sizes import SIZES, UNSIZED, Size, reduced
from modelspec.catalogue.applications import Application
from modelspec.catalogue.entry import Layer
from modelspec.catalogue.tensor import Refusal, Tensor, Tensors, Weight, shape_text


class ApplicationModel(Layer):
    """A whole network of `keras.applications`, called as a nested model is."""

    network: Application
    outputs: tuple[tuple[str, str], ...] = ()
    """Inner tensors that it gives in place of its own output: what they are called, and Keras's names of their layers."""

    @property
    def output_names(self) -> tuple[str, ...]:
        """What the inner tensors are called."""
        return tuple(name for name, _ in self.outputs)

    @property
    def size(self) -> Size:
        """The network without its top."""
        name, arguments = type(self.network).__name__, self.values
        if name == "MobileNet":
            return mobile_net(arguments.alpha, arguments.depth_multiplier)
        if name == "MobileNetV2":
            return mobile_net_v2(arguments.alpha)
        if name.startswith("MobileNetV3"):
            return mobile_net_v3(name.endswith("Large"), arguments.alpha, arguments.minimalistic)
        return UNSIZED.get(name, SIZES[name]) if None in self.network.image_shape[:2] else SIZES[name]

    @property
    def values(self) -> Any:
        """The application's arguments."""
        return self.network

    def infer(self, inputs: Tensor) -> Tensor | Tensors:
        """(batch, height, width, channels) -> features, pooled features, or classes; or the tensors of its `outputs`."""
        wanted = self.network.image_shape
        name = type(self.network).__name__
        if inputs.rank != 4:
            message = f"{name} takes images {shape_text((None, *wanted))}; received {shape_text(inputs.shape)}"
            raise Refusal("MS401", message, "give height, width and channels")
        sizes = zip(wanted, inputs.shape[1:], strict=True)
        if any(None not in (want, size) and want != size for want, size in sizes):
            message = f"{name} takes images {shape_text((None, *wanted))}; received {shape_text(inputs.shape)}"
            raise Refusal("MS407", message, "give `input_shape` the size of your images, or resize them first")
        if self.outputs:
            sizes_of = [size or want for size, want in zip(inputs.shape[1:3], wanted[:2], strict=True)]
            layers = inner_layers(name)
            shapes = [layers[inner].shape(inputs.shape[0], *sizes_of) for _, inner in self.outputs]
            return tuple(Tensor(shape, self.compute_dtype) for shape in shapes)
        arguments, size = self.values, self.size
        if arguments.include_top:
            return Tensor((inputs.shape[0], arguments.classes), self.compute_dtype)
        if arguments.pooling is not None:
            return Tensor((inputs.shape[0], size.features), self.compute_dtype)
        height, width = (reduced(inputs.shape[axis] or wanted[axis - 1], size.path) for axis in (1, 2))
        return Tensor((inputs.shape[0], height, width, size.features), self.compute_dtype)

    def new_weights(self, inputs: Tensor) -> tuple[Weight, ...]:
        """All weights as two: those that training changes, and those that it does not."""
        size, arguments = self.size, self.values
        more = self.network.image_shape[2] - 3
        area, filters = size.stem
        if self.outputs:
            return self._up_to_outputs(area * filters * more, more)
        trainable = size.trainable + area * filters * more + (self._top() if arguments.include_top else 0)
        kept = size.total - size.trainable + (2 * more if size.normalized else 0)
        found = (Weight("trained", (trainable,), self.trainable), Weight("kept", (kept,), False))
        return tuple(weight for weight in found if prod(weight.shape))

    def _up_to_outputs(self, stem: int, more: int) -> tuple[Weight, ...]:
        """Those that lead to the `outputs`; `stem` and `more` are what channels beyond three add."""
        inner = needed(type(self.network).__name__, [layer for _, layer in self.outputs])
        trained, kept = sum(layer.trained for layer in inner), sum(layer.kept for layer in inner)
        trained += stem if trained else 0
        kept += 2 * more if self.size.normalized and kept else 0
        found = (Weight("trained", (trained,), self.trainable), Weight("kept", (kept,), False))
        return tuple(weight for weight in found if prod(weight.shape))

    def _top(self) -> int:
        """The weights of the top."""
        name, features = type(self.network).__name__, self.size.features
        classes: int = self.values.classes
        if name.startswith("VGG"):
            height, width = (reduced(size, self.size.path) or 0 for size in self.network.image_shape[:2])
            features = height * width * features
            return features * 4096 + 4096 + 4096 * 4096 + 4096 + 4096 * classes + classes
        if name.startswith("MobileNetV3"):
            point = v3_point(name.endswith("Large"), self.values.alpha)
            return features * point + point + point * classes + classes
        return features * classes + classes
