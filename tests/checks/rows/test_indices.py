"""What gives indices is compared with what looks them up, as soon as the words are known."""

import pytest

from modelspec.pipeline import check_text


def told(layer, size, kind="string", between="", shape="[1]", more=""):
    text = (
        f"modelspec: 1\ninputs: {{x: {{shape: {shape}, dtype: {kind}}}}}\nlayers:\n  - {layer}\n{between}"
        f"  - Embedding: {{input_dim: {size}, output_dim: 2}}\n{more}"
    )
    return [item for item in check_text(text).diagnostics if item.code == "MS551"]


GIVING = [
    ("StringLookup: {vocabulary: [a, b]}", "string", 3),
    ("StringLookup: {vocabulary: [a, b], mask_token: '', num_oov_indices: 4}", "string", 7),
    ("StringLookup: {vocabulary: ['[UNK]', a, b]}", "string", 3),
    ("IntegerLookup: {vocabulary: [10, 20, 30], num_oov_indices: 0}", "int64", 3),
    ("TextVectorization: {vocabulary: [a, b], output_sequence_length: 4}", "string", 4),
    ("Discretization: {bin_boundaries: [0.0, 1.0]}", "float32", 3),
    ("Hashing: {num_bins: 9}", "string", 9),
]


@pytest.mark.parametrize("between", ["", "  - Flatten\n"])
@pytest.mark.parametrize(("layer", "kind", "number"), GIVING)
def test_one_index_too_many_is_told(layer, kind, number, between):
    (problem,) = told(layer, number - 1, kind, between)
    assert f"looks up {number - 1} indices" in problem.message
    assert f"gives {number}, from 0 to {number - 1}" in problem.message
    assert problem.help == f"write `input_dim: {number}` or more"
    assert told(layer, number, kind, between) == []


def test_words_that_are_still_to_be_learned_are_unknown():
    assert (
        told(
            "StringLookup",
            2,
            more="  - Flatten\n  - Dense: 1\n    name: y\noutputs: {y: {loss: mse}}\ndata: {train: {synthetic: 8}}\n",
        )
        == []
    )


def test_bins_that_are_still_to_be_learned_are_counted():
    assert len(told("Discretization: {num_bins: 5}", 4, "float32")) == 1
