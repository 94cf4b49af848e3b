"""The Keras model that is built is the one that a user would write by hand."""

import keras
import numpy as np

import modelspec

SPEC = """
modelspec: 1
inputs: {x: [5, 4], h: [3], c: [3], g: [6]}
layers:
  - RNN: {cell: {StackedRNNCells: [{LSTMCell: 3}, {GRUCell: 6}]}, return_state: true}
    from: {sequences: x, initial_state: [[h, c], g]}
    name: stack
outputs:
  last: {from: stack.0}
  state: {from: stack.3}
"""


def test_the_states_of_a_stack_of_cells_reach_their_cells(tmp_path):
    (tmp_path / "spec.yaml").write_text(SPEC)
    model = modelspec.build(tmp_path / "spec.yaml")
    layers, shapes = keras.layers, {"x": (5, 4), "h": (3,), "c": (3,), "g": (6,)}
    inputs = {name: keras.Input(shape, name=name) for name, shape in shapes.items()}
    stack = layers.RNN(layers.StackedRNNCells([layers.LSTMCell(3), layers.GRUCell(6)]), return_state=True)
    output, (_, _), state = stack(inputs["x"], initial_state=[[inputs["h"], inputs["c"]], inputs["g"]])
    theirs = keras.Model(inputs, {"last": output, "state": state})
    theirs.set_weights(model.get_weights())
    random = np.random.default_rng(0)
    arrays = {name: random.normal(size=(2, *shape)).astype("float32") for name, shape in shapes.items()}
    ours, wanted = model.predict(arrays, verbose=0), theirs.predict(arrays, verbose=0)
    for name in ("last", "state"):
        assert np.array_equal(ours[name], wanted[name])
    swapped = model.predict({**arrays, "h": arrays["c"], "c": arrays["h"]}, verbose=0)
    assert not np.array_equal(ours["last"], swapped["last"])
