"""Numbers that the pages name are those of the program, and so are the lists of commands and options."""

import inspect
import re
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from modelspec.cli import commands
from modelspec.cli.app import COMMANDS
from modelspec.cli.process.edge import print_diagnostics
from modelspec.cli.progress import WIDTH
from modelspec.data.sources.datasets import images
from modelspec.diagnostics.render import MOST
from modelspec.diagnostics.render.text import _WIDEST_LINE
from modelspec.expansion.files import bases, imports
from modelspec.expansion.values import expression, expression_functions
from modelspec.language.sections.checkpoint import CheckpointSpec
from modelspec.source.limits import DEEPEST

ROOT = Path(__file__).parent.parent
FIRST = inspect.signature(print_diagnostics).parameters["most"].default
DIGITS = len(np.load(Path(images.__file__).with_name("digits.npz"))["labels"])


def page(name):
    return " ".join((ROOT / name).read_text(encoding="utf-8").split())


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("docs/ci.md", f"the first {FIRST} problems"),
        ("docs/ci.md", f"if there are more than {MOST:,}, only the first are listed"),
        ("docs/ci.md", f"({_WIDEST_LINE} characters around the problem if the line is long)"),
        ("docs/training.md", f"({WIDTH} columns in a pipe)"),
        ("docs/language.md", f"A chain of `extends` has at most {bases.MOST_BASES} files"),
        ("docs/language.md", f"a spec takes at most {imports.MOST} models from other files"),
        ("docs/language.md", f"`--max-depth`, {DEEPEST} at most"),
        ("docs/language.md", f"{DIGITS:,} real handwritten digits"),
        (
            "docs/language.md",
            f"{expression.LONGEST:,} characters, {expression._DEEPEST} levels, {expression_functions.MOST_ITEMS:,} items or characters, "
            f"{expression._MOST_HELD:,} in total, {expression._MOST_STEPS:,} steps, "
            f"numbers of {len(str(expression._LARGEST)) - 1} digits",
        ),
    ],
)
def test_a_number_is_that_of_the_program(name, words):
    assert words in page(name)


def test_the_state_is_saved_as_often_as_the_page_says():
    every = CheckpointSpec().every
    assert f"by default {every.text}." in page("docs/training.md")


def options(command):
    return set(inspect.signature(getattr(import_module(f"{commands.__name__}.{command}"), command)).parameters)


@pytest.mark.parametrize(
    ("option", "name", "before"),
    [
        ("set", "docs/language.md", r"`--set PATH=VALUE` sets one value, for (.*?);"),
        ("plugins", "docs/plugins.md", r"Keras\. (`validate`[^.]*?) take `--plugins`"),
    ],
)
def test_an_option_is_of_the_commands_that_the_page_lists(option, name, before):
    (listed,) = re.search(before, page(name)).groups()
    assert set(re.findall(r"`(\w+)`", listed)) == {command for command in COMMANDS if option in options(command)}


def test_no_change_is_named_twice():
    """Two lists of changes that were merged by keeping both would be."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    begun = [line[:30] for line in text.splitlines() if line.startswith("- ")]
    assert [words for words in set(begun) if begun.count(words) > 1] == []
