"""What the training rows taught a run, in short."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modelspec.data.learned import Learned

_SHOWN = 5


def learned_text(learned: Learned) -> dict[str, str]:
    """A line for each output, input and layer that was taught something."""
    lines = {f"outputs.{name}": f"labels {_listed(labels)}" for name, labels in learned.labels.items()}
    lines |= {f"inputs.{name}": f"gaps are filled with {_listed(numbers)}" for name, numbers in learned.fills.items()}
    for path, arguments in learned.layers.items():
        lines[path] = "; ".join(_argument(name, value) for name, value in arguments.items() if name != "idf_weights")
    return lines


def _argument(name: str, value: Any) -> str:
    values = list(_flat(value))
    if name == "vocabulary":
        return f"vocabulary of {len(values):,}: {_listed(values)}"
    return f"{name} {_listed(values)}"


def _flat(value: Any) -> Iterator[Any]:
    if isinstance(value, tuple):
        for item in value:
            yield from _flat(item)
    else:
        yield value


def _listed(values: Any) -> str:
    shown = ", ".join(f"{value:.4g}" if isinstance(value, float) else str(value) for value in values[:_SHOWN])
    return f"{shown}, …" if len(values) > _SHOWN else shown
