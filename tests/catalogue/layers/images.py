"""What Hypothesis draws for the layers for images: arguments, and images of all kinds."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from modelspec.catalogue.layers.image import ImageLayer
from modelspec.catalogue.tensor import Tensor
from tests.catalogue.strategies import dims
from tests.catalogue.trial import assert_agrees_on_data

FEW = settings(max_examples=max(2, settings().max_examples // 10))
"""A trial on data takes a while."""

BOTH = (False, True)
"""Inference and training, where a trial is not to be of training alone."""

FRACTION = st.sampled_from([0, 0.25, 0.5, 1])
SIGNED = st.sampled_from([-1, -0.5, 0, 0.25, 1])
FACTOR = st.one_of(FRACTION, st.tuples(FRACTION, FRACTION))
SIGNED_FACTOR = st.one_of(SIGNED, st.tuples(SIGNED, SIGNED))
RANGE = st.sampled_from([(0, 255), (0, 1), (-1.0, 1.0)])
SEED = st.sampled_from([None, 7])
FORMAT = st.sampled_from([None, "channels_last", "channels_first"])
FILL = st.sampled_from(["reflect", "wrap", "constant", "nearest"])
INTERPOLATION = st.sampled_from(["nearest", "bilinear"])
SIZE = st.integers(1, 9)
DTYPE = st.sampled_from([None, None, None, "float16", "float64", "mixed_bfloat16"])


@st.composite
def images(draw: st.DrawFn, layer: ImageLayer) -> Tensor:
    """Mostly images that fit the layer's data format; sometimes a wrong rank, number of channels or dtype."""
    dtype = draw(st.sampled_from(["float32", "float32", "float32", "float16", "uint8", "int32", "bool", "string"]))
    rank = draw(st.sampled_from([4, 4, 4, 4, 4, 3, 2, 5]))
    sizes = [draw(dims(1, 12)) for _ in range(rank - 1)]
    if rank in (3, 4):
        sizes = [None, *sizes]
        sizes[layer.channels_axis] = draw(st.sampled_from([3, 3, 3, 3, 1, 4, None]))
        if rank == 3 and draw(st.booleans()):
            sizes[0] = None
        return Tensor(tuple(sizes), dtype)
    return Tensor((None, *sizes), dtype)


def draw_layer(data: Any, layer: type[ImageLayer], arguments: dict[str, st.SearchStrategy[Any]]) -> ImageLayer:
    """A layer with some of these arguments; those it cannot do without always."""
    needed = {name for name, field in layer.model_fields.items() if field.is_required()}
    chosen = {
        name: data.draw(values, label=name)
        for name, values in arguments.items()
        if name in needed or data.draw(st.booleans())
    }
    return layer(**chosen, dtype=data.draw(DTYPE, label="dtype"))


def agrees(layer: ImageLayer, images: Tensor, training: tuple[bool, ...] = (True,)) -> bool:
    """`assert_agrees_on_data`, with 3 channels where their number is not known, and 3 of what takes three fill values."""
    sizes = {layer.channels_axis % images.rank: 3} if images.rank in (3, 4) else {}
    if isinstance(getattr(layer, "fill_value", None), tuple):  # Keras lays them along the last axis, channels or not
        sizes[images.rank - 1] = 3
    return assert_agrees_on_data(layer, sizes, training, inputs=images)
