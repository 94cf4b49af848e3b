"""`budget`: the most parameters and FLOPs that the spec allows itself."""

from __future__ import annotations

from collections.abc import Iterator

from modelspec.diagnostics import Diagnostic
from modelspec.graph import ShapedNetwork
from modelspec.graph.ownership import Ownership
from modelspec.graph.work import Work

_COUNTED = "`modelspec summary` shows what each layer takes"


def budget_is_kept(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """The counts are those of `modelspec summary`."""
    budget = network.network.spec.budget
    if budget is None or not network.known or not Ownership(network).complete(network.main.graph):
        return
    if budget.parameters is not None:
        total = Ownership(network).parameters()
        if total > budget.parameters:
            place = budget.place.find(("parameters",))
            message = f"the model has {total:,} parameters; the budget is {budget.parameters:,.0f}"
            yield place.problem("MS590", message, f"make its layers smaller, or raise the budget; {_COUNTED}")
    if budget.flops is not None:
        flops = 2 * Work(network).multiply_adds(network.main.graph, network.main.tensors)
        if flops > budget.flops:
            place = budget.place.find(("flops",))
            message = f"one sample takes {flops:,} FLOPs; the budget is {budget.flops:,.0f}"
            yield place.problem("MS591", message, f"make its layers smaller, or raise the budget; {_COUNTED}")
