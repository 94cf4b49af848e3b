"""The rows that a model is fed with. Training, evaluating and predicting see nothing else of data.

Rows in memory are `ArrayRows`; others only have to be taken by their numbers, in any order, any number of times.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np

from modelspec.data.arrays import Arrays
from modelspec.data.mapped import MappedNumbers, mappings, refuse_changed
from modelspec.graph import ShapedNetwork
from modelspec.graph.questions.outputs import class_weights, losses
from modelspec.graph.questions.wanted import losses_of_a_row

if TYPE_CHECKING:
    from modelspec.data.order import Indices

Parts = tuple[dict[str, Any], ...]
"""(inputs,), (inputs, targets) or (inputs, targets, sample weights): each a mapping of arrays, rows first."""


class Rows(Protocol):
    """Some rows of a split, ready to be fed."""

    @property
    def count(self) -> int:
        """How many there are."""

    @property
    def held(self) -> bool:
        """Whether they are in memory."""

    def take(self, which: Indices | slice) -> Parts:
        """Those of these numbers, in this order."""


@dataclass(frozen=True, slots=True)
class ArrayRows:
    """Rows that are in memory."""

    arrays: Parts
    count: int
    held: ClassVar[bool] = True

    def take(self, which: Indices | slice) -> Parts:
        """Those of these numbers, in this order; a slice copies nothing."""
        return tuple({name: values[which] for name, values in part.items()} for part in self.arrays)


@dataclass(frozen=True, slots=True)
class MappedRows:
    """Rows some of which are in files. Taking them copies them, and raises `SpecError` where a file has changed."""

    rows: ArrayRows
    files: tuple[MappedNumbers, ...]
    held: ClassVar[bool] = False

    @property
    def count(self) -> int:
        """How many there are."""
        return self.rows.count

    def take(self, which: Indices | slice) -> Parts:
        """Those of these numbers, in this order."""
        refuse_changed(self.files)
        taken = self.rows.take(which)
        if isinstance(which, slice):  # of which numpy makes no copy
            taken = tuple({name: np.array(values) for name, values in part.items()} for part in taken)
        refuse_changed(self.files)
        return taken


def rows(source: Arrays) -> Rows:
    """The rows of a split: inputs and, where they are wanted, targets and weights."""
    parts = (source.inputs, source.targets, source.weights)
    made = ArrayRows(tuple(part for part in parts if part), source.rows)
    files = mappings(values for part in parts for values in part.values())
    return MappedRows(made, files) if files else made


@dataclass(frozen=True, slots=True)
class WeightedRows:
    """Rows each of which weighs what its class does."""

    rows: Rows
    by_class: Mapping[str, dict[int, float]]
    network: ShapedNetwork

    @property
    def count(self) -> int:
        """How many there are."""
        return self.rows.count

    @property
    def held(self) -> bool:
        """Whether they are in memory."""
        return self.rows.held

    def take(self, which: Indices | slice) -> Parts:
        """Those of these numbers, in this order, with their weights."""
        inputs, targets, *columns = self.rows.take(which)
        taken = len(next(iter(inputs.values())))
        weights = {name: _weights(np.asarray(targets[name]), weight) for name, weight in self.by_class.items()}
        return inputs, targets, for_all({**(columns[0] if columns else {}), **weights}, taken, self.network)


def weighted(rows: Rows, network: ShapedNetwork) -> Rows:
    """The rows to train with: where classes weigh, each row weighs what its class does."""
    wanted = class_weights(network)
    if not wanted:
        return rows
    targets = rows.take(slice(0, rows.count))[1] if "balanced" in wanted.values() else {}
    by_class = {
        name: _balanced(np.asarray(targets[name])) if weights == "balanced" else weights
        for name, weights in wanted.items()
    }
    return WeightedRows(rows, by_class, network)


def _balanced(values: Any) -> dict[int, float]:
    """Weights with which all classes of these targets weigh the same, and a row 1 on average: rows / (classes * rows of it).

    As `balanced` of scikit-learn (https://scikit-learn.org, `compute_class_weight`): classes without rows do not count.
    """
    numbers, counts = np.unique(_classes(values), return_counts=True)
    return {
        int(number): len(values) / (len(numbers) * int(count)) for number, count in zip(numbers, counts, strict=True)
    }


def _classes(values: Any) -> Any:
    """The class of each row as Keras has it: the largest of one-hot targets, the nearest whole number otherwise."""
    classes = np.argmax(values, axis=-1) if values.ndim > 1 and values.shape[-1] > 1 else values
    return np.round(classes.reshape(len(values))).astype(np.int64)


def _weights(values: Any, class_weight: dict[int, float]) -> Any:
    """A weight per row by its class."""
    classes = _classes(values)
    weights = np.ones(len(values), dtype=np.float32)
    for number, weight in class_weight.items():
        weights[classes == number] = weight
    return weights


def for_all(weights: dict[str, Any], count: int, network: ShapedNetwork) -> dict[str, Any]:
    """Weights for every output as Keras wants them where there are some: as many axes as the losses, and else ones."""
    trained, made = losses(network), {}
    for output in network.outputs:
        found = weights.get(output.name, np.broadcast_to(np.float32(1), (count,)))
        within = len(losses_of_a_row(network, output)) if output.name in trained else 0
        made[output.name] = found.reshape(*found.shape, *[1] * (within + 1 - found.ndim))
    return made
