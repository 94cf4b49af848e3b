"""The Python interface: what the commands do, as functions with the same options. What is heavy is imported when it is called.

Functions that read a spec take `overrides` (settings such as `train.epochs=3`, as `--set`), `plugins` (packages with layers,
losses or metrics of your own, as `--plugins`), `data_roots` (folders in which the spec may name files too, as `--data-root`,
beside those of pyproject.toml) and `limits` (how much a spec may ask for, as `--max-…`).
Must not print: whoever wants to see how a training goes gives it a `reporter`.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from modelspec.diagnostics import Diagnostic, SpecError

if TYPE_CHECKING:
    from modelspec.data.inspecting import Inspected
    from modelspec.data.predictions import Predictions
    from modelspec.diagnostics.rules import Rule
    from modelspec.draw.summary import ModelSummary
    from modelspec.graph import ShapedNetwork
    from modelspec.manual.description import Description
    from modelspec.pipeline import Checked
    from modelspec.plugins import Plugins
    from modelspec.runs.reporting import TrainReporter
    from modelspec.runs.results import EvaluateResult, ReproduceResult, TrainResult
    from modelspec.runtime.evaluate.evaluate import Trained
    from modelspec.source import Limits

    Folder = str | os.PathLike[str]
    SpecLike = Folder | ShapedNetwork
    Split = Literal["train", "validation", "test"]
    Weights = Literal["best", "last"]


def check(
    path: Folder,
    *,
    overrides: Sequence[str] = (),
    plugins: Sequence[str] = (),
    data_roots: Sequence[Folder] = (),
    limits: Limits | None = None,
) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with a spec file, sorted by position; empty if nothing is. Never imports TensorFlow."""
    return _checked(path, overrides, plugins, data_roots, limits)[2]


def load(
    path: Folder,
    *,
    overrides: Sequence[str] = (),
    plugins: Sequence[str] = (),
    data_roots: Sequence[Folder] = (),
    limits: Limits | None = None,
) -> ShapedNetwork:
    """A spec file with every shape, dtype and weight inferred. Never imports TensorFlow.

    What only a package of `plugins` knows is unknown until `build` or `train`: here its stub is read.
    Raises `SpecError`, which carries the diagnostics, if the file has an error.
    """
    checked, ok, problems = _checked(path, overrides, plugins, data_roots, limits)
    if checked.network is None or not ok:
        raise SpecError(problems)
    return checked.network


def summary(
    spec: SpecLike,
    *,
    overrides: Sequence[str] = (),
    plugins: Sequence[str] = (),
    data_roots: Sequence[Folder] = (),
    limits: Limits | None = None,
) -> ModelSummary:
    """Layers, shapes, parameters, bytes and operations of a spec (a path, or what `load` returned). Never imports TensorFlow.

    Of a run directory, also what its training rows taught. Raises `SpecError` if the spec has an error.
    """
    if isinstance(spec, str | os.PathLike) and os.path.isdir(spec):
        from modelspec.runs.summary import summary_of_run

        return summary_of_run(os.fspath(spec), _limits(data_roots, limits), _plugins(plugins), overrides)
    from modelspec.draw.summary import summarize

    return summarize(_loaded(spec, overrides, plugins, data_roots, limits))


def show(
    path: Folder,
    *,
    origins: bool = False,
    overrides: Sequence[str] = (),
    plugins: Sequence[str] = (),
    data_roots: Sequence[Folder] = (),
    limits: Limits | None = None,
) -> str:
    """The expanded spec as YAML: variables, blocks, loops, bases and overrides written out. Never imports TensorFlow.

    With `origins`, comments say where each value comes from. Raises `SpecError` if the spec has an error.
    """
    from modelspec.draw.spec_yaml import document_yaml

    checked, ok, problems = _checked(path, overrides, plugins, data_roots, limits)
    if checked.document is None or not ok:
        raise SpecError(problems)
    return document_yaml(checked.document, origins=origins)


def describe(name: str, kind: str | None = None, *, plugins: Sequence[str] = ()) -> tuple[Description, ...]:
    """What there is to say of a name such as `Dense` or `ops.add`: arguments, call, weights; empty for an unknown name.

    Raises `SpecError` where a plugin has no stub.
    """
    from modelspec.manual.describe import describe

    return describe(name, kind, _plugins(plugins))


def explain(code: str) -> Rule:
    """What a code such as `MS307` means, with an example. Raises `KeyError` for a code that there is not."""
    from modelspec.diagnostics.rules import RULES

    return RULES[code.upper()]


def schema(*, plugins: Sequence[str] = ()) -> dict[str, Any]:
    """The JSON Schema of the language, for editors. Raises `SpecError` where a plugin has no stub."""
    from modelspec.manual.schema import schema

    return schema(_plugins(plugins))


def inspect(
    spec: SpecLike,
    *,
    overrides: Sequence[str] = (),
    plugins: Sequence[str] = (),
    data_roots: Sequence[Folder] = (),
    limits: Limits | None = None,
) -> Inspected:
    """What the rows of each split hold, and everything that does not fit the spec: `modelspec data`. Never imports TensorFlow.

    Problems of rows are in the result. Raises `SpecError` if the spec has an error, or no training data.
    """
    from modelspec.data.inspecting import inspected

    return inspected(_loaded(spec, overrides, plugins, data_roots, limits))


