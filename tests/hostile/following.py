"""Following a help: what it says to write is written at the place that is told; the same place must be right then.

Must import nothing that a user's `modelspec validate` does not.
"""

import re

_ONE = r"'([^'…]+)'|`([^`…]+)`"
_DID_YOU_MEAN = re.compile(rf"(?:^|; )did you mean (?:{_ONE})\?")
_WRITE = re.compile(rf"^write (?:{_ONE})(?=$|, which|, or |: )")
_VALUE = re.compile(r" ?: [^\[\]{},#\n]*(?=$|[,}\n])", re.MULTILINE)
"""The value of a key, if it is a plain one on the same line."""
_SEEN_LATER = ("MS202", "MS209")
"""What is missing shows only where it is known of what: another mistake, as all of later stages are."""


def followed(text, problem):
    """The text with what the help says, where it says what to write in the place of what it is told of; None elsewhere."""
    help, span = problem.help or "", problem.span
    found = _DID_YOU_MEAN.search(help) or _WRITE.search(help)
    if found is None or span is None or span.line != span.end_line:
        return None
    new = found.group(1) or found.group(2)
    lines = text.split("\n")
    line = lines[span.line - 1]
    rest = line[span.end_column - 1 :]
    if ": " in new:  # a whole entry, for a key and its value
        entry = _VALUE.match(rest)
        if entry is None or new.startswith("{"):
            return None
        rest = rest[entry.end() :]
    lines[span.line - 1] = line[: span.column - 1] + new + rest
    return "\n".join(lines)


def misled(text, check, most):
    """(the problem, the error that its help leads to) where that is in the same place; of the first `most` errors with such help."""
    told = [problem for problem in check(text) if problem.severity == "error"]
    known = {(problem.code, problem.message) for problem in told}
    rights = [(problem, right) for problem in told if (right := followed(text, problem)) is not None]
    for problem, right in rights[:most]:
        for item in check(right):
            same = item.span is not None and item.span[:3] == problem.span[:3] and item.severity == "error"
            if same and _of_the_same(problem, item) and (right == text or (item.code, item.message) not in known):
                yield problem, item


def _of_the_same(problem, later):
    """Whether the later error is of what was written, and not one that shows only now that this is right."""
    if later.code in ("MS150", "MS304") and later.code != problem.code:
        return False  # what a block or a layer of several outputs needs shows once it is known which is meant
    return later.code not in _SEEN_LATER and later.code[2] <= problem.code[2]
