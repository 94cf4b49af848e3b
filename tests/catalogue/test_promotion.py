"""Keras's dtype promotion against Keras's."""

import itertools

import keras
import pytest

from modelspec.catalogue.promotion import NoCommonDtype, result_type

DTYPES = (
    "bool", "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64", "bfloat16", "float16", "float32",
    "float64", "complex64", "complex128", "string", "int", "float",
)  # fmt: skip
PYTHON = {"int": int, "float": float}


def keras_says(dtypes):
    try:
        return keras.backend.result_type(*(PYTHON.get(dtype, dtype) for dtype in dtypes))
    except ValueError:
        return None


def ours(dtypes):
    try:
        return result_type(*dtypes)
    except NoCommonDtype:
        return None


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_common_dtype_of_any_dtypes_is_keras_own(count):
    for dtypes in itertools.product(DTYPES, repeat=count):
        assert ours(dtypes) == keras_says(dtypes), dtypes


def test_a_number_of_the_spec_gives_way_to_a_small_float():
    assert result_type("float16", "float") == "float16"
    assert result_type("int8", "float") == "float32"


def test_a_string_has_no_common_dtype_with_a_number():
    with pytest.raises(NoCommonDtype):
        result_type("string", "float32")
