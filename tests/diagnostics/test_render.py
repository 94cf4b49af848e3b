"""Every form of the diagnostics stays valid, and commands nothing, whatever text is in them."""

import io
import json
import re
import xml.etree.ElementTree as ElementTree

import jsonschema_rs
import pytest
from hypothesis import given
from rich.console import Console
from rich.text import Text

from modelspec.diagnostics import Diagnostic, Span
from modelspec.diagnostics.render import MOST
from modelspec.diagnostics.render.escape import printable, unicode_text
from modelspec.diagnostics.render.github import render_github
from modelspec.diagnostics.render.json import render_json
from modelspec.diagnostics.render.junit import render_junit
from modelspec.diagnostics.render.sarif import render_sarif
from modelspec.diagnostics.render.text import render_text, segments
from modelspec.diagnostics.rules import RULES
from tests.diagnostics.making import DIAGNOSTICS, TEXTS

SGR = re.compile(r"\x1b\[[0-9;]*m")


def strict_json(text):
    """The value of a text that even strict readers take: ASCII, no NaN, no lone surrogate."""

    def refuse(constant):
        raise AssertionError(f"{constant} is not JSON")

    assert text.isascii()
    value = json.loads(text, parse_constant=refuse)
    json.dumps(value, ensure_ascii=False).encode("utf-8")
    return value


def commands(text):
    """The lines that GitHub or Azure would obey."""
    lines = re.split(r"\r\n|\r|\n", text)
    return [line for line in lines if line.strip().startswith("::") or re.search(r"##\w*\[", line)]


def unescaped(text):
    """What GitHub makes of a command's text."""
    for code, char in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(code, char)
    return text


@given(TEXTS)
def test_printable_text_commands_nothing_and_keeps_what_can_be_seen(text):
    shown = printable(text)
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", shown)
    assert not commands(shown)
    if text.isascii() and text.isprintable() and not commands(text):
        assert shown == text


@given(DIAGNOSTICS)
def test_text_holds_every_message_and_commands_nothing(diagnostics):
    text = render_text(diagnostics)
    for diagnostic in diagnostics:
        assert f"{diagnostic.severity}[{diagnostic.code}] {printable(diagnostic.message)}\n" in text
        assert diagnostic.help is None or f"  help: {printable(diagnostic.help)}\n" in text
    assert not commands(text)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]", text)


@given(DIAGNOSTICS)
def test_a_colour_terminal_gets_the_same_text_and_only_colours(diagnostics):
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, highlight=False, markup=False, soft_wrap=True, width=80)
    console.print(Text.assemble(*segments(diagnostics)), end="")
    assert SGR.sub("", stream.getvalue()) == render_text(diagnostics)


@given(DIAGNOSTICS)
def test_json_is_strict_and_holds_every_text(diagnostics):
    text = render_json(diagnostics, 1)
    report = strict_json(text)
    assert text == json.dumps(report, indent=2) + "\n"
    assert list(report) == ["version", "files", "errors", "warnings", "diagnostics"]
    assert report["errors"] + report["warnings"] == len(diagnostics)
    for told, diagnostic in zip(report["diagnostics"], diagnostics, strict=True):
        assert told["message"] == unicode_text(diagnostic.message)
        assert told["help"] == (None if diagnostic.help is None else unicode_text(diagnostic.help))
        assert [note["message"] for note in told["related"]] == [unicode_text(n.message) for n in diagnostic.related]


TEXT = {"type": "string"}
MESSAGE = {"type": "object", "required": ["text"], "additionalProperties": False, "properties": {"text": TEXT}}
PLACE = {
    "type": "object",
    "required": ["artifactLocation", "region"],
    "additionalProperties": False,
    "properties": {
        "artifactLocation": {
            "type": "object",
            "required": ["uri"],
            "additionalProperties": False,
            "properties": {"uri": {"type": "string", "pattern": "^[A-Za-z0-9%/._~!$&'()*+,;=@-]+$|^file:///"}},
        },
        "region": {
            "type": "object",
            "required": ["startLine", "startColumn", "endLine", "endColumn"],
            "additionalProperties": False,
            "properties": {
                name: {"type": "integer", "minimum": 1} for name in ("startLine", "startColumn", "endLine", "endColumn")
            },
        },
    },
}
RULE = {
    "type": "object",
    "required": ["id"],
    "additionalProperties": False,
    "properties": {
        "id": TEXT,
        "name": TEXT,
        "shortDescription": MESSAGE,
        "fullDescription": MESSAGE,
        "help": {**MESSAGE, "required": ["text", "markdown"], "properties": {"text": TEXT, "markdown": TEXT}},
        "defaultConfiguration": {
            "properties": {"level": {"enum": ["error", "warning"]}},
            "additionalProperties": False,
        },
    },
}
RESULT = {
    "type": "object",
    "required": ["ruleId", "ruleIndex", "level", "message"],
    "additionalProperties": False,
    "properties": {
        "ruleId": TEXT,
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": {"enum": ["error", "warning", "note", "none"]},
        "message": MESSAGE,
        "locations": {
            "type": "array",
            "items": {
                "required": ["physicalLocation"],
                "additionalProperties": False,
                "properties": {
                    "physicalLocation": PLACE,
                    "logicalLocations": {"items": {"required": ["fullyQualifiedName"]}},
                },
            },
        },
        "relatedLocations": {
            "type": "array",
            "items": {
                "required": ["id", "physicalLocation", "message"],
                "additionalProperties": False,
                "properties": {"id": {"type": "integer", "minimum": 0}, "physicalLocation": PLACE, "message": MESSAGE},
            },
        },
    },
}
SARIF = {
    "type": "object",
    "required": ["$schema", "version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {
            "const": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
        },
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["tool", "results", "columnKind"],
                "additionalProperties": False,
                "properties": {
                    "tool": {
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "required": ["name", "version", "rules"],
                                "properties": {"rules": {"type": "array", "uniqueItems": True, "items": RULE}},
                            }
                        },
                    },
                    "columnKind": {"const": "unicodeCodePoints"},
                    "results": {"type": "array", "items": RESULT},
                },
            },
        },
    },
}
"""The part of SARIF's own schema that our logs use, closed: nothing else may stand in them."""


