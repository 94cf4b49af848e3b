"""Whether losses and metrics can take the masks that come with their outputs.

Keras multiplies every loss, and every value of a metric, by the output's mask: so the mask must have their shape.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modelspec.catalogue.tensor import Shape, shape_text
from modelspec.checks.outputs.outputs import Output, metrics_of, target_shape, trained_outputs
from modelspec.diagnostics import Diagnostic
from modelspec.graph import ShapedNetwork

_HELP = "put `ops.multiply: 1` before the output, which stops the mask, or leave out the layer that makes it"


def losses_take_masks(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """A mask that does not have the shape of the losses, or for a metric that of its values."""
    for output in trained_outputs(network):
        mask = output.tensor.mask
        if mask is None or target_shape(output) is None:
            continue
        name, values = type(output.loss).__name__, output.loss.values_shape(output.tensor)
        if not _weighs(mask, values):
            message = (
                f"{name} cannot take the mask of '{output.name}': it computes losses {shape_text(values)} from"
                f" {shape_text(output.tensor.shape)}, and the mask is {shape_text(mask)}"
            )
            yield output.place.problem("MS412", message, _HELP)
            continue
        for metric, place in metrics_of(output):
            shape = None if isinstance(metric, str) else _metric_values(metric, output)
            if shape is not None and not _begins(mask, shape):
                message = (
                    f"{type(metric).__name__} cannot take the mask of '{output.name}': it makes values"
                    f" {shape_text(shape)} of {shape_text(output.tensor.shape)}, and the mask is {shape_text(mask)}"
                )
                yield place.only_key().problem("MS412", message, _HELP)


def _weighs(mask: Shape, values: Shape) -> bool:
    """Whether Keras can multiply losses of this shape by the mask: batch by batch, a last axis of 1 more or less."""
    if not values or not mask:
        return True
    if len(mask) == len(values) + 1 and mask[-1] == 1:
        mask = mask[:-1]
    if len(values) == len(mask) + 1 and values[-1] == 1:
        values = values[:-1]
    return len(mask) == len(values) and all(
        None in pair or 1 in pair or pair[0] == pair[1] for pair in zip(mask, values, strict=True)
    )


def _begins(mask: Shape, values: Shape) -> bool:
    """Whether the values can be averaged down to the mask's axes."""
    if len(mask) == len(values) + 1 and mask[-1] == 1:
        mask = mask[:-1]
    return len(mask) <= len(values) and all(
        None in pair or 1 in pair[:1] or pair[0] == pair[1] for pair in zip(mask, values, strict=False)
    )


def _metric_values(metric: Any, output: Output) -> Shape | None:
    """The shape of what a metric averages; None where it asks for no mask."""
    shape = output.tensor.shape
    if not metric.takes_mask:
        return None
    if metric.averages_numbers:
        return shape
    axes = getattr(metric, "axis", -1)
    gone = {axis % len(shape) for axis in ((axes,) if isinstance(axes, int) else axes)}
    return tuple(size for place, size in enumerate(shape) if place not in gone)
