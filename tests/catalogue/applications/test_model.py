"""Applications as parts of a network: their outputs and weights are those of Keras, over all of them and their arguments."""

import inspect
from math import prod

import keras
import pytest

from modelspec.catalogue.applications.model import ApplicationModel
from modelspec.catalogue.kinds import KINDS, find
from modelspec.catalogue.tensor import Refusal, Tensor

NAMES = sorted(KINDS["application"].classes)
LIGHT = (
    "MobileNetV2",
    "VGG16",
    "EfficientNetB0",
    "ConvNeXtTiny",
    "MobileNet",
    "MobileNetV3Small",
    "InceptionV3",
    "Xception",
)
"""Each is compared in every run, with some of the arguments; all of them take minutes."""
PLAIN = [{"include_top": False, "input_shape": (97, 130, 1)}, {"include_top": False, "input_shape": (224, 101, 3)},
         {"include_top": False, "pooling": "avg"}, {"classes": 7}]  # fmt: skip
MOBILE = {
    "MobileNet": [{"alpha": 0.5, "depth_multiplier": 2}, {"alpha": 1.3, "include_top": False}],
    "MobileNetV2": [{"alpha": 0.35}, {"alpha": 1.4, "include_top": False}],
    "MobileNetV3Large": [{"alpha": 0.75}, {"alpha": 1.3, "classes": 5}, {"minimalistic": True, "include_top": False}],
    "MobileNetV3Small": [{"alpha": 0.75}, {"alpha": 1.5, "classes": 5}, {"minimalistic": True, "include_top": False}],
}


def cases():
    for name in NAMES:
        for turn, arguments in enumerate([*PLAIN, *MOBILE.get(name, [])]):
            quick = name in LIGHT and (turn + LIGHT.index(name)) % 3 == 0
            marks = () if quick else pytest.mark.slow
            yield pytest.param(name, arguments, marks=marks, id=f"{name}-{arguments}")


def entry_of(name, arguments):
    return ApplicationModel(network=find("application", name)(weights=None, **arguments))


def keras_of(name, arguments):
    """The Keras model, without numbers: half of them are larger than a small machine's memory."""
    with keras.StatelessScope(initialize_variables=False):
        return getattr(keras.applications, name)(weights=None, **arguments)


@pytest.mark.parametrize(("name", "arguments"), [*cases()])
def test_outputs_and_weights_are_keras_s(name, arguments):
    entry = entry_of(name, arguments)
    try:
        theirs = keras_of(name, arguments)
    except ValueError as error:
        pytest.skip(f"Keras does not build it: {error}")
    given = Tensor((None, *entry.network.image_shape))
    assert tuple(theirs.input_shape)[3] == given.shape[3]
    assert entry.infer(given).shape == tuple(theirs.output_shape)
    ours = {weight.trainable: prod(weight.shape) for weight in entry.new_weights(given)}
    trained = sum(prod(weight.shape) for weight in theirs.trainable_weights)
    everything = sum(prod(weight.shape) for weight in theirs.weights)
    assert (ours.get(True, 0), ours.get(False, 0)) == (trained, everything - trained)
    keras.backend.clear_session()


def test_every_application_has_its_sizes():
    for name in NAMES:
        assert entry_of(name, {}).size.total > 900_000, name
        assert set(inspect.signature(getattr(keras.applications, name)).parameters) >= {"weights", "name"}


def test_other_images_are_refused():
    entry = entry_of("ResNet50", {"include_top": False, "input_shape": (64, 64, 3)})
    for shape in ((None, 64, 64), (None, 64, 64, 1), (None, 65, 64, 3)):
        with pytest.raises(Refusal):
            entry.infer(Tensor(shape))
    assert entry.infer(Tensor((None, None, 64, 3))).shape == (None, 2, 2, 2048)


def test_a_frozen_application_has_no_trainable_weights():
    network = find("application", "ResNet50")(weights=None, include_top=False)
    weights = ApplicationModel(network=network, trainable=False).new_weights(Tensor((None, None, None, 3)))
    assert [weight.trainable for weight in weights] == [False, False]
