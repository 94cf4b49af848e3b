"""`train` and `data`: how to train, and on what."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from modelspec.catalogue.types import MAX_DIM
from modelspec.diagnostics import Diagnostic
from modelspec.expansion.files.paths import Reach, reach_of
from modelspec.language.fields import (
    expect_mapping,
    read_boolean,
    read_integer,
    read_number,
    read_patterns,
    unknown_keys,
)
from modelspec.language.meant.legacy import LEGACY_KEYS, OF_DATA, OF_TRAIN
from modelspec.language.meant.misplaced_sources import with_arguments_below, without_split
from modelspec.language.models import read_loss, read_many
from modelspec.language.objects import Reader
from modelspec.language.refusals import meant_dtype
from modelspec.language.sections.checkpoint import CHECKPOINT
from modelspec.language.sections.class_weights import read_class_weight
from modelspec.language.sections.initial import read_init
from modelspec.language.spec import DISTRIBUTIONS, PRECISIONS, DataSpec, Distribution, Precision, SourceSpec, TrainSpec
from modelspec.source import Mapping, Node, Place, Scalar
from modelspec.source.words import describe, did_you_mean

if TYPE_CHECKING:
    from modelspec.language.sections.sources import Source

TRAIN_KEYS = (
    "optimizer", "loss", "epochs", "batch_size", "seed", "shuffle", "steps_per_epoch", "validation_freq",
    "validation_batch_size", "class_weight", "callbacks", "deterministic", "jit_compile", "precision",
    "steps_per_execution", "distribute",
    "checkpoint", "freeze", "init_from", "stages",
)  # fmt: skip
_LEGACY_TRAIN = {**LEGACY_KEYS, **OF_TRAIN}
_MAX_EPOCHS = 1_000_000
_MAX_BATCH = 1_000_000
SPLITS: tuple[Literal["train", "validation", "test"], ...] = ("train", "validation", "test")


def read_train(place: Place | None, reader: Reader) -> TrainSpec:
    """`train`, with Keras's defaults for what is left out."""
    if place is None or not expect_mapping(place, "train", reader.problems, "train: {optimizer: adam, epochs: 5}"):
        return TrainSpec()
    unknown_keys(place, "train", TRAIN_KEYS, reader.problems, _LEGACY_TRAIN)
    train = _settings(place, reader)
    if place.get("stages") is None:
        return train
    from modelspec.language.sections.stages import read_stages

    stages = read_stages(place, lambda stage: _settings(stage, reader), reader.problems, TRAIN_KEYS, _LEGACY_TRAIN)
    return replace(train, stages=stages)


def _settings(place: Place, reader: Reader) -> TrainSpec:
    """The settings of a training, or of one of its stages."""
    problems = reader.problems
    values: dict[str, Any] = {"place": place}
    optimizer = place.get("optimizer")
    if optimizer is not None:
        values["optimizer"] = reader.object("optimizer", optimizer)
    values["loss"], _ = read_loss(place.get("loss"), reader)
    values["callbacks"] = read_many("callback", place.get("callbacks"), reader)
    for key, high in COUNTS.items():
        below = place.get(key)
        if below is not None:
            low = 0 if key == "seed" else 1
            value = read_integer(below, f"train.{key}", problems, low=low, high=high)
            if value is not None:
                values[key] = value
    below = place.get("shuffle")
    if below is not None:
        flag = read_boolean(below, "train.shuffle", problems)
        values["shuffle"] = flag if flag is not None else True
    for key in ("deterministic", "jit_compile"):
        below = place.get(key)
        if below is not None and not (isinstance(below.node, Scalar) and below.node.value == "auto"):
            flag = read_boolean(below, f"train.{key}", problems)
            values[key] = False if flag is None else flag
    precision = place.get("precision")
    if precision is not None:
        values["precision"] = _precision(precision, problems) or "float32"
    distribute = place.get("distribute")
    if distribute is not None:
        values["distribute"] = _distribute(distribute, problems)
    values["freeze"] = read_patterns(place.get("freeze"), "train.freeze", problems)
    initial = place.get("init_from")
    if initial is not None:
        values["init_from"] = read_init(initial, problems)
    weights = place.get("class_weight")
    if weights is not None:
        values["class_weight"] = read_class_weight(weights, "train.class_weight", problems)
    checkpoint = place.get("checkpoint")
    if checkpoint is not None:
        read = CHECKPOINT.read(checkpoint, "train.checkpoint", reader)
        if read is not None:
            values["checkpoint"] = read
    return TrainSpec(**values)


