"""What is told once, where it was said, and only where something is near."""

from xml.etree import ElementTree

import pytest

from modelspec.plugins.settings import find_plugins

BASE = "modelspec: 1\ninputs: {x: [4]}\nlayers:\n  - Dens: 3\n    name: y\noutputs: {y: {loss: mse}}\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.yaml").write_text(BASE)
    (tmp_path / "child.yaml").write_text("modelspec: 1\nextends: base.yaml\n")
    return tmp_path


def test_a_mistake_of_a_base_is_told_once(cli, folder):
    told = cli("validate", "base.yaml", "child.yaml")
    assert told.err.count("error[MS206]") == 1 and "2 files: 1 error" in told.err


def test_a_base_that_nobody_asked_for_is_no_test_case(cli, folder):
    suite = ElementTree.fromstring(cli("validate", "child.yaml", "--format", "junit").out)[0]
    assert [case.get("name") for case in suite] == ["child.yaml"] and suite.get("failures") == "1"
    suite = ElementTree.fromstring(cli("validate", "child.yaml", "base.yaml", "--format", "junit").out)[0]
    assert {case.get("name"): len(case) for case in suite} == {"child.yaml": 0, "base.yaml": 1}


@pytest.mark.parametrize("text", ["", "# nothing\n", "a: [\n", "- 3\n"])
@pytest.mark.parametrize(
    "spec",
    ["modelspec: 1\nextends: other.yaml\n",
     "modelspec: 1\ninputs: {x: [4]}\nmodels:\n  m: {spec: other.yaml}\nlayers:\n  - {call: m, from: x}\n"],
)  # fmt: skip
def test_a_file_that_is_no_spec_is_told_with_the_line_that_names_it(cli, folder, spec, text):
    (folder / "other.yaml").write_text(text)
    (folder / "top.yaml").write_text(spec)
    line = 1 + next(number for number, found in enumerate(spec.split("\n")) if "other.yaml" in found)
    assert f"note: top.yaml:{line}:" in cli("validate", "top.yaml").err


@pytest.mark.parametrize("path", ["https://x.org/a.yaml", "~/base.yaml", "$HOME/a.yaml", "''"])
@pytest.mark.parametrize("spec", ["modelspec: 1\nextends: PATH\n", BASE + "models: {m: {spec: PATH}}\n"])
def test_a_path_of_a_spec_is_not_told_as_data(cli, folder, spec, path):
    (folder / "top.yaml").write_text(spec.replace("PATH", path))
    told = cli("validate", "top.yaml").err
    assert "error[MS153]" in told and "train.csv" not in told and "data path" not in told


def test_a_setting_for_another_object_is_told_at_the_setting_and_its_help_works(cli, folder):
    (folder / "sgd.yaml").write_text(BASE.replace("Dens", "Dense") + "train: {optimizer: {SGD: 0.1}}\n")
    told = cli("validate", "sgd.yaml", "--set", "train.optimizer.Adam.learning_rate=0.01")
    assert told.err.startswith("--set:1:") and told.code == 1
    right = told.err.split("--set '")[1].split("'`")[0]
    assert cli("validate", "sgd.yaml", "--set", right).code == 0


@pytest.mark.parametrize("code", ["MS999", "MS1", "nothing-like-it"])
def test_a_code_that_is_near_none_is_not_guessed(cli, code):
    assert "did you mean" not in cli("explain", code).err


def test_a_code_by_its_name_is_guessed(cli):
    assert "did you mean" in cli("explain", "unknown-layr").err


@pytest.mark.parametrize(
    ("name", "help"),
    [("ops", "--kind op"), ("losses", "--kind loss"), ("metrics", "--kind metric"), ("Linear", "`Dense`"),
     ("GraphAttention", "lists the layers"), ("Conv2", "did you mean"), ("rmse", "RootMeanSquaredError")],
)  # fmt: skip
def test_a_name_of_layers_is_guessed_only_where_it_is_near(cli, name, help):
    assert help in cli("layers", name).err


@pytest.mark.parametrize(
    ("text", "said"),
    [("[tool.modelspec]\nplugin = ['a']\n", "unknown key 'plugin'"), ("[tool.modelspecs]\nplugins = []\n", "[tool.modelspecs]"),
     ("[tool.model-spec]\nplugins = []\n", "[tool.model-spec]"), ("[tool.modelspec\nplugins = []\n", "not readable"),
     ("[tool.modelspec]\nplugins = 'a'\n", "a list of names"), ("[modelspec]\nplugins = []\n", "[modelspec]"),
     ("[tool]\nmodelspec = 3\n", "a list of names")],
)  # fmt: skip
def test_a_table_of_pyproject_that_is_broken_or_misspelt_is_told(tmp_path, text, said):
    (tmp_path / "pyproject.toml").write_text(text)
    _, problems = find_plugins([], str(tmp_path))
    assert [problem.code for problem in problems] == ["MS648"] and said in problems[0].message


@pytest.mark.parametrize(
    "text", ["[project]\ndependencies = ['keras-modelspec']\n", "[tool.modelspec]\n", "[tool.ruff]\n", "broken = [\n"]
)
def test_other_files_are_let_be(tmp_path, text):
    (tmp_path / "pyproject.toml").write_text(text)
    assert find_plugins([], str(tmp_path))[1] == ()
