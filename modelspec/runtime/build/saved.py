"""The trained weights of a saved model -> the layers that were built from its description. No object is deserialised.

Of a `.keras` file only numbers are read, each from the group that the description gives its layer, so that a layer which
several models share gets its weights once and keeps them; of a run directory, weights by their stable paths.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np

from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.runtime.build.weights import read_weights, take_up, weights_of
from modelspec.saved import SavedLimits, SavedModel
from modelspec.saved.archive import CONFIG, WEIGHTS, open_archive
from modelspec.saved.identity import numbered
from modelspec.saved.problem import SavedProblem
from modelspec.saved.read import fingerprint_of
from modelspec.source import Place


def load_saved(
    saved: SavedModel, layers: Mapping[str, Any], place: Place | None = None, limits: SavedLimits | None = None
) -> None:
    """Put the trained weights into Keras layers, which go by the stable paths that they have in the saved document.

    Layers that are not given (of parts that were cut away) are passed over. Raises `SpecError` with MS62x or MS630, at
    `place`, where the weights are damaged or do not fit, or the file is not the one that was read before.
    """
    try:
        if saved.kind == "run":
            _load_run(saved, layers)
        else:
            _load_archive(saved, layers, limits or SavedLimits())
    except SavedProblem as problem:
        told = Diagnostic(problem.code, problem.message, help=problem.help)
        if place is not None:
            told = place.problem(problem.code, problem.message, problem.help)
        raise SpecError([told]) from problem


def _load_archive(saved: SavedModel, layers: Mapping[str, Any], limits: SavedLimits) -> None:
    with open_archive(saved.weights, limits) as archive:
        if fingerprint_of(archive.read(CONFIG, limits.description)) != saved.fingerprint:
            raise _misfit(saved.weights, "the file has changed since the spec was checked")
        data = archive.read(WEIGHTS, limits.archive)  # as a whole, so that its checksum is compared
    try:
        file = h5py.File(io.BytesIO(data), "r")
    except OSError as error:
        raise _misfit(saved.weights, f"its {WEIGHTS} is not an HDF5 file") from error
    with file:
        numbers = _Numbers(saved.weights, file)
        for path, group in saved.groups.items():
            if path in layers:
                numbers.load(layers[path], group, _elsewhere(layers[path], layers))


def _load_run(saved: SavedModel, layers: Mapping[str, Any]) -> None:
    try:
        values = read_weights(Path(saved.weights), Path(saved.weights).parent)
    except (OSError, ValueError) as error:
        message = f"{saved.weights}: not a readable weights file: {error}"
        raise SavedProblem("MS622", message, "train the spec again, or copy the run again") from error
    weights = weights_of(layers)
    for name, weight in weights.items():
        if name not in values or tuple(values[name].shape) != tuple(weight.shape):
            found = f"with shape {tuple(values[name].shape)}" if name in values else "missing"
            message = f"{saved.weights}: '{name}', of shape {tuple(weight.shape)}, is {found}"
            raise SavedProblem("MS630", message, "the resolved spec of the run was changed: train it again")
    for name, weight in weights.items():
        weight.assign(values[name])
    take_up(layers.values())


def _misfit(path: str, why: str) -> SavedProblem:
    return SavedProblem("MS630", f"{path}: {why}", "save the model again with keras.Model.save")


class _Numbers:
    """The weights in a file."""

    def __init__(self, path: str, file: Any) -> None:
        self.path = path
        self.file = file

    def load(self, layer: Any, group: str, elsewhere: set[int]) -> None:
        """Fill a layer and the layers inside of it. Every weight must be there but those that stand elsewhere."""
        own = [weight for weight in layer.weights if id(weight) not in elsewhere]
        wanted = sum(not weight.name.startswith("lora_") for weight in own)  # these are saved as part of the others
        if self.fill(layer, group) < wanted:
            raise _misfit(self.path, f"it lacks some of the {len(own)} weights of '{layer.name}'")

    def fill(self, layer: Any, group: str) -> int:
        """Fill what the file has of a layer, and of the layers inside of it; how many weights that were."""
        node = self.group(group)
        if node is None:
            return 0
        own = self.group(f"{group}/vars")
        values = {} if own is None else {name: self.array(own, name) for name in own}
        try:
            layer.load_own_variables(values)
        except (KeyError, ValueError) as error:
            raise _misfit(self.path, f"the weights of '{layer.name}' do not fit: {error}") from error
        count = len(values)
        for name in node:
            if name != "vars":
                for inner, below in _inside(getattr(layer, name, None), f"{group}/{name}"):
                    count += self.fill(inner, below)
        return count

    def group(self, path: str) -> Any:
        """A group of the file itself, or None."""
        node = self.file
        for name in path.split("/"):
            if not isinstance(node, h5py.Group) or name not in node:
                return None
            if not isinstance(node.get(name, getlink=True), h5py.HardLink):
                raise self.foreign(path)
            node = node[name]
        return node if isinstance(node, h5py.Group) else None

    def array(self, group: Any, name: str) -> Any:
        """The numbers of a dataset, which must stand in this file as they are: no links, no compression, no holes."""
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            raise self.foreign(f"{group.name}/{name}")
        data = group[name]
        if not isinstance(data, h5py.Dataset) or data.is_virtual or data.external or data.chunks is not None:
            raise self.foreign(f"{group.name}/{name}")
        if data.shape is None or data.dtype.hasobject or data.id.get_storage_size() != data.size * data.dtype.itemsize:
            raise self.foreign(f"{group.name}/{name}")
        if data.attrs.get("dtype") == "bfloat16":
            return np.array(data, dtype="bfloat16")
        return np.array(data)

    def foreign(self, name: str) -> SavedProblem:
        return SavedProblem(
            "MS623", f"{self.path}: '{name}' is not stored in the way that Keras stores weights", "do not use this file"
        )


def _elsewhere(layer: Any, layers: Mapping[str, Any]) -> set[int]:
    """The weights of a wrapper that belong to a nested model or a shared layer, and are filled there."""
    if not isinstance(layer, keras.layers.Wrapper):
        return set()
    inner = layer.layer
    kept = isinstance(inner, keras.Model) or any(inner is other for other in layers.values())
    return {id(weight) for weight in inner.weights} if kept else set()


def _inside(value: Any, group: str) -> Iterator[tuple[Any, str]]:
    """The layers of an attribute with the groups that Keras gives them: one, or those of a list."""
    if isinstance(value, keras.Layer):
        yield value, group
    elif isinstance(value, list | tuple):
        counts: Counter[str] = Counter()
        for item in value:
            if isinstance(item, keras.Layer):
                yield item, f"{group}/{numbered(type(item).__name__, counts)}"
