"""Every code that a check can give has a bad spec, and what is printed for it is kept in tests/golden."""

import difflib
from pathlib import Path

import pytest

from docs.generate import NOT_TEXTS, ROOT, pages
from modelspec.diagnostics.rules import RULES
from modelspec.pipeline import check_text

BAD = sorted((ROOT / "tests" / "bad").glob("*.yaml"))
WITHOUT_TEXT = {
    "MS101_file_unreadable": None,
    "MS102_file_too_large": b"#" * (1024 * 1024 + 1),
    "MS103_not_utf8": b"# a file saved as Latin-1\nname: caf\xe9\n",
    "MS154_extends_cycle": b"modelspec: 1\nextends: MS154_extends_cycle.yaml\n",
    "MS155_set": b"modelspec: 1\nvars: {width: 4}\ninputs: {x: [4]}\nlayers:\n  - Dense: $width\n",
}
"""Files that no text of a bad spec can show, made by the test; the first is not there at all."""
ARGUMENTS = {"MS155_set": ("--set", "vars.widht=8")}
"""What is given beside the file."""


def check_golden(cli, golden, file, name, code):
    """Both forms of a file's problems."""
    text = cli("validate", file, *ARGUMENTS.get(name, ()))
    assert (text.code, text.out) == (code, "")
    golden(f"{name}.txt", text.err)
    json = cli("validate", file, "--format", "json", *ARGUMENTS.get(name, ()))
    assert (json.code, json.err) == (code, "")
    golden(f"{name}.json", json.out)


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_spec_prints_what_it_printed_before(path, cli, golden, monkeypatch):
    monkeypatch.chdir(ROOT)
    severity = RULES[path.stem.split("_")[0]].severity
    check_golden(cli, golden, str(path.relative_to(ROOT)), path.stem, 1 if severity == "error" else 0)


@pytest.mark.parametrize("name", WITHOUT_TEXT)
def test_a_file_that_is_no_text_prints_what_it_printed_before(name, cli, golden, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    content = WITHOUT_TEXT[name]
    if content is not None:
        Path(f"{name}.yaml").write_bytes(content)
    check_golden(cli, golden, f"{name}.yaml", name, 1)


def test_the_old_guide_prints_what_it_printed_before(cli, golden, monkeypatch):
    monkeypatch.chdir(ROOT)
    check_golden(cli, golden, "tests/keras1.yaml", "keras1", 1)


def test_every_code_has_a_failing_fixture_and_a_near_miss_that_passes():
    codes = {rule.code: rule for rule in RULES.values() if rule.told_of_text}
    failing = {path.stem for path in BAD} | set(WITHOUT_TEXT)
    assert failing == {rule.file_name for rule in codes.values()}
    for code in codes.keys() - set(NOT_TEXTS):
        rule = codes[code]
        assert check_text(rule.good, "good.yaml").diagnostics == (), code
        changes = [line for line in difflib.ndiff(rule.bad.split("\n"), rule.good.split("\n")) if line[0] in "+-"]
        assert len(changes) <= 6, f"{code}: the good example is another spec, not a near miss"


def test_each_bad_spec_tells_what_is_wrong_and_how_it_is_checked():
    for path in BAD:
        first, second = path.read_text(encoding="utf-8").split("\n")[:2]
        assert first == f"# {RULES[path.stem.split('_')[0]].summary}"
        assert second == f"#   modelspec validate {path.relative_to(ROOT)}"


def test_no_golden_file_is_left_over():
    names = {path.stem for path in BAD} | set(WITHOUT_TEXT) | {"keras1"}
    kept = (path for path in (ROOT / "tests" / "golden").iterdir() if path.stem.startswith(("MS", "keras1")))
    assert {path.name for path in kept} == {f"{name}.{form}" for name in names for form in ("txt", "json")}


def test_what_is_generated_is_up_to_date():
    stale = [str(path) for path, text in pages().items() if not path.is_file() or path.read_text("utf-8") != text]
    assert not stale, "run `python -m docs.generate`"
    assert {path for path in pages() if path.suffix == ".yaml"} == set(BAD)
