"""`budget`: the most parameters and FLOPs that the spec allows itself."""

from __future__ import annotations

from collections.abc import Iterator

from modelspec.diagnostics import Diagnostic
from modelspec.graph import ShapedNetwork
from modelspec.graph.questions.work import Work
from modelspec.source.words import listing

_COUNTED = "`modelspec summary` shows what each layer takes"


def budget_is_kept(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """The counts are those of `modelspec summary`."""
    budget = network.spec.budget
    if budget is None or not network.known or not network.ownership.complete(network.main.graph):
        return
    if budget.parameters is not None:
        total = network.ownership.parameters()
        if total > budget.parameters:
            place = budget.place.find(("parameters",))
            message = f"the model has {total:,} parameters; the budget is {budget.parameters:,.0f}"
            yield place.problem("MS590", message, f"make its layers smaller, or raise the budget; {_COUNTED}")
    if budget.flops is not None:
        owned = network.ownership.by_graph(network.main.graph)
        inside = sorted(path for path in owned if _is_application(network, path))
        if inside:
            message = (
                f"the budget of FLOPs does not look inside {listing(inside)}: networks of keras.applications count as 0"
            )
            help = "bound `parameters`, or write the network as a spec, like those in specs/applications"
            yield budget.place.find(("flops",)).warning("MS592", message, help)
        flops = 2 * Work(network).multiply_adds(network.main.graph, network.main.tensors)
        if flops > budget.flops:
            place = budget.place.find(("flops",))
            message = f"one sample takes {flops:,} FLOPs; the budget is {budget.flops:,.0f}"
            yield place.problem("MS591", message, f"make its layers smaller, or raise the budget; {_COUNTED}")


def _is_application(network: ShapedNetwork, path: str) -> bool:
    from modelspec.catalogue.applications.model import ApplicationModel  # few specs have one, and a budget

    use = network.network.shared.get(path)
    return use is not None and isinstance(use.entry, ApplicationModel)
