"""Every small edit of a text, made at the places of its located nodes and of its lines."""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from modelspec.source import Limits, Mapping, Scalar, Sequence, parse
from tests.edits.roles import VARIABLE, key_role, value_role

WRONG = "zq"
"""What no name ends in."""


class Edit(NamedTuple):
    """A text with one edit: what was done, in which line, and what was misspelt if it was a name that must be known."""

    kind: str
    text: str
    line: int
    role: str | None = None


def edits(text: str) -> Iterator[Edit]:
    """Every edit, each text once."""
    seen = {text}
    for edit in (*_of_nodes(text), *_of_lines(text)):
        if edit.text not in seen:
            seen.add(edit.text)
            yield edit


class _Text:
    def __init__(self, text):
        self.text = text
        self.starts = [0]
        for line in text.split("\n"):
            self.starts.append(self.starts[-1] + len(line) + 1)

    def at(self, line, column):
        return self.starts[line - 1] + column - 1

    def ends(self, span):
        return self.at(span.line, span.column), self.at(span.end_line, span.end_column)

    def written(self, span):
        start, end = self.ends(span)
        return self.text[start:end]

    def put(self, span, new):
        start, end = self.ends(span)
        return self.text[:start] + new + self.text[end:]


def _of_nodes(text):
    document, _ = parse(text, "spec.yaml", Limits())
    if document is None:
        return
    whole = _Text(text)
    scalars = []
    conditional = []  # steps that may be left out: what stands in them is read only where they are there
    for path, key, node in _walk((), None, document.root):
        if isinstance(node, Mapping) and "when" in node.entries:
            conditional.append(path)
        always = not any(path[: len(step)] == step for step in conditional)
        if key is not None:
            yield from _of_key(whole, path, key, node, always)
        if isinstance(node, Scalar) and whole.written(node.span):
            scalars.append(node)
            yield from _of_scalar(whole, path, node, always)
        elif not isinstance(node, Scalar) and whole.written(node.span)[:1] in ("[", "{"):
            yield from _of_flow(whole, node)
    for first, second in pairwise(scalars):
        one, other = whole.ends(first.span), whole.ends(second.span)
        if one[1] <= other[0]:
            swapped = text[other[0] : other[1]] + text[one[1] : other[0]] + text[one[0] : one[1]]
            yield Edit("two values swapped", text[: one[0]] + swapped + text[other[1] :], first.span.line)


def _walk(path, key, node):
    yield path, key, node
    if isinstance(node, Mapping):
        for name, item in node.entries.items():
            yield from _walk((*path, name), item.key, item.value)
    elif isinstance(node, Sequence):
        for index, item in enumerate(node.items):
            yield from _walk((*path, index), None, item)


def _of_key(whole, path, key, node, always):
    name = whole.written(key)
    if not name or name[0] in "'\"" or "\n" in name:
        return
    yield Edit("key misspelt", whole.put(key, name + WRONG), key.line, key_role(path) if always else None)
    if len(name) > 2:
        yield Edit("key with a letter less", whole.put(key, name[0] + name[2:]), key.line)
    for new in ("null", "3", "'$'", f"[{name}]", f"{name}.1", f"{name}@0", name.swapcase()):
        yield Edit("another key", whole.put(key, new), key.line)
    if isinstance(node, Scalar) and "\n" not in whole.written(node.span):
        start, end = whole.ends(key)[0], whole.ends(node.span)[1]
        value = whole.written(node.span)
        yield Edit("key and value exchanged", f"{whole.text[:start]}{value}: {name}{whole.text[end:]}", key.line)
        yield Edit("key doubled", f"{whole.text[:end]}, {name}: {value}{whole.text[end:]}", key.line)
        rest = whole.text[end:].removeprefix(",")
        yield Edit("key dropped", whole.text[:start] + rest, key.line)
        yield Edit("value without its key", whole.text[:start] + value + whole.text[end:], key.line)
        yield Edit("key without its value", whole.text[:start] + name + whole.text[end:], key.line)


_NEW = ("null", "[]", "{}", "true", "''", "word", "ops.add", "Dense", "$x", "$(1 / 0)", "0", "-1", "1.5", "1e30", "99999999999999999999", "[1, 2, 3]", "[[1]]", "{a: 1}", "{Dense: 3}")  # fmt: skip


