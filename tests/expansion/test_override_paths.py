"""Paths of `--set` that are none, and settings that would change nothing: each told, none passed over."""

import pytest

from modelspec.pipeline import check_text

SPEC = """\
modelspec: 1
inputs: {x: [4]}
layers: [{Dense: 1, name: y}]
outputs: {y: {loss: mse}}
train: {optimizer: {SGD: 0.1}, epochs: 2}
"""


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        (".=3", "'.' is not a path"),
        ("..=3", "'..' is not a path"),
        ("train.=3", "'train.' is not a path"),
        ("train..epochs=3", "'train..epochs' is not a path"),
        ("train.epochs[=3", "'train.epochs[' is not a path"),
        ("layers[]=4", "'layers[]' is not a path"),
        ("layers[0]x=Flatten", "'layers[0]x' is not a path"),
        ("layers.²=4", "no item of the list is named '²'"),
        ("name=\udcff", "not UTF-8"),
        ("na\udcffme=x", "not UTF-8"),
        ("extends=other.yaml", "`extends` cannot be set"),
        ("vars.a=3", "the spec has no `vars`"),
        ("blocks.a.layers=[]", "the spec has no `blocks`"),
    ],
)
def test_what_is_no_path_of_the_spec_is_told(setting, words):
    (problem,) = check_text(SPEC, overrides=[setting]).diagnostics
    assert (problem.code, problem.span.file, problem.span.line) == ("MS155", "--set", 1)
    assert words in problem.message


@pytest.mark.parametrize("setting", ["train.epochs=3", "layers[0].Dense=4", "layers.y.Dense=4", "layers[-1].Dense=4"])
def test_a_path_of_the_spec_is_taken(setting):
    assert check_text(SPEC, overrides=[setting]).ok
