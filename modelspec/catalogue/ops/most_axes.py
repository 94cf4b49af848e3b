"""How many axes TensorFlow's kernels take: Keras accepts more in its symbolic call, and the model fails when it runs.

Measured: every function ran on tensors of six to ten axes. No TensorFlow here.
"""

from __future__ import annotations

from typing import Any

from modelspec.catalogue.tensor import Refusal, Tensor, shape_text

_OF_EIGHT = (
    "diff", "flip", "fliplr", "flipud", "fmax", "fmin", "hard_shrink", "heaviside", "ldexp", "logaddexp", "logaddexp2",
    "logsumexp", "nan_to_num", "nancumprod", "nancumsum", "nanmax", "nanmean", "nanmin", "nanprod", "nanstd", "nansum",
    "nanvar", "select", "sinc", "soft_shrink", "sparse_plus", "sparse_sigmoid", "sparsemax", "threshold", "trace",
    "trapezoid", "trunc", "where",
)  # fmt: skip
_ALONG_ONE = ("argmax", "argmin", "nanargmax", "nanargmin")
MOST_AXES: dict[str, int] = {
    **dict.fromkeys(_OF_EIGHT, 8),
    **dict.fromkeys(("median", "percentile", "pinv", "quantile"), 9),
    **dict.fromkeys(_ALONG_ONE, 7),
    **dict.fromkeys(("geomspace", "linspace", "logspace"), 7),  # with one more, there is no gradient
}
"""So many axes a tensor may have; functions that are not here take more than anyone has."""


def refuse_too_many_axes(op: Any, given: list[Tensor]) -> None:
    """Refuse a tensor of more axes than the function's kernel takes."""
    name = type(op).__name__
    most = MOST_AXES.get(name)
    if most is None:
        return
    if name in _ALONG_ONE and op.axis is None:
        most = 8  # it is flattened first
    for tensor in given:
        if tensor.rank > most:
            message = (
                f"{op.label} works on {most} axes at most, the batch's included; received {shape_text(tensor.shape)}"
            )
            raise Refusal("MS401", message, "bring some axes together first, with Reshape")
