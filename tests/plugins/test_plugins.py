"""Names and arguments of a user's own objects, as the checker knows them from a stub; no package is there at all."""

import json

import pytest

from modelspec.draw.summary import summarize
from modelspec.draw.table import table_text
from modelspec.pipeline import check_file, check_text
from modelspec.plugins.settings import find_plugins

ARGUMENTS = {
    "factor": {"type": "float", "default": 1.0},
    "units": {"type": "int | null", "default": None},
    "mode": {"choices": ["mean", "max"], "default": "mean"},
    "sizes": {"type": "list[int]", "optional": True},
    "anything": {"default": None},
    "kernel_initializer": {"type": "initializer", "default": "ones"},
}
LAYER = {
    "kinds": ["layer"],
    "arguments": ARGUMENTS,
    "base_arguments": ["trainable", "dtype"],
    "call": {"inputs": {}, "mask": {"optional": True}, "flip": {"tensor": False, "optional": True}},
}
OBJECTS = {
    "own>Scale": LAYER,
    "own>Needs": {**LAYER, "arguments": {"width": {"type": "int"}}},
    "own>Dense": LAYER,
    "own>Far": {"kinds": ["loss"], "arguments": {"power": {"type": "float", "default": 2.0}}},
    "own>Near": {"kinds": ["metric"], "base_arguments": ["name", "dtype"], "name": "nearby"},
    "own>soft": {"kinds": ["activation"], "function": True},
}


@pytest.fixture
def plugins(tmp_path):
    """The plugins with these objects; more stubs by the package's name."""

    def make(objects=None, **more):
        for package, known in {"own": objects or OBJECTS, **more}.items():
            stub = {"modelspec_stub": 1, "package": package, "objects": known}
            (tmp_path / f"{package}.modelspec.json").write_text(json.dumps(stub))
        return find_plugins(["own", *more], str(tmp_path))

    return make


def problems(plugins, *steps, inputs="{x: [4]}", more=""):
    """What is told of these steps, as pairs of code and message."""
    text = f"modelspec: 1\nname: m\ninputs: {inputs}\nlayers:\n" + "".join(f"  - {step}\n" for step in steps) + more
    found, told = plugins
    assert not told
    return [(item.code, item.message, item.help) for item in check_text(text, "spec.yaml", plugins=found).diagnostics]


@pytest.mark.parametrize(
    "step",
    [
        "own>Scale", "Scale", "Scale: 2", "own>Scale: {factor: 0.5}", "Scale: {units: null}", "Scale: {mode: max}",
        "Scale: {sizes: [1, 2]}", "Scale: {anything: {a: [1, b]}}", "Scale: {trainable: false, dtype: float16}",
        "Scale: {kernel_initializer: {HeNormal: {seed: 1}}}", "{Scale: 2, from: {inputs: x, flip: true}}", "Needs: 3",
        "Dense: {units: 3}", "own>Dense: {factor: 3}", "TimeDistributed: {layer: {Needs: 3}}",
    ],
)  # fmt: skip
def test_what_a_package_takes_is_accepted(plugins, step):
    inputs = "{x: [5, 4]}"
    assert problems(plugins(), step if step.startswith("{") else f"{step}", inputs=inputs) == []


@pytest.mark.parametrize(
    ("step", "code", "message"),
    [
        ("Scale: {factro: 2}", "MS201", "own>Scale: unknown argument 'factro'"),
        ("Scale: {factor: x}", "MS203", "own>Scale.factor: expected a number; received the string 'x'"),
        ("Scale: {units: 1.5}", "MS203", "own>Scale.units: expected an integer; received 1.5"),
        ("Scale: {mode: min}", "MS205", "own>Scale.mode: expected one of 'mean' or 'max'; received the string 'min'"),
        ("Scale: {sizes: [a]}", "MS203", "own>Scale.sizes[0]: expected an integer; received the string 'a'"),
        ("Scale: {activity_regularizer: L2}", "MS208", "own>Scale does not take `activity_regularizer`"),
        ("Scale: {kernel_initializer: nope}", "MS207", "unknown initializer 'nope'"),
        ("Needs", "MS202", "own>Needs: `width` is missing"),
        ("own>Scael", "MS206", "unknown layer 'own>Scael'"),
        ("{Scale: 1, from: {input: x}}", "MS406", "own>Scale: its call has no argument 'input'"),
        ("{Scale: 1, from: {inputs: x, flip: x}}", "MS406", "own>Scale: the call's argument 'flip' takes true or false; received a tensor"),
        ("Dense: {units: 3, activation: {own>soft: 3}}", "MS203", "the activation own>soft takes no arguments"),
    ],
)  # fmt: skip
def test_arguments_are_checked_as_those_of_keras_are(plugins, step, code, message):
    assert [item[:2] for item in problems(plugins(), step)] == [(code, message)]


