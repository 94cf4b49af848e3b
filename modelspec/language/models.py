"""`layers` of the spec and of each nested model, and nested models themselves."""

from __future__ import annotations

from itertools import islice

from modelspec.catalogue.kinds import names
from modelspec.language.fields import expect_mapping, read_boolean, read_patterns, unknown_keys
from modelspec.language.meant.legacy import FROM_FILES, LEGACY_KEYS, OF_MODEL
from modelspec.language.objects import Reader
from modelspec.language.sections.inputs import read_inputs
from modelspec.language.sections.outputs import read_nested_outputs
from modelspec.language.spec import ModelSpec, Step
from modelspec.language.steps import read_step
from modelspec.source import Place, Scalar, Sequence
from modelspec.source.names import local_name
from modelspec.source.words import describe, too_many_layers

MODEL_KEYS = ("inputs", "layers", "shared", "models", "outputs", "trainable", "freeze")


def read_steps(place: Place | None, owner: Place, reader: Reader) -> tuple[Step, ...] | None:
    """The steps of `layers`."""
    if place is None:
        help = "add `layers:` and under it a list such as `- Dense: 10`"
        reader.problems.append(owner.problem("MS202", "`layers` is missing", help, key=True))
        return None
    if not isinstance(place.node, Sequence):
        message = f"layers: expected a list; received {describe(place.node)}"
        reader.problems.append(place.problem("MS203", message, "begin each layer with `- `"))
        return None
    if not place.node.items:
        reader.problems.append(place.problem("MS202", "`layers` is empty", "add a layer such as `- Dense: 10`"))
        return None
    most = reader.limits.layers
    if len(place.node.items) > most:
        reader.problems.append(too_many_layers(next(islice(place.items(), most, None)), most))
        return None
    return tuple(read_step(item, reader) for item in place.items())


def read_nested_model(key: str, place: Place, reader: Reader) -> ModelSpec | None:
    """One item of `models`, without what it defines itself; `reader` sees that already."""
    name = local_name(key)
    what = f"the model '{name}'"
    if not expect_mapping(place, what, reader.problems, f"{name}: {_model_meant(place)}"):
        return None
    unknown_keys(place, what, MODEL_KEYS, reader.problems, {**LEGACY_KEYS, **OF_MODEL})
    if (
        place.get("inputs") is None
        and place.get("layers") is None
        and any(key in FROM_FILES for key, _ in place.entries())
    ):
        return None  # it is in a file, which is reported
    inputs = read_inputs(place.get("inputs"), place, reader)
    steps = read_steps(place.get("layers"), place, reader)
    outputs = read_nested_outputs(place.get("outputs"), reader)
    trainable_place = place.get("trainable")
    trainable = True
    if trainable_place is not None:
        trainable = read_boolean(trainable_place, f"{what}: trainable", reader.problems) is not False
    freeze = read_patterns(place.get("freeze"), f"{what}: freeze", reader.problems)
    return ModelSpec(name, inputs or (), steps or (), outputs, trainable, place, reader.visible, freeze=freeze)


def _model_meant(place: Place) -> str:
    """The model that a string is meant for: a file, or an application."""
    text = place.node.value if isinstance(place.node, Scalar) else None
    if isinstance(text, str) and text.isascii() and len(text) < 100:
        if text.endswith((".yaml", ".yml")):
            return f"{{spec: {text}}}"
        if text.endswith((".keras", ".h5", ".hdf5", ".json")):
            return f"{{saved: {text}}}"
        application = next((item for item in names("application") if item.lower() == text.lower()), None)
        if application is not None:
            return f"{{{application}: {{}}}}"
    return "{inputs: …, layers: …}"
