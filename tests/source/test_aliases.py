"""What is wrong with a value that an alias stands for: the line of the anchor, where it is written, and of the alias."""

import pytest

from modelspec.pipeline import check_text

HEAD = "modelspec: 1\ninputs: {x: [4]}\n"


def errors(text):
    return [problem for problem in check_text(text, "s.yaml").diagnostics if problem.severity == "error"]


def uses(problem):
    return [(note.span.line, note.message) for note in problem.related if note.use]


@pytest.mark.parametrize(
    ("top", "width"), [("", "3"), *(("vars: {w: 3}\n", width) for width in ("3", "$w", "$(w + 1)"))]
)
def test_a_step_doubled_through_an_alias_names_both_lines(top, width):
    [problem] = errors(HEAD + top + f"layers:\n  - &a {{Dense: {width}, name: y}}\n  - *a\n")
    line = 4 + bool(top)
    assert (problem.code, problem.span.line) == ("MS305", line)
    assert [note.span.line for note in problem.related] == [line, line + 1]
    assert uses(problem) == [(line + 1, "used here as '*a'")]


def test_a_mistake_at_the_anchor_is_told_once_whoever_uses_it():
    [problem] = errors(HEAD + "layers:\n  - &a {Dense: {units: -3}}\n  - *a\n  - *a\n")
    assert (problem.code, problem.span.line, uses(problem)) == ("MS204", 4, [])


def test_a_mistake_in_what_only_aliases_use_names_the_first_of_them_and_how_many_follow():
    [problem] = errors(HEAD + "x-d: &d {Dense: {units: -3}}\nlayers:\n  - *d\n  - *d\n  - *d\n")
    assert (problem.code, problem.span.line) == ("MS204", 3)
    assert uses(problem) == [(5, "used here as '*d'; the same in 2 more")]


def test_an_alias_inside_of_what_another_one_stands_for_is_named_too():
    text = HEAD + "x-u: &u -3\nx-d: &d {Dense: {units: *u}}\nlayers:\n  - *d\n"
    [problem] = errors(text)
    assert (problem.span.line, uses(problem)) == (3, [(4, "used here as '*u'"), (6, "used here as '*d'")])


def test_shapes_that_do_not_fit_at_an_alias_name_it():
    [problem] = errors(HEAD + "x-c: &c {Conv2D: {filters: 1, kernel_size: 3}}\nlayers:\n  - Dense: 4\n  - *c\n")
    assert (problem.code, problem.span.line, uses(problem)) == ("MS401", 3, [(6, "used here as '*c'")])


def test_a_nested_model_of_an_alias_and_settings_of_training_name_it():
    text = HEAD + "x-e: &e many\nlayers:\n  - Dense: 1\n    name: y\noutputs: {y: {loss: mse}}\ntrain: {epochs: *e}\n"
    [problem] = errors(text)
    assert (problem.span.line, uses(problem)) == (3, [(8, "used here as '*e'")])
