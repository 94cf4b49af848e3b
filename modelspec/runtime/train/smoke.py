"""Does a spec hold together? Random rows of the declared shapes, two training steps, and a save and load.

Every trainable weight must receive a finite gradient, the loss must be finite, and the loaded model must predict the same.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np

from modelspec.checks.training.outside_training import model_works_outside_training
from modelspec.data.load import Located
from modelspec.data.network_rows import load_split
from modelspec.data.rows import rows
from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.graph import ShapedNetwork
from modelspec.graph.questions.learning import has_rows_to_learn_from
from modelspec.graph.questions.outputs import losses
from modelspec.graph.questions.stages import stages
from modelspec.graph.walk import walk
from modelspec.language.sections.batches import fixed_batch
from modelspec.language.sections.sources import Synthetic
from modelspec.runs.taught import with_learned
from modelspec.runtime.backend import ModelFails, NoMemory, OpError, gradients, is_finite, mean, of_the_model, tensor
from modelspec.runtime.build.built import BuiltModel
from modelspec.runtime.build.failing import failure
from modelspec.runtime.build.model import build_model
from modelspec.runtime.build.weights import load_weights, named_weights, save_weights, weight_values
from modelspec.runtime.learning.learn import learn_layers
from modelspec.runtime.state.states import reset_states
from modelspec.source import Place

STEPS = 2
SAMPLES = 4


def smoke(network: ShapedNetwork, *, allow_download: bool = False) -> tuple[Diagnostic, ...]:
    """What is wrong with the built model, in any stage of its training; empty if nothing is. Writes nothing that stays."""
    return tuple(dict.fromkeys(problem for stage in stages(network) for problem in _smoke(stage, allow_download)))


def _smoke(network: ShapedNetwork, allow_download: bool) -> tuple[Diagnostic, ...]:
    trained = bool(losses(network))
    fixed = fixed_batch(network.network.main.inputs)
    samples = (fixed.batch_size if fixed is not None else None) or SAMPLES
    arrays = load_split(network, Located(Synthetic(samples=samples), "."), "train", targets=trained)
    table = rows(arrays)
    if has_rows_to_learn_from(network.network):
        network, _ = with_learned(network, learn_layers(network, table, allow_download=allow_download))
    built = build_model(network, allow_download=allow_download)
    given, *wanted = table.take(slice(None))
    inputs = {name: tensor(values) for name, values in given.items()}
    targets = wanted[0] if trained else None
    try:
        problems = list(_steps(network, built, inputs, targets))
        if not problems:
            problems = list(_save_and_load(network, built, inputs, allow_download))
    except NoMemory:
        raise
    except (OpError, ModelFails) as error:
        return (failure(built, inputs, error, "MS614", "the model fails on random rows of the declared shapes"),)
    return tuple(problems)


def _steps(network: ShapedNetwork, built: BuiltModel, inputs: Any, targets: Any) -> Iterator[Diagnostic]:
    model = built.model
    optimizer = model.optimizer if targets is not None else keras.optimizers.SGD(1e-3)
    names = {id(weight): name for name, weight in named_weights(built).items()}
    reached: set[int] = set()
    broken: set[int] = set()
    weights = model.trainable_weights
    for step in range(STEPS):
        with of_the_model():
            loss, slopes = gradients(lambda: _loss(model, inputs, targets), weights)
        average = mean(loss)  # a loss without reduction is a number for each row
        if not np.isfinite(average):
            place = network.spec.place.get("outputs") or network.spec.place
            yield place.problem("MS611", f"the loss of step {step + 1} is {average}", _FINITE_HELP, key=True)
            return
        pairs = [(gradient, weight) for gradient, weight in zip(slopes, weights, strict=True) if gradient is not None]
        reached.update(id(weight) for _, weight in pairs)
        broken.update(id(weight) for gradient, weight in pairs if not is_finite(gradient))
        if pairs:
            with of_the_model():
                optimizer.apply([gradient for gradient, _ in pairs], [weight for _, weight in pairs])
    for weight in weights:
        name = names.get(id(weight), weight.path)
        if id(weight) not in reached:
            message = f"the weight '{name}' receives no gradient: training will never change it"
            yield _place_of(network, name).problem("MS610", message, _GRADIENT_HELP)
        elif id(weight) in broken:
            message = f"the gradient of the weight '{name}' is not finite"
            yield _place_of(network, name).problem("MS611", message, _FINITE_HELP)


_GRADIENT_HELP = "connect this layer to an output with a loss, or freeze it with `trainable: false`"
_FINITE_HELP = "look for a logarithm or division of zero, or a loss that needs probabilities and gets logits"


def _fitted(targets: dict[str, Any], outputs: dict[str, Any]) -> dict[str, Any]:
    """The targets repeated or cut to the sizes that the outputs' free axes turned out to have."""
    fitted = {}
    for name, target in targets.items():
        for axis, size in enumerate(outputs[name].shape[: target.ndim]):
            if axis > 0 and target.shape[axis] not in (size, 1):
                target = np.take(target, np.arange(size) % target.shape[axis], axis)
        fitted[name] = target
    return fitted


