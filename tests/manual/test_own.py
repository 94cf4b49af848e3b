"""What `layers --plugins` tells of a user's own objects, from the stub alone."""

import json
import re
from pathlib import Path

import pytest

from modelspec.cli.startup.described import COMMANDS
from modelspec.manual.describe import as_json, describe, families, second_names
from modelspec.manual.text import described, listed
from modelspec.pipeline import check_text
from modelspec.plugins.settings import find_plugins

CALL = {"inputs": {}, "flip": {"tensor": False, "optional": True}}
OBJECTS = {
    "own>Scale": {
        "kinds": ["layer"], "about": "Multiplies.", "call": CALL, "base_arguments": ["trainable"], "output_shape": "same",
        "arguments": {"factor": {"type": "float", "default": 1.0}, "sizes": {"type": "list[int]"}},
    },
    "own>Dense": {"kinds": ["layer"], "call": {"inputs": {}}, "output_shape": [None, 4]},
    "own>Far": {"kinds": ["loss"], "arguments": {"how": {"choices": ["near", "far"]}}, "base_arguments": ["reduction"]},
    "own>count": {"kinds": ["metric", "loss"], "function": True, "about": "Counts."},
    "own>Steps": {"kinds": ["optimizer"], "arguments": {"learning_rate": {"type": "float", "default": 0.1}}},
    "own>Falling": {"kinds": ["schedule"], "arguments": {"begin": {"type": "float"}}},
    "own>Start": {"kinds": ["initializer"], "arguments": {"low": {"type": "int | null"}}},
    "own>Pull": {"kinds": ["regularizer"], "arguments": {"other": {"type": "regularizer"}}},
    "own>Hold": {"kinds": ["constraint"], "arguments": {"on": {"type": "bool"}, "why": {"type": "str"}, "any": {}}},
    "own>soft": {"kinds": ["activation"], "function": True},
}  # fmt: skip


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working folder with the stubs of two packages."""
    for package, objects in {"own": OBJECTS, "other": {"other>Scale": {"kinds": ["layer"], "call": CALL}}}.items():
        left = {f"{package}>Closed": "it takes no `**kwargs`"}
        stub = {"modelspec_stub": 1, "package": package, "objects": objects, "left_out": left}
        (tmp_path / f"{package}.modelspec.json").write_text(json.dumps(stub))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def plugins(folder):
    """The plugins of the first of them."""
    found, problems = find_plugins(["own"])
    assert problems == ()
    return found


def test_every_kind_of_object_is_told_and_its_example_is_a_spec(plugins):
    for name, told in OBJECTS.items():
        found = describe(name, plugins=plugins)
        assert {item.kind for item in found} == set(told["kinds"])
        for item in found:
            assert item.name == name
            assert {argument.name for argument in item.arguments} >= set(told.get("arguments", {}))
            text = described(item, 80)
            assert text.startswith(f"{name} ({item.kind}): ")
            assert max(len(line) for line in text.partition("\nexample\n")[0].split("\n")) <= 80
            json.loads(json.dumps(as_json(item), allow_nan=False))
            checked = check_text(_whole(item), plugins=plugins)
            assert checked.ok, (name, item.example.snippet, checked.diagnostics)


def _whole(description):
    """A spec with the lines of an example, which leaves out what is before and after them."""
    text = description.example.snippet
    head = "modelspec: 1\ninputs:\n  x: [16]\n"
    if "layers:" not in text:
        text = "layers:\n  - Dense: 10\noutputs:\n  dense: {loss: mse}\n" + text
    return head + text


def test_shape_and_call_are_those_of_the_stub(plugins):
    (scale,) = describe("Scale", plugins=plugins)
    assert scale.name == "own>Scale"
    assert scale.other_names == ("Scale",)
    assert scale.shape == "that of the input"
    assert [(item.name, item.required) for item in scale.call] == [("inputs", True), ("flip", False)]
    assert [item.text for item in scale.arguments if item.name == "factor"] == [""], "Keras's words are of its own"
    assert scale.example.snippet == "layers:\n  - own>Scale: {sizes: [1]}\n"
    (dense,) = describe("own>Dense", plugins=plugins)
    assert dense.shape == "(batch, any, 4)"


def test_a_name_of_keras_is_told_as_keras_own(plugins):
    assert [item.name for item in describe("Dense", plugins=plugins)] == ["Dense"]
    assert "Dense" not in second_names("layer", plugins)


def test_the_end_of_two_names_tells_of_both(folder):
    plugins, _ = find_plugins(["own", "other"])
    assert [item.name for item in describe("Scale", plugins=plugins)] == ["own>Scale", "other>Scale"]
    assert "Scale" not in second_names("layer", plugins)


def test_lists_have_the_packages_last(plugins):
    assert list(families("layer", plugins).items())[-1] == ("package own", ("own>Dense", "own>Scale"))
    assert "package own" not in families("callback", plugins)
    assert second_names("layer", plugins)["Scale"] == "own>Scale"
    assert "\npackage own\n  own>Far, own>count\n" in listed("loss", 80, plugins)
    assert "own" not in " ".join(families("op", plugins))


def test_the_command_explains_lists_and_refuses(cli, folder):
    done = cli("layers", "Scale", "--plugins", "own", "--format", "json")
    assert (done.code, json.loads(done.out)["found"][0]["name"]) == (0, "own>Scale")
    done = cli("layers", "--plugins", "own", "--format", "json")
    assert json.loads(done.out)["families"]["package own"] == ["own>Dense", "own>Scale"]
    done = cli("layers", "Closed", "--plugins", "own")
    assert (done.code, done.err) == (2, "error: Closed of your own package is left out: it takes no `**kwargs`\n")
    done = cli("layers", "Scla", "--plugins", "own")
    assert "did you mean 'Scale'?" in done.err
    done = cli("layers", "own>Scale")
    assert (done.code, "with `--plugins`" in done.err) == (2, True)
    done = cli("layers", "Scale", "--plugins", "nowhere")
    assert (done.code, "MS640" in done.err) == (1, True)


def test_a_package_that_the_project_names_needs_no_option(cli, folder):
    (folder / "pyproject.toml").write_text('[tool.modelspec]\nplugins = ["own"]\n')
    assert "own>Scale (layer): Multiplies." in cli("layers", "Scale").out


def test_the_page_names_every_command_that_takes_plugins():
    page = (Path(__file__).parents[2] / "docs" / "plugins.md").read_text("utf-8")
    (listed,) = re.findall(r"((?:`\w+`(?:, | and\s))+`\w+`)\s+take `--plugins`", page)
    takes = {
        name
        for name, command in COMMANDS.items()
        if not command["hidden"] and any(item["name"] == "plugins" for item in command["parameters"])
    }
    assert set(re.findall(r"\w+", listed)) - {"and"} == takes
