"""Weights by stable paths: `vision/conv2d/kernel`, whatever order Keras holds them in, shared ones once.

The spec is the source of truth for the model; a weights file holds numbers only (safetensors, no code).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import keras
import numpy as np

from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.files.reading import read_bytes
from modelspec.files.writing import write_parts
from modelspec.runs.checkpoints.arrays import about, from_bytes, pieces
from modelspec.runs.recorded import from_json
from modelspec.runtime.backend.private import all_layers
from modelspec.runtime.build.built import BuiltModel


def named_weights(built: BuiltModel) -> dict[str, Any]:
    """Every weight of the model by its stable path, in the order in which the layers were made."""
    return weights_of(built.layers)


def weights_of(layers: Mapping[str, Any]) -> dict[str, Any]:
    """Every weight of some layers by its stable path; the layers go by theirs."""
    found: dict[str, Any] = {}
    seen: set[int] = set()
    for path, layer in layers.items():
        inner: dict[tuple[str, str], str] = {}
        for weight in layer.weights:
            if id(weight) in seen:
                continue
            seen.add(id(weight))
            name = _stable_path(path, weight.path.split("/")[1:] or [weight.name], inner)
            while name in found:
                name += "_"
            found[name] = weight
    return found


def _stable_path(path: str, below: list[str], inner: dict[tuple[str, str], str]) -> str:
    """The path of a weight of the layer at `path`.

    Keras numbers the layers within a layer (`forward_lstm_3`) through the whole process; here they are numbered anew
    within each layer, in the order in which they come, so that the path depends on nothing outside the layer.
    """
    for part in below[:-1]:
        if (path, part) not in inner:
            base = re.sub(r"_\d+$", "", part)
            taken = sum(parent == path and re.sub(r"_\d+$", "", other) == base for parent, other in inner)
            inner[path, part] = f"{path}/{base}_{taken}" if taken else f"{path}/{base}"
        path = inner[path, part]
    return f"{path}/{below[-1]}"


def weight_values(built: BuiltModel, instead: Mapping[int, Any] = MappingProxyType({})) -> dict[str, Any]:
    """Copies of the weights as numpy arrays, by stable path; of those in `instead`, by `id`, what is there."""
    return {name: np.array(instead.get(id(weight), weight).numpy()) for name, weight in named_weights(built).items()}


def save_weights(path: Path, values: dict[str, Any], metadata: dict[str, str]) -> None:
    """Write the values to a safetensors file, whole or not at all."""
    contiguous = {name: np.asarray(value, order="C") for name, value in values.items()}
    said = {_ABOUT: json.dumps({**metadata, "sha256": _digest(contiguous)})}
    write_parts(path, pieces(contiguous, said))


def load_weights(built: BuiltModel, path: Path) -> None:
    """Put a weights file into the model. Raises `SpecError` (MS754) where the file is not this model's."""
    try:
        values = read_weights(path, path.parent)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        message = f"{path}: not a readable weights file: {why}"
        raise SpecError([Diagnostic("MS754", message, help=_WHAT_TO_DO)]) from error
    weights = named_weights(built)
    wrong = [f"'{name}' is missing in the file" for name in weights if name not in values]
    wrong += [f"'{name}' is not in the model" for name in values if name not in weights]
    wrong += [
        f"'{name}' has shape {tuple(values[name].shape)} in the file and {tuple(weight.shape)} in the model"
        for name, weight in weights.items()
        if name in values and tuple(values[name].shape) != tuple(weight.shape)
    ]
    if wrong:
        more = f", and {len(wrong) - 1} more differences" if len(wrong) > 1 else ""
        message = f"{path}: these are not the weights of this spec: {wrong[0]}{more}"
        raise SpecError([Diagnostic("MS754", message, help="use the spec that the weights were trained with")])
    for name, weight in weights.items():
        if weight.trainable and values[name].dtype.kind in "fV" and not np.isfinite(values[name]).all():
            message = f"{path}: '{name}' is NaN or infinite, and a training never saves that"
            raise SpecError([Diagnostic("MS754", message, help=_WHAT_TO_DO)])
    for name, weight in weights.items():
        weight.assign(values[name])
    take_up(built.layers.values())


def take_up(layers: Iterable[Any]) -> None:
    """Let layers, and those inside them, work with weights that were assigned to them.

    Normalization computes with copies of its mean and variance, which Keras makes anew where it loads weights itself.
    """
    for layer in layers:
        for inner in all_layers(layer):
            if isinstance(inner, keras.layers.Normalization):
                inner.finalize_state()


_WHAT_TO_DO = (
    "use the other weights (`--weights best` or `last`), restore the file from a copy, or train the spec again"
)


def read_weights(path: Path, within: Path | None = None) -> dict[str, Any]:
    """The arrays of a weights file. Raises OSError, and ValueError where its bytes are not those that were written.

    With `within`, a run directory, no link is followed.
    """
    data = read_bytes(path, _MOST_BYTES, within)
    values: dict[str, Any] = from_bytes(data)
    said = about(data).get(_ABOUT)
    if said is not None:
        known = from_json(str(said))
        if not isinstance(known, dict) or known.get("sha256") != _digest(values):
            raise ValueError("its weights have changed since they were written: their SHA-256 differs")
    return values


_ABOUT = "modelspec"
_MOST_BYTES = 1 << 40


def _digest(values: Mapping[str, Any]) -> str:
    """Of the names, kinds, shapes and bytes of the weights, in any order."""
    digest = hashlib.sha256()
    for name in sorted(values):
        array = np.ascontiguousarray(values[name])
        digest.update(f"{name} {array.dtype.name} {values[name].shape}\n".encode())
        digest.update(array.reshape(-1).view(np.uint8).data if array.size else b"")
    return digest.hexdigest()
