"""`{ResNet50: {weights: null, …}}` under `models`: a network of `keras.applications`, called as a nested model is."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from modelspec.catalogue.applications.model import ApplicationModel
from modelspec.catalogue.kinds import KINDS
from modelspec.diagnostics import Diagnostic
from modelspec.expansion.files.paths import reach_of
from modelspec.language.fields import read_boolean, read_name, read_patterns, read_text
from modelspec.language.objects import Reader
from modelspec.language.spec import Use
from modelspec.source import Mapping, Place, Scalar, Sequence
from modelspec.source.words import guess, listing, visible

BESIDE = ("trainable", "freeze", "outputs")
"""The keys that may stand beside an application's own."""


def read_application(name: str, place: Place, reader: Reader) -> Use:
    """The application; one that was refused has no entry."""
    below = place.get(name)
    assert below is not None
    problems = reader.problems
    for key, at in place.entries():
        if key not in (name, *BESIDE):
            help = guess(key, (name, *BESIDE), len(problems)) or f"allowed beside an application are {listing(BESIDE)}"
            problems.append(at.problem("MS201", f"{name}: unknown key '{visible(key)}' beside it", help, key=True))
    named = below._replace(node=Scalar(name, below.key_span))
    if name not in KINDS["application"].classes:
        known = tuple(KINDS["application"].classes)
        help = _meant(name, known) or guess(name, known, len(problems)) or f"applications are {listing(known, 40)}"
        problems.append(named.problem("MS207", f"unknown application '{visible(name)}'", help))
        return Use(name, None, below)
    network = reader.named("application", name, named, below)
    trainable_place = place.get("trainable")
    trainable = True
    if trainable_place is not None:
        trainable = read_boolean(trainable_place, f"{name}: trainable", problems) is not False
    if network is None or not _usable_weights(network.weights, below, problems):
        return Use(name, None, below)
    outputs = _outputs(place.get("outputs"), network, problems)
    if outputs is None:
        return Use(name, None, below)
    freeze = read_patterns(place.get("freeze"), f"{name}: freeze", problems)
    entry = ApplicationModel(network=network, trainable=trainable, outputs=outputs, freeze=freeze)
    return Use(name, entry, below)


def _meant(name: str, known: Collection[str]) -> str | None:
    from modelspec.language.meant.other_networks import networks_meant  # few specs name a network that is not there

    meant = networks_meant(name, known)
    if not meant:
        return None
    return f"write `{meant[0]}`" if len(meant) == 1 else f"this family has {listing(meant, 20)}"


def _outputs(place: Place | None, network: Any, problems: list[Diagnostic]) -> tuple[tuple[str, str], ...] | None:
    """Inner tensors by what they are called: a name of Keras's, a list, or a mapping to them; None if one was refused."""
    if place is None:
        return ()
    from modelspec.catalogue.applications.inner import inner_layers

    name, told = type(network).__name__, len(problems)
    layers = inner_layers(network)
    places = place.items() if isinstance(place.node, Sequence) else (place,)
    pairs = place.entries() if isinstance(place.node, Mapping) else ((None, item) for item in places)
    found: dict[str, str] = {}
    for given, item in pairs:
        inner = read_text(item, f"{name}: outputs", problems)
        called = (
            None if inner is None else read_name(given or inner, item, "an output", problems, key=given is not None)
        )
        if inner is None or called is None:
            continue
        if inner not in layers:
            help = guess(inner, layers, len(problems)) or f"its last layers are {listing(list(layers)[-8:])}"
            problems.append(item.problem("MS304", f"{name} has no layer '{visible(inner)}'", help))
        elif called in found:
            problems.append(item.problem("MS305", f"{name}: '{called}' is named twice", "remove one of the two"))
        found[called] = inner
    if not found and len(problems) == told:
        problems.append(place.problem("MS203", f"{name}: `outputs` is empty", "name a layer, or leave `outputs` out"))
    return tuple(found.items()) if len(problems) == told else None


def _usable_weights(weights: str | None, place: Place, problems: list[Diagnostic]) -> bool:
    """Whether `weights` is nothing, `imagenet`, or a file of weights below the spec's folder."""
    if weights in (None, "imagenet"):
        return True
    at = place.get("weights") if isinstance(place.node, Mapping) else None
    at = at or place
    found = reach_of(at).problem(str(weights))
    if found is not None:
        problems.append(at.problem(found.code, f"weights: {found.message}", found.help))
    elif not str(weights).endswith(".weights.h5"):
        message = f"weights: '{visible(str(weights))}' is neither null, nor imagenet, nor a .weights.h5 file"
        problems.append(at.problem("MS205", message, "write such a file with `model.save_weights`"))
    return found is None and str(weights).endswith(".weights.h5")


def weights_path(network: Any, place: Place) -> str:
    """The file of weights that an application names, from the working folder."""
    at = place.get("weights") if isinstance(place.node, Mapping) else None
    return reach_of(at or place).path(network.weights)