def _loss(model: Any, inputs: Any, targets: Any) -> Any:
    outputs = model(inputs, training=True)
    if targets is not None:
        return model.compute_loss(x=inputs, y=_fitted(targets, outputs), y_pred=outputs)
    real = [values for values in outputs.values() if values.dtype.is_floating]
    return sum((keras.ops.mean(keras.ops.cast(values, "float32")) for values in real), keras.ops.zeros(()))


def _place_of(network: ShapedNetwork, weight: str) -> Place:
    """The place of the layer whose weight this is: the longest layer path that the weight's name begins with."""
    places: dict[str, Place] = {name: use.place for name, use in network.network.shared.items()}
    places.update((call.path, call.place) for call in walk(network) if call.path and call.vertex.kind == "layer")
    owners = [path for path in places if weight.startswith(f"{path}/")]
    return places[max(owners, key=len)] if owners else network.spec.place


def _save_and_load(
    network: ShapedNetwork, built: BuiltModel, inputs: Any, allow_download: bool
) -> Iterator[Diagnostic]:
    predicts = not any(model_works_outside_training(network))  # otherwise only weights can be compared

    def results(of: BuiltModel) -> dict[str, Any]:
        reset_states(of.model)
        with of_the_model():
            return dict(of.model(inputs, training=False)) if predicts else weight_values(of)

    before, second = results(built), results(built)
    if not all(_equal(values, second[name], predicts) for name, values in before.items()):
        # What is drawn anew at each call says nothing of the weights.
        predicts = False
        before = results(built)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "weights.safetensors"
        save_weights(file, weight_values(built), {})
        again = build_model(network, compile=False, allow_download=allow_download, begun=False)
        load_weights(again, file)
    after = results(again)
    for name, values in before.items():
        if not _equal(values, after[name], predicts):
            message = f"the {'output' if predicts else 'weight'} '{name}' is different after saving and loading"
            help = "this is a bug in modelspec: please report it with the spec"
            yield network.spec.place.problem("MS612", message, help)


def _equal(one: Any, other: Any, predicted: bool) -> bool:
    """Whether two outputs, or two weights, are equal to the bit."""
    floats = predicted and bool(one.dtype.is_floating)
    return bool(np.array_equal(np.asarray(one), np.asarray(other), equal_nan=floats))


def smoke_all(network: ShapedNetwork, *, allow_download: bool = False) -> tuple[Diagnostic, ...]:
    """As `smoke`; a model that cannot be built, or that does not fit into memory, is reported as a diagnostic."""
    try:
        return smoke(network, allow_download=allow_download)
    except SpecError as error:
        return error.diagnostics
    except NoMemory:
        message = f"a batch of {SAMPLES} samples does not fit into memory"
        return (network.spec.place.problem("MS613", message, "make the model smaller"),)
