"""`{saved: path}` under `models`: a saved model, or a part of one, as a nested model with trained weights.

The file is read without Keras; the weights themselves are loaded when the model is built. Must not know shapes: cutting
between tensors needs them, so how to cut is told by the pipeline.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from modelspec.diagnostics import Diagnostic
from modelspec.expansion.files.imports import nested_model
from modelspec.expansion.files.paths import BadPath, path_of
from modelspec.language.objects import Reader
from modelspec.saved import SavedModel, read_saved
from modelspec.source import Document, Mapping, Node, Place, Scalar, Sequence
from modelspec.source.nodes import Item
from modelspec.source.words import describe, guess, listing, visible

SAVED_KEYS = ("saved", "layer", "inputs", "outputs", "trainable", "freeze")

References = tuple[tuple[str, str, Place], ...]
"""Tensors: what each is called in the part, what it is called in the saved model, and where the spec says so."""
Cut = Callable[[Document, References | None, References | None], tuple[Mapping | None, tuple[Diagnostic, ...]]]
"""The part of a whole document between tensors."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SavedPart:
    """Where the trained weights of a nested model are. `inner` is its path in the saved model, "" for the whole of it.

    `around` are the shared layers and models that it sees from outside itself there.
    """

    saved: SavedModel
    inner: str
    around: frozenset[str]
    place: Place

    def saved_path(self, path: str) -> str:
        """The path in the saved model of a layer, by its path below the nested model."""
        first = path.split("/", 1)[0]
        return path if not self.inner or first in self.around else f"{self.inner}/{path}"


def read_saved_part(place: Place, reader: Reader, cut: Cut | None) -> tuple[Place, SavedPart] | None:
    """The nested model as a mapping of inputs, layers and outputs, and its weights; None and problems if it is refused."""
    problems = reader.problems
    written = place.get("saved")
    assert written is not None
    for key, at in place.entries():
        if key not in SAVED_KEYS:
            help = guess(key, SAVED_KEYS, len(problems)) or f"allowed beside `saved` are {listing(SAVED_KEYS[1:])}"
            problems.append(at.problem("MS201", f"a saved model: unknown key '{visible(key)}'", help, key=True))
    try:
        path = path_of(written, "saved")
    except BadPath as error:
        problems.append(written.problem("MS153", error.message, error.help))
        return None
    saved, found = read_saved(path, written)
    problems.extend(found)
    if saved is None:
        return None
    model = saved.document._replace(root=nested_model(saved.document.place)).place
    part = SavedPart(saved, "", frozenset(), written)
    layer = place.get("layer")
    if layer is not None:
        chosen = _inner(model, layer, saved, problems)
        if chosen is None:
            return None
        model, part = chosen[0], SavedPart(saved, chosen[1], chosen[2], written)
    of_keras = isinstance(model.node, Mapping) and "layers" not in model.node.entries
    begins = place.get("inputs")
    if of_keras and begins is not None:
        message = "a network of `keras.applications` always starts from its images"
        problems.append(begins.problem("MS201", message, "leave `inputs` out", key=True))
        return None
    node = model.node if of_keras else _between(model, place, saved, problems, cut)
    if not isinstance(node, Mapping):
        return None
    beside = ("trainable", "freeze", *(("outputs",) if of_keras else ()))
    kept = {key: item for key, item in _entries(place.node).items() if key in beside}
    if "trainable" not in kept and layer is None and not saved.trainable:
        kept["trainable"] = Item(written.span, Scalar(False, written.span))
    return place._replace(node=node._replace(entries={**node.entries, **kept})), part


def _entries(node: Node) -> dict[str, Item]:
    return node.entries if isinstance(node, Mapping) else {}


