"""What Keras's classes take beyond their signatures, through `**kwargs`, from the classes above each class.

Every name that a class above asks for, or takes out of its `kwargs`, is tried in Keras; what Keras accepts is an argument
of ours, or stands below with the reason.
"""

import inspect
import re
import warnings

import keras
import numpy as np
import pytest

from modelspec.catalogue.kinds import KINDS, find
from modelspec.manual.examples import made, sample_arguments
from modelspec.runtime.build.objects import to_keras

OF_ANY: dict[str, dict[str, str]] = {
    "layer": {
        "name": "a step has the name of its layer",
        "input_dim": "inputs are declared under `inputs`",
        "input_shape": "inputs are declared under `inputs`",
        "bounding_box_format": "for boxes that come beside the images; a spec's layers take the images",
    },
    "optimizer": {"decay": "Keras says that it has no effect any more"},
}
_NO_EFFECT = "Keras takes it from the class above and never looks at it"
_QUANTIZED = "a Python object that describes a layer which is quantized after training"
_SAVED = "what Keras saves beside the arguments, and takes back"
LEFT_OUT: dict[str, dict[str, str]] = {
    "AdditiveAttention": {"score_mode": _NO_EFFECT},
    "Bidirectional": {"weights": "arrays of an older Keras, which Keras keeps and never looks at"},
    "Dense": {"quantization_config": _QUANTIZED},
    "EinsumDense": {"quantization_config": _QUANTIZED, "gptq_unpacked_column_size": _QUANTIZED},
    "Embedding": {
        "input_length": "Keras says that it has no effect any more",
        "quantization_config": _QUANTIZED,
        "weights": "an array: `embeddings_initializer` takes it from a file",
    },
    "GRU": {"implementation": _NO_EFFECT},
    "GRUCell": {"implementation": "which of two ways computes the same numbers"},
    "IntegerLookup": {"vocabulary_size": _SAVED, "has_input_vocabulary": _SAVED},
    "LSTM": {"implementation": _NO_EFFECT},
    "LSTMCell": {"implementation": "which of two ways computes the same numbers"},
    "LeakyReLU": {"alpha": "the older name of negative_slope"},
    "LossScaleOptimizer": {
        "dynamic": "Keras takes nothing but true",
        **dict.fromkeys(
            (
                "weight_decay", "clipnorm", "clipvalue", "global_clipnorm", "use_ema", "ema_momentum",
                "ema_overwrite_frequency", "loss_scale_factor", "gradient_accumulation_steps",
            ),
            "Keras takes nothing but the default: it is the inner optimizer's",
        ),
    },
    "ReduceLROnPlateau": {"baseline": _NO_EFFECT},
    "ReversibleEmbedding": {
        "input_length": "Keras says that it has no effect any more",
        "quantization_config": _QUANTIZED,
        "weights": "an array: `embeddings_initializer` takes it from a file",
    },
    "StringLookup": {
        "vocabulary_size": _SAVED,
        "has_input_vocabulary": _SAVED,
        "oov_method": "Keras computes the same by either of its values, for texts",
    },
    "TensorBoard": {"embeddings_metadata": "it names files beside the run directory"},
    "TextVectorization": {"vocabulary_size": _SAVED, "has_input_vocabulary": _SAVED},
    "AutoContrast": {"factor": _NO_EFFECT},
    "CenterCrop": {"factor": _NO_EFFECT},
    "ContrastLimitedAdaptiveHistogramEqualization": {"factor": _NO_EFFECT},
    "MaxNumBoundingBoxes": {"factor": _NO_EFFECT},
    "MixUp": {"factor": _NO_EFFECT},
    "RandomColorJitter": {"factor": _NO_EFFECT},
    "RandomCrop": {"factor": _NO_EFFECT},
    "RandomFlip": {"factor": _NO_EFFECT},
    "RandomShear": {"factor": _NO_EFFECT},
    "RandomTranslation": {"factor": _NO_EFFECT},
    "RandomZoom": {"factor": _NO_EFFECT},
    "Resizing": {"factor": _NO_EFFECT},
    "Solarization": {"factor": _NO_EFFECT},
}  # fmt: skip
VALUES = (True, 1, 0.5, "auto", None, "floormod", [0.0, 1.0], np.ones((1000, 64)))
WITH_CLASSES = tuple(kind for kind in KINDS if KINDS[kind].classes and kind not in ("activation", "application"))


def public(kind, name):
    """Keras's class."""
    module = keras
    for part in KINDS[kind].keras_module.split(".")[1:]:
        module = getattr(module, part)
    return getattr(module, name)


def asked_for(made):
    """The names that the constructors of a class and those above ask for, in their signatures or in `kwargs`."""
    found = {}
    for above in made.__mro__:
        if "__init__" not in vars(above) or above is object:
            continue
        source = inspect.getsource(above.__init__) if inspect.isfunction(above.__init__) else ""
        for name in re.findall(r"""kwargs\.(?:pop|get)\(\s*["'](\w+)|["'](\w+)["'] in kwargs""", source):
            found.setdefault(name[0] or name[1], VALUES)
        for item in inspect.signature(above.__init__).parameters.values():
            if item.kind in (item.POSITIONAL_OR_KEYWORD, item.KEYWORD_ONLY) and item.name != "self":
                default = () if item.default is item.empty else (item.default,)
                found.setdefault(item.name, (*default, *VALUES))
    return found


def accepts(made, arguments, name, values):
    """Whether Keras makes the object with some value of the argument."""
    for value in values:
        try:
            made(**{**arguments, name: value})
        except Exception:  # whatever Keras raises is its refusal
            continue
        return True
    return False


@pytest.mark.parametrize("kind", WITH_CLASSES)
def test_what_keras_takes_through_kwargs_is_an_argument_or_left_out_with_a_reason(kind):
    strange, idle = {}, set(OF_ANY.get(kind, {})) - {"name"}
    for name in KINDS[kind].classes:
        entry = find(kind, name)
        sample = made(entry, sample_arguments(entry))
        arguments = {key: to_keras(getattr(sample, key)) for key in sample.model_fields_set}
        left_out = {"name": "", **OF_ANY.get(kind, {}), **LEFT_OUT.get(name, {})}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            taken = {
                argument
                for argument, values in asked_for(public(kind, name)).items()
                if argument not in entry.model_fields and accepts(public(kind, name), arguments, argument, values)
            }
        idle -= taken
        strange |= {f"{name}.{argument}": "unknown" for argument in taken - set(left_out)}
        strange |= {f"{name}.{argument}": "not taken" for argument in set(LEFT_OUT.get(name, {})) - taken}
    assert not strange
    assert not idle


def test_what_a_layer_takes_through_kwargs_is_in_none_of_its_signature():
    for name in KINDS["layer"].classes:
        own = set(inspect.signature(public("layer", name).__init__).parameters)
        assert not own & set(find("layer", name).through_kwargs), name
        assert set(find("layer", name).through_kwargs) <= set(find("layer", name).model_fields)
