"""Checking a spec never imports TensorFlow, Keras or numpy, nor what else it can do without: it must start at once."""

import subprocess
import sys
from pathlib import Path

import pytest

from modelspec.cli.commands.init import TEMPLATES
from tests.seams.names import (
    APPLICATIONS,
    CONVOLUTION,
    CORE,
    EXPAND,
    LOSSES_CLASSES,
    LOSSES_CROSSENTROPY,
    LOSSES_ERRORS,
    MAIN,
    METRICS_ERRORS,
    OPTIMIZERS_ADAM,
    OPTIMIZERS_GRADIENT,
    RULES_OF_CODES,
    SAVED_READ,
    SPEC_STAGES,
)
from tests.seams.seam import program

SPECS = sorted((Path(__file__).parent.parent / "specs").glob("*.yaml"))
HEAVY = ("tensorflow", "keras", "numpy", "safetensors", "h5py", "scipy", "pyarrow")
LOOK = program(
    """\
import sys
sys.argv = ["modelspec", *sys.argv[1:]]
try:
    main()
except SystemExit as leaving:
    code = leaving.code
loaded = sorted({name.split(".")[0] for name in sys.modules} & set(%r))
assert not loaded, loaded
sys.exit(code)
""",
    MAIN,
)


@pytest.mark.parametrize(
    "arguments",
    [
        ["validate", *map(str, SPECS), "--format", "json"],
        ["validate", *map(str, SPECS)],
        ["summary", "--nested", str(next(spec for spec in SPECS if spec.stem == "image_similarity"))],
        ["summary", "--format", "json", str(next(spec for spec in SPECS if spec.stem == "video_qa"))],
        ["init", "-o", "spec.yaml"],
        *(["init", name, "-o", "-"] for name in TEMPLATES),
        *(pytest.param(["init", name, "-o", "spec.yaml"], marks=pytest.mark.slow) for name in TEMPLATES),
        ["layers", "Conv2D"],
        ["layers", "--kind", "optimizer", "--format", "json"],
        ["schema"],
        ["--help"],
        ["train", "--help"],
        ["train", str(Path(__file__).parent / "keras1.yaml")],
    ],
    ids=lambda arguments: "-".join(item for item in arguments if "/" not in item),
)
def test_a_command_imports_nothing_heavy(tmp_path, arguments):
    done = subprocess.run(
        [sys.executable, "-c", LOOK % (HEAVY,), *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 1), done.stderr
    assert "AssertionError" not in done.stderr, done.stderr[-300:]


def test_neither_does_the_library(tmp_path):
    code = (
        "import sys, modelspec\n"
        f"modelspec.check({str(SPECS[0])!r}); modelspec.load({str(SPECS[0])!r})\n"
        f"loaded = {{name.split('.')[0] for name in sys.modules}} & set({HEAVY!r})\n"
        "assert not loaded, loaded\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_spec_is_checked_with_the_classes_it_names_and_without_looking_for_plugins(tmp_path):
    (tmp_path / "spec.yaml").write_text(
        "modelspec: 1\nname: one\ninputs: {x: [2]}\nlayers: [Dense: {units: 3, activation: softmax}]\n"
        "outputs: {y: {loss: sparse_categorical_crossentropy, metrics: [accuracy]}}\n"
        "train: {optimizer: adam}\ndata: {train: {csv: rows.csv}}\n"
    )
    code = program(
        "import sys\n"
        "try:\n    main()\n"
        "except SystemExit as leaving:\n    assert leaving.code == 0\n"
        "print(*sys.modules)\n",
        MAIN,
    )
    command = [sys.executable, "-c", code, "validate", "spec.yaml"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    modules = set(done.stdout.splitlines()[-1].split())
    found = modules & {"importlib.metadata", "email", "zipfile", "rich", RULES_OF_CODES.path}
    assert not found, found
    assert {seam.path for seam in (CORE, LOSSES_CROSSENTROPY, OPTIMIZERS_ADAM)} <= modules
    unused = (CONVOLUTION, LOSSES_CLASSES, LOSSES_ERRORS, METRICS_ERRORS, OPTIMIZERS_GRADIENT)
    assert not modules & {seam.path for seam in unused}


UNUSED = tuple(seam.path for seam in (APPLICATIONS, EXPAND, SAVED_READ, SPEC_STAGES))
"""Parts of our own that take time to import, and that the digits do not need."""


def test_a_spec_loads_only_the_parts_that_it_needs(tmp_path):
    (digits,) = (spec for spec in SPECS if spec.stem == "digits")
    look = LOOK.replace('{name.split(".")[0] for name in sys.modules}', "set(sys.modules)")
    assert look != LOOK
    done = subprocess.run(
        [sys.executable, "-c", look % (UNUSED,), "validate", str(digits)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
