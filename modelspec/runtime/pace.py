"""How many training steps run in one call into TensorFlow.

The losses and weights are the same for any number. Small steps cost less than the call itself, so many go into one; large
ones go one by one, so that an interruption is answered at once and callbacks see every step.
"""

from __future__ import annotations

from modelspec.graph import ShapedNetwork
from modelspec.graph.work import Work

MOST_STEPS = 32
WORK_OF_A_CALL = 2e9
"""Floating-point operations of one call: a fraction of a second on two CPU cores."""
_TRAINING_TO_INFERENCE = 3
"""A training step computes the outputs once, and the gradients at about twice that cost."""
_WATCH_EVERY_STEP = ("ModelCheckpoint", "TensorBoard")
"""Callbacks that may be told to act between the steps of an epoch."""


def steps_per_execution(network: ShapedNetwork, steps: int) -> int:
    """What the spec says, or as many small steps as make a call worth its while; never more than an epoch has."""
    train = network.network.spec.train
    if train.steps_per_execution is not None:
        return min(train.steps_per_execution, steps)
    if any(type(callback).__name__ in _WATCH_EVERY_STEP for callback in train.callbacks):
        return 1
    sample = 2 * Work(network).multiply_adds(network.main.graph, network.main.tensors)
    step = max(1, sample * _TRAINING_TO_INFERENCE * train.batch_size)
    return max(1, min(MOST_STEPS, steps, int(WORK_OF_A_CALL / step)))
