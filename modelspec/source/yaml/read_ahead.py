"""Where YAML's own bound on keys stops the parser: it looks for a key's colon no further than 1,024 characters ahead.

What is longer becomes a value to the parser, whose message is then about the colon. Must not know what a spec says.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import yaml

LONGEST_KEY = 1024
"""The characters that a key written without `?` may have (YAML 1.2.2, 7.4.2)."""


class LongKey(NamedTuple):
    """A key that is too long for YAML: a text, or a collection in brackets."""

    start: Any
    end: Any
    kind: str

    @property
    def length(self) -> int:
        """How many characters are written."""
        return int(self.end.index - self.start.index)


def long_key(text: str, error: yaml.YAMLError, loader: Any) -> LongKey | None:
    """The key that ends at the colon where the parser gave up, if it is too long to be read as one."""
    colon = getattr(error, "problem_mark", None)
    if colon is None or not text[colon.index : colon.index + 2 * LONGEST_KEY].lstrip(" ").startswith(":"):
        return None
    found = _before(text[: colon.index], loader)
    if found is None:
        start = getattr(error, "context_mark", None)  # a string in quotes at the start of a line can only be a key
        found = LongKey(start, colon, "a string") if start is not None else None
    if found is None or found.start.line != colon.line or text[found.end.index : colon.index].strip(" "):
        return None
    return found if found.length > LONGEST_KEY else None


def _before(text: str, loader: Any) -> LongKey | None:
    """The last value of a text, unless it is the value of a key in its line."""
    opened: list[Any] = []
    last: LongKey | None = None
    value = None
    try:
        for token in yaml.scan(text, Loader=loader):
            start, end = token.start_mark, token.end_mark
            if isinstance(token, (yaml.FlowSequenceStartToken, yaml.FlowMappingStartToken)):
                opened.append((start, value))
            elif isinstance(token, (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken)) and opened:
                start, value = opened.pop()
                kind = "a list" if isinstance(token, yaml.FlowSequenceEndToken) else "a mapping"
                last = None if value == start.line else LongKey(start, end, kind)
            elif isinstance(token, yaml.ScalarToken):
                last = None if value == start.line else LongKey(start, end, "a string")
            value = end.line if isinstance(token, yaml.ValueToken) else None
    except yaml.YAMLError:
        return None
    return last
