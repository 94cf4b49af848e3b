"""`class_weight` has Keras's own keys, and numbers are keys nowhere else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import modelspec
from modelspec.pipeline import check_text
from modelspec.source import Mapping, NumberKey, Sequence
from tests.chosen import chosen

TOP = "modelspec: 1\ninputs: {x: [4]}\n"
NET = (
    TOP
    + "layers:\n  - Dense: {units: 3, activation: softmax}\n    name: y\noutputs: {y: {loss: sparse_categorical_crossentropy}}\n"
)


def told(text, overrides=()):
    return [(problem.code, problem.span.line, problem.span.column)
            for problem in check_text(text, overrides=overrides).diagnostics if problem.severity == "error"]  # fmt: skip


def weights(text, overrides=()):
    checked = check_text(text, overrides=overrides)
    assert [problem for problem in checked.diagnostics if problem.severity == "error"] == []
    return checked.network.train.class_weight


@pytest.mark.parametrize(
    "written",
    ["{0: 1.0, 1: 3, 2: 0}", '{"0": 1.0, "1": 3, "2": 0}', "\n    0: 1.0\n    1: 3\n    2: 0", "{? 0 : 1.0, +1: 3, ? 2\n    : 0}"],
)  # fmt: skip
def test_classes_are_numbers_as_in_keras_or_texts(written):
    assert weights(f"{NET}train:\n  class_weight: {written}\n") == {0: 1.0, 1: 3.0, 2: 0.0}


def test_they_come_through_variables_anchors_merges_bases_settings_and_stages(tmp_path):
    rest = NET.split("modelspec: 1\n")[1]
    assert weights(f"modelspec: 1\nvars: {{w: {{0: 1, 1: 3}}}}\n{rest}train: {{class_weight: $w}}\n") == {0: 1, 1: 3}
    assert weights(f"modelspec: 1\nx-w: &w {{0: 1, 1: 3}}\n{rest}train: {{class_weight: {{<<: *w, 1: 4}}}}\n") == {
        0: 1,
        1: 4,
    }
    assert weights(NET, ["train.class_weight={0: 1, 1: 3}"]) == {0: 1, 1: 3}
    assert weights(NET + "train: {class_weight: {0: 1, 1: 2}}\n", ["train.class_weight.1=3"]) == {0: 1, 1: 3}
    (tmp_path / "base.yaml").write_text(NET + 'train: {class_weight: {"0": 1, 1: 2}}\n', encoding="utf-8")
    over = "modelspec: 1\nextends: base.yaml\ntrain: {class_weight: {0: 5, 2: 2}}\n"
    network = check_text(over, folder=str(tmp_path), file=str(tmp_path / "over.yaml")).network
    assert network.train.class_weight == {0: 5, 1: 2, 2: 2}
    stages = NET + "train: {stages: [{epochs: 1, class_weight: {1: 2}}]}\n"
    assert check_text(stages).network.train.stages[0].class_weight == {1: 2}


@pytest.mark.parametrize("key", ["-1", '"01"', "a", '"²"', '"+1"', "99999999999999999999", '""'])
def test_what_is_no_class_is_told_at_its_key(key):
    assert told(f"{NET}train: {{class_weight: {{{key}: 1}}}}\n") == [("MS203", 7, 24)]


@pytest.mark.parametrize(("key", "code"), [("1.0", "MS116"), ("true", "MS116"), ("~", "MS116"), ("01", "MS116"), ("0x1", "MS116")])  # fmt: skip
def test_other_keys_that_are_no_texts_stay_refused(key, code):
    assert told(f"{NET}train: {{class_weight: {{{key}: 1}}}}\n") == [(code, 7, 24)]


def test_a_number_and_the_text_of_it_are_two_keys_to_some_readers():
    assert told(NET + 'train: {class_weight: {0: 1, "0": 2}}\n') == [("MS116", 7, 24)]
    assert told(NET + 'train: {class_weight: {"0": 1, 0: 2}}\n') == [("MS116", 7, 32)]
    assert told(NET + "train: {class_weight: {0: 1, +0: 2}}\n") == [("MS108", 7, 30)]


def test_the_rest_of_the_file_is_still_told():
    assert told(TOP + "layers:\n  - Dense: {units: 3, 7: 1, unit: 2}\n") == [("MS116", 4, 23), ("MS201", 4, 29)]


def _mappings(node, path=()):
    if isinstance(node, Mapping):
        yield path, node
        for key, item in node.entries.items():
            yield from _mappings(item.value, (*path, key))
    if isinstance(node, Sequence):
        for index, item in enumerate(node.items):
            yield from _mappings(item, (*path, index))


def _texts():
    root = Path(modelspec.__file__).parents[1]
    yield from (path.read_text(encoding="utf-8") for path in sorted((root / "specs").glob("*.yaml")))
    for page in ("language", "recipes", "training"):
        page_text = (root / f"docs/{page}.md").read_text(encoding="utf-8")
        yield from re.findall(r"```yaml\n(modelspec: 1\n.*?)```", page_text, re.DOTALL)


@pytest.mark.parametrize("every", chosen([1, 5], [5]))
def test_a_number_as_a_key_is_told_in_every_mapping_of_the_language_but_class_weight(every):
    """Each flow mapping of every spec of this repository gets the key 7: nothing may take it in silence."""
    met = tried = 0
    for text in _texts():
        document = check_text(text).document
        if document is None:
            continue
        lines = text.split("\n")
        for path, node in _mappings(document.root):
            line = lines[node.span.line - 1] if node.span.line <= len(lines) else ""
            at = node.span.column
            if line[at - 1 : at] != "{" or line[at : at + 1] == "}" or str(path[:1]).startswith("('x-"):
                continue
            met += 1
            if met % every:
                continue
            changed = [*lines]
            changed[node.span.line - 1] = f"{line[:at]}7: 1, {line[at:]}"
            tried += 1
            found = [problem.code for problem in check_text("\n".join(changed)).diagnostics]
            assert (
                path[-1:] == ("class_weight",) or "MS116" in found or set(found) & {"MS210", "MS150", "MS201", "MS153"}
            ), (
                path,
                found,
                line,
            )
    assert met > 300
    assert tried == met // every


def test_a_number_key_equals_its_text_and_is_known():
    document = check_text(NET + "train: {class_weight: {0: 1}}\n").document
    (key,) = document.root.entries["train"].value.entries["class_weight"].value.entries
    assert key == "0"
    assert isinstance(key, NumberKey)
