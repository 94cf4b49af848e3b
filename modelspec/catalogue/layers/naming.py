"""What Keras calls a layer inside another layer, and so the weights of that layer. No TensorFlow here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from modelspec.catalogue.tensor import Weight


def snake_case(name: str) -> str:
    """The name Keras gives a layer of the class `name`: `simple_rnn` for SimpleRNN."""
    spaced = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", spaced).lower()


def numbered(names: Iterable[str]) -> tuple[str, ...]:
    """The names of layers of these classes, made one after another: `gru_cell`, `gru_cell_1`."""
    seen: Counter[str] = Counter()
    made = []
    for name in map(snake_case, names):
        made.append(f"{name}_{seen[name]}" if seen[name] else name)
        seen[name] += 1
    return tuple(made)


def prefixed(name: str, weights: Iterable[Weight]) -> tuple[Weight, ...]:
    """An inner layer's weights as the outer layer shows them.

    They stay trainable where the outer layer has `trainable=False`: Keras's argument does not reach inner layers.
    """
    return tuple(weight._replace(name=f"{name}/{weight.name}") for weight in weights)
