"""No function or constructor takes a handful of things that travel together: they are one value, with a name."""

import ast
from pathlib import Path

import pytest

import modelspec

PACKAGE = Path(modelspec.__file__).parent
MOST = 6
NAMED = {
    "api.build": "the options of the Python interface, which are named by their callers",
    "api.train": "the same",
    "api.evaluate": "the same",
    "api.predict": "the same",
    "catalogue.layers.attention.multi_head.infer": "the tensors of Keras's `MultiHeadAttention.call`, by its names",
    "cli.validating.validate_paths": "the options of `validate`, which two readers of command lines give by their names",
    "language.fields.unknown_keys": "what is known besides, most of which few callers have to say",
    "language.objects._refuse": "what pydantic refused, and what is known of it already",
    "language.objects._mended": "the same",
    "language.refusals.refusals": "the same",
    "language.settings.setting.setting": "what a field of a section is declared with, most of it by name",
}
"""Functions with more, and why."""


def taken(text):
    """(name, parameters) of each function that a text defines, methods without their `self`."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            given = node.args
            names = [item.arg for item in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
            yield node, [name for name in names if name not in ("self", "cls")]


def is_a_command(node):
    """Whether a function is one of typer's, each of whose parameters is an option."""
    return any(ast.unparse(decorator) == "with_limits" for decorator in node.decorator_list)


def crowded(path):
    """(name, parameters) of the functions of a file that take too many."""
    module = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
    for node, names in taken(path.read_text()):
        if len(names) > MOST and not is_a_command(node):
            yield f"{module}.{node.name}", names


def test_a_function_takes_few_parameters():
    found = {name: names for path in sorted(PACKAGE.rglob("*.py")) for name, names in crowded(path)}
    strange = {name: names for name, names in found.items() if name not in NAMED}
    assert not strange, "make a value of those that travel together"
    assert set(NAMED) <= set(found), "an exception that is none any more"


@pytest.mark.parametrize("name", ["Loop", "TrainStage", "Training", "train_network"])
def test_what_a_training_is_made_of_travels_as_values(name):
    """The four whose parameters were many: a plan, who hears of it, and where it begins."""
    (found,) = [
        names
        for path in (PACKAGE / "runtime" / "train").glob("*.py")
        for kind in ast.walk(ast.parse(path.read_text()))
        if getattr(kind, "name", None) == name
        for node, names in taken(ast.unparse(kind))
        if node.name in ("__init__", name)
    ]
    assert len(found) <= 4


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("def f(a, b, /, c, *, d): ...", 4),
        ("class A:\n    def __init__(self, a, b): ...", 2),
        ("async def f(a, *rest, **more): ...", 1),
    ],
)
def test_parameters_are_counted(text, count):
    ((_, names),) = taken(text)
    assert len(names) == count
