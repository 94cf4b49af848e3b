"""Which of the layers that a saved model describes are one and the same, and where their weights are in the file.

A layer that is used in several places is described in each of them. Keras marks the second description with the number
of the object; the first carries the mark only where it was not finished yet. Keras's own loading overlooks the others,
and makes two layers of one. Must not know what any layer does.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from modelspec.saved.description import Composition, Part
from modelspec.saved.problem import SavedProblem


@dataclass(slots=True, eq=False)
class Thing:
    """One layer or model of the file: its first description, where it is kept, how often it is used."""

    part: Part
    group: str
    """The group of its weights in `model.weights.h5`, and below `assets/`: `layers/functional/layers/dense`."""
    uses: int = 0
    marked: bool = False
    name: str | None = None
    """Its name in the whole spec, if it is shared or a model."""


PYTHON_NAMES: dict[str, str] = {"GroupQueryAttention": "GroupedQueryAttention"}
"""Keras's classes whose public name is another than the one that their weights go by."""


class Things:
    """The layers and models of a file by their descriptions."""

    def __init__(self, model: Composition, what: str) -> None:
        self.what = what
        self.all: list[Thing] = []
        self._of: dict[int, Thing] = {}
        self._by_mark: dict[int, Thing] = {}
        self._places: dict[int, list[tuple[Part, tuple[int, ...]]]] = {}
        self._note(model, ())
        self._walk(model, "")

    def of(self, part: Part) -> Thing:
        """What a description is of."""
        return self._of[id(part)]

    def _note(self, model: Composition, around: tuple[int, ...]) -> None:
        """Note each mark with the models around it; 0 stands for a layer that holds others."""
        for part in model.parts:
            self._note_part(part, (*around, id(model)))

    def _note_part(self, part: Part, around: tuple[int, ...]) -> None:
        if part.kind in ("layer", "model") and part.shared_id is not None:
            self._places.setdefault(part.shared_id, []).append((part, around))
        if part.inner is not None:
            self._note(part.inner, around)
        for item in _wrapped(part):
            self._note_part(item, (*around, 0))

    def _walk(self, model: Composition, group: str) -> None:
        counts: Counter[str] = Counter()
        for part in model.parts:
            if part.kind == "input" or part.kind == "op":
                continue
            class_name = PYTHON_NAMES.get(part.class_name, part.class_name)
            below = "/".join(item for item in (group, "layers", numbered(class_name, counts)) if item)
            self._meet(part, below, len(part.calls))

    def _meet(self, part: Part, group: str, uses: int) -> None:
        known = self._find(part)
        if known is not None:
            known.uses += uses
            self._same(part, known.part)
            return
        thing = Thing(part, group, uses, part.shared_id is not None)
        self._of[id(part)] = thing
        self.all.append(thing)
        if part.shared_id is not None:
            self._by_mark[part.shared_id] = thing
        if part.inner is not None:
            self._walk(part.inner, group)
        for key, items in part.wrapped.items():
            counts: Counter[str] = Counter()
            for item in items:
                several = key in ("cells", "layers")
                below = f"{group}/{key}/{numbered(item.class_name, counts)}" if several else f"{group}/{key}"
                self._meet(item, below, 1)

    def _find(self, part: Part) -> Thing | None:
        """The layer that was described before, if this is one."""
        if part.shared_id is None:
            return None
        if part.shared_id in self._by_mark:
            return self._by_mark[part.shared_id]
        candidates = [
            thing
            for thing in self.all
            if not thing.marked
            and thing.part.name == part.name
            and thing.part.class_name == part.class_name
            and _canonical(thing.part.config) == _canonical(part.config)
        ]
        if not candidates:
            return None
        if len(candidates) > 1 or self._may_be_first(part):
            message = f"{self.what}: '{part.name}' is used in several models, and several layers have that name"
            raise SavedProblem("MS627", message, "give each layer of the model its own name and save it again")
        return candidates[0]

    def _may_be_first(self, part: Part) -> bool:
        """Whether the mark may be there because of a later description, inside of the model that holds this one."""
        assert part.shared_id is not None
        places = self._places[part.shared_id]
        own = next(around for other, around in places if other is part)
        return own[-1] != 0 and any(other is not part and own[-1] in around for other, around in places)

    def _same(self, part: Part, first: Part) -> None:
        """Two descriptions of one thing: what they hold is the same, too."""
        thing = self._of[id(first)]
        self._of[id(part)] = thing
        if part.shared_id is not None:
            self._by_mark[part.shared_id] = thing
            thing.marked = True
        pairs: list[tuple[Part, Part]] = []
        if part.inner is not None and first.inner is not None:
            pairs += zip(part.inner.parts, first.inner.parts, strict=False)
        for key, items in part.wrapped.items():
            pairs += zip(items, first.wrapped.get(key, ()), strict=False)
        for one, other in pairs:
            if other.kind in ("layer", "model") and one.kind == other.kind:
                self._same(one, self._of[id(other)].part)


def _wrapped(part: Part) -> Iterator[Part]:
    for items in part.wrapped.values():
        yield from items


def numbered(class_name: str, counts: Counter[str]) -> str:
    """The name that Keras gives the weights of a layer among its neighbours: `dense`, `dense_1`."""
    name = snake_case(class_name)
    counts[name] += 1
    return name if counts[name] == 1 else f"{name}_{counts[name] - 1}"


def snake_case(name: str) -> str:
    """Keras's rule for the names it makes of classes: `Conv2D` is `conv2d`."""
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def _canonical(config: Any) -> str:
    return json.dumps(_unmarked(config), sort_keys=True)


def _unmarked(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _unmarked(item) for key, item in value.items() if key != "shared_object_id"}
    return [_unmarked(item) for item in value] if isinstance(value, list) else value
