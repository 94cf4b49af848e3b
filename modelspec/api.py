"""The Python interface: load, check, build, train. What is heavy is imported when it is called."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from modelspec.diagnostics import Diagnostic, SpecError

if TYPE_CHECKING:
    from modelspec.graph import ShapedNetwork
    from modelspec.runtime.train import TrainResult

    SpecLike = str | os.PathLike[str] | ShapedNetwork


def check(path: str | os.PathLike[str], *, overrides: Sequence[str] = ()) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with a spec file, sorted by position; empty if nothing is. Never imports TensorFlow.

    `overrides` are settings such as `train.epochs=3`, as for `--set`.
    """
    from modelspec.pipeline import check_file

    return check_file(os.fspath(path), overrides=overrides).diagnostics


def load(path: str | os.PathLike[str], *, overrides: Sequence[str] = ()) -> ShapedNetwork:
    """A spec file with every shape, dtype and weight inferred. Never imports TensorFlow.

    `overrides` are settings such as `train.epochs=3`, as for `--set`.
    Raises `SpecError`, which carries the diagnostics, if the file has an error.
    """
    from modelspec.pipeline import check_file

    checked = check_file(os.fspath(path), overrides=overrides)
    if checked.network is None or not checked.ok:
        raise SpecError(checked.diagnostics)
    return checked.network


def build(spec: SpecLike, *, compile: bool = True) -> Any:
    """The untrained `keras.Model` of a spec (a path, or what `load` returned), compiled if the spec has a loss.

    Its inputs and outputs go by the spec's names. The initial weights follow the spec's `train.seed`.
    Raises `SpecError` if the spec has an error or TensorFlow is not installed.
    """
    from modelspec.runtime.start import start_keras

    start_keras()
    from modelspec.runtime.build import build_model

    return build_model(_network(spec), compile=compile).model


def train(
    spec: SpecLike,
    *,
    run_dir: str | os.PathLike[str] | None = None,
    resume: bool = False,
    allow_changed: bool = False,
) -> TrainResult:
    """Train a spec as it says and write its run directory (`runs/<name>/<time>/`, or `run_dir`, which must be new).

    With `resume`, go on with the run in `run_dir` where there is one (without `run_dir`: with the spec's newest run), from
    its newest checkpoint; the end is that of a run which was never interrupted. `allow_changed` goes on although spec,
    rows, versions or device differ. Raises `SpecError` if the spec, its data or the run has a problem.
    """
    from modelspec.runtime.start import start_keras

    start_keras()
    from modelspec.runtime.resume import run_to_resume
    from modelspec.runtime.train import train_network

    network = _network(spec)
    folder = None if run_dir is None else os.fspath(run_dir)
    before = run_to_resume(network.network.spec.name, folder) if resume else None
    return train_network(network, run_dir=folder, resume=before, allow_changed=allow_changed)


def _network(spec: SpecLike) -> ShapedNetwork:
    return load(spec) if isinstance(spec, str | os.PathLike) else spec
