"""Calls refused for what a step above them does: the help is for that step, and followed it leaves no error."""

import re

import pytest

from tests.checks.told import problems

START = "modelspec: 1\ninputs: {x: [20, 5], u: [88, 88, 3], v: [89, 89, 3], t: {shape: [1], dtype: string}}\n"


def spec(*layers, first=""):
    return START + first + "layers:\n" + "".join(f"  - {layer}\n" for layer in layers)


def errors(text):
    return [item for item in problems(text) if item.severity == "error"]


BELOW = ["LSTM: 4", "GRU: 4", "RNN: {cell: {GRUCell: 4}}", "Conv1D: {filters: 3, kernel_size: 2}", "MaxPooling1D: 2",
         "TimeDistributed: {layer: {Dense: 3}}", "GlobalAveragePooling1D", "Bidirectional: {layer: {LSTM: 4}}"]  # fmt: skip
ABOVE = {
    "LSTM: {units: 4}": "LSTM: {units: 4, return_sequences: true}",
    "Bidirectional: {layer: {GRU: {units: 4}}}": "Bidirectional: {layer: {GRU: {units: 4, return_sequences: true}}}",
    "RNN: {cell: {GRUCell: 4}}": "RNN: {cell: {GRUCell: 4}, return_sequences: true}",
}
BETWEEN = [[], ["Dropout: 0.1"], ["BatchNormalization", "Activation: relu"], ["Dense: 7"]]


@pytest.mark.parametrize("below", BELOW)
@pytest.mark.parametrize("above", ABOVE)
def test_a_sequence_that_ended_above_is_told_there(above, below):
    for between in BETWEEN:
        text = spec(f"{above}\n    from: x", *between, below)
        found = errors(text)
        assert [item.code for item in found] == ["MS401"]
        assert "`return_sequences: true`" in found[0].help
        assert 4 in [note.span.line for note in found[0].related]
        assert errors(text.replace(above, ABOVE[above])) == []


def test_a_sequence_that_ended_in_a_shared_layer_or_a_nested_model_is_told_there():
    shared = spec("{call: s, from: x}", "LSTM: 4", first="shared: {s: {LSTM: 4}}\n")
    model = spec("{call: m, from: x}", "LSTM: 4", first="models: {m: {inputs: {a: [20, 5]}, layers: [{LSTM: 4}]}}\n")
    for text in (shared, model):
        assert "return_sequences" in errors(text)[0].help


def test_an_image_that_lacks_an_axis_is_not_a_sequence():
    assert (
        "return_sequences" not in errors(spec("LSTM: 4\n    from: x", "Conv2D: {filters: 3, kernel_size: 3}"))[0].help
    )


@pytest.mark.parametrize(
    "cell", ["GRUCell: 4", "LSTMCell: 4", "SimpleRNNCell: 4", "StackedRNNCells: {cells: [{GRUCell: 4}, {LSTMCell: 2}]}"]
)
def test_a_cell_on_a_sequence_goes_into_rnn(cell):
    found = errors(spec(f"{cell}\n    from: x"))
    assert [item.code for item in found] == ["MS406"] and "RNN" in found[0].help
    right = re.search("`(.*)`", found[0].help)[1].replace("{cells: […]}", cell.partition(": ")[2])
    assert errors(spec(f"{right}\n    from: x")) == []


@pytest.mark.parametrize("pair", ["[u, v]", "[v, u]"])
def test_images_that_differ_on_two_axes_are_padded_or_cropped_and_not_joined_along_one(pair):
    found = errors(spec(f"Concatenate:\n    from: {pair}"))
    assert "concatenate along" not in found[0].help
    padding, cropping = re.findall("`([^`]*)`", found[0].help)
    for layer, changed in ((padding, "u"), (cropping, "v")):
        joined = pair.replace(changed, "c")
        assert errors(spec(f"{layer}\n    from: {changed}\n    name: c", f"Concatenate:\n    from: {joined}")) == []


def test_one_axis_that_differs_may_be_the_one_to_join_along():
    text = (
        START + "layers:\n  - Cropping1D: 2\n    from: x\n    name: c\n  - Concatenate: {axis: -1}\n    from: [x, c]\n"
    )
    right = re.search("`(axis: 1)`", errors(text)[0].help)[1]
    assert errors(text.replace("axis: -1", right)) == []


def test_both_axes_may_differ_and_then_none_is_offered():
    text = (
        START
        + "layers:\n  - Conv1D: {filters: 3, kernel_size: 3}\n    from: x\n    name: c\n  - Concatenate:\n    from: [x, c]\n"
    )
    assert "concatenate along" not in errors(text)[0].help


