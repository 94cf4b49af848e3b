"""Whether layers that learn from rows were given what they would learn: nothing here teaches them.

A layer says itself what it lacks. Those of a saved model have their state.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.operation import layer_fields
from modelspec.diagnostics import Diagnostic, Span
from modelspec.graph import ShapedNetwork
from modelspec.language.spec import Use
from modelspec.source import Mapping, Place, Scalar, Sequence


def layers_have_what_they_would_learn(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """A vocabulary, bins, or a mean that is left out is learnt by Keras's `adapt`, which a training does not call.

    What works without (as Normalization does, changing nothing) is told where there are rows to train on, and nothing fills
    its weights.
    """
    spec = network.spec
    told = set()
    for use, place in _uses(network):
        for entry, at in _layers(use.entry, place):
            lack = entry.lacks()
            idle = lack is not None and lack.works_without and (spec.data is None or spec.train.init_from is not None)
            if lack is None or idle or at.span in told:
                continue
            told.add(at.span)
            message = f"{type(entry).__name__} has no {lack.what}: it learns from rows, but not by training"
            yield at.problem("MS548", message, lack.help)


def without_what_follows(problems: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """All but those of an axis whose size is unknown because a vocabulary is missing, which is reported at its layer."""
    told = tuple(problems)
    missing = [item.span for item in told if item.code == "MS548" and item.span is not None]

    def follows(problem: Diagnostic) -> bool:
        return problem.code == "MS403" and any(_holds(note.span, span) for note in problem.related for span in missing)

    return tuple(item for item in told if not follows(item)) if missing else told


def _holds(outer: Span, inner: Span) -> bool:
    """Whether one stretch of a file is in another."""
    return outer.file == inner.file and outer[1:3] <= inner[1:3] and inner[3:] <= outer[3:]


def _uses(network: ShapedNetwork) -> Iterator[tuple[Use, Place]]:
    """Every layer that the spec itself writes, once, with the place of the object."""
    resolved = network.network
    for key, use in resolved.shared.items():
        if not _saved(network, key):
            yield use, use.place
    for graph in (resolved.main, *resolved.models.values()):
        if _saved(network, graph.key):
            continue
        for vertex in graph.vertices:
            if vertex.kind == "layer" and vertex.use is not None:
                yield vertex.use, vertex.use.place


def _saved(network: ShapedNetwork, key: str) -> bool:
    """Whether a model or shared layer is part of a saved model."""
    parts = key.split("/")
    models = network.spec.models
    above = ("/".join(parts[:end]) for end in range(1, len(parts) + 1))
    return any(name in models and models[name].saved is not None for name in above)


def _layers(value: object, place: Place) -> Iterator[tuple[Layer, Place]]:
    """A layer, and those in its arguments, each with the place of its name."""
    if not isinstance(value, Layer):
        return
    name = place.only_key()
    yield value, name
    if not value.inner():
        return
    arguments = _arguments(place)
    first = next((field for field in type(value).model_fields if field not in Layer.model_fields), None)
    for field in layer_fields(type(value)):
        inner = getattr(value, field)
        alone = arguments if field == first and not isinstance(arguments.node, Mapping) else None
        at = arguments.get(field) or alone or name
        if isinstance(inner, tuple):
            items = tuple(at.items()) if isinstance(at.node, Sequence) else ()
            for item, found in zip(inner, items or (at,) * len(inner), strict=False):
                yield from _layers(item, found)
        else:
            yield from _layers(inner, at)


def _arguments(place: Place) -> Place:
    """The arguments of the object at a place, which is a step's name, `{Name: arguments}` or a name alone."""
    if isinstance(place.node, Mapping) and len(place.node.entries) == 1:
        return next(below for _, below in place.entries())
    if isinstance(place.node, Scalar) and place.path[-1:] == (place.node.value,):
        return place.document.place.find(place.path)
    return place
