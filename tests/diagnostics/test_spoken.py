"""Texts of a spec that would command a terminal or cannot be seen are shown as escapes in every form, and others as they are."""

import ast
import io
import json
import zipfile

import pytest

from modelspec.diagnostics import Diagnostic, Span, SpecError
from modelspec.diagnostics.render.github import render_github
from modelspec.diagnostics.render.json import render_json
from modelspec.diagnostics.render.junit import render_junit
from modelspec.diagnostics.render.sarif import render_sarif
from modelspec.diagnostics.render.text import render_text
from modelspec.source.array_file import ArrayProblem, read_header

HIDDEN = [
    "\x1b[2J",
    "\x07",
    "\u202e",
    "\u200b",
    "\xad",
    "\u061c",
    "\u180e",
    "\U000e0001",
    "\U000e0041",
    "\U000e007f",
    "\u206a",
]


def forms(text):
    """The problem in every form; what a program reads back of JSON is escaped in ASCII."""
    told = (Diagnostic("MS200", f"a {text} b", Span(f"f{text}.yaml", 1, 1, 1, 2), help=f"c {text} d", quoted=(text,)),)
    yield str(SpecError(told))
    yield render_text(told)
    yield render_github(told)
    yield render_junit([], told)
    yield render_json(told, 1)
    yield render_sarif(told, "1")


@pytest.mark.parametrize("hidden", HIDDEN)
def test_what_is_hidden_or_commands_is_shown_in_every_form(hidden):
    for form in forms(hidden):
        assert hidden not in form


@pytest.mark.parametrize("seen", ["😀", "é", "数", "\U000e0100"])
def test_what_can_be_seen_stays_itself(seen):
    first, *others = forms(seen)
    assert f"a {seen} b" in first
    for form in others[:3]:
        assert f"a {seen} b" in form
    assert json.loads(others[3])["diagnostics"][0]["message"] == f"a {seen} b\n{seen}"


@pytest.mark.parametrize("header", ["f(1)", "{'shape': g(2)}", "a.b", "{**x}", "(((", "lambda: 1", "{[]: 1}"])
def test_a_damaged_header_is_told_without_an_address_in_memory(tmp_path, header):
    data = io.BytesIO()
    text = header.encode() + b"\n"
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("a.npy", b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text)
    path = tmp_path / "a.npz"
    path.write_bytes(data.getvalue())
    with pytest.raises(ArrayProblem) as raised:
        read_header("a.npz", str(path), "a")
    assert raised.value.code == "MS721"
    assert " at 0x" not in raised.value.message
    assert not [name for name in vars(ast) if f"ast.{name}" in raised.value.message]
