"""Forms that a user would try and the language has not: one message each, at its place, and what it says to write validates."""

import re

import pytest

from modelspec.pipeline import check_text

NET = "modelspec: 1\ninputs: {x: [1]}\nlayers:\n  - Dense: 1\n    name: y\noutputs: {y: {loss: mse}}\n"
TWO = "modelspec: 1\ninputs: {x: [3], z: [3]}\nlayers:\n"


def told(text, *overrides):
    return check_text(text, "spec.yaml", folder="/tmp", overrides=overrides).diagnostics


def at(text, problem):
    span = problem.span
    return text.split("\n")[span.line - 1][span.column - 1 : span.end_column - 1]


def written(problem):
    return re.search(r"`([^`]*)`", problem.help).group(1)


@pytest.mark.parametrize(
    ("data", "where", "right"),
    [
        ("data: {csv: x.csv}", "csv", "data: {train: {csv: x.csv}}"),
        ("data: {npz: x.npz}", "npz", "data: {train: {npz: x.npz}}"),
        ("data: {synthetic: 100}", "synthetic", "data: {train: {synthetic: 100}}"),
        ('data: {csv: x.csv, delimiter: "|"}', "csv", "data: {train: {csv: {path: x.csv, delimiter: '|'}}}"),
        ("data: {synthetic: 100, validation: {split: 0.1}}",
            "synthetic", "data: {train: {synthetic: 100}, validation: {split: 0.1}}",
        ),
        ("data: x.csv", "x.csv", "data: {train: {csv: x.csv}}"),
        ("data: {train: {csv: x.csv, delimiter: ;}}", "delimiter", "train: {csv: {path: x.csv, delimiter: ;}}"),
        ('data: {train: {csv: x.csv, sep: "\\t"}}', "sep", 'train: {csv: {path: x.csv, delimiter: "\\t"}}'),
        ("data: {train: {csv: x.csv, header: false}}", "header", "train: {csv: {path: x.csv, header: false}}"),
        ("data: {train: {synthetic: 9, seed: 3}}", "seed", "train: {synthetic: {samples: 9, seed: 3}}"),
        ("data: {train: {synthetic: 9}, test: {csv: x.csv, delimiter: ;}}",
            "delimiter", "test: {csv: {path: x.csv, delimiter: ;}}",
        ),
    ],
)  # fmt: skip
def test_a_source_that_is_written_too_flat_is_told_once_with_the_form_that_is_right(data, where, right):
    [problem] = told(NET + data + "\n")
    assert (at(NET + data, problem), written(problem)) == (where, right)
    right = right if right.startswith("data") else f"data: {{train: {{synthetic: 9}}, {right}}}"
    right = right.replace("train: {synthetic: 9}, train", "train")
    assert told(NET + right + "\n") == ()


@pytest.mark.parametrize(
    "data",
    ["data: {train: {csv: x.csv, npz: x.npz}}", "data: {train: {csv: x.csv}, validation: {csv: v.csv, split: 0.1}}"],
)
def test_two_sources_of_one_split_are_told_once(data):
    assert len(told(NET + data + "\n")) == 1


def test_a_source_among_the_settings_of_training_leads_to_data():
    [problem] = told(NET + "train: {csv: x.csv, epochs: 3}\n")
    assert problem.help.startswith("write `train: {csv: …}` under `data`")


@pytest.mark.parametrize(
    "setting", ["train.stages=null", "data.validation=null", "train.stagez=null", "outputs.z.metrics=null"]
)
def test_nothing_is_taken_away_from_what_is_not_there(setting):
    text = NET.replace("outputs: {y: {loss: mse}}\n", "") if setting.startswith("outputs") else NET
    [problem] = told(text, setting)
    assert problem.code == "MS155" and f"`{setting.partition('=')[0]}`" in problem.message
    assert told(text) == ()  # what the help says: leave it out


def test_what_takes_null_as_a_value_may_be_new():
    assert told(NET, "layers.y.Dense.kernel_regularizer=null") == ()
    assert told(NET, "outputs.y.loss=null") == ()


MODEL = "{%sinputs: {a: [1]}, layers: [{Dense: 3}]}"


@pytest.mark.parametrize(
    ("key", "model", "where"),
    [
        ("m", MODEL % "repeat: 3, ", "repeat"),
        ("m", MODEL % "for: {i: [1, 2]}, ", "for"),
        ("m_$(i)", MODEL % "for: {i: [1, 2]}, ", "for"),
        ("m_$i", MODEL % "repeat: 2, ", "repeat"),
        ("$name", MODEL % "", "$name"),
        ("m", MODEL % "when: true, ", "when"),
    ],
)
def test_a_loop_over_models_is_told_once_at_the_loop(key, model, where):
    text = NET.replace("layers:\n", f"models:\n  {key}: {model}\nlayers:\n")
    problems = [problem for problem in told(text) if problem.severity == "error"]
    assert [at(text, problem) for problem in problems] == [where]
    assert "block" in problems[0].help or "call" in problems[0].help


@pytest.mark.parametrize(
    ("step", "right"),
    {
        "ops.power: {}\n    from: [x, 2]": "ops.power: {x2: 2}",
        "ops.power:\n    from: [2, x]": "ops.power: {x1: 2}",
        "ops.power:\n    from: {x1: x, x2: 2}": "ops.power: {x2: 2}",
        "Multiply:\n    from: [x, 0.5]": "ops.multiply: {x2: 0.5}",
        "Add:\n    from: [1, x]": "ops.add: {x1: 1}",
        "ops.clip:\n    from: [x, 0, 1]": "ops.clip: {x_min: 0, x_max: 1}",
        "ops.maximum:\n    from: [x, -0.5]": "ops.maximum: {x2: -0.5}",
    }.items(),
)
def test_a_number_in_from_leads_to_the_argument_of_the_function(step, right):
    [problem] = told(NET.replace("  - Dense: 1\n", f"  - {step}\n    name: p\n  - Dense: 1\n"))
    assert written(problem) == right and "and `from: x`" in problem.help
    assert told(NET.replace("  - Dense: 1\n", f"  - {right}\n    from: x\n    name: p\n  - Dense: 1\n")) == ()


@pytest.mark.parametrize("given", ["encoder@*", "[encoder@*]"])
def test_all_calls_of_a_layer_are_written_one_by_one(given):
    head = (
        TWO.replace("layers:", "shared: {encoder: {Dense: 4}}\nlayers:")
        + "  - {call: encoder, from: x}\n  - {call: encoder, from: z}\n"
    )
    [problem] = told(head + f"  - Concatenate:\n    from: {given}\n")
    assert written(problem) == "[encoder@0, encoder@1]"
    assert told(head + "  - Concatenate:\n    from: [encoder@0, encoder@1]\n") == ()


@pytest.mark.parametrize(
    ("given", "right"), [("q.*", "[q.0, q.1]"), ("[q.*]", "[q.0, q.1]"), ("q[:]", "[q.0, q.1]"), ("q[0]", "q.0")]
)
def test_all_outputs_of_a_step_are_written_one_by_one(given, right):
    head = "modelspec: 1\ninputs: {x: [5, 3]}\nlayers:\n  - GRU: {units: 4, return_state: true}\n    name: q\n"
    layer = "Concatenate" if right.startswith("[") else "Dense: 3"
    step = f"  - {layer if ':' in layer else layer + ':'}\n    from: %s\n"
    problem = told(head + step % given)[0]
    assert (problem.code, written(problem)) == ("MS301", right)
    assert not [item for item in told(head + step % right) if item.severity == "error"]
