"""The largest index of an input, wherever the Embedding stands that looks it up."""

import pytest

from modelspec.graph.questions.indices import largest_indices
from modelspec.pipeline import check_text

SHARED = "shared: {words: {Embedding: {input_dim: 50, output_dim: 4}}}\n"
MODEL = """\
models:
  encoder:
    inputs: {picture: [4], question: {shape: [6], dtype: int32}}
    layers:
      - Embedding: {input_dim: 30, output_dim: 4}
        from: question
      - GlobalAveragePooling1D:
        name: pooled
      - Add:
        from: [picture, pooled]
  outer:
    inputs: {asked: {shape: [6], dtype: int32}, seen: [4]}
    layers:
      - {call: encoder, from: {question: asked, picture: seen}}
"""
READER = """\
models:
  reader:
    inputs: {words: {shape: [6], dtype: int32}}
    layers:
      - Embedding: {input_dim: 9, output_dim: 4}
      - LSTM: 3
"""
TEXT = "inputs: {x: {shape: [6], dtype: int32}}\n"
TEXTS = "inputs: {x: {shape: [5, 6], dtype: int32}}\n"
PAIR = "inputs: {x: {shape: [6], dtype: int32}, y: [4]}\n"
EMBEDDING = "Embedding: {input_dim: 20, output_dim: 2}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{TEXT}layers:\n  - {EMBEDDING}\n", {"x": 19}),
        (f"{TEXT}layers:\n  - Dense: 3\n", {}),
        (f"{TEXT}{SHARED}layers:\n  - call: words\n", {"x": 49}),
        (
            f"{TEXT}{SHARED}layers:\n  - {{call: words, name: a}}\n  - {EMBEDDING}\n    from: x\n    name: b\n"
            "  - Concatenate:\n    from: [a, b]\n",
            {"x": 19},
        ),
        (f"{TEXT}{READER}layers:\n  - call: reader\n", {"x": 8}),
        (f"{PAIR}{MODEL}layers:\n  - {{call: encoder, from: [y, x]}}\n", {"x": 29}),
        (f"{PAIR}{MODEL}layers:\n  - {{call: encoder, from: {{question: x, picture: y}}}}\n", {"x": 29}),
        (f"{PAIR}{MODEL}layers:\n  - {{call: outer, from: [x, y]}}\n", {"x": 29}),
        (f"{TEXTS}layers:\n  - TimeDistributed: {{layer: {{{EMBEDDING}}}}}\n", {"x": 19}),
        (f"{TEXTS}{READER}layers:\n  - TimeDistributed: reader\n", {"x": 8}),
        (f"{TEXTS}{SHARED}layers:\n  - TimeDistributed: words\n", {"x": 49}),
        (f"{TEXT}layers:\n  - CategoryEncoding: 7\n", {"x": 6}),
        (f"{TEXT}layers:\n  - ReversibleEmbedding: {{input_dim: 8, output_dim: 2}}\n", {"x": 7}),
        (f"inputs: {{x: [6]}}\nlayers:\n  - ops.cast: int32\n  - {EMBEDDING}\n", {"x": 19}),
        (f"{TEXTS}layers:\n  - Flatten\n  - Reshape: [30]\n  - {EMBEDDING}\n", {"x": 19}),
        (
            f"inputs: {{x: {{shape: [6], dtype: int32}}, y: {{shape: [2], dtype: int32}}}}\nlayers:\n"
            f"  - {{Concatenate: null, from: [x, y]}}\n  - {EMBEDDING}\n",
            {"x": 19, "y": 19},
        ),
        (f"{TEXT}layers:\n  - ops.add: 1\n  - {EMBEDDING}\n", {}),
    ],
)
def test_it_is_one_less_than_the_smallest_input_dim(text, expected):
    checked = check_text("modelspec: 1\n" + text)
    assert [problem for problem in checked.diagnostics if problem.severity == "error"] == []
    assert largest_indices(checked.network) == expected


def test_rows_with_a_larger_index_are_told_before_training(tmp_path, cli):
    (tmp_path / "rows.csv").write_text("a,b,y\n1,2,0\n3,50,1\n")
    text = f"modelspec: 1\ninputs: {{x: {{shape: [2], dtype: int32, columns: [a, b]}}}}\n{SHARED}layers:\n"
    text += "  - call: words\n  - Flatten\n  - Dense: {units: 1, activation: sigmoid}\n    name: y\n"
    text += "outputs: {y: {loss: binary_crossentropy}}\ntrain: {epochs: 1}\ndata: {train: {csv: rows.csv}}\n"
    (tmp_path / "spec.yaml").write_text(text)
    done = cli("train", str(tmp_path / "spec.yaml"), "--run-dir", str(tmp_path / "run"))
    assert done.code == 1
    assert "error[MS737]" in done.err
    assert "expected an index from 0 to 49, found 50" in done.err
