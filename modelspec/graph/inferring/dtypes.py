"""The dtypes that tensors turn out to have where Keras promises others.

Keras promises the dtype that a layer computes in, and casts floating-point inputs to it; whole numbers it does not cast, and
a layer that only moves or merges them gives whole numbers back. What follows must be able to take those.
"""

from __future__ import annotations

from typing import Any

from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.ops.op import Op
from modelspec.catalogue.promotion import result_type
from modelspec.catalogue.tensor import Refusal, Tensor, Tensors, UnknownResult


def with_dtypes(entry: Layer | Op, bound: dict[str, Any], outputs: Tensors) -> Tensors:
    """The outputs, each with the dtype that it turns out to have; MS405 where the call fails for those of its inputs."""
    dtypes = {item.dtype for value in bound.values() for item in _listed(value)}
    given = {name: _as_computed(value) for name, value in bound.items()}
    if given == bound and (isinstance(entry, Op) or all("float" in dtype for dtype in dtypes)):
        return outputs
    computed = outputs if given == bound else _again(entry, bound, given)
    if isinstance(entry, Layer) and entry.leaves_whole():
        first = _listed(next(iter(given.values())))
        if all(_whole(item.dtype) for item in first):
            given_dtypes = [item.dtype for item in first]
            # Keras never promotes to uint64; what it does not promote stays as it is.
            together = given_dtypes[0] if len(first) == 1 else result_type(*given_dtypes)
            dtype = entry.whole_dtype(together)
            computed = tuple(item._replace(dtype=dtype) for item in computed)
    return tuple(
        promised if promised.dtype == really.dtype else promised._replace(computed=really.dtype)
        for promised, really in zip(outputs, computed, strict=True)
    )


def _again(entry: Layer | Op, bound: dict[str, Any], given: dict[str, Any]) -> Tensors:
    """What the call gives for the dtypes that its inputs turn out to have."""
    try:
        made = entry.infer(**given)
        if isinstance(entry, Op):
            from modelspec.catalogue.backends.tensorflow.functions import (
                refuse_without_kernel,  # not all specs have ops
            )

            refuse_without_kernel(entry, given)
    except UnknownResult:
        raise
    except Refusal as refusal:
        promised = next(item for value in bound.values() for item in _listed(value) if item.computed is not None)
        message = f"{refusal.message}, though Keras infers {promised.dtype} for it"
        help = f"Keras leaves whole numbers as they are: put `ops.cast: {promised.dtype}` before this step"
        raise Refusal("MS405", message, help) from None
    return (made,) if isinstance(made, Tensor) else tuple(made)


def _as_computed(value: Any) -> Any:
    if isinstance(value, Tensor):
        return value if value.computed is None else value._replace(dtype=value.computed, computed=None)
    return tuple(_as_computed(item) for item in value) if isinstance(value, tuple) else value


def _listed(value: Any) -> tuple[Tensor, ...]:
    if isinstance(value, Tensor):
        return (value,)
    return tuple(item for item in value if isinstance(item, Tensor)) if isinstance(value, tuple) else ()


def _whole(dtype: str) -> bool:
    return "int" in dtype or dtype == "bool"
