"""What the training rows taught: the labels of targets in words, what fills gaps of inputs, and arguments of layers.

It is a value of a run, which gives it to whatever rows come later. No numpy here; must not know how it is learnt.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Learned:
    """Labels by the output's name, in the order of the classes; by the input's, a number for each number of a row.

    `layers` has the arguments that layers learned, such as `mean` or `vocabulary`, by the path of the layer.
    """

    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fills: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    layers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.labels or self.fills or self.layers)

    def written(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "labels": {name: list(labels) for name, labels in self.labels.items()},
            "fills": {name: list(numbers) for name, numbers in self.fills.items()},
            "layers": {path: dict(arguments) for path, arguments in self.layers.items()},
        }

    def fingerprint(self) -> dict[str, str]:
        """What tells it from what other rows teach, by the words that a user knows."""
        return {
            f"learned.{kind}.{name}": hashlib.sha256(json.dumps(values).encode()).hexdigest()
            for kind, each in self.written().items()
            for name, values in each.items()
        }


NOTHING = Learned()
