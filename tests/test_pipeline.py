"""The stages as one tuple: run from any of them to any later one, they make and tell what the whole run does."""

import pytest

from modelspec.pipeline import NAMES, Setup, SpecText, check_text, run
from modelspec.source import Limits

SPEC = """\
modelspec: 1
vars: {width: 3}
inputs: {x: [4]}
layers:
  - Dense: $width
  - Dropout: 1.5
  - {Dense: {units: 3, activation: softmax}, name: y, from: dense}
outputs: {y: {loss: mse}}
"""
GOOD = SPEC.replace("1.5", "0.5")


@pytest.mark.parametrize("text", [SPEC, GOOD], ids=["with a mistake", "good"])
@pytest.mark.parametrize("at", range(1, len(NAMES)))
def test_a_run_can_be_cut_anywhere_and_gone_on_with(text, at):
    whole = run(SpecText(text, "spec.yaml"), "source", "check")
    begun = run(SpecText(text, "spec.yaml"), "source", NAMES[at - 1])
    ended = run(begun.made[NAMES[at - 1]], NAMES[at], "check")
    assert (*begun.problems, *ended.problems) == whole.problems
    assert tuple({**begun.made, **ended.made}) == tuple(whole.made) == NAMES


def test_a_run_ends_where_a_stage_makes_nothing():
    ran = run(SpecText("a: [", "spec.yaml"), "source", "check")
    assert (ran.made, ran.document, ran.network) == ({}, None, None)
    assert [problem.code[:3] for problem in ran.problems] == ["MS1"]


def test_what_is_made_of_an_incomplete_document_is_not_whole():
    ran = run(SpecText(SPEC.replace("$width", "$widht"), "spec.yaml"), "source", "check")
    assert not ran.made["spec"].complete
    assert not run(ran.document, "spec", "spec", Setup(Limits(), complete=False)).made["spec"].complete
    assert run(run(SpecText(GOOD, "spec.yaml"), "source", "expand").document, "spec", "spec").made["spec"].complete


def test_a_whole_run_is_what_a_check_tells():
    assert set(run(SpecText(SPEC, "spec.yaml"), "source", "check").problems) == set(
        check_text(SPEC, "spec.yaml").diagnostics
    )
