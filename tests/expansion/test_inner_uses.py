"""A block used inside a block has a name outside as well: that of the use around it, then its own."""

from modelspec.pipeline import check_text

BLOCKS = """\
modelspec: 1
inputs: {x: [4]}
blocks:
  inner:
    layers:
      - Dense: 5
        name: wide
      - Activation: relu
  outer:
    layers:
      - block: inner
        name: features
      - Dense: 8
layers:
"""


def told(layers):
    return [(problem.code, problem.message) for problem in check_text(BLOCKS + layers).diagnostics]


def test_its_last_step_is_taken_by_that_name():
    checked = check_text(BLOCKS + "  - block: outer\n    name: one\n  - Concatenate:\n    from: [one_features, one]\n")
    assert checked.diagnostics == ()
    (last,) = checked.network.main.tensors[-1]
    assert last.shape == (None, 13)


def test_copies_of_the_use_around_it_are_told_apart():
    layers = (
        "  - block: outer\n    name: at_$i\n    repeat: 2\n  - Concatenate:\n    from: [at_0_features, at_1_features]\n"
    )
    assert [code for code, _ in told(layers)] == ["MS503"]  # nothing takes the last Dense


def test_a_name_of_another_model_is_not_known():
    text = BLOCKS + "  - Dense: 1\n    from: one_features\n"
    text = text.replace("layers:\n  - Dense: 1", "models:\n  m:\n    inputs: {y: [4]}\n    layers:\n"
                        "      - block: outer\n        name: one\nlayers:\n  - call: m\n  - Dense: 1")  # fmt: skip
    assert [problem.code for problem in check_text(text).diagnostics] == ["MS301"]
