"""A package of a user's own through the whole program, as processes of their own, with real Keras.

They are forks of one that has imported Keras; it is started anew where it matters what is imported, and from where.
"""

import json
import subprocess
import sys

import pytest

from tests.plugins.package import SPEC, write_package, write_spec
from tests.seams.names import MAIN
from tests.seams.seam import program

PLUGINS = ("--plugins", "my_package")
LOOK = program(
    """\
import sys
sys.argv = ["modelspec", *sys.argv[1:]]
try:
    main()
except SystemExit as leaving:
    code = leaving.code
loaded = sorted({name.split(".")[0] for name in sys.modules} & {"my_package", "tensorflow", "keras", "numpy"})
assert not loaded, loaded
sys.exit(code)
""",
    MAIN,
)


@pytest.fixture(scope="module")
def stubbed(nursery, tmp_path_factory):
    """A folder with the package and its stub."""
    folder = tmp_path_factory.mktemp("own")
    write_package(folder)
    done = nursery.run(folder, "plugins", "stub", "my_package")
    assert (done.code, done.out) == (0, "my_package.modelspec.json: 7 objects\n")
    assert done.err == (
        "note: my_package>Closed is left out: its `__init__` does not take `dtype` and `name` and `trainable`: "
        "add `**kwargs`, and pass them to `super().__init__`\n"
    )
    return folder


@pytest.fixture(scope="module")
def trained(nursery, stubbed):
    """A run that used the package."""
    write_spec(stubbed)
    done = nursery.run(stubbed, "train", "spec.yaml", *PLUGINS, "--run-dir", "run")
    assert done.code == 0, done.err
    return stubbed


@pytest.mark.parametrize(
    "command", [["validate"], ["summary", "--nodes"], ["summary", "--format", "json"], ["show"]], ids="-".join
)
def test_checking_imports_neither_the_package_nor_tensorflow(stubbed, command):
    write_spec(stubbed)
    done = subprocess.run(
        [sys.executable, "-c", LOOK, *command, "spec.yaml", *PLUGINS],
        cwd=stubbed, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_the_stub_says_what_the_package_says(stubbed):
    stub = json.loads((stubbed / "my_package.modelspec.json").read_text())
    assert list(stub["objects"]) == [
        f"my_package>{name}" for name in ("Near", "Pool", "PowerError", "Scale", "Slow", "soft", "squares")
    ]
    scale, pool = stub["objects"]["my_package>Scale"], stub["objects"]["my_package>Pool"]
    assert scale["about"] == "Multiplies by a number, and by one that it learns for each feature."
    assert scale["arguments"] == {
        "factor": {"type": "float", "default": 1.0},
        "kernel_initializer": {"type": "initializer", "default": "ones"},
    }
    assert pool["arguments"] == {
        "units": {"type": "int"},
        "mode": {"choices": ["mean", "max"], "default": "mean"},
        "sizes": {"type": "list[int] | null", "default": None},
    }
    assert pool["call"] == {
        "inputs": {"tensor": True, "optional": False},
        "weights": {"tensor": True, "optional": True},
        "flip": {"tensor": False, "optional": True},
    }
    assert stub["objects"]["my_package>squares"]["kinds"] == ["loss", "metric"]
    assert stub["objects"]["my_package>soft"]["kinds"] == ["activation"]
    assert stub["objects"]["my_package>Near"]["name"] == "nearby"


def test_a_run_trains_evaluates_and_predicts_with_it(nursery, trained):
    info = json.loads((trained / "run" / "run.json").read_text())
    assert (info["status"], list(info["plugins"])) == ("finished", ["my_package"])
    history = [json.loads(line) for line in (trained / "run" / "history.jsonl").read_text().splitlines()]
    assert {"nearby", "squares", "mae"} <= set(history[-1])
    assert history[-1]["loss"] < history[0]["loss"]
    done = nursery.run(trained, "evaluate", "run", *PLUGINS, "--format", "json")
    assert done.code == 0, done.err
    kept = json.loads((trained / "run" / "metrics.json").read_text())["test"]
    assert json.loads(done.out)["outputs"] == kept["outputs"]
    predicted = nursery.run(trained, "predict", "run", *PLUGINS)
    assert predicted.code == 0, predicted.err
    assert len(predicted.out.splitlines()) == 9


def test_what_a_run_directory_says_is_never_imported_by_itself(nursery, trained):
    for command in (["evaluate", "run"], ["predict", "run"], ["train", "--resume", "run"]):
        done = nursery.run(trained, *command)
        assert (done.code, done.out) == (1, "")
        assert done.err == (
            "error[MS646] run was trained with the plugin my_package, which is not named here\n"
            "  help: if you trust the package installed under that name, add --plugins my_package\n"
        )


def test_a_run_goes_on_with_it_and_not_with_other_code(nursery, stubbed):
    write_spec(stubbed, SPEC.replace("epochs: 2", "epochs: 1"))
    assert nursery.run(stubbed, "train", "spec.yaml", *PLUGINS, "--run-dir", "more").code == 0
    write_spec(stubbed, SPEC.replace("epochs: 2", "epochs: 3"))
    source = stubbed / "my_package" / "layers.py"
    text = source.read_text()
    source.write_text(text.replace("inputs * self.factor", "inputs * 2 * self.factor"))
    changed = nursery.run(stubbed, "train", "--resume", "spec.yaml", "--run-dir", "more", *PLUGINS)
    source.write_text(text)
    assert changed.code == 1
    assert "MS762" in changed.err
    assert "plugins.my_package" in changed.err
    done = nursery.run(stubbed, "train", "--resume", "spec.yaml", "--run-dir", "more", *PLUGINS)
    assert done.code == 0, done.err
    assert len((stubbed / "more" / "history.jsonl").read_text().splitlines()) == 3


def test_smoke_and_build_work_with_it_and_the_saved_model_loads(nursery, stubbed):
    write_spec(stubbed)
    done = nursery.run(stubbed, "smoke", "spec.yaml", *PLUGINS)
    assert (done.code, done.out) == (0, "spec.yaml: every weight learns, save and load agree\n")
    assert nursery.run(stubbed, "build", "spec.yaml", "-o", "own.keras", *PLUGINS).code == 0
    code = "import my_package, keras; print(len(keras.saving.load_model('own.keras').layers))"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=stubbed, capture_output=True, text=True, check=True)
    assert loaded.stdout == "5\n"


