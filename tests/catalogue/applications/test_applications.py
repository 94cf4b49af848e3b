"""The applications against Keras: arguments, and the images each one takes, without building the large networks."""

from unittest import mock

import keras
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from modelspec.catalogue.kinds import KINDS
from modelspec.runtime.build.objects import to_keras
from tests.catalogue.named import arguments, assert_refused, assert_same_arguments, entries, entry

APPLICATIONS = entries("application")
INPUT_TENSOR = {"input_tensor": "a tensor, which a spec cannot contain; `from` feeds the model"}


class Accepted(Exception):
    """Raised in the place of Keras's Input, which comes after Keras has looked at all arguments but one."""

    def __init__(self, shape):
        self.shape = shape


def keras_image_shape(name, given_arguments):
    """The image shape that Keras builds the network for, or None where it refuses."""
    with mock.patch.object(keras.src.layers, "Input", side_effect=lambda shape: (_ for _ in ()).throw(Accepted(shape))):
        try:
            getattr(keras.applications, name)(**given_arguments)
        except Accepted as accepted:
            return tuple(accepted.shape)
        except ValueError:
            return None
    raise AssertionError("Keras built the network without an Input")


def our_image_shape(name, given_arguments):
    """The image shape by our rules, or None where we refuse."""
    try:
        return entry("application", name)(**given_arguments).image_shape
    except ValidationError:
        return None


def test_each_public_function_of_keras_is_described():
    public = {name for name in vars(keras.applications) if name[0].isupper()}
    assert public == set(KINDS["application"].classes)


@pytest.mark.parametrize("name", APPLICATIONS)
def test_an_application_has_kerass_arguments_in_kerass_order(name):
    assert_same_arguments("application", name, INPUT_TENSOR)
    assert list(entry("application", name).model_fields) == [
        item for item in arguments("application", name) if item not in (*INPUT_TENSOR, "name")
    ]


SIZES = st.sampled_from([None, 31, 32, 70, 71, 74, 75, 96, 128, 224, 240, 299, 331, 384])
SHAPES = st.one_of(
    st.none(),
    st.tuples(SIZES, SIZES, st.sampled_from([1, 3])),
    SIZES.map(lambda size: (size, size, 3)),
)


@pytest.mark.filterwarnings("ignore:`input_shape` is undefined")
@pytest.mark.parametrize("name", APPLICATIONS)
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(
    given_arguments=st.fixed_dictionaries(
        {"weights": st.sampled_from([None, "imagenet"])},
        optional={
            "include_top": st.booleans(),
            "input_shape": SHAPES,
            "classes": st.sampled_from([10, 1000]),
        },
    ),
    alpha=st.sampled_from([0.25, 0.35, 0.75, 1.0, 1.4]),
)
@example(given_arguments={"weights": None}, alpha=1.0)
@example(given_arguments={"weights": None, "include_top": False}, alpha=1.0)
@example(given_arguments={"weights": "imagenet", "classes": 10}, alpha=1.0)
@example(given_arguments={"weights": "imagenet", "input_shape": (224, 224, 3)}, alpha=1.0)
@example(given_arguments={"weights": "imagenet", "include_top": False, "input_shape": (None, None, 3)}, alpha=1.0)
@example(given_arguments={"weights": None, "include_top": True, "input_shape": (None, None, 3)}, alpha=1.0)
def test_images_and_weights_are_refused_where_keras_refuses_them(name, given_arguments, alpha):
    if "alpha" in entry("application", name).model_fields:
        given_arguments = {**given_arguments, "alpha": alpha}
    ours = our_image_shape(name, given_arguments)
    shape = given_arguments.get("input_shape") or (() if given_arguments.get("include_top", True) else (None,))
    partly = shape[:1] != (None,) and shape[1:2] == (None,) and entry("application", name).pads_by_size
    if ours is None and (partly or (name.startswith("NASNet") and None in shape)):
        return  # Keras finds out where it builds the network (`test_inner`), and of a NASNet where it is called.
    if ours is None and name.startswith("MobileNetV3") and (None in shape or 1 in shape):
        return  # Keras looks at sizes only where both are known, and at channels only when it loads the weights.
    assert ours == keras_image_shape(name, given_arguments)


@pytest.mark.filterwarnings("ignore:`input_shape` is undefined")
@pytest.mark.parametrize("minimalistic", [True, False])
@pytest.mark.parametrize("alpha", [0.75, 1.0])
def test_the_narrow_networks_have_weights_where_keras_has_them(minimalistic, alpha):
    given_arguments = {"alpha": alpha, "minimalistic": minimalistic}
    for name in ("MobileNetV3Small", "MobileNetV3Large"):
        assert our_image_shape(name, given_arguments) == keras_image_shape(name, given_arguments)
    assert_refused("application", "MobileNet", depth_multiplier=2)
    assert keras_image_shape("MobileNet", {"depth_multiplier": 2}) is None


def test_given_weights_end_in_a_softmax_as_in_keras():
    for activation in ("softmax", "linear", None):
        keras.src.applications.imagenet_utils.validate_activation(activation, "imagenet")
        assert entry("application", "ResNet50")(classifier_activation=activation)
    with pytest.raises(ValueError, match="classifier_activation"):
        keras.src.applications.imagenet_utils.validate_activation("relu", "imagenet")
    assert_refused("application", "ResNet50", classifier_activation="relu")
    assert entry("application", "ResNet50")(classifier_activation="relu", weights=None)


def test_an_application_is_built_by_keras():
    small = entry("application", "MobileNet")(weights=None, alpha=0.25, classes=5, input_shape=(32, 32, 3))
    assert to_keras(small, name="tiny").output_shape == (None, 5)


@pytest.mark.parametrize(
    "given_arguments",
    [
        {"weights": ""},
        {"weights": True},
        {"pooling": "mean"},
        {"classes": 0},
        {"input_shape": [224, 224]},
        {"input_tensor": "x"},
    ],
)
def test_arguments_that_mean_nothing_are_refused(given_arguments):
    assert_refused("application", "ResNet50", **given_arguments)
