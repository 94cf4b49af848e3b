"""What the tests of convolution and pooling share: windows to move, inputs for them, and a first batch of real data."""

from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import strategies as st
from pydantic import ValidationError

from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.tensor import Tensor
from modelspec.runtime.build.objects import to_keras
from tests.catalogue.strategies import shapes

PADDINGS = st.sampled_from(["valid", "same"])
DATA_FORMATS = st.sampled_from([None, "channels_last", "channels_first"])
FLOATS = st.sampled_from(["float32", "float32", "float16", "float64"])


def per_axis(count: int, low: int = 1, high: int = 3) -> st.SearchStrategy[int | tuple[int, ...]]:
    """One size for all axes, or one for each."""
    sizes = st.integers(low, high)
    return st.one_of(sizes, st.tuples(*[sizes] * count))


def inputs_for(layer: type[Any], dtypes: st.SearchStrategy[str] = FLOATS) -> st.SearchStrategy[Tensor]:
    """Mostly inputs of the rank that the layer needs, and now and then of any other."""
    rank = layer.spatial_rank + 2
    fitting = shapes(rank, rank)
    return st.builds(Tensor, st.one_of(fitting, fitting, fitting, shapes()), dtypes)


def layer_or_both_refuse(layer: type[Layer], arguments: dict[str, Any]) -> Layer | None:
    """The layer with these arguments, or None where they exclude each other, and then for Keras too."""
    try:
        return layer(**arguments)
    except ValidationError:
        with pytest.raises(ValueError, match=r"."):
            getattr(keras.layers, layer.__name__)(**arguments)
        return None


def fails_on_data(layer: Layer | keras.Layer, shape: tuple[int, ...], dtype: str = "float32") -> bool:
    """Whether a model of this layer alone fails on its first batch; `shape` is without the batch axis."""
    built = to_keras(layer) if isinstance(layer, Layer) else layer
    model = keras.Sequential([keras.Input(shape, dtype=dtype), built])
    try:
        model.predict_on_batch(np.ones((1, *shape), dtype))
    except Exception:  # whatever TensorFlow raises
        return True
    return False
