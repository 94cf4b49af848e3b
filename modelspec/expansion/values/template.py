"""`$name`, `$(expression)` and `$$` in the values of a spec: one value, or a whole tree of them, with a scope's names.

Knows nothing of what stands where in a spec.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple, Protocol

from modelspec.diagnostics import Diagnostic, Span
from modelspec.expansion.budget import TooLong, ValueBudget
from modelspec.expansion.values.expression import ExpressionError, Unavailable, evaluate, names_in
from modelspec.source import Mapping, Node, Place, Scalar, Sequence, plain
from modelspec.source.nodes import Item
from modelspec.source.origins import BlockUse, SetAt
from modelspec.source.words import describe

_LONGEST_TEXT = 10_000
"""Characters of a text that is put together."""
_CHOICE = re.compile(r"\b(?:if|and|or|for)\b")
_MARK = re.compile(r"\$(?:\$|\(|\{|([A-Za-z_][A-Za-z0-9_]*))?")


class NamesHere(Protocol):
    """The variables, parameters and loop variables that can be used at some place."""

    def node(self, name: str) -> Node:
        """The value of a name. Raises `ExpressionError` where there is none."""

    def setting(self, name: str) -> SetAt | None:
        """Where the name got its value."""


class Piece(NamedTuple):
    """A part of a string: literal, a name, or an expression; `start` and `end` are its columns in the text, from 0."""

    kind: str
    text: str
    start: int
    end: int


def has_template(node: Node) -> bool:
    """Whether any text in a tree has a `$`."""
    if isinstance(node, Scalar):
        return isinstance(node.value, str) and "$" in node.value
    if isinstance(node, Sequence):
        return any(has_template(item) for item in node.items)
    return any(has_template(item.value) for item in node.entries.values())


def mentions(node: Node, names: set[str]) -> bool:
    """Whether a string uses one of the names."""
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        return False
    try:
        found = list(pieces(node.value))
    except ExpressionError:
        return False
    return any(
        (piece.kind == "name" and piece.text in names) or (piece.kind == "expression" and names & names_in(piece.text))
        for piece in found
    )


def surely_used(node: Node) -> Iterator[str]:
    """The names in a tree whose values it needs: all but those of expressions that may go round some of theirs."""
    if not isinstance(node, Scalar):
        for value in node.items if isinstance(node, Sequence) else [item.value for item in node.entries.values()]:
            yield from surely_used(value)
    elif isinstance(node.value, str) and "$" in node.value:
        try:
            found = list(pieces(node.value))
        except ExpressionError:
            return
        for piece in found:
            if piece.kind == "name":
                yield piece.text
            elif piece.kind == "expression" and not _CHOICE.search(piece.text):
                yield from names_in(piece.text)


def pieces(text: str) -> Iterator[Piece]:
    """The parts of a string. Raises `ExpressionError` for an expression that is not closed, and for `${`."""
    done = 0
    while done < len(text):
        found = _MARK.search(text, done)
        if found is None:
            yield Piece("text", text[done:], done, len(text))
            return
        start, end = found.span()
        if start > done:
            yield Piece("text", text[done:start], done, start)
        mark = found.group()
        if mark in ("$$", "$"):
            yield Piece("text", "$", start, end)
        elif mark == "${":
            help = "write `$name` for a variable, and `$$` for a dollar sign"
            raise ExpressionError("templates such as ${name} are not expanded", help, start, end)
        elif mark == "$(":
            end = _closing(text, start)
            yield Piece("expression", text[start + 2 : end - 1], start, end)
        else:
            yield Piece("name", mark[1:], start, end)
        done = end


def _closing(text: str, start: int) -> int:
    """The column after the bracket that closes the one of `$(` at `start`; brackets in quoted texts do not count."""
    depth, quote = 0, ""
    for column in range(start + 1, len(text)):
        char = text[column]
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
            if depth == 0:
                return column + 1
    help = "close it with `)`; inside `{…}` and `[…]` an expression with a comma, or with brackets of its own, needs quotes"
    raise ExpressionError("the expression does not end", help, start, len(text))


class Template:
    """Puts the values of names into trees; remembers which trees have nothing to put in, so that copies share them."""

    def __init__(self, problems: list[Diagnostic], budget: ValueBudget) -> None:
        self.problems = problems
        self.budget = budget
        self.refused: list[Span] = []
        """Where values stand that could not be computed."""
        self.trail: tuple[BlockUse, ...] = ()
        """The uses and copies inside which values are put in right now."""
        self._plain: dict[int, tuple[Node, bool]] = {}

    def tell(self, problem: Diagnostic) -> None:
        """Report a problem, with the uses that led to it."""
        self.problems.append(replace(problem, related=(*problem.related, *(use.note for use in self.trail))))

    def fill(self, place: Place, names: NamesHere) -> Node:
        """The tree at `place` with every name and expression replaced; what has no value stays, and is reported."""
        node = place.node
        if not self._has_template(node):
            return node
        if isinstance(node, Scalar):
            return self.scalar(place, names)
        if isinstance(node, Sequence):
            items = tuple(self.fill(item, names) for item in place.items())
            if any(is_refused(item) for item in items):
                self.refused.append(node.span)  # what is said of the list only follows from its item
            return node._replace(items=items)
        entries = {
            key: item._replace(value=self.fill(below, names))
            for (key, item), (_, below) in zip(node.entries.items(), place.entries(), strict=True)
        }
        return node._replace(entries=entries)

    def _has_template(self, node: Node) -> bool:
        if isinstance(node, Scalar):
            return isinstance(node.value, str) and "$" in node.value
        known = self._plain.get(id(node))
        if known is None:
            known = self._plain[id(node)] = (node, has_template(node))
        return known[1]

    def scalar(self, place: Place, names: NamesHere) -> Node:
        """One text with its names and expressions replaced; nothing (null) where one of them has no value."""
        node = place.node
        assert isinstance(node, Scalar)
        assert isinstance(node.value, str)
        piece: Piece | None = None
        try:
            parts = list(pieces(node.value))
            if len(parts) == 1 and parts[0].kind != "text":
                piece = parts[0]
                made = _whole(piece, node.span, names)._replace(alias=node.alias, merges=node.merges)
                self.bounded(self.budget.problem(made, place))
                return made
            texts = []
            for piece in parts:
                texts.append(piece.text if piece.kind == "text" else _inserted(_value(piece, names)))
            length = sum(map(len, texts))
            if length > max(_LONGEST_TEXT, len(node.value)):
                raise ExpressionError(f"a string of more than {_LONGEST_TEXT:,} characters")
            text = node._replace(value="".join(texts), quoted=True)
            self.bounded(self.budget.problem(text, place))
            return text
        except Unavailable:
            pass
        except ExpressionError as error:
            longer = piece is not None and (piece.start, piece.end) != (0, len(node.value))
            self.report(place, _that_fits(error, names) if longer else error, piece)
        self.refused.append(node.span)
        return Scalar(NO_VALUE, node.span)

    def bounded(self, problem: Diagnostic | None) -> None:
        """End the expansion at a value that is too much. Raises `TooLong`."""
        if problem is not None:
            if not self.budget.told:
                self.budget.told = True
                self.tell(problem)
            raise TooLong

    def report(self, place: Place, error: ExpressionError, piece: Piece | None) -> None:
        """Tell why an expression has no value, at the part of it that is to blame."""
        offset = 0 if piece is None else piece.start + (2 if piece.kind == "expression" else 0)
        end = error.end if error.end is not None else (0 if piece is None else piece.end - offset)
        narrow = narrowed(place.node, offset + error.start, offset + end)
        code = "MS142" if error.kind == "unknown name" else "MS143"
        pointed = place._replace(node=Scalar(None, narrow))
        help = error.help or _HELP
        if error.meant is not None:
            dollar = "$" if piece is not None and piece.kind == "name" else ""  # a part of what is pointed at
            help = f"did you mean '{dollar}{error.meant}'?"
        self.tell(pointed.problem(code, error.message, help))


_HELP = (
    "an expression may have numbers, strings, booleans, lists, names, + - * / // % **, comparisons, `and or not`, "
    "`x if c else y`, items such as `sizes[0]`, and min max int round len range"
)


class _NoValue:
    """Stands for a value that could not be computed. It is of no type, so that whatever needs it is refused, silently."""

    def __repr__(self) -> str:
        return "no value"


NO_VALUE: Any = _NoValue()


def narrowed(node: Node, start: int, end: int) -> Span:
    """The part of a string's span between two columns of the text, where the text stands in one line as it is."""
    span = node.span
    value = node.value if isinstance(node, Scalar) else None
    if not isinstance(value, str) or span.line != span.end_line or end <= start:
        return span
    width = span.end_column - span.column
    before = {len(value): 0, len(value) + 2: 1}.get(width)
    if before is None:
        return span
    column = span.column + before
    return span._replace(column=column + start, end_column=column + end)


