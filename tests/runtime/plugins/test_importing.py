"""Importing packages, and asking Keras for the shapes of their layers, in this process."""

import json
import sys
import textwrap

import keras
import pytest

import modelspec
from modelspec.diagnostics import SpecError
from modelspec.plugins.settings import find_plugins, read_plugins
from modelspec.plugins.stub import stub_text
from modelspec.runtime.plugins.importing import import_package
from modelspec.runtime.plugins.signatures import stub_of
from tests.plugins.package import SPEC, write_package, write_spec


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Write and import a package of one module; what it registers goes when the test ends."""
    monkeypatch.chdir(tmp_path)
    before, loaded = dict(keras.saving.get_custom_objects()), set(sys.modules)

    def make(text="", name="own_package"):
        head = f"import keras\nregister = keras.saving.register_keras_serializable(package='{name}')\n"
        (tmp_path / f"{name}.py").write_text(head + textwrap.dedent(text))
        import_package(name, str(tmp_path))
        return stub_of(name)

    yield make
    keras.saving.get_custom_objects().clear()
    keras.saving.get_custom_objects().update(before)
    for name in set(sys.modules) - loaded:
        if name.startswith(("own_", "other_", "api_")):
            del sys.modules[name]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("raise ValueError('no\\nway')", "cannot be imported: ValueError: no way"),
        ("import sys; sys.exit(3)", "cannot be imported: SystemExit: 3"),
        ("import no_such_module", "cannot be imported: ModuleNotFoundError: No module named 'no_such_module'"),
        ("def broken(:", "cannot be imported: SyntaxError: "),
    ],
)
def test_an_error_while_importing_is_one_diagnostic(package, text, message, capfd):
    with pytest.raises(SpecError) as error:
        package(text)
    (problem,) = error.value.diagnostics
    assert problem.code == "MS644"
    assert message in " ".join((problem.message, *problem.quoted))
    assert "own_package" not in sys.modules


def test_a_package_that_is_nowhere_is_told(tmp_path):
    with pytest.raises(SpecError) as error:
        import_package("no_such_package", str(tmp_path))
    assert "is not found: it is neither installed nor in the working folder" in str(error.value)


def test_what_a_package_prints_is_no_output_of_a_command(package, capfd):
    package("print('hello')")
    assert capfd.readouterr() == ("", "hello\n")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("keras.saving.get_custom_objects()['Dense'] = keras.layers.Layer", "Dense"),
        ("keras.saving.get_custom_objects()['mse'] = lambda y, p: 0", "mse"),
        (
            "@keras.saving.register_keras_serializable(package='')\nclass Dense(keras.layers.Layer):\n    pass\n",
            ">Dense",
        ),
        (
            "@keras.saving.register_keras_serializable(package='keras')\nclass Own(keras.layers.Layer):\n    pass\n",
            "keras>Own",
        ),
    ],
)
def test_an_object_in_the_place_of_keras_own_is_refused(package, text, name):
    with pytest.raises(SpecError) as error:
        package(text)
    (problem,) = error.value.diagnostics
    assert (problem.code, problem.message) == (
        "MS645",
        f"the plugin own_package registers '{name}', which replaces Keras's own",
    )
    assert name not in keras.saving.get_custom_objects()


def test_signatures_without_annotations_are_read_from_defaults(package):
    stub = package(
        """
        @register
        class Own(keras.layers.Layer):
            def __init__(self, width, rate=0, ratio=0.5, on=True, mode="a", axis=None, sizes=(1, 2), what=object(), **kwargs):
                super().__init__(**kwargs)

            def call(self, query, value, mask=None, training=False, scale=1.0):
                return query
        """
    )
    own = stub.objects["own_package>Own"]
    assert {name: (item.type, item.required, item.default) for name, item in own.arguments.items()} == {
        "width": ("any", True, None), "rate": ("float", False, 0), "ratio": ("float", False, 0.5),
        "on": ("bool", False, True), "mode": ("str", False, "a"), "axis": ("any", False, None),
        "sizes": ("any", False, [1, 2]), "what": ("any", False, None),
    }  # fmt: skip
    assert not own.arguments["what"].has_default
    assert {name: (item.tensor, item.optional) for name, item in own.call.items()} == {
        "query": (True, False), "value": (True, False), "mask": (True, True), "scale": (False, True),
    }  # fmt: skip


def test_what_a_spec_cannot_use_is_left_out_with_the_reason(package):
    stub = package(
        """
        @register
        class Star(keras.layers.Layer):
            def call(self, *inputs):
                return inputs[0]

        @register
        class Count(keras.metrics.Metric):
            def __init__(self):
                super().__init__()

        @register
        class Plain:
            def get_config(self):
                return {}

        @register
        def three(a, b, c):
            return a
        """
    )
    assert not stub.objects
    assert {name.partition(">")[2]: why[:40] for name, why in stub.left_out.items()} == {
        "Count": "its `__init__` does not take `name`: add",
        "Plain": "Plain is not a kind of object that a spe",
        "Star": "its `call` takes `*inputs`: name its arg",
        "three": "the function three takes neither (y_true",
    }


@pytest.fixture
def own(package, tmp_path):
    """The whole package of the tests under a name of its own, its stub, and a spec that uses it."""

    def make(name="own_whole", text=SPEC, **words):
        write_package(tmp_path, name)
        import_package(name, str(tmp_path))
        value = json.loads(stub_of(name).model_dump_json(exclude_unset=True))
        for key, more in words.items():
            value["objects"][f"{name}>{key}"].update(more)
        (tmp_path / f"{name}.modelspec.json").write_text(json.dumps(value))
        return write_spec(tmp_path, text.replace("my_package", name))

    return make


def test_the_library_builds_and_trains_with_plugins(own, tmp_path):
    path = own("api_package")
    assert modelspec.check(path, plugins=["api_package"]) == ()
    network = modelspec.load(path, plugins=["api_package"])
    assert network.main.tensors[1] is None
    model = modelspec.build(network)
    assert [type(layer).__name__ for layer in model.layers] == ["InputLayer", "Scale", "Pool", "Dense", "Scale"]
    assert model.output["y"].shape == (None, 3)
    result = modelspec.train(path, run_dir=tmp_path / "run", plugins=["api_package"])
    assert len(result.history) == 2


def test_known_shapes_are_those_of_keras_and_the_checks_go_on(own):
    from modelspec.runtime.plugins.loading import with_known_shapes

    path = own()
    network = modelspec.load(path, plugins=["own_whole"])
    known, problems = with_known_shapes(network)
    assert problems == ()
    assert [tensors[0].shape for tensors in known.main.tensors] == [
        (None, 6, 4), (None, 6, 4), (None, 8), (None, 3), (None, 3),
    ]  # fmt: skip
    model = modelspec.build(known)
    counted = {path: sum(weight.numpy().size for weight in model.get_layer(path).weights) for path in known.weights}
    from math import prod

    assert counted == {path: sum(prod(weight.shape) for weight in found) for path, found in known.weights.items()}


@pytest.mark.parametrize(
    ("steps", "code", "message"),
    [
        ("[{Scale: 1}, Flatten, Pool: 3]", "MS647", "own_whole>Pool fails when it is called: ValueError: "),
        ("[{Scale: 1}, Pool: 3, Conv1D: [3, 3]]", None, ""),
        ("[{Scale: 1}, Pool: 3, Conv1D: {filters: 3, kernel_size: 3}]", "MS401", "Conv1D needs 3 axes"),
    ],
)
def test_what_only_the_shapes_tell_is_told_at_its_place(own, steps, code, message):
    text = f"modelspec: 1\nname: own\ninputs: {{x: [6, 4]}}\nlayers: {steps}\n"
    path = own(text=text)
    problems = modelspec.check(path, plugins=["own_whole"])
    if code is None:
        assert [item.code for item in problems] == ["MS203"]
        return
    assert problems == ()
    with pytest.raises(SpecError) as error:
        modelspec.build(path, plugins=["own_whole"])
    (problem,) = error.value.diagnostics
    assert (problem.code, problem.span.line) == (code, 4)
    assert message in problem.message


@pytest.mark.parametrize(
    "text",
    [
        "layers: [{TimeDistributed: {layer: {Scale: 3}}}, Pool: 2]",
        "shared: {s: {Scale: 3}}\nlayers: [{call: s, from: x, name: a}, {call: s, from: a, name: b}, Pool: 2]",
        "shared: {s: {Scale: 3}}\nlayers: [{TimeDistributed: s}, {call: s, name: b}, Pool: 2]",
        "models: {m: {inputs: {a: [6, 4]}, layers: [{Scale: 2}, Pool: 2]}}\nlayers: [{call: m, name: b}, Dense: 2]",
        "layers: [{Pool: 2, from: {inputs: x, weights: x, flip: true}}]",
        "layers: [{Scale: 2, repeat: 2}, {Pool: 2, name: p}]",
    ],
)
def test_shared_nested_wrapped_and_repeated_layers_build(own, text):
    path = own(text=f"modelspec: 1\nname: own\ninputs: {{x: [6, 4]}}\n{text}\n")
    assert modelspec.check(path, plugins=["own_whole"]) == ()
    model = modelspec.build(path, plugins=["own_whole"])
    assert next(iter(model.output.values())).shape == (None, 2)


def test_a_package_that_is_not_as_its_stub_says_is_told(own, tmp_path):
    path = own()
    file = tmp_path / "own_whole.modelspec.json"
    stub = json.loads(file.read_text())
    del stub["objects"]["own_whole>Scale"]["arguments"]["kernel_initializer"]
    file.write_text(json.dumps(stub))
    write_spec(tmp_path, "modelspec: 1\nname: own\ninputs: {x: [6, 4]}\nlayers: [Scale: 2]\n")
    with pytest.raises(SpecError) as error:
        modelspec.build(path, plugins=["own_whole"])
    assert [item.code for item in error.value.diagnostics] == ["MS643"]
    assert "'own_whole>Scale' takes other arguments than its stub says" in str(error.value)


def test_a_told_shape_that_is_not_the_real_one_is_told(own):
    text = "modelspec: 1\nname: own\ninputs: {x: [6, 4]}\nlayers: [Pool: 2]\n"
    path = own(text=text, Pool={"output_shape": [3]})
    assert modelspec.load(path, plugins=["own_whole"]).main.tensors[1][0].shape == (None, 3)
    with pytest.raises(SpecError) as error:
        modelspec.build(path, plugins=["own_whole"])
    assert "own_whole>Pool gives (None, 2), where `output_shape` of its stub says (None, 3)" in str(error.value)


def test_a_plugin_that_a_spec_does_not_use_is_not_imported(own, tmp_path):
    path = own(text="modelspec: 1\nname: own\ninputs: {x: [4]}\nlayers: [Dense: 2]\n")
    (tmp_path / "other_one.py").write_text("raise ValueError('imported')\n")
    (tmp_path / "other_one.modelspec.json").write_text('{"modelspec_stub": 1, "package": "other_one"}')
    modelspec.build(path, plugins=["other_one", "own_whole"])
    found, _ = read_plugins({"other_one": str(tmp_path)}, str(tmp_path))
    assert found.complete
    assert "other_one" not in sys.modules


def test_writing_the_stub_anew_keeps_the_users_own_words(own, tmp_path, cli):
    own(Scale={"output_shape": "same"}, PowerError={"targets": "one_hot"})
    done = cli("plugins", "stub", "own_whole")
    assert (done.code, done.out) == (0, "own_whole.modelspec.json: 7 objects\n")
    stub = json.loads((tmp_path / "own_whole.modelspec.json").read_text())["objects"]
    assert stub["own_whole>Scale"]["output_shape"] == "same"
    assert stub["own_whole>PowerError"]["targets"] == "one_hot"
    assert find_plugins(["own_whole"])[1] == ()


def test_a_package_without_objects_gets_no_stub(package, tmp_path, cli):
    package("", "own_nothing")
    done = cli("plugins", "stub", "own_nothing")
    assert (done.code, done.out) == (1, "")
    assert "MS649" in done.err
    assert not (tmp_path / "own_nothing.modelspec.json").exists()


def test_a_class_with_a_name_of_keras_is_used_by_its_whole_name(package, cli):
    package(
        """
        @register
        class Dense(keras.layers.Layer):
            def call(self, inputs):
                return inputs
        """,
        "own_dense",
    )
    done = cli("plugins", "stub", "own_dense")
    assert done.code == 0
    assert "note: 'Dense' alone is Keras's own; write 'own_dense>Dense'\n" in done.err


def test_what_keras_refuses_only_in_the_whole_model_is_told_as_the_packages(package, tmp_path):
    stub = package(
        """
        @register
        class Same(keras.layers.Layer):
            def call(self, inputs):
                return inputs
        """
    )
    (tmp_path / "own_package.modelspec.json").write_text(stub_text(stub))
    path = write_spec(
        tmp_path, "modelspec: 1\nname: own\ninputs: {x: [5, 4]}\nlayers: [{TimeDistributed: {layer: Same}}]\n"
    )
    with pytest.raises(SpecError) as error:
        modelspec.build(path, plugins=["own_package"])
    (problem,) = error.value.diagnostics
    assert problem.code == "MS647"
    assert "own_package" in problem.message
    told = "\n".join((problem.message, *problem.quoted))
    assert "does not have a `compute_output_shape`" in told
    assert "\x1b" not in told
