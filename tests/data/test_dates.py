"""Cells with dates as days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelspec.data.load import load
from modelspec.language.sections.sources import Csv, Wanted
from modelspec.pipeline import check_text


def read(folder, cells, format="%Y-%m-%d", **more):
    (folder / "rows.csv").write_text("day,z\n" + "".join(f"{cell},1\n" for cell in cells))
    want = Wanted("day", "input", (1,), "float64", parse=format, **more)
    return load(Csv(path="rows.csv"), [want], folder)


@given(st.lists(st.dates(date(1900, 1, 1), date(2100, 1, 1)), min_size=1, max_size=9))
def test_a_date_is_the_days_since_1970(tmp_path_factory, days):
    arrays, _ = read(tmp_path_factory.mktemp("dates"), days)
    assert [date(1970, 1, 1) + timedelta(days=day) for (day,) in arrays.inputs["day"].tolist()] == days


@pytest.mark.parametrize(
    ("cell", "format", "days"),
    [
        ("1970-01-02T12:00:00", "%Y-%m-%dT%H:%M:%S", 1.5),
        ("02.01.1970", "%d.%m.%Y", 1),
        ("1970-01-01 06:00 +0600", "%Y-%m-%d %H:%M %z", 0),
        ("Jan 3 70", "%b %d %y", 2),
    ],
)
def test_a_format_is_that_of_strptime(tmp_path, cell, format, days):
    arrays, found = read(tmp_path, [cell], format)
    assert not found
    assert arrays.inputs["day"].tolist() == [[days]]


def test_a_cell_that_is_no_such_date_is_told_with_its_place(tmp_path):
    _, found = read(tmp_path, ["2026-01-02", "3.1.2026", "2026-02-30"])
    ((code, line, message),) = [(item.code, item.span.line, item.message) for item in found]
    assert (code, line) == ("MS749", 3)
    assert message.endswith("expected a date such as 2026-11-30, found '3.1.2026' (and 1 more like it)")


def test_gaps_of_dates_are_filled_as_others_are(tmp_path):
    arrays, _ = read(tmp_path, ["1970-01-02", "", "1970-01-06"], missing="mean")
    assert arrays.inputs["day"].tolist() == [[1], [3], [5]]
    _, found = read(tmp_path, ["1970-01-02", ""])
    assert [item.code for item in found] == ["MS714"]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("parse: date", "MS203"),
        ("parse: {date: '%Q'}", "MS204"),
        ("parse: {date: '%d.%m.'}", "MS204"),
        ("parse: {date: '%Y'}, dtype: int32", "MS208"),
    ],
)
def test_what_is_no_format_is_told_by_validate(written, code):
    text = f"modelspec: 1\ninputs: {{x: {{shape: [1], {written}}}}}\nlayers: [{{Dense: 1}}]\n"
    assert code in [item.code for item in check_text(text, "spec.yaml").diagnostics]
