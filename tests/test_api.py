"""The Python interface: what commands do, with their options."""

import inspect
import subprocess
import sys
import typing
from pathlib import Path

import keras
import numpy as np
import pytest

import modelspec
from tests.tiny import TINY, write

READING = [
    modelspec.check,
    modelspec.load,
    modelspec.summary,
    modelspec.show,
    modelspec.inspect,
    modelspec.build,
    modelspec.train,
    modelspec.smoke,
]
FUNCTIONS = [
    *READING,
    modelspec.evaluate,
    modelspec.predict,
    modelspec.reproduce,
    modelspec.schema,
    modelspec.describe,
    modelspec.explain,
]
WRONG = TINY.replace("units: 8", "unit: 8").replace("softmax", "softmaxx")


def test_check_gives_every_problem_by_position(tmp_path):
    assert modelspec.check(write(tmp_path)) == ()
    problems = modelspec.check(Path(write(tmp_path, WRONG)))
    assert len(problems) > 1
    assert all(isinstance(problem, modelspec.Diagnostic) and problem.span is not None for problem in problems)
    assert [problem.span.line for problem in problems] == sorted(problem.span.line for problem in problems)


def test_load_knows_every_shape_and_raises_what_check_tells(tmp_path):
    network = modelspec.load(write(tmp_path))
    assert network.spec.name == "tiny"
    assert [tensor.shape for tensor in network.main.tensors[-1]] == [(None, 3)]
    path = write(tmp_path, WRONG)
    with pytest.raises(modelspec.SpecError, match=r"spec\.yaml:5:13: error") as raised:
        modelspec.load(path)
    assert raised.value.diagnostics == modelspec.check(path)


def test_build_takes_a_path_or_what_load_gave(tmp_path):
    path = write(tmp_path)
    models = [modelspec.build(path), modelspec.build(Path(path)), modelspec.build(modelspec.load(path))]
    assert all(isinstance(model, keras.Model) for model in models)
    rows = {"x": np.ones((2, 4), "float32")}
    first, *others = [model.predict(rows, verbose=0)["kind"] for model in models]
    assert all(np.array_equal(first, other) for other in others)


def test_a_built_model_is_compiled_and_fits_by_the_names_of_the_spec(tmp_path):
    model = modelspec.build(write(tmp_path))
    history = model.fit({"x": np.ones((8, 4))}, {"kind": np.zeros(8)}, verbose=0)
    assert set(history.history) == {"loss", "accuracy"}
    assert not getattr(modelspec.build(write(tmp_path), compile=False), "compiled", False)


