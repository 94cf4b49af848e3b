"""SpectralNormalization: a layer whose kernel is kept at spectral norm 1. No TensorFlow here."""

from __future__ import annotations

from pydantic import model_validator

from modelspec.catalogue.entry import refuse_arguments
from modelspec.catalogue.layers.layer import Layer, called
from modelspec.catalogue.layers.rules import (
    default_name,
    refuse_text,
    tensors_needed,
)
from modelspec.catalogue.tensor import Refusal, Tensor, Weight
from modelspec.catalogue.types import LayerArgument, PositiveInt


class SpectralNormalization(Layer):
    """A layer whose kernel is kept at spectral norm 1.

    https://keras.io/api/layers/normalization_layers/spectral_normalization/
    """

    layer: LayerArgument
    power_iterations: PositiveInt = 1

    @model_validator(mode="after")
    def _takes_one_tensor(self) -> SpectralNormalization:
        if isinstance(self.layer, Layer) and tensors_needed(self.layer) > 1:
            message = (
                f"SpectralNormalization passes one tensor to the layer it wraps; {called(self.layer)} needs several"
            )
            refuse_arguments(message, "layer", "wrap a Dense, a convolution or an Embedding")
        return self

    def infer(self, inputs: Tensor) -> Tensor:
        """What the layer inside gives, cast to this layer's dtype."""
        refuse_text(self, inputs)
        output = self._inner().infer(inputs)
        self._kernel(inputs)
        assert isinstance(output, Tensor)  # no layer with a kernel of its own returns several
        return Tensor(output.shape, self.compute_dtype)

    def _inner(self) -> Layer:
        if not isinstance(self.layer, Layer):
            raise Refusal(
                "MS408",
                "SpectralNormalization needs a layer that is written in place, not a model",
                help="to share the layer, put the SpectralNormalization under `shared` with the layer inside it",
                argument="layer",
            )
        return self.layer

    def _kernel(self, inputs: Tensor) -> Weight:
        weights = self._inner().new_weights(inputs)
        if any(weight.name.startswith("lora_") for weight in weights):
            raise Refusal(
                "MS408",
                "SpectralNormalization sets its layer's kernel at each step, which lora_rank freezes",
                help="leave out `lora_rank` of the layer inside",
                argument="layer",
            )
        for weight in weights:
            if weight.name in ("kernel", "embeddings"):
                return weight
        raise Refusal(
            "MS408",
            f"SpectralNormalization needs a layer with a kernel or embeddings; {called(self.layer)} has none",
            help="wrap a Dense, a convolution or an Embedding",
            argument="layer",
        )

    def new_weights(self, inputs: Tensor) -> tuple[Weight, ...]:
        """The layer's kernel, `vector_u` (1, the kernel's last size), then the rest of the layer's weights."""
        inner, kernel = self._inner(), self._kernel(inputs)
        prefix = default_name(inner)
        vector = Weight("vector_u", (1, kernel.shape[-1]), trainable=False, dtype=kernel.dtype)
        rest = [weight for weight in inner.new_weights(inputs) if weight != kernel]
        inside = [weight._replace(name=f"{prefix}/{weight.name}") for weight in (kernel, *rest)]
        return (inside[0], vector, *inside[1:])

    def multiply_adds(self, inputs: Tensor) -> int:
        """The layer's own."""
        return self._inner().multiply_adds(inputs)
