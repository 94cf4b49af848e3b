"""The rows to train, validate and test on: loaded, held against the spec, and divided."""

from __future__ import annotations

from dataclasses import dataclass

from modelspec.data.arrays import Arrays, Fingerprint
from modelspec.data.load import warn_of_same_rows
from modelspec.data.tables import Rows, divide, load_split, rows
from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.graph import ShapedNetwork
from modelspec.language.sections.sources import Split
from modelspec.runs.reporting import TrainReporter


@dataclass(frozen=True, slots=True)
class Splits:
    """The rows to train, validate and test on."""

    train: Rows
    validation: Rows | None
    test: Rows | None
    fingerprints: dict[Split, Fingerprint]


def load_splits(network: ShapedNetwork, reporter: TrainReporter) -> Splits:
    """Load and check every source of the spec. Raises `SpecError` with what is wrong in any of them."""
    spec = network.network.spec
    assert spec.data is not None
    loaded: dict[Split, Arrays] = {}
    problems: list[Diagnostic] = []
    for name, source in spec.data.sources.items():
        try:
            loaded[name] = load_split(network, source.entry, name, root_of(network), allowed=source.allowed)
        except SpecError as error:
            problems.extend(error.diagnostics)
    if problems:
        raise SpecError(problems)
    for name, arrays in loaded.items():
        for text in arrays.notes:
            reporter.note(f"{name}: {text}")
    for other, arrays in loaded.items():
        if other != "train":
            reporter.warn(warn_of_same_rows(loaded["train"], arrays, other))
    train, validation, test = loaded["train"], loaded.get("validation"), loaded.get("test")
    if spec.data.validation_split is not None:
        train, validation = divide(train, spec.data.validation_split, spec.place)
    return Splits(
        rows(train),
        None if validation is None else rows(validation),
        None if test is None else rows(test),
        {name: arrays.fingerprint for name, arrays in loaded.items()},
    )


def root_of(network: ShapedNetwork) -> str:
    """The folder that a spec's paths are relative to."""
    return network.network.spec.place.document.folder
