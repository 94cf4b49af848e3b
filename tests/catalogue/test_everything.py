"""What holds for every layer there is, without a list of them: nothing of Keras is forgotten, and all can be written."""

import inspect

import keras
import pytest
import yaml

from modelspec.catalogue.kinds import KINDS, find
from modelspec.catalogue.layers import LAYER_ALIASES, LAYERS, LAYERS_LEFT_OUT
from modelspec.language.arguments import first_argument
from modelspec.language.objects import Reader
from modelspec.manual.examples import made, sample_arguments
from modelspec.runs.resolved import arguments_of
from modelspec.runtime.build.objects import to_keras
from modelspec.source import parse
from tests.catalogue.named import public_classes


def test_every_public_layer_of_keras_is_in_the_catalogue_or_left_out_with_a_reason():
    public = public_classes("layer")
    assert {*LAYERS, *LAYERS_LEFT_OUT} <= set(public) <= {*LAYERS, *LAYER_ALIASES, *LAYERS_LEFT_OUT}
    assert all(LAYERS_LEFT_OUT.values())


@pytest.mark.parametrize("name", LAYERS)
def test_a_value_alone_is_keras_first_argument_and_required_ones_come_in_keras_order(name):
    layer = find("layer", name)
    signature = [
        item
        for item in inspect.signature(getattr(keras.layers, name).__init__).parameters.values()
        if item.name not in ("self", "name") and item.kind in (item.POSITIONAL_OR_KEYWORD, item.KEYWORD_ONLY)
    ]
    if signature and first_argument(layer) is not None:
        assert first_argument(layer) == signature[0].name
    required = [field for field, info in layer.model_fields.items() if info.is_required()]
    assert required == [item.name for item in signature if item.default is item.empty]


def read(kind, name, values):
    """The entry that the reader makes of YAML with these arguments."""
    text = yaml.safe_dump({"x": {name: values}}, allow_unicode=True)
    document, problems = parse(text, "spec.yaml")
    assert document is not None, problems
    found = []
    entry = Reader(found).object(kind, document.place.get("x"))
    assert [problem.message for problem in found] == [], text
    return entry


UNTOLD = ("name", "seed", "activity_regularizer", "autocast")
"""What Keras draws anew for each object, or tells only when it was given."""


def config(entry):
    """What Keras says of the object, without that."""
    return _without_defaults(to_keras(entry).get_config())


def _without_defaults(value):
    if isinstance(value, dict):
        kept = {key: item for key, item in value.items() if key not in UNTOLD}
        return {key: _without_defaults(item) for key, item in kept.items()}
    if isinstance(value, list | tuple):
        # One axis in a list is that axis.
        return (
            value[0] if len(value) == 1 and isinstance(value[0], int) else [_without_defaults(item) for item in value]
        )
    return value


@pytest.mark.parametrize("kind", [kind for kind in KINDS if KINDS[kind].classes])
def test_every_example_comes_back_from_its_yaml_with_every_argument_written_out(kind):
    for name in KINDS[kind].classes:
        entry = made(find(kind, name), sample_arguments(find(kind, name)))
        again = read(kind, name, arguments_of(entry))
        assert read(kind, name, arguments_of(again)) == again
        if kind not in ("callback", "application"):
            assert config(again) == config(entry), name
