"""Layers that learn from rows: told where no rows can teach them, wherever they stand, and the help makes them right."""

import re

import pytest
import yaml

from modelspec.catalogue.kinds import find
from modelspec.catalogue.layers import LAYERS
from modelspec.pipeline import check_text

LEARNING = {
    "StringLookup": ("{}", "string", "{vocabulary: [a, b]}"),
    "IntegerLookup": ("{output_mode: multi_hot}", "int64", "{vocabulary: [4, 9], output_mode: multi_hot}"),
    "TextVectorization": ("{max_tokens: 20, output_sequence_length: 4}", "string", "{vocabulary: [a, b]}"),
    "Discretization": ("{num_bins: 3}", "float32", "{bin_boundaries: [0.0, 1.0]}"),
    "Normalization": ("{}", "float32", "{mean: 0.5, variance: 2.0}"),
}
"""Each layer without what it learns, the dtype that it takes, and given it."""
END = "outputs: {out: {loss: mse}}\n"
ROWS = END + "data: {train: {synthetic: 8}}\n"
NEED_ROWS = [name for name in LEARNING if name != "Normalization"]
PLACES = {
    "a step": "layers:\n  - LAYER: ARGUMENTS\n  - ops.cast: float32\n  - Flatten\n  - {Dense: 1, name: out}\n",
    "shared": "shared: {look: {LAYER: ARGUMENTS}}\nlayers:\n  - {call: look, from: x}\n  - ops.cast: float32\n  - {Dense: 1, name: out}\n",
    "a nested model": (
        "models:\n  inner:\n    inputs: {a: {shape: [1], dtype: KIND}}\n    layers:\n      - LAYER: ARGUMENTS\n      - ops.cast: float32\n"
        "layers:\n  - {call: inner, from: x}\n  - {Dense: 1, name: out}\n"
    ),
    "shared in a nested model": (
        "models:\n  inner:\n    shared: {look: {LAYER: ARGUMENTS}}\n    inputs: {a: {shape: [1], dtype: KIND}}\n    layers:\n"
        "      - {call: look, from: a}\n      - ops.cast: float32\nlayers:\n  - {call: inner, from: x}\n  - {Dense: 1, name: out}\n"
    ),
    "a block": (
        "blocks: {b: {layers: [{LAYER: ARGUMENTS}]}}\nlayers:\n  - {block: b, from: x}\n  - ops.cast: float32\n  - {Dense: 1, name: out}\n"
    ),
}  # fmt: skip


def text(where, layer, arguments, kind, end=END):
    body = PLACES[where].replace("LAYER", layer).replace("ARGUMENTS", arguments).replace("KIND", kind)
    return f"modelspec: 1\ninputs: {{x: {{shape: [1], dtype: {kind}}}}}\n{body}{end}"


def told(written):
    return [problem for problem in check_text(written).diagnostics if problem.code == "MS548"]


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("layer", LEARNING)
def test_training_rows_are_all_that_a_layer_needs(layer, where):
    arguments, kind, _ = LEARNING[layer]
    checked = check_text(text(where, layer, arguments, kind, ROWS))
    assert [item for item in checked.diagnostics if item.severity == "error"] == []
    assert checked.network.known


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("layer", NEED_ROWS)
def test_a_layer_without_what_it_learns_is_told_at_its_name_and_the_help_is_right(layer, where):
    arguments, kind, given = LEARNING[layer]
    written = text(where, layer, arguments, kind)
    (problem,) = told(written)
    line = written.splitlines()[problem.span.line - 1]
    assert line[problem.span.column - 1 :].startswith(layer)
    assert problem.severity == "error"
    assert told(text(where, layer, given, kind)) == []
    advice = yaml.safe_load("{" + problem.help.split("`")[1] + "}")
    kept = {key: value for key, value in yaml.safe_load(arguments).items() if key != "num_bins"}
    assert told(text(where, layer, yaml.safe_dump({**kept, **advice}, default_flow_style=True).strip(), kind)) == []
    assert all(name in problem.message for name in advice)


@pytest.mark.parametrize(
    ("layers", "inputs"),
    [
        ("[{TimeDistributed: {layer: {Discretization: {num_bins: 3}}}, name: out}]", "[5, 3]"),
        ("[{Pipeline: {layers: [{Rescaling: 0.5}, {Discretization: {num_bins: 3}}]}}, {Dense: 1, name: out}]", "[3]"),
        ("[{Pipeline: [{Rescaling: 0.5}, {Discretization: {num_bins: 3}}]}, {Dense: 1, name: out}]", "[3]"),
        ("[{TimeDistributed: look, name: out}]\nshared: {look: {Discretization: {num_bins: 3}}}", "[5, 3]"),
    ],
)
def test_inside_other_layers_too(layers, inputs):
    written = f"modelspec: 1\ninputs: {{x: {inputs}}}\nlayers: {layers}\n{END}"
    (problem,) = told(written)
    line = written.splitlines()[problem.span.line - 1]
    assert re.match("Discretization", line[problem.span.column - 1 :])


NEVER = {
    "{StringLookup: {invert: true}}": "turns numbers back into words, and these do not tell which",
    "{IntegerLookup: {max_tokens: 2, mask_token: 0}}": "has no room for a word: `max_tokens` is 2, and 2 are special",
    "{Discretization: {num_bins: 0}}": "has no bins to put numbers into, by `num_bins: 0`",
    "{Normalization: {invert: true}}": "turns normalized numbers back, and these do not tell the mean that they had",
}


