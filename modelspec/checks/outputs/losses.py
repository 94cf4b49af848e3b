"""Whether each loss fits its output: its activation, its number of units, and what Keras refuses at the first batch."""

from __future__ import annotations

from collections.abc import Iterator

from modelspec.catalogue.names import OVER_CLASSES
from modelspec.catalogue.tensor import Refusal, shape_text
from modelspec.checks.outputs.endings import LOGARITHMS, NOT_NEGATIVE, PROBABILITIES, Ending
from modelspec.checks.outputs.outputs import Output, loss_of, target_shape, trained_outputs
from modelspec.checks.places import argument_place
from modelspec.diagnostics import Diagnostic, Note
from modelspec.graph import ShapedNetwork
from modelspec.language.sections.outputs import OutputSpec
from modelspec.source import Place

_ACCEPTED = {"chances": PROBABILITIES, "shares": NOT_NEGATIVE, "a distribution": OVER_CLASSES}


def losses_accept_their_outputs(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """What Keras, or TensorFlow, refuses when the first batch comes."""
    for output in trained_outputs(network):
        if "string" in (output.tensor.dtype, output.tensor.computed):
            message = f"output '{output.name}' holds strings, which no loss can compare"
            yield output.place.problem(
                "MS405", message, f"write `{output.name}: {{loss: null}}`, or encode the text first"
            )
            continue
        if 0 in output.tensor.shape:
            shape = shape_text(output.tensor.shape)
            message = f"output '{output.name}' has shape {shape}, so there are no numbers for a loss to compare"
            help = f"change the steps that make the axis of size 0, or write `{output.name}: {{loss: null}}`"
            yield output.place.problem("MS404", message, help)
            continue
        try:
            output.loss.target_shape(output.tensor)
        except Refusal as refusal:
            place = argument_place(_object(network, output), refusal.argument) if refusal.argument else output.place
            message = f"output '{output.name}': {refusal.message}"
            code = "MS507" if refusal.code == "MS407" else refusal.code  # classes, but one unit
            yield place.problem(code, message, refusal.help or "change the argument or the output's shape")


def _object(network: ShapedNetwork, output: Output) -> Place:
    """The whole of a loss: its name with its arguments."""
    own = output.spec.place.get("loss") if output.spec is not None and output.spec.loss_given else None
    train = network.train.place
    found = own or (train.get("loss") if train is not None else None)
    return found or output.place


def losses_fit_activations(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """Crossentropies take probabilities, or with `from_logits` the numbers before the activation: never both."""
    for output in trained_outputs(network):
        name, activation = type(output.loss).__name__, output.activation()
        if activation is None or output.ending is None or output.loss.takes is None or target_shape(output) is None:
            continue
        note = (Note(output.ending.place.span, f"'{output.name}' ends in {activation}"),)
        if output.from_logits:
            yield from _twice(network, output, activation, note)
            continue
        if activation in _ACCEPTED[output.loss.takes]:
            yield from _along_other_axis(output, output.ending, note)
            continue
        yield output.place.warning("MS505", *_no_probabilities(name, output, activation), related=note)


def _twice(network: ShapedNetwork, output: Output, activation: str, note: tuple[Note, ...]) -> Iterator[Diagnostic]:
    """An activation below a loss that applies its own."""
    place = argument_place(_object(network, output), "from_logits")
    applied = f"from_logits: true applies an activation to '{output.name}', which already ends in {activation}"
    if activation in PROBABILITIES:
        yield place.warning("MS505", applied, "remove the activation, or `from_logits`", related=note)
    elif output.loss.takes == "chances" and activation in (NOT_NEGATIVE | LOGARITHMS):
        sign = "negative" if activation in NOT_NEGATIVE else "positive"
        message = f"from_logits: true takes numbers of either sign; '{output.name}' ends in {activation}, which is never {sign}"
        yield place.warning("MS505", message, "remove the activation", related=note)


def _no_probabilities(name: str, output: Output, activation: str) -> tuple[str, str]:
    """What an output gives that is no probability, and what to write."""
    wanted, gives = "sigmoid", "gives any number"
    kind = "probabilities"
    if output.loss.takes != "chances":
        wanted = "softmax"
    if output.loss.takes == "a distribution" and activation in NOT_NEGATIVE:
        kind = "probabilities that sum to 1"
        gives = "does not make them sum to 1"
    if activation in LOGARITHMS:
        gives = "gives logarithms of probabilities"
    message = f"{name} takes {kind}; '{output.name}' ends in {_words(activation)}, which {gives}"
    options = f"`{name}: {{from_logits: true}}`" if hasattr(output.loss, "from_logits") else "another loss"
    logits = activation == "linear" or (activation == "log_softmax" and wanted == "softmax")
    own = output.ending is not None and output.ending.by_argument
    help = f"end in `activation: {wanted}`" if own else f"end in a step `Activation: {wanted}`"
    help += f", or write {options}" if logits else ""
    if wanted == "softmax" and activation in PROBABILITIES:
        help += ", or use `binary_crossentropy`, if several classes can be right at once"
    return message, help


def _along_other_axis(output: Output, ending: Ending, note: tuple[Note, ...]) -> Iterator[Diagnostic]:
    """A softmax whose numbers sum to 1 along another axis than the one that the loss takes for the classes."""
    classes = output.loss.class_axis
    if ending.activation not in OVER_CLASSES or ending.axes is None or classes is None:
        return
    if ending.axes != (classes % ending.rank,):
        along = ", ".join(map(str, ending.axes))
        message = f"{type(output.loss).__name__} takes axis {classes % ending.rank} of '{output.name}' as the classes"
        message += f"; its {ending.activation} makes the numbers along axis {along} sum to 1"
        yield output.place.warning("MS505", message, f"write `Softmax: {{axis: {classes}}}`", related=note)


def _words(activation: str) -> str:
    return "no activation" if activation == "linear" else activation


def losses_take_units_as_they_are_meant(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """The units of a softmax answer one question together; a binary loss takes each for a question of its own."""
    for output in trained_outputs(network):
        name, ending = type(output.loss).__name__, output.ending
        if output.loss.takes != "chances" or output.last in (None, 1) or ending is None or output.from_logits:
            continue
        if ending.activation in OVER_CLASSES and ending.along_last:
            message = f"{name} treats each unit as a separate question; but the {output.last} units of '{output.name}'"
            help = "use `categorical_crossentropy` for one class out of many, or a sigmoid for several at once"
            note = (Note(ending.place.span, f"'{output.name}' ends in {ending.activation}"),)
            yield output.place.warning("MS508", f"{message} sum to 1 through {ending.activation}", help, related=note)


def losses_fit_columns(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """The columns of the datasets that come with modelspec are known: class numbers, and one-hot rows."""
    data = network.spec.data
    source = None if data is None else data.sources.get("train")
    if source is None:
        return
    from modelspec.language.sections.sources import Dataset  # loaded already, where there is data

    if not isinstance(source.entry, Dataset) or source.entry.name == "digit_pairs":
        return
    for output in trained_outputs(network):
        columns = (output.spec.columns if output.spec is not None else None) or (output.name,)
        kind = output.loss.target_kind
        if columns == ("one_hot",) and kind == "classes":
            holds, takes, instead = "one-hot rows", "class numbers", "`categorical_crossentropy`, or the column `label`"
        elif columns == ("label",) and kind in ("one_hot", "distribution"):
            holds, takes = "class numbers", "one-hot rows"
            instead = "`sparse_categorical_crossentropy`, or the column `one_hot`"
        else:
            continue
        message = f"{type(output.loss).__name__} takes {takes}; the column '{columns[0]}' holds {holds}"
        yield output.place.problem("MS509", message, f"use {instead}")


def every_output_has_a_loss(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """Where some outputs are trained, one without a loss was probably forgotten; `loss: null` says that it was not."""
    trained = {output.name for output in trained_outputs(network)}
    specs = [output.spec for output in network.outputs if output.spec is not None]
    if not trained or network.spec.model.outputs is None:
        return
    for spec in specs:
        if spec.name in trained:
            continue
        loss, _ = loss_of(network, spec)
        if loss is None and not spec.loss_given:
            help = f"give it a loss, or write that it is not trained: `{spec.name}: {{loss: null}}`"
            message = f"the output '{spec.name}' has no loss, while others have one"
            yield spec.place.warning("MS510", message, help, key=True)
        yield from _ignored(spec)


def _ignored(spec: OutputSpec) -> Iterator[Diagnostic]:
    for key in ("loss_weight", "metrics", "weighted_metrics", "sample_weight", "class_weight"):
        place = spec.place.get(key)
        if place is not None:
            message = f"`{key}` does nothing: the output '{spec.name}' has no loss"
            yield place.warning("MS511", message, f"give it a loss, or remove `{key}`", key=True)
