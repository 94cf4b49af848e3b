"""`{ResNet50: {weights: null, …}}` under `models`: a network of `keras.applications`, called as a nested model is."""

from __future__ import annotations

from typing import Any

from modelspec.catalogue.application_model import ApplicationModel
from modelspec.catalogue.kinds import KINDS
from modelspec.diagnostics import Diagnostic
from modelspec.expansion.paths import reach_of
from modelspec.source import Mapping, Place, Scalar
from modelspec.source.words import guess, listing, visible
from modelspec.spec.fields import read_boolean
from modelspec.spec.objects import Reader
from modelspec.spec.spec import Use


def read_application(name: str, place: Place, reader: Reader) -> Use:
    """The application; one that was refused has no entry."""
    below = place.get(name)
    assert below is not None
    problems = reader.problems
    for key, at in place.entries():
        if key == "freeze":
            message = f"{name}: the names of its layers are Keras's and not known before it is built"
            help = "freeze all of it with `trainable: false`, or take a spec of its layers with `{spec: …}`"
            problems.append(at.problem("MS201", message, help, key=True))
        elif key not in (name, "trainable"):
            help = guess(key, (name, "trainable"), len(problems)) or "beside an application stands `trainable`"
            problems.append(at.problem("MS201", f"{name}: unknown key '{visible(key)}' beside it", help, key=True))
    named = below._replace(node=Scalar(name, below.key_span))
    if name not in KINDS["application"].classes:
        known = tuple(KINDS["application"].classes)
        help = guess(name, known, len(problems)) or f"applications are {listing(known, 40)}"
        problems.append(named.problem("MS207", f"unknown application '{visible(name)}'", help))
        return Use(name, None, below)
    network = reader.named("application", name, named, below)
    trainable_place = place.get("trainable")
    trainable = True
    if trainable_place is not None:
        trainable = read_boolean(trainable_place, f"{name}: trainable", problems) is not False
    if network is None or not _usable_weights(network.weights, below, problems):
        return Use(name, None, below)
    return Use(name, ApplicationModel(network=network, trainable=trainable), below)


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
