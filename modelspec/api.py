"""The Python interface: load, check, build, train. What is heavy is imported when it is called."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from modelspec.diagnostics import Diagnostic, SpecError

if TYPE_CHECKING:
    from modelspec.graph import ShapedNetwork
    from modelspec.runtime.train.train import TrainResult

    Folder = str | os.PathLike[str]
    SpecLike = Folder | ShapedNetwork


def check(
    path: str | os.PathLike[str],
    *,
    overrides: Sequence[str] = (),
    plugins: Sequence[str] = (),
    data_roots: Sequence[Folder] = (),
) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with a spec file, sorted by position; empty if nothing is. Never imports TensorFlow.

    `overrides` are settings such as `train.epochs=3`, as for `--set`; `plugins` are packages, as for `--plugins`;
    `data_roots` are folders in which the spec may name files too, as for `--data-root`, beside those of pyproject.toml.
    """
    return _checked(path, overrides, plugins, data_roots)[1]


def load(
    path: str | os.PathLike[str],
    *,
    overrides: Sequence[str] = (),
    plugins: Sequence[str] = (),
    data_roots: Sequence[Folder] = (),
) -> ShapedNetwork:
    """A spec file with every shape, dtype and weight inferred. Never imports TensorFlow.

    `overrides` are settings such as `train.epochs=3`, as for `--set`; `plugins` are packages, as for `--plugins`, whose
    stubs are read. What only such a package knows is unknown until `build` or `train`. `data_roots` are as for `check`.
    Raises `SpecError`, which carries the diagnostics, if the file has an error.
    """
    network, problems = _checked(path, overrides, plugins, data_roots)
    if network is None:
        raise SpecError(problems)
    return network


def _checked(
    path: str | os.PathLike[str], overrides: Sequence[str], plugins: Sequence[str], roots: Sequence[Folder]
) -> tuple[ShapedNetwork | None, tuple[Diagnostic, ...]]:
    """The network (None: there are errors), and everything that is told."""
    from modelspec.expansion.files.data_roots import data_roots
    from modelspec.pipeline import check_file
    from modelspec.plugins.settings import read_plugins
    from modelspec.source import Limits

    found, problems = read_plugins(dict.fromkeys(plugins, os.getcwd()), os.getcwd())
    limits = Limits(data_roots=data_roots(roots))
    checked = check_file(os.fspath(path), limits, overrides=overrides, plugins=found)
    return checked.network if checked.ok and found.complete else None, (*problems, *checked.diagnostics)


def build(
    spec: SpecLike, *, compile: bool = True, plugins: Sequence[str] = (), data_roots: Sequence[Folder] = ()
) -> Any:
    """The untrained `keras.Model` of a spec (a path, or what `load` returned), compiled if the spec has a loss.

    Its inputs and outputs go by the spec's names. The initial weights follow the spec's `train.seed`. `plugins` are packages
    with layers, losses or metrics of your own, as for `--plugins`, where `spec` is a path; those that it uses are imported.
    `data_roots` are as for `check`, where `spec` is a path.
    Raises `SpecError` if the spec has an error or TensorFlow is not installed.
    """
    from modelspec.runtime.start import start_keras

    start_keras()
    from modelspec.runtime.build.model import build_model

    return build_model(_network(spec, plugins, data_roots), compile=compile).model


def train(
    spec: SpecLike,
    *,
    run_dir: str | os.PathLike[str] | None = None,
    resume: bool = False,
    allow_changed: bool = False,
    plugins: Sequence[str] = (),
    data_roots: Sequence[Folder] = (),
    tensorboard: bool = False,
    mlflow: str | None = None,
) -> TrainResult:
    """Train a spec as it says and write its run directory (`runs/<name>/<time>/`, or `run_dir`, which must be new).

    With `resume`, go on with the run in `run_dir` where there is one (without `run_dir`: with the spec's newest run), from
    its newest checkpoint; the end is that of a run which was never interrupted. `allow_changed` goes on although spec,
    rows, versions or device differ. `plugins` and `data_roots` are as for `build`. `tensorboard` writes losses and metrics
    for TensorBoard into the run directory; `mlflow` is the address of an MLflow server to send them to.
    Raises `SpecError` if the spec, its data or the run has a problem.
    """
    from modelspec.runtime.start import start_keras

    start_keras()
    from modelspec.runs.resume import run_to_resume
    from modelspec.runtime.tracking.tracking import Asked
    from modelspec.runtime.train.train import train_network

    network = _network(spec, plugins, data_roots)
    folder = None if run_dir is None else os.fspath(run_dir)
    before = run_to_resume(network.network.spec.name, folder) if resume else None
    asked = Asked(tensorboard, mlflow)
    return train_network(network, run_dir=folder, resume=before, allow_changed=allow_changed, tracking=asked)


def _network(spec: SpecLike, plugins: Sequence[str], roots: Sequence[Folder]) -> ShapedNetwork:
    """The network with every shape, those of plugins' layers included. Keras is started."""
    from modelspec.runtime.plugins.loading import with_known_shapes

    network = load(spec, plugins=plugins, data_roots=roots) if isinstance(spec, str | os.PathLike) else spec
    return with_known_shapes(network)[0]
