"""No place that is told lies outside of its file, wherever a spec is broken off."""

from pathlib import Path

import pytest

from modelspec.pipeline import check_text

SPECS = sorted((Path(__file__).parents[2] / "bad").glob("*.yaml"))[::23]
ENDINGS = ("", "\n  - {a: ", "\n  [", "\n'", "\n", " ", "\n- &", "\n? ", ": ")


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_a_place_is_within_the_file(path):
    whole = path.read_text(encoding="utf-8")
    for cut in range(0, len(whole) + 1, max(1, len(whole) // 4)):
        for ending in ENDINGS:
            text = whole[:cut] + ending
            lines = text.split("\n")
            for problem in check_text(text, "spec.yaml").diagnostics:
                if problem.span is not None and problem.span.file == "spec.yaml":
                    _, line, column, end_line, end_column = problem.span
                    assert (line, column) <= (end_line, end_column) <= (len(lines), len(lines[-1]) + 1), (problem, text)
                    assert column <= len(lines[line - 1]) + 1, (problem, text)
                    assert end_column <= len(lines[end_line - 1]) + 1, (problem, text)
