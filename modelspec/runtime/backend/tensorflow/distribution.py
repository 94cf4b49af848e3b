"""Training on several devices of one machine, each with a copy of the model: TensorFlow's MirroredStrategy, as `fit` uses it.

Each device takes its part of a batch; the gradients are summed over the devices before they change the weights. A model is
built for its devices (`built_for`) and knows them from then on (`strategy_of`); one that has a single device has no strategy,
and none of this is run for it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import tensorflow as tf


def devices() -> list[str]:
    """What a mirrored training runs on: all accelerators; without any, all that TensorFlow takes for processors (one)."""
    found = tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU")
    return [str(device.name) for device in found]


def mirror() -> Any:
    """A strategy over all devices; None where there is only one."""
    found = devices()
    return tf.distribute.MirroredStrategy(found) if len(found) > 1 else None


def built_for(strategy: Any) -> AbstractContextManager[Any]:
    """Within, models, optimizers and metrics are made for the devices of a strategy. It holds for one thread."""
    return nullcontext() if strategy is None else strategy.scope()


def strategy_of(model: Any) -> Any:
    """What the model was built for; None for a single device."""
    strategy = model.distribute_strategy
    return strategy if strategy.num_replicas_in_sync > 1 else None


def replicas(model: Any) -> int:
    """On how many devices the model is, each with a copy."""
    return int(model.distribute_strategy.num_replicas_in_sync)


def parts(rows: Any, count: int) -> list[Any]:
    """The rows of a batch that each of so many devices takes, as `fit` divides them: the same number, and the last the rest.

    A last batch may leave the last devices without any.
    """
    size = (tf.shape(rows)[0] + count - 1) // count
    return [rows[part * size : (part + 1) * size] for part in range(count)]


def run_on_all(strategy: Any, step: Callable[[Any], Any], batches: list[Any]) -> None:
    """One step on all devices, each with its batch."""
    given = strategy.experimental_distribute_values_from_function(
        lambda context: batches[context.replica_id_in_sync_group]
    )
    strategy.run(step, args=(given,))


def copies(variable: Any) -> tuple[Any, ...]:
    """A Keras variable's own on each device, first device first; of one on a single device, it alone."""
    value = variable.value
    if not isinstance(value, tf.distribute.DistributedValues):
        return (value,)
    return tuple(value.distribute_strategy.experimental_local_results(value))
