"""Every hostile input is answered: the right codes at the right places, in time, in memory, and nothing else happens."""

import re

import pytest

from tests.hostile import rows_budgets, rows_objects, rows_output, rows_scalars, rows_yaml
from tests.hostile.harness import Outcome, run
from tests.hostile.row import Row, dense
from tests.patience import FOR_EVER

ROWS = (*rows_yaml.ROWS, *rows_scalars.ROWS, *rows_objects.ROWS, *rows_budgets.ROWS, *rows_output.ROWS)
SECONDS, MEBIBYTES, CHARACTERS = 2.0, 300.0, 100_000
COMMANDS = re.compile(
    r"^\s*::|##\w*\[|[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", re.MULTILINE
)


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    return run(ROWS, tmp_path_factory.mktemp("hostile"))


def test_every_input_has_a_name_of_its_own():
    assert len({row.name for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_hostile_input_is_answered_at_the_right_place_and_within_bounds(row, outcomes):
    outcome = outcomes[row.name]
    assert isinstance(outcome, Outcome), outcome
    if row.expected.endswith(" …"):
        assert outcome.places.startswith(row.expected.removesuffix(" …") + "; ")
    else:
        assert outcome.places == row.expected
    assert outcome.code == outcome.text_code == (1 if outcome.report["errors"] else 0)
    assert outcome.seconds < SECONDS
    assert outcome.memory < MEBIBYTES
    assert outcome.seen == []
    assert not outcome.tensorflow
    assert len(outcome.text) < CHARACTERS
    assert not COMMANDS.search(outcome.text), outcome.text
    assert "Traceback" not in outcome.text
    lines = row.data.decode("utf-8-sig", "replace").split("\n")
    for told in outcome.report["diagnostics"]:
        assert 1 <= told["line"] <= len(lines)
        assert 1 <= told["column"] <= len(lines[told["line"] - 1]) + 1


@pytest.mark.parametrize("text", ["[/]", "[red]x[/red]", "[float32]", "%s%n", "<script>", "`x`"])
def test_markup_is_shown_as_it_is_written(text, outcomes):
    for place in ("value", "key", "layer", "name", "reference"):
        assert text in outcomes[f"F1 {text!r} as a {place}"].text


ANSWER = {
    "code": 0, "json": "", "text_code": 0, "text": "", "seconds": 0, "memory": 0, "seen": [], "tensorflow": False,
}  # fmt: skip
THREE = [Row(name, dense("8"), "") for name in ("first", "second", "third")]


def written_child(folder, at_second):
    """A child that answers at once, and does this at the second file."""
    child = folder / "child.py"
    child.write_text(
        "import json, os, sys, time\n"
        "for file in json.load(sys.stdin):\n"
        "    print(json.dumps({'begun': file}), flush=True)\n"
        f"    if os.path.basename(file) == '1.yaml': {at_second}\n"
        f"    print(json.dumps({{**{ANSWER}, 'file': file}}), flush=True)\n"
    )
    rows = folder / "rows"
    rows.mkdir()
    return child, rows


def test_a_process_that_dies_fails_the_row_that_it_was_at_and_no_other(tmp_path):
    child, rows = written_child(tmp_path, "os.abort()")
    outcomes = run(THREE, rows, child)
    assert outcomes["second"].startswith("the process ended with -6")
    assert isinstance(outcomes["first"], Outcome)
    assert isinstance(outcomes["third"], Outcome)


def test_a_process_that_says_nothing_for_long_is_ended(tmp_path):
    child, rows = written_child(tmp_path, f"time.sleep({FOR_EVER})")
    outcomes = run(THREE, rows, child, silence=0.5)
    assert outcomes["second"] == "the process said nothing for 0.5 s"  # a busy machine may fail the others too
