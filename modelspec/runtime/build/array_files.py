"""Arrays of npz files -> the weights that they begin."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any, BinaryIO

import numpy as np

from modelspec.catalogue.beginnings import BegunWeight, beginnings
from modelspec.catalogue.initializers import npz
from modelspec.data.files import open_data_file, sha256_of
from modelspec.data.placing import placing
from modelspec.data.sources.npz_file import read_arrays
from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.diagnostics import Path as SpecPath
from modelspec.expansion.files.paths import within
from modelspec.graph import ShapedNetwork
from modelspec.graph.walk import walk
from modelspec.language.spec import Use
from modelspec.runtime.build.weights import weights_of
from modelspec.source import Place, Scalar


def begun_by_arrays(network: ShapedNetwork) -> Iterator[tuple[str, BegunWeight, Use]]:
    """Every weight that an array of a file begins, by the path of its layer; none of saved models, which are trained."""
    saved = [f"{key}/" for key, model in network.spec.models.items() if model.saved is not None]
    for path, use in _uses(network).items():
        for found in beginnings(use.entry, network.weights.get(path, ())):
            if isinstance(found.initializer, npz) and not path.startswith(tuple(saved)):
                yield path, found, use


def _uses(network: ShapedNetwork) -> dict[str, Use]:
    """Every layer by its path."""
    found = dict(network.network.shared)
    found.update((call.path, call.use) for call in walk(network) if call.path is not None and call.use is not None)
    return {path: use for path, use in found.items() if use.entry is not None}


def begin_with_arrays(network: ShapedNetwork, layers: dict[str, Any]) -> None:
    """Put the numbers of the spec's array files into the weights that they begin.

    Raises `SpecError`: MS704 and the like where a file cannot be read, MS732 for numbers that are not finite, MS408 where
    the array is of another shape than when the spec was checked.
    """
    named: dict[str, Any] = {}
    for path, found, use in begun_by_arrays(network):
        named = named or weights_of(layers)
        weight = named.get(f"{path}/{found.weight.name}")
        if weight is None:
            continue  # a step that no output needs
        with placing(network.spec.place):
            values = _values(network, found.initializer, use)
        if values.shape != tuple(weight.shape):
            message = f"the array has shape {values.shape}; expected {tuple(weight.shape)} for `{found.weight.name}`"
            raise SpecError([use.place.problem("MS408", message)])
        with np.errstate(over="ignore"):
            cast = values.astype(str(weight.dtype))
        if not np.isfinite(cast).all():
            largest = f"{np.abs(values).max():.7g}"
            message = (
                f"the array has {largest}, which is too large for {weight.dtype}, the dtype of `{found.weight.name}`"
            )
            raise SpecError([use.place.problem("MS732", message, "scale the array, or give the layer a wider `dtype`")])
        weight.assign(cast)


def arrays_of(network: ShapedNetwork, kept: Mapping[str, str] | None = None) -> dict[str, str]:
    """The SHA-256 of the file behind each weight that an array begins. Raises `SpecError` where one cannot be read.

    A training that goes on has the numbers, and needs no file that is gone: its hash is then the one that was `kept`.
    """
    kept, known, found = kept or {}, dict[str, str | None](), dict[str, str]()
    for path, begun, use in begun_by_arrays(network):
        entry, name = begun.initializer, f"{path}/{begun.weight.name}"
        if known.get(entry.path) is None:
            with placing(network.spec.place):
                known[entry.path] = _hash(network, entry, use, name in kept)
        found[name] = known[entry.path] or kept[name]
    return found


def _hash(network: ShapedNetwork, entry: npz, use: Use, may_be_gone: bool) -> str | None:
    try:
        with _opened(network, entry, use) as stream:
            return sha256_of(stream)[1]
    except SpecError as error:
        if may_be_gone and [problem.code for problem in error.diagnostics] == ["MS704"]:
            return None
        raise


def allowed_arrays(network: ShapedNetwork) -> list[str]:
    """What the paths of the spec's array files may lead to: folders, and files that the command line named."""
    return [path for _, begun, _ in begun_by_arrays(network) for path in begun.initializer.allowed]


def _opened(network: ShapedNetwork, entry: npz, use: Use) -> AbstractContextManager[BinaryIO]:
    reach = within(network.spec.place.document.folder, entry.allowed)
    return open_data_file(entry.path, reach, _place(entry, use))


def _place(entry: npz, use: Use) -> SpecPath:
    """Where the file is named in the arguments of a layer; in a base, by a path that starts elsewhere."""
    arguments = use.place.document.place.find(use.place.path)
    return next(_naming(os.path.basename(entry.path), arguments), use.place).path


def _naming(file: str, place: Place) -> Iterator[Place]:
    if isinstance(place.node, Scalar) and os.path.basename(str(place.node.value)) == file:
        yield place
    for below in (*(item for _, item in place.entries()), *place.items()):
        yield from _naming(file, below)


def _values(network: ShapedNetwork, entry: npz, use: Use) -> Any:
    """The array, its numbers finite."""
    with _opened(network, entry, use) as file:
        name = entry.header.array if entry.header is not None else entry.array
        values = read_arrays(file, (name or "",), entry.path, _place(entry, use))[name or ""]
    if not np.isfinite(values).all():
        message = f"array '{name}' of '{entry.path}' has numbers that are not finite"
        raise SpecError(
            [Diagnostic("MS732", message, path=_place(entry, use), help="weights must start from finite numbers")]
        )
    return values
