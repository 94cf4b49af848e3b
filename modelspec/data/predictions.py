"""What a model says of some rows, with the columns that go along. Must not know the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from modelspec.data.arrays import Kept


@dataclass(frozen=True, slots=True)
class Predictions:
    """What a model says of some rows: arrays with rows first."""

    kept: dict[str, Kept]
    """The columns of the rows that were asked for."""
    outputs: dict[str, Any]
    winners: dict[str, Any]
    """The winning class, for the outputs that tell classes apart."""
    notes: tuple[str, ...] = ()
    """What is worth knowing about the rows."""
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What the classes of an output are called, for the outputs whose training rows told."""

    def columns(self, *, texts: bool) -> dict[str, Any]:
        """All of it by the names that files have: kept columns, then each output with its `NAME.class`.

        A kept column that is called like an output is `NAME.given`. With `texts`, kept cells are as they stood.
        """
        written: dict[str, Any] = {}
        for name, values in self.outputs.items():
            written[name] = values
            if name in self.winners:
                written[f"{name}.class"] = self.labelled(name)
        kept = {
            _free(name, written): column.texts if texts and column.texts is not None else column.values
            for name, column in self.kept.items()
        }
        return {**kept, **written}

    def labelled(self, name: str) -> Any:
        """The winning class of each row of an output: its label, or its number where it has none."""
        labels = self.labels.get(name)
        return self.winners[name] if labels is None else np.array(labels, dtype=np.str_)[self.winners[name]]


def _free(name: str, taken: dict[str, Any]) -> str:
    return _free(f"{name}.given", taken) if name in taken else name
