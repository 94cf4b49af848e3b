"""The outputs as the checks see them: each with its tensor, its loss, and the activation that it ends in.

Diagnoses nothing itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from modelspec.catalogue.entry import Entry
from modelspec.catalogue.tensor import Refusal, Shape, Tensor
from modelspec.checks.outputs.endings import Ending, Known, ending_of
from modelspec.checks.places import placed
from modelspec.graph import ShapedNetwork
from modelspec.language.sections.outputs import OutputSpec
from modelspec.source import Place

if TYPE_CHECKING:  # a spec without metrics does not load them
    from modelspec.catalogue.losses.loss import Loss
    from modelspec.catalogue.metrics.metric import Metric


class Output(NamedTuple):
    """An output that has a loss. `place` is the loss's, its own or the one of `train`."""

    name: str
    tensor: Tensor
    loss: Loss
    place: Place
    ending: Ending | None
    spec: OutputSpec | None

    @property
    def last(self) -> int | None:
        """The size of the last axis, where there is one beside the batch and it is known."""
        return self.tensor.shape[-1] if self.tensor.rank > 1 else None

    @property
    def from_logits(self) -> bool:
        """Whether the loss applies the activation itself."""
        return getattr(self.loss, "from_logits", False) is True

    def activation(self) -> str | None:
        """The activation that the output ends in, where that can be told."""
        return None if self.ending is None else self.ending.activation


def trained_outputs(network: ShapedNetwork) -> tuple[Output, ...]:
    """Every output with a loss; none where a part of the spec was refused."""
    if not network.known:
        return ()
    graph, found = network.network.main, []
    known: Known = {}
    for output in graph.outputs:
        loss, place = loss_of(network, output.spec)
        if loss is None or place is None or output.reference is None:
            continue
        tensor = network.tensor(network.main, output.reference)
        if tensor is None:
            continue
        ending = ending_of(network, graph, output.reference, known)
        found.append(Output(output.name, tensor, loss, place, ending, output.spec))
    return tuple(found)


def loss_of(network: ShapedNetwork, spec: OutputSpec | None) -> tuple[Loss | None, Place | None]:
    """The loss of an output and its place: its own, or the one of `train` for all that name none."""
    train = network.train
    loss, owner = (spec.loss, spec.place) if spec is not None and spec.loss_given else (train.loss, train.place)
    place = None if owner is None else owner.get("loss")
    if loss is None or place is None:
        return None, None
    return cast("Loss", loss), place.only_key()


def target_shape(output: Output) -> Shape | None:
    """The shape of the target; None where the loss refuses the output."""
    try:
        return output.loss.target_shape(output.tensor)
    except Refusal:
        return None


def metrics_of(output: Output) -> tuple[tuple[Metric | str, Place], ...]:
    """Each metric of an output with the place of its name."""
    return tuple(pair for key in ("metrics", "weighted_metrics") for pair in metrics_under(output.spec, key))


def metrics_under(spec: OutputSpec | None, key: str) -> tuple[tuple[Metric | str, Place], ...]:
    """The metrics under `metrics` or `weighted_metrics`, each with its place."""
    if spec is None:
        return ()
    entries: tuple[Entry | str, ...] = spec.metrics if key == "metrics" else spec.weighted_metrics
    return placed(cast("tuple[Metric | str, ...]", entries), spec.place.get(key))
