"""Whether the spec can be trained as it says."""

from __future__ import annotations

from collections.abc import Iterator

from modelspec.diagnostics import Diagnostic, Note, SpecError
from modelspec.graph import ShapedNetwork
from modelspec.graph.questions.outputs import losses
from modelspec.graph.walk import Called, walk

_MOST_STEPS = 10**9
"""Even at a thousand steps a second, more take over a week."""


def outputs_can_be_trained(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """A spec with training data trains some output: with no loss anywhere there is nothing to train."""
    spec = network.spec
    if spec.data is None or "train" not in spec.data.sources or not spec.complete:
        return
    outputs = spec.model.outputs or ()
    nowhere = spec.train.loss is None and not any(output.loss is not None for output in outputs)
    if nowhere or (network.known and not losses(network)):
        place = spec.place.get("outputs") or spec.place
        help = "give an output a loss, such as `outputs: {label: {loss: mse}}`, or all of them `train: {loss: mse}`"
        yield place.problem("MS501", "there is training data, but no output has a loss", help, key=True)


def require_training_rows(network: ShapedNetwork) -> None:
    """Raises `SpecError` (MS750) for a spec that names no rows to train on, which many have no need of."""
    spec = network.spec
    if spec.data is None or "train" not in spec.data.sources:
        place = spec.place.get("data") or spec.place
        help = "add for example `data: {train: {csv: train.csv}}`"
        raise SpecError([place.problem("MS750", "there is no training data", help, key=True)])


def data_has_rows_to_train_on(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """Rows for validation or test, and none to train on."""
    data = network.spec.data
    if data is None or "train" in data.sources or data.place.get("train") is not None or data.cuts:
        return
    if any(key not in ("train", "validation", "test") for key, _ in data.place.entries()):
        return  # a key that is reported may be the one that is meant
    help = "add for example `train: {csv: train.csv}`, or leave `data` out of a spec that is only built"
    yield data.place.problem("MS750", "there is no training data", help, key=True)


def batches_can_be_normalized(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """BatchNormalization over one number subtracts the number from itself: what comes out is the same for every row."""
    train = network.train
    if train.batch_size != 1 or train.place is None or not network.known:
        return
    told = set()
    for call in walk(network):
        use, layer = call.use, call.operation
        first = next(iter(call.given()), None)
        if use is None or layer is None or first is None or use.place.span in told or not _learns(call):
            continue
        if layer.numbers_per_statistic(first.shape) != 1:
            continue
        told.add(use.place.span)
        message = "BatchNormalization over batches of one row gives every row the same numbers while training"
        help = "give `batch_size` more than 1, or use LayerNormalization"
        note = Note(train.place.find(("batch_size",)).span, "the batch size")
        yield use.place.warning("MS531", message, help, related=(note,))


def _learns(call: Called) -> bool:
    """Whether a call takes statistics in training: not in a frozen model, nor where it is told to keep those it has."""
    owned = call.network.ownership
    frozen = not call.graph.trainable or owned.by_call(call.graph, call.vertex) <= owned.frozen
    return not frozen and call.vertex.switch("training") is not False


def training_ends(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """So many epochs of so many steps that no machine comes to the end."""
    train = network.train
    if train.place is None or train.steps_per_epoch is None or train.epochs * train.steps_per_epoch <= _MOST_STEPS:
        return
    steps = train.epochs * train.steps_per_epoch
    message = f"{train.epochs:,} epochs of {train.steps_per_epoch:,} steps are {steps:,} steps: this would never end"
    help = "give fewer steps; without `steps_per_epoch`, an epoch is one pass over the rows"
    yield train.place.find(("steps_per_epoch",)).warning("MS532", message, help)


def validation_happens(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """Validation rows that no epoch gets to."""
    spec = network.spec
    if spec.data is None or spec.train.place is None or spec.train.validations or not spec.complete:
        return
    if "validation" in spec.data.splits:
        often, epochs = spec.train.validation_freq, spec.train.epochs
        message = (
            f"validation after every {often} epochs never happens: there {'is' if epochs == 1 else 'are'} {epochs}"
        )
        yield spec.train.place.find(("validation_freq",)).warning(
            "MS533", message, f"write `validation_freq: {epochs}` or less, or train for more epochs"
        )
