"""The callbacks: what happens beside training. What they write goes below the run directory. No TensorFlow here."""

from __future__ import annotations

import re
from string import Formatter
from typing import Annotated, ClassVar, Literal

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic import Strict, model_validator

from modelspec.catalogue.entry import Entry, refuse_arguments
from modelspec.catalogue.types import Bool, Count, Float, FractionBelowOne, NonNegativeFloat, PositiveInt

Monitor = Annotated[str, Strict(), MinLen(1)]
"""A name of the history: `val_loss`, `accuracy`, and with several outputs `val_label_accuracy`."""
Mode = Literal["auto", "min", "max"]
Verbosity = Annotated[int, Strict(), Ge(0), Le(2)]
Path = Annotated[str, Strict(), MinLen(1)]
Often = Literal["epoch"] | PositiveInt
"""After each epoch, or after so many batches."""

_MODEL_ENDING = re.compile(
    r"((\.weights)?\.(hdf5|hdf|he5|h5|keras|ckpt|tf|pb|pth?|onnx|safetensors)|\.weights)?$", re.IGNORECASE
)
"""What files of models and weights end in, here and elsewhere. Other dots are the user's: `{val_loss:.2f}`."""
_LOG_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


class Callback(Entry):
    """What all callbacks are."""

    keras_module: ClassVar[str] = "keras.callbacks"
    writes_to: ClassVar[str | None] = None
    """The argument that says where it writes, if it does."""


class CSVLogger(Callback):
    """A line of numbers for each epoch. https://keras.io/api/callbacks/csv_logger/"""

    writes_to: ClassVar[str] = "filename"
    filename: Path
    separator: Annotated[str, Strict(), MinLen(1), MaxLen(1)] = ","
    append: Bool = False


class EarlyStopping(Callback):
    """Ends training when it no longer helps. https://keras.io/api/callbacks/early_stopping/"""

    monitor: Monitor = "val_loss"
    min_delta: Float = 0
    patience: Count = 0
    verbose: Verbosity = 0
    mode: Mode = "auto"
    baseline: Float | None = None
    restore_best_weights: Bool = False
    start_from_epoch: Count = 0


class ModelCheckpoint(Callback):
    """Saves the model during training. https://keras.io/api/callbacks/model_checkpoint/"""

    writes_to: ClassVar[str] = "filepath"
    filepath: Path
    monitor: Monitor = "val_loss"
    verbose: Verbosity = 0
    save_best_only: Bool = False
    save_weights_only: Bool = False
    mode: Mode = "auto"
    save_freq: Often = "epoch"
    initial_value_threshold: Float | None = None

    @model_validator(mode="after")
    def _path_says_what_is_saved(self) -> ModelCheckpoint:
        if self.save_weights_only and not self.filepath.endswith(".weights.h5"):
            message = f"with save_weights_only the file must end in `.weights.h5`; received '{self.filepath}'"
            refuse_arguments(message, "filepath", f"write `{self._ending_in('.weights.h5')}`")
        if not self.save_weights_only and not self.filepath.endswith((".keras", ".h5")):
            message = f"the file must end in `.keras`; received '{self.filepath}'"
            only = ", and `save_weights_only: true` for the weights alone" if ".weights" in self.filepath else ""
            refuse_arguments(message, "filepath", f"write `{self._ending_in('.keras')}`{only}")
        try:
            fields = [field for _, field, _, _ in Formatter().parse(self.filepath) if field is not None]
        except ValueError as error:
            refuse_arguments(f"'{self.filepath}' cannot be filled in: {error}", "filepath")
        for field in fields:
            if not _LOG_NAME.fullmatch(field):
                refuse_arguments(
                    f"'{{{field}}}' is not filled in; write `epoch` or the name of a number in the history in the braces, "
                    "such as `{epoch:02d}` or `{val_loss:.2f}`",
                    "filepath",
                )
        return self

    def _ending_in(self, ending: str) -> str:
        """The same path with another ending; a folder gets a file of the usual name."""
        path = f"{self.filepath}model" if self.filepath.endswith("/") else self.filepath
        return _MODEL_ENDING.sub(ending, path, count=1)


class ReduceLROnPlateau(Callback):
    """Lowers the learning rate when training stalls. https://keras.io/api/callbacks/reduce_lr_on_plateau/"""

    monitor: Monitor = "val_loss"
    factor: FractionBelowOne = 0.1
    patience: Count = 10
    verbose: Verbosity = 0
    mode: Mode = "auto"
    min_delta: Float = 1e-4
    cooldown: Count = 0
    min_lr: NonNegativeFloat = 0.0


class SwapEMAWeights(Callback):
    """Evaluates with the averaged weights. https://keras.io/api/callbacks/swap_ema_weights/"""

    swap_on_epoch: Bool = False


class TensorBoard(Callback):
    """Writes files for TensorBoard. https://keras.io/api/callbacks/tensorboard/"""

    writes_to: ClassVar[str] = "log_dir"
    log_dir: Path = "logs"
    histogram_freq: Count = 0
    write_graph: Bool = True
    write_images: Bool = False
    write_steps_per_second: Bool = False
    update_freq: Literal["batch", "epoch"] | PositiveInt = "epoch"
    profile_batch: Count | tuple[PositiveInt, PositiveInt] = 0
    embeddings_freq: Count = 0

    @model_validator(mode="after")
    def _batches_in_order(self) -> TensorBoard:
        if isinstance(self.profile_batch, tuple) and self.profile_batch[0] > self.profile_batch[1]:
            refuse_arguments("the first batch to profile comes after the last", "profile_batch")
        return self


class TerminateOnNaN(Callback):
    """Ends training when the loss is no longer a number. https://keras.io/api/callbacks/terminate_on_nan/"""

    raise_error: Bool = False