def _of_scalar(whole, path, node, always):
    written, line = whole.written(node.span), node.span.line
    if "\n" in written:
        return

    def put(kind, new, role=None):
        return Edit(kind, whole.put(node.span, new), line, role)

    for new in _NEW:
        yield put(f"{new} for a value", new)
    yield put("a list around a value", f"[{written}]")
    yield put("twice in a list", f"[{written}, {written}]")
    yield put("a mapping around a value", f"{{{written}: 1}}")
    yield put("a value in a mapping", f"{{units: {written}}}")
    if isinstance(node.value, int | float) and not isinstance(node.value, bool):
        yield put("a number negated", f"-{written}")
        yield put("a number made huge", f"{written}00000000000")
        yield put("a number in quotes", f"'{written}'")
        yield put("a number with a unit", f"{written}px")
        yield put("a fraction", f"{written}.5")
    if isinstance(node.value, str) and not node.quoted:
        yield put("a text in quotes", f'"{written}"')
        yield put("a text with a letter less", written[:1] + written[2:])
        yield put("a text in other case", written.swapcase())
        yield put("an output of it", f"{written}.1")
        yield put("a named output of it", f"{written}.state")
        yield put("a call of it", f"{written}@1")
        role = value_role(path, node.value) if always else None
        if role == "variable":
            found = VARIABLE.search(written)
            assert found is not None
            yield put("a variable misspelt", written[: found.end(1)] + WRONG + written[found.end(1) :], role)
        elif not any(mark in written for mark in "*?"):
            yield put("a name misspelt", written + WRONG, role)


def _of_flow(whole, node):
    written, line = whole.written(node.span), node.span.line
    inner = written[1:-1]
    other = f"[{inner}]" if written[0] == "{" else f"{{{inner}}}"
    for kind, new in (
        ("an empty list", "[]"),
        ("an empty mapping", "{}"),
        ("null for a list", "null"),
        ("a list of a list", f"[{written}]"),
        ("the other brackets", other),
        ("no brackets", inner),
        ("one bracket less", written[:-1]),
        ("a bracket more", f"{written}{written[-1]}"),
        ("a text for a list", f"'{inner}'" if "'" not in inner else "text"),
    ):
        yield Edit(kind, whole.put(node.span, new), line)
    if isinstance(node, Sequence):
        for item in node.items:
            start, end = whole.ends(item.span)
            rest = whole.text[end:].removeprefix(",")
            yield Edit("an item dropped", whole.text[:start] + rest, line)
            yield Edit("an item doubled", f"{whole.text[:end]}, {whole.text[start:end]}{whole.text[end:]}", line)
        if node.items:
            yield Edit("an item for its list", whole.put(node.span, whole.written(node.items[0].span)), line)


def _of_lines(text):
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        at, end = number + 1, _end(lines, number)
        block = lines[number:end]

        def put(kind, new, start=number, stop=end, at=at):
            return Edit(kind, "\n".join([*lines[:start], *new, *lines[stop:]]), at)

        yield put("lines deleted", [])
        yield put("lines doubled", [*block, *block])
        yield put("lines indented", [f"  {one}" for one in block])
        yield put("lines indented less", [one[2:] if one.startswith("  ") else one for one in block])
        yield put("an item of a list", ["  - " + block[0].strip(), *block[1:]])
        if line.lstrip().startswith("- "):
            yield put("no item of a list", [block[0].replace("- ", "", 1), *block[1:]])
        for shift in (" ", "  ", "\t"):
            yield put("a line indented", [shift + line], stop=at)
        yield put("a line indented less", [line.removeprefix(" ")], stop=at)
        yield put("a line cut", [line[: len(line) // 2]], stop=at)
        yield put("a line without its colon", [line.replace(":", "", 1)], stop=at)
        yield put("a line with a colon more", [line + ":"], stop=at)
        yield put("a line doubled", [line, line], stop=at)
        after = _end(lines, end) if end < len(lines) and _indent(lines[end]) == _indent(line) else None
        if after is not None:
            yield put("lines moved down", [*lines[end:after], *block], stop=after)


def _end(lines, number):
    """Where the lines end that stand below a line."""
    end = number + 1
    while end < len(lines) and lines[end].strip() and _indent(lines[end]) > _indent(lines[number]):
        end += 1
    return end


def _indent(line):
    return len(line) - len(line.lstrip(" "))
