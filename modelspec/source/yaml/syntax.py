"""PyYAML's syntax errors in words that help; the place comes from its mark.

Must not know what a spec may say, beyond the mistakes that people make in YAML.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from modelspec.diagnostics import Diagnostic, Fix, Span

_KEYS = "keys of one mapping start in one column; a string with `: ` or `#` in it needs quotes"
_ITEMS = "items of one list start in one column, each after a `-`"
_ONE_DOCUMENT = "nothing may follow the document: there is one document per file"

_HELP: tuple[tuple[str, str], ...] = (
    ("mapping values are not allowed", "a name with other keys under it needs its colon: `- Flatten:`, then `from: x`"),
    ("did not find expected key", _KEYS),
    ("could not find expected ':'", "every key of a mapping is followed by a colon and a space"),
    ("cannot start any token", "a string that begins with this character needs quotes; indent with spaces, not tabs"),
    ("expected ',' or ']'", "close the list with `]`, and put commas between its items"),
    ("expected ',' or '}'", "close the mapping with `}`, and put commas between its items"),
    ("did not find expected '-' indicator", _ITEMS),
    ("found unexpected end of stream", "a quote is opened and not closed"),
    ("did not find expected <document start>", _ONE_DOCUMENT),
    ("found undefined tag handle", "a spec has no tags: remove the `!`"),
    ("found incompatible YAML document", "remove the %YAML line: a spec is always YAML 1.2"),
    # PyYAML without libyaml:
    ("expected <block end>, but found '<block mapping start>'", _KEYS),
    ("expected <block end>, but found '<scalar>'", _KEYS),
    ("expected <block end>, but found '-'", _KEYS),
    ("expected <block end>, but found '?'", _ITEMS),
    ("expected '<document start>'", _ONE_DOCUMENT),
)

_EXPRESSION = re.compile(r"\$\([^)]*\Z")
_LONE_NAME = re.compile(r"(\s*(?:- +)*[A-Za-z_][\w.]*)(?:\s*| [^:{}\[\]]+)\Z")
_KEY_BELOW = re.compile(r"\s+[a-z_]+: ")
"""What follows a name that lacks its colon: a key beside the name, which is no name of an object itself."""
_LINES_ABOVE = 3
"""How many lines are looked at, the one where the text stops being YAML and those above."""
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LOOK = "check this line and the one above it: indentation, colons, quotes and brackets"


def explain_syntax_error(error: yaml.YAMLError, text: str, file: str) -> Diagnostic:
    """One diagnostic at the place where the text stops being YAML."""
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "the text is not YAML"
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    # An unclosed bracket is found at the end of the file, where there is nothing to look at.
    written = text.rstrip()
    last = written.count("\n") + 1
    line, column = min((line, column), (last, len(written) - (written.rfind("\n") + 1) + 1))
    end = min(column + 1, len(text.split("\n", line)[line - 1]) + 1)  # never behind the end of the file
    context = getattr(error, "context", None)
    help = next((help for part, help in _HELP if part in str(problem)), _LOOK)
    if "expected ','" in str(problem) and _EXPRESSION.search(text.split("\n", line)[line - 1][: column - 1]):
        help = 'inside `{…}` and `[…]` an expression with brackets or a comma of its own needs quotes: `"$(sizes[0])"`'
    message = f"not YAML: {problem}" + (f" {context}" if context else "")
    fix = _missing_colon(text, file, line)
    return Diagnostic("MS118", message, Span(file, line, column, line, end), help=help, fix=fix)


def _missing_colon(text: str, file: str, line: int) -> Fix | None:
    """The colon that a name lacks which keys follow, `- Flatten` before `from: x`, or a value, `epochs 3`.

    It is certain where the text is YAML with it.
    """
    lines = text.split("\n")
    for number in range(line, max(line - _LINES_ABOVE, 0), -1):
        found = _LONE_NAME.match(lines[number - 1])
        if found is None or (
            found.end(1) == found.end() and not _KEY_BELOW.match(lines[number] if number < len(lines) else "")
        ):
            continue
        column = found.end(1) + 1
        rest = lines[number - 1][found.end(1) :]
        mended = "\n".join([*lines[: number - 1], f"{found.group(1)}:{rest}", *lines[number:]])
        try:
            for _ in yaml.parse(mended, Loader=_LOADER):
                pass
        except yaml.YAMLError:
            continue
        return Fix(Span(file, number, column, number, column), ":")
    return None
