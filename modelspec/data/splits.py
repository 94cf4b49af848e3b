"""The rows to train, validate and test on: loaded, checked against the spec, and divided."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from modelspec.data.arrays import RowsFingerprint
from modelspec.data.learned import NOTHING, Learned
from modelspec.data.load import Located, RawRows, warn_of_same_rows
from modelspec.data.network_rows import divide, fit_split, learn_from, open_split
from modelspec.data.rows import Rows, rows
from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.graph import ShapedNetwork
from modelspec.graph.questions.batches import uneven_batch
from modelspec.graph.questions.stages import stages
from modelspec.language.sections.declared_rows import rows_to_train_on
from modelspec.language.sections.sources import Split

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Splits:
    """The rows to train, validate and test on."""

    train: Rows
    validation: Rows | None
    test: Rows | None
    fingerprints: dict[Split, RowsFingerprint]
    learned: Learned = NOTHING
    """What the rows to train on taught."""


def load_splits(
    network: ShapedNetwork, note: Callable[[str], None], warn: Callable[[tuple[Diagnostic, ...]], None]
) -> Splits:
    """Load and check every source of the spec; `note` hears what is worth a line of a log, `warn` doubts about the rows.

    Raises `SpecError` with what is wrong in any of them.
    """
    spec = network.spec
    assert spec.data is not None
    sources = {
        name: Located(source.entry, spec.place.document.folder, source.allowed)
        for name, source in spec.data.sources.items()
    }
    raw = _each(sources, lambda name, source: open_split(network, source, name))
    learned = learn_from(network, sources["train"], _to_train_on(network, raw["train"]))
    loaded = _each(sources, lambda name, source: fit_split(network, source, raw[name], learned))
    for name, arrays in loaded.items():
        for text in arrays.notes:
            note(f"{name}: {text}")
    for other, arrays in loaded.items():
        if other != "train":
            warn(warn_of_same_rows(loaded["train"], arrays, other))
    train, validation, test = loaded["train"], loaded.get("validation"), loaded.get("test")
    if spec.data.validation_split is not None:
        train, validation = divide(train, spec.data.validation_split, spec.place)
    return Splits(
        rows(train),
        None if validation is None else rows(validation),
        None if test is None else rows(test),
        {name: arrays.fingerprint for name, arrays in loaded.items()},
        learned,
    )


def _each(sources: Mapping[Split, Located], act: Callable[[Split, Located], T]) -> dict[Split, T]:
    """What comes of each source. Raises `SpecError` with what is wrong in any of them."""
    done: dict[Split, T] = {}
    problems: list[Diagnostic] = []
    for name, source in sources.items():
        try:
            done[name] = act(name, source)
        except SpecError as error:
            problems.extend(error.diagnostics)
    if problems:
        raise SpecError(problems)
    return done


def _to_train_on(network: ShapedNetwork, raw: RawRows) -> RawRows:
    """The rows of the training source that are not split off. All of them, where that leaves none: it is told later."""
    fraction = network.spec.data.validation_split if network.spec.data is not None else None
    if fraction is None:
        return raw
    left = rows_to_train_on(raw.count, fraction)
    return raw.cut(range(left)) if left else raw


def check_batches(network: ShapedNetwork, splits: Splits) -> None:
    """Raises `SpecError` (MS422) for a split whose last batch would be short."""
    counts = {"train": splits.train, "validation": splits.validation, "test": splits.test}
    endless = all(stage.train.steps_per_epoch is not None for stage in stages(network))
    for name, part in counts.items():
        if part is not None and not (name == "train" and endless):
            check_rows(network, part.count, name)


def check_rows(network: ShapedNetwork, rows: int, what: str) -> None:
    """The same for so many rows."""
    place = network.spec.place.find(("data", what))
    problem = uneven_batch(network.network, rows, what, place)
    if problem is not None:
        raise SpecError([problem])