def _precision(place: Place, problems: list[Diagnostic]) -> Precision | None:
    """The dtype policy that is named, or None and a problem."""
    value = place.node.value if isinstance(place.node, Scalar) else None
    for known in PRECISIONS:
        if known == value:
            return known
    message = (
        f"train.precision: expected {', '.join(PRECISIONS[:-1])} or {PRECISIONS[-1]}; received {describe(place.node)}"
    )
    meant = meant_dtype(value, ("float16", "bfloat16")) if isinstance(value, str) else None
    help = f"write `mixed_{meant}`: weights stay float32" if meant is not None else None
    help = help or (did_you_mean(value, PRECISIONS) if isinstance(value, str) else None)
    problems.append(place.problem("MS204", message, help or "mixed_bfloat16 is the usual choice for new accelerators"))
    return None


def _distribute(place: Place, problems: list[Diagnostic]) -> Distribution | None:
    """How devices share the work; None for null, or with a problem."""
    value = place.node.value if isinstance(place.node, Scalar) else ""
    for known in DISTRIBUTIONS:
        if known == value:
            return known
    if value is not None:
        message = f"train.distribute: expected {' or '.join(DISTRIBUTIONS)}; received {describe(place.node)}"
        help = did_you_mean(value, DISTRIBUTIONS) if isinstance(value, str) else None
        told = "`mirrored` trains on all GPUs of the machine; left out, training is on one device"
        problems.append(place.problem("MS204", message, help or told))
    return None


COUNTS: dict[str, int] = {
    "epochs": _MAX_EPOCHS,
    "batch_size": _MAX_BATCH,
    "validation_batch_size": _MAX_BATCH,
    "seed": 2**32 - 1,
    "steps_per_epoch": MAX_DIM,
    "validation_freq": _MAX_EPOCHS,
    "steps_per_execution": 100_000,
}
"""The whole numbers of `train`, and the largest that each may be; the smallest is 1, of the seed 0."""


def read_data(place: Place | None, reader: Reader) -> DataSpec | None:
    """`data`: a source for each split."""
    if place is None:
        return None
    problems = reader.problems
    example = f"data: {_meant('data.train', place.node, bare=True) or '{train: {csv: train.csv}}'}"
    if not expect_mapping(place, "data", problems, example):
        return None
    meant = without_split(place, problems)
    if meant is None:
        unknown_keys(place, "data", SPLITS, problems, OF_DATA)
    splits = dict(place.entries()) if meant is None else {"train": meant, **dict(place.entries())}
    sources: dict[Literal["train", "validation", "test"], SourceSpec] = {}
    fraction: float | None = None
    for split in SPLITS:
        below = splits.get(split)
        if below is None:
            continue
        fraction_place = below.get("split")
        if split == "validation" and fraction_place is not None:
            from modelspec.language.sections.sources import (
                SOURCES,  # many specs have no data, and these classes take time to make
            )

            both = "`split` alone: rows of its own and a part of the training rows cannot both be given"
            unknown_keys(
                below, "data.validation", ("split",), problems, {**LEGACY_KEYS, **dict.fromkeys(SOURCES, both)}
            )
            fraction = _fraction(fraction_place, problems)
            continue
        source = _source(below, f"data.{split}", reader)
        if source is not None:
            sources[split] = source
    if fraction is not None and "train" not in sources and "train" not in splits:
        help = "add `train:`, or give `validation` a source of its own"
        problems.append(place.problem("MS202", "data: `validation: {split}` needs `train`", help, key=True))
    return DataSpec(sources, fraction, place)


