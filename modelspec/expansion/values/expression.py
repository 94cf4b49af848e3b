"""The expressions inside `$(…)`: a small part of Python's, evaluated by walking its syntax tree, bounded in size.

Knows numbers, texts, booleans, lists and names, and nothing of specs. There is no attribute and no call but of a few
functions; what could grow (powers, repeated texts, ranges, lists made by `for`) is measured before it is made. The
ready-made evaluators were looked at: they format texts with `%`, which a width can blow up, and tell no columns.
"""

from __future__ import annotations

import ast
import math
import operator
import re
import warnings
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Literal

from modelspec.expansion.values.expression_functions import (
    COMPARISONS,
    FUNCTIONS,
    MOST_ITEMS,
    OPERATORS,
    TAKES,
    NotComputable,
    kind,
    numbers,
)
from modelspec.source.words import visible

LONGEST = 1_000
"""Characters of an expression."""
_MOST_HELD = 100_000
"""Items and characters of a value in all, those of the lists and texts inside it too."""
_MOST_STEPS = 200_000
"""Parts of an expression that are computed, those inside a `for` once for each item, and items that they make."""
_LARGEST = 10**18
_DEEPEST = 50
CONSTANTS: dict[str, Any] = {"true": True, "false": False, "null": None}
"""YAML's words, beside Python's own."""

Lookup = Callable[[str], Any]
"""The value of a name. Raises `ExpressionError` where there is none."""