def build(
    spec: SpecLike,
    *,
    compile: bool = True,
    allow_download: bool = False,
    overrides: Sequence[str] = (),
    plugins: Sequence[str] = (),
    data_roots: Sequence[Folder] = (),
    limits: Limits | None = None,
) -> Any:
    """The untrained `keras.Model` of a spec (a path, or what `load` returned), compiled if the spec has a loss.

    Its inputs and outputs have the spec's names. The initial weights follow the spec's `train.seed`; `allow_download` lets
    Keras download the weights that an application asks for. Those of the `plugins` that the spec uses are imported.
    Raises `SpecError` if the spec has an error or TensorFlow is not installed.
    """
    network = _buildable(spec, overrides, plugins, data_roots, limits)
    from modelspec.runtime.build.model import build_model

    return build_model(network, compile=compile, allow_download=allow_download).model


def train(
    spec: SpecLike,
    *,
    run_dir: Folder | None = None,
    resume: bool = False,
    allow_changed: bool = False,
    allow_download: bool = False,
    tensorboard: bool = False,
    mlflow: str | None = None,
    reporter: TrainReporter | None = None,
    overrides: Sequence[str] = (),
    plugins: Sequence[str] = (),
    data_roots: Sequence[Folder] = (),
    limits: Limits | None = None,
) -> TrainResult:
    """Train a spec as it says and write its run directory (`runs/<name>/<time>/`, or `run_dir`, which must be new).

    With `resume`, go on with the run in `run_dir` if there is one (without `run_dir`: with the spec's newest run; `spec` may
    be a run directory too), from its newest checkpoint; the result is that of an uninterrupted run. `allow_changed` resumes
    even if spec, rows, versions or device changed; results will then differ. `tensorboard` writes losses and metrics for
    TensorBoard into the run directory; `mlflow` is the address of an MLflow server to send them to. `reporter` is told how
    the training goes: `modelspec.Progress()`, or an object of your own with the methods of `TrainReporter`.
    Raises `SpecError` if the spec, its data or the run has a problem.
    """
    folder = None if run_dir is None else os.fspath(run_dir)
    if resume and isinstance(spec, str | os.PathLike) and os.path.isdir(spec):
        if folder is not None:
            raise ValueError("the spec is a run directory: leave run_dir out")
        network, folder = _own_network(spec, overrides, plugins, data_roots, limits), os.fspath(spec)
    else:
        network = _buildable(spec, overrides, plugins, data_roots, limits)
    from modelspec.runs.options import Trackers, TrainOptions
    from modelspec.runs.resume import run_to_resume
    from modelspec.runtime.train.train import train_network

    options = TrainOptions(
        folder,
        resume=run_to_resume(network.spec.name, folder) if resume else None,
        allow_changed=allow_changed,
        allow_download=allow_download,
        tracking=Trackers(tensorboard, mlflow),
    )
    return train_network(network, options, reporter)


def evaluate(
    run_dir: Folder,
    *,
    data: Folder | None = None,
    split: Split | None = None,
    weights: Weights = "best",
    plugins: Sequence[str] = (),
    data_roots: Sequence[Folder] = (),
    limits: Limits | None = None,
) -> EvaluateResult:
    """The loss and metrics of every output of a run: on its test rows (else validation, else train), on `split`, or on `data`.

    `data` is a file such as rows.csv, or `KIND:ARGUMENT` such as `dataset:digits`. Raises `SpecError` for what is wrong.
    """
    trained = _trained(run_dir, weights, plugins, data_roots, limits)
    from modelspec.runtime.evaluate.evaluate import evaluate_run

    return evaluate_run(trained, *_rows(data, split))


def predict(
    run_dir: Folder,
    *,
    data: Folder | None = None,
    split: Split | None = None,
    keep: Sequence[str] = (),
    output: Folder | None = None,
    weights: Weights = "best",
    plugins: Sequence[str] = (),
    data_roots: Sequence[Folder] = (),
    limits: Limits | None = None,
) -> Predictions:
    """The predictions of every output of a run and the winning classes, as arrays with rows first; rows as for `evaluate`.

    `keep` names columns of the data that go along. `output` is a .csv, .jsonl, .parquet or .npz file to write them to.
    Raises `SpecError` if run, rows or file have a problem.
    """
    chosen = _rows(data, split)
    _start()
    from modelspec.runtime.evaluate.predictions import check_output, write_predictions

    if output is not None:
        check_output(os.fspath(output))
    trained = _trained(run_dir, weights, plugins, data_roots, limits)
    from modelspec.runtime.evaluate.evaluate import predict_run

    predictions = predict_run(trained, *chosen, keep)
    if output is not None:
        write_predictions(predictions, os.fspath(output))
    return predictions