def _inner(
    model: Place, layer: Place, saved: SavedModel, problems: list[Diagnostic]
) -> tuple[Place, str, frozenset[str]] | None:
    """A model inside a saved one, with what it sees around it; its path; and the names of what is around it."""
    text = layer.node.value if isinstance(layer.node, Scalar) else None
    if not isinstance(text, str):
        problems.append(layer.problem("MS203", f"layer: expected the name of a layer; received {describe(layer.node)}"))
        return None
    around: dict[str, Item] = {}
    path: list[str] = []
    for name in (saved.names.get(text, text)).split("/"):
        models, shared = model.get("models"), model.get("shared")
        known = [found for found, _ in models.entries()] if models is not None else []
        inner = None if models is None else models.get(name)
        if inner is None:
            problems.append(_not_inner(layer, name, known, model))
            return None
        for key, item in (("shared", shared), ("models", models)):
            around.update(
                {f"{key}/{found}": Item(at.key_span, at.node) for found, at in item.entries()} if item else {}
            )
        path.append(name)
        model = model._replace(node=inner.node)
    own = {found for key in ("shared", "models") for found in _entries(_value(model.node, key))}
    around = _needed(around, model.node)
    entries = dict(_entries(model.node))
    for key in ("shared", "models"):
        outer = {name.split("/", 1)[1]: item for name, item in around.items() if name.startswith(f"{key}/")}
        merged = {
            **{name: item for name, item in outer.items() if name not in own},
            **_entries(_value(model.node, key)),
        }
        merged.pop(path[-1], None)
        if merged:
            entries[key] = Item(layer.span, Mapping(merged, layer.span))
    names = frozenset(name.split("/", 1)[1] for name in around) - own
    return model._replace(node=Mapping(entries, layer.span)), "/".join(path), names


def _needed(around: dict[str, Item], node: Node) -> dict[str, Item]:
    """What stands around a model and is called in it, or in what is called there."""
    needed: dict[str, Item] = {}
    texts = set(_texts(node))
    while found := {key: item for key, item in around.items() if key not in needed and key.split("/", 1)[1] in texts}:
        needed.update(found)
        texts.update(text for item in found.values() for text in _texts(item.value))
    return {key: item for key, item in around.items() if key in needed}


def _texts(node: Node) -> Iterator[str]:
    if isinstance(node, Scalar):
        if isinstance(node.value, str):
            yield node.value
        return
    below = node.items if isinstance(node, Sequence) else [item.value for item in node.entries.values()]
    for value in below:
        yield from _texts(value)


def _value(node: Node, key: str) -> Node:
    item = _entries(node).get(key)
    return Mapping({}, node.span) if item is None else item.value


def _not_inner(layer: Place, name: str, known: list[str], model: Place) -> Diagnostic:
    steps = model.get("layers")
    named = [step.get("name") for step in steps.items()] if steps is not None else []
    texts = {place.node.value for place in named if place is not None and isinstance(place.node, Scalar)}
    if name in texts or name in _entries(_value(model.node, "shared")):
        message = f"'{visible(name)}' is a layer of the saved model, not a model inside it"
        return layer.problem("MS634", message, "cut it out by its tensors: `inputs: […]` and `outputs: […]`")
    help = guess(name, known, 0) or (
        f"the models inside it are {listing(known)}" if known else "it has no models inside it"
    )
    return layer.problem("MS634", f"the saved model has no inner model '{visible(name)}'", help)


def _between(
    model: Place, place: Place, saved: SavedModel, problems: list[Diagnostic], cut: Cut | None
) -> Mapping | None:
    """The model between the tensors that `inputs` and `outputs` name; all of it where there are neither."""
    told = len(problems)
    inputs = _references(place.get("inputs"), "inputs", saved, problems)
    outputs = _references(place.get("outputs"), "outputs", saved, problems)
    if len(problems) > told or not isinstance(model.node, Mapping):
        return None
    if (inputs is None and outputs is None) or cut is None:
        return model.node
    whole = {"modelspec": Item(place.span, Scalar(1, place.span)), **model.node.entries}
    found, more = cut(model.document._replace(root=Mapping(whole, model.span)), inputs, outputs)
    problems.extend(more)
    return found


def _references(place: Place | None, what: str, saved: SavedModel, problems: list[Diagnostic]) -> References | None:
    """A name, a list of names, or new names for them."""
    if place is None:
        return None
    pairs: list[tuple[str | None, Place]]
    if isinstance(place.node, Mapping):
        pairs = list(place.entries())
    else:
        pairs = [(None, item) for item in (place.items() if isinstance(place.node, Sequence) else (place,))]
    found = []
    for name, item in pairs:
        text = item.node.value if isinstance(item.node, Scalar) else None
        if not isinstance(text, str):
            message = f"{what}: expected the name of a tensor of the saved model; received {describe(item.node)}"
            problems.append(item.problem("MS203", message, f"write for example `{what}: [encoded]`"))
            continue
        base, dot, rest = text.partition(".")
        meant = (
            text if text in saved.names.values() else saved.names.get(text, saved.names.get(base, base) + dot + rest)
        )
        found.append((name or meant.replace(".", "_").replace("@", "_"), meant, item))
    if not pairs:
        problems.append(place.problem("MS203", f"{what}: expected names of tensors; received {describe(place.node)}"))
    return tuple(found)
