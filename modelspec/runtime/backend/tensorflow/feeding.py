"""Arrays -> tensors and row numbers for the compiled steps, in an order that is given for each pass.

Rows that fit stay in the device's memory, and only their numbers are new in each pass. Others come in windows of some
batches, the next of which is gathered while the steps run over the one before. A pass may begin at any step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from modelspec.data.order import Sequenced
from modelspec.data.rows import Rows
from modelspec.runtime.backend.private import tensor_of_the_same_memory

RESIDENT_BYTES = 1 << 30
"""So much of an accelerator's memory may hold rows. Without one, rows are in the memory that they would be in anyway."""
WINDOW_BYTES = 64 << 20
MOST_ROWS = 1 << 20
"""Rows of one window: their numbers are made while the steps run over the window before."""
FIRST_ROWS = 1 << 16
"""Rows of the first window of a longer pass."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some steps of a pass: a nest of tensors, and the numbers of the rows that each step takes of them."""

    arrays: Any
    rows: Any
    steps: int


class Feed:
    """The rows of one split on their way into the model."""

    def __init__(self, rows: Rows, batch_size: int, *, resident: bool | None = None) -> None:
        """`resident` keeps all rows in the device's memory; unless told, if they fit."""
        self.rows = rows
        self.batch_size = batch_size
        one = tf.nest.map_structure(np.asarray, rows.take(slice(0, 1)))
        self._row_bytes = sum(array.nbytes for array in tf.nest.flatten(one))
        self._one = tf.nest.map_structure(tf.convert_to_tensor, one)
        self.resident = (rows.held and _fit(self._row_bytes * rows.count)) if resident is None else resident
        self._tensors = tf.nest.map_structure(_tensor, rows.take(slice(None))) if self.resident else None

    def steps(self, rows: int | None = None) -> int:
        """Batches in a pass over so many rows (all of them, unless told); the last may be smaller."""
        return -(-(self.rows.count if rows is None else rows) // self.batch_size)

    def symbolic_batch(self) -> Any:
        """The shapes and kinds of a batch."""
        size = min(self.rows.count, self.batch_size)
        return tf.nest.map_structure(
            lambda array: keras.KerasTensor((size, *array.shape[1:]), keras.backend.standardize_dtype(array.dtype)),
            self._one if self._tensors is None else self._tensors,
        )

    def first_inputs(self) -> Any:
        """The inputs of a few rows."""
        return self.rows.take(slice(0, 4))[0]

    def windows(self, order: Sequenced, first: int = 0) -> Iterator[Stretch]:
        """One pass over the rows in this order, from step `first` on (counted from 0)."""
        parts = self._parts(order, first * self.batch_size)
        if self._tensors is None:
            return self._ahead(parts, self._gathered)
        return map(self._taken, parts) if order.length <= MOST_ROWS else self._ahead(parts, self._taken)

    def _taken(self, part: Any) -> Stretch:
        return Stretch(self._tensors, tf.constant(part), self.steps(len(part)))

    def _parts(self, order: Sequenced, begin: int) -> Iterator[Any]:
        """The numbers of the rows of each window. Of many rows, the first window is small, since steps wait for it."""
        size = self._window_rows()
        few = max(1, FIRST_ROWS // self.batch_size) * self.batch_size
        while begin < order.length:
            end = begin + (min(size, few) if order.length > MOST_ROWS else size)
            few = size
            yield np.asarray(order.between(begin, end), dtype=np.int64)
            begin = end

    def _window_rows(self) -> int:
        fitting = MOST_ROWS if self.resident else min(MOST_ROWS, int(WINDOW_BYTES / max(1, self._row_bytes)))
        return max(1, fitting // self.batch_size) * self.batch_size

    def _ahead(self, parts: Iterator[Any], make: Callable[[Any], Stretch]) -> Iterator[Stretch]:
        """Windows, each of which is made while the one before is used."""

        def next_one() -> Stretch | None:
            part = next(parts, None)
            return None if part is None else make(part)

        with ThreadPoolExecutor(1) as worker:
            window = next_one()
            while window is not None:
                coming = worker.submit(next_one)
                yield window
                window = coming.result()

    def _gathered(self, part: Any) -> Stretch:
        arrays = tf.nest.map_structure(tf.convert_to_tensor, self.rows.take(part))
        return Stretch(arrays, tf.range(len(part), dtype=tf.int64), self.steps(len(part)))


def _tensor(array: Any) -> Any:
    """The rows as a tensor; nobody changes the array afterwards."""
    numbers = isinstance(array, np.ndarray) and array.dtype.kind in "biuf"
    if not numbers or tf.config.list_physical_devices("GPU"):
        return tf.convert_to_tensor(array)
    return tensor_of_the_same_memory(array, tf.config.list_logical_devices("CPU")[0].name)


def _fit(size: int) -> bool:
    return size <= RESIDENT_BYTES or all(device.device_type == "CPU" for device in tf.config.list_physical_devices())
