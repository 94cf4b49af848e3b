"""Names within a block begin with anything that a name can have: the name of the use stands before them."""

from modelspec.pipeline import check_text

SPEC = """modelspec: 1
blocks:
  unit:
    inputs: [x]
    layers:
      - Dense: 3
        from: x
        name: 1_dense
      - Dense: 3
        from: x
        name: 2_dense
      - Add:
        from: [%s, 2_dense]
        name: 3_add
    output: 3_add
inputs: {x: [4]}
layers:
  - block: unit
    name: use
"""


def checked(text):
    return check_text(text, "spec.yaml")


def test_a_name_in_a_block_may_begin_with_a_digit_and_be_referred_to():
    done = checked(SPEC % "1_dense")
    assert done.diagnostics == ()
    names = [vertex.name for vertex in done.network.main.graph.vertices]
    assert names == ["x", "use_1_dense", "use_2_dense", "use_3_add"]


def test_one_that_is_not_there_is_told_with_the_one_that_was_meant():
    (problem,) = checked(SPEC % "1_dens").diagnostics
    assert (problem.code, problem.help) == ("MS301", "did you mean '1_dense'?")
    assert problem.message == "no tensor is named '1_dens' in the block 'unit'"


def test_outside_of_blocks_a_name_begins_with_a_letter():
    text = "modelspec: 1\ninputs: {x: [4]}\nlayers:\n  - Dense: 3\n    name: 1_dense\n"
    assert [problem.code for problem in checked(text).diagnostics] == ["MS210"]
