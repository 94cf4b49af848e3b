"""`train.stages`: what each stage says over `train`, and what is wrong with it, told once and where it is written."""

import pytest

from modelspec.draw.summary import summarize
from modelspec.draw.table import table_text
from modelspec.graph.questions.stages import planned_epochs, stages
from modelspec.language.sections.training import MOST_STAGES, TrainSpec
from modelspec.language.settings import settings_of
from modelspec.pipeline import check_text

SPEC = """\
modelspec: 1
inputs: {x: [4]}
layers:
  - {Dense: 8, name: body}
  - {Dense: {units: 1, activation: sigmoid}, name: y}
outputs: {y: {loss: binary_crossentropy, metrics: [mae]}}
train:
  optimizer: {Adam: {learning_rate: 1e-2, beta_1: 0.8}}
  epochs: 3
  class_weight: {"0": 1, "1": 2}
  callbacks: [{EarlyStopping: {monitor: loss}}]
  stages:
%s
data: {train: {synthetic: 100}}
"""


def check(*items):
    return check_text(SPEC % "\n".join(f"    - {item}" for item in items))


def told(*items):
    found = check(*items).diagnostics
    return [(item.code, item.span.line, item.path) for item in found]


def trains(*items):
    checked = check(*items)
    assert checked.ok, checked.diagnostics
    return [stage.network.spec.train for stage in stages(checked.network)]


def test_a_stage_has_all_that_train_says_and_its_own_over_it():
    first, second = trains("{name: head, freeze: body}", "{epochs: 5, optimizer: {Adam: {learning_rate: 1e-4}}}")
    assert (first.name, first.freeze, first.epochs, first.optimizer.learning_rate) == ("head", ("body",), 3, 1e-2)
    assert (second.name, second.freeze, second.epochs) == (None, (), 5)
    assert (second.optimizer.learning_rate, second.optimizer.beta_1) == (1e-4, 0.8)
    assert first.class_weight == second.class_weight == {0: 1.0, 1: 2.0}
    assert [type(callback).__name__ for callback in second.callbacks] == ["EarlyStopping"]


def test_another_optimizer_replaces_the_first_and_lists_replace_lists():
    (only,) = trains("{optimizer: {SGD: {momentum: 0.9}}, callbacks: []}")
    assert type(only.optimizer).__name__ == "SGD"
    assert only.optimizer.learning_rate == 0.01
    assert only.callbacks == ()


def test_the_epochs_of_all_stages_are_planned():
    assert planned_epochs(check("{epochs: 2}", "{}", "{epochs: 5}").network) == 10


def test_a_training_without_stages_is_its_own_only_one():
    network = check_text(SPEC.replace("  stages:\n%s\n", "")).network
    assert stages(network) == (network,)
    assert planned_epochs(network) == 3


def test_what_is_wrong_with_train_is_told_once_and_there():
    text = SPEC.replace("beta_1: 0.8", "beta_1: 2").replace("epochs: 3", "epochs: 0") % "    - {}\n    - {epochs: 2}"
    assert [(item.code, item.path) for item in check_text(text).diagnostics] == [
        ("MS204", ("train", "optimizer", "Adam", "beta_1")),
        ("MS204", ("train", "epochs")),
    ]


@pytest.mark.parametrize(
    ("item", "code", "path"),
    [
        ("{epochs: 0}", "MS204", ("epochs",)),
        ("{epoch: 3}", "MS201", ("epoch",)),
        ("{nb_epoch: 3}", "MS213", ("nb_epoch",)),
        ("{optimizer: adm}", "MS207", ("optimizer",)),
        ("{optimizer: {Adam: {beta_1: 7}}}", "MS204", ("optimizer", "Adam", "beta_1")),
        ("{freeze: nothing}", "MS536", ("freeze",)),
        ("{callbacks: [{EarlyStopping: {monitor: acc}}]}", "MS520", ("callbacks", 0, "EarlyStopping", "monitor")),
        ("{name: 3}", "MS203", ("name",)),
        ("{name: a b}", "MS210", ("name",)),
        ("{name: first}", "MS305", ("name",)),
        ("{loss: mae}", "MS214", ("loss",)),
        ("{stages: []}", "MS214", ("stages",)),
        ("[]", "MS203", ()),
        ("head", "MS203", ()),
    ],
)
def test_what_is_wrong_with_a_stage_is_told_at_its_line(item, code, path):
    assert told("{name: first}", item, "{name: third}") == [(code, 14, ("train", "stages", 1, *path))]


def test_freezing_all_in_one_stage_is_told_of_that_stage():
    ((code, line, path),) = told("{}", '{freeze: "*"}', "{}")
    assert code.startswith("MS5")
    assert (line, path[:3]) == (14, ("train", "stages", 1))


@pytest.mark.parametrize("written", ["stages: []", "stages: {epochs: 3}", "stages: null", "stages: head"])
def test_stages_that_are_no_list_are_refused(written):
    text = SPEC.replace("  stages:\n%s\n", f"  {written}\n")
    assert [(item.code, item.path) for item in check_text(text).diagnostics] == [("MS203", ("train", "stages"))]


def test_there_are_only_so_many_stages():
    assert told(*["{}"] * (MOST_STAGES + 1)) == [("MS203", 13, ("train", "stages"))]


def test_every_key_is_of_a_stage_or_of_the_whole_training():
    whole = {"loss", "seed", "deterministic", "precision", "checkpoint", "init_from", "stages", "distribute"}
    assert set(settings_of(TrainSpec, "stage")) - {"name"} == set(settings_of(TrainSpec, "train")) - whole


def test_a_summary_tells_how_many_parameters_each_stage_trains():
    summary = summarize(check("{name: head, freeze: body}", '{freeze: "*", epochs: 1}', "{}").network)
    assert summary.trainable_params == 49
    assert [(stage.name, stage.epochs, stage.trainable_params) for stage in summary.stages] == [
        ("head", 3, 9),
        (None, 1, 0),
        (None, 3, 49),
    ]
    assert table_text(summary, 80).splitlines()[-3:-1] == [
        "stage 1 (head): 9 parameters trained in up to 3 epochs",
        "stage 2: 0 parameters trained in up to 1 epoch",
    ]
