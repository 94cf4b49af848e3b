"""Names of Keras 1 and Keras 2 that are gone, and what is written today.

Only words: where an old name is found, the reader adds these to its message.
"""

from __future__ import annotations

LEGACY_KEYS: dict[str, str] = {
    "input": "inputs",
    "output": "outputs",
    "compile": "train",
    "fit": "train",
    "model": "layers",
    "nb_epoch": "epochs",
    "optimiser": "optimizer",
    "validation_split": "data: {validation: {split: 0.1}}",
    "validation_data": "data: {validation: ...}",
    "loss_weights": "`loss_weight` of each output under `outputs`",
}
"""Old or foreign key of a spec -> the key of today."""

LEGACY_VALUES: dict[str, str] = {"th": "channels_first", "tf": "channels_last", "full": "same"}
"""Old value -> the value of today, for choices."""
