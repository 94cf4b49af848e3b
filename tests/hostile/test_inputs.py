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


LONG = {
    "A30 50,000 anchors", "A30 60,000 keys", "A30 a flow list of 1 MB", "A30 a list of 250,000 items", "A30 mappings in 1 MB",
    "E7 4,000 convolutions", "E7 4,000 layers",
    "E11 100,000 bad numbers", "E11 100,000 duplicate keys", "E11 5,000 layers of the wrong rank", "E11 5,000 missing arguments",
    "E11 5,000 unknown references", "E11 60,000 mistakes",
    "E12 10,000 unknown outputs", "E12 2,000 patterns that no name fits", "E12 2,500 unknown references among 2,500",
    "E12 20,000 keys of a step", "E12 20,000 unknown arguments", "E12 20,000 unknown keys", "E12 5,000 unknown calls",
    "E12 500 patterns of many stars over 3,000 layers", "E12 500 patterns that name nothing",
    "E13 5,000 layers on one input", "E13 Concatenate of 3,000", "E13 one call of 40,000 inputs",
    "E14 4,000 calls of 50 parts", "E14 meshgrid of 40,000",
}  # fmt: skip
"""What takes a second each; shorter ones of the same families stay, and `test_scaling.py` has smaller ones of the same kinds."""
SHOWN = "F1 "
"""How the names of rows begin whose text is looked at beside."""


def cases():
    """The rows as parameters, the long ones slow."""
    return [pytest.param(row, id=row.name, marks=[pytest.mark.slow] if row.name in LONG else []) for row in ROWS]


@pytest.fixture(scope="module")
def outcomes(request, tmp_path_factory):
    """How the rows went whose tests are run, and those that are shown."""
    parameters = [getattr(item, "callspec", None) for item in request.session.items if item.path == request.path]
    asked = {parameter.params["row"] for parameter in parameters if parameter and "row" in parameter.params}
    rows = [row for row in ROWS if row in asked or row.name.startswith(SHOWN)]
    return run(rows, tmp_path_factory.mktemp("hostile"))


def test_every_input_has_a_name_of_its_own():
    names = {row.name for row in ROWS}
    assert len(names) == len(ROWS)
    assert names >= LONG


@pytest.mark.parametrize("row", cases())
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
        assert text in outcomes[f"{SHOWN}{text!r} as a {place}"].text


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
