"""Every example of the guide to the language is checked, and is what the guide says of it."""

import re
from pathlib import Path

import pytest

from modelspec.pipeline import check_text

GUIDE = (Path(__file__).parent.parent / "docs" / "language.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```(?:\n\n<!-- wrong: (\S+) -->)?", GUIDE, re.DOTALL)


@pytest.mark.parametrize(("text", "code"), EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_of_the_guide_is_what_the_guide_says(text, code):
    problems = check_text(text, "example.yaml").diagnostics
    errors = [problem.code for problem in problems if problem.severity == "error"]
    assert errors == ([code] if code else []), problems


def test_the_guide_has_examples_that_are_wrong_and_many_that_are_right():
    assert sum(bool(code) for _, code in EXAMPLES) == 1
    assert len(EXAMPLES) >= 9