@pytest.mark.parametrize("key", ["class_name", "module", "registered_name", "config", "_target_", "__lambda__"])
def test_a_mapping_that_keras_would_make_an_object_of_is_refused(plugins, key):
    found = problems(plugins(), f"Scale: {{anything: [{{{key}: os}}]}}")
    assert [item[0] for item in found] == ["MS203"]
    assert key in found[0][1]


def test_what_follows_a_layer_of_unknown_shape_is_unknown_and_nothing_is_told_of_it(plugins):
    rest = ("Scale", "{Dense: 3, name: d}", "{Conv2D: {filters: 3, kernel_size: 3}, name: y}")
    outputs = "outputs: {y: {loss: Far, metrics: [Near]}}\ntrain: {epochs: 2}\n"
    assert problems(plugins(), *rest, more=outputs) == []


def test_a_told_output_shape_goes_on(plugins):
    steps = ("Scale", "{Conv1D: {filters: 3, kernel_size: 3}, name: y}")
    same = {**OBJECTS, "own>Scale": {**LAYER, "output_shape": "same"}}
    assert [item[:2] for item in problems(plugins(same), *steps)] == [
        ("MS401", "Conv1D needs 3 axes, (batch, steps, features); received (None, 4)")
    ]
    sizes = {**OBJECTS, "own>Scale": {**LAYER, "output_shape": [None, 7]}}
    assert problems(plugins(sizes), *steps) == []


def test_a_layer_of_known_shape_may_still_have_weights_that_train(plugins):
    same = {**OBJECTS, "own>Scale": {**LAYER, "output_shape": "same"}}
    more = "outputs: {y: {loss: mse}}\nbudget: {parameters: 1}\n"
    assert problems(plugins(same), "{Scale: 1, name: y}", more=more) == []


def test_class_numbers_are_the_targets_of_a_loss_whose_stub_says_so(plugins):
    objects = {**OBJECTS, "own>Far": {**OBJECTS["own>Far"], "targets": "classes"}}
    more = "outputs: {y: {loss: Far}}\ndata: {train: {dataset: digits}}\n"
    inputs = "{image: [8, 8, 1]}"
    steps = ("Flatten", "{Dense: 10, name: y}")
    columns = more.replace("loss: Far", "loss: Far, column: one_hot")
    assert (
        problems(plugins(objects), *steps, inputs=inputs, more=more.replace("loss: Far", "loss: Far, column: label"))
        == []
    )
    assert [item[0] for item in problems(plugins(objects), *steps, inputs=inputs, more=columns)] == ["MS509"]


def test_a_metric_goes_by_the_name_it_has_in_the_package_and_a_callback_is_told_which_way_is_better(plugins):
    def told(callback):
        outputs = f"outputs: {{y: {{loss: mse, metrics: [Near]}}}}\ntrain: {{epochs: 9, callbacks: [{callback}]}}\n"
        return [
            item[0]
            for item in problems(plugins(), "{Dense: 1, name: y}", more=outputs + "data: {train: {synthetic: 9}}\n")
        ]

    assert told("EarlyStopping: {monitor: nearby, mode: max}") == []
    assert told("EarlyStopping: {monitor: nearby, mode: min}") == []
    assert told("EarlyStopping: {monitor: nearby}") == ["MS521"]


def test_the_end_of_two_names_is_ambiguous_and_a_name_of_keras_stays_keras_own(plugins):
    found = plugins(None, other={"other>Scale": LAYER})
    assert [item[:2] for item in problems(found, "Scale")] == [
        ("MS645", "'Scale' is the end of several names: own>Scale, other>Scale")
    ]
    assert problems(found, "other>Scale") == []
    assert [item[0] for item in problems(found, "Dense: {factor: 3}")] == ["MS202", "MS201"]


def test_two_packages_with_one_name_clash(plugins):
    found, told = plugins(None, other={"own>Scale": LAYER})
    assert not found.complete
    assert [(item.code, item.message) for item in told] == [("MS645", "both own and other register 'own>Scale'")]


def test_a_name_of_a_package_without_plugins_says_how_to_name_one():
    (problem,) = check_text("modelspec: 1\ninputs: {x: [4]}\nlayers: ['own>Scale']\n", "spec.yaml").diagnostics
    assert (problem.code, problem.help) == (
        "MS206", "a name with `>` belongs to your own package: name the package with `--plugins`",
    )  # fmt: skip


def test_a_left_out_object_says_why(plugins, tmp_path):
    plugins()
    path = tmp_path / "own.modelspec.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "left_out": {"own>Closed": "it is closed"}}))
    assert [item[:2] for item in problems(find_plugins(["own"], str(tmp_path)), "Closed")] == [
        ("MS211", "Closed cannot be used: it is closed")
    ]


