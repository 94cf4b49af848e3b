"""Keys by other names, and keys that stand deeper in a spec: each is told with its place, and moved there it is right."""

import pytest

from modelspec.language.meant.elsewhere import ELSEWHERE
from modelspec.language.meant.legacy import LEGACY_KEYS, OF_TRAIN
from modelspec.language.models import MODEL_KEYS
from modelspec.language.reader import SPEC_KEYS
from modelspec.language.sections.data import DataSpec
from modelspec.language.sections.inputs import InputSpec
from modelspec.language.sections.outputs import OutputSpec
from modelspec.language.sections.training import TrainSpec
from modelspec.language.settings import settings_of
from tests.checks.told import problems

KEYS = {
    *SPEC_KEYS,
    *settings_of(TrainSpec),
    *settings_of(OutputSpec),
    *settings_of(InputSpec),
    *MODEL_KEYS,
    *settings_of(DataSpec),
}
BASE = "modelspec: 1\ninputs: {x: [4]}\nlayers: [{Dense: 1, name: y}]\n"


@pytest.mark.parametrize("old", LEGACY_KEYS)
def test_a_plain_new_key_is_a_key(old):
    new = LEGACY_KEYS[old]
    assert " " in new or new in KEYS
    assert old not in SPEC_KEYS and old not in settings_of(TrainSpec, "train")


@pytest.mark.parametrize("key", {**LEGACY_KEYS, **ELSEWHERE})
def test_each_is_told_at_the_top_of_a_spec_if_it_means_something_there(key):
    found = [
        item for item in problems(f"{BASE}{key}: {{}}\n") if item.span.line == 4 and item.code in ("MS213", "MS201")
    ]
    assert len(found) == 1 and found[0].help


@pytest.mark.parametrize("section", [TrainSpec, OutputSpec, InputSpec, DataSpec])
def test_every_setting_that_stands_at_the_top_is_told_where_it_belongs(section):
    for key in {*settings_of(section)} - {"from", "name", *SPEC_KEYS}:
        assert f"`{key}`" in ELSEWHERE[key] or key in LEGACY_KEYS or key in ELSEWHERE[key], key


@pytest.mark.parametrize("key", [*OF_TRAIN, "max_epochs", "bs", "optim", "loss_fn", "random_seed"])
def test_each_is_told_in_train(key):
    text = f"{BASE}outputs: {{y: {{loss: mse}}}}\ntrain: {{{key}: 3}}\n"
    found = [item for item in problems(text) if item.code in ("MS213", "MS201")]
    assert [(item.span.line, item.span.column) for item in found] == [(5, 9)]


FOLLOWED = {
    "model: [{Dense: 1, name: y}]": ("layers: [{Dense: 1, name: y}]", "modelspec: 1\ninputs: {x: [4]}\n"),
    "network: [{Dense: 1, name: y}]": ("layers: [{Dense: 1, name: y}]", "modelspec: 1\ninputs: {x: [4]}\n"),
    "optimizer: adam": ("train: {optimizer: adam}", BASE),
    "epochs: 3": ("train: {epochs: 3}", BASE),
    "batch-size: 8": ("train: {batch_size: 8}", BASE),
    "batch_size: 8": ("train: {batch_size: 8}", BASE),
    "lr: 1e-3": ("train: {optimizer: {Adam: {learning_rate: 1e-3}}}", BASE),
    "callbacks: [TerminateOnNaN]": ("train: {callbacks: [TerminateOnNaN]}", BASE),
    "metrics: [mae]": ("outputs: {y: {loss: mse, metrics: [mae]}}", BASE),
    "params: {a: 1}": ("vars: {a: 1}", BASE),
    "dataset: {train: {csv: a.csv}}": ("data: {train: {csv: a.csv}}", BASE),
    "labels: {y: {loss: mse}}": ("outputs: {y: {loss: mse}}", BASE),
}


@pytest.mark.parametrize("wrong", FOLLOWED)
def test_moved_as_the_help_says_it_is_right(wrong):
    right, base = FOLLOWED[wrong]
    told = [item for item in problems(f"{base}{wrong}\n") if item.code in ("MS213", "MS201")]
    key = right.partition(":")[0]
    assert len(told) == 1 and f"`{key}`" in told[0].help
    assert not [item for item in problems(f"{base}{right}\n") if item.code.startswith("MS2")]


def test_a_key_that_is_there_already_is_not_suggested():
    for text in (f"{BASE}layer: []\n", f"{BASE}outputs: {{y: {{loss: mse, los: 3}}}}\n", f"{BASE}network: []\n"):
        (found,) = [item for item in problems(text) if item.code in ("MS201", "MS213")]
        assert "did you mean" not in found.help and not found.help.startswith("write `layers`")


def test_full_padding_is_not_called_the_same():
    text = "modelspec: 1\ninputs: {x: [8, 8, 3]}\nlayers: [{Conv2D: {filters: 2, kernel_size: 3, padding: full}}]\n"
    assert "ZeroPadding2D" in problems(text)[0].help
