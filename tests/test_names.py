"""A class has a name of its own: no two of the package have the same, but for those that are Keras's."""

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

import modelspec

PACKAGE = Path(modelspec.__file__).parent
OF_KERAS = (
    "catalogue/layers/",
    "catalogue/losses/",
    "catalogue/metrics/",
    "catalogue/ops/",
    "catalogue/initializers.py",
)
"""Where a class is called as in Keras, whose layers, losses, metrics and functions share names."""
NAMED = {
    "CSVLogger": "a callback is known by its name, also to a checkpoint: the entry, and what writes",
    "ModelCheckpoint": "the same",
    "TensorBoard": "the same",
    "Kind": "a kind of object of the catalogue, and a kind of value in a section of a spec",
    "Loss": "a loss, and the setting that takes one",
}
"""Names that two classes have, and why."""


def classes(text):
    """The names of the classes of a module."""
    return [node.name for node in ast.parse(text).body if isinstance(node, ast.ClassDef)]


def doubled(files):
    """The names that several of these files define, with the files; `files` are paths and texts."""
    places = defaultdict(list)
    for path, text in files:
        for name in classes(text):
            places[name].append(path)
    return {
        name: found
        for name, found in places.items()
        if len(found) > 1 and sum(not path.startswith(OF_KERAS) for path in found) > 0
    }


def test_no_two_classes_have_one_name():
    files = [(str(path.relative_to(PACKAGE)), path.read_text()) for path in sorted(PACKAGE.rglob("*.py"))]
    found = doubled(files)
    assert not {name: paths for name, paths in found.items() if name not in NAMED}, "rename one of them"
    assert set(NAMED) <= set(found), "an exception that is none any more"


def test_a_name_within_one_kind_of_function_is_given_once():
    """Functions of `keras.ops` are looked up by the class that has their rule."""
    found = defaultdict(list)
    for path in sorted((PACKAGE / "catalogue" / "ops").rglob("*.py")):
        for name in classes(path.read_text()):
            found[name].append(path.name)
    assert not {name: paths for name, paths in found.items() if len(paths) > 1}


@pytest.mark.parametrize(
    ("files", "names"),
    [
        ([("a.py", "class A: ..."), ("b.py", "class A: ...")], ["A"]),
        ([("a.py", "class A: ..."), ("b.py", "class B: ...")], []),
        ([("catalogue/layers/a.py", "class Dot: ..."), ("catalogue/ops/b.py", "class Dot: ...")], []),
        ([("catalogue/layers/a.py", "class Dot: ..."), ("graph/b.py", "class Dot: ...")], ["Dot"]),
    ],
)
def test_doubled_names_are_found(files, names):
    assert list(doubled(files)) == names


def test_what_is_asked_of_a_network_often_is_asked_of_it_itself():
    """`network.spec`, `network.train` and `network.outputs`, not through the network inside."""
    chain = re.compile(r"\bnetwork\.network\.(spec\b|main\.outputs\b)")
    assert chain.search("x = " + "network." * 2 + "spec.name")
    found = [str(path) for path in PACKAGE.rglob("*.py") if chain.search(path.read_text())]
    assert not found
