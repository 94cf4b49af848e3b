"""The rows to train, validate and test on: loaded, checked against the spec, and divided."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from modelspec.data.arrays import RowsFingerprint
from modelspec.data.learned import NOTHING, Learned
from modelspec.data.load import Located, warn_of_same_rows
from modelspec.data.network_rows import fit_split, learn_from, open_split, part, parts_of
from modelspec.data.rows import Rows, rows
from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.graph import ShapedNetwork
from modelspec.graph.questions.batches import uneven_batch
from modelspec.graph.questions.stages import stages
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
    parts = parts_of(network, raw["train"])
    learned = learn_from(network, sources["train"], raw["train"].part(parts["train"]))
    loaded = _each(sources, lambda name, source: fit_split(network, source, raw[name], learned))
    for name, arrays in loaded.items():
        for text in arrays.notes:
            note(f"{name}: {text}")
    for other, arrays in loaded.items():
        if other != "train":
            warn(warn_of_same_rows(loaded["train"], arrays, other))
    whole = {**loaded, **{name: part(loaded["train"], which) for name, which in parts.items()}}
    return Splits(
        rows(whole["train"]),
        rows(whole["validation"]) if "validation" in whole else None,
        rows(whole["test"]) if "test" in whole else None,
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


def check_batches(network: ShapedNetwork, splits: Splits) -> None:
    """Raises `SpecError` (MS422) for a split whose last batch would be short."""
    counts = {"train": splits.train, "validation": splits.validation, "test": splits.test}
    endless = all(stage.train.steps_per_epoch is not None for stage in stages(network))
    for name, found in counts.items():
        if found is not None and not (name == "train" and endless):
            check_rows(network, found.count, name)


def check_rows(network: ShapedNetwork, rows: int, what: str) -> None:
    """The same for so many rows."""
    place = network.spec.place.find(("data", what))
    problem = uneven_batch(network.network, rows, what, place)
    if problem is not None:
        raise SpecError([problem])
