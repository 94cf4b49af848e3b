"""What libyaml reads otherwise than YAML 1.2 says is told at its place, with what to write."""

from time import process_time

import pytest

from modelspec.source import parse


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: {?foo: bar}\n", ("MS121", 1, 5)),
        ("a: [?foo: bar]\n", ("MS121", 1, 5)),
        ("a: &an:chor value\n", ("MS121", 1, 4)),
        ("a: {? foo : bar}\n", None),
        ("? foo\n: bar\n", None),
        ('a: {"?foo": bar}\n', None),
        ("?foo: bar\n", None),
        ("a: &b value\nc: *b\n", None),
    ],
)
def test_a_mark_that_vanishes_or_a_colon_in_an_anchor_is_told(text, place):
    _, problems = parse(text, "s.yaml")
    found = [(item.code, item.span.line, item.span.column) for item in problems if item.severity == "error"]
    assert found == ([] if place is None else [place])


def told(text, severity="error"):
    _, problems = parse(text, "s.yaml")
    return [(item.code, item.span.line, item.span.column) for item in problems if item.severity == severity]


@pytest.mark.parametrize(
    ("wrong", "line", "column", "right"),
    [
        ("a: [1,\n2]\n", 2, 1, "a: [1,\n 2]\n"),
        ("a: [1,\n\t2]\n", 2, 1, "a: [1,\n \t2]\n"),
        ("a: {b: 1,\n\n# so\nc: 2}\n", 4, 1, "a: {b: 1,\n\n# so\n  c: 2}\n"),
        ("- a:\n  - {b: 1,\n  c: 2}\n", 3, 3, "- a:\n  - {b: 1,\n   c: 2}\n"),
        ("a:\n  b: [[1,\n  2], 3]\n", 3, 3, "a:\n  b: [[1,\n   2], 3]\n"),
        ("a:\n- [1,\n2]\n", 3, 1, "a:\n- [1,\n 2]\n"),
        ("&x a: &y [1,\n2]\n", 2, 1, None),
        ('a: "one\ntwo"\n', 2, 1, 'a: "one\n two"\n'),
        ("a: 'one\n\n\ttwo'\n", 3, 1, "a: 'one\n\n  two'\n"),
        ("a: 'one\n\t\n two'\n", 2, 1, "a: 'one\n \t\n two'\n"),
        ('a: ["one\n# two"]\n', 2, 1, 'a: ["one\n  # two"]\n'),
        ('  "a\n  b": 1\n', None, None, None),
        ("a: |# so\n  one\n", 1, 5, "a: | # so\n  one\n"),
        ("a: &x >-# so\n  one\nb: *x\n", 1, 9, "a: &x >- # so\n  one\nb: *x\n"),
        ('a: "one"# so\n', 1, 9, 'a: "one" # so\n'),
        ("a: 'it''s'# so\n", 1, 11, "a: 'it''s' # so\n"),
        ("a: [1,# so\n  2]\n", 1, 7, "a: [1, # so\n  2]\n"),
        ("a: {b: 1}# so\n", 1, 10, "a: {b: 1} # so\n"),
        ("a: [# so\n  2]\n", 1, 5, "a: [ # so\n  2]\n"),
        ("a: |\n      \n  one\n", 2, 3, "a: |\n\n  one\n"),
        ("a: >-\n   \n # so\n", 2, 2, "a: >-\n \n # so\n"),
        ("a: |\n  one\n   ", 3, 1, "a: |\n  one\n   \n"),
        ("a: |+\n  ", 2, 1, "a: |+\n  \n"),
        ("a: [-, 1]\n", 1, 5, 'a: ["-", 1]\n'),
        ("a: {-: 1}\n", 1, 5, 'a: {"-": 1}\n'),
    ],
)  # fmt: skip
def test_lines_and_comments_that_yaml_takes_otherwise_are_told(wrong, line, column, right):
    assert [item for item in told(wrong) if item[0] == "MS121"] == ([] if line is None else [("MS121", line, column)])
    if right is not None:
        assert [item for item in told(right) if item[0] == "MS121"] == []


@pytest.mark.parametrize(
    "text",
    [
        "a: |\n  one\n  ",
        "a: |-\n  one\n   ",
        "a: >\n\n  one\n\n   two\nb: 1\n",
        "a: |2\n      \n    one\n",
        "a: x#y\nb: 'x # y'\nc: \"]#\"\nd: [x#y] # a, ]# b\n",
        "# \"#\"# \na: |\n  x: {}#\n  ,#\nb: >\n  'q'#\n",
        "[1,\n2]\n",
        "{a: 1,\nb: 2}\n",
        "a: one\n  two\n\n  three # so\nb: -1\n",
        "a: [1,\n  # so\n\n\t\n# and so\n  2, # it is\n ]\n",
        "? a\n: [1,\n  2]\n",
    ],
)
def test_what_every_reader_takes_alike_is_not_told(text):
    assert [item for item in told(text) if item[0] in ("MS121", "MS118")] == []
    assert told(text, "warning") == []


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("a: [\n  1\n]\n", [("MS122", 3, 1)]),
        ("a:\n  - {\n    b: [\n      1\n  ]}  # so\n", [("MS122", 5, 3)]),
        ("a: {\n  b: 1\n }\n", []),
        ("{\n  b: 1\n}\n", []),
    ],
)
def test_a_bracket_below_its_key_is_a_warning(text, places):
    assert told(text) == []
    assert told(text, "warning") == places


def test_a_comment_beside_a_bracket_is_told_beside_the_place_of_the_bracket():
    assert told("a: [\n  1\n]# so\n") == [("MS121", 3, 2)]


def test_many_values_of_many_lines_are_looked_at_once():
    text = "a:\n" + '  - ["x",\n    "y"] # so\n' * 20_000
    assert told(text) == []


def test_many_comments_that_touch_are_told_in_linear_time():
    few, many = (timed("a:\n" + "  - [1]# so\n" * count) for count in (2_000, 16_000))
    assert many < 40 * few


def timed(text):
    start = process_time()
    assert len(told(text)) == text.count("#")
    return process_time() - start
