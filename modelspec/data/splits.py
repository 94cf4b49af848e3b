"""The rows to train, validate and test on: loaded, checked against the spec, and divided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from modelspec.data.arrays import Arrays, RowsFingerprint
from modelspec.data.load import Located, warn_of_same_rows
from modelspec.data.network_rows import divide, load_split
from modelspec.data.rows import Rows, rows
from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.graph import ShapedNetwork
from modelspec.graph.questions.batches import uneven_batch
from modelspec.graph.questions.stages import stages
from modelspec.language.sections.sources import Split


@dataclass(frozen=True, slots=True)
class Splits:
    """The rows to train, validate and test on."""

    train: Rows
    validation: Rows | None
    test: Rows | None
    fingerprints: dict[Split, RowsFingerprint]


def load_splits(
    network: ShapedNetwork, note: Callable[[str], None], warn: Callable[[tuple[Diagnostic, ...]], None]
) -> Splits:
    """Load and check every source of the spec; `note` hears what is worth a line of a log, `warn` doubts about the rows.

    Raises `SpecError` with what is wrong in any of them.
    """
    spec = network.spec
    assert spec.data is not None
    loaded: dict[Split, Arrays] = {}
    problems: list[Diagnostic] = []
    for name, source in spec.data.sources.items():
        try:
            loaded[name] = load_split(network, Located(source.entry, spec.place.document.folder, source.allowed), name)
        except SpecError as error:
            problems.extend(error.diagnostics)
    if problems:
        raise SpecError(problems)
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
    )


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
