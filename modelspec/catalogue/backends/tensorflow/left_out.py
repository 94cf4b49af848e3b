"""Functions of `keras.ops` that TensorFlow cannot run in any model, with what to use instead."""

from __future__ import annotations

LEFT_OUT: dict[str, str] = {
    "conv_transpose": "TensorFlow's function fails in every model; use the layer Conv2DTranspose, or its 1D or 3D form",
    "corrcoef": "TensorFlow's function cannot be part of a model, because it depends on values; use `ops.einsum` of centred rows",
    "digitize": "TensorFlow's function cannot be part of a model, because it depends on values; use the layer Discretization",
    "histogram": "TensorFlow's function cannot be part of a model, because it depends on values; count with `ops.bincount`",
    "isin": "TensorFlow's function cannot be part of a model, because it depends on values; compare with `ops.equal`",
    "kron": "TensorFlow's function cannot be part of a model, because it depends on sizes; use `ops.einsum`",
    "view_as_complex": "TensorFlow's function fails in every model; work on the real and the imaginary part separately",
}
