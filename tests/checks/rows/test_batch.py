"""Rows that do not stay rows, and rows that depend on each other; Keras fails on the first, or says nothing."""

import pytest
import yaml

from tests.checks.told import told
from tests.graph.direct import Direct

ONE, TWO = "inputs: {x: [4]}", "inputs: {x: [4], y: [4]}"
STEPS = "inputs: {x: [5, 4]}"
FREE = "inputs: {x: [null, 4]}"
MODEL = "models: {m: {inputs: {q: [4]}, layers: [{ops.ravel: null}]}}"
REFUSED = [
    (TWO, "{Concatenate: {axis: 0}, from: [x, y]}, {Dense: {units: 1}}"),
    (TWO, "{ops.matmul: null, from: [x, y]}, {Dense: {units: 1}}"),
    (TWO, "{ops.vstack: null, from: [x, y]}"),
    (STEPS, "{ops.reshape: {newshape: [-1, 4]}}, {Dense: {units: 1}}"),
    (STEPS, "{ops.transpose: {axes: [1, 0, 2]}}"),
    (STEPS, "{ops.swapaxes: {axis1: 0, axis2: 1}}"),
    (ONE, "{ops.sum: {axis: 0}}"),
    (ONE, "{ops.ravel: null}"),
    (ONE, "{ops.repeat: {repeats: 2, axis: 0}}"),
    (ONE, "{ops.get_item: {key: 0}}"),
    (ONE, "{ops.vsplit: {indices_or_sections: 2}, name: s}, {Dense: {units: 1}, from: s.0}"),
    (ONE, "{ops.pad: {pad_width: [[1, 1], [0, 0]]}}"),
    (f"{ONE}\n{MODEL}", "{call: m}"),
    (FREE, "{ops.nancumprod: null}"),
    (FREE, "{ops.swapaxes: {axis1: 0, axis2: 1}}"),
    (FREE, "{ops.reshape: {newshape: [-1, 4]}}, {Dense: {units: 1}}"),
]
TAKEN = [
    (FREE, "{ops.sum: {axis: 1}}"),
    (FREE, "{ops.swapaxes: {axis1: 0, axis2: 1}}, {ops.swapaxes: {axis1: 0, axis2: 1}}"),
    (STEPS, "{ops.reshape: {newshape: [-1, 4]}}, {Dense: {units: 3}}, {ops.reshape: {newshape: [-1, 5, 3]}}"),
    (STEPS, "{ops.transpose: {axes: [1, 0, 2]}}, {ops.transpose: {axes: [1, 0, 2]}}"),
    (ONE, "{ops.expand_dims: {axis: 0}}, {ops.squeeze: {axis: 0}}"),
    (ONE, "{ops.get_item: {key: 0}, name: first}, {ops.add: null, from: [x, first]}"),
    (ONE, "{ops.sum: {axis: 1}}"),
    (TWO, "{Concatenate: {axis: 1}, from: [x, y]}"),
]
MIXED = [
    (ONE, "{ops.softmax: {axis: 0}}"),
    (ONE, "{ops.mean: {axis: 0}, name: m}, {ops.subtract: null, from: [x, m]}"),
    (ONE, "{ops.mean: null, name: m}, {ops.subtract: null, from: [x, m]}"),
    (ONE, "{ops.flip: {axis: 0}}"),
    (ONE, "{Softmax: {axis: 0}}"),
    (ONE, "{Softmax: {axis: -2}}"),
    (TWO, "{Attention: null, from: [x, y]}"),
]


def written(head, steps):
    return f"modelspec: 1\n{head}\nlayers: [{steps}]\n"


def fails(head, steps):
    direct = Direct(yaml.safe_load(written(head, steps)))
    try:
        direct.build()
        direct.run()
    except Exception:  # whatever Keras or TensorFlow raise
        return True
    return False


@pytest.mark.parametrize(("head", "steps"), REFUSED)
def test_what_does_not_give_a_row_for_each_row_is_refused(head, steps):
    assert [code for code, _, _ in told(written(head, steps)) if code != "MS414"] == ["MS413"]
    assert fails(head, steps)


@pytest.mark.parametrize(("head", "steps"), TAKEN)
def test_what_brings_the_rows_back_is_taken(head, steps):
    assert told(written(head, steps)) == []


@pytest.mark.parametrize(("head", "steps"), MIXED)
def test_what_computes_along_the_batch_is_warned_of(head, steps):
    assert [code for code, _, _ in told(written(head, steps))] == ["MS414"]
    assert not fails(head, steps)


@pytest.mark.parametrize("step", ["ops.arange: 4, from: x", "ops.matmul: , from: [x, x]", "ops.eye: 3, from: [x, x]"])
def test_what_is_refused_for_any_batch_is_told_once(step):
    found = told(
        f"modelspec: 1\ninputs: {{x: [4, 3], y: [4]}}\nlayers:\n  - {{{step}}}\n  - {{Flatten: , from: x, name: z}}\n"
    )
    assert len([item for item in found if item[0] not in ("MS502", "MS503")]) == 1, found
