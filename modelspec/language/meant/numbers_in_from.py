"""Numbers in `from`, where tensors stand: told with the argument of the function that they are meant for."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from modelspec.catalogue.ops import find_op
from modelspec.catalogue.ops.op import Op
from modelspec.diagnostics import Diagnostic
from modelspec.language.meant.written import owner_of
from modelspec.source import Place, Scalar, Sequence
from modelspec.source.words import describe
from modelspec.source.yaml.flow import short_yaml

_MERGING = {"Add": "add", "Subtract": "subtract", "Multiply": "multiply", "Maximum": "maximum", "Minimum": "minimum"}
"""The function that does with a number what the layer does with tensors."""


def numbers_among(place: Place, given: Place, beside: Collection[str], problems: list[Diagnostic]) -> bool:
    """Whether a step's `from` holds numbers that are arguments of its function, which is reported; `beside` are no functions."""
    key, below = next(((key, below) for key, below in place.entries() if key not in beside), ("", given))
    if not (key.startswith("ops.") or key in _MERGING) or not any(map(_is_number, _items(given))):
        return False  # before the function is looked for: most steps hold no numbers there
    op = find_op(_MERGING.get(key, key.removeprefix("ops.")))
    if op is None or op.list_parameter is not None:
        return False
    items = _by_parameters(op, given)
    numbers = {name: item for name, item in items.items() if _is_number(item)}
    others = [item.node.value for name, item in items.items() if isinstance(item.node, Scalar) and name not in numbers]
    if not numbers or not numbers.keys() <= op.model_fields.keys() or len(others) + len(numbers) < len(items):
        return False
    arguments = {**dict(below.entries()), **numbers}
    shown = ", ".join(f"{name}: {short_yaml(item.node) or '…'}" for name, item in arguments.items())
    rest = f"`from: {others[0]}`" if len(others) == 1 else f"`from: [{', '.join(map(str, others))}]`"
    number = next(iter(numbers.values()))
    message = f"{key}: expected a reference; received {describe(number.node)}"
    help = f"a number is an argument: write `{owner_of(op)}: {{{shown}}}` and {rest if others else 'name a tensor in `from`'}"
    problems.append(number.problem("MS203", message, help))
    return True


def _items(given: Place) -> Iterator[Place]:
    yield from given.items()
    yield from (item for _, item in given.entries())


def _by_parameters(op: type[Op], given: Place) -> dict[str, Place]:
    """What `from` gives, by the parameters that it stands for."""
    if not isinstance(given.node, Sequence):
        return dict(given.entries())
    parameters = dict.fromkeys((*op.tensor_parameters, *op.model_fields))
    return dict(zip(parameters, given.items(), strict=False))


def _is_number(place: Place) -> bool:
    value = place.node.value if isinstance(place.node, Scalar) else None
    return isinstance(value, int | float) and not isinstance(value, bool)
