"""Whether the optimizer can get anywhere: its learning rate, and weights for it to move."""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import Any

from modelspec.catalogue.entry import Entry
from modelspec.checks.outputs.outputs import trained_outputs
from modelspec.checks.places import argument_place
from modelspec.checks.training.gradients import reached
from modelspec.diagnostics import Diagnostic
from modelspec.graph import ShapedNetwork
from modelspec.graph.questions.ownership import Ownership
from modelspec.source import Place

_STEPS_OF_THE_RATE = ("Adam", "AdamW", "Adamax", "Lion", "Nadam", "RMSprop", "ScheduleFreeAdamW", "Lamb", "Muon")
"""Each step moves a weight by about the learning rate, however small or large the gradient is."""


def learning_rate_is_sane(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """A rate that cannot train: too small to change a float32 weight, or so large that weights are lost at once."""
    train = network.train
    optimizer, place = train.optimizer, train.place.get("optimizer") if train.place is not None else None
    while type(optimizer).__name__ == "LossScaleOptimizer" and place is not None:
        optimizer, place = getattr(optimizer, "inner_optimizer", None), argument_place(place, "inner_optimizer")
    if optimizer is None or place is None or "learning_rate" not in optimizer.model_fields_set:
        return
    name = type(optimizer).__name__
    low, high = (1e-8, 1.0) if name in _STEPS_OF_THE_RATE else (1e-12, 100.0)
    at = argument_place(place, "learning_rate")
    rate, at = _peak(getattr(optimizer, "learning_rate", None), at)
    if rate is None or low <= rate <= high:
        return
    size = "small" if rate < low else "large"
    usual = "0.0001 to 0.01" if name in _STEPS_OF_THE_RATE else "0.001 to 1"
    message = f"a learning rate of {rate:g} is too {size} to train with {name}"
    yield at.warning("MS530", message, f"{usual} is usual; from {low:g} to {high:g} can train")


def _peak(rate: Any, place: Place) -> tuple[float | None, Place]:
    """The largest rate that is ever used, as far as that is known, and its place."""
    if not isinstance(rate, Entry):
        return (float(rate), place) if isinstance(rate, float | int) else (None, place)
    known = [name for name in ("initial_learning_rate", "warmup_target") if getattr(rate, name, None) is not None]
    values = getattr(rate, "values", None)
    if isinstance(values, tuple):
        return max(values), argument_place(place, "values")
    if not known:
        return None, place
    largest = max(known, key=lambda name: getattr(rate, name))
    return float(getattr(rate, largest)), argument_place(place, largest)


def some_weight_is_trained(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """Keras refuses to train where no loss depends on any weight that may change; without such weights it does nothing."""
    outputs = trained_outputs(network)
    if not outputs:
        return
    ownership = network.ownership
    graph = network.main.graph
    if not ownership.complete(graph):
        return
    if not _trainable(ownership, ownership.by_graph(graph)):
        train = network.train
        frozen = train.place.get("freeze") if train.place is not None and train.freeze else None
        if frozen is not None:
            message = "there is a loss, but no weight to train: all are frozen"
            yield frozen.warning("MS534", message, "remove from `freeze` what should be trained")
            return
        message = "there is a loss, but no weight to train: no layer has weights, or all are frozen"
        yield outputs[0].place.warning("MS534", message, "add a layer with weights, or remove `trainable: false`")
        return
    names = {output.name for output in outputs}
    references = [item.reference for item in graph.outputs if item.name in names and item.reference is not None]
    followed = reached(network, network.main, references)
    if not _trainable(ownership, set().union(*(ownership.by_call(graph, graph.vertices[index]) for index in followed))):
        message = f"no gradient reaches a weight from the loss of '{outputs[0].name}'"
        help = "gradients do not pass through whole numbers (argmax, a cast) or ops.stop_gradient"
        yield outputs[0].place.problem("MS535", message, help)


def _trainable(ownership: Ownership, paths: Set[str]) -> bool:
    return any(weight.trainable for weight in ownership.weights(paths))
