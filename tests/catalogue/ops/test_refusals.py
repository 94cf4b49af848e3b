"""What a user reads when a function cannot take these tensors."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from modelspec.catalogue.tensor import Refusal, Tensor
from tests.catalogue.ops.oracle import op, ours


def refusal(name, arguments, **tensors):
    found = ours(op(name, **arguments), **tensors)
    assert isinstance(found, Refusal)
    return found


@pytest.mark.parametrize(
    ("name", "arguments", "tensors", "code", "message"),
    [
        (
            "add", {}, {"x1": Tensor((None, 3)), "x2": Tensor((None, 4))}, "MS402",
            "ops.add cannot broadcast (None, 3) and (None, 4): 3 does not fit 4",
        ),
        ("add", {}, {"x1": Tensor((None, 3))}, "MS406", "ops.add needs x2"),
        ("sigmoid", {}, {"x": Tensor((None, 3), "int32")}, "MS405", "ops.sigmoid works on floats; received int32"),
        (
            "mean", {"axis": 2}, {"x": Tensor((None, 3))}, "MS408",
            "ops.mean: axis 2 is out of bounds for a tensor with 2 axes, batch included",
        ),
        (
            "concatenate", {"axis": 1}, {"xs": (Tensor((None, 3, 2)), Tensor((None, 3, 4)))}, "MS402",
            "ops.concatenate: inputs differ outside axis 1: (None, 3, 2) and (None, 3, 4)",
        ),
        (
            "reshape", {"newshape": [2, 5]}, {"x": Tensor((2, 6))}, "MS407",
            "ops.reshape cannot make [2, 5] of (2, 6): the number of elements must stay 12",
        ),
        (
            "matmul", {}, {"x1": Tensor((None, 3)), "x2": Tensor((4, 5))}, "MS407",
            "ops.matmul needs equal inner sizes, and 3 is not 4; received (None, 3) and (4, 5)",
        ),
        (
            "image.resize", {"size": [4, 4]}, {"images": Tensor((None, 8))}, "MS401",
            "ops.image.resize needs 3 axes (one image) or 4 (a batch of images); received (None, 8)",
        ),
        ("einsum", {"subscripts": "ij, jk->ik"}, {"operands": (Tensor((2, 2)),) * 2}, "MS408", None),
        ("max_pool", {"pool_size": [1, 2]}, {"inputs": Tensor((None, 8, 3))}, "MS408", None),
    ],
)  # fmt: skip
def test_a_refusal_says_what_was_expected_and_received(name, arguments, tensors, code, message):
    refused = refusal(name, arguments, **tensors)
    assert refused.code == code
    assert message is None or refused.message == message


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("multiply", {"x2": "two"}),
        ("multiply", {"x2": float("nan")}),
        ("clip", {"x_min": True, "x_max": 1}),
        ("mean", {"axis": 1.0}),
        ("mean", {"axis": True}),
        ("mean", {"axes": 1}),
        ("pad", {"pad_width": -1}),
        ("pad", {"pad_width": [[1, 2, 3]]}),
        ("max_pool", {"pool_size": 0}),
        ("unfold", {"kernel_size": 2, "padding": -1}),
        ("tensordot", {"axes": [0, 1]}),
        ("norm", {"ord": "frobenius"}),
        ("image.pad_images", {"top_padding": 1}),
        ("image.resize", {"size": [4, 4], "crop_to_aspect_ratio": True, "pad_to_aspect_ratio": True}),
    ],
)
def test_an_argument_of_the_wrong_kind_is_refused(name, arguments):
    with pytest.raises(ValidationError):
        op(name, **arguments)


def test_a_whole_number_stays_one_because_it_decides_the_dtype():
    assert op("multiply", x2=2).infer(x1=Tensor((None,), "int32")).dtype == "int32"
    assert op("multiply", x2=2.0).infer(x1=Tensor((None,), "int32")).dtype == "float32"
