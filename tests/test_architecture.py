"""`docs/architecture.md` is true: its code is the code, its picture is complete, and what a new thing costs is held by tests."""

import ast
import inspect
import os
import re
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import NamedTuple

import pytest

import modelspec
import modelspec.cli.commands
from modelspec.catalogue.entry import Entry
from modelspec.catalogue.kinds import KINDS
from modelspec.checks import CHECKS
from modelspec.cli.app import COMMANDS
from modelspec.diagnostics import render
from modelspec.diagnostics.render import FORMATS
from modelspec.language.sections import sources
from modelspec.language.sections.sources import SOURCES, SourceEntry

PACKAGE = Path(modelspec.__file__).parent
ROOT = PACKAGE.parent
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
QUOTED = re.findall(r"^In `([^`]+)`:\n\n```python\n(.*?)```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("file", "code"), QUOTED, ids=[f"{file}-{number}" for number, (file, _) in enumerate(QUOTED)])
def test_the_quoted_code_is_the_code(file, code):
    assert code in (ROOT / file).read_text(encoding="utf-8")


def test_the_picture_has_every_folder_and_module_of_the_package():
    picture = PAGE.split("```")[1]
    for path in PACKAGE.iterdir():
        if path.name.startswith(("_", ".")) or (path.is_file() and path.suffix != ".py"):
            continue
        name = f"{path.name}/" if path.is_dir() else path.name
        assert re.search(rf"^  {re.escape(name)} ", picture, re.MULTILINE), f"{name} is not in the picture"


def test_every_test_that_the_page_names_is_there():
    named = set(re.findall(r"`(tests/[\w/.]*)`", PAGE))
    assert len(named) > 10
    assert not [name for name in named if not (ROOT / name).exists()]


def test_every_function_that_is_a_check_is_in_the_list_of_checks():
    found = set()
    for path in sorted((PACKAGE / "checks").rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                taken = [ast.unparse(item.annotation) for item in node.args.args if item.annotation]
                if (
                    taken == ["ShapedNetwork"]
                    and ast.unparse(node.returns or ast.Constant("")) == "Iterator[Diagnostic]"
                ):
                    found.add(node.name)
    listed = {check.__name__ for check in CHECKS}
    assert found - listed == set(), "add them to CHECKS in modelspec/checks/__init__.py"
    assert listed - found == set()


def test_every_module_of_commands_is_a_command():
    modules = {item.name for item in iter_modules(modelspec.cli.commands.__path__)}
    assert modules == set(COMMANDS), "COMMANDS in modelspec/cli/app.py has a row for each"


def test_every_output_format_has_a_module_and_a_row():
    modules = {item.name for item in iter_modules(render.__path__)} - {"escape", "text"}
    assert modules == set(FORMATS), "FORMATS in modelspec/diagnostics/render has a row for each"
    assert all(callable(import_module(module).render) for module in FORMATS.values())


def test_every_class_of_a_source_has_a_row():
    classes = {item for _, item in inspect.getmembers(sources, inspect.isclass) if issubclass(item, SourceEntry)}
    assert {item for item in classes if hasattr(item, "example")} == set(SOURCES.values()), "SOURCES has a row for each"


@pytest.mark.parametrize("kind", KINDS)
def test_every_class_that_names_its_page_of_keras_is_in_the_list_of_its_kind(kind):
    table = KINDS[kind]
    known = {name for every in KINDS.values() for name in (*every.classes, *every.own)}
    for module in sorted({*table.classes.values(), *table.own.values()}):
        for name, item in inspect.getmembers(import_module(module), inspect.isclass):
            own = (
                item.__module__ == module
                and issubclass(item, Entry)
                and "https://keras.io/api/" in (item.__doc__ or "")
            )
            assert not own or name in known, f"{name} of {module} is in no list"


class Trial(NamedTuple):
    """One edit of a worked example that is left out, the test that fails then, and what it names."""

    left_out: str
    file: str
    old: str
    new: str
    test: str
    named: str


EVERYTHING, OF_KINDS = "tests/catalogue/test_everything.py", "tests/catalogue/test_kinds.py"
RULES, GOLDEN, TABLES = (
    "tests/diagnostics/test_rules.py",
    "tests/diagnostics/test_golden.py",
    "tests/data/test_table.py",
)
HERE, SETTINGS = "tests/test_architecture.py", "tests/language/settings/test_every_setting.py"
CATALOGUE = "modelspec/catalogue"
TRIALS = [
    Trial("the class of a layer", f"{CATALOGUE}/layers/normalization/normalization.py", "class UnitNormalization(", "class _Gone(",
          EVERYTHING, "UnitNormalization"),
    Trial("the row of a layer", f"{CATALOGUE}/layers/__init__.py", '"RMSNormalization", "UnitNormalization")', '"RMSNormalization")',
          EVERYTHING, "UnitNormalization"),
    Trial("the class of a loss", f"{CATALOGUE}/losses/binary.py", "class Tversky(", "class _Gone(", OF_KINDS, "Tversky"),
    Trial("the row of a loss", f"{CATALOGUE}/losses/__init__.py", ', "Tversky"', "", OF_KINDS, "Tversky"),
    Trial("the class of a metric", f"{CATALOGUE}/metrics/correlation.py", "class R2Score(", "class _Gone(", OF_KINDS, "R2Score"),
    Trial("the row of a metric", f"{CATALOGUE}/metrics/__init__.py", ', "R2Score"', "", OF_KINDS, "R2Score"),
    Trial("the class of an optimizer", f"{CATALOGUE}/optimizers/momentum.py", "class Lamb(", "class _Gone(", OF_KINDS, "Lamb"),
    Trial("the row of an optimizer", f"{CATALOGUE}/optimizers/__init__.py", '"Lamb", ', "", OF_KINDS, "Lamb"),
    Trial("the class of a callback", f"{CATALOGUE}/callbacks.py", "class TerminateOnNaN(", "class _Gone(",
          OF_KINDS, "TerminateOnNaN"),
    Trial("the row of a callback", f"{CATALOGUE}/names.py", '    "TerminateOnNaN",\n', "", OF_KINDS, "TerminateOnNaN"),
    Trial("the row of a check", "modelspec/checks/__init__.py", "    softmax_has_classes,\n    layers_have", "    layers_have",
          HERE, "softmax_has_classes"),
    Trial("the rule of a check", "modelspec/diagnostics/rules/checks.py", '"MS506", "softmax-of-one"', '"MS599", "softmax-of-one"',
          RULES, "MS506"),
    Trial("the example of a check", "modelspec/diagnostics/rules/checks.py",
          '        START + "  - Dense: {units: 1, activation: softmax}\\n",\n', '        START + "  - Dense: 2\\n",\n', RULES, "MS506"),
    Trial("the golden output of a check", "tests/golden/MS506_softmax_of_one.txt", "always 1", "always 2", GOLDEN, "MS506"),
    Trial("the row of a command", "modelspec/cli/app.py", '"explain", "init", "build"', '"init", "build"', HERE, "explain"),
    Trial("the row of a source", "modelspec/language/sections/sources.py", '"npz": Npz, ', "", HERE, "Npz"),
    Trial("the reader of a source", "modelspec/data/sources/__init__.py", '    "npz": read_npz,\n', "", TABLES, "npz"),
    Trial("how the tests make a source", "tests/data/test_table.py", '    "npz": lambda', '    "other": lambda', TABLES, "npz"),
    Trial("what a setting is for", "modelspec/language/sections/checkpoint.py", '"How many of the newest checkpoints are kept."', '""',
          SETTINGS, "keep"),
    Trial("the row of an output format", "modelspec/diagnostics/render/__init__.py",
          '    "github": ', '    "other": ', HERE, "github"),
    Trial("the function of an output format", "modelspec/diagnostics/render/github.py", "def render(", "def _render(", HERE, "render"),
]  # fmt: skip


def copied(folder):
    """The project in a folder of its own, without what was made there."""
    unwanted = shutil.ignore_patterns("__pycache__", "*.egg-info", ".*")
    for name in ("modelspec", "tests", "docs", "specs"):
        shutil.copytree(ROOT / name, folder / name, ignore=unwanted)
    for name in ("pyproject.toml", "README.md", "CHANGELOG.md"):
        shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: trial.left_out)
def test_an_edit_that_is_left_out_is_named_by_a_test(trial, tmp_path):
    assert f"`{trial.test}`" in PAGE
    file = copied(tmp_path) / trial.file
    text = file.read_text(encoding="utf-8")
    assert text.count(trial.old) == 1
    file.write_text(text.replace(trial.old, trial.new), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", trial.test]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert trial.named in done.stdout
