"""`null` takes a key away, under `extends`, in `--set` and in a stage; where it is a value it stays one."""

from __future__ import annotations

import pytest

from modelspec.draw.spec_yaml import document_yaml
from modelspec.pipeline import check_text
from modelspec.source import Mapping, Sequence, parse

BASE = """\
modelspec: 1
name: base
description: all keys
vars: {width: 8}
x-own: {a: 1}
blocks:
  wide: {description: d, params: {units: 4}, inputs: [x], layers: [{Dense: $units, name: d}], output: d}
inputs: {x: [4], C1: {shape: [4], dtype: float32, column: c}, C2: {shape: [1], missing: mean, parse: {date: '%Y'}}, C3: {shape: [4, 4, 1], decode: image}}
shared: {twice: {Dense: 3}}
models:
  m: {inputs: {x: [4]}, layers: [{Dense: 3, name: d}], outputs: [d], trainable: true, freeze: []}
layers:
  - {block: wide, from: x, with: {units: 5}, name: body}
  - {LSTM: {units: $width, activation: tanh}, from: x, name: never, when: false}
  - {call: m, from: x, name: mm}
  - {call: twice, from: x, name: t}
  - {Dense: {units: 1, activation: relu}, from: body, name: y}
  - {Dense: 1, from: C1, name: z}
  - {Dense: {units: 2, activation: softmax}, from: C2, name: k}
outputs:
  y: {loss: mse, loss_weight: 0.5, metrics: [mae], weighted_metrics: [mae], column: d}
  z: {loss: mse, sample_weight: w}
  k: {loss: sparse_categorical_crossentropy, labels: [a, b]}
train:
  optimizer: {SGD: 0.1}
  loss: mse
  epochs: 3
  batch_size: 8
  seed: 1
  shuffle: false
  steps_per_epoch: 2
  validation_freq: 2
  validation_batch_size: 4
  callbacks: [{EarlyStopping: {patience: 2}}, TerminateOnNaN]
  deterministic: true
  jit_compile: false
  precision: float32
  steps_per_execution: 1
  distribute: mirrored
  checkpoint: {every: 1 epoch, keep: 2}
  freeze: [y]
  stages: [{epochs: 1, freeze: []}, {epochs: 2}]
data:
  train: {synthetic: 64}
  validation: {split: 0.1}
  test: {synthetic: 8}
budget: {parameters: 5e6, flops: 1e9}
"""
VALUES = {
    "vars.width", "x-own", "x-own.a", "blocks.wide.params.units", "layers[0].with.units", "outputs.y.loss", "outputs.z.loss", "outputs.k.loss",
}  # fmt: skip
"""The keys at which null is a value of its own; below an object's name all are."""


def paths(node, path=""):
    if isinstance(node, Mapping):
        for key, item in node.entries.items():
            yield f"{path}.{key}".lstrip(".")
            yield from paths(item.value, f"{path}.{key}".lstrip("."))
    elif isinstance(node, Sequence):
        for index, item in enumerate(node.items):
            yield from paths(item, f"{path}[{index}]")


def is_object(path):
    return any(part.split("[")[0] in ("Dense", "LSTM", "SGD", "EarlyStopping") for part in path.split("."))


ALL = list(paths(parse(BASE, "b")[0].root))


def value_at(root, path):
    """The value at a path, or KeyError."""
    for part in path.replace("[", ".").replace("]", "").split("."):
        root = root[int(part)] if isinstance(root, list) else root[part]
    return root


def settled(text, overrides=(), **more):
    from modelspec.expansion import compose
    from modelspec.language.short_forms import first_argument_at
    from modelspec.source import Limits, plain

    document, _ = parse(text, more.get("file", "b.yaml"))
    merged, problems = compose(document, overrides, Limits(), first_argument_at)
    return plain(merged.root), problems


def test_the_base_has_every_key_of_the_language():
    from modelspec.language.reader import SPEC_KEYS
    from modelspec.language.sections.inputs import InputSpec
    from modelspec.language.sections.outputs import OutputSpec
    from modelspec.language.sections.training import TrainSpec
    from modelspec.language.settings import settings_of

    last = {path.rpartition(".")[2] for path in ALL}
    assert set(SPEC_KEYS) - last == {"extends"}
    assert set(settings_of(TrainSpec, "train")) - last <= {"class_weight", "init_from"}
    assert set(settings_of(OutputSpec)) - last <= {"from", "columns", "class_weight"}
    assert set(settings_of(InputSpec)) - last <= {"columns"}


@pytest.mark.parametrize("path", ALL)
def test_set_takes_every_key_away_or_sets_the_value(path):
    found, problems = settled(BASE, [f"{path}=null"])
    assert problems == ()
    if path in VALUES or is_object(path):
        assert value_at(found, path) is None
    else:
        with pytest.raises(KeyError):
            value_at(found, path)


@pytest.mark.parametrize("path", [path for path in ALL if "[" not in path])
def test_extends_takes_every_key_away_or_sets_the_value(path, tmp_path):
    (tmp_path / "base.yaml").write_text(BASE, encoding="utf-8")
    parts = path.split(".")
    over = "modelspec: 1\nextends: base.yaml\n" if parts != ["modelspec"] else "extends: base.yaml\n"
    over += "".join(f"{'  ' * level}{part}:\n" for level, part in enumerate(parts[:-1]))
    over += f"{'  ' * (len(parts) - 1)}{parts[-1]}: null\n"
    found, problems = settled(over, file=str(tmp_path / "over.yaml"))
    assert problems == ()
    if path in VALUES or is_object(path):
        assert value_at(found, path) is None
    else:
        with pytest.raises(KeyError):
            value_at(found, path)


def test_items_are_taken_away_and_sizes_are_free():
    found, _ = settled(
        BASE, ["layers.never=null", "train.callbacks.0=null", "train.stages[1]=null", "inputs.x[0]=null"]
    )
    assert [step.get("name") for step in found["layers"]] == ["body", "mm", "t", "y", "z", "k"]
    assert found["train"]["callbacks"] == ["TerminateOnNaN"]
    assert len(found["train"]["stages"]) == 1
    assert found["inputs"]["x"] == [None]


def test_a_key_that_is_not_there_is_told():
    _, problems = settled(BASE, ["train.epoch=null", "train.init_from=null", "inputs.y=null"])
    assert (problems[0].code, problems[0].help) == ("MS155", "did you mean 'epochs'?")
    assert len(problems) == 3


def test_what_is_left_is_a_spec():
    text = BASE.replace("distribute: mirrored", "distribute: null")
    checked = check_text(
        text, overrides=["train.stages=null", "data.validation=null", "layers.never=null", "train.callbacks[0]=null"]
    )
    assert [item for item in checked.diagnostics if item.severity == "error"] == []
    written = document_yaml(checked.document)
    assert "stages" not in written
    assert "validation:" not in written


def test_a_stage_takes_a_setting_of_train_away():
    text = BASE.replace("{epochs: 1, freeze: []}", "{epochs: 1, steps_per_epoch: null, freeze: null}")
    network = check_text(text).network
    first, second = network.train.stages
    assert (first.steps_per_epoch, first.freeze) == (None, ())
    assert (second.steps_per_epoch, second.freeze) == (2, ("y",))
