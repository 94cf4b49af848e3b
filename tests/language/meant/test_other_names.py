"""Names by meaning: each leads to a spec that validates when what the help says is written."""

import re

import pytest
import yaml

from modelspec.catalogue.kinds import KINDS, find, names
from modelspec.catalogue.ops import op_names
from modelspec.language.meant.other_layers import LEGACY_LAYERS
from modelspec.language.meant.other_names import _OTHERS, other_name, with_value
from modelspec.manual.describe import describe
from modelspec.pipeline import check_text

PAIRS = [
    (kind, name)
    for kind, table in _OTHERS.items()
    for name in table
    if name not in KINDS.get(kind, KINDS["layer"]).left_out
]
LEGACY = [("layer", name) for name in LEGACY_LAYERS]
WITH_ARGUMENTS = re.compile(r"^\{?([\w.]+): (.*?)\}?$")


def written(kind, name):
    """What the help says to write for a name, as YAML values; None where it says something else."""
    old = kind == "layer" and name in LEGACY_LAYERS
    help = with_value(LEGACY_LAYERS[name], None) if old else other_name(kind, name)[1]
    found = re.match(r"write `([^`]*)`|write the layer `([^`]*)`", help)
    return None if found is None else yaml.safe_load(found.group(1) or found.group(2))


@pytest.mark.parametrize(("kind", "name"), [*PAIRS, *LEGACY])
def test_what_is_written_instead_is_there(kind, name):
    value = written(kind, name)
    if value is None:
        return
    new = value if isinstance(value, str) else next(iter(value))
    if kind in ("op", "layer") and new.startswith("ops."):
        assert new.removeprefix("ops.") in op_names()
        return
    where = "layer" if kind == "op" else kind
    assert new in names(where), (name, new)
    if isinstance(value, dict) and isinstance(value[new], dict):
        fields = find(where, new).model_fields
        assert set(value[new]) <= set(fields), (name, value)


def test_no_name_of_keras_is_another_name():
    assert len(PAIRS) > 500
    assert [(kind, name) for kind, name in PAIRS if name in (op_names() if kind == "op" else names(kind))] == []


def spec_of(kind, value):
    """A spec with the object in its place."""
    shown = yaml.safe_dump(value, default_flow_style=True).strip().removesuffix("...").strip()
    end = "modelspec: 1\ninputs: {x: [4]}\nlayers:\n  - Dense: {units: 2%s}\n    name: y\noutputs: {y: {loss: %s, metrics: [%s]}}\n"
    end += "train: {optimizer: %s, callbacks: [%s]}\n"
    parts = {"layer": "", "loss": "mse", "metric": "mae", "optimizer": "adam", "callback": ""}
    more = ""
    if kind in ("initializer", "regularizer", "constraint"):
        more = f", kernel_{kind}: {shown}"
    elif kind == "activation":
        more = f", activation: {shown}"
    elif kind == "schedule":
        parts["optimizer"] = f"{{Adam: {{learning_rate: {shown}}}}}"
    else:
        parts[kind] = shown
    return end % (more, parts["loss"], parts["metric"], parts["optimizer"], parts["callback"])


OF_TRAINING = [(kind, name) for kind, name in PAIRS if kind not in ("layer", "op")]


@pytest.mark.parametrize(("kind", "name"), OF_TRAINING)
def test_what_is_written_instead_validates(kind, name):
    before = [
        item.code for item in check_text(spec_of(kind, name), "spec.yaml").diagnostics if item.severity == "error"
    ]
    assert "MS207" in before, before
    value = written(kind, name)
    if value is None:
        return
    new = value if isinstance(value, str) else next(iter(value))
    if isinstance(value, str) and any(field.is_required() for field in fields_of(kind, new)):
        value = {new: required(kind, new)}
    after = [item for item in check_text(spec_of(kind, value), "spec.yaml").diagnostics if item.severity == "error"]
    # What then does not fit this one output is said of the output, not of the name.
    assert not [item for item in after if item.code.startswith("MS2")], after


def fields_of(kind, name):
    entry = find(kind, name)
    return [] if entry is None else entry.model_fields.values()


def required(kind, name):
    sizes = {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.9, "first_decay_steps": 10}
    sizes |= {"num_classes": 2, "boundaries": [5], "values": [0.1, 0.01]}
    return {field: sizes[field] for field, info in find(kind, name).model_fields.items() if info.is_required()}


@pytest.mark.parametrize("name", [name for kind, name in [*PAIRS, *LEGACY] if kind == "layer" and written(kind, name)])
def test_a_layer_that_is_written_instead_validates(name):
    value = written("layer", name)
    new = value if isinstance(value, str) else next(iter(value))
    example = describe("ops." + new.removeprefix("ops.") if new.startswith("ops.") else new)
    assert example is not None
    if isinstance(value, dict) and not new.startswith("ops."):
        inputs = "[8, 8, 6]" if new not in ("Bidirectional", "TimeDistributed") else "[8, 6]"
        shown = yaml.safe_dump(value, default_flow_style=True).strip()
        text = f"modelspec: 1\ninputs: {{x: {inputs}}}\nlayers:\n  - {shown[1:-1]}\n"
        text += "    from: {query: x, value: x}\n" if new == "MultiHeadAttention" else ""
        assert [item for item in check_text(text, "spec.yaml").diagnostics if item.severity == "error"] == [], text


@pytest.mark.parametrize(
    ("wrong", "right"),
    {
        "GELU": "`Activation: gelu`", "SiLU": "`Activation: silu`", "Hardswish": "`Activation: hard_swish`",
        "nn.Linear": "`Dense: 3`", "torch.nn.Conv2d": "`Conv2D: {filters: 3, kernel_size: …}`",
        "tf.keras.layers.Dense": "`Dense: 3`", "Conv": "`Conv2D: {filters: 3, kernel_size: …}`",
        "MaxPool": "`MaxPooling2D: 3`", "Convolution": "`Conv2D: {filters: 3, kernel_size: …}`",
        "nn.BatchNorm2d": "`BatchNormalization`",
    }.items(),
)  # fmt: skip
def test_names_of_other_libraries_are_known_with_what_stands_before_them(wrong, right):
    text = f"modelspec: 1\ninputs: {{x: [8, 8, 6]}}\nlayers:\n  - {wrong}: 3\n"
    assert [item for item in check_text(text, "spec.yaml").diagnostics if item.code == "MS206" and right in item.help]


@pytest.mark.parametrize(
    "name", ["ExpertMixing3D", "GraphAttention", "CapsuleLayer", "MyLayer", "SwinBlock", "TokenLearner"]
)
def test_a_layer_that_is_near_nothing_is_ones_own(name):
    found = check_text(f"modelspec: 1\ninputs: {{x: [8, 8, 6]}}\nlayers:\n  - {name}: 3\n", "spec.yaml").diagnostics
    assert "--plugins" in found[0].help and "did you mean" not in found[0].help


@pytest.mark.parametrize("name", [name for name in names("layer") if len(name) > 4])
def test_a_letter_too_many_or_too_few_is_still_guessed(name):
    for wrong in (name + "x", name[:2] + name[3:]):
        if wrong in names("layer") or other_name("layer", wrong):
            continue
        found = check_text(
            f"modelspec: 1\ninputs: {{x: [8, 8, 6]}}\nlayers:\n  - {wrong}: 3\n", "spec.yaml"
        ).diagnostics
        assert found[0].code == "MS213" or "did you mean" in found[0].help, wrong
