"""A problem with a value that `--set` gave points at the setting, over every text of which something is told."""

import json

import pytest

from modelspec.diagnostics import path_text
from modelspec.diagnostics.rules import RULES
from modelspec.pipeline import check_text
from modelspec.source import Limits, Mapping, Sequence, parse
from modelspec.source.nodes import plain
from tests.edits.sources import sources

FILE = "spec.yaml"
_NAMES = {"MS116", "MS201", "MS206", "MS207", "MS209", "MS210", "MS211", "MS213", "MS214", "MS150"}
"""Codes that are about what stands as a key, or as an object's name."""
_NEAR = 2
BAD = {source.name: source for source in sources() if source.name.startswith("tests/bad/")}


def _below(path, node):
    yield path, node
    if isinstance(node, Mapping):
        for key, item in node.entries.items():
            yield from _below((*path, key), item.value)
    elif isinstance(node, Sequence):
        for index, item in enumerate(node.items):
            yield from _below((*path, index), item)


def _set_again(source):
    """Each problem of a text with each value at or near below its place, and what is told where `--set` gives that value."""
    document, _ = parse(source.text, FILE, Limits())
    before = check_text(source.text, FILE, folder=source.folder).diagnostics
    for path, node in () if document is None else _below((), document.root):
        if not path or path[0] in ("modelspec", "extends", "vars", "blocks"):
            continue
        for problem in before:
            if problem.path and path[: len(problem.path)] == problem.path and len(path) <= len(problem.path) + _NEAR:
                setting = f"{path_text(path)}={json.dumps(plain(node))}"
                told = check_text(source.text, FILE, folder=source.folder, overrides=[setting]).diagnostics
                yield problem, path, [found for found in told if found.code == problem.code]


def test_each_problem_around_a_value_that_was_set_tells_of_the_setting():
    count, silent = 0, []
    for source in BAD.values():
        for problem, path, told in _set_again(source):
            spans = [span for found in told for span in (found.span, *(note.span for note in found.related))]
            count += bool(told)
            if told and not any(span.file == "--set" for span in spans):
                silent.append((source.name, path, problem.message))
    assert count > 150
    assert not silent, silent


def test_a_problem_with_a_whole_value_that_was_set_stands_at_the_setting():
    count, elsewhere = 0, []
    for source in BAD.values():
        for problem, path, told in _set_again(source):
            if told and path == problem.path and problem.code not in _NAMES and not _at_a_name(problem):
                count += 1
                if all(found.span.file != "--set" for found in told):
                    elsewhere.append((source.name, path, problem.message))
    assert count > 50
    assert not elsewhere, elsewhere


def _at_a_name(problem):
    """Whether it is told at the name of a step's layer or of another object, which no setting changed."""
    name = str(problem.path[-1])
    return problem.span.written == name and (name[:1].isupper() or "." in name)


def test_a_name_that_the_file_has_is_told_in_the_file():
    text = RULES["MS201"].bad
    (problem,) = check_text(text, FILE).diagnostics
    (again,) = check_text(text, FILE, overrides=[f"{path_text(problem.path)}=relu"]).diagnostics
    assert again.span == problem.span
    assert [note.span.file for note in again.related] == ["--set"]


def test_nothing_is_told_of_settings_elsewhere():
    text = (
        "modelspec: 1\ninputs: {x: [28, 28]}\nlayers:\n  - Conv2D: {filters: 2, kernel_size: 3}\ntrain: {epochs: 2}\n"
    )
    (problem,) = check_text(text, FILE, overrides=["train.epochs=3"]).diagnostics
    assert all(note.span.file == FILE for note in problem.related)


def test_a_variable_that_was_set_is_told_of_too():
    text = "modelspec: 1\nvars: {n: 2}\ninputs: {x: [28, 28]}\nlayers:\n  - Reshape: [$n, 3]\n"
    (problem,) = check_text(text, FILE, overrides=["vars.n=5"]).diagnostics
    assert problem.code == "MS407"
    assert "--set" in {note.span.file for note in problem.related}


@pytest.mark.parametrize(
    ("settings", "file", "words"),
    [
        (["data.train.csv=nope.csv"], "--set", ["nope.csv"]),
        (["data.train={csv: nope.csv}"], "--set", ["{csv: nope.csv}"]),
        (["data.train.csv={path: nope.csv, delimiter: ';'}"], "--set", ["{path: nope.csv, delimiter: ';'}"]),
        (["data.train.csv.path=nope.csv", "data.train.csv.delimiter=;"], "--set", ["nope.csv"]),
        (["data.train.csv.delimiter=;"], FILE, ["train"]),
        (["train.epochs=3"], FILE, ["train"]),
    ],
)
def test_rows_that_are_not_there_are_told_where_they_are_named(settings, file, words, tmp_path):
    from modelspec.data.splits import load_splits
    from modelspec.diagnostics import SpecError

    text = (
        "modelspec: 1\ninputs: {x: [1]}\nlayers: [{Dense: 1, name: y}]\noutputs: {y: {loss: mse}}\n"
        "train: {epochs: 1}\ndata:\n  train: {csv: rows.csv}\n"
    )
    checked = check_text(text, FILE, folder=str(tmp_path), overrides=settings)
    assert checked.ok, checked.diagnostics
    with pytest.raises(SpecError) as error:
        load_splits(checked.network, print, print)
    (problem,) = error.value.diagnostics
    assert problem.code == "MS704"
    assert (problem.span.file, [problem.span.written]) == (file, words)
    assert ("current folder" in problem.help) == (file == "--set")
