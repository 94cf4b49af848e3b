"""What the text of an SQL query tells without a database: whether it orders its rows, and parameters without a value."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | `[^`]*` | \[[^\]]*\] | --[^\n]* | /\*.*?(?:\*/|$)
    | (?P<parameter> \?\d* | [:@][A-Za-z_]\w* ) | (?P<word> [A-Za-z_]\w* ) | [()]""",
    re.VERBOSE | re.DOTALL,
)


def looked_at(query: str) -> tuple[str | None, bool]:
    """The first parameter of the query, and whether its rows, not those of a part of it, are ordered."""
    depth, before, ordered = 0, "", False
    for token in _TOKEN.finditer(query):
        text = token[0]
        if token["parameter"]:
            return text, ordered
        depth += {"(": 1, ")": -1}.get(text, 0)
        if token["word"] and depth == 0:
            ordered = ordered or (before == "ORDER" and text.upper() == "BY")
            before = text.upper()
    return None, ordered
