"""Before layers have learned: what depends on the size of a vocabulary is unknown, and only what no size mends is an error."""

import pytest

from modelspec.pipeline import check_text

HEAD = "modelspec: 1\ninputs: {w: {shape: [1], dtype: string}, x: [30]}\nlayers:\n  - StringLookup: ARGUMENTS\n    from: w\n    name: look\n"
END = "outputs: {y: {loss: mse}}\ndata: {train: {synthetic: 8}}\n"


def checked(rest, arguments="{output_mode: one_hot}", end=END):
    return check_text(HEAD.replace("ARGUMENTS", arguments) + rest + end)


def errors(found):
    return [item.code for item in found.diagnostics if item.severity == "error"]


def shapes(found):
    graph = found.network.main
    return {
        vertex.name: made[0].shape for vertex, made in zip(graph.graph.vertices, graph.tensors, strict=True) if made
    }


DENSE = "  - Dense: 4\n    name: wide\n  - Dense: 1\n    name: y\n"


@pytest.mark.parametrize("arguments", ["{output_mode: one_hot}", "{output_mode: one_hot, max_tokens: 9}"])
def test_a_vocabulary_of_unknown_size_is_none_and_so_are_the_weights_behind_it(arguments):
    found = checked(DENSE, arguments)
    assert errors(found) == []
    assert shapes(found)["look"] == (None, None)
    assert shapes(found)["wide"] == (None, 4)
    assert found.network.known
    assert "wide" not in found.network.weights
    assert [weight.shape for weight in found.network.weights["y"]] == [(4, 1), (1,)]


@pytest.mark.parametrize(
    ("arguments", "size"),
    [
        ("{output_mode: one_hot, max_tokens: 9, pad_to_max_tokens: true}", 9),
        ("{output_mode: one_hot, max_tokens: 2}", 2),
        ("{output_mode: one_hot, vocabulary: [a, b]}", 3),
    ],
)
def test_a_size_that_is_certain_is_known(arguments, size):
    found = checked(DENSE, arguments)
    assert errors(found) == []
    assert shapes(found)["look"] == (None, size)
    assert found.network.weights["wide"][0].shape == (size, 4)


def test_what_no_size_mends_is_told_without_a_size_that_nobody_wrote():
    found = checked("  - Concatenate:\n    from: [look, x]\n  - Conv1D: {filters: 2, kernel_size: 2}\n    name: y\n")
    (problem,) = [item for item in found.diagnostics if item.severity == "error"]
    assert problem.code == "MS401"
    assert "(None, None)" in problem.message
    assert "127" not in f"{problem}"


@pytest.mark.parametrize(
    "rest",
    [
        "  - Add:\n    from: [look, x]\n  - Dense: 1\n    name: y\n",
        "  - Reshape: [15, 2]\n  - Flatten\n  - Dense: 1\n    name: y\n",
        "  - GroupNormalization: {groups: 6}\n  - Dense: 1\n    name: y\n",
    ],
)
def test_what_some_size_fits_is_no_error(rest):
    found = checked(rest)
    assert errors(found) == []
    assert found.network.known


def test_other_mistakes_are_told_as_always():
    found = checked(
        "  - Dense: 4\n  - Conv1D: {filters: 2, kernel_size: 2}\n    from: x\n  - Dense: 1\n    from: look\n    name: y\n"
    )
    assert "MS401" in [item.code for item in found.diagnostics]


def test_without_rows_the_layer_is_told_and_nothing_that_follows_from_it():
    found = checked(DENSE, end="outputs: {y: {loss: mse}}\n")
    assert errors(found) == ["MS548"]


def test_normalization_counts_as_if_it_had_learned_where_there_are_rows():
    text = "modelspec: 1\ninputs: {x: [3]}\nlayers:\n  - Normalization:\n    name: norm\n  - Dense: 1\n    name: y\n"
    assert check_text(text + END).network.weights["norm"] == ()
    assert len(check_text(text + "outputs: {y: {loss: mse}}\n").network.weights["norm"]) == 3
