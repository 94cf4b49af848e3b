"""The rows to train, validate and test on: loaded, checked against the spec, and divided."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from modelspec.data.arrays import Arrays, RowsFingerprint
from modelspec.data.dividing import Part
from modelspec.data.doubts import doubts
from modelspec.data.learned import NOTHING, Learned
from modelspec.data.load import Located, RawRows, warn_of_same_rows
from modelspec.data.network_rows import fit_split, learn_from, open_split, part, parts_of
from modelspec.data.placing import placed
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


@dataclass(frozen=True, slots=True)
class Gathered:
    """All rows of a spec as far as they can be had, and everything that is wrong or doubtful with them."""

    parts: dict[Split, RawRows]
    """The rows of each split that could be read, as its source has them."""
    chosen: dict[Split, Part]
    """The numbers of the rows of the training source that belong to a split."""
    learned: Learned
    arrays: dict[Split, Arrays]
    """The rows of each source whose values are as they should be."""
    problems: tuple[Diagnostic, ...]


def gathered(network: ShapedNetwork, most: int = 1) -> Gathered:
    """Read, divide, learn from and check the rows of a spec that has training rows; nothing is raised for what is wrong.

    At most so many examples of each kind of problem are told.
    """
    spec = network.spec
    assert spec.data is not None
    sources = {
        name: Located(source.entry, spec.place.document.folder, source.allowed)
        for name, source in spec.data.sources.items()
    }
    problems: list[Diagnostic] = []
    raw = _each(sources, lambda name, source: open_split(network, source, name, most=most), problems)
    if "train" not in raw:
        return Gathered(raw, {}, NOTHING, {}, tuple(problems))
    try:
        chosen = parts_of(network, raw["train"])
        learned = learn_from(network, sources["train"], raw["train"].part(chosen["train"]))
    except SpecError as error:
        return Gathered(raw, {}, NOTHING, {}, (*problems, *error.diagnostics))
    read = {name: sources[name] for name in raw}
    fits = _each(read, lambda name, source: fit_split(network, source, raw[name], learned, most), problems)
    problems.extend(warning for _, warnings in fits.values() for warning in warnings)
    parts = {**raw, **{name: raw["train"].part(rows) for name, rows in chosen.items()}}
    problems.extend(placed(problem, spec.place) for problem in doubts(parts))
    return Gathered(parts, chosen, learned, {name: arrays for name, (arrays, _) in fits.items()}, tuple(problems))


def load_splits(
    network: ShapedNetwork,
    note: Callable[[str], None],
    warn: Callable[[tuple[Diagnostic, ...]], None],
    gather: Callable[[], Gathered] | None = None,
) -> Splits:
    """Load and check every source of the spec; `note` hears what is worth a line of a log, `warn` doubts about the rows.

    `gather` gives the rows where they are being read already. Raises `SpecError` with what is wrong in any of them.
    """
    found = gathered(network) if gather is None else gather()
    if any(problem.severity == "error" for problem in found.problems):
        raise SpecError(found.problems)
    loaded = found.arrays
    for name, arrays in loaded.items():
        for text in arrays.notes:
            note(f"{name}: {text}")
    warn(found.problems)
    for other, arrays in loaded.items():
        if other != "train":
            warn(warn_of_same_rows(loaded["train"], arrays, other))
    whole = {**loaded, **{name: part(loaded["train"], which) for name, which in found.chosen.items()}}
    return Splits(
        rows(whole["train"]),
        rows(whole["validation"]) if "validation" in whole else None,
        rows(whole["test"]) if "test" in whole else None,
        {name: arrays.fingerprint for name, arrays in loaded.items()},
        found.learned,
    )


def _each(
    sources: Mapping[Split, Located], act: Callable[[Split, Located], T], problems: list[Diagnostic]
) -> dict[Split, T]:
    """What comes of each source; what is wrong is noted."""
    done: dict[Split, T] = {}
    for name, source in sources.items():
        try:
            done[name] = act(name, source)
        except SpecError as error:
            problems.extend(error.diagnostics)
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
