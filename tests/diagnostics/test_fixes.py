"""A fix is certain: put into the text, the same place has no error any more."""

import json
import random

import pytest

from modelspec.diagnostics import Diagnostic, File, Fix, Replacement, Span
from modelspec.diagnostics.render.json import render_json
from modelspec.diagnostics.render.sarif import render_sarif
from modelspec.pipeline import check_text
from tests.edits.edits import edits

SPEC = """\
modelspec: 1
vars: {width: 8}
inputs:
  x: {shape: [4], column: a}
  z: [2]
layers:
  - Dense: {units: $width, activation: relu}
    name: hidden
    from: x
  - Dropout: 0.5
    from: hidden
  - Flatten:
    name: flat
  - Concatenate:
    from: [flat, z]
  - {Dense: {units: 3, activation: softmax}, name: y}
outputs:
  y: {loss: sparse_categorical_crossentropy, metrics: [accuracy], loss_weight: 0.5}
train:
  optimizer: {Adam: {learning_rate: 1e-3}}
  epochs: 3
  shuffle: true
  callbacks: [{EarlyStopping: {monitor: loss}}]
data: {train: {synthetic: 100}, validation: {split: 0.25}}
"""


def put(text, fix):
    """The text with the edit."""
    lines = text.split("\n")
    line = lines[fix.span.line - 1]
    assert fix.span.end_line == fix.span.line
    lines[fix.span.line - 1] = line[: fix.span.column - 1] + fix.text + line[fix.span.end_column - 1 :]
    return "\n".join(lines)


def told(text):
    return check_text(text, "spec.yaml").diagnostics


def still_wrong(text, problem):
    """What is wrong at the place of a fix after it, or with the text as YAML."""
    start = (problem.fix.span.line, problem.fix.span.column)
    return [
        item
        for item in told(put(text, problem.fix))
        if item.severity == "error" and ((item.span.line, item.span.column) == start or item.code == "MS118")
    ]


def test_the_spec_itself_is_good():
    assert told(SPEC) == ()


@pytest.mark.parametrize(
    ("old", "new", "fixed"),
    [
        ("epochs: 3", "epohcs: 3", "epochs: 3"),
        ("epochs: 3", "nb_epoch: 3", "epochs: 3"),
        ("epochs: 3", "max_epochs: 3", "epochs: 3"),
        ("epochs: 3", "epochs: 3.0", "epochs: 3"),
        ("epochs: 3", 'epochs: "3"', "epochs: 3"),
        ("shuffle: true", "shuffle: yes", "shuffle: true"),
        ("loss_weight: 0.5", "loss_wieght: 0.5", "loss_weight: 0.5"),
        ("metrics: [acc", "metrcs: [acc", "metrics: [acc"),
        ("units: 3", "unts: 3", "units: 3"),
        ("units: 3", "output_dim: 3", "units: 3"),
        ("learning_rate: 1e-3", "lr: 1e-3", "learning_rate: 1e-3"),
        ("activation: softmax", "activation: sotfmax", "activation: softmax"),
        ("- Flatten:\n", "- Flaten:\n", "- Flatten:\n"),
        ("Dropout: 0.5", "Drpout: 0.5", "Dropout: 0.5"),
        ("  - Dropout: 0.5\n    from: hidden\n", "  - Dropout:0.5\n", "  - Dropout: 0.5\n"),
        ("from: hidden", "from: hiden", "from: hidden"),
        ("monitor: loss", "monitr: loss", "monitor: loss"),
        ("optimizer: {Adam", "optimizr: {Adam", "optimizer: {Adam"),
        ("  - Concatenate:\n    from", "  - Concatenate\n    from", "  - Concatenate:\n    from"),
        ("  epochs: 3\n", "  epochs 3\n", "  epochs: 3\n"),
        ("data: {train", "dta: {train", "data: {train"),
        ("synthetic: 100", "synthtic: 100", "synthetic: 100"),
        ("accuracy]", "acuracy]", "accuracy]"),
    ],
)
def test_what_is_certain_is_mended(old, new, fixed):
    assert old in SPEC
    text = SPEC.replace(old, new)
    (problem,) = (item for item in told(text) if item.fix is not None)
    assert put(text, problem.fix) == SPEC.replace(old, fixed)
    assert not still_wrong(text, problem)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("activation: relu", "activation: rleu"),  # selu, gelu and others are as near
        ("units: $width", "units: $widht"),  # which is told where the variable is used: another text stands there
        ("epochs: 3", "epochs: many"),
        ("column: a", "colunm: a"),  # columns is as near
        ("Dropout: 0.5", "Linear: 5"),  # another library's layer, whose arguments may differ
        ("  - Flatten:\n", "  - Flatten\n    Dense: 3\n"),  # a dash is missing, and not a colon
        ("synthetic: 100", "synthetic: [100"),
    ],
)
def test_what_may_be_meant_otherwise_is_not_mended(old, new):
    assert old in SPEC
    found = told(SPEC.replace(old, new))
    assert found
    assert [item.fix for item in found if item.fix is not None and item.fix.text not in ("width",)] == []


def test_every_fix_of_small_edits_mends_its_place():
    every = list(edits(SPEC))
    chosen = random.Random(3).sample(every, 700) + [edit for edit in every if edit.role is not None]
    mended, faults = 0, []
    for edit in chosen:
        for problem in told(edit.text):
            if problem.fix is not None:
                mended += 1
                faults += [
                    f"{edit.kind} in line {edit.line}: {problem.fix}: {what}"
                    for what in still_wrong(edit.text, problem)
                ]
    assert mended > 40
    assert not faults, "\n".join(faults)


def test_a_fix_that_mends_nothing_is_found():
    text = SPEC.replace("epochs: 3", "epohcs: 3")
    (problem,) = (item for item in told(text) if item.fix is not None)
    wrong = Diagnostic("MS201", "", problem.span, fix=Fix(problem.fix.span, "epcs"))
    assert [item.code for item in still_wrong(text, wrong)] == ["MS201"]


@pytest.mark.parametrize(("written", "mends"), [("unts", True), ("'unts'", True), ("$unts", False), ("*unts", False)])
def test_an_edit_replaces_just_what_is_named(written, mends):
    file = File("a.yaml", f"x: {written}")
    help = Replacement("did you mean 'units'?", "unts", "units")
    assert (help.at(Span(file, 1, 4, 1, 4 + len(written))) is not None) == mends
    assert help.at(Span("a.yaml", 1, 4, 1, 8)) is None


def test_programs_read_the_edit_beside_the_other_fields():
    found = told(SPEC.replace("epochs: 3", "epohcs: 3").replace("units: 3", "units: -3"))
    with_fix = [item for item in json.loads(render_json(found, 1))["diagnostics"] if "fix" in item]
    assert [item["code"] for item in with_fix] == ["MS201"]
    assert with_fix[0]["fix"] == {"line": 21, "column": 3, "end_line": 21, "end_column": 9, "text": "epochs"}
    results = json.loads(render_sarif(found, "1"))["runs"][0]["results"]
    (change,) = next(item["fixes"] for item in results if "fixes" in item)[0]["artifactChanges"]
    assert change["replacements"][0]["insertedContent"] == {"text": "epochs"}
