"""What is laid over a value in short: `--set train.optimizer.SGD.momentum=0.9` over `SGD: 0.1`, and the same in a base."""

import pytest

from modelspec.pipeline import check_file, check_text
from modelspec.source.nodes import plain

BASE = """\
modelspec: 1
vars: {wide: 3}
inputs: {x: [4]}
layers:
  - Dense: 5
    name: body
  - Dense: 1
    name: y
outputs: {y: {loss: mse}}
train: {optimizer: {SGD: 0.1}}
data: {train: {csv: rows.csv}}
"""


def changed(*settings, text=BASE):
    found = check_text(text, "spec.yaml", overrides=settings)
    assert not found.diagnostics, [problem.message for problem in found.diagnostics]
    return plain(found.document.root)


def written(folder, files, name):
    """Write files into the folder; the path of one of them."""
    for other, text in files.items():
        (folder / other).write_text(text)
    return str(folder / name)


def told(*settings, text=BASE):
    (problem,) = check_text(text, "spec.yaml", overrides=settings).diagnostics
    return problem


def test_an_argument_can_be_set_beside_one_that_is_written_without_its_name():
    assert changed("train.optimizer.SGD.momentum=0.9")["train"]["optimizer"] == {
        "SGD": {"learning_rate": 0.1, "momentum": 0.9}
    }


@pytest.mark.parametrize(
    ("setting", "path", "value"),
    [
        ("layers.body.Dense.activation=relu", ("layers", 0, "Dense"), {"units": 5, "activation": "relu"}),
        ("layers[0].Dense.units=7", ("layers", 0, "Dense"), {"units": 7}),
        ("inputs.x.dtype=float64", ("inputs", "x"), {"shape": [4], "dtype": "float64"}),
        ("data.train.csv.delimiter=;", ("data", "train", "csv"), {"path": "rows.csv", "delimiter": ";"}),
        ("train.optimizer.SGD.learning_rate=1", ("train", "optimizer", "SGD"), {"learning_rate": 1}),
    ],
)
def test_every_short_form_is_written_out(setting, path, value):
    found = changed(setting)
    for part in path:
        found = found[part]
    assert found == value


def test_the_bare_name_of_an_object_is_one_without_arguments():
    text = BASE.replace("{SGD: 0.1}", "Adam")
    assert changed("train.optimizer.Adam.learning_rate=1e-2", text=text)["train"]["optimizer"] == {
        "Adam": {"learning_rate": 0.01}
    }


def test_what_was_written_without_its_name_keeps_its_place():
    problem = told("train.optimizer.SGD.momentum=0.9", text=BASE.replace("SGD: 0.1", "SGD: -1"))
    assert (problem.code, problem.span.file, problem.span.line, problem.span.column) == ("MS204", "spec.yaml", 10, 26)


@pytest.mark.parametrize(
    ("setting", "text", "help"),
    [
        ("train.optimizer.Own.momentum=0.9", "{Own: 0.1}", "`--set 'train.optimizer.Own={NAME: 0.1, momentum: …}'`"),
        ("train.optimizer.Adam.momentum=0.9", "sgd", "`--set 'train.optimizer=…'`"),
    ],
)
def test_where_no_name_is_known_what_to_write_is_told(setting, text, help):
    problems = check_text(BASE.replace("{SGD: 0.1}", text), "spec.yaml", overrides=(setting,)).diagnostics
    (problem,) = (problem for problem in problems if problem.code == "MS155")
    assert help in problem.help


def test_names_of_the_users_own_stand_for_no_object():
    text = BASE.replace("wide: 3", "Dense: 3").replace("Dense: 5", "Dense: $Dense")
    assert told("vars.Dense.activation=relu", text=text).code == "MS155"


def test_a_base_keeps_what_it_says_without_a_name(tmp_path):
    above = (
        "modelspec: 1\nextends: base.yaml\ntrain: {optimizer: {SGD: {momentum: 0.9}}}\ninputs: {x: {dtype: float64}}\n"
    )
    found = check_file(written(tmp_path, {"base.yaml": BASE, "above.yaml": above}, "above.yaml"))
    root = plain(found.document.root)
    assert root["train"]["optimizer"] == {"SGD": {"learning_rate": 0.1, "momentum": 0.9}}
    assert root["inputs"] == {"x": {"shape": [4], "dtype": "float64"}}


def test_a_value_without_a_name_over_a_mapping_is_the_upper_files(tmp_path):
    base = BASE.replace("SGD: 0.1", "SGD: {learning_rate: 0.1, momentum: 0.9}")
    above = "modelspec: 1\nextends: base.yaml\ntrain: {optimizer: {SGD: 0.2}}\n"
    found = check_file(written(tmp_path, {"base.yaml": base, "above.yaml": above}, "above.yaml"))
    assert plain(found.document.root)["train"]["optimizer"] == {"SGD": 0.2}


def test_a_model_of_another_spec_has_its_base_with_the_same_rule(tmp_path):
    above = "modelspec: 1\nextends: base.yaml\ninputs: {x: {dtype: float64}}\n"
    main = "modelspec: 1\ninputs: {a: {shape: [4], dtype: float64}}\nmodels: {m: {spec: above.yaml}}\nlayers:\n  - call: m\n"
    found = check_file(written(tmp_path, {"base.yaml": BASE, "above.yaml": above, "main.yaml": main}, "main.yaml"))
    assert not found.diagnostics
    assert plain(found.document.root)["models"]["m"]["inputs"] == {"x": {"shape": [4], "dtype": "float64"}}


def test_a_stage_keeps_what_the_training_says_without_a_name():
    text = BASE.replace("vars: {wide: 3}\n", "").replace(
        "{SGD: 0.1}", "{SGD: 0.1}, stages: [{epochs: 1}, {optimizer: {SGD: {momentum: 0.9}}}]"
    )
    found = check_text(text, "spec.yaml")
    assert not found.diagnostics
    second = found.network.train.stages[1].optimizer
    assert (second.learning_rate, second.momentum) == (0.1, 0.9)
