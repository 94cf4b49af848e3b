"""Many steps of a model in one call into TensorFlow: a compiled loop over rows that lie in memory as tensors.

A small step takes less time than the call that starts it, so the loop is part of the graph, and so is taking the rows of a
batch from their arrays. What a step does is Keras's own (`train_step`, `test_step`). The results are the same for any
number of steps a call; between two calls, all of the training's state is in Keras's variables.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from modelspec.runtime.backend.tensorflow.distribution import parts, run_on_all, strategy_of
from modelspec.runtime.backend.tensorflow.failing import of_the_model


class CompiledSteps:
    """The steps of one model over the rows of a split."""

    def __init__(self, model: Any, step: Callable[[Any], Any], batch_size: int, *, full: bool) -> None:
        """`step` takes a batch; `full` says that every batch has all its rows, as Keras then compiles for that size."""
        self.model = model
        self.strategy = strategy_of(model)
        self.step = tf.function(step, jit_compile=True, autograph=False) if model.jit_compile else step
        self.batch_size = batch_size
        self.full = full
        self._compiled: Any = None

    def __call__(self, arrays: Any, rows: Any, first: int, count: int, *, halt: bool = False) -> tuple[int, Any]:
        """Run the steps from `first` on; returns how many were run, and the running losses and metrics as tensors.

        `arrays` is a nest of tensors, `rows` the row numbers of all batches one after another; the last batch may have
        fewer than the others. With `halt`, the step after which the sum of the losses is not finite is the last one.
        Waits for the device.
        """
        if self._compiled is None:
            self._compiled = self._compile(arrays)
        with of_the_model():
            end, logs = self._compiled(arrays, rows, tf.constant(first), tf.constant(first + count), tf.constant(halt))
        return int(end) - first, logs

    def _compile(self, arrays: Any) -> Any:
        scalar = tf.TensorSpec((), tf.int32)
        signature = (
            tf.nest.map_structure(lambda array: tf.TensorSpec((None, *array.shape[1:]), array.dtype), arrays),
            tf.TensorSpec((None,), tf.int64),
            scalar,
            scalar,
            tf.TensorSpec((), tf.bool),
        )
        return tf.function(self._loop, input_signature=signature, autograph=False)

    def _loop(self, arrays: Any, rows: Any, first: Any, end: Any, halt: Any) -> tuple[Any, Any]:
        def more(step: Any) -> Any:
            # Keras's first metric is the mean of the losses; its sum keeps what is not finite.
            finite = tf.math.is_finite(tf.convert_to_tensor(self.model.metrics[0].total))
            return (step < end) & (finite | ~halt)

        def one(step: Any) -> tuple[Any]:
            begin = step * self.batch_size
            taken = rows[begin : begin + self.batch_size]
            if self.strategy is None:
                self.step(self._batch(arrays, taken, self.batch_size))
            else:
                self._step_on_all(arrays, taken)
            return (step + 1,)

        (done,) = tf.while_loop(more, one, (first,), parallel_iterations=1)
        return done, self.model.get_metrics_result()

    def _step_on_all(self, arrays: Any, rows: Any) -> None:
        count = self.strategy.num_replicas_in_sync
        batches = [self._batch(arrays, part, self.batch_size // count) for part in parts(rows, count)]
        run_on_all(self.strategy, self.step, batches)

    def _batch(self, arrays: Any, rows: Any, size: int) -> Any:
        known = size if self.full else None
        return tf.nest.map_structure(
            lambda array: tf.ensure_shape(tf.gather(array, rows), (known, *array.shape[1:])), arrays
        )


class PredictStep:
    """The step that Keras's `predict` takes, compiled once for batches of any number of rows, or of a `size`.

    Keras's own way of cutting rows into batches knows no text; TensorFlow's tensors do.
    """

    def __init__(self, model: Any, size: int | None = None) -> None:
        self.model = model
        self.size = size
        self._compiled: Any = None

    def __call__(self, inputs: dict[str, Any]) -> dict[str, Any]:
        """The outputs of a batch by their names, as numpy arrays."""
        batch = {name: tf.convert_to_tensor(values) for name, values in inputs.items()}
        if self._compiled is None:
            self._compiled = self._compile(batch)
        with of_the_model():
            found = self._compiled(batch)
        return {name: np.asarray(values) for name, values in found.items()}

    def _compile(self, batch: dict[str, Any]) -> Any:
        kinds = {name: tf.TensorSpec((self.size, *rows.shape[1:]), rows.dtype) for name, rows in batch.items()}
        return tf.function(
            lambda rows: self.model.predict_step((rows,)),
            input_signature=(kinds,),
            autograph=False,
            jit_compile=True if self.model.jit_compile else None,
        )


def numbers(logs: Any) -> dict[str, float]:
    """Logs as plain numbers; this waits for the device."""
    return {name: float(value) for name, value in logs.items()}
