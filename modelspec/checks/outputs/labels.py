"""Whether the labels that an output names are those of its classes. Must not know rows."""

from __future__ import annotations

from collections.abc import Iterator

from modelspec.catalogue.tensor import Refusal
from modelspec.diagnostics import Diagnostic
from modelspec.graph import ShapedNetwork


def labels_name_the_classes(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """A label for each class of an output that tells classes apart, one for a row."""
    if not network.known or not any(
        output.spec is not None and output.spec.labels is not None for output in network.outputs
    ):
        return
    from modelspec.graph.questions.outputs import losses
    from modelspec.graph.questions.wanted import target_of
    from modelspec.language.sections.labels import wrong_number_of_labels

    trained = losses(network)
    for output in network.outputs:
        if output.spec is None or output.spec.labels is None or output.reference is None:
            continue
        place = output.spec.place.find(("labels",))
        if output.name not in trained:
            help = "give the output a loss of classes, such as sparse_categorical_crossentropy, or leave `labels` out"
            yield place.problem("MS745", f"the output '{output.name}' has labels and no loss", help, key=True)
            continue
        try:
            want = target_of(network, output, trained[output.name])
        except Refusal:
            continue  # told by the check of the losses
        if not want.words:
            message = (
                f"the output '{output.name}' has labels, but {want.loss} does not train it on one class for each row"
            )
            help = "labels are for (sparse_)categorical_crossentropy over classes, or binary_crossentropy of one number"
            yield place.problem("MS745", message, help, key=True)
            continue
        wrong = wrong_number_of_labels(want, len(output.spec.labels), learned=False)
        if wrong is not None:
            yield place.problem("MS745", f"the output '{output.name}' has {wrong[0]}", wrong[1], key=True)
