"""The codes of data problems: each explained, each used."""

import re
from pathlib import Path

import modelspec.data
from modelspec.diagnostics.rules.data import DATA
from modelspec.expansion.files import data_roots
from modelspec.source import paths


def test_codes_and_slugs_are_unique_and_in_order():
    codes = [rule.code for rule in DATA]
    assert codes == sorted(set(codes))
    assert len({rule.slug for rule in DATA}) == len(DATA)
    assert all("MS701" <= code <= "MS749" for code in codes)


def test_every_code_that_is_raised_is_explained_and_the_other_way_round():
    files = [Path(paths.__file__), Path(data_roots.__file__), *Path(modelspec.data.__file__).parent.rglob("*.py")]
    raised = set(re.findall(r'"(MS7\d\d)"', "".join(path.read_text() for path in files)))
    assert raised == {rule.code for rule in DATA}


def test_a_bad_example_differs_from_the_good_one():
    assert all(rule.bad != rule.good and rule.why and rule.summary for rule in DATA)
