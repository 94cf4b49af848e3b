"""Where a value of an expanded spec comes from is data, and no text of a message is read back for it."""

import ast
from pathlib import Path

import pytest

import modelspec
from modelspec.draw.spec_yaml import document_yaml
from modelspec.expansion.values.expression import ExpressionError, evaluate
from modelspec.pipeline import check_file
from modelspec.source.origins import SetAt

PACKAGE = Path(modelspec.__file__).parent
READING = {"startswith", "endswith", "split", "partition", "rpartition", "removesuffix", "find", "index", "count"}
INNER = """\
modelspec: 1
inputs: {x: [4]}
layers: [{Dense: 4}]
outputs: {y: {}}
"""
SPEC = """\
modelspec: 1
inputs: {x: [4]}
vars: {width: 8}
models: {other: {spec: inner.yaml}}
blocks:
  pair:
    params: {units: int, rate: 0.5}
    layers:
      - Dense: $units
        repeat: 2
      - Dropout: $rate
layers:
  - block: pair
    with: {units: $width}
  - Dense: $wide
    for: {wide: [3, 4]}
  - call: other
"""


@pytest.fixture
def document(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "inner.yaml").write_text(INNER)
    (tmp_path / "spec.yaml").write_text(SPEC)
    checked = check_file("spec.yaml")
    assert not [problem for problem in checked.diagnostics if problem.severity == "error"], checked.diagnostics
    return checked.document


def uses(document, *path):
    return [(use.kind, use.name, use.copy, use.copies, use.span.line) for use in document.written(path).uses]


def test_the_uses_and_copies_of_a_step_are_data(document):
    block = ("block", "pair", 0, 0, 13)
    assert uses(document, "layers", 0) == [("copy", "", 1, 2, 10), block]
    assert uses(document, "layers", 1) == [("copy", "", 2, 2, 10), block]
    assert uses(document, "layers", 2) == [block]
    assert uses(document, "layers", 4) == [("copy", "", 2, 2, 16)]
    assert uses(document, "models", "other", "layers", 0) == [("model", "other", 0, 0, 4)]


def test_where_a_value_was_set_is_data(document):
    place = document.place

    def origin(step, argument):
        return place.find(("layers", step, *argument)).node.origin

    assert isinstance(origin(0, ("Dense",)), SetAt)
    assert [origin(0, ("Dense",))[:2], origin(2, ("Dropout",))[:2], origin(3, ("Dense",))[:2]] == [
        ("parameter", "units"),
        ("default", "rate"),
        ("parameter", "wide"),
    ]


def test_the_notes_beside_the_lines_say_it(document):
    lines = {
        line.split("#")[0].strip(): line.split("# ")[-1] for line in document_yaml(document, origins=True).splitlines()
    }
    assert (
        lines["- Dropout: 0.5"]
        == "spec.yaml:11; 'rate' has this default, spec.yaml:7; in the block 'pair', spec.yaml:13"
    )
    assert lines["- Dense: 4"] == "spec.yaml:15; 'wide', spec.yaml:16; in copy 2 of 2, spec.yaml:16"


def test_why_a_name_has_no_value_is_data():
    def lookup(name):
        raise ExpressionError("never heard of it", kind="unknown name", meant="width")

    with pytest.raises(ExpressionError) as unknown:
        evaluate("2 * widht", lookup)
    assert (unknown.value.kind, unknown.value.meant, unknown.value.start, unknown.value.end) == (
        "unknown name",
        "width",
        4,
        9,
    )
    with pytest.raises(ExpressionError) as other:
        evaluate("2 / 0", lookup)
    assert (other.value.kind, other.value.meant) == ("no value", None)


def read_back(tree):
    """Lines in which something is decided by the text of a message."""
    for node in ast.walk(tree):
        asked = node.func if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else None
        if asked is not None and asked.attr in READING and _message(asked.value):
            yield node.lineno
        if isinstance(node, ast.Compare) and any(_message(item) for item in node.comparators):
            yield node.lineno


def _message(node):
    return isinstance(node, ast.Attribute) and node.attr == "message"


def test_no_message_is_read_back():
    found = [
        f"{path.relative_to(PACKAGE)}:{line}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for line in read_back(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not found, "keep what it says as data"


@pytest.mark.parametrize(
    "text", ["use.message.split(',')[0]", "error.message.startswith(WORD)", "'x' in error.message"]
)
def test_a_message_that_is_read_back_would_be_found(text):
    assert list(read_back(ast.parse(text))) == [1]
