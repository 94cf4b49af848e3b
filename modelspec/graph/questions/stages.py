"""A network as each stage of its training has it: the same graph, with the stage's settings for `train`."""

from __future__ import annotations

from dataclasses import replace

from modelspec.graph.graph import ShapedNetwork
from modelspec.language.sections.training import TrainSpec


def stages(network: ShapedNetwork) -> tuple[ShapedNetwork, ...]:
    """The network of each stage; the network itself, where its training has none."""
    spec = network.spec
    if not spec.train.stages:
        return (network,)
    return tuple(_with_train(network, train) for train in spec.train.stages)


def _with_train(network: ShapedNetwork, train: TrainSpec) -> ShapedNetwork:
    spec = replace(network.spec, train=train)
    possible = tuple(_with_train(item, train) for item in network.possible)
    return replace(network, network=replace(network.network, spec=spec), possible=possible)


def planned_epochs(network: ShapedNetwork) -> int:
    """The epochs that a training has, if no callback ends it or one of its stages before."""
    return sum(stage.train.epochs for stage in stages(network))
