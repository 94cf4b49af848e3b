"""Whether the rows of a split fill the batches that an input fixes, once they are counted."""

from __future__ import annotations

from modelspec.diagnostics import SpecError
from modelspec.graph import ShapedNetwork
from modelspec.graph.questions.batches import uneven_batch
from modelspec.graph.questions.stages import stages
from modelspec.runtime.train.splits import Splits


def check_batches(network: ShapedNetwork, splits: Splits) -> None:
    """Raises `SpecError` (MS422) for a split whose last batch would be short."""
    counts = {"train": splits.train, "validation": splits.validation, "test": splits.test}
    endless = all(stage.network.spec.train.steps_per_epoch is not None for stage in stages(network))
    for name, part in counts.items():
        if part is not None and not (name == "train" and endless):
            check_rows(network, part.count, name)


def check_rows(network: ShapedNetwork, rows: int, what: str) -> None:
    """The same for so many rows."""
    place = network.network.spec.place.find(("data", what))
    problem = uneven_batch(network.network, rows, what, place)
    if problem is not None:
        raise SpecError([problem])