def _whole(piece: Piece, span: Span, names: NamesHere) -> Node:
    """The value of a text that is nothing but one name or expression, with its type."""
    if piece.kind == "name":
        found = _node(piece.text, names)
        return found._replace(span=span, origin=names.setting(piece.text))
    return to_node(_value(piece, names), span, _settings(piece.text, names))


def _settings(expression: str, names: NamesHere) -> SetAt | None:
    """Where the one name of an expression got its value; of several, none is more to blame than the others."""
    used = [found for name in sorted(names_in(expression)) if (found := names.setting(name)) is not None]
    return used[0] if len(used) == 1 else None


def _value(piece: Piece, names: NamesHere) -> Any:
    if piece.kind == "name":
        return plain(_node(piece.text, names))
    return evaluate(piece.text, lambda name: plain(_node(name, names)))


def _node(name: str, names: NamesHere) -> Node:
    found = names.node(name)
    if is_refused(found):
        raise Unavailable(f"'{name}' has no value")
    return found


def is_refused(node: Node) -> bool:
    """Whether a value could not be computed, which is already reported."""
    return isinstance(node, Scalar) and node.value is NO_VALUE


def _that_fits(error: ExpressionError, names: NamesHere) -> ExpressionError:
    """The error without a guess whose value could not stand in a longer text either."""
    if error.meant is None:
        return error
    try:
        _inserted(plain(_node(error.meant, names)))
    except (ExpressionError, Unavailable):
        help = "set it under `vars`; a literal dollar sign is written `$$`"
        return ExpressionError(error.message, help, error.start, error.end, kind=error.kind)
    return error


def _inserted(value: Any) -> str:
    """A value as it stands in a longer text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    found = describe(to_node(value, Span("", 1, 1, 1, 1), None))
    raise ExpressionError(f"only a string, a number or a boolean fits into a longer string; received {found}")


def to_node(value: Any, span: Span, origin: SetAt | None) -> Node:
    """A plain value as a node; every part of it stands at `span`."""
    if isinstance(value, list):
        return Sequence(tuple(to_node(item, span, origin) for item in value), span, origin)
    if isinstance(value, dict):
        return Mapping({key: Item(span, to_node(item, span, origin)) for key, item in value.items()}, span, origin)
    return Scalar(value, span, isinstance(value, str), origin)
