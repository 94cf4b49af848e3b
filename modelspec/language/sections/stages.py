"""`train.stages`: parts of one training, one after another, each written over the settings of `train`.

Must not know what the settings mean: `read` reads those of a stage as it does those of `train`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from modelspec.diagnostics import Diagnostic
from modelspec.expansion.files.bases import merge
from modelspec.language.fields import expect_mapping, unknown_keys
from modelspec.language.sections.training import MOST_STAGES, TrainSpec
from modelspec.language.settings import settings_of
from modelspec.language.settings.values import Name
from modelspec.language.short_forms import first_argument_at
from modelspec.source import Mapping, Place, Sequence
from modelspec.source.words import describe

if TYPE_CHECKING:
    from modelspec.language.objects import Reader

_EXAMPLE = "stages: [{freeze: body, epochs: 3}, {freeze: [], optimizer: {Adam: 1e-5}}]"


def read_stages(
    place: Place,
    train: Place,
    read: Callable[[Place], TrainSpec],
    reader: Reader,
    old: dict[str, str],
) -> tuple[TrainSpec, ...]:
    """The stages at `place`; what the reader knows to be wrong with `train` itself is not told again for each stage.

    `old` are older names of keys.
    """
    problems = reader.problems
    if not isinstance(place.node, Sequence) or not place.node.items or len(place.node.items) > MOST_STAGES:
        received = describe(place.node)
        if isinstance(place.node, Sequence) and place.node.items:
            received = f"{len(place.node.items)} stages, at most {MOST_STAGES} are allowed"
        message = f"train.stages: expected a list of stages; received {received}"
        problems.append(place.problem("MS203", message, f"write for example `{_EXAMPLE}`"))
        return ()
    own, whole = settings_of(TrainSpec, "stage"), settings_of(TrainSpec, "train")
    found: list[TrainSpec] = []
    names: dict[str, Place] = {}
    for number, item in enumerate(place.items(), start=1):
        what = f"stage {number}"
        if not expect_mapping(item, what, problems, "{freeze: [], epochs: 3}"):
            continue
        name = _name(item, what, names, reader)
        of_all = {key: below for key, below in item.entries() if key in whole and key not in own}
        unknown_keys(item, what, (*own, *of_all), problems, old)
        for key, below in of_all.items():
            message = f"{what}: `{key}` is the same in all stages of a training"
            problems.append(below.problem("MS214", message, f"write `{key}` under `train`, beside `stages`", key=True))
        told = len(problems)
        stage = read(_over(train, item, of_all))
        new = [written_at(problem, train) for problem in problems[told:]]
        problems[told:] = [problem for problem in new if problem not in problems[:told]]
        found.append(replace(stage, name=name, after=sum(earlier.epochs for earlier in found)))
    return tuple(found)


def _name(item: Place, what: str, names: dict[str, Place], reader: Reader) -> str | None:
    place = item.get("name")
    name = None if place is None else Name().read(place, f"{what}: name", reader)
    if place is None or name is None:
        return None
    if name in names:
        message, help = f"{what}: the name '{name}' is taken by an earlier stage", "give each stage a name of its own"
        reader.problems.append(place.problem("MS305", message, help))
    else:
        names[name] = place
    return name


def _over(train: Place, item: Place, left: Iterable[str]) -> Place:
    """The stage with all that it does not say itself, which `train` says."""
    assert isinstance(train.node, Mapping)
    assert isinstance(item.node, Mapping)
    base = _without(train.node, ("stages",))
    return item._replace(node=merge(base, _without(item.node, ("name", *left)), first_argument_at, ("train",)))


def _without(node: Mapping, keys: Iterable[str]) -> Mapping:
    return node._replace(entries={key: item for key, item in node.entries.items() if key not in keys})


def written_at(problem: Diagnostic, train: Place) -> Diagnostic:
    """A problem of a stage with the path at which its place is written: below the stage, or below `train` itself."""
    prefix = (*train.path, "stages")
    size = len(prefix) + 1
    if problem.path[: len(prefix)] != prefix or train.find(problem.path[len(train.path) :]).path == problem.path:
        return problem
    return replace(problem, path=(*train.path, *problem.path[size:]))


def told_once(problems: Iterable[Diagnostic], train: Place) -> Iterator[Diagnostic]:
    """What several stages have in common, once: with the path at which it is written."""
    yield from dict.fromkeys(written_at(problem, train) for problem in problems)
