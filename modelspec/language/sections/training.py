"""`train`: how to train. Keras's names and defaults where Keras has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from modelspec.catalogue.entry import Entry
from modelspec.catalogue.types import MAX_DIM
from modelspec.language.fields import expect_mapping, unknown_keys
from modelspec.language.meant.legacy import LEGACY_KEYS, OF_TRAIN
from modelspec.language.refusals import meant_dtype
from modelspec.language.sections.checkpoint import CHECKPOINT, CheckpointSpec
from modelspec.language.sections.class_weights import ClassWeight, ClassWeights
from modelspec.language.sections.initial import Beginning, InitSpec
from modelspec.language.settings import Kind, read_values, schema_of, setting, settings_of
from modelspec.language.settings.objects import Loss, Object, Objects
from modelspec.language.settings.values import Choice, Name, Patterns, Switch, Whole
from modelspec.source import Place

if TYPE_CHECKING:
    from modelspec.language.objects import Reader

Precision = Literal["float32", "mixed_bfloat16", "mixed_float16"]
Distribution = Literal["mirrored"]
MOST_STAGES = 1000
_MOST = 1_000_000
"""Of epochs, and of rows in a batch."""
_OLD = {**LEGACY_KEYS, **OF_TRAIN}
_WHOLE = ("train",)
"""The form that has the settings of a whole training; the others are of each of its stages, too."""


class _Stages(Kind):
    """A list of stages, each of which is laid over the rest of `train`."""

    def read(self, place: Place, label: str, reader: Reader) -> tuple[TrainSpec, ...]:
        """The stages. What is wrong with `train` itself, whose other settings are read by now, is not told again."""
        from modelspec.language.sections.stages import read_stages  # few trainings have stages

        train = place.document.place.find(place.path[:-1])
        return read_stages(place, train, lambda stage: _settings(stage, reader), reader, _OLD)

    def schema(self) -> dict[str, Any]:
        """The list."""
        return {"type": "array", "minItems": 1, "maxItems": MOST_STAGES, "items": schema_of(TrainSpec, "stage")}


def _precision_meant(text: str) -> str | None:
    dtype = meant_dtype(text, ("float16", "bfloat16"))
    return f"write `mixed_{dtype}`: weights stay float32" if dtype is not None else None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TrainSpec:
    """How to train. What `of=_WHOLE` has is of the whole training; a stage may say all else itself."""

    name: str | None = setting(Name(), "The name of the stage.", None, of=("stage",))
    optimizer: Entry | None = setting(Object("optimizer"), "The optimizer that updates the weights.", None)
    loss: Entry | None = setting(Loss(), "The loss of every output without one.", None, of=_WHOLE)
    epochs: int = setting(Whole(1, _MOST), "How many times training goes over the data.", 1, may_change=True)
    batch_size: int = setting(Whole(1, _MOST), "How many rows one step takes.", 32)
    seed: int = setting(Whole(0, 2**32 - 1), "The seed of all random numbers of the run.", 0, of=_WHOLE)
    shuffle: bool = setting(Switch(), "Whether rows come in a different order in each epoch.", True)
    freeze: tuple[str, ...] = setting(
        Patterns(), "Layers that training does not change, by name; `*` matches any characters.", ()
    )
    init_from: InitSpec | None = setting(
        Beginning(), "Weights to start from: a run directory, a .safetensors or a .keras file.", None, of=_WHOLE
    )
    steps_per_epoch: int | None = setting(
        Whole(1, MAX_DIM), "How many steps make an epoch; all rows, if left out.", None
    )
    validation_freq: int = setting(Whole(1, _MOST), "After how many epochs validation runs.", 1)
    validation_batch_size: int | None = setting(
        Whole(1, _MOST), "How many rows of the validation data one step takes.", None
    )
    class_weight: ClassWeight | None = setting(
        ClassWeights(), "The weight of each class of the only output: `{0: 1.0, 1: 5.0}`, or `balanced`.", None
    )
    callbacks: tuple[Entry, ...] = setting(Objects("callback"), "Callbacks, such as early stopping.", ())
    deterministic: bool | Literal["auto"] = setting(
        Switch(auto=True),
        "Whether ops give the same bits each time; auto: on devices where they otherwise would not.",
        "auto",
        of=_WHOLE,
    )
    jit_compile: bool | Literal["auto"] = setting(Switch(auto=True), "Whether XLA compiles the step.", "auto")
    precision: Precision = setting(
        Choice(get_args(Precision), "mixed_bfloat16 is the usual choice for new accelerators", _precision_meant),
        "The dtype of layers without a `dtype`: with `mixed_…` they compute in 16 bits and keep weights in 32.",
        "float32",
        of=_WHOLE,
    )
    distribute: Distribution | None = setting(
        Choice(
            get_args(Distribution),
            "`mirrored` trains on all GPUs of the machine; without it, training runs on one device",
            null=True,
        ),
        "How several devices share the work: with mirrored, each GPU of the machine takes a part of every batch.",
        None,
        of=_WHOLE,
    )
    steps_per_execution: int | None = setting(Whole(1, 100_000), "How many steps TensorFlow runs at once.", None)
    checkpoint: CheckpointSpec = setting(
        CHECKPOINT,
        "How often the state of the training is saved, and how many checkpoints are kept: `{every: 10 minutes, keep: 3}`.",
        CheckpointSpec(),
        of=_WHOLE,
        may_change=True,
    )
    stages: tuple[TrainSpec, ...] = setting(
        _Stages(), "Parts of the training, one after another; each overrides the rest of `train`.", (), of=_WHOLE
    )
    after: int = 0
    """The epochs of the stages before a stage."""
    place: Place | None = None

    @property
    def validations(self) -> int:
        """How many of its epochs end with a validation."""
        return (self.after + self.epochs) // self.validation_freq - self.after // self.validation_freq


def read_train(place: Place | None, reader: Reader) -> TrainSpec:
    """`train`, with Keras's defaults for what is left out."""
    if place is None or not expect_mapping(place, "train", reader.problems, "train: {optimizer: adam, epochs: 5}"):
        return TrainSpec()
    unknown_keys(place, "train", settings_of(TrainSpec, "train"), reader.problems, _OLD)
    return _settings(place, reader)


def _settings(place: Place, reader: Reader) -> TrainSpec:
    """The settings of a training, or of one of its stages."""
    return TrainSpec(**read_values(settings_of(TrainSpec, "train"), place, "train", reader).values, place=place)
