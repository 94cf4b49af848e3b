"""`modelspec explain`: what a code means, why it matters, and a bad and a good example."""

from __future__ import annotations

import shutil
import textwrap
from typing import TYPE_CHECKING, Annotated

import typer

from modelspec.cli.options.options import TracebackOption
from modelspec.cli.process.edge import DONE, USAGE, run, say, write

if TYPE_CHECKING:
    from modelspec.diagnostics.rules.rule import Rule

_LOOKS_LIKE = str.maketrans("OIL", "011")


def explain(
    code: Annotated[
        str | None,
        typer.Argument(help="A code, such as MS402, or its name; by default all of them.", metavar="[CODE]"),
    ] = None,
    traceback: TracebackOption = False,
) -> None:
    """Explain a diagnostic by its code: what is wrong and why, with a bad and a good example."""
    run(lambda: _explain(code), traceback)


def _explain(code: str | None) -> int:
    from modelspec.diagnostics.rules import RULES

    if code is None:
        write("".join(f"{rule.code}  {rule.severity:<7}  {rule.summary}\n" for rule in RULES.values()))
        return DONE
    named = {rule.slug: rule for rule in RULES.values()}
    wanted = code.strip()
    rule = RULES.get(wanted.upper()) or named.get(wanted.lower().replace("_", "-"))
    if rule is None:
        say(f"error: there is no code '{code[:80]}'")
        say(f"  help: {_guess(wanted, [*RULES, *named])}")
        return USAGE
    write(explained(rule, min(100, shutil.get_terminal_size((100, 24)).columns)))
    return DONE


def _guess(wanted: str, known: list[str]) -> str:
    from modelspec.source.words import closest

    code = "MS" + wanted.upper().removeprefix("MS").translate(_LOOKS_LIKE)
    words = [name for name in known if not name.startswith("MS")]
    # A number that is not there is near no other: MS999 and MS599 have nothing to do with each other.
    found = code if code in known else None if code[2:].isdigit() else closest(wanted, words, 0.75)
    more = "`modelspec explain` lists all"
    return more if found is None else f"did you mean '{found}'? {more}"


def explained(rule: Rule, width: int) -> str:
    """The rule as text; lines of prose are at most `width` wide."""
    return (
        f"{rule.code} {rule.slug} ({rule.severity})\n"
        f"{textwrap.fill(rule.summary, max(20, width), break_on_hyphens=False)}\n\n"
        f"{textwrap.fill(rule.why, max(20, width), break_on_hyphens=False)}\n\n"
        f"Bad:\n{_example(rule.bad)}\nGood:\n{_example(rule.good)}"
    )


def _example(text: str) -> str:
    from modelspec.diagnostics.render.escape import printable

    return "".join(f"    {printable(line)}\n" for line in text.rstrip("\n").split("\n"))
