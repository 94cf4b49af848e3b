"""The spec's optimizer, losses, loss weights and metrics -> `model.compile`. Knows outputs by their names."""

from __future__ import annotations

from typing import Any

import keras

from modelspec.catalogue.entry import Entry
from modelspec.catalogue.metrics.metric import Metric
from modelspec.graph import ShapedNetwork
from modelspec.graph.questions.outputs import losses
from modelspec.language.sections.outputs import OutputSpec
from modelspec.runtime.backend import built_for, strategy_of
from modelspec.runtime.build.naming import fresh_names
from modelspec.runtime.build.objects import to_keras


def compile_model(model: Any, network: ShapedNetwork) -> bool:
    """Compile the model if any output has a loss; returns whether it did."""
    trained = losses(network)
    if not trained:
        return False
    with built_for(strategy_of(model)), fresh_names():
        _compile(model, network, trained)
    return True


def _compile(model: Any, network: ShapedNetwork, trained: dict[str, Entry]) -> None:
    train = network.train
    specs: dict[str, OutputSpec] = {item.name: item.spec for item in network.outputs if item.spec}
    optimizer = keras.optimizers.RMSprop() if train.optimizer is None else to_keras(train.optimizer)
    weights = {
        name: specs[name].loss_weight for name in trained if name in specs and specs[name].loss_weight is not None
    }
    model.compile(
        optimizer=optimizer,
        loss={name: to_keras(loss) for name, loss in trained.items()},
        loss_weights={name: weights.get(name, 1.0) for name in trained} if weights else None,
        metrics=_metrics(specs, "metrics", trained),
        weighted_metrics=_metrics(specs, "weighted_metrics", trained),
        jit_compile=train.jit_compile,
        steps_per_execution=train.steps_per_execution or 1,
    )


def _metrics(specs: dict[str, OutputSpec], key: str, trained: dict[str, Entry]) -> dict[str, list[Any]] | None:
    found = {
        name: [_metric(metric) for metric in getattr(output, key)]
        for name, output in specs.items()
        if name in trained and getattr(output, key)
    }
    return found or None


def _metric(metric: Entry | str) -> Any:
    """A metric that the spec calls by a lower-case name is handed to Keras by it, since Keras reports it by it."""
    if isinstance(metric, Entry) and metric.identifier is not None:
        return metric.identifier
    return to_keras(metric, name=metric.history_name) if isinstance(metric, Metric) else to_keras(metric)