def test_automatic_names_are_those_of_keras(plugins):
    found, _ = plugins()
    text = "modelspec: 1\ninputs: {x: [4]}\nlayers: ['own>Scale', Scale, Dense: 1]\n"
    checked = check_text(text, "spec.yaml", plugins=found)
    assert not checked.diagnostics
    assert [vertex.name for vertex in checked.network.network.main.vertices] == ["x", "scale", "scale_1", "dense"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "not JSON"), ("[]", "the whole file"), ('{"modelspec_stub": 2, "package": "own"}', "modelspec_stub"),
        ('{"modelspec_stub": 1, "package": "other"}', "it is the stub of other"), ("[" * 100_000, "not JSON"),
        ('{"modelspec_stub": 1, "package": "own", "objects": {"Scale": {"kinds": ["layer"]}}}', "objects.Scale"),
        ('{"modelspec_stub": 1, "package": "own", "objects": {"own>S": {"kinds": ["layer"], '
         '"arguments": {"a": {"type": "os.system"}}}}}', "a type is made of"),
    ],
)  # fmt: skip
def test_a_stub_that_is_none_is_told(tmp_path, text, why):
    (tmp_path / "own.modelspec.json").write_text(text)
    found, (problem,) = find_plugins(["own"], str(tmp_path))
    assert not found.complete
    assert problem.code == "MS641"
    assert why in problem.message
    assert problem.help == "write it again with: modelspec plugins stub own"


def test_a_missing_stub_is_told_and_no_error_that_follows_from_it(tmp_path):
    found, told = find_plugins(["own"], str(tmp_path))
    assert [(item.code, item.help) for item in told] == [("MS640", "write it with: modelspec plugins stub own")]
    path = tmp_path / "spec.yaml"
    path.write_text(
        "modelspec: 1\ninputs: {x: [4]}\nlayers: ['own>Scale', {Scale: 3, name: y}, Dense: {unit: 3}]\n"
        "outputs: {y: {loss: Far}}\n"
    )
    assert [item.code for item in check_file(str(path), plugins=found).diagnostics] == ["MS201"]


def test_a_stub_is_found_upwards_and_pyproject_names_plugins(tmp_path, plugins, monkeypatch):
    plugins()
    (tmp_path / "pyproject.toml").write_text('[tool.modelspec]\nplugins = ["own"]\n')
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    found, told = find_plugins([])
    assert (found.packages, found.folders, told) == (("own",), {"own": str(tmp_path)}, ())
    (below / "pyproject.toml").write_text("[project]\nname = 'modelspec-plugins'\n")
    assert find_plugins([])[0].packages == ("own",)
    (below / "pyproject.toml").write_text("[tool.modelspec]\nplugins = []\n")
    assert find_plugins([])[0].packages == ()
    assert find_plugins(["own"])[0].packages == ("own",)


@pytest.mark.parametrize(
    "text", ["[tool.modelspec]\nplugins = 3\n", "[tool.modelspec\nplugins = []\n", "[tool]\nmodelspec = 3 # plugins\n",
             '[tool.modelspec]\nplugins = ["own/layers.py"]\n'],
)  # fmt: skip
def test_settings_that_cannot_be_read_are_told(tmp_path, text):
    (tmp_path / "pyproject.toml").write_text(text)
    found, (problem,) = find_plugins([], str(tmp_path))
    assert not found.complete
    assert problem.code == "MS648"


def test_a_stub_of_changed_code_is_told_without_importing_it(tmp_path, plugins, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.py").write_text("raise SystemExit('imported')\n")
    plugins()
    path = tmp_path / "own.modelspec.json"
    stub = json.loads(path.read_text())
    path.write_text(json.dumps({**stub, "sources": {"own.py": "0" * 64}}))
    found, (problem,) = find_plugins(["own"])
    assert found.complete
    assert (problem.code, problem.severity) == ("MS642", "warning")
    assert problem.message == "own.py has changed since the stub of own was written"


def test_the_summary_says_what_is_unknown(plugins):
    found, _ = plugins()
    text = "modelspec: 1\nname: m\ninputs: {x: [4]}\nlayers: [{Dense: 3, name: d}, Scale, {Dense: 2, name: y}]\n"
    told = summarize(check_text(text, "spec.yaml", plugins=found).network)
    assert (told.total_params, told.flops, told.outputs) == (None, None, {"y": None})
    assert [layer.params for layer in told.layers] == [0, 15, None, None]
    table = table_text(told, 100)
    assert "scale (own>Scale)  ?" in table
    assert "parameters: ? (?)" in table
    assert table.endswith("? is what only the package of own>Scale knows, until the model is built")


@pytest.mark.parametrize("name", ["../x", "a b", "", "1"])
def test_a_stub_of_what_is_no_package_name_is_wrong_usage(cli, name):
    done = cli("plugins", "stub", name)
    assert done.code == 2
    assert "the name by which Python imports the" in done.err
