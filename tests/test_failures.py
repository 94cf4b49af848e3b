"""A failure inside of modelspec costs the answer that was being made, and no other."""

import json

import pytest

import modelspec
import modelspec.checks
from modelspec.catalogue.layers.core.core import Dense
from modelspec.checks import CHECKS
from modelspec.cli.process.edge import exit_code
from modelspec.graph.resolving.resolve import _Resolver
from modelspec.language.objects import Reader
from modelspec.pipeline import check_text
from tests.seams.names import STAGES

SPEC = """\
modelspec: 1
inputs: {x: [4]}
layers:
  - Dense: 8
    name: first
  - Dropout: 1.5
  - Dense: {units: 3, activation: softmax}
    name: y
outputs: {y: {loss: categorical_crossentropy, metrics: [accuracy]}}
train: {optimizer: adam, epochs: 5}
"""
GOOD = SPEC.replace("1.5", "0.5")


def fail(*_, **__):
    """What no user wrote."""
    raise KeyError("encc")


def told(text):
    """The codes of a text's problems, and the failures among them."""
    problems = check_text(text, "spec.yaml").diagnostics
    return [problem.code for problem in problems], [problem for problem in problems if problem.code == "MS600"]


def failing_check(network):
    """A check that finds something and fails then."""
    yield network.spec.place.warning("MS502", "found before")
    fail()


def test_a_check_that_fails_costs_its_own_answer_only(monkeypatch):
    text = GOOD.replace("train: {", "train: {callbacks: [EarlyStopping: {monitor: val_los}], ")
    before = [problem.code for problem in check_text(text, "spec.yaml").diagnostics]
    assert before
    monkeypatch.setattr(modelspec.checks, "CHECKS", (failing_check, *CHECKS))
    codes, (failure,) = told(text)
    assert sorted(codes) == sorted([*before, "MS502", "MS600"])
    assert failure.message == "modelspec has a bug: the check failing_check fails with KeyError: 'encc'"
    assert failure.help is not None and "report" in failure.help
    assert failure.trace is not None and failure.trace.rstrip().endswith("KeyError: 'encc'")


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_every_check_stands_behind_the_guard(check, monkeypatch):
    def same_name(network):
        yield from fail()

    same_name.__name__ = check.__name__
    monkeypatch.setattr(modelspec.checks, "CHECKS", tuple(same_name if one is check else one for one in CHECKS))
    codes, (failure,) = told(GOOD)
    assert codes == ["MS600"]
    assert f"the check {check.__name__} fails" in failure.message


@pytest.mark.parametrize(
    ("owner", "name", "what", "line"),
    [
        (Dense, "infer", "the shape of Dense", 4),
        (Reader, "named", "reading a step", 4),
        (_Resolver, "step", "resolving a step", 4),
    ],
)
def test_what_fails_for_a_step_is_told_at_the_step_and_the_rest_is_told(monkeypatch, owner, name, what, line):
    real = getattr(owner, name)
    calls = []

    def once(*arguments, **given):
        calls.append(arguments)
        return fail() if len(calls) == 1 else real(*arguments, **given)

    monkeypatch.setattr(owner, name, once)
    codes, (failure,) = told(SPEC + "budgets: {}\n")
    assert what in failure.message
    assert failure.span is not None and failure.span.line == line
    assert {"MS201", "MS204"} <= set(codes), "the misspelt key and the rate of the Dropout are told as well"


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_a_stage_that_fails_as_a_whole_is_told(monkeypatch, stage):
    monkeypatch.setattr(stage.path, fail)
    codes, (failure,) = told(GOOD)
    assert codes == ["MS600"]
    assert "KeyError" in failure.message
    assert failure.span is not None and (failure.span.file, failure.span.line) == ("spec.yaml", 1)


def test_what_no_stage_can_help_is_not_caught(monkeypatch):
    def no_memory(network):
        raise MemoryError

    monkeypatch.setattr(modelspec.checks, "CHECKS", (no_memory,))
    with pytest.raises(MemoryError):
        check_text(GOOD)


