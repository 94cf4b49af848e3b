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


MERGED = "x-d: &d {units: %s, activaton: relu}\n"


@pytest.mark.parametrize("merge", ["<<: *d", "<<: [*d]"])
def test_a_value_and_a_key_that_are_merged_name_the_line_of_the_merge(merge):
    text = HEAD + MERGED % "-3" + f"layers:\n  - Dense: {{{merge}, use_bias: false}}\n"
    told = errors(text)
    assert [(problem.code, problem.span.line) for problem in told] == [("MS204", 3), ("MS201", 3)]
    assert [uses(problem) for problem in told] == [[(5, "used here as '*d'")]] * 2


def test_what_several_merge_is_told_once_with_how_many():
    [problem] = errors(HEAD + "x-d: &d {units: -3}\nlayers:\n" + "  - Dense: {<<: *d, use_bias: false}\n" * 3)
    assert uses(problem) == [(5, "used here as '*d'; the same in 2 more")]


def test_what_stands_beside_a_merge_is_of_its_own_line_alone():
    [problem] = errors(HEAD + "x-d: &d {units: 3}\nlayers:\n  - Dense: {<<: *d, use_bias: maybe}\n")
    assert (problem.span.line, uses(problem)) == (5, [])


def test_a_merge_of_a_merge_names_both_and_the_alias_inside():
    text = HEAD + "x-u: &u -3\nx-d: &d {units: *u}\nx-e: &e {<<: *d, use_bias: false}\nlayers:\n  - Dense: {<<: *e}\n"
    [problem] = errors(text)
    assert uses(problem) == [(4, "used here as '*u'"), (5, "used here as '*d'"), (7, "used here as '*e'")]


@pytest.mark.parametrize(
    ("merged", "where"),
    [
        ("epochs: many", "train: {<<: *d, batch_size: 3}"),
        ("shape: [3], dtyp: int32", "models: {m: {inputs: {a: {<<: *d}}, layers: [{Dense: 3}]}}"),
        ("filters: $(w - 9), kernel_size: 3", "shared: {c: {Conv1D: {<<: *d}}}"),
        ("unitz: 3", "blocks: {b: {inputs: [v], layers: [{Dense: {<<: *d, units: 3}}]}}"),
        ("inputs: {a: [3]}, layers: [{Dense: -3}]", "models: {m: {<<: *d, trainable: false}}"),
    ],
)
def test_merges_are_named_wherever_they_stand(merged, where):
    block = "  - {block: b, from: x}\n" if where.startswith("blocks") else ""
    text = (
        HEAD
        + f"x-d: &d {{{merged}}}\n{where}\nvars: {{w: 3}}\nlayers:\n  - Dense: $w\n    name: y\n{block}outputs: {{y: mse}}\n"
    )
    told = [problem for problem in errors(text) if problem.span.line == 3]
    assert told and all((4, "used here as '*d'") in uses(problem) for problem in told)


def test_of_a_long_chain_of_merges_the_last_are_named():
    lines = "".join(f"x-{n}: &a{n} {{<<: *a{n - 1}}}\n" for n in range(1, 60))
    [problem] = errors(HEAD + "x-0: &a0 {units: -3}\n" + lines + "layers:\n  - Dense: {<<: *a59, use_bias: false}\n")
    assert uses(problem) == [(line, f"used here as '*a{line - 4}'") for line in (60, 61, 62)] + [
        (64, "used here as '*a59'")
    ]
