"""Each name by which tests reach into the package from within a text is there, and stands in no other place of the tests."""

import ast
import inspect
import re
from importlib import import_module
from pathlib import Path

import pytest

import modelspec
from tests.seams import names
from tests.seams.seam import Seam, program

TESTS = Path(__file__).parents[1]
HOME = Path(__file__).parent
SEAMS = {name: value for name, value in vars(names).items() if isinstance(value, Seam)}
SEAMS |= {f"STAGES {seam.name}": seam for seam in names.STAGES}
IS = {
    "module": inspect.ismodule,
    "class": inspect.isclass,
    "function": lambda value: (
        inspect.isfunction(inspect.unwrap(value)) if callable(value) else False
    ),  # maybe one that caches
    "method": inspect.isfunction,
    "constant": lambda value: not callable(value) and not inspect.ismodule(value),
}
DOTTED = re.compile(r"(?<![\w./>-])modelspec\.(?!schema\.json\b)([A-Za-z_]\w*)")
FROM = re.compile(r"\bfrom modelspec import ([\w, ]+)")


def found(seam):
    """What the package has by that name, asked of the module that the row names and of no other."""
    if seam.kind == "module":
        return import_module(seam.path)
    if seam.kind == "method":
        module, _, owner = seam.parent.rpartition(".")
        return vars(getattr(import_module(module), owner))[seam.name]
    return getattr(import_module(seam.parent), seam.name)


def reached(tree):
    """(line, name) of each part of the package that a text names and that is no public name; docstrings aside."""
    aside = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            for before, after in zip(node.values, node.values[1:], strict=False):
                if isinstance(after, ast.FormattedValue) and ast.unparse(before).endswith("modelspec.'"):
                    yield node.lineno, "modelspec.{…}"
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)) or id(node) in aside:
            continue
        named = [match[1] for match in DOTTED.finditer(node.value)]
        named += [name for match in FROM.finditer(node.value) for name in re.findall(r"\w+", match[1])]
        yield from ((node.lineno, f"modelspec.{name}") for name in named if name not in modelspec.__all__)


@pytest.mark.parametrize("name", SEAMS)
def test_a_name_that_tests_reach_for_is_there_and_is_of_its_kind(name):
    assert IS[SEAMS[name].kind](found(SEAMS[name]))


def test_each_name_stands_once_and_is_used():
    paths = [seam.path for seam in SEAMS.values()]
    assert sorted(set(paths)) == sorted(paths)
    used = set()
    for path in TESTS.rglob("*.py"):
        if path.parent != HOME:
            used |= {node.id for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Name)}
    assert {name.partition(" ")[0] for name in SEAMS} <= used


@pytest.mark.parametrize("part", sorted({path.relative_to(TESTS).parts[0] for path in TESTS.rglob("*.py")}))
def test_no_other_text_names_a_part_of_the_package(part):
    strange = [
        f"{path.relative_to(TESTS)}:{line}: {name}"
        for path in ([TESTS / part] if part.endswith(".py") else (TESTS / part).rglob("*.py"))
        if path.parent != HOME
        for line, name in reached(ast.parse(path.read_text()))
    ]
    assert not strange, "write a row for it in tests/seams/names.py, and take the name from there"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("patch('modelspec.pipeline.parse', 1)", ["modelspec.pipeline"]),
        ("run('import sys, modelspec.cli; from modelspec.data import load')", ["modelspec.cli", "modelspec.data"]),
        ("run('''\nfrom modelspec import pipeline, check\n''')", ["modelspec.pipeline"]),
        ("patch(f'modelspec.pipeline.{stage}', 1)", ["modelspec.pipeline"]),
        ("patch(f'modelspec.{part}', 1)", ["modelspec.{…}"]),
        ("run('import modelspec; modelspec.train(1)')", []),
        ("name = 'my_package.modelspec.json', 'modelspec.schema.json', 'python -m modelspec'", []),
        ("def f():\n    '''As modelspec.pipeline does.'''", []),
    ],
)
def test_a_name_in_a_text_would_be_found(text, names):
    assert [name for _, name in reached(ast.parse(text))] == names


def test_a_program_imports_what_it_uses_and_may_use_nothing_else():
    text = "close = Training.close\ntrain.write_json = main\n"
    seams = names.TRAINING_CLOSE, names.WRITE_END, names.MAIN
    imports = (
        "from modelspec.runtime.train.training import Training\n"
        "from modelspec.runtime.train import train\n"
        "from modelspec.cli.app import main\n"
    )
    assert program(text, *seams) == imports + text
    with pytest.raises(AssertionError, match=r"uses \['train.write_text'\]"):
        program(text + "train.write_text = 1\n", *seams)
    with pytest.raises(AssertionError, match=r"does not use \['Training.save'\]"):
        program(text, *seams, names.TRAINING_SAVE)
