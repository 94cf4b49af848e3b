"""What a path's text tells: `validate` says it at the path, and nothing that stays below is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelspec.source.paths import LONGEST_PATH, outside, unusable
from tests.graph.telling import only, place, told

TEXT = "inputs: {x: [4]}\nlayers: [{Dense: {units: 1}, name: y}]\noutputs: {y: {loss: mse}}\n"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("http://a/b.csv", "MS702"),
        ("S3://bucket/b.csv", "MS702"),
        ("//host/share", "MS702"),
        ("\\\\host\\share", "MS702"),
        ("~/a.csv", "MS703"),
        ("$HOME/a.csv", "MS703"),
        ("", "MS703"),
        (" ", "MS703"),
        ("a\0b", "MS703"),
        ("a" * (LONGEST_PATH + 1), "MS703"),
        ("/etc/passwd", "MS701"),
        ("C:\\a.csv", "MS701"),
        ("c:/a.csv", "MS701"),
        ("..", "MS701"),
        ("a/../../b.csv", "MS701"),
        ("a\\..\\..\\b.csv", "MS701"),
        ("a.csv ", "MS703"),
        ("a. /b.csv", "MS703"),
        ("a.csv.", "MS703"),
    ],
)
def test_what_a_path_may_not_say(path, code):
    found = unusable(path) or outside(path)
    assert found is not None
    assert found.code == code
    assert len(found.message) < 200
    assert found.message.isprintable()


@pytest.mark.parametrize(
    "path", ["a.csv", "./a.csv", "a/../b.csv", "a/./b/", "..a/b..c.csv", "a b.csv", ".hidden", "a~.csv", "ä.csv"]
)
def test_a_path_that_stays_below_is_good(path):
    assert unusable(path) is None
    assert outside(path) is None


@given(st.lists(st.sampled_from(["..", ".", "a", "b c", ""]), min_size=1).map("/".join))
def test_a_path_leads_out_exactly_where_the_operating_system_says_so(path):
    import posixpath

    real = posixpath.normpath(posixpath.join("/root/spec", path))
    climbs, depth = False, 0
    for part in path.split("/"):
        depth += {"..": -1, ".": 0, "": 0}.get(part, 1)
        climbs = climbs or depth < 0
    leaves = path.startswith("/") or climbs
    assert (outside(path) is not None) == leaves
    if not leaves:
        assert (real + "/").startswith("/root/spec/")


@pytest.mark.parametrize("source", ["{csv: ../a.csv}", "{npz: ../a.npz}"])
def test_a_bad_path_is_told_where_it_stands(source):
    assert told(TEXT + f"data:\n  train: {source}\n") == [("MS701", 6, 16)]


def test_a_bad_path_among_arguments_is_told_where_it_stands():
    error = only(TEXT + "data:\n  train: {csv: {delimiter: ;, path: ~/a.csv}}\n")
    assert place(error) == ("MS703", 6, 37)


def test_every_bad_path_is_told_at_once():
    text = TEXT + "data:\n  train: {csv: /a.csv}\n  validation: {csv: 'http://a/b'}\n  test: {csv: '~'}\n"
    assert told(text) == [("MS701", 6, 16), ("MS702", 7, 21), ("MS703", 8, 15)]


@pytest.mark.parametrize(
    "callback", ["CSVLogger: ../a.csv", "CSVLogger: {filename: /a.csv}", "TensorBoard: {log_dir: ~/logs}"]
)
def test_a_callback_does_not_write_outside_the_run_directory(callback):
    error = only(TEXT + f"train: {{callbacks: [{{{callback}}}]}}\n")
    assert error.code == "MS753"
    assert error.span.column == 22 + callback.rindex(": ") + 2
