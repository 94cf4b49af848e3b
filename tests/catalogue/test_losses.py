"""The losses against Keras: arguments, names, and the targets that each one takes."""

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelspec.catalogue.losses import Loss
from modelspec.catalogue.tensor import Refusal, Shape, Tensor
from modelspec.runtime.objects import to_keras
from tests.catalogue.named import (
    assert_both_refuse,
    assert_builds,
    assert_identifiers_are_kerass,
    assert_refused,
    assert_same_arguments,
    entries,
    entry,
    source_module,
)

LOSSES = entries("loss")
FUNCTIONS = sorted(name for name, made in source_module("loss" + "es").ALL_OBJECTS_DICT.items() if callable(made)) if False else None