def _fraction(place: Place, problems: list[Diagnostic]) -> float | None:
    value = read_number(place, "data.validation.split", problems)
    if value is not None and not 0 < value < 1:
        message = f"data.validation.split: expected a number between 0 and 1; received {value:g}"
        problems.append(place.problem("MS204", message, "0.1 keeps the last tenth of the rows for validation"))
        return None
    return value


def _source(place: Place, what: str, reader: Reader) -> SourceSpec | None:
    from modelspec.language.sections.sources import (
        SOURCES,  # many specs have no data, and these classes take time to make
    )

    place = with_arguments_below(place, what, reader.problems)
    node, problems = place.node, reader.problems
    if not isinstance(node, Mapping) or len(node.entries) != 1:
        kinds = [kind for kind in SOURCES if isinstance(node, Mapping) and kind in node.entries]
        help = f"write one kind and its path or arguments: `csv: data.csv`; kinds are {', '.join(SOURCES)}"
        help = f"keep one of {' and '.join(kinds)}: a split has one source" if len(kinds) > 1 else help
        problems.append(
            place.problem("MS203", f"{what}: expected a source; received {describe(node)}", _meant(what, node) or help)
        )
        return None
    kind, below = next(place.entries())
    if kind not in SOURCES:
        help = _meant(what, node) or did_you_mean(kind, SOURCES) or f"kinds are {', '.join(SOURCES)}"
        problems.append(below.problem("MS207", f"{what}: unknown kind of source '{kind}'", help, key=True))
        return None
    named = below._replace(node=Scalar(kind, below.key_span))
    entry = reader.entry(SOURCES[kind], named, below)
    path = getattr(entry, "path", None)
    at = below.find(("path",))
    reach = reach_of(at)
    bad = None if path is None else reach.problem(path)
    if bad is not None:
        problems.append(at.problem(bad.code, bad.message, bad.help))
    if entry is None or bad is not None:
        return None
    if path is None:
        return SourceSpec(kind, entry, below)
    return SourceSpec(kind, _from_the_spec(entry, path, reach, below), below, reach.named(path))


def _meant(what: str, node: Node, bare: bool = False) -> str | None:
    """What is meant by a fraction where a source stands, or by the path of a file alone; `bare` without other words."""
    split = what.rpartition(".")[2]
    below = node.entries.get("split") if isinstance(node, Mapping) else None
    at = node if below is None else below.value
    value = at.value if isinstance(at, Scalar) else None
    if isinstance(value, int | float) and not isinstance(value, bool) and (below is not None or value < 1):
        fraction = f"{value}" if 0 < value < 1 else "0.1"
        if split == "validation":
            return f"write `validation: {{split: {fraction}}}`: that part of the training rows"
        only = f"only validation rows are split off: `validation: {{split: {fraction}}}`"
        return f"{only}; give `{split}` a source of its own: `{split}: {{csv: {split}.csv}}`"
    if isinstance(value, str) and below is None:
        kind = next((kind for kind in ("npz", "csv") if value.endswith(f".{kind}")), None)
        named = "dataset" if value in ("digits", "digit_pairs", "mnist") else kind
        right = f"{split}: {{{named}: {value}}}"
        return None if named is None else f"{{{right}}}" if bare else f"write `{right}`"
    return None


def _from_the_spec(entry: Source, path: str, reach: Reach, below: Place) -> Source:
    """The source with its path from the spec's folder, where it is written in a base or setting that starts elsewhere."""
    folder = below.document.folder
    if os.path.isabs(path) or os.path.normpath(reach.folder) == os.path.normpath(folder):
        return entry
    return entry.model_copy(update={"path": os.path.relpath(reach.path(path), folder)})
