"""Checking a spec never imports TensorFlow, Keras or numpy: it must start at once, and work without them."""

import subprocess
import sys
from pathlib import Path

import pytest

from modelspec.cli.init import TEMPLATES

SPECS = sorted((Path(__file__).parent.parent / "specs").glob("*.yaml"))
HEAVY = ("tensorflow", "keras", "numpy", "safetensors", "h5py", "scipy", "pyarrow")
LOOK = """\
import sys
from modelspec.cli.app import main
sys.argv = ["modelspec", *sys.argv[1:]]
try:
    main()
except SystemExit as leaving:
    code = leaving.code
loaded = sorted({name.split(".")[0] for name in sys.modules} & set(%r))
assert not loaded, loaded
sys.exit(code)
"""


@pytest.mark.parametrize(
    "arguments",
    [
        ["validate", *map(str, SPECS), "--format", "json"],
        ["validate", *map(str, SPECS)],
        ["summary", "--nested", str(next(spec for spec in SPECS if spec.stem == "image_similarity"))],
        ["summary", "--format", "json", str(next(spec for spec in SPECS if spec.stem == "video_qa"))],
        *(["init", name, "-o", "spec.yaml"] for name in TEMPLATES),
        ["layers", "Conv2D"],
        ["layers", "--kind", "optimizer", "--format", "json"],
        ["schema"],
        ["--help"],
        ["train", "--help"],
        ["train", str(next(spec for spec in SPECS if spec.stem == "keras1"))],
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