class ExpressionError(Exception):
    """Why an expression has no value; `start` and `end` are the columns of the part to blame, from 0.

    `meant` is the name that was probably meant, which is all the help there is then.
    """

    def __init__(
        self,
        message: str,
        help: str | None = None,
        start: int = 0,
        end: int | None = None,
        *,
        kind: Literal["unknown name", "no value"] = "no value",
        meant: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.help = help
        self.start = start
        self.end = end
        self.kind = kind
        self.meant = meant

    def at(self, start: int, end: int) -> ExpressionError:
        """The same of another part."""
        return ExpressionError(self.message, self.help, start, end, kind=self.kind, meant=self.meant)


class Unavailable(ExpressionError):
    """A name has no value because what it is computed from has none, which is already reported."""


def evaluate(text: str, lookup: Lookup) -> Any:
    """The value of an expression. Raises `ExpressionError`."""
    return _Evaluator(lookup).value(_parsed(text), 0)


def names_in(text: str) -> frozenset[str]:
    """The names that an expression mentions; none where it cannot be read."""
    try:
        tree = _parsed(text)
    except ExpressionError:
        return frozenset()
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    own = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    return frozenset(node.id for node in names if node.id not in own)


@lru_cache(maxsize=4096)
def _parsed(text: str) -> ast.expr:
    if len(text) > LONGEST:
        raise ExpressionError(f"an expression of {len(text):,} characters; at most {LONGEST:,}", "compute it in `vars`")
    if not text.strip():
        raise ExpressionError("an empty expression", "write for example `$(2 * width)`")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", SyntaxWarning)  # `1if x` is a number and a word to nobody but Python
            return ast.parse(f"({text})", mode="eval").body  # the brackets let it begin with a space
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        reason = _unread(text)
        help = "expressions are Python's: `2 * width`, `filters if wide else 64`, `max(1, n // 2)`, `sizes[i]`"
        raise ExpressionError(f"the expression cannot be read{reason}", help) from error


class _Evaluator:
    """One walk over a syntax tree."""

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self.items_at_hand: dict[str, Any] = {}
        """The names that a `for` inside the expression binds."""
        self.steps = 0
        self.held_by: dict[int, tuple[Any, int]] = {}

    def value(self, node: ast.expr, depth: int) -> Any:
        self.step(node, 1)
        if depth > _DEEPEST:
            raise self.error(node, f"nested deeper than {_DEEPEST} levels", "compute parts of it in `vars`")
        handle = _HANDLERS.get(type(node))
        if handle is None:
            what = _REFUSED.get(type(node), f"{type(node).__name__} is not allowed in an expression")
            raise self.error(node, what, "an expression may have numbers, strings, lists, operators, and the functions "
                             + ", ".join(FUNCTIONS))  # fmt: skip
        try:
            found = handle(self, node, depth + 1)
        except ExpressionError:
            raise
        except (NotComputable, ArithmeticError, TypeError, ValueError, LookupError) as error:
            raise self.error(node, _reason(error)) from error
        return self.bounded(found, node)

    def error(self, node: ast.expr, message: str, help: str | None = None) -> ExpressionError:
        return ExpressionError(message, help, *_columns(node))

    def bounded(self, value: Any, node: ast.expr) -> Any:
        if isinstance(value, bool) or value is None:
            return value
        if isinstance(value, int) and abs(value) > _LARGEST:
            raise self.error(node, "a number of more than 18 digits")
        if isinstance(value, float) and not math.isfinite(value):
            raise self.error(node, "a number that is not finite")
        if isinstance(value, complex):
            raise self.error(node, "the root of a negative number")
        if isinstance(value, str | list) and len(value) > MOST_ITEMS:
            raise self.too_long(node, value)
        if isinstance(value, str | list):
            self.step(node, len(value))
        if isinstance(value, list):
            self.may_hold(node, self.held(value))
        return value

    def step(self, node: ast.expr, count: int) -> None:
        self.steps += count
        if self.steps > _MOST_STEPS:
            raise self.error(node, f"more than {_MOST_STEPS:,} steps to compute")

    def held(self, value: Any) -> int:
        """How much a value holds in all; what stands in it several times counts each time."""
        if isinstance(value, str):
            return 1 + len(value)
        if isinstance(value, dict):
            return 1 + sum(1 + self.held(item) for item in value.values())
        if not isinstance(value, list):
            return 1
        known = self.held_by.get(id(value))
        if known is None or known[1] < len(value):
            known = self.held_by[id(value)] = (value, 1 + sum(self.held(item) for item in value))
        return known[1]

    def may_hold(self, node: ast.expr, held: int) -> None:
        if held > _MOST_HELD:
            raise self.error(node, f"more than {_MOST_HELD:,} items and characters in all")

    def too_long(self, node: ast.expr, value: str | list[Any]) -> ExpressionError:
        what = "characters" if isinstance(value, str) else "items"
        return self.error(node, f"more than {MOST_ITEMS:,} {what}")

    def constant(self, node: ast.Constant, depth: int) -> Any:
        if isinstance(node.value, bool | int | float | str) or node.value is None:
            return node.value
        raise self.error(node, f"{type(node.value).__name__} cannot be a value in a spec")

    def name(self, node: ast.Name, depth: int) -> Any:
        if node.id in CONSTANTS:
            return CONSTANTS[node.id]
        if node.id in self.items_at_hand:
            return self.items_at_hand[node.id]
        try:
            return self.lookup(node.id)
        except Unavailable:
            raise
        except ExpressionError as error:
            raise error.at(*_columns(node)) from error

    def items(self, node: ast.List | ast.Tuple, depth: int) -> Any:
        return [self.value(item, depth) for item in node.elts]

    def unary(self, node: ast.UnaryOp, depth: int) -> Any:
        value = self.value(node.operand, depth)
        if isinstance(node.op, ast.Not):
            return not value
        if isinstance(node.op, ast.Invert):
            raise self.error(node, "`~` is not allowed in an expression", "write `not`")
        numbers(value)
        return -value if isinstance(node.op, ast.USub) else +value

    def binary(self, node: ast.BinOp, depth: int) -> Any:
        left, right = self.value(node.left, depth), self.value(node.right, depth)
        operate = OPERATORS.get(type(node.op))
        if operate is None:
            raise self.error(node, "the operator is not allowed in an expression", "operators are + - * / // % **")
        if isinstance(node.op, ast.Mult) and (isinstance(left, str | list) or isinstance(right, str | list)):
            return self.repeated(node, left, right)
        if isinstance(node.op, ast.Add) and isinstance(left, str | list) and type(left) is type(right):
            return operator.concat(left, right)
        numbers(left, right)
        if isinstance(node.op, ast.Pow):
            return self.power(node, left, right)
        return operate(left, right)

    def repeated(self, node: ast.BinOp, left: Any, right: Any) -> Any:
        many, times = (left, right) if isinstance(left, str | list) else (right, left)
        if isinstance(times, bool) or not isinstance(times, int):
            raise NotComputable("a string or a list can only be repeated a whole number of times")
        if len(many) * times > MOST_ITEMS:
            raise self.too_long(node, many)
        self.may_hold(node, self.held(many) * times)
        return many * times

    def power(self, node: ast.BinOp, base: Any, exponent: Any) -> Any:
        if (
            isinstance(base, int)
            and isinstance(exponent, int)
            and abs(base) > 1
            and exponent * math.log2(abs(base)) > 60
        ):
            raise self.error(node, "a number of more than 18 digits")
        return base**exponent

    def both(self, node: ast.BoolOp, depth: int) -> Any:
        stops_at = isinstance(node.op, ast.Or)
        value: Any = None
        for part in node.values:
            value = self.value(part, depth)
            if bool(value) == stops_at:
                return value
        return value

    def comparison(self, node: ast.Compare, depth: int) -> Any:
        left = self.value(node.left, depth)
        for sort, part in zip(node.ops, node.comparators, strict=True):
            right = self.value(part, depth)
            compare = COMPARISONS.get(type(sort))
            if compare is None:
                raise self.error(node, "`is` is not allowed in an expression", "write `==`")
            if not compare(left, right):
                return False
            left = right
        return True

    def choice(self, node: ast.IfExp, depth: int) -> Any:
        return self.value(node.body if self.value(node.test, depth) else node.orelse, depth)

    def item(self, node: ast.Subscript, depth: int) -> Any:
        whole = self.value(node.value, depth)
        if isinstance(node.slice, ast.Slice):
            raise self.error(node, "slices are not allowed in an expression", "take one item: `sizes[i]`")
        index = self.value(node.slice, depth)
        if isinstance(whole, dict):
            if index not in whole:
                raise self.error(node, f"there is no key {index!r}", f"its keys are {', '.join(whole)}")
            return whole[index]
        if not isinstance(whole, list | str):
            raise self.error(node, f"{kind(whole)} has no items")
        if isinstance(index, bool) or not isinstance(index, int):
            raise self.error(node, f"an index is a whole number; received {kind(index)}")
        if not -len(whole) <= index < len(whole):
            many = f"a list of {len(whole)}" if isinstance(whole, list) else f"a string of {len(whole)} characters"
            raise self.error(node, f"there is no item {index} in {many}", "items count from 0")
        return whole[index]

    def made(self, node: ast.ListComp | ast.GeneratorExp, depth: int) -> Any:
        """A list made by `for`: `[2 * k for k in sizes if k > 1]`."""
        found: list[Any] = []
        before = dict(self.items_at_hand)
        try:
            self.loop(node, node.generators, found, depth)
        finally:
            self.items_at_hand = before
        return found

    def loop(
        self, node: ast.ListComp | ast.GeneratorExp, left: list[ast.comprehension], found: list[Any], depth: int
    ) -> None:
        if not left:
            value = self.value(node.elt, depth)
            if len(found) >= MOST_ITEMS:
                raise self.too_long(node, found)
            found.append(value)
            if isinstance(value, str | list):
                self.may_hold(node, self.held(value) * len(found))
            return
        each = left[0]
        values = self.value(each.iter, depth)
        if not isinstance(values, list | str):
            raise self.error(each.iter, f"`for` needs a list; received {kind(values)}")
        for value in values:
            self.bind(each.target, value)
            if all(self.value(test, depth) for test in each.ifs):
                self.loop(node, left[1:], found, depth)

    def bind(self, target: ast.expr, value: Any) -> None:
        """Give a name of a `for` its value; several names take a list's items."""
        if isinstance(target, ast.Name) and target.id not in RESERVED:
            self.items_at_hand[target.id] = value
            return
        names = target.elts if isinstance(target, ast.Tuple | ast.List) else []
        if not names:
            raise self.error(target, "`for` needs a name for each item", "write for example `for k in sizes`")
        if not isinstance(value, list | str) or len(value) != len(names):
            raise self.error(target, f"{len(names)} names for {kind(value)} that has not {len(names)} items")
        for name, item in zip(names, value, strict=True):
            self.bind(name, item)

    def text(self, node: ast.JoinedStr, depth: int) -> Any:
        """A text with values in it: `f'branch_{k}'`."""
        parts = []
        for part in node.values:
            value = self.value(part.value if isinstance(part, ast.FormattedValue) else part, depth)
            if isinstance(part, ast.FormattedValue) and (part.format_spec is not None or part.conversion != -1):
                raise self.error(node, "a value in a string cannot have a format", "write `{k}` alone")
            if isinstance(value, bool) or not isinstance(value, str | int | float):
                raise self.error(node, f"only a string or a number fits into a string; received {kind(value)}")
            parts.append(str(value))
        return "".join(parts)

    def call(self, node: ast.Call, depth: int) -> Any:
        name = node.func.id if isinstance(node.func, ast.Name) else None
        function = None if name is None else FUNCTIONS.get(name)
        if name is None or function is None:
            shown = f"there is no function '{visible(name)}'" if name else "only functions can be called"
            raise self.error(node, shown, f"functions are {', '.join(FUNCTIONS)}")
        if node.keywords or any(isinstance(item, ast.Starred) for item in node.args):
            raise self.error(node, f"{name} takes values only")
        least, most = TAKES.get(name, (0, len(node.args)))
        if not least <= len(node.args) <= most:
            count = f"{least} value" if most == 1 else f"{least} to {most} values"
            raise self.error(node, f"{name} takes {count}; received {len(node.args)}")
        return function(*(self.value(item, depth) for item in node.args))


def _columns(node: ast.expr) -> tuple[int, int]:
    return node.col_offset - 1, (node.end_col_offset or 1) - 1


def _unread(text: str) -> str:
    """What is likely to be wrong with the text of an expression that is none."""
    if re.search(r"(?<![=!<>:])=(?!=)", text):
        return ": `=` sets a value, and `==` compares"
    if re.search(r"(?<![\w.])0\d", text):
        return ": a whole number does not begin with 0"
    return ""


def _reason(error: Exception) -> str:
    if isinstance(error, ZeroDivisionError):
        return "a division by zero"
    if isinstance(error, OverflowError):
        return "a number that is too large"
    return str(error) if isinstance(error, NotComputable) else "values that cannot be combined"


RESERVED = frozenset(
    {*FUNCTIONS, *CONSTANTS, "True", "False", "None", "and", "or", "not", "if", "else", "in", "is", "for", "lambda"}
)
"""What cannot be the name of a variable."""
_HANDLERS: dict[type[ast.expr], Callable[..., Any]] = {
    ast.Constant: _Evaluator.constant, ast.Name: _Evaluator.name, ast.List: _Evaluator.items,
    ast.Tuple: _Evaluator.items, ast.UnaryOp: _Evaluator.unary, ast.BinOp: _Evaluator.binary,
    ast.BoolOp: _Evaluator.both, ast.Compare: _Evaluator.comparison, ast.IfExp: _Evaluator.choice,
    ast.Subscript: _Evaluator.item, ast.Call: _Evaluator.call, ast.ListComp: _Evaluator.made,
    ast.GeneratorExp: _Evaluator.made, ast.JoinedStr: _Evaluator.text,
}  # fmt: skip
_REFUSED: dict[type[ast.expr], str] = {
    ast.Attribute: "there are no attributes in an expression",
    ast.NamedExpr: "an expression cannot set a variable",
    ast.Lambda: "an expression cannot define functions",
    ast.Dict: "there are no mappings in an expression",
}
