"""Arrays -> batches for Keras, in an order that is given: a vector of row numbers for each pass.

The order is read when a pass begins, so a pass may begin at any row, and nothing runs ahead into the next pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import tensorflow as tf


class Feed:
    """The rows of one split on their way into the model."""

    def __init__(self, arrays: tuple[Any, ...], rows: int, batch_size: int) -> None:
        """`arrays` is (inputs,), (inputs, targets) or (inputs, targets, sample weights), each a dict of arrays."""
        self.rows = rows
        self.batch_size = batch_size
        self._order: Any = np.arange(rows, dtype=np.int64)
        self._dataset = self._make(arrays)

    def steps(self, rows: int | None = None) -> int:
        """Batches in a pass over so many rows (all of them, unless told); the last may be smaller."""
        return -(-(self.rows if rows is None else rows) // self.batch_size)

    def ordered(self, order: Any) -> Any:
        """The dataset for one pass over the rows in this order. Begin to iterate it before asking for the next."""
        self._order = np.asarray(order, dtype=np.int64)
        return self._dataset

    def whole(self) -> Any:
        """The dataset for one pass over all rows as they are; it knows how many batches it has."""
        cardinality = tf.data.experimental.assert_cardinality(self.steps())
        return self.ordered(np.arange(self.rows)).apply(cardinality)

    def _make(self, arrays: tuple[Any, ...]) -> Any:
        indices = tf.data.Dataset.from_generator(self._passes, output_signature=tf.TensorSpec((None,), tf.int64))
        indices = indices.flat_map(lambda order: tf.data.Dataset.from_tensor_slices(order).batch(self.batch_size))
        whole = tf.data.Dataset.from_tensors(arrays).repeat()
        batches = tf.data.Dataset.zip((indices, whole)).map(_gather, num_parallel_calls=tf.data.AUTOTUNE)
        options = tf.data.Options()
        options.deterministic = True
        return batches.prefetch(tf.data.AUTOTUNE).with_options(options)

    def _passes(self) -> Iterator[Any]:
        yield self._order


def _gather(rows: Any, arrays: Any) -> Any:
    return tf.nest.map_structure(lambda array: tf.gather(array, rows), arrays)
