"""`data`: a source of rows for each split."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from modelspec.expansion.files.paths import Reach, reach_of
from modelspec.language.fields import expect_mapping, unknown_keys
from modelspec.language.meant.legacy import LEGACY_KEYS, OF_DATA
from modelspec.language.meant.misplaced_sources import with_arguments_below, without_split
from modelspec.language.sections.parts import Cut, PartSpec
from modelspec.language.sections.patterns import fixed_part
from modelspec.language.settings import Kind, read_settings, read_values, schema_of, setting, settings_of
from modelspec.source import Mapping, Node, Place, Scalar
from modelspec.source.nodes import Item
from modelspec.source.words import describe, did_you_mean

if TYPE_CHECKING:
    from modelspec.diagnostics import Diagnostic
    from modelspec.language.objects import Reader
    from modelspec.language.sections.sources import Source

Split = Literal["train", "validation", "test"]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SourceSpec:
    """One data source: a kind such as `csv`, and its arguments. Its path starts from the spec's folder."""

    kind: str
    entry: Source
    place: Place
    allowed: tuple[str, ...] = ()
    """What the path may lead to: folders, and files that the command line names."""


class _Source(Kind):
    """One kind of source, and its arguments."""

    def read(self, place: Place, label: str, reader: Reader) -> SourceSpec | None:
        """The source."""
        return _source(place, label, reader)

    def schema(self) -> dict[str, Any]:
        """Any source."""
        return {"$ref": "#/$defs/source"}

    def written(self, value: SourceSpec) -> dict[str, Any]:
        """The source with the arguments that it was given."""
        return {value.kind: value.entry.model_dump(mode="json", exclude_unset=True)}


class _SourceOrPart(Kind):
    """A source, or a part of the training rows: `{split: 0.1}`."""

    def read(self, place: Place, label: str, reader: Reader) -> SourceSpec | PartSpec | None:
        """What it is; a mapping with `split` is a part."""
        if place.get("split") is None:
            return _source(place, label, reader)
        from modelspec.language.sections.sources import SOURCES  # many specs have no data, and these take time to make

        both = "`split` alone: it cannot be combined with a source of its own"
        old = {**LEGACY_KEYS, **dict.fromkeys(SOURCES, both)}
        read = read_settings(PartSpec, place, label, reader, old=old)
        return None if read.refused else PartSpec(**read.values)

    def schema(self) -> dict[str, Any]:
        """Any source, or a part."""
        return {"anyOf": [{"$ref": "#/$defs/source"}, schema_of(PartSpec)]}

    def written(self, value: SourceSpec | PartSpec) -> Any:
        """As its kind is."""
        return _Source().written(value) if isinstance(value, SourceSpec) else value


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class DataSpec:
    """The rows of each split."""

    place: Place
    train: SourceSpec | None = setting(_Source(), "The rows to train on.", None)
    validation: SourceSpec | PartSpec | None = setting(
        _SourceOrPart(),
        "The rows on which epochs are compared: a source, or `{split: 0.1}` of the training rows.",
        None,
    )
    test: SourceSpec | PartSpec | None = setting(
        _SourceOrPart(),
        "The rows on which the best weights are evaluated at the end: a source, or a part of the training rows.",
        None,
    )

    @property
    def sources(self) -> dict[Split, SourceSpec]:
        """The splits that have rows of their own."""
        splits: dict[Split, Any] = {"train": self.train, "validation": self.validation, "test": self.test}
        return {split: source for split, source in splits.items() if isinstance(source, SourceSpec)}

    @property
    def cuts(self) -> dict[Split, Cut]:
        """The splits that are parts of the training rows."""
        splits: dict[Split, Any] = {"validation": self.validation, "test": self.test}
        return {split: part.split for split, part in splits.items() if isinstance(part, PartSpec)}

    @property
    def splits(self) -> frozenset[Split]:
        """All that have rows, of their own or of the training's."""
        return frozenset({*self.sources, *self.cuts})


