"""A run directory -> the trained model again -> losses and metrics, or predictions, by output name."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from modelspec.data.arrays import Arrays
from modelspec.data.learned import NOTHING, Learned
from modelspec.data.load import Located
from modelspec.data.network_rows import cuts, fit_split, open_split, part, parts_of
from modelspec.data.predictions import Predictions
from modelspec.data.rows import rows
from modelspec.data.splits import check_rows
from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.files.reading import is_file, kind
from modelspec.graph import ShapedNetwork
from modelspec.graph.questions.stages import stages
from modelspec.language.sections.sources import SOURCES, Images, Source, Split, Synthetic
from modelspec.plugins import NO_PLUGINS, Plugins
from modelspec.runs.directory import RunDir
from modelspec.runs.own_spec import own_spec
from modelspec.runs.results import EvaluateResult
from modelspec.runs.taught import with_learned
from modelspec.runtime.backend import Feed
from modelspec.runtime.build.built import BuiltModel
from modelspec.runtime.build.failing import ROWS, telling_failures
from modelspec.runtime.build.model import build_model
from modelspec.runtime.build.weights import load_weights
from modelspec.runtime.evaluate.evaluation import Evaluation
from modelspec.runtime.evaluate.predicting import predicted
from modelspec.runtime.evaluate.results import by_output
from modelspec.runtime.evaluate.winners import winners
from modelspec.runtime.plugins.loading import with_known_shapes
from modelspec.source.limits import Limits


@dataclass(frozen=True, slots=True)
class Trained:
    """A trained model: its spec, the Keras model with the weights, and its run directory."""

    network: ShapedNetwork
    built: BuiltModel
    run: RunDir
    learned: Learned = NOTHING
    """What its training rows taught."""


def open_trained(
    path: str, weights: str = "best", plugins: Plugins = NO_PLUGINS, limits: Limits | None = None
) -> Trained:
    """The model of a run, with its best (or last) weights. The spec is the source of truth; the weights go by paths.

    The spec is the resolved one, with the settings of the command line and what came from other files in it.
    Raises `SpecError` where this is no run directory or its files do not fit.
    """
    own = own_spec(path, limits, plugins)
    run = own.run
    if own.network is None:
        raise SpecError(own.diagnostics)
    training_only = tuple(item for item in own.diagnostics if item.code == "MS416")
    if training_only:  # a warning for the training, which is done
        raise SpecError([replace(item, code="MS415", severity="error") for item in training_only])
    known, _ = with_known_shapes(own.network)
    learned = run.read_learned()
    known, _ = with_learned(known, learned.layers)
    network = stages(known)[-1]
    file = run.best if weights == "best" else run.last
    if not is_file(file, run.path):
        what = kind(file, run.path)
        why = "training stopped before anything was saved" if what is None else f"it is {what}, not a regular file"
        message = f"{path} has no {file.name}: {why}"
        raise SpecError([Diagnostic("MS754", message, help="train the spec again")])
    built = build_model(network, begun=False)
    load_weights(built, file)
    return Trained(network, built, run, learned)


def choose_source(
    trained: Trained, data: str | None, split: Split | None, *, targets: bool, keep: Sequence[str] = ()
) -> tuple[Split, Arrays]:
    """The rows to use: `data` (a path) if given, else the split asked for, else test, validation or train rows.

    With the columns to `keep` beside them. Without `targets`, rows need none.
    """
    spec = trained.network.spec
    sources, parts = ({}, {}) if spec.data is None else (spec.data.sources, spec.data.cuts)
    if data is not None:
        like = sources["train"].entry if "train" in sources else None
        return "test", _load(trained, Located(source_from_path(data, like), ".", None), "test", targets, keep)
    order: tuple[Split, ...] = (split,) if split is not None else ("test", "validation", "train")
    for name in order:
        if name in sources or name in parts:
            source = sources[name if name in sources else "train"]
            located = Located(source.entry, spec.place.document.folder, source.allowed)
            return name, _load(trained, located, name, targets, keep)
    known = ", ".join([*sources, *parts]) or "none"
    message = f"the spec has no {split} rows" if split is not None else "the spec has no data"
    raise SpecError([Diagnostic("MS756", message, help=f"its splits are {known}; give other rows with --data")])


def _load(trained: Trained, source: Located, split: Split, targets: bool, keep: Sequence[str]) -> Arrays:
    """The rows of a split, which may be a part of those to train on."""
    network = trained.network
    divided = source.allowed is not None and (split == "train" or split in cuts(network))
    # Made-up rows are others without their targets: what is predicted must be what was trained and evaluated.
    needed = targets or isinstance(source.entry, Synthetic)
    raw = open_split(network, source, "train" if divided else split, targets=needed, keep=keep)
    arrays, _ = fit_split(network, source, raw, trained.learned)
    return part(arrays, parts_of(network, raw)[split]) if divided else arrays


def source_from_path(text: str, like: Source | None = None) -> Source:
    """`--data`: the path of a file, or `kind:argument` such as `dataset:digits`.

    A file of the same kind as the source `like` is read by the same options: its delimiter, what counts as a gap.
    """
    kind, _, argument = text.partition(":")
    if kind not in SOURCES or not argument:
        kind = next((name for name, entry in SOURCES.items() if text.endswith(entry.endings)), "")
        if isinstance(like, Images) and os.path.isdir(text):
            kind = like.kind
        argument = text
    if not kind:
        known = ", ".join(entry.endings[0] for entry in SOURCES.values() if entry.endings)
        message = f"--data {text}: expected a file that ends in one of {known}"
        raise SpecError([Diagnostic("MS756", message, help="or name the kind: `--data csv:rows.data`")])
    entry = SOURCES[kind]
    first = entry.first_argument()
    value: Any = int(argument) if argument.isdigit() else entry.argument(argument)
    options = {}
    if like is not None and type(like) is entry and like.from_file:
        options = like.model_dump(exclude_unset=True, exclude={first})
    try:
        source: Any = entry.model_validate({**options, first: value})
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        message = f"--data {text}: {detail['msg'][0].lower()}{detail['msg'][1:]}; received '{argument}'"
        raise SpecError([Diagnostic("MS756", message, help=f"write for example `--data {entry.example}`")]) from error
    return source  # type: ignore[no-any-return]


def evaluate_run(trained: Trained, data: str | None = None, split: Split | None = None) -> EvaluateResult:
    """The loss and metrics of every output, on rows as `choose_source` chooses them."""
    name, arrays = choose_source(trained, data, split, targets=True)
    train = trained.network.train
    table = rows(arrays)
    check_rows(trained.network, table.count, data or name)
    feed = Feed(table, train.validation_batch_size or train.batch_size)
    evaluation = Evaluation(trained.built.model, feed)
    with telling_failures(trained.built, feed.first_inputs, "evaluating"):
        results = by_output(trained.network, evaluation())
    return EvaluateResult(data or name, results, _notes(arrays, data or name))


def predict_run(
    trained: Trained, data: str | None = None, split: Split | None = None, keep: Sequence[str] = ()
) -> Predictions:
    """Each output's predictions on rows as `choose_source` chooses them, and the columns to `keep`."""
    name, arrays = choose_source(trained, data, split, targets=False, keep=keep)
    table = rows(arrays)
    with telling_failures(trained.built, lambda: table.take(slice(0, ROWS))[0], "predicting"):
        found = predicted(trained.built.model, table, trained.network.train.batch_size)
    outputs = {output.name: found[output.name] for output in trained.network.outputs}
    labels = trained.learned.labels
    return Predictions(arrays.kept, outputs, winners(trained.network, outputs), _notes(arrays, data or name), labels)


def _notes(arrays: Arrays, name: str) -> tuple[str, ...]:
    return tuple(f"{name}: {text}" for text in arrays.notes)
