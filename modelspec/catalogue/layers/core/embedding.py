"""Embedding and ReversibleEmbedding: whole numbers to vectors, and back to scores. No TensorFlow here."""

from __future__ import annotations

from math import prod
from typing import ClassVar, Literal

from pydantic import model_validator

from modelspec.catalogue.entry import refuse_arguments
from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.layers.lora import adapted, refuse_constrained
from modelspec.catalogue.layers.rules import refuse_text
from modelspec.catalogue.tensor import Masks, Refusal, Tensor, Tensors, Weight, shape_text
from modelspec.catalogue.types import Bool, Constraint, Float, Initializer, PositiveInt, Regularizer


class Embedding(Layer):
    """A vector for each of `input_dim` whole numbers. https://keras.io/api/layers/core_layers/embedding/"""

    takes_ragged: ClassVar[bool] = True
    ends_in: ClassVar[str | None] = "linear"
    looks_up: ClassVar[str | None] = "input_dim"
    embeds: ClassVar[bool] = True
    input_dim: PositiveInt
    output_dim: PositiveInt
    embeddings_initializer: Initializer = "uniform"
    embeddings_regularizer: Regularizer = None
    embeddings_constraint: Constraint = None
    mask_zero: Bool = False
    lora_rank: PositiveInt | None = None
    lora_alpha: Float | None = None

    @model_validator(mode="after")
    def _adaptable(self) -> Embedding:
        refuse_constrained(self.lora_rank, self.embeddings_constraint, "embeddings_constraint")
        return self

    def infer(self, inputs: Tensor) -> Tensor:
        """(...) -> (..., output_dim)."""
        refuse_text(self, inputs)
        return Tensor((*inputs.shape, self.output_dim), self.compute_dtype)

    def new_weights(self, inputs: Tensor) -> tuple[Weight, ...]:
        """`embeddings` (input_dim, output_dim)."""
        table = Weight("embeddings", (self.input_dim, self.output_dim), self.trainable, self.variable_dtype)
        table, more = adapted(table, self.lora_rank, self.trainable)
        return (table, *more)

    def output_masks(self, previous: Masks, inputs: Tensor | Tensors, outputs: Tensors) -> Masks:
        """With `mask_zero`, a boolean for each number that is looked up."""
        assert isinstance(inputs, Tensor)
        return (inputs.shape,) if self.mask_zero else ()


class ReversibleEmbedding(Layer):
    """An embedding that can also be called backwards. https://keras.io/api/layers/core_layers/reversible_embedding/"""

    looks_up: ClassVar[str | None] = "input_dim"
    embeds: ClassVar[bool] = True
    through_kwargs = ("lora_rank", "lora_alpha")
    input_dim: PositiveInt
    output_dim: PositiveInt
    tie_weights: Bool = True
    embeddings_initializer: Initializer = "uniform"
    embeddings_regularizer: Regularizer = None
    embeddings_constraint: Constraint = None
    mask_zero: Bool = False
    reverse_dtype: Literal["float32", "float16", "bfloat16", "float64"] | None = None
    logit_soft_cap: Float | None = None
    lora_rank: PositiveInt | None = None
    lora_alpha: Float | None = None

    @model_validator(mode="after")
    def _adaptable(self) -> ReversibleEmbedding:
        if self.lora_rank is not None and not self.tie_weights:
            refuse_arguments("Keras cannot adapt a table whose weights are not tied", argument="lora_rank")
        refuse_constrained(self.lora_rank, self.embeddings_constraint, "embeddings_constraint")
        return self

    def infer(self, inputs: Tensor, reverse: bool = False) -> Tensor:
        """(...) -> (..., output_dim); in reverse (..., output_dim) -> (..., input_dim)."""
        refuse_text(self, inputs)
        if not reverse:
            return Tensor((*inputs.shape, self.output_dim), self.compute_dtype)
        if inputs.rank < 2 or inputs.shape[-1] not in (None, self.output_dim):
            raise Refusal(
                "MS407",
                f"ReversibleEmbedding in reverse needs a last axis of {self.output_dim}, its output_dim; "
                f"received {shape_text(inputs.shape)}",
                help="change the last axis to that size first, with Dense for instance",
            )
        return Tensor((*inputs.shape[:-1], self.input_dim), self.compute_dtype)

    def new_weights(self, inputs: Tensor, reverse: bool = False) -> tuple[Weight, ...]:
        """`embeddings` (input_dim, output_dim) and, where weights are not tied, `reverse_embeddings`."""
        table = Weight("embeddings", (self.input_dim, self.output_dim), self.trainable, self.variable_dtype)
        if self.lora_rank is not None:
            adapted_table, more = adapted(table, self.lora_rank, self.trainable)
            return (adapted_table, *more)
        back = table._replace(name="reverse_embeddings", shape=(self.output_dim, self.input_dim))
        return (table,) if self.tie_weights else (table, back)

    def output_masks(self, previous: Masks, inputs: Tensor | Tensors, outputs: Tensors) -> Masks:
        """With `mask_zero`, a boolean for each number that is looked up; none in reverse."""
        assert isinstance(inputs, Tensor)
        forwards = outputs[0].shape[:-1] == inputs.shape
        return (inputs.shape,) if self.mask_zero and forwards else ()

    def multiply_adds(self, inputs: Tensor, reverse: bool = False) -> int:
        """None forward, which only looks up; in reverse each input once for every one of `input_dim`."""
        return prod(dim or 1 for dim in inputs.shape[1:]) * self.input_dim if reverse else 0