def test_train_gives_the_run_its_history_and_its_metrics(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    result = modelspec.train(write(tmp_path), run_dir=tmp_path / "run")
    assert result.run_dir == tmp_path / "run"
    assert [row["epoch"] for row in result.history] == [1, 2]
    assert set(result.metrics) == {"validation", "test"}
    assert set(result.metrics["test"]["outputs"]["kind"]) == {"loss", "accuracy"}
    assert not result.interrupted
    assert capsys.readouterr() == ("", "")
    with pytest.raises(modelspec.SpecError, match="MS751"):
        modelspec.train(write(tmp_path), run_dir=tmp_path / "run")
    assert modelspec.train(modelspec.load(write(tmp_path))).run_dir.parent == Path("runs/tiny")


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_is_documented_and_typed(function):
    assert inspect.getdoc(function)
    signature = inspect.signature(function)
    assert signature.return_annotation is not inspect.Signature.empty
    assert all(parameter.annotation is not inspect.Parameter.empty for parameter in signature.parameters.values())
    assert (Path(modelspec.__file__).parent / "py.typed").exists()
    assert typing.get_type_hints(modelspec.SpecError.__init__)


def test_train_resumes_what_is_there_and_begins_what_is_not(tmp_path):
    path, run = write(tmp_path), tmp_path / "run"
    first = modelspec.train(path, run_dir=run, resume=True)
    assert (first.complete, len(first.history)) == (False, 2)
    again = modelspec.train(path, run_dir=run, resume=True)
    assert (again.complete, again.history) == (True, first.history)
    longer = modelspec.train(write(tmp_path, TINY.replace("epochs: 2", "epochs: 3")), run_dir=run, resume=True)
    assert longer.history[:2] == first.history
    assert len(longer.history) == 3
    with pytest.raises(modelspec.SpecError, match="MS762"):
        modelspec.train(write(tmp_path, TINY.replace("epochs: 2", "epochs: 4, seed: 3")), run_dir=run, resume=True)


def test_every_command_has_its_function():
    from modelspec.cli.app import COMMANDS

    others = {"validate": "check", "layers": "describe", "data": "inspect"}
    beside_specs = {"init", "plugins"}  # they write files to begin with
    assert {others.get(name, name) for name in COMMANDS} - beside_specs <= set(modelspec.__all__)


@pytest.mark.parametrize(
    "command", ["validate", "summary", "show", "data", "build", "train", "evaluate", "predict", "smoke", "reproduce"]
)
def test_every_option_of_a_command_is_an_argument_of_its_function(command):
    from importlib import import_module

    from modelspec.cli import commands

    function = getattr(modelspec, {"validate": "check", "data": "inspect"}.get(command, command))
    options = set(inspect.signature(getattr(import_module(f".{command}", commands.__name__), command)).parameters)
    printing = {
        "format",
        "color",
        "traceback",
        "watch",
        "nested",
        "nodes",
        "quiet",
        "output_format",
        "exclude",
        "strict",
        "force_exclude",
    }
    limits = {name for name in options if name.startswith("max_")}
    named = {
        "set": "overrides",
        "data_root": "data_roots",
        "origin": "origins",
        "spec": "spec",
        "specs": "spec",
        "run_path": "run",
    }
    wanted = {named.get(name, name) for name in options - limits - printing}
    given = set(inspect.signature(function).parameters) | (
        {"spec", "paths"} if command in ("validate", "show") else set()
    )
    given |= {"output"} if command == "build" else set()  # the model is returned, which Keras saves
    assert wanted - given == set()
    assert "limits" in given


@pytest.mark.parametrize("name", modelspec.__all__)
def test_every_exported_name_is_there_without_tensorflow(name):
    code = "import sys, modelspec; getattr(modelspec, sys.argv[1]); print(sorted({'tensorflow', 'keras'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code, name], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_settings_are_taken_everywhere(tmp_path):
    path, settings = write(tmp_path), ["train.epochs=1", "layers.0.Dense.units=5"]
    assert modelspec.check(path, overrides=[*settings, "train.epohcs=1"])[0].code == "MS201"
    assert "epochs: 1" in modelspec.show(path, overrides=settings)
    assert modelspec.summary(path, overrides=settings).layers[1].params == 25
    assert modelspec.build(path, overrides=settings).layers[1].units == 5
    assert modelspec.smoke(path, overrides=settings) == ()
    run = modelspec.train(path, overrides=settings, run_dir=tmp_path / "run").run_dir
    more = modelspec.train(run, resume=True, overrides=["train.epochs=2"])
    assert [row["epoch"] for row in more.history] == [1, 2]
    assert modelspec.evaluate(run).metrics == more.metrics["test"]


def test_limits_are_taken_everywhere(tmp_path):
    path, limits = write(tmp_path), modelspec.Limits(file_bytes=10)
    assert modelspec.check(path, limits=limits)[0].code == "MS102"
    for function in (
        modelspec.load,
        modelspec.summary,
        modelspec.show,
        modelspec.build,
        modelspec.train,
        modelspec.smoke,
    ):
        with pytest.raises(modelspec.SpecError, match="MS102"):
            function(path, limits=limits)


def test_options_that_come_too_late_or_contradict_are_refused(tmp_path):
    network = modelspec.load(write(tmp_path))
    for function in (modelspec.summary, modelspec.build, modelspec.train, modelspec.smoke):
        with pytest.raises(ValueError, match="already loaded"):
            function(network, overrides=["train.epochs=1"])
    run = modelspec.train(network, run_dir=tmp_path / "run").run_dir
    with pytest.raises(ValueError, match="run directory"):
        modelspec.train(run, resume=True, run_dir=tmp_path / "other")
    for function in (modelspec.evaluate, modelspec.predict):
        with pytest.raises(ValueError, match="split names rows"):
            function(run, data="dataset:digits", split="test")
        with pytest.raises(ValueError, match="'best' or 'last'"):
            function(run, weights="newest")
    with pytest.raises(modelspec.SpecError, match="MS755"):
        modelspec.predict(run, output=tmp_path / "rows.txt")
    with pytest.raises(modelspec.SpecError, match="MS752"):
        modelspec.reproduce(tmp_path)
    with pytest.raises(KeyError):
        modelspec.explain("MS000")


def test_a_reporter_hears_of_every_epoch(tmp_path, capsys):
    progress = modelspec.Progress()
    result = modelspec.train(write(tmp_path), run_dir=tmp_path / "run", reporter=progress)
    assert [logs["loss"] for logs in progress.history] == [row["loss"] for row in result.history]
    assert progress.remarks[-1] == result.outcome.reason
    out = capsys.readouterr().out.splitlines()
    assert [line.partition("  ")[0] for line in out if line.startswith("epoch")] == ["epoch 1/2", "epoch 2/2"]
    assert repr(progress).splitlines()[0].startswith("epoch 1  loss ")
