"""The words for arguments: Keras's own, of the Keras that is installed; and types in words."""

import pytest

from docs.keras_words import FILE, text
from modelspec.catalogue.kinds import KINDS, find
from modelspec.catalogue.ops import OPS, find_op
from modelspec.manual.fields import arguments, shown, type_words
from modelspec.manual.words import summary


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
        "list: whole number, text"
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "null"), (True, "true"), ([1, [2, 3]], "[1, [2, 3]]"), (1e-7, "1e-07"), ("valid", "valid"), ("", '""'),
     ({"l2": 0.01}, "{l2: 0.01}"), (float("inf"), ".inf"), ("a, b", '"a, b"'), ("1", '"1"'), ("true", '"true"')],
)  # fmt: skip
def test_values_are_shown_as_yaml_has_them(value, text):
    assert shown(value) == text
