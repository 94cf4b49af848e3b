"""The table of rules: every code that is used has a row, every row is used, and every example is true."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import modelspec
from docs.generate import NOT_TEXTS
from modelspec.diagnostics.rules import _FAMILIES, RULES
from modelspec.pipeline import check_text
from modelspec.source import Limits
from modelspec.source.reader import decode
from tests.seams.names import CHECK_TEXT, MAIN, RULES_OF_CODES
from tests.seams.seam import program

PACKAGE = Path(modelspec.__file__).parent
CHECKED = [rule for rule in RULES.values() if rule.told_of_text and rule.code not in NOT_TEXTS]
"""Rules with examples that are spec texts."""


def used_codes():
    """Each code that the source names, with the severities it is given."""
    found: dict[str, set[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.is_relative_to(PACKAGE / "diagnostics" / "rules"):
            continue
        text = path.read_text(encoding="utf-8")
        for match in re.finditer(r'"(MS\d{3})"', text):
            found.setdefault(match.group(1), set()).add(_severity(text, match.start()))
    return found


def _severity(text, at):
    before, after = text[max(0, at - 40) : at], text[at : at + 250].split("\n\n")[0]
    if re.search(r"\.warning\(\s*$", before) or re.match(r"[^()]*\)?,? *severity=\"warning\"", after):
        return "warning"
    return "error"


def problems_of(text):
    """What a check of these bytes finds."""
    decoded, problems = decode(text.encode(), "spec.yaml", Limits())
    return problems if decoded is None else check_text(decoded, "spec.yaml").diagnostics


def test_every_code_that_is_used_has_a_rule_and_every_rule_is_used():
    assert set(RULES) == set(used_codes())


def test_codes_and_slugs_are_unique_and_say_something():
    assert list(RULES) == sorted(RULES)
    assert len(RULES) == sum(len(family) for family in _FAMILIES), "two rows have one code"
    assert len({rule.slug for rule in RULES.values()}) == len(RULES)
    for code, rule in RULES.items():
        assert code == rule.code
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.slug), rule.slug
        assert rule.summary
        assert not rule.summary.endswith(".")
        assert rule.why.endswith(".") or rule.why.endswith('".')
        assert rule.bad != rule.good
        assert rule.bad.endswith("\n")
        assert rule.good.endswith("\n")


@pytest.mark.parametrize("rule", CHECKED, ids=lambda rule: rule.file_name)
def test_the_bad_example_gives_exactly_this_code_and_the_good_one_nothing(rule):
    problems = problems_of(rule.bad)
    assert [(problem.code, problem.severity) for problem in problems] == [(rule.code, rule.severity)]
    assert problems_of(rule.good) == ()


@pytest.mark.parametrize("rule", CHECKED, ids=lambda rule: rule.file_name)
def test_each_message_has_a_place_in_the_file_and_says_what_to_do(rule):
    (problem,) = problems_of(rule.bad)
    lines = rule.bad.split("\n")
    assert problem.span is not None
    assert 1 <= problem.span.line <= len(lines)
    assert 1 <= problem.span.column <= len(lines[problem.span.line - 1]) + 1
    told = "expected" in problem.message or rule.code == "MS211"
    assert problem.help or told, "what was expected, or why something is left out, can be help enough"


def test_a_clean_check_does_not_load_the_rules():
    script = program(
        "import sys; assert main and check_text('modelspec: 1\\ninputs: {x: [4]}\\nlayers: [{Dense: 1}]').ok; "
        f"assert not [name for name in sys.modules if name.startswith('{RULES_OF_CODES.path}')]",
        CHECK_TEXT,
        MAIN,
    )
    subprocess.run([sys.executable, "-c", script], check=True)