def test_a_message_names_no_address_and_stays_one_line(monkeypatch):
    def odd(network):
        raise ValueError(f"{object()}\n" + "long " * 200)

    monkeypatch.setattr(modelspec.checks, "CHECKS", (odd,))
    _, (failure,) = told(GOOD)
    assert "0x" not in failure.message and "\n" not in failure.message
    assert len(failure.message) < 400


def test_a_library_caller_gets_it_as_a_diagnostic(monkeypatch, tmp_path):
    monkeypatch.setattr(modelspec.checks, "CHECKS", (failing_check,))
    (tmp_path / "spec.yaml").write_text(GOOD)
    assert [problem.code for problem in modelspec.check(tmp_path / "spec.yaml")] == ["MS502", "MS600"]
    with pytest.raises(modelspec.SpecError) as refused:
        modelspec.load(tmp_path / "spec.yaml")
    assert "MS600" in str(refused.value)


@pytest.fixture
def broken(monkeypatch, tmp_path):
    """A folder with a spec, and a check that fails."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(modelspec.checks, "CHECKS", (failing_check,))
    (tmp_path / "spec.yaml").write_text(GOOD)
    return tmp_path


@pytest.mark.parametrize("format", ["text", "json", "github", "sarif", "junit"])
def test_validate_leaves_with_3_in_every_format(broken, cli, format):
    done = cli("validate", "spec.yaml", "--format", format)
    assert done.code == 3
    assert "MS600" in done.out + done.err
    assert "Traceback" not in done.out + done.err
    asked = cli("validate", "spec.yaml", "--format", format, "--traceback")
    assert (asked.code, asked.out) == (3, done.out)
    assert "Traceback (most recent call last)" in asked.err
    if format in ("json", "sarif"):
        json.loads(asked.out)


@pytest.mark.parametrize("command", [("summary",), ("show",), ("train",), ("smoke",), ("build", "-o", "m.keras")])
def test_every_command_that_reads_a_spec_leaves_with_3(broken, cli, command):
    done = cli(command[0], "spec.yaml", *command[1:])
    assert done.code == 3
    assert "error[MS600]" in done.err
    assert "Traceback" not in done.err
    assert "Traceback" in cli(command[0], "spec.yaml", *command[1:], "--traceback").err


def test_a_model_that_comes_back_as_another_is_a_fault_of_modelspec():
    place = check_text(GOOD).document.place
    for code in ("MS600", "MS612"):
        assert exit_code((place.problem("MS401", ""), place.problem(code, ""))) == 3
    assert exit_code((place.problem("MS611", ""),)) == 1


def test_a_call_of_a_name_that_is_not_there_is_only_that():
    text = (
        "modelspec: 1\ninputs: {a: [8]}\nshared: {enc: {Dense: 4}}\nlayers:\n  - {call: encc, from: a}\n"
        "  - Dense: 1\n    name: y\n    from: a\noutputs: {y: {loss: mse, metrics: [maee]}}\n"
    )
    assert told(text) == (["MS307", "MS207"], [])


@pytest.mark.parametrize("output", ["y.1", "y.state", "y@1"])
def test_an_output_that_its_call_does_not_have_is_only_that(output):
    text = GOOD.replace("outputs: {y: {", f"outputs: {{y: {{from: {output}, ")
    assert told(text) == (["MS304"], [])


@pytest.mark.parametrize("layer", ["Flatten", "Reshape: [1]", "Reshape: [2, 2]", "Reshape: [-1]"])
def test_a_number_without_axes_is_told_at_the_layer_that_keeps_the_batch(layer):
    head = "modelspec: 1\ninputs: {x: [4]}\nlayers:\n  - ops.max: "
    assert told(f"{head}\n  - {layer}\n") == (["MS401"], [])


def test_a_cell_inside_of_a_wrapper_is_named_by_its_class():
    text = "modelspec: 1\ninputs: {x: [3, 4]}\nlayers:\n  - TimeDistributed: {layer: {GRUCell: 3}}\n"
    (problem,) = check_text(text).diagnostics
    assert "cannot wrap GRUCell;" in problem.message