@pytest.mark.parametrize("axis", ["1", "[1]"])
def test_a_softmax_without_a_mask_keeps_its_axis(axis):
    first = f"Embedding: {{input_dim: 9, output_dim: 3, mask_zero: true}}\n    from: x\n  - Softmax: {{axis: {axis}}}"
    text = spec(first).replace("x: [20, 5]", "x: {shape: [20], dtype: int32}")
    found = errors(text)
    assert [item.code for item in found] == ["MS412"]
    right = re.search("`(.*?)`", found[0].help)[1]
    assert right == "ops.softmax: {axis: 1}"
    assert errors(text.replace(f"Softmax: {{axis: {axis}}}", right)) == []


@pytest.mark.parametrize("layer", ["StringLookup: {output_mode: one_hot}", "TextVectorization: {output_mode: count}"])
def test_a_size_left_open_is_told_at_the_layer_that_leaves_it(layer):
    found = errors(spec(f"{layer}\n    from: t", "Dense: 3"))
    assert any("vocabulary" in (item.help or "") for item in found)
    given = layer.replace("{", "{vocabulary: [a, b], ")
    assert errors(spec(f"{given}\n    from: t", "Dense: 3")) == []


def test_each_of_several_outputs_has_its_own_name_in_notes():
    found = errors(
        spec(
            "LSTM: {units: 3, return_state: true}\n    from: x\n    name: enc",
            "Concatenate:\n    from: [enc.0, enc.1, x]",
        )
    )
    assert [note.message.split()[0] for note in found[0].related] == ["'enc.0'", "'enc.1'", "'x'"]


MODELS = "models: {two: {inputs: {a: [5]}, layers: [{Dense: 3, name: p, from: a}, {Dense: 2, name: q, from: a}], outputs: [p, q]}}\n"


@pytest.mark.parametrize(
    "wrapper", ["TimeDistributed", "Bidirectional", "SpectralNormalization", "RNN", "StackedRNNCells"]
)
def test_a_model_inside_a_wrapper_is_called_by_its_name(wrapper):
    argument = {"RNN": "{cell: two}", "StackedRNNCells": "{cells: [two]}"}.get(wrapper, "two")
    text = spec(f"{wrapper}: {argument}\n    from: x", first=MODELS)
    for item in errors(text):
        assert not re.search("Standin|SharedName", f"{item.message} {item.help}")
    assert errors(text)


def test_a_model_with_two_outputs_inside_a_wrapper_is_told_with_their_names():
    found = errors(spec("TimeDistributed: two\n    from: x", first=MODELS))
    assert found[0].message.endswith("'two' gives 2: p, q") and "return_state" not in found[0].help
    assert (
        errors(spec("TimeDistributed: two\n    from: x", first=MODELS.replace("outputs: [p, q]", "outputs: p"))) == []
    )


STEPS_TAKEN = [
    "MultiHeadAttention: {num_heads: 2, key_dim: 3}\n    from: {query: l, value: l}",
    "MultiHeadAttention: {num_heads: 2, key_dim: 3}\n    from: {query: x, value: l}",
    "GroupQueryAttention: {head_dim: 2, num_query_heads: 2, num_key_value_heads: 1}\n    from: {query: l, value: l}",
]


@pytest.mark.parametrize("below", STEPS_TAKEN)
def test_a_sequence_that_ended_above_is_told_there_to_what_takes_several_tensors(below):
    text = spec("LSTM: {units: 5}\n    from: x\n    name: l", below)
    wrong = [item for item in errors(text) if "return_sequences" in (item.help or "")]
    if "query: l" in below:
        assert len(wrong) == len(errors(text)) == 1
    assert errors(text.replace("units: 5", "units: 5, return_sequences: true")) == []


def test_attention_without_steps_does_not_speak_of_axes_that_it_does_not_have():
    text = spec("LSTM: 5\n    from: x\n    name: l", "Attention:\n    from: [l, l]\n    name: a")
    text += "outputs: {a: {}}\n"
    wrong = next(item for item in problems(text) if item.code == "MS414")
    assert "name another axis" not in wrong.help and "return_sequences: true" in wrong.help
    assert "MS414" not in [
        item.code for item in problems(text.replace("LSTM: 5", "LSTM: {units: 5, return_sequences: true}"))
    ]


@pytest.mark.parametrize("step", ["Add:", "Multiply:", "Maximum:", "ops.concatenate: {axis: -1}", "Concatenate:"])
def test_what_makes_two_images_of_one_size_is_what_the_help_says(step):
    text = spec(f"{step}\n    from: [u, v]")
    wrong = errors(text)
    assert [item.code for item in wrong] == ["MS402"]
    layer = re.search(r"pad the first, `(ZeroPadding2D: [^`]*)`", wrong[0].help).group(1)
    assert errors(spec(f"{layer}\n    from: u\n    name: w", f"{step}\n    from: [w, v]")) == []
    layer = re.search(r"crop the second, `(Cropping2D: [^`]*)`", wrong[0].help).group(1)
    assert errors(spec(f"{layer}\n    from: v\n    name: w", f"{step}\n    from: [u, w]")) == []