@given(DIAGNOSTICS)
def test_sarif_has_the_structure_that_2_1_0_asks_for(diagnostics):
    log = strict_json(render_sarif(diagnostics, "1.0"))
    jsonschema_rs.validate(SARIF, log)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len(run["results"]) == len(diagnostics)
    for result, diagnostic in zip(run["results"], diagnostics, strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == diagnostic.code
        assert not re.search(r"(?<!\\)\]\(", result["message"]["text"]), "user text would be a link"


def test_sarif_tells_what_each_rule_is():
    diagnostics = [Diagnostic(code, "x", severity=rule.severity) for code, rule in RULES.items()]
    log = strict_json(render_sarif(diagnostics, "1.0"))
    jsonschema_rs.validate(SARIF, log)
    told = log["runs"][0]["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in told] == list(RULES)
    assert all(rule["shortDescription"]["text"] == RULES[rule["id"]].summary for rule in told)


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("specs/a b.yaml", "specs/a%20b.yaml"),
        ("/home/me/a.yaml", "file:///home/me/a.yaml"),
        ("a:b.yaml", "a%3Ab.yaml"),
        ("ü.yaml", "%C3%BC.yaml"),
        ("<stdin>", "%3Cstdin%3E"),
    ],
)
def test_sarif_names_files_by_uri(file, uri):
    log = json.loads(render_sarif([Diagnostic("MS402", "x", Span(file, 1, 1, 1, 2))], "1.0"))
    place = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == uri


@given(DIAGNOSTICS)
def test_github_gets_one_command_for_each_problem_and_no_other(diagnostics):
    text = render_github(diagnostics)
    lines = re.split("\r\n|\r|\n", text)[:-1]
    assert len(lines) == len(diagnostics)
    for line, diagnostic in zip(lines, diagnostics, strict=True):
        match = re.fullmatch(r"::(error|warning) ((?:[A-Za-z]+=[^:,\r\n]*,?)+)::(.*)", line)
        assert match is not None, line
        properties = dict(item.split("=", 1) for item in match[2].split(","))
        assert set(properties) <= {"file", "line", "endLine", "col", "endColumn", "title"}
        assert (match[1], properties["title"]) == (diagnostic.severity, f"modelspec {diagnostic.code}")
        assert unescaped(match[3]).startswith(printable(diagnostic.message))
        if diagnostic.span is not None:
            assert unescaped(properties["file"]) == printable(diagnostic.span.file)


def test_github_escapes_as_its_own_toolkit_does():
    span = Span("a,b:c%.yaml", 3, 5, 3, 9)
    line = render_github([Diagnostic("MS402", "50% of a: b, c", span, help="x\ny")])
    place = "file=a%2Cb%3Ac%25.yaml,line=3,endLine=3,title=modelspec MS402,col=5,endColumn=8"
    assert line == f"::error {place}::50%25 of a: b, c%0Ahelp: x\\x0ay\n"


@given(DIAGNOSTICS)
def test_junit_is_xml_with_a_case_for_each_file(diagnostics):
    files = ["good.yaml", *(diagnostic.span.file for diagnostic in diagnostics if diagnostic.span is not None)]
    suites = ElementTree.fromstring(render_junit(files, diagnostics))
    (suite,) = suites
    errors = [diagnostic for diagnostic in diagnostics if diagnostic.severity == "error"]
    failures = [failure for case in suite for failure in case.findall("failure")]
    assert sorted(failure.get("message") for failure in failures) == sorted(printable(e.message) for e in errors)
    assert int(suite.get("tests")) == len(suite)
    assert int(suite.get("failures")) == sum(case.find("failure") is not None for case in suite)
    assert suite[0].get("name") == "good.yaml"


def test_junit_counts_warnings_as_failures_only_when_they_are():
    warning = [Diagnostic("MS120", "unused", Span("a.yaml", 1, 1, 1, 2), severity="warning")]
    relaxed = ElementTree.fromstring(render_junit(["a.yaml"], warning))[0]
    strict = ElementTree.fromstring(render_junit(["a.yaml"], warning, strict=True))[0]
    assert (relaxed.get("failures"), strict.get("failures")) == ("0", "1")
    assert "warning[MS120] unused" in relaxed[0].find("system-out").text


def test_a_hundred_thousand_problems_are_counted_and_the_first_are_shown():
    many = [Diagnostic("MS201", f"unknown key 'k{n}'", Span("a.yaml", n + 1, 1, n + 1, 2)) for n in range(100_000)]
    report = json.loads(render_json(many, 1))
    assert (report["errors"], len(report["diagnostics"])) == (100_000, MOST)
    assert len(json.loads(render_sarif(many, "1.0"))["runs"][0]["results"]) == MOST
    lines = render_github(many).splitlines()
    assert len(lines) == MOST + 1
    assert lines[-1] == f"::notice::{100_000 - MOST} more problems are not shown"
    assert len(ElementTree.fromstring(render_junit(["a.yaml"], many))[0][0]) == MOST
