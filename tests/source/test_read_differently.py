"""What libyaml reads otherwise than YAML 1.2 says is told at its place."""

import pytest

from modelspec.source import parse


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: {?foo: bar}\n", ("MS121", 1, 6)),
        ("a: [?foo: bar]\n", ("MS121", 1, 6)),
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
