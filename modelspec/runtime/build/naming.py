"""Names inside the Keras model: the spec gives them, and nothing else in the process has a say in them.

Keras names what is given no name (functions of `keras.ops`, layers and random states inside layers, an optimizer) by counters
of the whole thread, and refuses a model in which two operations have one name. Must not know what is named.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import keras

from modelspec.runtime.backend.private import name_counters, operation_behind, set_name_counters

_NUMBERED = re.compile(r"(.+)_([0-9]+)")


@contextmanager
def fresh_names(given: Iterable[str] = ()) -> Iterator[None]:
    """Within, Keras counts from the beginning and makes none of the `given` names; afterwards it knows of both.

    What a user makes later in this thread gets no name that was made within.
    """
    before = name_counters()
    within = _counters(given)
    set_name_counters(within)
    try:
        yield
    finally:
        for name, count in (before or {}).items():
            within[name] = max(within[name], count)
        set_name_counters(within)


def _counters(given: Iterable[str]) -> defaultdict[str, int]:
    """Counters that have come past every given name: `add_3` is one of `add`, of which the next is then `add_4`."""
    counters: defaultdict[str, int] = defaultdict(int)
    for name in given:
        counters[name] = max(counters[name], 1)
        numbered = _NUMBERED.fullmatch(name)
        if numbered is not None:
            base, number = numbered.groups()
            counters[base] = max(counters[base], int(number) + 1)
    return counters


def name_function(result: Any, inputs: Any, name: str) -> None:
    """Give the function that made these symbolic tensors a name; none where it only handed on what it was given.

    On real tensors a function leaves no trace.
    """
    taken = {id(tensor) for tensor in keras.tree.flatten(inputs)}
    for tensor in keras.tree.flatten(result):
        if isinstance(tensor, keras.KerasTensor) and id(tensor) not in taken:
            operation_behind(tensor).name = name
            return
