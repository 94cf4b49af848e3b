"""What a help tells to write keeps what the user wrote, validates, and is what was meant: the help is followed to the letter."""

import re

import pytest

from modelspec.catalogue.kinds import find, names
from modelspec.catalogue.layers.recurrent.cells import Cell
from modelspec.language.arguments import first_argument
from modelspec.language.meant.other_layers import LAYERS
from modelspec.manual.examples import nested, sample_arguments
from modelspec.pipeline import check_text

HEAD = "modelspec: 1\ninputs: {x: [5, 3]}\nlayers:\n"


def errors(text):
    return [item for item in check_text(text, "spec.yaml").diagnostics if item.severity == "error"]


def at(text, problem):
    """The text that a problem points at."""
    span = problem.span
    return text.split("\n")[span.line - 1][span.column - 1 : span.end_column - 1]


def followed(text, problem):
    """The text with the first thing that the help puts in backticks, in the place of what the problem is said of."""
    written = re.search(r"`([^`]*)`", problem.help).group(1)
    span, lines = problem.span, text.split("\n")
    line = lines[span.line - 1]
    lines[span.line - 1] = line[: span.column - 1] + written + line[span.end_column - 1 :]
    return "\n".join(lines)


CELLS = {"LSTM": "LSTMCell", "GRU": "GRUCell", "SimpleRNN": "SimpleRNNCell"}


@pytest.mark.parametrize("layer", CELLS)
@pytest.mark.parametrize("value", ["4", "{units: 4}", "{units: 4, use_bias: false, kernel_initializer: he_normal}"])
@pytest.mark.parametrize(
    "around",
    [
        "RNN: {{cell: {}}}", "RNN: [{{LSTMCell: 4}}, {}]", "RNN: {{cell: [{{LSTMCell: 4}}, {}]}}",
        "RNN: {{cell: {{StackedRNNCells: [{{LSTMCell: 4}}, {}]}}}}", "RNN: {{cell: {{StackedRNNCells: {{cells: [{}]}}}}}}",
        "Bidirectional: {{layer: {{RNN: {{cell: {}}}}}}}",
    ],
)  # fmt: skip
def test_a_layer_where_a_cell_is_wanted_leads_to_its_cell(layer, value, around):
    wrong = f"{{{layer}: {value}}}"
    text = HEAD + f"  - {around.format(wrong)}\n"
    [problem] = errors(text)
    assert (problem.code, at(text, problem)) == ("MS208", wrong)
    assert problem.help.startswith(f"write `{{{CELLS[layer]}: {value}}}`: a cell computes one step")
    right = followed(text, problem)
    assert errors(right) == [] and right == text.replace(wrong, f"{{{CELLS[layer]}: {value}}}")


def test_what_a_cell_does_not_take_belongs_to_rnn():
    [problem] = errors(HEAD + "  - RNN: {cell: {LSTM: {units: 4, return_sequences: true}}}\n")
    assert problem.help.startswith("write `{LSTMCell: {units: 4}}`: ")
    assert problem.help.endswith("; `return_sequences: true` belongs to RNN")


@pytest.mark.parametrize(
    "layer", [name for name in names("layer") if name[:1].isupper() and not issubclass(find("layer", name), Cell)]
)
def test_no_layer_but_a_cell_goes_into_rnn_and_each_is_told_what_to_write(layer):
    value = nested(layer, sample_arguments(find("layer", layer)))
    told = [item for item in errors(HEAD + f"  - RNN: {{cell: {value}}}\n") if item.code == "MS208"]
    assert told and told[0].help != "change `cell`"


@pytest.mark.parametrize(
    "cell", ["{GRUCell: 3}", "{LSTMCell: {units: 3, dropout: 0.5}}", "{StackedRNNCells: [{GRUCell: 3}]}"]
)
@pytest.mark.parametrize(
    "wrapper", ["Bidirectional: {{layer: {}}}", "Bidirectional: {{layer: {{LSTM: 3}}, backward_layer: {}}}"]
)
def test_a_cell_where_a_recurrent_layer_is_wanted_leads_to_rnn(cell, wrapper):
    text = HEAD + f"  - {wrapper.format(cell)}\n"
    problem = next(item for item in errors(text) if item.code == "MS208")
    assert at(text, problem) == cell
    more = ", go_backwards: true" if "backward" in wrapper else ""
    assert problem.help.startswith(f"write `{{RNN: {{cell: {cell}{more}}}}}`")
    assert errors(followed(text, problem)) == []


