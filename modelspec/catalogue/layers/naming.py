"""What Keras calls layers inside another layer, and so the weights of those layers. No TensorFlow here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.layers.rules import default_name
from modelspec.catalogue.tensor import Weight


def default_names(layers: Iterable[Layer]) -> tuple[str, ...]:
    """The names that Keras gives these layers, made one after another: `gru_cell`, `gru_cell_1`."""
    seen: Counter[str] = Counter()
    made = []
    for name in map(default_name, layers):
        made.append(f"{name}_{seen[name]}" if seen[name] else name)
        seen[name] += 1
    return tuple(made)


def prefixed(name: str, weights: Iterable[Weight]) -> tuple[Weight, ...]:
    """An inner layer's weights as the outer layer shows them.

    They stay trainable where the outer layer has `trainable=False`: Keras's argument does not reach inner layers.
    """
    return tuple(weight._replace(name=f"{name}/{weight.name}") for weight in weights)
