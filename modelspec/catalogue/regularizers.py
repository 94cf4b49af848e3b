"""The regularizers: what large weights or outputs add to the loss. No TensorFlow here."""

from __future__ import annotations

from typing import ClassVar, Literal

from modelspec.catalogue.entry import Entry
from modelspec.catalogue.types import NonNegativeFloat


class Regularizer(Entry):
    """What all regularizers are."""

    keras_module: ClassVar[str] = "keras.regularizers"


class L1(Regularizer):
    """`l1 * sum(abs(x))`. https://keras.io/api/layers/regularizers/#l1-class"""

    made_float32: ClassVar[tuple[str, ...]] = ("l1",)
    l1: NonNegativeFloat = 0.01


class L1L2(Regularizer):
    """`l1 * sum(abs(x)) + l2 * sum(x ** 2)`. https://keras.io/api/layers/regularizers/#l1l2-class"""

    l1: NonNegativeFloat = 0.0
    l2: NonNegativeFloat = 0.0


class L2(Regularizer):
    """`l2 * sum(x ** 2)`. https://keras.io/api/layers/regularizers/#l2-class"""

    l2: NonNegativeFloat = 0.01


class OrthogonalRegularizer(Regularizer):
    """Pushes the rows or columns apart. https://keras.io/api/layers/regularizers/#orthogonalregularizer-class"""

    made_float32: ClassVar[tuple[str, ...]] = ("factor",)
    factor: NonNegativeFloat = 0.01
    mode: Literal["rows", "columns"] = "rows"
