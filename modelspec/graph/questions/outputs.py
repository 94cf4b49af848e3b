"""What is asked of the outputs of a network: their losses, their tensors, and what their classes weigh.

Must not know how anything is trained.
"""

from __future__ import annotations

from modelspec.catalogue.entry import Entry
from modelspec.catalogue.tensor import Tensor
from modelspec.graph.graph import GraphOutput, ShapedNetwork
from modelspec.language.sections.class_weights import ClassWeight


def losses(network: ShapedNetwork) -> dict[str, Entry]:
    """The loss of every trained output: its own, or the spec's one loss for all that name none."""
    spec = network.spec
    found: dict[str, Entry] = {}
    for output in network.outputs:
        own = output.spec
        loss = own.loss if own is not None and own.loss_given else spec.train.loss
        if loss is not None:
            found[output.name] = loss
    return found


def output_tensor(network: ShapedNetwork, output: GraphOutput) -> Tensor:
    """The tensor of an output, in a network without errors."""
    assert output.reference is not None
    tensor = network.tensor(network.main, output.reference)
    assert tensor is not None
    return tensor


def class_weights(network: ShapedNetwork) -> dict[str, ClassWeight]:
    """What the classes of an output count, by its name: its own `class_weight`, or for the only trained one that of `train`."""
    trained, whole = losses(network), network.train.class_weight
    own = {
        output.name: output.spec.class_weight
        for output in network.outputs
        if output.name in trained and output.spec is not None and output.spec.class_weight is not None
    }
    if whole is not None and len(trained) == 1:
        return {**dict.fromkeys(trained, whole), **own}
    return own
