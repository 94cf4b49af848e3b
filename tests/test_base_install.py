"""The base installation, without TensorFlow and all that comes with it: every command works, or says what to install.

All commands run in one process that finds only the packages of the base installation.
"""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from modelspec.cli.app import COMMANDS, SECOND_NAMES
from tests.saved.files import write
from tests.seams.names import MAIN
from tests.seams.seam import program

ROOT = Path(__file__).parents[1]
BASE = (
    "yaml", "_yaml", "pydantic", "pydantic_core", "annotated_types", "typing_extensions", "typing_inspection", "typer", "rich",
    "shellingham", "markdown_it", "mdurl", "pygments", "annotated_doc", "click",
)  # fmt: skip
SPEC = (
    "modelspec: 1\ninputs: {x: [4]}\nlayers:\n  - Dense: 1\n    name: y\noutputs: {y: {loss: mse}}\n"
    "train: {epochs: 1}\ndata: {train: {npz: rows.npz}}\n"
)
SAVED = "modelspec: 1\ninputs: {x: [4]}\nmodels: {body: {saved: model.keras}}\nlayers:\n  - call: body\n"
WORK = (
    ("validate", "spec.yaml"), ("validate", "saved.yaml", "--format", "sarif"), ("validate", ".", "--format", "junit"),
    ("validate", "spec.yaml", "--strict", "--set", "train.epochs=2"), ("validate", "spec.yaml", "--format", "github"),
    ("summary", "spec.yaml", "--nodes"), ("summary", "saved.yaml", "--nested", "--format", "json"),
    ("show", "spec.yaml", "--origin"), ("show", "saved.yaml", "--format", "json"),
    ("layers",), ("layers", "Dense", "--format", "json"), ("layers", "--kind", "op"), ("schema",), ("explain",),
    ("explain", "MS601"), ("init", "-o", "new.yaml"), ("init", "regression", "-o", "-"),
)  # fmt: skip
"""Without TensorFlow."""
NEED_NUMPY = (("data", "spec.yaml"), ("data", "spec.yaml", "--format", "json"))
"""Without TensorFlow, and with NumPy, which is not there."""
NEED = (
    ("train", "spec.yaml"), ("fit", "spec.yaml"), ("train", "spec.yaml", "--run-dir", "run2"), ("train", "saved.yaml"),
    ("train", "spec.yaml", "--resume"), ("train", "run", "--resume"), ("train", "nowhere", "--resume"),
    ("train", "spec.yaml", "--resume", "--run-dir", "run", "--allow-changed"),
    ("train", "spec.yaml", "--mlflow", "http://localhost:1"), ("train", "spec.yaml", "--tensorboard"),
    ("build", "spec.yaml", "-o", "m.keras"), ("build", "saved.yaml", "-o", "m.keras", "--allow-download"),
    ("smoke", "spec.yaml"), ("smoke", "spec.yaml", "saved.yaml"),
    ("evaluate", "run"), ("evaluate", "run", "--format", "json", "--data", "rows.npz"),
    ("evaluate", "run", "--split", "train", "--weights", "last"),
    ("predict", "run"), ("predict", "run", "-o", "p.parquet"), ("predict", "run", "-o", "p.npz", "--data", "dataset:digits"),
    ("predict", "run", "-o", "p.jsonl"), ("reproduce", "run"), ("reproduce", "run", "--run-dir", "again"),
    ("plugins", "stub", "my_package"),
)  # fmt: skip
"""With TensorFlow, which is not there."""
RUN_ALL = program(
    """\
import contextlib, io, json, sys
done = []
for arguments in json.loads(sys.argv[1]):
    sys.argv = ["modelspec", *arguments]
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main()
            code = None
        except SystemExit as leaving:
            code = leaving.code
    done.append((code, out.getvalue(), err.getvalue()))
print(json.dumps(done))
""",
    MAIN,
)


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """Each command's exit code and what it printed."""
    folder = tmp_path_factory.mktemp("base")
    packages = folder / "packages"
    packages.mkdir()
    for name in BASE:
        found = importlib.util.find_spec(name)
        if found is not None and found.origin is not None:
            origin = Path(found.origin)
            origin = origin.parent if origin.name == "__init__.py" else origin
            (packages / origin.name).symlink_to(origin)
    (packages / "modelspec").symlink_to(ROOT / "modelspec")
    place = folder / "work"
    (place / "run").mkdir(parents=True)
    (place / "spec.yaml").write_text(SPEC)
    (place / "saved.yaml").write_text(SAVED)
    (place / "run" / "run.json").write_text('{"status": "stopped"}')
    (place / "run" / "resolved.yaml").write_text(SPEC)
    write(place, name="model.keras")
    command = [sys.executable, "-S", "-c", RUN_ALL, json.dumps([*WORK, *NEED_NUMPY, *NEED])]
    env = {**os.environ, "PYTHONPATH": str(packages)}
    done = subprocess.run(command, cwd=place, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(zip([*WORK, *NEED_NUMPY, *NEED], json.loads(done.stdout), strict=True))


@pytest.mark.parametrize("arguments", WORK, ids=" ".join)
def test_what_needs_no_tensorflow_works(answers, arguments):
    code, _, err = answers[arguments]
    assert code in (0, None), err


@pytest.mark.parametrize("arguments", NEED, ids=" ".join)
def test_what_needs_tensorflow_says_what_to_install(answers, arguments):
    code, out, err = answers[arguments]
    assert (code, out) == (1, ""), err
    assert "error[MS601] this command needs TensorFlow, which is not installed\n" in err
    assert "  help: install it with: pip install '" in err


@pytest.mark.parametrize("arguments", NEED_NUMPY, ids=" ".join)
def test_what_needs_numpy_does_not_ask_for_tensorflow(answers, arguments):
    code, out, err = answers[arguments]
    assert (code, out) == (1, ""), err
    assert "error[MS601] this command needs NumPy, which is not installed\n" in err
    assert "[tables]'" in err


def test_every_command_is_tried():
    assert {arguments[0] for arguments in (*WORK, *NEED_NUMPY, *NEED)} == {*COMMANDS, *SECOND_NAMES}
