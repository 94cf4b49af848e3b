"""`train.init_from`: weights of another training into a model that was just built.

Of a `.keras` file nothing is deserialised: its description is built as a model of the language, and filled.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from modelspec.diagnostics import SpecError
from modelspec.expansion.files.paths import within
from modelspec.files.reading import kind, sha256_of
from modelspec.graph import ShapedNetwork
from modelspec.graph.questions.learning import learners
from modelspec.language.sections.initial import InitSpec
from modelspec.pipeline import run
from modelspec.runs.directory import RunDir
from modelspec.runs.reporting import TrainReporter
from modelspec.runtime.build.built import BuiltModel
from modelspec.runtime.build.model import build_model
from modelspec.runtime.build.saved import load_saved
from modelspec.runtime.build.weights import named_weights, read_weights, take_up, weight_values
from modelspec.saved import read_saved
from modelspec.saved.run_directory import WEIGHTS
from modelspec.source import Place
from modelspec.source.wildcards import Names

_SHOWN = 6


def learned_before(network: ShapedNetwork) -> tuple[dict[str, Mapping[str, Any]], frozenset[str]]:
    """What layers need not learn, where a spec begins with the weights of another training.

    That is what the layers at the same paths learned there, as far as the spec takes them over, and the paths of layers
    whose mean and variance are among these weights. Raises `SpecError` (MS768) where they cannot be read.
    """
    init, found = network.spec.train.init_from, learners(network.network)
    if init is None or not found:
        return {}, frozenset()
    place = init.place or network.spec.place
    path = _file(init, network.spec.place.document.folder, place)
    weights = _values(init, path, place)
    statistics = {name.rpartition("/")[0] for name in weights if name.endswith("/mean")}
    filled = [
        item.path
        for item in found.values()
        if item.entry.learns == "moments" and any(_is_of(name, item.outer) for name in statistics)
    ]
    run = RunDir(Path(path).parent)
    layers = run.read_learned().layers if path.endswith(".safetensors") else {}
    asked = set(_asked(init, [*filled, *(layer for layer in layers if layer in found)]))
    known = {layer: given for layer, given in layers.items() if layer in asked}
    return known, frozenset(layer for layer in filled if layer in asked and layer not in known)


def _is_of(name: str, layer: str) -> bool:
    """Whether the path of a weight's layer is that of a layer, or of one inside it."""
    return name == layer or name.startswith(f"{layer}/")


def begin_from(built: BuiltModel, reporter: TrainReporter, *, partly: bool = False) -> str | None:
    """Give the model the weights that its spec begins with, if it says so; returns the SHA-256 of their file then.

    With `partly`, what does not fit is passed over.

    Raises `SpecError`: MS768 where they cannot be read, lack a weight or have one of another shape (unless `partial`), or
    have none at all that is asked for; the model is then as it was.
    """
    spec = built.network.spec
    init = spec.train.init_from
    if init is None:
        return None
    place = init.place or spec.place
    path = _file(init, spec.place.document.folder, place)
    values = _values(init, path, place)
    there = named_weights(built)
    wanted = {name: there[name] for name in _asked(init, there)}
    wrong: list[str] = []
    for name, weight in wanted.items():
        if name not in values:
            wrong.append(f"{name} is missing")
        elif tuple(values[name].shape) != tuple(weight.shape):
            wrong.append(f"{name} has shape {tuple(values[name].shape)} there and {tuple(weight.shape)} here")
    fitting = {
        name: weight
        for name, weight in wanted.items()
        if name in values and tuple(values[name].shape) == tuple(weight.shape)
    }
    if wrong and not (init.partial or partly):
        help = "leave these out with `exclude: […]`, take what fits with `partial: true`, or name another file"
        raise _refused(place, f"{init.path} does not have the requested weights: {_listed(wrong)}", help)
    if not fitting and not partly:
        help = f"it has {_listed(sorted(values)) or 'none'}"
        raise _refused(place, f"{init.path} has no weight that fits", help)
    for name, weight in fitting.items():
        weight.assign(values[name])
    take_up(built.layers.values())
    left = f"; unchanged: {_listed(wrong)}" if wrong else ""
    reporter.note(f"starts with {len(fitting)} of {len(named_weights(built))} weights from {init.path}{left}")
    return sha256_of(path)


def weights_to_begin_with(network: ShapedNetwork) -> str | None:
    """The SHA-256 of the file whose weights the spec begins with, as it is now; None for a spec that names none.

    Raises `SpecError` (MS768) where it is gone.
    """
    spec = network.spec
    init = spec.train.init_from
    return None if init is None else sha256_of(_file(init, spec.place.document.folder, init.place or spec.place))


def _asked(init: InitSpec, paths: Iterable[str]) -> list[str]:
    """The paths that the patterns ask for, in their order."""
    names = Names(paths)

    def named(patterns: Iterable[str]) -> set[str]:
        return {path for pattern in patterns for path in names.fitting(pattern, part=True)}

    included, excluded = named(init.include) if init.include else None, named(init.exclude)
    return [path for path in paths if (included is None or path in included) and path not in excluded]


def _file(init: InitSpec, root: str, place: Place) -> str:
    """The file with the weights: that of a run directory, or the one that is named."""
    path = os.path.normpath(os.path.join(root, init.path))
    bad = within(root, init.allowed).problem(init.path)
    if bad is not None:
        raise SpecError([place.problem("MS153", f"init_from: {bad.message}", bad.help)])
    if os.path.isdir(path):
        files = [file for file in (os.path.join(path, name) for name in WEIGHTS) if os.path.lexists(file)]
        if not files:
            raise _refused(place, f"{init.path} has no weights: neither {' nor '.join(WEIGHTS)}", _KINDS)
        what = kind(files[0], path)
        if what is not None:
            raise _refused(
                place, f"{init.path}: its {os.path.basename(files[0])} is {what}, not a regular file", _KINDS
            )
        return files[0]
    if not path.endswith((".keras", ".safetensors")):
        what = "is not a file with weights" if os.path.exists(path) else "does not exist"
        raise _refused(place, f"{init.path} {what}", _KINDS)
    if not os.path.exists(path):
        raise _refused(place, f"{init.path} is not there", _KINDS)
    return path


def _values(init: InitSpec, path: str, place: Place) -> dict[str, Any]:
    """The weights of a `.safetensors` file or a `.keras` file, by stable paths."""
    if path.endswith(".keras"):
        return _of_keras(path, place)
    try:
        return read_weights(Path(path))
    except (OSError, ValueError) as error:
        raise _refused(place, f"{init.path} cannot be read: {error}", _KINDS) from error


_KINDS = "name a run directory, a .safetensors file of a run, or a .keras file"


def _of_keras(path: str, place: Place) -> dict[str, Any]:
    saved, problems = read_saved(path, place)
    shaped = None
    if saved is not None:
        ran = run(saved.document, "spec", "infer")
        shaped, problems = ran.network, (*problems, *ran.problems)
    errors = [problem for problem in problems if problem.severity == "error"]
    if saved is None or shaped is None or errors:
        raise SpecError(errors)
    made = build_model(shaped, compile=False)
    load_saved(saved, made.layers, place)
    return {name: np.asarray(value) for name, value in weight_values(made).items()}


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _refused(place: Place, message: str, help: str) -> SpecError:
    return SpecError([place.problem("MS768", message, help)])
