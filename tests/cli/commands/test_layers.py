"""`modelspec layers`: the catalogue as lists, one name explained, and names that are none."""

import json

import pytest

from modelspec.catalogue.kinds import KINDS
from modelspec.catalogue.layers import LAYERS, LAYERS_LEFT_OUT
from modelspec.catalogue.ops import OPS
from modelspec.manual.describe import MANY, as_json, describe
from modelspec.manual.text import described, listed
from modelspec.source import parse


def test_without_a_name_all_layers_are_listed_by_family(cli):
    done = cli("layers")
    assert (done.code, done.err) == (0, "")
    assert "\nconvolution\n  Conv1D, " in done.out
    words = set(done.out.replace(",", " ").replace(":", " ").split())
    assert words >= {*LAYERS, *LAYERS_LEFT_OUT, "Convolution2D"}


@pytest.mark.parametrize("kind", MANY)
def test_every_kind_is_listed_whole_and_within_80_columns(cli, monkeypatch, kind):
    monkeypatch.setenv("COLUMNS", "80")
    done = cli("layers", "--kind", kind)
    assert (done.code, done.err) == (0, "")
    known = {f"ops.{name}" for name in OPS} if kind == "op" else {*KINDS[kind].classes, *KINDS[kind].choices}
    assert set(done.out.replace(",", " ").split()) >= known
    assert max(map(len, done.out.split("\n"))) <= 80


@pytest.mark.parametrize("kind", MANY)
def test_every_list_is_json_too(cli, kind):
    told = json.loads(cli("layers", "--kind", kind, "--format", "json").out)
    assert (told["version"], told["kind"]) == (1, kind)
    assert sum(len(names) for names in told["families"].values()) >= 4


def test_one_layer_is_explained(cli, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    done = cli("layers", "Conv2D")
    assert (done.code, done.err) == (0, "")
    for told in (
        "Conv2D (layer): A convolution over height and width.",
        "https://keras.io/api/layers/convolution_layers/convolution2d/",
        "also written Convolution2D",
        "  filters: whole number above 0; required",
        "  padding: valid or same; default valid",
        "  inputs: tensor, required",
        "    - Conv2D: {filters: 32, kernel_size: 3}",
        "  # (None, 28, 28, 3) -> (None, 26, 26, 32)",
        "  # weights kernel (3, 3, 3, 32), bias (32,)",
    ):
        assert f"{told}\n" in done.out
    assert "stride) + 1" in done.out
    assert max(map(len, done.out.split("\n"))) <= 80


@pytest.mark.parametrize(
    ("name", "titles"),
    [
        ("Convolution2D", ["Conv2D (layer)"]),
        ("mse", ["MeanSquaredError (loss)", "MeanSquaredError (metric)"]),
        ("adam", ["Adam (optimizer)"]),
        ("ops.add", ["ops.add (op)"]),
        ("ops.image.resize", ["ops.image.resize (op)"]),
        ("image.resize", ["ops.image.resize (op)"]),
        ("relu", ["ops.relu (op)", "relu (activation)"]),
        ("EarlyStopping", ["EarlyStopping (callback)"]),
        ("accuracy", ["accuracy (metric)"]),
        ("glorot_uniform", ["GlorotUniform (initializer)"]),
        ("ResNet50", ["ResNet50 (application)"]),
    ],
)
def test_a_name_is_found_among_all_kinds(cli, name, titles):
    done = cli("layers", name)
    assert (done.code, done.err) == (0, "")
    assert [line.split(":")[0] for line in done.out.split("\n") if "): " in line[:60]] == titles


def test_the_kind_can_be_chosen(cli):
    told = json.loads(cli("layers", "mse", "--kind", "metric", "--format", "json").out)
    assert [(found["name"], found["kind"]) for found in told["found"]] == [("MeanSquaredError", "metric")]


def test_json_has_everything(cli):
    (found,) = json.loads(cli("layers", "LSTM", "--format", "json").out)["found"]
    assert found["arguments"][4] == {
        "name": "units",
        "schema": {"type": "integer", "exclusiveMinimum": 0, "maximum": 2**31 - 1},
        "type": "whole number above 0",
        "required": True,
        "default": None,
        "text": "Dimensionality of the output space.",
    }
    assert found["call"][0] == {"name": "sequences", "type": "tensor", "required": True}
    assert found["example"]["inputs"] == [{"shape": [None, 20, 8], "dtype": "float32"}]
    assert found["example"]["weights"][0] == {"name": "lstm_cell/kernel", "shape": [8, 256], "trainable": True}


@pytest.mark.parametrize("kind", MANY)
def test_everything_can_be_told_within_80_columns_and_as_json(kind):
    names = OPS if kind == "op" else {**KINDS[kind].classes, **dict.fromkeys(KINDS[kind].choices)}
    for name in names:
        (found,) = describe(name, kind)
        lines = described(found, 80).split("\n")
        assert max(len(line) for line in lines if not line.startswith(("http", "    - ", "  models", "    "))) <= 80, (
            name
        )
        json.loads(json.dumps(as_json(found), allow_nan=False))
        assert parse(found.example.snippet, "x")[0] is not None
    assert listed(kind, 40)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Conv2d", "write `Conv2D`"),
        ("Dence", "did you mean 'Dense'?"),
        ("ops.adds", "did you mean 'ops.add'?"),
        ("sparse_crossentropy", "did you mean"),
        ("%$&", "`modelspec layers` lists the layers"),
        ("[bold]x[/bold]", "there is no name '[bold]x[/bold]'"),
        ("x\x1b[31m", "there is no name 'x\\x1b[31m'"),
        ("Lambda", "the layer Lambda is left out on purpose: it runs Python code"),
        ("ops.cond", "ops.cond is left out on purpose"),
        ("Merge", "Merge is a layer of an older Keras: write"),
    ],
)
def test_a_name_that_is_none_is_wrong_usage(cli, name, told):
    done = cli("layers", name)
    assert (done.code, done.out) == (2, "")
    assert told in done.err


def test_a_name_of_another_kind_is_told_so(cli):
    done = cli("layers", "Dense", "--kind", "loss")
    assert done.code == 2
    assert "there is no name 'Dense' of --kind loss" in done.err
