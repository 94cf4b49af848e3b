"""Whether the spec can be trained as it says."""

from __future__ import annotations

from collections.abc import Iterator

from modelspec.diagnostics import Diagnostic
from modelspec.graph import ShapedNetwork


def outputs_can_be_trained(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """A spec with training data trains some output: with no loss anywhere there is nothing to train."""
    spec = network.network.spec
    if spec.data is None or "train" not in spec.data.sources or not spec.complete:
        return
    outputs = spec.model.outputs or ()
    if spec.train.loss is None and not any(output.loss is not None for output in outputs):
        place = spec.place.get("outputs") or spec.place
        help = "give an output a loss, such as `outputs: {label: {loss: mse}}`, or all of them `train: {loss: mse}`"
        yield place.problem("MS501", "there is training data, but no output has a loss", help, key=True)
