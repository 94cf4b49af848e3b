"""The names that training gives its numbers: what the history, the progress bar and `monitor` call them.

As Keras names them; tests hold the names against Keras. Diagnoses nothing itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from modelspec.checks.outputs.outputs import Output, metrics_under
from modelspec.graph import ShapedNetwork

if TYPE_CHECKING:
    from modelspec.catalogue.metrics.metric import Metric

Direction = Literal["up", "down"]


class LoggedNumber(NamedTuple):
    """One number of the history: which way is better, and which way Keras takes for better by itself (None: neither)."""

    name: str
    better: Direction | None
    known_to_keras: Direction | None


def training_numbers(network: ShapedNetwork, outputs: tuple[Output, ...]) -> dict[str, LoggedNumber]:
    """Every number of an epoch, without those of validation, by its name."""
    several = len(network.outputs) > 1
    found = {"loss": LoggedNumber("loss", "down", "down")}
    if len(outputs) > 1:
        found |= {f"{output.name}_loss": LoggedNumber(f"{output.name}_loss", "down", None) for output in outputs}
    own: dict[str, Direction | None] = {}
    counts: dict[str, int] = {}
    for key in ("metrics", "weighted_metrics"):
        for output in outputs:
            for metric, _ in metrics_under(output.spec, key):
                name = _name(metric)
                own[name] = own.get(name) if _silent(metric) else _better(metric)
                full = _unique(name, output.name if several else None, key == "weighted_metrics", counts)
                found[full] = LoggedNumber(full, _better(metric), None)
    # Keras looks a number up by the metric's own name, without the output's name and without the number of a second one.
    return {
        name: LoggedNumber(name, number.better, "down" if name == "loss" else own.get(name))
        for name, number in found.items()
    }


def _unique(name: str, output: str | None, weighted: bool, counts: dict[str, int]) -> str:
    """The name in the history; one that is taken gets a number, among weighted metrics first `weighted_`."""
    full = name if output is None else f"{output}_{name}"
    if full in counts and weighted:
        full = f"weighted_{name}" if output is None else f"{output}_weighted_{name}"
    taken = counts.get(full, 0)
    counts[full] = taken + 1
    return full if not taken else f"{full}_{taken}"


def _name(metric: Metric | str) -> str:
    return metric if isinstance(metric, str) else metric.history_name


def _better(metric: Metric | str) -> Direction | None:
    if isinstance(metric, str):
        return "up"
    if metric.registered_name is not None:
        return None  # a metric of a user's package: Keras does not know either
    return metric.direction or metric.untold_direction


def _silent(metric: Metric | str) -> bool:
    """Whether Keras does not know which way is better."""
    return not isinstance(metric, str) and metric.direction is None
