"""Whether rows whose number is known without reading them fill the batches that an input fixes."""

from __future__ import annotations

from collections.abc import Iterator

from modelspec.diagnostics import Diagnostic
from modelspec.graph import ShapedNetwork
from modelspec.graph.questions.batches import uneven_batch
from modelspec.language.sections.batches import fixed_batch


def rows_fill_their_batches(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """Made-up rows that leave the last batch short; of rows in files, training and evaluation tell it."""
    spec = network.spec
    if spec.data is None or fixed_batch(network.network.main.inputs) is None or spec.data.cuts:
        return
    for name, source in spec.data.sources.items():
        rows = getattr(source.entry, "samples", None)
        if isinstance(rows, int) and not (name == "train" and spec.train.steps_per_epoch is not None):
            problem = uneven_batch(network.network, rows, f"data.{name}", source.place)
            if problem is not None:
                yield problem
