"""The Python interface: load, check, build, train."""

import inspect
import typing
from pathlib import Path

import keras
import numpy as np
import pytest

import modelspec
from tests.tiny import TINY, write

WRONG = TINY.replace("units: 8", "unit: 8").replace("softmax", "softmaxx")


def test_check_gives_every_problem_by_position(tmp_path):
    assert modelspec.check(write(tmp_path)) == ()
    problems = modelspec.check(Path(write(tmp_path, WRONG)))
    assert len(problems) > 1
    assert all(isinstance(problem, modelspec.Diagnostic) and problem.span is not None for problem in problems)
    assert [problem.span.line for problem in problems] == sorted(problem.span.line for problem in problems)


def test_load_knows_every_shape_and_raises_what_check_tells(tmp_path):
    network = modelspec.load(write(tmp_path))
    assert network.network.spec.name == "tiny"
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


@pytest.mark.parametrize("function", [modelspec.load, modelspec.check, modelspec.build, modelspec.train])
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
