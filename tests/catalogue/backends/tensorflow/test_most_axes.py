"""Tensors of more axes than a kernel of TensorFlow takes are refused, and no others."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from modelspec.catalogue.backends.tensorflow.functions import refuse_without_kernel
from modelspec.catalogue.backends.tensorflow.limits import MOST_AXES
from modelspec.catalogue.ops import find_op
from modelspec.catalogue.tensor import Refusal, Tensor
from modelspec.manual.examples import given_to, made, sample_arguments
from modelspec.pipeline import check_text
from modelspec.runtime.build.ops import call_op

SIZES = (2, 1, 2, 1, 2, 1, 2, 3, 2, 2)


def with_axes(value, count):
    """The tensors of a call, of so many axes."""
    if isinstance(value, Tensor):
        return value._replace(shape=SIZES[:count])
    return tuple(item._replace(shape=SIZES[:count]) for item in value)


def array(tensor):
    """Numbers between 0 and 1, of the tensor's dtype."""
    numbers = np.random.default_rng(1).uniform(0.2, 0.9, tensor.shape)
    return tf.constant(numbers > 0.5) if tensor.dtype == "bool" else tf.constant(numbers, tensor.dtype)


def trained(function, given):
    """Whether the function runs, and its gradient."""
    arrays = {
        name: array(value) if isinstance(value, Tensor) else [array(item) for item in value]
        for name, value in given.items()
    }
    try:
        with tf.GradientTape() as tape:
            floats = [item for item in keras.tree.flatten(arrays) if item.dtype.is_floating]
            tape.watch(floats)
            made = [item for item in keras.tree.flatten(call_op(function, **arrays)) if item is not None]
            total = tf.add_n([tf.reduce_sum(tf.cast(item, "float32")) for item in made])
        tape.gradient(total, floats)
    except tf.errors.OpError:
        return False
    return True


@pytest.mark.parametrize("name", MOST_AXES)
def test_one_axis_more_than_the_kernel_takes_is_refused(name):
    function = made(find_op(name), sample_arguments(find_op(name)))
    usual = given_to(function)
    most, more = ({key: with_axes(value, MOST_AXES[name] + one) for key, value in usual.items()} for one in (0, 1))
    function.infer(**most)
    function.infer(**more)
    refuse_without_kernel(function, most)
    assert trained(function, most)
    with pytest.raises(Refusal) as refusal:
        refuse_without_kernel(function, more)
    assert refusal.value.code == "MS401"
    assert not trained(function, more)


def test_a_transform_of_no_numbers_is_refused_as_it_would_end_the_process():
    text = "modelspec: 1\ninputs: {a: [3, %d], b: [3, %d]}\nlayers:\n  - ops.irfft:%s\n    from: [a, b]\n    name: y\n"
    for size, length, codes in ((1, "", ["MS404"]), (2, "", []), (1, " {fft_length: 4}", [])):
        assert [item.code for item in check_text(text % (size, size, length)).diagnostics] == codes


def test_sequences_longer_than_their_axis_are_refused():
    text = "modelspec: 1\ninputs: {a: [6]}\nlayers:\n  - ops.extract_sequences: {sequence_length: %d, sequence_stride: 5}\n"
    for length, codes in ((7, ["MS404"]), (6, [])):
        assert [item.code for item in check_text(text % length).diagnostics] == codes