def read_data(place: Place | None, reader: Reader) -> DataSpec | None:
    """`data`: a source for each split."""
    if place is None:
        return None
    example = f"data: {_meant('data.train', place.node, bare=True) or '{train: {csv: train.csv}}'}"
    if not expect_mapping(place, "data", reader.problems, example):
        return None
    known = settings_of(DataSpec)
    alone = without_split(place, known, reader.problems)
    if alone is None:
        unknown_keys(place, "data", known, reader.problems, OF_DATA)
    values = read_values(known, place, "data", reader).values
    if alone is not None:
        values["train"] = _source(alone, "data.train", reader)
    part = next((split for split in ("validation", "test") if isinstance(values.get(split), PartSpec)), None)
    if part is not None and alone is None and place.get("train") is None:
        message, help = (
            f"data: `{part}: {{split}}` needs `train`",
            f"add `train:`, or give `{part}` a source of its own",
        )
        reader.problems.append(place.problem("MS202", message, help, key=True))
    return DataSpec(place, **values)


def _source(place: Place, what: str, reader: Reader) -> SourceSpec | None:
    from modelspec.language.sections.sources import SOURCES  # many specs have no data, and these take time to make

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
    entry = reader.entry(SOURCES[kind], named, _with_first_argument(below, SOURCES[kind]))
    return None if entry is None else _within_reach(entry, kind, below, problems)


def _with_first_argument(below: Place, entry: type[Source]) -> Place:
    """The arguments, with the key of the first one, which need not be written where it is a mapping of names."""
    node, first = below.node, entry.first_argument()
    if not entry.named_values or not isinstance(node, Mapping):
        return below
    item = node.entries.get(first)
    if item is not None and isinstance(item.value, Mapping):
        return below
    return below._replace(node=Mapping({first: Item(node.span, node)}, node.span))


def _within_reach(entry: Source, kind: str, below: Place, problems: list[Diagnostic]) -> SourceSpec | None:
    """The source with its paths from the spec's folder; None, and why, where one leads to where the spec may not read."""
    at = _with_first_argument(below, type(entry)).find((entry.path_argument,))
    places = [named for _, named in at.entries()] or list(at.items()) or [at]
    found: list[str] = []
    allowed: dict[str, None] = {}
    for place, path in zip(places, entry.paths, strict=False):
        reach = reach_of(place)
        bad = reach.problem(path)
        if bad is not None:
            problems.append(place.problem(bad.code, bad.message, bad.help))
            return None
        found.append(_from_the_spec(path, reach, below))
        allowed.update(dict.fromkeys(reach.named(fixed_part(path))))
    if tuple(found) != entry.paths:
        entry = entry.moved(tuple(found))
    return SourceSpec(kind, entry, below, tuple(allowed))


def _meant(what: str, node: Node, bare: bool = False) -> str | None:
    """What is meant by a fraction where a source stands, or by the path of a file alone; `bare` without other words."""
    split = what.rpartition(".")[2]
    below = node.entries.get("split") if isinstance(node, Mapping) else None
    at = node if below is None else below.value
    value = at.value if isinstance(at, Scalar) else None
    if isinstance(value, int | float) and not isinstance(value, bool) and (below is not None or value < 1):
        fraction = f"{value}" if 0 < value < 1 else "0.1"
        if split != "train":
            return f"write `{split}: {{split: {fraction}}}`: that fraction of the training rows"
        only = f"validation and test rows are taken out of these: `validation: {{split: {fraction}}}`"
        return f"{only}; give `train` a source: `train: {{csv: train.csv}}`"
    if isinstance(value, str) and below is None:
        kind = _kind_by_ending(value)
        named = "dataset" if value in ("digits", "digit_pairs", "mnist") else kind
        right = f"{split}: {{{named}: {value}}}"
        return None if named is None else f"{{{right}}}" if bare else f"write `{right}`"
    return None


def _kind_by_ending(path: str) -> str | None:
    from modelspec.language.sections.sources import SOURCES

    return next((kind for kind, entry in SOURCES.items() if path.endswith(entry.endings)), None)


def _from_the_spec(path: str, reach: Reach, below: Place) -> str:
    """The path from the spec's folder, where it is written in a base or setting that starts elsewhere."""
    folder = below.document.folder
    if os.path.isabs(path) or os.path.normpath(reach.folder) == os.path.normpath(folder):
        return path
    return os.path.relpath(reach.path(path), folder)