def smoke(
    spec: SpecLike,
    *,
    allow_download: bool = False,
    overrides: Sequence[str] = (),
    plugins: Sequence[str] = (),
    data_roots: Sequence[Folder] = (),
    limits: Limits | None = None,
) -> tuple[Diagnostic, ...]:
    """What is wrong with a model that is built and trained for two steps on random rows; empty if nothing is.

    Every weight must learn, and the saved model must give the same outputs. Raises `SpecError` if the spec has an error.
    """
    network = _buildable(spec, overrides, plugins, data_roots, limits)
    from modelspec.runtime.train.smoke import smoke_all

    return smoke_all(network, allow_download=allow_download)


def reproduce(
    run: Folder,
    *,
    run_dir: Folder | None = None,
    reporter: TrainReporter | None = None,
    plugins: Sequence[str] = (),
    data_roots: Sequence[Folder] = (),
    limits: Limits | None = None,
) -> ReproduceResult:
    """Train a finished run again from its directory, into `run_dir`, and compare weights, history and metrics.

    Raises `SpecError` where the run cannot be trained again, or cannot be compared.
    """
    _start()
    from modelspec.runtime.train.again import train_again
    from modelspec.runtime.train.reproduce import finished_run

    before = finished_run(os.fspath(run))
    network = _own_network(run, (), plugins, data_roots, limits)
    return train_again(before, network, None if run_dir is None else os.fspath(run_dir), reporter)


def _start() -> None:
    from modelspec.runtime.start import start_keras

    start_keras()


def _limits(roots: Sequence[Folder], limits: Limits | None) -> Limits:
    from modelspec.expansion.files.data_roots import data_roots
    from modelspec.source import Limits

    return (limits or Limits())._replace(data_roots=data_roots(roots))


def _plugins(packages: Sequence[str]) -> Plugins:
    """The plugins of these packages. Raises `SpecError` where one has no stub, or one that cannot be read."""
    from modelspec.plugins.settings import read_plugins

    found, problems = read_plugins(dict.fromkeys(packages, os.getcwd()), os.getcwd())
    if not found.complete:
        raise SpecError(problems)
    return found


def _checked(
    path: Folder,
    overrides: Sequence[str],
    plugins: Sequence[str],
    roots: Sequence[Folder],
    limits: Limits | None,
) -> tuple[Checked, bool, tuple[Diagnostic, ...]]:
    """The checked spec, whether it has no error, and all diagnostics."""
    from modelspec.pipeline import check_file
    from modelspec.plugins.settings import read_plugins

    found, problems = read_plugins(dict.fromkeys(plugins, os.getcwd()), os.getcwd())
    checked = check_file(os.fspath(path), _limits(roots, limits), overrides=overrides, plugins=found)
    return checked, checked.ok and found.complete, (*problems, *checked.diagnostics)


def _loaded(
    spec: SpecLike,
    overrides: Sequence[str],
    plugins: Sequence[str],
    roots: Sequence[Folder],
    limits: Limits | None,
) -> ShapedNetwork:
    """The network of a path, or the one that was loaded before, for which options come too late."""
    if isinstance(spec, str | os.PathLike):
        return load(spec, overrides=overrides, plugins=plugins, data_roots=roots, limits=limits)
    if overrides or plugins or roots or limits is not None:
        raise ValueError("the spec is already loaded: pass overrides, plugins, data_roots and limits to load")
    return spec


def _buildable(
    spec: SpecLike,
    overrides: Sequence[str],
    plugins: Sequence[str],
    roots: Sequence[Folder],
    limits: Limits | None,
) -> ShapedNetwork:
    """The network with every shape, those of plugins' layers included. Starts Keras."""
    _start()
    from modelspec.runtime.plugins.loading import with_known_shapes

    return with_known_shapes(_loaded(spec, overrides, plugins, roots, limits))[0]


def _own_network(
    run: Folder,
    overrides: Sequence[str],
    plugins: Sequence[str],
    roots: Sequence[Folder],
    limits: Limits | None,
) -> ShapedNetwork:
    """The network of a run's own spec, with every shape. Starts Keras."""
    _start()
    from modelspec.runs.own_spec import own_spec
    from modelspec.runtime.plugins.loading import with_known_shapes

    own = own_spec(os.fspath(run), _limits(roots, limits), _plugins(plugins), overrides)
    if own.network is None:
        raise SpecError(own.diagnostics)
    return with_known_shapes(own.network)[0]


def _trained(
    run_dir: Folder, weights: Weights, plugins: Sequence[str], roots: Sequence[Folder], limits: Limits | None
) -> Trained:
    _start()
    from modelspec.runtime.evaluate.evaluate import open_trained

    if weights not in ("best", "last"):
        raise ValueError(f"weights must be 'best' or 'last', not {weights!r}")
    return open_trained(os.fspath(run_dir), weights, _plugins(plugins), _limits(roots, limits))


def _rows(data: Folder | None, split: Split | None) -> tuple[str | None, Split | None]:
    if data is not None and split is not None:
        raise ValueError("split names rows of the spec, but data names other rows: give only one of the two")
    return None if data is None else os.fspath(data), split
