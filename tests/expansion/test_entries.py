"""`for`, `repeat` and `when` beside an input, an output or a shared layer."""

import pytest

from modelspec.draw.spec_yaml import document_yaml
from modelspec.pipeline import check_text
from tests.graph.telling import HEAD, errors, notes, only, place, read, told, vertices

CLICKS = """\
inputs:
  n: [2]
  C$(i): {for: {i: "$(range(1, 4))"}, shape: [1], dtype: int32, column: "cat_$(i)"}
layers:
  - Embedding: {input_dim: 10, output_dim: 4}
    from: C$(i)
    for: {i: "$(range(1, 4))"}
    name: e$(i)
  - Flatten:
    from: e$(i)
    for: {i: "$(range(1, 4))"}
    name: f$(i)
  - Concatenate:
    from: [n, f*]
    name: all
"""


def test_many_alike_inputs_are_written_once():
    inputs = read(CLICKS).model.inputs
    assert [(item.name, item.shape, item.dtype, item.columns) for item in inputs] == [
        ("n", (2,), "float32", None),
        *((f"C{i}", (1,), "int32", (f"cat_{i}",)) for i in (1, 2, 3)),
    ]
    found = vertices(CLICKS)
    assert found["e3"] == "C3"
    assert found["all"] == "n f1 f2 f3"


@pytest.mark.parametrize(
    ("entry", "names"),
    [
        ("a: {repeat: 3, shape: [2]}", ["a_1", "a_2", "a_3"]),
        ("a$i: {repeat: 2, shape: [2]}", ["a0", "a1"]),
        ("a: {for: {k: [5, 7]}, shape: [$k]}", ["a_1", "a_2"]),
        ("a$k: {for: {k: [x, y]}, shape: [2]}", ["ax", "ay"]),
        ("$k: {for: {k: [age, rooms]}, shape: [1]}", ["age", "rooms"]),
        ("a: {when: true, shape: [2]}", ["a"]),
        ("a: {when: false, shape: [2]}\n  b: [3]", ["b"]),
        ("a$k: {for: {k: [1, 2, 3]}, when: $(k != 2), shape: [2]}", ["a1", "a3"]),
        ("a$(k)_$i: {for: {k: [1, 2]}, repeat: 2, shape: [2]}", ["a1_0", "a1_1", "a2_0", "a2_1"]),
    ],
)  # fmt: skip
def test_names_are_those_that_steps_would_have(entry, names):
    text = f"inputs:\n  {entry}\nlayers:\n  - Flatten:\n    from: {names[0]}\n"
    assert [item.name for item in read(text).model.inputs] == names


def test_outputs_and_shared_layers_and_nested_models_have_loops_too():
    text = (
        "shared:\n  enc$k: {for: {k: [1, 2]}, Dense: {units: $(3 * k)}}\n"
        "models:\n  m:\n    inputs: {a: {repeat: 2, shape: [3]}}\n    layers:\n      - Concatenate:\n        from: a_*\n"
        "inputs: {x: [4]}\nlayers:\n  - {call: enc$k, from: x, name: h$k, for: {k: [1, 2]}}\n"
        "outputs:\n  y$k: {for: {k: [1, 2]}, from: h$k, loss: mse, loss_weight: $(k / 2)}\n"
    )
    spec = read(text)
    assert [use.entry.units for use in spec.shared.values()] == [3, 6]
    assert [(output.name, output.loss_weight) for output in spec.model.outputs] == [("y1", 0.5), ("y2", 1.0)]
    assert vertices(text) == {"h1": "x", "h2": "x"}
    assert vertices(text, "m") == {"concatenate": "a_1 a_2"}


def test_what_is_written_out_is_a_spec_and_the_same():
    document = check_text(HEAD + CLICKS).document
    again = check_text(document_yaml(document))
    assert again.diagnostics == ()
    assert document_yaml(again.document) == document_yaml(document)
    assert "C2: {shape: [1], dtype: int32, column: cat_2}" in document_yaml(document)


def test_a_mistake_is_told_once_at_the_entry_with_its_copy():
    wrong = only(CLICKS.replace("int32", "int33"))
    assert place(wrong) == ("MS205", 4, 58)
    assert notes(wrong) == [(4, 16, "in copy 1 of 3; the same in 2 more")]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("a: {for: [1, 2], shape: [2]}", ("MS203", 3, 12)),
        ("a: {repeat: many, shape: [2]}", ("MS149", 3, 15)),
        ("a: {when: 1, shape: [2]}", ("MS147", 3, 13)),
        ("a$q: {for: {k: [1, 2]}, shape: [2]}", ("MS142", 3, 4)),
        ("a$k: {for: {k: [1, 2]}, shape: [2]}\n  a2: [3]", ("MS305", 4, 3)),
        ("a: {repeat: 100000, shape: [2]}", ("MS109", 3, 15)),
        ("a$k: {for: {k: [é, b]}, shape: [2]}", ("MS210", 3, 3)),
    ],
)
def test_what_cannot_be_written_out_is_told_and_nothing_that_follows(entry, expected):
    text = f"inputs:\n  {entry}\nlayers:\n  - Dense: 3\n    from: a1\n"
    assert [place(item) for item in errors(text)] == [expected]


def test_all_copies_count_as_steps_do():
    entries = "".join(f"  a{n}_$i: {{repeat: 2000, shape: [2]}}\n" for n in range(3))
    assert [code for code, _, _ in told(f"inputs:\n{entries}layers:\n  - Dense: 3\n    from: a0_0\n")] == ["MS109"]


def test_all_left_out_is_told_as_an_empty_mapping():
    assert told("inputs:\n  a: {when: false, shape: [2]}\nlayers:\n  - Dense: 3\n") == [("MS202", 3, 3)]
