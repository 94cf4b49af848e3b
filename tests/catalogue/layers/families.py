"""What the tests of a layer family share: one table of drawn configurations per family, checked against Keras."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.tensor import Refusal, Tensor
from tests.catalogue.oracle import BASE_FIELDS, assert_agrees, assert_same_signature, ours, signature_of
from tests.catalogue.strategies import dtypes, shapes

BASE_ARGUMENTS = {
    "dtype": st.sampled_from(["mixed_float16", "float16", "float64"]),
    "trainable": st.booleans(),
}


def assert_same_arguments(layer: type[Layer], left_out: Mapping[str, str]) -> None:
    """Names and defaults equal Keras's, and so does their order, which decides what a bare value means."""
    assert_same_signature(layer, left_out)
    signed = [name for name in layer.model_fields if name not in BASE_FIELDS]
    assert signed == [*(name for name in signature_of(layer, left_out) if name not in BASE_FIELDS), *_unsigned(layer)]


def _unsigned(layer: type[Layer]) -> list[str]:
    """The arguments that Keras takes through `**kwargs` only, which stand after the others."""
    signature = signature_of(layer, {})
    return [name for name in layer.through_kwargs if name not in signature]


def configurations(
    layer: type[Layer],
    arguments: Mapping[str, st.SearchStrategy[Any]],
    base_arguments: tuple[str, ...] = ("dtype", "trainable"),
) -> st.SearchStrategy[Layer]:
    """Layers of this class with each argument drawn or left out, and so with those that all layers take."""
    base = {name: BASE_ARGUMENTS[name] for name in base_arguments}
    required = {name for name, field in layer.model_fields.items() if field.is_required()}
    optional = {name: drawn for name, drawn in {**base, **arguments}.items() if name not in required}
    return st.fixed_dictionaries({name: arguments[name] for name in required}, optional=optional).map(
        lambda drawn: layer(**drawn)
    )


def tensors(min_rank: int = 1, max_rank: int = 5, low: int = 1, high: int = 12) -> st.SearchStrategy[Tensor]:
    """One input of any rank and dtype."""
    return st.builds(Tensor, shapes(min_rank, max_rank, low, high), dtypes())


def assert_agrees_or_stricter(layer: Layer, stricter: tuple[str, ...] = (), **inputs: Any) -> None:
    """Keras's answer, or a refusal with one of the codes `stricter` where Keras would only fail on the first batch."""
    mine = ours(layer, **inputs)
    if isinstance(mine, Refusal) and mine.code in stricter:
        return
    assert_agrees(layer, **inputs)
