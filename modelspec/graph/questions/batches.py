"""Whether rows fill batches of a fixed size."""

from __future__ import annotations

from modelspec.diagnostics import Diagnostic, Note
from modelspec.graph.graph import Network
from modelspec.language.sections.batches import fixed_batch
from modelspec.source import Place


def uneven_batch(network: Network, rows: int, what: str, place: Place) -> Diagnostic | None:
    """The problem (MS422) of rows whose last batch has fewer than the inputs say; None where there is none."""
    fixed = fixed_batch(network.main.inputs)
    if fixed is None or fixed.batch_size is None or rows % fixed.batch_size == 0:
        return None
    size, rest = fixed.batch_size, rows % fixed.batch_size
    left = f"{rest} {'is' if rest == 1 else 'are'} left over"
    message = f"{what}: expected whole batches of {size} rows; received {rows:,} rows, of which {left}"
    most = rows - rest
    help = f"leave {rest} out" + (f", so that there are {most:,}" if most else "") + f", or add {size - rest}"
    note = Note(fixed.place.find(("batch_size",)).span, "this fixes the size of every batch")
    return place.problem("MS422", message, help, related=(note,))
