"""An application as a part of a network: one layer that takes images, with the weights of all that is in it.

What is inside is Keras's; only its output and how much it weighs is known here, over all its arguments.
"""

from __future__ import annotations

from math import prod
from typing import Any

from modelspec.catalogue.applications.application import Application
from modelspec.catalogue.applications.inner import inner_layers, keras_name, needed
from modelspec.catalogue.applications.mobile_sizes import mobile_net, mobile_net_v2, mobile_net_v3, v3_point
from modelspec.catalogue.applications.sizes import SIZES, NetworkSize, reduced
from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.tensor import Refusal, Tensor, Tensors, Weight, shape_text


class ApplicationModel(Layer):
    """A whole network of `keras.applications`, called as a nested model is."""

    network: Application
    outputs: tuple[tuple[str, str], ...] = ()
    """Inner tensors that it gives in place of its own output: what they are called, and Keras's names of their layers."""
    freeze: tuple[str, ...] = ()
    """Which of its layers training passes over: patterns of Keras's names."""

    @property
    def output_names(self) -> tuple[str, ...]:
        """What the inner tensors are called."""
        return tuple(name for name, _ in self.outputs)

    @property
    def size(self) -> NetworkSize:
        """The network without its top."""
        name, arguments = type(self.network).__name__, self.values
        if name == "MobileNet":
            return mobile_net(arguments.alpha, arguments.depth_multiplier)
        if name == "MobileNetV2":
            return mobile_net_v2(arguments.alpha)
        if name.startswith("MobileNetV3"):
            return mobile_net_v3(name.endswith("Large"), arguments.alpha, arguments.minimalistic)
        return SIZES[name]

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
        sizes_of = [found or want for found, want in zip(inputs.shape[1:3], wanted[:2], strict=True)]
        if self.outputs:
            layers = inner_layers(self.network)
            shapes = [layers[inner].shape(inputs.shape[0], *sizes_of) for _, inner in self.outputs]
            return tuple(Tensor(shape, self.compute_dtype) for shape in shapes)
        arguments, size = self.values, self.size
        if arguments.include_top:
            return Tensor((inputs.shape[0], arguments.classes), self.compute_dtype)
        if arguments.pooling is not None:
            return Tensor((inputs.shape[0], size.features), self.compute_dtype)
        if self.network.pads_by_size and wanted[0] is None:
            last = list(inner_layers(self.network).values())[-1]
            return Tensor(last.shape(inputs.shape[0], *sizes_of), self.compute_dtype)
        height, width = (reduced(found, size.path) for found in sizes_of)
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
        return _two_weights(trainable, kept, self.trainable)

    def inside(self) -> dict[str, tuple[Weight, ...]]:
        """The weights of each layer in it, by Keras's names.

        The first layer that has some has more of them for channels beyond three.
        """
        name, more = type(self.network).__name__, self.network.image_shape[2] - 3
        outputs = [layer for _, layer in self.outputs]
        layers = needed(self.network, outputs) if outputs else inner_layers(self.network).values()
        area, filters = self.size.stem
        stem, norm = area * filters * more, 2 * more if self.size.normalized else 0
        found: dict[str, tuple[Weight, ...]] = {}
        for layer in layers:
            trained, kept = layer.trained + (stem if layer.trained else 0), layer.kept + (norm if layer.kept else 0)
            stem, norm = 0 if layer.trained else stem, 0 if layer.kept else norm
            found[layer.name] = _two_weights(trained, kept, self.trainable)
        if self.values.include_top and not outputs and "layer_normalization" in found:
            found[f"{keras_name(name)}_head_layernorm"] = found.pop("layer_normalization")
        top = () if outputs or not self.values.include_top else self._top_layers()
        return {**found, **{name: _two_weights(trained, 0, self.trainable) for name, trained in top}}

    def built_name(self, layer: str, own: str) -> str:
        """What Keras calls a layer in the network that it is given the name `own`: some begin with that name."""
        return layer.replace(keras_name(type(self.network).__name__), own, 1)

    def _up_to_outputs(self, stem: int, more: int) -> tuple[Weight, ...]:
        """Those that lead to the `outputs`; `stem` and `more` are what channels beyond three add."""
        inner = needed(self.network, [layer for _, layer in self.outputs])
        trained, kept = sum(layer.trained for layer in inner), sum(layer.kept for layer in inner)
        trained += stem if trained else 0
        kept += 2 * more if self.size.normalized and kept else 0
        return _two_weights(trained, kept, self.trainable)

    def _top(self) -> int:
        """The weights of the top."""
        return sum(count for _, count in self._top_layers())

    def _top_layers(self) -> tuple[tuple[str, int], ...]:
        """The layers of the top that have weights, with how many these are."""
        name, features = type(self.network).__name__, self.size.features
        classes: int = self.values.classes
        if name.startswith("VGG"):
            height, width = (reduced(size, self.size.path) or 0 for size in self.network.image_shape[:2])
            flat = height * width * features
            first, second = flat * 4096 + 4096, 4096 * 4096 + 4096
            return ("fc1", first), ("fc2", second), ("predictions", 4096 * classes + classes)
        if name.startswith("MobileNetV3"):
            point = v3_point(name.endswith("Large"), self.values.alpha)
            return ("conv_2", features * point + point), ("logits", point * classes + classes)
        own = {"MobileNet": "conv_preds", **dict.fromkeys(_HEADED, f"{keras_name(name)}_head_dense")}
        return ((own.get(name, "predictions"), features * classes + classes),)


_HEADED = ("ConvNeXtTiny", "ConvNeXtSmall", "ConvNeXtBase", "ConvNeXtLarge", "ConvNeXtXLarge")


def _two_weights(trained: int, kept: int, trainable: bool) -> tuple[Weight, ...]:
    """Weights that training changes and those that it does not, as one each."""
    found = (Weight("trained", (trained,), trainable), Weight("kept", (kept,), False))
    return tuple(weight for weight in found if prod(weight.shape))
