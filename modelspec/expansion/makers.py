"""The functions that take no tensor: a step of theirs takes nothing, not the step above.

The one thing that is known of functions before the catalogue is asked.
"""

from __future__ import annotations

from modelspec.source import Mapping, Node

MAKERS = frozenset(
    f"ops.{name}"
    for name in (
        "arange", "bartlett", "blackman", "empty", "eye", "full", "hamming", "hanning", "identity", "kaiser", "ones",
        "tri", "zeros",
    )
)  # fmt: skip
SPACED = frozenset({"ops.geomspace", "ops.linspace", "ops.logspace"})
"""These take no tensor where `start` and `stop` are numbers."""


def takes_nothing(step: Node) -> bool:
    """Whether a step makes a tensor of its arguments alone."""
    for key, item in step.entries.items() if isinstance(step, Mapping) else ():
        if key in MAKERS:
            return True
        if key in SPACED:
            return isinstance(item.value, Mapping) and {"start", "stop"} <= item.value.entries.keys()
    return False
