"""Every private name of Keras and TensorFlow that modelspec uses. Each says what it relies on, and has a test of it.

A new version may change any of them without a word: then a test of `test_private.py` fails, and this is the file to mend.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras.src.backend.common import global_state
from keras.src.legacy.saving.legacy_h5_format import save_model_to_hdf5
from tensorflow.python.eager import context
from tensorflow.python.framework import config, ops

# Layers and tensors


def all_layers(layer: Any, include_self: bool = True) -> list[Any]:
    """A layer and all layers inside it, however deep."""
    return list(layer._flatten_layers(include_self=include_self))


def layers_inside(layer: Any) -> list[Any]:
    """The layers that a layer holds itself, not those inside them."""
    return list(layer._layers)


def operation_behind(tensor: Any) -> Any:
    """The operation of a functional model that a symbolic tensor came out of; its name may be set."""
    return tensor._keras_history.operation


_COUNTERS = "object_name_uids"
"""Keras's own name for its counters (keras/src/utils/naming.py)."""


def name_counters() -> dict[str, int] | None:
    """How many objects of each kind this thread has made, from which Keras takes the next name; None before the first."""
    found: dict[str, int] | None = global_state.get_global_attribute(_COUNTERS)
    return found


def set_name_counters(counters: dict[str, int]) -> None:
    """Have Keras count on from these; it needs a `defaultdict`."""
    global_state.set_global_attribute(_COUNTERS, counters)


def words_of(layer: Any, texts: Any) -> list[list[bytes]]:
    """What a TextVectorization looks up in its vocabulary: the words of each text, as it makes them."""
    words = layer._preprocess(texts)
    if hasattr(words, "row_splits"):
        flat, ends = words.flat_values.numpy().tolist(), words.row_splits.numpy().tolist()
        return [flat[start:end] for start, end in pairwise(ends)]
    values = words.numpy()
    rows: list[list[bytes]] = values.reshape(len(values), -1).tolist()
    return rows


# Optimizers


def averages_kept(optimizer: Any) -> Iterator[tuple[Any, Any]]:
    """(weight, its running average) of an optimizer with `use_ema`; None for a weight without one."""
    return zip(optimizer._trainable_variables, optimizer._model_variables_moving_average, strict=True)


def averages_are_in_the_model(callback: Any) -> bool:
    """Whether a `SwapEMAWeights` has exchanged weights and averages."""
    return bool(getattr(callback, "_ema_weights_in_model", False))


def untracked_variables(optimizer: Any) -> list[Any]:
    """Nadam's product of momenta, which a `LossScaleOptimizer` around it leaves out of its `variables`."""
    return [optimizer._u_product] if hasattr(optimizer, "_u_product") else []


# Callbacks

CALLBACK_STATE: dict[str, tuple[str, ...]] = {
    "CSVLogger": ("keys",),
    "EarlyStopping": ("wait", "stopped_epoch", "best", "best_epoch", "best_weights"),
    "ModelCheckpoint": ("best", "_batches_seen_since_last_saving", "_last_batch_seen"),
    "ReduceLROnPlateau": ("best", "wait", "cooldown_counter"),
    "SwapEMAWeights": ("_ema_weights_in_model",),
    "TensorBoard": ("_global_train_batch", "_global_test_batch", "_should_write_train_graph"),
    "TerminateOnNaN": (),
}
"""The attributes that change in training and that decide what comes next."""
REMADE: dict[str, tuple[str, ...]] = {
    "CSVLogger": ("csv_file", "writer", "append_header"),
    "EarlyStopping": ("monitor_op", "min_delta"),
    "ModelCheckpoint": ("monitor_op", "min_delta", "_current_epoch"),
    "ReduceLROnPlateau": ("monitor_op", "min_delta"),
    "TensorBoard": (
        "_writers", "_prev_summary_state", "_summary_module", "_previous_epoch_iterations", "_epoch_start_time",
        "_batch_start_time", "_train_accumulated_time",
    ),
}  # fmt: skip
"""The attributes that change and that each process finds out anew."""


def count_train_batches(tensorboard: Any, more: int) -> None:
    """Have a `TensorBoard` that counts the calls of `on_train_batch_begin` count so many more."""
    tensorboard._global_train_batch += more


def count_test_batches(tensorboard: Any, more: int) -> None:
    """The same for the batches of a validation."""
    tensorboard._global_test_batch += more


def flush_summaries(tensorboard: Any) -> None:
    """Have all that a `TensorBoard` has written in its files."""
    for writer in tensorboard._writers.values():
        writer.flush()


def write_on(tensorboard: Any) -> None:
    """What a `TensorBoard` writes next is written as of the batch that it is at, or not."""
    tensorboard._pop_writer()
    tensorboard._push_writer(tensorboard._train_writer, tensorboard._global_train_batch)


class SavingCheckpoint(keras.callbacks.ModelCheckpoint):  # type: ignore[misc]
    """Keras's, which saves when it would by `save`, of whoever inherits from it."""

    def _save_model(self, epoch: int, batch: int | None, logs: Any) -> None:
        file = self._get_file_path(epoch, batch, logs)
        if self._should_save_model(epoch, batch, logs, file):
            self.save(Path(file), epoch)

    def save(self, path: Path, epoch: int) -> None:
        """Write the model, or its weights, after an epoch (from 0)."""
        raise NotImplementedError


def save_as_hdf5(model: Any, file: Any) -> None:
    """What `model.save` writes into a file that ends in .h5, into an open HDF5 file."""
    save_model_to_hdf5(model, file)


# TensorFlow


def kernels_are_deterministic() -> bool:
    """Whether TensorFlow uses its deterministic kernels now."""
    return bool(config.is_op_determinism_enabled())


def usual_kernels() -> None:
    """Turn them off; there is a public way to turn them on only."""
    config.disable_op_determinism()


def tensor_of_the_same_memory(array: Any, device: str) -> Any:
    """An array of numbers as a tensor on a processor, without a copy. Nobody may change the array afterwards.

    TensorFlow's public way copies it twice.
    """
    context.ensure_initialized()
    return ops.EagerTensor(np.ascontiguousarray(array), device, None)
