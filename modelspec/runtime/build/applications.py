"""Networks of `keras.applications`: built, with the weights that a spec asks for. Downloads only what it may."""

from __future__ import annotations

from typing import Any

import keras

from modelspec.catalogue.applications.inner import keras_name
from modelspec.catalogue.applications.model import ApplicationModel
from modelspec.diagnostics import SpecError
from modelspec.language.sections.application_models import weights_path
from modelspec.runtime.build.naming import fresh_names
from modelspec.runtime.build.objects import to_keras
from modelspec.source import Place


def build_application(entry: ApplicationModel, name: str, place: Place, *, allow_download: bool) -> Any:
    """The Keras model. Raises `SpecError` (MS615) where its weights may not or cannot be fetched or read."""
    network: Any = entry.network
    arguments = {key: to_keras(getattr(network, key)) for key in sorted(network.model_fields_set) if key != "weights"}
    make = _named_alike(type(network).__name__)
    if network.weights == "imagenet":
        model = _downloaded(make, arguments, name, place, allow_download)
    else:
        model = make(weights=None, name=name, **arguments)
        if network.weights is not None:
            _load(model, weights_path(network, place), place)
    if entry.outputs:
        model = _part(model, type(network).__name__, [layer for _, layer in entry.outputs])
    if not entry.trainable:
        model.trainable = False
    return model


def _part(model: Any, application: str, names: list[str]) -> Any:
    """The network up to some of its layers; those that begin with the network's name have the name that it has here."""
    operations = {operation.name: operation for operation in model.operations}
    own = keras_name(application)
    found = [operations.get(name) or operations[name.replace(own, model.name, 1)] for name in names]
    tensors = [operation.output for operation in found]
    return keras.Model(model.inputs, tensors if len(tensors) > 1 else tensors[0], name=model.name)


def _named_alike(application: str) -> Any:
    """Keras's function with the names inside that a fresh Keras gives: most networks leave some to its counters.

    Keras looks up what an EfficientNetV2 is made of by its own name, so it gets another only when it is there.
    """
    make = getattr(keras.applications, application)
    by_name = application.startswith("EfficientNetV2")

    def made(name: str, **arguments: Any) -> Any:
        with fresh_names():
            model = make(**arguments) if by_name else make(name=name, **arguments)
            model.name = name
            return model

    return made


def _downloaded(make: Any, arguments: dict[str, Any], name: str, place: Place, allowed: bool) -> Any:
    at = place.find(("weights",))
    if not allowed:
        message = "the ImageNet weights would have to be downloaded"
        help = "add --allow-download, or write `weights: null` for random values"
        raise SpecError([at.problem("MS615", message, help)])
    try:
        return make(weights="imagenet", name=name, **arguments)
    except Exception as error:
        if not isinstance(error, OSError) and "fetch failure" not in str(error):
            raise
        message = f"the ImageNet weights could not be downloaded: {str(error)[:200]}"
        help = "check the network, or write `weights: null`, or name a .weights.h5 file"
        raise SpecError([at.problem("MS615", message, help)]) from error


def _load(model: Any, path: str, place: Place) -> None:
    at = place.find(("weights",))
    try:
        model.load_weights(path)
    except (OSError, ValueError, KeyError) as error:
        message = f"the weights in {path} cannot be loaded: {str(error).splitlines()[0][:200]}"
        help = "give a file that `model.save_weights` wrote for the same network"
        raise SpecError([at.problem("MS615", message, help)]) from error