@pytest.mark.parametrize(
    "wrong", ["Bidirectional: {GRUCell: 3}", "RNN: {LSTM: 4}", "RNN: {GRU: 4, return_sequences: true}"]
)
def test_an_object_of_another_kind_beside_the_arguments_is_told_once_with_what_goes_there(wrong):
    text = HEAD + f"  - {wrong}\n"
    [problem] = errors(text)
    right = re.search(r"`([^`]*)`", problem.help).group(1)
    assert problem.code == "MS208" and errors(HEAD + f"  - {right}\n") == []


def test_a_cell_at_each_step_leads_to_rnn_with_all_steps():
    for inner in ("{GRUCell: 3}", "{layer: {GRUCell: 3}}"):
        [problem] = errors(HEAD + f"  - TimeDistributed: {inner}\n")
        right = re.search(r"`([^`]*)`", problem.help).group(1)
        assert right == "RNN: {cell: {GRUCell: 3}, return_sequences: true}"
        assert errors(HEAD + f"  - {right}\n") == []


@pytest.mark.parametrize("layer", ["LSTM", "GRU", "SimpleRNN"])
@pytest.mark.parametrize("value", ["4", "{units: 4, use_bias: false}"])
def test_a_backward_layer_is_told_to_go_backwards(layer, value):
    backward = f"{{{layer}: {value}}}"
    text = HEAD + f"  - Bidirectional: {{layer: {{LSTM: 4}}, backward_layer: {backward}}}\n"
    [problem] = errors(text)
    assert at(text, problem) == backward and "go_backwards: true" in problem.help
    assert errors(followed(text, problem)) == []


def test_a_layer_alone_that_goes_backwards_is_told_to_go_forwards():
    text = HEAD + "  - Bidirectional: {layer: {LSTM: {units: 4, go_backwards: true}}}\n"
    [problem] = errors(text)
    assert problem.help.startswith("remove `go_backwards`")


def test_a_stack_alone_is_told_with_its_cells():
    stack = "StackedRNNCells: [{LSTMCell: 4}, {GRUCell: {units: 3, activation: relu}}]"
    [problem] = errors(HEAD + f"  - {stack}\n")
    assert f"`RNN: {{cell: {{{stack}}}}}`" in problem.help
    assert errors(HEAD + f"  - RNN: {{cell: {{{stack}}}}}\n") == []


@pytest.mark.parametrize(
    ("wrong", "right"),
    {
        "Conv2d: 3": "`Conv2D: {filters: 3, kernel_size: …}`",
        "Deconvolution2D: 3": "`Conv2DTranspose: {filters: 3, kernel_size: …}`",
        "BatchNorm2d: 64": "`BatchNormalization` alone: the number of features comes from the step's input",
        "LayerNorm: 64": "`LayerNormalization` alone: the number of features comes from the step's input",
        "Dropout2d: 0.3": "`SpatialDropout2D: 0.3`",
        "FC: 10": "`Dense: 10`",
        "nn.LeakyReLU: 0.2": "`LeakyReLU: 0.2`",
        "BiLSTM: 32": "`Bidirectional: {layer: {LSTM: 32}}`",
        "Unsqueeze: 1": "`ops.expand_dims: 1`",
        "ops.unsqueeze: 1": "`ops.expand_dims: 1`",
        "ops.permute: [0, 2, 1]": "`ops.transpose: [0, 2, 1]`",
        "TimeDistributedDense: 8": "`TimeDistributed: {layer: {Dense: 8}}`",
        "ThresholdedReLU: 0.5": "`ReLU: {threshold: 0.5}`",
        "Conv2d: [32, 3]": "`Conv2D: {filters: 32, kernel_size: 3}`",
        "Convolution2D: [64, 3, 3]": "`Conv2D: {filters: 64, kernel_size: [3, 3]}`",
        "nn.Embedding: [100, 8]": "`Embedding: {input_dim: 100, output_dim: 8}`",
        "Dense: {activation: relu, use_bias: false}": "`Dense: {units: …, activation: relu, use_bias: false}`",
        "ops.expand_dims": "`ops.expand_dims: {axis: …}`",
        "MultiHeadAttention: 8": "`MultiHeadAttention: {num_heads: 8, key_dim: …}`",
    }.items(),
)
def test_a_help_keeps_the_value_that_was_given(wrong, right):
    assert [item for item in errors(HEAD + f"  - {wrong}\n") if f"write {right}" in (item.help or "")], wrong


ONE_NUMBER = [
    name
    for name, new in LAYERS.items()
    if " " not in new
    and find("layer", new) is not None
    and first_argument(find("layer", new)) in ("units", "rate", "filters")
]


@pytest.mark.parametrize("name", ONE_NUMBER)
def test_a_lone_number_of_a_layer_by_another_name_stays(name):
    value = "0.25" if first_argument(find("layer", LAYERS[name])) == "rate" else "7"
    told = [item for item in errors(HEAD + f"  - {name}: {value}\n") if item.code == "MS206"]
    assert value in told[0].help


