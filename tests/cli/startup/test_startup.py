"""The program starts and ends soon, and only its own process is changed for that."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import modelspec
from modelspec.cli import startup
from tests.seams.names import MAIN, START_SOON
from tests.seams.seam import program
from tests.tiny import write

PACKAGE = Path(modelspec.__file__).parent
COLLECTED = program(
    """\
import atexit, gc, sys
before = gc.get_threshold()
atexit.register(lambda: print("seldom" if gc.get_threshold() > before else "as before", gc.get_freeze_count() > 0))
main()
""",
    MAIN,
)
"""What is registered before the program's own is run after it."""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["validate", "spec.yaml"], "seldom True"),
        (["summary", "spec.yaml"], "seldom True"),
        (["train", "--help"], "as before False"),
    ],
)
def test_only_a_command_that_checks_collects_seldom_and_not_at_its_end(tmp_path, arguments, told):
    write(tmp_path)
    command = [sys.executable, "-c", COLLECTED, *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == told


def test_what_calls_the_program_within_a_process_of_its_own_keeps_it(tmp_path):
    write(tmp_path)
    (tmp_path / "host.py").write_text(program("def run():\n    main()\n", MAIN))
    code = (
        "import gc, os, sys, host\nbefore = gc.get_threshold()\nsys.argv = ['modelspec', 'validate', 'spec.yaml']\n"
        "try:\n    host.run()\nexcept SystemExit as leaving:\n    assert leaving.code == 0\n"
        "assert gc.get_threshold() == before and 'PYDANTIC_DISABLE_PLUGINS' not in os.environ\n"
        "import modelspec\nmodelspec.check('spec.yaml')\nassert gc.isenabled() and gc.get_threshold() == before\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(PACKAGE.parent), str(tmp_path)])}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_no_other_module_switches_the_collector_or_stands_in_for_another():
    switching = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
            if "gc" in names or (isinstance(node, ast.Constant) and "pydantic.plugin" in str(node.value)):
                switching.add(path)
    assert switching == {Path(startup.__file__)}


def test_what_stands_in_for_pydantics_search_for_plugins_has_all_that_is_asked_of_it():
    code = program(
        "import inspect, os\n"
        "os.environ['PYDANTIC_DISABLE_PLUGINS'] = '__all__'\n"
        "import pydantic.plugin._loader as real\n"
        "mine = [n for n, f in inspect.getmembers(real, inspect.isfunction) if f.__module__ == real.__name__]\n"
        "print(mine, tuple(real.get_plugins()))\n"
        "import sys; del sys.modules[real.__name__]\n"
        "start_soon(checks=True)\n"
        "from pydantic.plugin._loader import get_plugins\n"
        "print(get_plugins())\n",
        START_SOON,
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("['get_plugins'] ()\n()\n", "")


def test_plugins_that_a_user_asks_for_are_looked_for(tmp_path):
    code = program(
        "import sys\nstart_soon(checks=True)\nimport pydantic\npydantic.TypeAdapter(int)\n"
        "assert 'importlib.metadata' in sys.modules\n",
        START_SOON,
    )
    environment = {**os.environ, "PYDANTIC_DISABLE_PLUGINS": "only-this-one"}
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True)


MOST_MODULES = 360
"""What checking a spec without blocks may load beyond what Python itself has loaded: each takes time in every run."""


def test_checking_a_spec_loads_no_more_modules_than_it_did():
    code = program(
        "import sys\n"
        "before = set(sys.modules)\n"
        "try:\n    main()\n"
        "except SystemExit as leaving:\n    assert leaving.code == 0\n"
        "loaded = sorted(set(sys.modules) - before)\n"
        "print(len(loaded), *loaded)\n",
        MAIN,
    )
    spec = PACKAGE.parent / "specs" / "mlp.yaml"
    done = subprocess.run([sys.executable, "-c", code, "validate", spec], capture_output=True, text=True, check=True)
    count, *loaded = done.stdout.splitlines()[-1].split()
    assert int(count) <= MOST_MODULES, f"{count} modules are loaded:\n{' '.join(loaded)}"
    assert not [name for name in loaded if name.split(".")[0] in ("typer", "rich", "numpy", "asyncio")]
