"""The texts that are edited: every spec that is shipped, shown in the documentation, or kept by a test or a rule."""

import ast
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from modelspec.diagnostics.rules import RULES

ROOT = Path(__file__).parents[2]
_FOLDERS = ("specs", "modelspec/templates", "tests/bad", "tests")
_FENCE = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Source(NamedTuple):
    """A spec text, what it is called, and the folder that paths in it start from."""

    name: str
    text: str
    folder: str


@cache
def sources() -> tuple[Source, ...]:
    """Every text once, by its name."""
    found = [*_files(), *_pages(), *_rules(), *_tests()]
    once = {source.text: source for source in reversed(found)}
    return tuple(sorted(once.values()))


def _files() -> list[Source]:
    paths = sorted({path for folder in _FOLDERS for path in (ROOT / folder).rglob("*.yaml")})
    return [
        Source(str(path.relative_to(ROOT)), path.read_text("utf-8"), str(path.parent))
        for path in paths
        if path.stat().st_size < 20_000
    ]


def _pages() -> list[Source]:
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    return [
        Source(f"{page.name}#{number}", text, str(ROOT / "specs"))
        for page in pages
        for number, text in enumerate(_FENCE.findall(page.read_text("utf-8")))
        if re.search(r"^modelspec:", text, re.MULTILINE)
    ]


def _rules() -> list[Source]:
    return [
        Source(f"{rule.code} {which}", text, str(ROOT / "specs"))
        for rule in RULES.values()
        if rule.told_of_text
        for which, text in (("bad", rule.bad), ("good", rule.good))
    ]


def _tests() -> list[Source]:
    """The specs that stand as one text in a test."""
    found = []
    for path in sorted((ROOT / "tests").rglob("*.py")):
        code = path.read_text("utf-8")
        if "modelspec: 1" not in code:
            continue
        texts = [node.value for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Constant)]
        specs = [
            text for text in texts if isinstance(text, str) and re.match(r"modelspec: 1\n(.|\n)*^layers:", text, re.M)
        ]
        name = path.relative_to(ROOT)
        found += [Source(f"{name}#{number}", text, str(ROOT / "specs")) for number, text in enumerate(specs)]
    return found