@pytest.mark.parametrize(
    ("layer", "right"),
    {
        "Conv1D: {filters: 4, kernel_size: 3, padding: 1}": "ZeroPadding1D: 1",
        "SeparableConv1D: {filters: 4, kernel_size: 3, padding: 2}": "ZeroPadding1D: 2",
        "MaxPooling1D: {pool_size: 2, padding: 1}": None,
    }.items(),
)
def test_a_number_of_padded_places_leads_to_same_or_to_a_step(layer, right):
    [problem] = errors(HEAD + f"  - {layer}\n")
    assert errors(followed(HEAD + f"  - {layer}\n", problem)) == []
    assert (right is None) == ("ZeroPadding" not in problem.help)
    if right is not None:
        assert f"`{right}`" in problem.help
        valid = re.sub("padding: [0-9]", "padding: valid", layer)
        assert errors(HEAD + f"  - {right}\n  - {valid}\n") == []


@pytest.mark.parametrize(
    ("wrong", "right"),
    {
        "tf.reduce_mean: {axis: 1}": "ops.mean", "K.mean: {axis: 1}": "ops.mean", "np.mean: {axis: 1}": "ops.mean",
        "keras.ops.mean: {axis: 1}": "ops.mean", "tf.math.reduce_sum: {axis: 1}": "ops.sum", "mean: {axis: 1}": "ops.mean",
        "tf.keras.backend.mean: {axis: 1}": "ops.mean", "ops.numpy.mean: {axis: 1}": "ops.mean",
        "ops.tf.reduce_mean: {axis: 1}": "ops.mean", "ops.nn.relu": "ops.relu", "F.softmax: {axis: 1}": "ops.softmax",
        "tf.nn.relu": "Activation: relu", "torch.relu": "Activation: relu", "relu": "Activation: relu",
        "torch.nn.Flatten": "Flatten", "tf.keras.layers.batch_normalization": "BatchNormalization",
        "ops.Softmax": "Softmax", "ops.Flatten": "Flatten", "tf.squeeze": "ops.squeeze", "jnp.square": "ops.square",
        "torch.nn.functional.gelu": "Activation: gelu", "ops.reciprocl": "ops.reciprocal",
    }.items(),
)  # fmt: skip
def test_functions_of_other_libraries_lead_to_a_step_that_validates(wrong, right):
    text = "modelspec: 1\ninputs: {x: [1, 3]}\nlayers:\n" + f"  - {wrong}\n"
    [problem] = errors(text)
    assert re.search(r"[`']([^`']*)[`']", problem.help).group(1) == right
    assert errors(text.replace(wrong.split(": {")[0], right)) == []


@pytest.mark.parametrize("wrong", ["ops.matrix_multiply", "tf.matmul", "torch.bmm", "ops.mm", "K.batch_dot"])
def test_products_lead_to_matmul(wrong):
    text = f"modelspec: 1\ninputs: {{x: [3, 3]}}\nlayers:\n  - {wrong}:\n    from: [x, x]\n"
    [problem] = errors(text)
    assert problem.help == "write `ops.matmul`" and errors(text.replace(wrong, "ops.matmul")) == []


def test_each_of_many_misspelt_names_of_ordinary_size_gets_a_suggestion():
    steps = "".join(f"  - {{Dense: 4, name: tower{index}_layer}}\n" for index in range(120))
    wrong = "".join(f"  - {{Dense: 4, from: towr{index}_layer}}\n" for index in range(60))
    told = errors(HEAD + steps + wrong)
    assert [item.help for item in told] == [f"did you mean 'tower{index}_layer'?" for index in range(60)]


def test_the_nearest_of_many_names_is_found_as_difflib_finds_it():
    from difflib import get_close_matches

    from modelspec.source.words import closest

    known = [*names("layer"), *(f"stage{stage}_block{block}_conv" for stage in range(6) for block in range(40))]
    for name in known[::7]:
        for wrong in (name[:3] + name[4:], name + "q", name[:-2] + name[-1] + name[-2]):
            if wrong.replace("_", "").lower() not in {item.replace("_", "").lower() for item in known}:
                assert [closest(wrong, known)] == get_close_matches(wrong, known, 1, 0.6), wrong


@pytest.mark.parametrize(
    "step",
    [
        "FC: $nothing",
        "Conv2D: {filters: $nothing}",
        "TimeDistributed: {Dense: $nothing}",
        "RNN: {cell: {LSTM: $nothing}}",
    ],
)
def test_what_could_not_be_computed_is_not_shown(step):
    told = check_text(HEAD + f"  - {step}\n", "spec.yaml").diagnostics
    assert "MS142" in {item.code for item in told} and "MS600" not in {item.code for item in told}