@pytest.mark.parametrize("layer", NEVER)
def test_what_no_rows_can_teach_is_told(layer):
    kind = "float32" if "tion" in layer else "int64"
    written = f"modelspec: 1\ninputs: {{x: {{shape: [1], dtype: {kind}}}}}\nlayers: [{layer}]\n"
    data = "data: {train: {synthetic: 8}}\n"
    (problem,) = told(written + data)
    assert problem.message.endswith(f"and cannot learn any: it {NEVER[layer]}")
    assert "give" in problem.help


def test_a_layer_that_would_learn_from_its_own_output_is_told():
    body = "shared: {norm: Normalization}\nlayers:\n  - {call: norm, from: x}\n  - {Dense: 3}\n  - {call: norm, name: out}\n"
    written = f"modelspec: 1\ninputs: {{x: [3]}}\n{body}{ROWS}"
    (problem,) = told(written)
    assert (
        problem.message
        == "Normalization has no `mean` and `variance` and cannot learn any: it is called again on what it gives"
    )
    assert told(written.replace("  - {Dense: 3}\n", "  - {Dense: 3, from: x}\n")) == []


def test_one_layer_called_often_is_told_once():
    body = "shared: {look: StringLookup}\nlayers:\n  - {call: look, from: x}\n  - {call: look, from: x, name: out}\n"
    assert len(told(f"modelspec: 1\ninputs: {{x: {{shape: [1], dtype: string}}}}\n{body}")) == 1


def test_weights_of_words_are_asked_for_where_the_layer_counts_by_them():
    written = text("a step", "TextVectorization", "{output_mode: tf_idf}", "string")
    (problem,) = told(written)
    advice = "{output_mode: tf_idf, " + problem.help.split("`")[1] + "}"
    assert check_text(text("a step", "TextVectorization", advice, "string")).ok


@pytest.mark.parametrize(
    "layer", ["Hashing: 10", "CategoryEncoding: 4", "Rescaling: 0.5", "UnitNormalization", "BatchNormalization"]
)
def test_layers_that_learn_nothing_by_adapt_are_fine(layer):
    written = f"modelspec: 1\ninputs: {{x: [3]}}\nlayers: [{{{layer}}}, {{Dense: 1, name: out}}]\n{END}"
    assert (
        told(
            written.replace("{UnitNormalization}", "UnitNormalization").replace(
                "{BatchNormalization}", "BatchNormalization"
            )
        )
        == []
    )


def test_normalization_of_a_model_that_is_only_built_is_as_in_keras():
    assert told(text("a step", "Normalization", "{}", "float32", end="")) == []
    assert told(text("a step", "Normalization", "{}", "float32", end=END)) == []
    filled = ROWS + "train: {init_from: run}\n"
    assert told(text("a step", "Normalization", "{}", "float32", end=filled)) == []
    assert told(text("a step", "StringLookup", "{}", "string", end="")) != []


def test_the_layers_that_lack_something_are_those_that_keras_adapts():
    import keras

    adapted = {name for name in LAYERS if hasattr(getattr(keras.layers, name), "adapt")}
    own = {name for name in LAYERS if find("layer", name).lacks is not find("layer", "Dense").lacks}
    assert adapted == own == set(LEARNING)


@pytest.mark.parametrize("layer", LEARNING)
def test_a_layer_of_a_saved_model_has_its_state(layer, tmp_path, monkeypatch):
    import keras
    import numpy as np

    monkeypatch.chdir(tmp_path)
    kind = LEARNING[layer][1]
    rows = {"string": np.array([["a"], ["b"], ["c"]]), "int64": np.array([[3], [4], [9]])}
    data = rows.get(kind, np.array([[0.5], [1.5], [4.0]], "float32"))
    made = getattr(keras.layers, layer)(**({"num_bins": 2} if layer == "Discretization" else {}))
    made.adapt(data)
    inputs = keras.Input((1,), dtype=kind, name="x")
    keras.Model(inputs, made(inputs)).save("saved.keras")
    body = "models: {base: {saved: saved.keras}}\nlayers:\n  - {call: base, from: x}\n  - ops.cast: float32\n  - GlobalAveragePooling1D:\n  - {Dense: 1, name: out}\n"
    written = f"modelspec: 1\ninputs: {{x: {{shape: [1], dtype: {kind}}}}}\n{body.replace('  - GlobalAveragePooling1D:' + chr(10), '')}{END}"
    checked = check_text(written, folder=".")
    assert [
        item.message for item in checked.diagnostics if item.severity == "error" and item.code in ("MS548", "MS634")
    ] == []


@pytest.mark.parametrize("between", ["", "  - ops.relu\n", "  - Dropout: 0.5\n"])
@pytest.mark.parametrize("step", ["{LAYER: {output_mode: one_hot}}", "{LAYER: {output_mode: count}, name: look}"])
@pytest.mark.parametrize("layer", ["StringLookup", "IntegerLookup", "TextVectorization"])
def test_a_size_that_only_the_missing_vocabulary_tells_is_no_error_of_its_own(layer, step, between):
    kind = LEARNING[layer][1]
    step = step.replace("LAYER", layer)
    if layer == "TextVectorization":
        step = step.replace("one_hot", "multi_hot")
    start = f"modelspec: 1\ninputs: {{x: {{shape: [1], dtype: {kind}}}}}\nlayers:\n  - {step}\n"
    written = f"{start}{between}  - {{Dense: 1, name: out}}\n{END}"
    assert [item.code for item in check_text(written).diagnostics if item.severity == "error"] == ["MS548"]
    other = f"modelspec: 1\ninputs: {{x: [null]}}\nlayers: [{{Dense: 1, name: out}}]\n{END}"
    assert "MS403" in [item.code for item in check_text(other).diagnostics]
    assert [item.code for item in check_text(written + "data: {train: {synthetic: 8}}\n").diagnostics] == []
