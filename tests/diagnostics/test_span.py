"""A span knows its file and what stands there: a line is shown after its file is gone."""

import pytest

from modelspec.diagnostics import File, Span
from modelspec.diagnostics.render.text import render_text
from modelspec.pipeline import check_file

SPEC = "modelspec: 1\nextends: base.yaml\nlayers:\n  - Dense: {unts: 3}\n    name: y\n"
BASE = "modelspec: 1\ninputs: {x: [4]}\noutputs: {y: {loss: mze}}\ntrain: {optimizer: adam}\n"


def test_what_is_told_of_a_spec_its_base_and_a_setting_is_shown_when_the_files_are_gone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in (("spec.yaml", SPEC), ("base.yaml", BASE)):
        (tmp_path / name).write_text(text)
    checked = check_file("spec.yaml", overrides=["train.epochs=0"])
    for file in tmp_path.iterdir():
        file.unlink()
    shown = render_text(checked.diagnostics)
    assert "  4 |   - Dense: {unts: 3}\n" in shown
    assert "  3 | outputs: {y: {loss: mze}}\n" in shown
    assert "  1 | train.epochs=0\n" in shown


def test_files_are_the_same_where_their_names_are():
    assert File("a.yaml", "x: 1") == File("a.yaml", "y: 2") == "a.yaml"
    assert Span(File("a.yaml", "x: 1"), 1, 1, 1, 2) == Span("a.yaml", 1, 1, 1, 2)


@pytest.mark.parametrize(
    ("span", "written"),
    [
        (Span(File("a", "x: one\ny: two"), 2, 4, 2, 7), "two"),
        (Span(File("a", "x: one\ny: two"), 1, 4, 2, 2), None),
        (Span(File("a", "x: one"), 2, 1, 2, 2), None),
        (Span("a", 1, 1, 1, 2), None),
    ],
)
def test_a_span_within_a_line_has_what_is_written_there(span, written):
    assert span.written == written
