"""A described Keras model -> the language: `inputs`, `shared`, `models`, `layers` and `outputs` as plain values.

A layer that is called more than once, or from several models, becomes `shared`; an inner model one of `models`; `x[...]`
and the like become `ops`. What Keras only computes to pass masks on is kept where a layer is called with it. The switch
`training` of a call is not: fit, evaluate and predict give each layer their own.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from modelspec.saved.description import Composition
from modelspec.saved.graph import SavedGraph
from modelspec.saved.identity import Things
from modelspec.saved.layers import Layers, Vocabulary
from modelspec.saved.naming import FreeNames
from modelspec.saved.problem import SavedProblem


@dataclass(frozen=True, slots=True)
class Translation:
    """The model in the language, and where each of its layers keeps its weights."""

    values: dict[str, Any]
    groups: dict[str, str]
    """Stable path of a layer (`encoder`, `vision/conv`) -> its group in `model.weights.h5`."""
    names: dict[str, str]
    """Keras's name of a layer of the outermost model -> the reference to it, where the two differ."""


def translate(model: Composition, what: str, taken: Collection[str], vocabulary: Vocabulary) -> Translation:
    """The model in the language. Raises `SavedProblem` where a spec cannot contain it.

    `taken` are names that shared layers and models must not have; `what` names the file in messages.
    """
    state = Layers(Things(model, what), FreeNames(taken), vocabulary)
    main = SavedGraph(state, model, "")
    values = _whole(state, main)
    if state.left_out:
        name, why = state.left_out[0]
        more = f"; nor can {len(state.left_out) - 1} others" if len(state.left_out) > 1 else ""
        message = f"{what}: '{name}' cannot be in a spec: {why}{more}"
        raise SavedProblem("MS625", message, "take the part of the model without it, or load the model with Keras")
    return Translation(values, state.groups, main.renamed())


def _whole(state: Layers, main: SavedGraph) -> dict[str, Any]:
    """The whole spec."""
    shared: dict[str, Any] = {}
    models: dict[str, Any] = {}
    for thing in state.things.all:
        if thing.name is not None and thing.part.inner is not None:
            models[thing.name] = SavedGraph(state, thing.part.inner, thing.name).values()
        elif thing.name is not None:
            shared[thing.name] = state.layer(thing.part, thing)
            state.groups[thing.name] = thing.group
    values = main.values()
    made = {"modelspec": 1, "name": FreeNames().give(main.model.name), "inputs": values["inputs"]}
    if shared:
        made["shared"] = shared
    if models:
        made["models"] = models
    return {**made, "layers": values["layers"], "outputs": values["outputs"]}
