"""Where `null` is a value, and where it takes away what stands there: under `extends`, in `--set` and in a stage.

Keras takes None as an argument of many objects, so there it is a value, and so it is as a variable's value, as the loss of
an output and as a size. Every other key of the language has no use for it. Must not know any object.
"""

from __future__ import annotations

from modelspec.source import Node, Scalar

_NAMED = ("inputs", "outputs", "models", "shared", "blocks")
"""Mappings whose keys are the user's own names, which may look like those of objects."""
_VALUES = ("vars", "params", "with", "from")
"""Mappings that hold values."""


def is_null(node: Node) -> bool:
    """Whether the value is `null`, or nothing."""
    return isinstance(node, Scalar) and node.value is None


def takes_null(path: tuple[str, ...]) -> bool:
    """Whether `null` at this path is a value of its own: `layers.0.LSTM.activation`, `outputs.y.loss`, `vars.width`."""
    for index, part in enumerate(path):
        above = path[index - 1] if index else ""
        if part.startswith("x-") and index == 0:
            return True
        if above in _VALUES or (above == "shape" and "inputs" in path) or _is_size(path, index):
            return True
        if (part[:1].isupper() or part.startswith("ops.")) and above not in _NAMED:
            return True
    return path[-1:] == ("loss",) and path[:1] == ("outputs",)


def _is_size(path: tuple[str, ...], index: int) -> bool:
    """Whether this part is an item of an input's shape, written as a list: `inputs.x.0`."""
    return index > 1 and path[index - 2] == "inputs" and path[index].lstrip("-").isdigit()
