"""What libyaml reads otherwise than YAML 1.2 says, of values of several lines and of comments: found in the text.

The loader hands over where such values stand, so that a text without them costs nothing. Must not know what a spec says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import yaml

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_TOUCHING = re.compile(r"""["'\]}\[{,:]\#""")
_HEADER = re.compile(r"(?:[&!]\S*\s+(?:#.*\s+)*)*[|>]([-+0-9]*)")
_CLOSES = re.compile(r"[\s\]},]*(?:#.*)?\Z")
DASH = (
    "a lone `-` inside `[…]` and `{…}` is not a string in YAML 1.2, but would be read here as the string '-'",
    'write "-" in quotes',
)
"""What is said of a dash that is a whole plain value, and what to write."""

_SPACE = "put a space before the `#` of a comment"


class LongValue(NamedTuple):
    """A value of several lines: a quoted text, a literal or folded text, or what is in brackets.

    `indent` is the column, from 0, of the key or dash that it belongs to; -1 at the top.
    """

    sort: str
    start: Any
    end: Any
    indent: int


class Difference(NamedTuple):
    """Something that is read differently, at a line and a column, from 1."""

    code: str
    message: str
    line: int
    column: int
    help: str


def differences(text: str, values: list[LongValue], loader: Any) -> Iterator[Difference]:
    """What YAML 1.2 reads otherwise, in the order of the text; of each line at most one of a code.

    Without a loader comments are not looked at, so that the text need not be YAML.
    """
    found: list[Difference] = []
    if values:
        lines = _BREAK.split(text)
        for value in values:
            found.extend(_block(text, lines, value) if value.sort in "|>" else _continued(lines, value))
    if loader is not None and _TOUCHING.search(text):
        found.extend(_touching(text, loader))
    told: set[tuple[str, int]] = set()
    for item in sorted(found, key=lambda item: (item.line, item.column)):
        if (item.code, item.line) not in told:
            told.add((item.code, item.line))
            yield item


def _continued(lines: list[str], value: LongValue) -> Iterator[Difference]:
    """The first line of a quoted text or of brackets that is indented no deeper than what they belong to."""
    brackets = value.sort == "["
    for number in range(value.start.line + 1, value.end.line + 1):
        line = lines[number]
        written = line.lstrip(" \t")
        spaces = len(line) - len(line.lstrip(" "))
        if spaces == len(line) or spaces > value.indent:
            continue
        if brackets and (not written or written.startswith("#")):
            continue
        at = (number + 1, spaces + 1)
        help = f"indent the line with {_spaces(value.indent + 1)} or more"
        if brackets and written[0] in "]}" and spaces == len(line) - len(written) and _CLOSES.match(written):
            message = (
                f"YAML 1.2 requires this `{written[0]}` to be indented deeper than the entry it belongs to; some readers "
                "refuse the file"
            )
            yield Difference("MS122", message, *at, help)
            continue
        what = "what is in brackets" if brackets else "a quoted string"
        has = "a tab, which is not indentation" if line[spaces : spaces + 1] == "\t" else _spaces(spaces)
        message = f"a line of {what} is indented too little for YAML 1.2: expected {_spaces(value.indent + 1)} or more"
        yield Difference("MS121", f"{message}; received {has}", *at, help)
        return


def _spaces(count: int) -> str:
    return "no space" if count == 0 else "1 space" if count == 1 else f"{count} spaces"


def _block(text: str, lines: list[str], value: LongValue) -> Iterator[Difference]:
    """A literal or folded text: its header, the blank lines before its first line, and its end."""
    header = _HEADER.match(text, value.start.index)
    if header is None:
        return
    first = value.start.line + len(_BREAK.findall(header.group())) + 1
    if text[header.end() : header.end() + 1] == "#":
        behind = _BREAK.split(header.group())[-1]
        column = len(behind) + 1 + (value.start.column if first == value.start.line + 1 else 0)
        yield Difference("MS121", f"a comment touches `{text[header.end() - 1]}`", first, column, _SPACE)
    signs = header.group(1)
    longest = (0, first)
    number = first
    while number < len(lines) and not lines[number].strip(" "):
        longest = max(longest, (len(lines[number]), -number))
        number += 1
    begins = lines[number] if number < len(lines) else ""
    indent = len(begins) - len(begins.lstrip(" "))
    by_itself = not any(char.isdigit() for char in signs)
    if by_itself and begins and value.indent < indent < longest[0]:
        message = f"this blank line is longer than the indentation of the text below it, of {_spaces(indent)}"
        yield Difference("MS121", message, 1 - longest[1], indent + 1, "remove the spaces of the blank line")
    if not by_itself:
        indent = max(value.indent, 0) + next(int(char) for char in signs if char.isdigit())
    last = lines[-1]
    at_end = value.end.index >= len(text) or number >= len(lines)
    kept = "+" in signs or ("-" not in signs and len(last) > indent and (begins or not by_itself))
    if at_end and kept and last and not last.strip(" \t"):
        message = "the text ends in a line of blanks without a line break: readers disagree on its value"
        yield Difference("MS121", message, len(lines), 1, "remove the blanks, or end the file with a line break")


def _touching(text: str, loader: Any) -> Iterator[Difference]:
    """Comments that begin right behind a quote, a bracket, a comma or a colon. Rare, so the text is read once more."""
    events: list[Any] = [event for event in yaml.parse(text, Loader=loader) if isinstance(event, yaml.ScalarEvent)]
    marks = [(event.start_mark.index, event.end_mark.index) for event in events]
    scalars = [mark for mark in marks if mark[0] < mark[1]]
    inside = begins = 0
    for number, line in enumerate(_BREAK.split(text), 1):
        at = text.find("#", begins, begins + len(line))
        while at >= 0:
            while inside < len(scalars) and scalars[inside][1] <= at:
                inside += 1
            if inside == len(scalars) or scalars[inside][0] > at:
                break
            at = text.find("#", min(scalars[inside][1], begins + len(line)), begins + len(line))
        if at > begins and text[at - 1] in "\"'[]{},:":  # the rest of the line is a comment
            message = f"a comment touches `{text[at - 1]}`: in YAML 1.2 this is not a comment"
            yield Difference("MS121", message, number, at - begins + 1, _SPACE)
        begins += len(line) + (2 if text.startswith("\r\n", begins + len(line)) else 1)
