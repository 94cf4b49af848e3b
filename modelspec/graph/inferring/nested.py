"""The tensors of a call of a nested model, as the model takes them."""

from __future__ import annotations

from typing import Any

from modelspec.catalogue.tensor import Refusal, Shape, Tensor, Tensors, shape_text
from modelspec.graph.graph import Graph
from modelspec.graph.resolving.binding import Given
from modelspec.source.words import guess, listing


def model_inputs(graph: Graph, given: Given, told: int) -> Tensors:
    """The call's tensors in the order of the model's inputs, each as Keras takes it for the declared input.

    `told` is how many problems are already reported. Raises `Refusal`.
    """
    names = [item.name for item in graph.inputs]
    if isinstance(given, dict):
        for name in given:
            if name not in names:
                free = [item for item in names if item not in given]
                help = guess(name, free, told) or f"its inputs are {listing(names)}"
                raise Refusal("MS406", f"the model '{graph.key}' has no input '{name}'", help, argument=name)
        for name in names:
            if not isinstance(given.get(name), Tensor):
                message = f"the model '{graph.key}': its input '{name}' is missing"
                raise Refusal("MS406", message, "add it to `from`", argument=name)
    else:
        number = 1 if isinstance(given, Tensor) else len(given)
        if number != len(names):
            message = f"the model '{graph.key}' takes {len(names)} inputs ({listing(names)}); received {number}"
            raise Refusal("MS406", message, "give one tensor for each input")
    values = graph.by_input(given)
    return tuple(_fit(graph.key, item, values[item.name]) for item in graph.inputs)


def _fit(model: str, item: Any, value: Tensor) -> Tensor:
    """The tensor as the nested model takes it: of a shape that fits the declared one, cast to the declared dtype."""
    declared = item.batch_shape
    fits = len(declared) == len(value.shape) and all(
        want is None or got is None or want == got for want, got in zip(declared, value.shape, strict=True)
    )
    if not fits:
        message = (
            f"the model '{model}' takes {shape_text(declared)} for its input '{item.name}'; received"
            f" {shape_text(value.shape)}"
        )
        raise Refusal("MS407", message, "give it a tensor of the declared shape, or change the model's `inputs`")
    return value._replace(dtype=item.dtype, computed=None)


def filled(declared: Shape, value: Tensor) -> Tensor:
    """The tensor with the declared sizes for its unknown axes."""
    pairs = zip(declared, value.shape, strict=True)
    return value._replace(shape=tuple(got if got is not None else want for want, got in pairs))
