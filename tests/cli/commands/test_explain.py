"""`modelspec explain`: every code, why it is one, a bad and a good example."""

import pytest

from modelspec.diagnostics.render.escape import printable
from modelspec.diagnostics.rules import RULES


@pytest.mark.parametrize("code", RULES)
def test_a_code_is_explained_with_its_reason_and_both_examples(code, cli):
    rule = RULES[code]
    done = cli("explain", code)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"{code} {rule.slug} ({rule.severity})\n")
    assert " ".join(rule.why.split()) in " ".join(done.out.split())
    for example in (rule.bad, rule.good):
        assert all(f"    {printable(line)}\n" in done.out for line in example.rstrip("\n").split("\n"))


@pytest.mark.parametrize("spelling", ["MS402", "ms402", " MS402 ", "inputs-differ", "Inputs_Differ"])
def test_a_code_may_be_written_small_or_by_its_name(spelling, cli):
    assert cli("explain", spelling).out.startswith("MS402 inputs-differ (error)\n")


def test_without_a_code_all_are_listed(cli):
    done = cli("explain")
    assert done.code == 0
    assert [line.split()[0] for line in done.out.splitlines()] == list(RULES)


@pytest.mark.parametrize(
    ("wrong", "meant"), [("MS4O2", "MS402"), ("402", "MS402"), ("duplicat-key", "duplicate-key"), ("wibble", None)]
)
def test_an_unknown_code_is_wrong_usage_with_a_guess(wrong, meant, cli):
    done = cli("explain", wrong)
    assert (done.code, done.out) == (2, "")
    assert f"there is no code '{wrong}'" in done.err
    assert ("did you mean" in done.err) == (meant is not None)
    assert meant is None or f"'{meant}'" in done.err
    assert "`modelspec explain` lists all" in done.err


def test_an_unknown_code_cannot_command_the_terminal_or_the_log(cli):
    done = cli("explain", "::error::\x1b[2J\n::add-mask::x")
    assert done.code == 2
    assert "\x1b" not in done.err
    assert not [line for line in done.err.splitlines() if line.strip().startswith("::")]


def test_a_narrow_terminal_and_an_ascii_one_get_the_explanation_too(program):
    done = program("explain", "MS104", env={"COLUMNS": "20", "LC_ALL": "C", "PYTHONIOENCODING": "ascii"})
    assert (done.code, done.err) == (0, "")
    assert done.out.isascii()
    prose = done.out.split("Bad:")[0].splitlines()[1:]
    assert max(len(line) for line in prose) <= 20
