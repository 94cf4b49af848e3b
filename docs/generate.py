"""Writes what is made from the program itself: `python -m docs.generate`. A test compares.

docs/checks.md and tests/bad/ come from the table of rules, `modelspec explain`'s own; docs/layers.md from the catalogue,
docs/settings.md from the sections of a spec, docs/schema.json from both; modelspec/cli/startup/described.py from the commands.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from docs.command_line import described
from modelspec.diagnostics.render.escape import printable
from modelspec.diagnostics.rules import RULES, Rule
from modelspec.manual.markdown import page as layers_page
from modelspec.manual.schema import schema_text
from modelspec.manual.settings import page as settings_page

ROOT = Path(__file__).parent.parent
NOT_TEXTS = ("MS101", "MS102", "MS103", "MS154", "MS155")
"""Rules about files and command lines, which no text of one spec can show."""

_FAMILIES: tuple[tuple[str, str], ...] = (
    ("MS1", "The file, and its YAML"),
    ("MS2", "What the spec says"),
    ("MS3", "How its parts refer to each other"),
    ("MS4", "Shapes, dtypes and sizes"),
    ("MS5", "The whole picture"),
    ("MS6", "Building with Keras"),
    ("MS7", "Data and runs"),
)
_INTRODUCTION = """\
# What modelspec checks

<!-- Written by `python -m docs.generate` from the rules in modelspec/diagnostics/rules. Do not edit. -->

Every problem that modelspec reports has a code. A code never changes its meaning. `modelspec explain CODE` shows the same
explanation in a terminal. Errors end a command with exit code 1, warnings only with `--strict`.

`modelspec validate` reports, without TensorFlow, all codes from MS1 to MS5, and those of MS7 that follow from the spec alone:
about paths, and about the datasets that come with modelspec. These have a bad example in `tests/bad`. The others need the
data, or Keras.
"""


def pages() -> dict[Path, str]:
    """Every generated file and its text."""
    made = {
        ROOT / "docs" / "checks.md": checks_page(),
        ROOT / "docs" / "layers.md": layers_page(),
        ROOT / "docs" / "settings.md": settings_page(),
        ROOT / "docs" / "schema.json": schema_text(),
        ROOT / "modelspec" / "cli" / "startup" / "described.py": described(),
    }
    for rule in RULES.values():
        if rule.told_of_text and rule.code not in NOT_TEXTS:
            made[ROOT / "tests" / "bad" / f"{rule.file_name}.yaml"] = bad_spec(rule)
    return made


def checks_page() -> str:
    """`docs/checks.md`: a table of all codes, and a section for each."""
    return _INTRODUCTION + "".join(_family(start, title) for start, title in _FAMILIES)


def _family(start: str, title: str) -> str:
    rules = [rule for code, rule in RULES.items() if code.startswith(start)]
    table = "".join(f"| [{rule.code}](#{_anchor(rule)}) | {rule.severity} | {rule.summary} |\n" for rule in rules)
    head = f"\n## {title}\n\n| code | severity | what |\n| --- | --- | --- |\n{table}"
    return head + "".join(_section(rule) for rule in rules)


def _anchor(rule: Rule) -> str:
    return f"{rule.code}-{rule.slug}".lower()


def _section(rule: Rule) -> str:
    return (
        f"\n### {rule.code} {rule.slug}\n\n{rule.severity.capitalize()}: {rule.summary}.\n\n{rule.why}\n"
        f"\nBad:\n\n{_block(rule.bad)}\nGood:\n\n{_block(rule.good)}"
    )


def _block(example: str) -> str:
    lines = "".join(f"{printable(line)}\n" for line in example.rstrip("\n").split("\n"))
    return f"```yaml\n{lines}```\n"


def bad_spec(rule: Rule) -> str:
    """The bad example as a file of `tests/bad`."""
    return f"# {rule.summary}\n#   modelspec validate tests/bad/{rule.file_name}.yaml\n{rule.bad}"


def write(made: dict[Path, str], say: Callable[[str], object] = print) -> None:
    """Write the files that differ, and remove bad specs whose rule is gone."""
    for path, text in made.items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            say(f"wrote {path.relative_to(ROOT)}")
    for path in (ROOT / "tests" / "bad").glob("*.yaml"):
        if path not in made:
            path.unlink()
            say(f"removed {path.relative_to(ROOT)}")


if __name__ == "__main__":
    write(pages())
