"""`data`: a source of rows for each split."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal

from modelspec.diagnostics import Diagnostic
from modelspec.expansion.files.paths import Reach, reach_of
from modelspec.language.fields import expect_mapping, read_number, unknown_keys
from modelspec.language.meant.legacy import LEGACY_KEYS, OF_DATA
from modelspec.language.meant.misplaced_sources import with_arguments_below, without_split
from modelspec.language.objects import Reader
from modelspec.language.spec import DataSpec, SourceSpec
from modelspec.source import Mapping, Node, Place, Scalar
from modelspec.source.words import describe, did_you_mean

if TYPE_CHECKING:
    from modelspec.language.sections.sources import Source

SPLITS: tuple[Literal["train", "validation", "test"], ...] = ("train", "validation", "test")


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
