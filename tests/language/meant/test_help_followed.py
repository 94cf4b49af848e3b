"""Every help that says what to write is followed: where a word was misspelt, there is no error then."""

import random
import re
from pathlib import Path

import pytest

from modelspec.pipeline import check_text

ROOT = Path(__file__).parents[3]
SPECS = sorted((ROOT / "specs").glob("*.yaml"))
WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]{3,}")


def misspelt(text):
    """Each word of the text that is no comment, with one letter lost, doubled or swapped."""
    for found in WORD.finditer(text):
        line = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
        if "#" in line:
            continue
        word, at = found.group(), len(found.group()) // 2
        for wrong in (word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:], word + "s"):
            yield found.start(), word, wrong


def followed(text, problem):
    """The text with what the help says in the place of what the problem is said of; None where it says something else."""
    found = re.match(r"did you mean '([^']*)'\?|write `([^`…]*)`$", problem.help or "")
    span = problem.span
    if found is None or span.line != span.end_line or ":" in (found.group(1) or found.group(2)):
        return None
    lines = text.split("\n")
    line = lines[span.line - 1]
    lines[span.line - 1] = line[: span.column - 1] + (found.group(1) or found.group(2)) + line[span.end_column - 1 :]
    return "\n".join(lines)


def leads_to_an_error(text, folder):
    """What the help for the first error leads to, where the same place is wrong then."""
    told = [item for item in check_text(text, "spec.yaml", folder=folder).diagnostics if item.severity == "error"]
    for problem in told[:1]:
        right = followed(text, problem)
        if right is None:
            continue
        again = check_text(right, "spec.yaml", folder=folder).diagnostics
        same = [item for item in again if item.severity == "error" and item.span and item.span[:3] == problem.span[:3]]
        if same:
            yield problem, same[0]


def trials(seed, most):
    every = [(path, *trial) for path in SPECS for trial in misspelt(path.read_text(encoding="utf-8"))]
    return random.Random(seed).sample(every, min(most, len(every)))


def wrong_helps(chosen):
    for path, start, word, wrong in chosen:
        text = path.read_text(encoding="utf-8")
        changed = text[:start] + wrong + text[start + len(word) :]
        for problem, same in leads_to_an_error(changed, str(path.parent)):
            yield f"{path.name}: {word} as {wrong}: {problem.code} {problem.help} -> {same.code} {same.message}"


def test_help_for_a_misspelt_word_leads_to_no_new_error_in_its_place():
    assert list(wrong_helps(trials(1, 80))) == []


@pytest.mark.slow
def test_help_for_any_misspelt_word_leads_to_no_new_error_in_its_place():
    assert list(wrong_helps(trials(2, 10**6))) == []