def test_nothing_else_is_imported_from_the_working_folder(nursery, tmp_path, program):
    write_package(tmp_path)
    trap = "open(__file__ + '.sprung', 'w').close()\n"
    for name in ("numpy", "tensorflow", "keras", "h5py", "tensorboard", "helpers", "yaml"):
        (tmp_path / f"{name}.py").write_text(trap)
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "my_package.py").write_text(trap)
    write_spec(tmp_path / "specs")
    assert nursery.run(tmp_path, "plugins", "stub", "my_package").code == 0
    done = program("train", "specs/spec.yaml", *PLUGINS)
    assert done.code == 0, done.err
    assert not list(tmp_path.rglob("*.sprung"))
    (tmp_path / "my_package" / "__init__.py").write_text("import helpers\n")
    done = nursery.run(tmp_path, "train", "specs/spec.yaml", *PLUGINS)
    assert done.code == 1
    assert "MS644] the plugin my_package cannot be imported: ModuleNotFoundError: No module named 'helpers'" in done.err
    assert "move it into my_package: nothing else is imported from the working folder" in done.err
    assert not list(tmp_path.rglob("*.sprung"))


def test_a_spec_cannot_name_a_plugin(nursery, tmp_path):
    (tmp_path / "evil.py").write_text("open('sprung', 'w').close()\n")
    for line in ("plugins: [evil]", "import: evil", "train: {plugins: [evil]}"):
        write_spec(tmp_path, f"modelspec: 1\n{line}\ninputs: {{x: [4]}}\nlayers: [Dense: 1]\n")
        done = nursery.run(tmp_path, "build", "spec.yaml", "-o", "x.keras")
        assert done.code == 1
        assert "MS201" in done.err
    assert not (tmp_path / "sprung").exists()
