"""The expressions inside `$(…)`: the same values as Python's, and nothing that could run code or grow without bound."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelspec.expansion.values.expression import ExpressionError, evaluate

VALUES = {"width": 64, "rate": 0.5, "name": "relu", "on": True, "sizes": [3, 5, 7], "table": {"a": 1}, "none": None}


def lookup(name):
    if name not in VALUES:
        raise ExpressionError(f"no variable is named '{name}'")
    return VALUES[name]


@pytest.mark.parametrize(
    "text",
    [
        "width", "2 * width", "width // 2 + 1", "width % 7", "width / 4", "2 ** 10", "-width", "+1", "rate * 3", "1e-3",
        "width > 3", "3 <= width < 100", "width == 64 and on", "not on or width != 64", "'a' + 'b'", "[1, 2] + [3]",
        "sizes[0]", "sizes[-1]", "sizes[width - 63]", "name[1]", "[width] * 3", "3 * 'ab'", "width if on else 3",
        "min(width, 3)", "max([1, 9, 3])", "int(7.9)", "round(2.567, 1)", "round(2.5)", "len(sizes)", "range(3)",
        "range(1, 10, 4)", "5 in sizes", "9 not in sizes", "1 if 'a' in 'abc' else 2", "(1, 2)", "[[1, 2], [3]][1][0]",
    ],
)  # fmt: skip
def test_values_are_python_s(text):
    expected = eval(
        text,
        {
            "__builtins__": {
                "min": min,
                "max": max,
                "int": int,
                "round": round,
                "len": len,
                "range": lambda *a: list(range(*a)),
            }
        },
        VALUES,
    )
    found = evaluate(text, lookup)
    assert found == (list(expected) if isinstance(expected, tuple) else expected)
    assert type(found) is (list if isinstance(expected, tuple) else type(expected))


def test_yaml_s_words_are_values():
    assert [evaluate(text, lookup) for text in ("true", "false", "null", "True", "None")] == [
        True, False, None, True, None,
    ]  # fmt: skip


def test_a_mapping_has_items_by_their_keys():
    assert evaluate("table['a']", lookup) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("width.real", "attributes"), ("().__class__", "attributes"), ("open('x')", "no function 'open'"),
        ("__import__('os')", "no function"), ("eval('1')", "no function"), ("(lambda: 1)()", "only functions"),
        ("{1: 2}", "mappings"), ("{1}", "not allowed"),
        ("width := 3", "cannot set"), ("1if on else 2", "cannot be read"), ("width = 3", "cannot be read"), ("1 +", "cannot be read"), ("", "empty"),
        ("   ", "empty"), ("b'a'", "bytes"), ("1j", "complex"), ("...", "ellipsis"), ("sizes[0:2]", "slices"),
        ("~width", "`~`"), ("width @ 2", "operator"), ("width << 3", "operator"), ("width is 3", "is"), ("unknown", "no variable"),
        ("width // 0", "division by zero"), ("1 % 0", "division by zero"), ("sizes[3]", "no item 3"), ("sizes['a']", "whole number"),
        ("table['b']", "no key"), ("width[0]", "has no items"), ("sizes[true]", "whole number"), ("1 + 'a'", "number"),
        ("on + 1", "number"), ("-name", "number"), ("'%1000000000d' % 1", "number"), ("len(3)", "no length"), ("min()", "min"),
        ("min(3)", "min"), ("int('3')", "number"), ("len(sizes, sizes)", ""), ("min(*sizes)", "values only"),
        ("round(width, ndigits=1)", "values only"), ("(-8) ** 0.5", "negative"), ("'a' < 1", ""), ("range()", ""),
        ("range(1.5)", ""), ("range(1, 5, 0)", "zero"),
    ],
)  # fmt: skip
def test_what_is_no_expression_says_why(text, message):
    with pytest.raises(ExpressionError) as caught:
        evaluate(text, lookup)
    assert message in caught.value.message.lower()


@pytest.mark.parametrize(
    "text",
    [
        "9 ** 9 ** 9", "2 ** 64", "10 ** 19", "2.0 ** 5000", "width * 10 ** 17", "'a' * 10 ** 9", "[0] * 10 ** 9",
        "10 ** 9 * [0]", "range(10 ** 9)", "('a' * 9999) * 9999", "[sizes] * 10001", "1e308 * 10", "x" * 1001,
        "(" * 300 + "1" + ")" * 300, "-" * 900 + "1", "1" + "+1" * 400, "[" * 90 + "]" * 90,
    ],
)  # fmt: skip
def test_what_would_grow_without_bound_is_refused(text):
    with pytest.raises(ExpressionError):
        evaluate(text, lambda name: 64)


def test_the_place_is_that_of_the_part_to_blame():
    with pytest.raises(ExpressionError) as caught:
        evaluate("2 * (width // 0)", lookup)
    assert "2 * (width // 0)"[caught.value.start : caught.value.end] == "width // 0"


ATOMS = st.sampled_from(["1", "2.5", "width", "rate", "on", "sizes", "name", "'a'", "[1]", "null", "nothing"])
JOINED = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" + ", " * ", " ** ", " // ", " < ", " and ", " in ", "[", ", "]), inner).map(
            lambda parts: "".join(parts) + ("]" if parts[1] == "[" else "")
        ),
        st.tuples(st.sampled_from(["min", "max", "len", "range", "int", "round"]), inner).map(
            lambda p: f"{p[0]}({p[1]})"
        ),
        inner.map(lambda text: f"({text})"),
        st.tuples(inner, inner, inner).map(lambda p: f"{p[0]} if {p[1]} else {p[2]}"),
    ),
    max_leaves=12,
)


def value_or_reason(text):
    """What an expression is, or the message that says why it has no value; any other exception fails the test."""
    try:
        value = evaluate(text, lookup)
    except ExpressionError as error:
        return error.message
    return f"'{value}'" if isinstance(value, str) else value


@given(JOINED)
def test_every_expression_ends_in_a_value_or_in_a_reason(text):
    assert isinstance(value_or_reason(text), bool | int | float | str | list | dict | None)


@given(st.text(max_size=60))
def test_every_text_ends_in_a_value_or_in_a_reason(text):
    assert value_or_reason(text) != ""


def test_no_part_of_python_is_forgotten():
    """Every kind of expression that Python has is either evaluated or refused with words of its own or by its name."""
    from modelspec.expansion.values.expression import _HANDLERS

    kinds = {kind for kind in vars(ast).values() if isinstance(kind, type) and issubclass(kind, ast.expr)}
    assert set(_HANDLERS) < kinds
