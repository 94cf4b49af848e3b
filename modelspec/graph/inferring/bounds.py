"""What the calls of a network may come to: the size of a tensor, how many tensors they give, how many parameters they have.

Counts are asked for before anything is made. Must not know any single layer.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

from modelspec.catalogue.ops.op import Several
from modelspec.catalogue.tensor import Refusal, Tensors, UnknownResult, Weight, shape_text
from modelspec.catalogue.types import MAX_DIM
from modelspec.diagnostics import Diagnostic
from modelspec.source import Place
from modelspec.source.limits import FLAGS

MAX_TENSOR_ELEMENTS = 2**33
"""Elements of one tensor for one sample."""
MAX_PARAMETERS = 10**10
"""Parameters of one model."""
_MAX_RANK = 253
"""Axes of one tensor, as TensorFlow takes them."""


class OutputBudget:
    """How many tensors the calls with several outputs have given so far."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.given = 0
        self.full = False

    def count(self, label: str, several: Several) -> None:
        """Count those of one more call. Raises `Refusal` where they are too many, and `UnknownResult` once that is reported."""
        if several.number <= self.most - self.given:
            self.given += max(several.number, 0)  # a number below 1 is refused for itself
            return
        if several.number > self.most:
            message = f"{label} returns {several.number:,} tensors, more than {self.most:,}"
        elif self.full:
            raise UnknownResult("", "")
        else:
            self.full = True
            message = (
                f"with those of {label}, calls with several outputs return more than {self.most:,} tensors in total"
            )
        help = f"ask for fewer tensors, or raise the limit with {FLAGS['outputs']}"
        raise Refusal("MS419", message, help, argument=several.argument)


def refuse_large_tensors(label: str, outputs: Tensors) -> None:
    """Refuse a call that makes a tensor which no machine holds, or one of more axes than TensorFlow takes."""
    for tensor in outputs:
        if tensor.rank > _MAX_RANK:
            message = f"{label} makes a tensor of {tensor.rank:,} axes; TensorFlow takes at most {_MAX_RANK}"
            raise Refusal("MS401", message, "make a tensor of fewer axes")
        known = [dim for dim in tensor.shape if dim is not None]
        elements = prod(known)
        if elements <= MAX_TENSOR_ELEMENTS and max(known, default=0) <= MAX_DIM:
            continue
        much = f"{elements:,} elements per sample, more than {MAX_TENSOR_ELEMENTS:,}"
        if elements <= MAX_TENSOR_ELEMENTS:
            much = f"an axis of more than {MAX_DIM:,}"
        message = f"{label} makes a tensor {shape_text(tensor.shape)}: {much}"
        raise Refusal("MS410", message, "make its arguments or its input smaller")


def too_many_parameters(weights: Mapping[str, tuple[Weight, ...]], places: Mapping[str, Place]) -> Diagnostic | None:
    """The problem of a model that no machine holds, at the layer that has most of it."""
    sizes = {path: sum(prod(weight.shape) for weight in several) for path, several in weights.items()}
    total = sum(sizes.values())
    if total <= MAX_PARAMETERS:
        return None
    largest = max(sizes, key=lambda path: sizes[path])
    message = f"the model has {total:,} parameters ({total * 4 / 2**30:,.0f} GiB), more than {MAX_PARAMETERS:,}"
    help = f"make its largest layer smaller: '{largest}' has {sizes[largest]:,}"
    return places[largest].problem("MS411", message, help)
