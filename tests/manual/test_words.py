"""The words for arguments: Keras's own, of the Keras that is installed; types in words; and the field's words for all else."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from docs.keras_words import FILE, text
from modelspec.catalogue.kinds import KINDS, find
from modelspec.catalogue.ops import OPS, find_op
from modelspec.manual.fields import arguments, shown, type_words
from modelspec.manual.words import summary

ROOT = Path(__file__).parent.parent.parent


def test_the_words_are_those_of_the_installed_keras():
    assert FILE.read_text(encoding="utf-8") == text(), "run `python -m docs.keras_words`"


def test_every_argument_and_every_name_has_words():
    for entry in [*(find(kind, name) for kind in KINDS for name in KINDS[kind].classes), *map(find_op, OPS)]:
        assert summary(entry), entry
        for argument in arguments(entry):
            assert argument.text, f"{entry.__name__}.{argument.name}"
            assert argument.type, f"{entry.__name__}.{argument.name}"


@pytest.mark.parametrize(
    ("layer", "argument", "words"),
    [
        ("Dense", "units", "whole number above 0"),
        ("Dense", "use_bias", "true or false"),
        ("Dense", "kernel_initializer", "initializer or null"),
        ("Dense", "dtype", "float32, float16, bfloat16, float64, mixed_float16, mixed_bfloat16 or null"),
        ("Conv2D", "kernel_size", "whole number above 0 or list of 2 whole numbers above 0"),
        ("Conv2D", "padding", "valid or same"),
        ("Dropout", "rate", "number from 0 to 1"),
        ("Dropout", "seed", "whole number or null"),
        ("Reshape", "target_shape", "list of whole numbers at least -1 or null"),
        ("Pipeline", "layers", "list, each layer"),
    ],
)
def test_types_in_words(layer, argument, words):
    found = {item.name: item for item in arguments(find("layer", layer))}
    assert found[argument].type == words


def test_words_for_what_no_layer_has_today():
    assert type_words({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}) == "number above 0 and below 1"
    assert type_words({"enum": [False, None]}) == "false or null"
    assert type_words({"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}]}) == (
        "list: whole number, string"
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "null"), (True, "true"), ([1, [2, 3]], "[1, [2, 3]]"), (1e-7, "1e-07"), ("valid", "valid"), ("", '""'),
     ({"l2": 0.01}, "{l2: 0.01}"), (float("inf"), ".inf"), ("a, b", '"a, b"'), ("1", '"1"'), ("true", '"true"')],
)  # fmt: skip
def test_values_are_shown_as_yaml_has_them(value, text):
    assert shown(value) == text


PHRASES = {
    r"\bheld against\b": ("values are held against the spec", "checked against"),
    r"\b(is|are|was|were) told\b": ("it is told on which devices a training runs", "reported, printed, named"),
    r"\btell(s|ing)? of\b": ("a killed process tells nothing, and a mistake tells of its line", "reports, says"),
    r"\b(cannot |may |arguments )?stands? (below|beside|under|above|twice|together|there|in its|inside)\b": (
        "arguments stand below", "go under; is defined twice; cannot be combined"),
    r"\bas (it|they) stands?\b": ("paths are taken as they stand", "literally"),
    r"\bcomes? to when\b|\bspec comes to\b": ("what a spec comes to", "the expanded spec"),
    r"\bas one that never was\b|\bnot as it was\b": ("it ends as one that never was", "gives the same result as"),
    r"\bbelongs? into\b": ("name and password belong into", "belongs in; put … in"),
    r"\breceived (nothing|a text)\b": ("expected a number; received nothing", "received null, received a string"),
    r"\ba text\b(?! file| of)": ("expected a text", "a string"),
    r"\bfor ever\b": ("it would wait for ever", "forever"),
    r"\bhave the right to\b": ("have the right to write there given to you", "get permission to"),
    r"\bmade-up\b": ("made-up rows", "synthetic"),
    r"\bbug of modelspec\b": ("this is a bug of modelspec", "a bug in modelspec"),
    r"\bcannot hold\b": ("something that a spec cannot hold", "cannot contain"),
    r"\bon a processor\b": ("on a processor", "on a CPU"),
    r"\bfree (axis|axes|batch|size|sizes)\b": ("null is a free axis", "an axis of any size, of unknown size"),
    r"\bany letters\b": ("`*` matches any letters", "any characters"),
    r"\bequally many\b": ("give each equally many values", "the same number of"),
    r"(?<!there )\b(is|are) no (folder|file|regular|YAML|HDF5|\.keras|axis of|number of|part of|value of|shared layer)": (
        "'x' is no folder", "is not a …"),
    r"\bwithout a word\b": ("Keras leaves it out without a word", "silently"),
    r"\bweighs? (its |the |a |each |such )?(rows?|classes)\b": ("class_weight weighs rows", "weights"),
    r"\b(fits|fit) into no\b": ("a tensor that fits into no machine", "does not fit into any"),
    r"\bstarts? from (the|its) folder\b|\bpaths? starts? from\b": ("its path starts from the folder", "is relative to"),
    r"\ball the same with\b|\beven so;": ("resume all the same with --allow-changed", "resume anyway"),
    r"\b(starts?|begins?) anew\b": ("the optimizer starts anew", "starts fresh, is reset"),
}  # fmt: skip
"""What must not come back into what users read -> an example, and what is written instead."""


@cache
def read_by_users():
    """Every text that a user may read, with its place: pages, comments of specs, and the strings of the program."""
    pages = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")]
    specs = [*(ROOT / "specs").rglob("*.yaml"), *(ROOT / "modelspec" / "templates").glob("*.yaml")]
    lines = [
        (f"{path.relative_to(ROOT)}:{number}", line)
        for path in [*pages, *specs]
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    ]
    for path in (ROOT / "modelspec").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        inside = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
        lines += [
            (f"{path.relative_to(ROOT)}:{node.lineno}", node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside
        ]
    return lines


@pytest.mark.parametrize("phrase", PHRASES)
def test_words_that_readers_stumbled_over_do_not_come_back(phrase):
    example, instead = PHRASES[phrase]
    assert re.search(phrase, example), "the phrase does not match its own example"
    found = [f"{place}: {text.strip()[:160]}" for place, text in read_by_users() if re.search(phrase, text)]
    assert not found, f"write: {instead}\n" + "\n".join(found)
