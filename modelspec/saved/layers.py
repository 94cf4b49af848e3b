"""The layers of a saved model -> layers as a spec writes them; what cannot stand in a spec is noted, not thrown.

Must not know how layers are connected.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from modelspec.catalogue.kinds import find
from modelspec.catalogue.layers import LAYERS_LEFT_OUT
from modelspec.catalogue.layers.layer import Layer
from modelspec.saved.arguments import layer_arguments
from modelspec.saved.description import Part
from modelspec.saved.identity import Thing, Things
from modelspec.saved.naming import FreeNames
from modelspec.saved.problem import LeftOut

Vocabulary = Callable[[str], str | None]
"""Given the group of a lookup layer: the text of the vocabulary that it learned, or None."""


class Layers:
    """What has been translated so far of one file."""

    def __init__(self, things: Things, names: FreeNames, vocabulary: Vocabulary) -> None:
        self.things = things
        self.names = names
        self.vocabulary = vocabulary
        self.left_out: list[tuple[str, str]] = []
        """Names of layers that a spec cannot contain, and why."""
        self.groups: dict[str, str] = {}
        """Stable path of a layer -> its group in the weights."""
        for thing in things.all:
            if thing.part.inner is not None or thing.uses > 1:
                thing.name = names.give(thing.part.name)

    def layer(self, part: Part, thing: Thing) -> dict[str, Any]:
        """A layer with its arguments, `{Dense: {units: 10}}`; what cannot stand in a spec is noted."""
        try:
            return self._layer(part, thing)
        except LeftOut as left_out:
            self.left_out.append((part.name, str(left_out)))
            return {"Identity": None}

    def _layer(self, part: Part, thing: Thing) -> dict[str, Any]:
        entry = entry_of(part)
        given: dict[str, Any] = {}
        for key, items in part.wrapped.items():
            written = [self.wrapped(item, part) for item in items]
            given[key] = written if isinstance(part.config.get(key), list) else written[0]
        config = dict(part.config)
        if part.class_name in ("StringLookup", "IntegerLookup", "TextVectorization"):
            config["vocabulary"] = self.learned(config, thing.group)
        arguments = layer_arguments(entry, config, given)
        return {part.class_name: arguments or None}

    def wrapped(self, part: Part, around: Part) -> Any:
        """A layer inside of another: in place, or by its name."""
        thing = self.things.of(part)
        if thing.name is None:
            if around.class_name == "Bidirectional":  # which sets this anew in both directions
                own = {key: value for key, value in part.config.items() if key != "zero_output_for_mask"}
                part = replace(part, config=own)
            return self._layer(part, thing)
        if around.class_name not in ("TimeDistributed", "SpectralNormalization"):
            raise LeftOut(f"it shares '{part.name}', which it holds, with another layer")
        return thing.name

    def learned(self, config: dict[str, Any], group: str) -> Any:
        """The vocabulary of a lookup layer: its argument, or what `adapt` found."""
        given = config.get("vocabulary")
        text = None if given is not None else self.vocabulary(group)
        if text is None:
            return given
        if config.get("output_mode") in ("tf_idf", "tf-idf"):
            raise LeftOut("it learned weights beside its vocabulary, which a spec cannot contain")
        words = text.splitlines()
        while words and not words[-1]:
            words.pop()
        if config.get("vocabulary_dtype") != "int64":
            return words
        try:
            return [int(word) for word in words]
        except ValueError as error:
            raise LeftOut("its vocabulary has something other than whole numbers") from error


def entry_of(part: Part) -> type[Layer]:
    """The class of the catalogue. Raises `LeftOut` where there is none."""
    if part.custom is not None:
        raise LeftOut(f"{part.custom} is a class of your own")
    if part.class_name in LAYERS_LEFT_OUT:
        raise LeftOut(LAYERS_LEFT_OUT[part.class_name])
    entry = find("layer", part.class_name) if part.module == "keras.layers" else None
    if entry is None:
        raise LeftOut(f"{part.class_name} is not a layer that a spec has")
    assert issubclass(entry, Layer)
    return entry
