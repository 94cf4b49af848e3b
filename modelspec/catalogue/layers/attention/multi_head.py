"""MultiHeadAttention and GroupQueryAttention. No TensorFlow here.

In the shapes below a query has T steps, and value and key have S steps.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from math import prod
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import BeforeValidator, Field, model_validator

from modelspec.catalogue.entry import refuse_arguments
from modelspec.catalogue.layers.attention.attention import cannot_broadcast, differ
from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.layers.naming import prefixed
from modelspec.catalogue.layers.rules import Axes, known_size, mask_fits, refuse_text
from modelspec.catalogue.layers.windows import places
from modelspec.catalogue.tensor import Refusal, Shape, Tensor, Tensors, Weight, shape_text
from modelspec.catalogue.types import (
    Bool,
    Constraint,
    Fraction,
    Initializer,
    Int,
    PositiveInt,
    Regularizer,
    spread,
)

Sizes = Annotated[tuple[PositiveInt, ...], Field(min_length=1), BeforeValidator(spread(1))]
"""One size or several."""


class _Heads(Layer):
    """What MultiHeadAttention and GroupQueryAttention share: query, value and key projected to several heads."""

    never_null: ClassVar[tuple[str, ...]] = ("kernel_initializer", "bias_initializer")
    ends_in: ClassVar[str | None] = "linear"
    multiplies: ClassVar[bool] = True
    keeps_mask: ClassVar[bool] = True
    if TYPE_CHECKING:  # each layer declares these at their place in Keras's signature
        dropout: Fraction
        use_bias: Bool
        use_gate: Bool
        sliding_window: PositiveInt | None
        flash_attention: Bool | None

    @model_validator(mode="after")
    def _flash_without_dropout(self) -> _Heads:
        if self.flash_attention and self.dropout > 0:
            refuse_arguments(
                "dropout is not supported with flash attention; "
                f"received flash_attention=True and dropout={self.dropout}",
                argument="dropout",
            )
        return self

    def infer(
        self,
        query: Tensor,
        value: Tensor,
        key: Tensor | None = None,
        query_mask: Tensor | None = None,
        value_mask: Tensor | None = None,
        key_mask: Tensor | None = None,
        attention_mask: Tensor | None = None,
        return_attention_scores: bool = False,
        use_causal_mask: bool = False,
    ) -> Tensor | Tensors:
        """query (batch, T, n), value (batch, S, m), key (batch, S, k) -> (batch, T, n), or as `output_shape` says.

        The key is the value where it is left out; `return_attention_scores` adds the scores, one table for each head.
        """
        key = value if key is None else key
        self._check_projected(query, value, key)
        self._check_axes(query, value, return_attention_scores)
        if query.rank > 3 and (use_causal_mask or self.sliding_window is not None):
            raise Refusal(
                "MS401",
                f"{type(self).__name__}: a causal mask or a sliding window needs (batch, steps, features); "
                f"received {shape_text(query.shape)}",
                help="give the input 3 axes with Reshape, or leave the mask out",
            )
        self._check_mask(query, value, attention_mask)
        self._check_step_masks(query, value, [query_mask, value_mask, key_mask], attention_mask)
        output = Tensor((*query.shape[:-1], *self._output_sizes(query)), self.compute_dtype)
        if not return_attention_scores:
            return output
        if self.flash_attention:
            raise Refusal(
                "MS408",
                f"{type(self).__name__}: flash attention does not give attention scores",
                help="leave out `flash_attention` or `return_attention_scores`",
                argument="flash_attention",
            )
        table = Tensor((query.shape[0], self._head_counts[0], *self._scores_table(query, value)), self.compute_dtype)
        return (output, table)

    def new_weights(
        self, query: Tensor, value: Tensor, key: Tensor | None = None, **more: Tensor | bool | None
    ) -> tuple[Weight, ...]:
        """A kernel and a bias for each of `query`, `key`, `gate` (with `use_gate`), `value` and `attention_output`."""
        weights: list[Weight] = []
        for name, (shape, bound) in self._projections(query, value, key).items():
            made = [Weight("kernel", shape, True, self.variable_dtype)]
            if self.use_bias:
                made.append(Weight("bias", shape[bound:], True, self.variable_dtype))
            weights.extend(prefixed(name, made))
        return tuple(weights)

    def multiply_adds(
        self, query: Tensor, value: Tensor, key: Tensor | None = None, **more: Tensor | bool | None
    ) -> int:
        """The projections, each at every step, then the scores and their product with the value."""
        asked, answered = places(query.shape[1:-1]), places(value.shape[1:-1])
        steps = {"key": answered, "value": answered}
        projected = sum(
            steps.get(name, asked) * prod(shape) for name, (shape, _) in self._projections(query, value, key).items()
        )
        return projected + self._pairs(query, value) * self._head_counts[0] * sum(self._head_sizes)

    @property
    @abstractmethod
    def _head_counts(self) -> tuple[int, int]:
        """How many heads the query has, and how many key and value have."""

    @property
    @abstractmethod
    def _head_sizes(self) -> tuple[int, int]:
        """The size of a head of query and key, and of a head of the value."""

    def _output_sizes(self, query: Tensor) -> tuple[int, ...]:
        return (known_size(self, -1, query),)

    def _scores_table(self, query: Tensor, value: Tensor) -> Shape:
        return (query.shape[1], value.shape[1])

    def _pairs(self, query: Tensor, value: Tensor) -> int:
        return places(query.shape[1:-1]) * places(value.shape[1:-1])

    @abstractmethod
    def _check_axes(self, query: Tensor, value: Tensor, scores: bool) -> None:
        """Refuse axes that attention cannot run over."""

    def _projections(self, query: Tensor, value: Tensor, key: Tensor | None) -> dict[str, tuple[tuple[int, ...], int]]:
        """For each projection its kernel's shape, and how many of its axes are summed over."""
        heads, shared = self._head_counts
        key_size, value_size = self._head_sizes
        asked = known_size(self, -1, query)
        found: dict[str, tuple[tuple[int, ...], int]] = {
            "query": ((asked, heads, key_size), 1),
            "key": ((known_size(self, -1, value if key is None else key), shared, key_size), 1),
        }
        if self.use_gate:
            found["gate"] = ((asked, heads, value_size), 1)
        found["value"] = ((known_size(self, -1, value), shared, value_size), 1)
        found["attention_output"] = ((heads, value_size, *self._output_sizes(query)), 2)
        return found

    def _check_projected(self, query: Tensor, value: Tensor, key: Tensor) -> None:
        name = type(self).__name__
        for tensor in (query, value, key):
            refuse_text(self, tensor)
            if tensor.rank < 3 or tensor.rank != query.rank:
                raise Refusal(
                    "MS401",
                    f"{name} needs query, value and key with the same number of axes, (batch, steps, features); received "
                    f"query {shape_text(query.shape)}, value {shape_text(value.shape)}, key {shape_text(key.shape)}",
                    help="reshape them to (batch, steps, features) with Reshape",
                )
            known_size(self, -1, tensor)
        if value.shape[1:-1] != key.shape[1:-1]:
            raise Refusal(
                "MS402",
                f"{name}: all axes of value and key but the last must be equal; "
                f"received {shape_text(value.shape)} and {shape_text(key.shape)}",
                help="value and key belong to the same steps",
                argument="key",
            )

    def _check_mask(self, query: Tensor, value: Tensor, mask: Tensor | None) -> None:
        if mask is None or query.rank != 3:
            return
        pairs = (query.shape[1], value.shape[1])
        wanted: Shape = (query.shape[0], *pairs) if mask.rank == 3 else (query.shape[0], self._head_counts[0], *pairs)
        misfit = any(cannot_broadcast(*pair) for pair in zip(mask.shape[::-1], wanted[::-1], strict=False))
        # With fewer axes, the mask's batch would lie upon the query's steps.
        if not 2 <= mask.rank <= 4 or misfit or (mask.rank == 2 and mask.shape[0] is None):
            raise Refusal(
                "MS407",
                f"{type(self).__name__}: `attention_mask` must be (batch, T, S), here "
                f"{shape_text((query.shape[0], *pairs))}; received {shape_text(mask.shape)}",
                help="the mask has one boolean for each pair of a query step and a value step",
                argument="attention_mask",
            )

    def _check_step_masks(
        self, query: Tensor, value: Tensor, masks: Sequence[Tensor | None], attention_mask: Tensor | None
    ) -> None:
        """Refuse masks of query, value and key that do not make one of the scores."""
        for name, tensor, mask in zip(("query", "value", "key"), (query, value, value), masks, strict=True):
            if mask is not None and not mask_fits(mask.shape, tensor.shape[:-1]):
                raise Refusal(
                    "MS407",
                    f"{type(self).__name__}: the mask of the {name} must be {shape_text(tensor.shape[:-1])}; "
                    f"received {shape_text(mask.shape)}",
                    help="the mask has one boolean for each step",
                    argument=f"{name}_mask",
                )
        if not any(mask is not None for mask in masks):
            return
        if query.rank > 3 and self._axes(value) != (query.rank - 2,):
            raise Refusal(
                "MS408",
                f"{type(self).__name__} can take masks only where it attends over the axis before the features; "
                f"received {shape_text(query.shape)}",
                help=f"write `attention_axes: [{query.rank - 2}]`, or give the input 3 axes with Reshape",
                argument="attention_axes",
            )
        if attention_mask is not None and attention_mask.rank > 3:
            raise Refusal(
                "MS407",
                f"{type(self).__name__}: an `attention_mask` for each head, {shape_text(attention_mask.shape)}, cannot "
                "be combined with the masks of the steps",
                help="give an `attention_mask` (batch, T, S), for all heads",
                argument="attention_mask",
            )

    def _axes(self, value: Tensor) -> tuple[int, ...]:
        """The axes that attention runs over, counted from the front."""
        return tuple(range(1, value.rank - 1))


class MultiHeadAttention(_Heads):
    """Attention in several heads at once. https://keras.io/api/layers/attention_layers/multi_head_attention/"""

    num_heads: PositiveInt
    key_dim: PositiveInt
    value_dim: PositiveInt | None = None
    dropout: Fraction = 0.0
    use_bias: Bool = True
    output_shape: Sizes | None = None
    attention_axes: Axes | None = None
    sliding_window: PositiveInt | None = None
    flash_attention: Bool | None = None
    kernel_initializer: Initializer = "glorot_uniform"
    bias_initializer: Initializer = "zeros"
    kernel_regularizer: Regularizer = None
    bias_regularizer: Regularizer = None
    activity_regularizer: Regularizer = None
    kernel_constraint: Constraint = None
    bias_constraint: Constraint = None
    use_gate: Bool = False
    seed: Int | None = None

    @property
    def _head_counts(self) -> tuple[int, int]:
        return (self.num_heads, self.num_heads)

    @property
    def _head_sizes(self) -> tuple[int, int]:
        return (self.key_dim, self.value_dim or self.key_dim)

    def _output_sizes(self, query: Tensor) -> tuple[int, ...]:
        return self.output_shape or (known_size(self, -1, query),)

    def _scores_table(self, query: Tensor, value: Tensor) -> Shape:
        # Keras declares T steps where the value has S, and builds what follows from that
        return (query.shape[1], query.shape[1])

    def _axes(self, value: Tensor) -> tuple[int, ...]:
        """The axes that attention runs over, counted from the front."""
        if self.attention_axes is None:
            return tuple(range(1, value.rank - 1))
        return tuple(axis if axis >= 0 else value.rank + axis for axis in self.attention_axes)

    def _check_axes(self, query: Tensor, value: Tensor, scores: bool) -> None:
        axes = self._axes(value)
        between = range(1, value.rank - 1)
        # on 3 axes Keras takes a fused path that never looks at them
        looked_at = query.rank > 3 or self.dropout > 0 or scores
        fit = bool(axes) and len(set(axes)) == len(axes) and all(axis in between for axis in axes)
        if (looked_at and not fit) or not all(-value.rank - 1 <= axis <= value.rank for axis in axes):
            raise Refusal(
                "MS408",
                f"MultiHeadAttention: attention_axes={self.attention_axes} must be axes between batch and features; "
                f"received {shape_text(value.shape)}",
                help=f"choose from 1 to {value.rank - 2}; a negative axis counts from the end without the features",
                argument="attention_axes",
            )
        for axis in between:
            if query.rank > 3 and axis not in axes and differ(query.shape[axis], value.shape[axis]):
                raise Refusal(
                    "MS402",
                    f"MultiHeadAttention: query and value differ on axis {axis}, which is not an attention axis: "
                    f"{shape_text(query.shape)} and {shape_text(value.shape)}",
                    help="add the axis to `attention_axes`, or give both the same size there",
                    argument="attention_axes",
                )

    def _pairs(self, query: Tensor, value: Tensor) -> int:
        axes = self._axes(value)
        return places(query.shape[1:-1]) * prod(
            value.shape[axis] or 1 for axis in range(1, value.rank - 1) if axis in axes
        )


class GroupQueryAttention(_Heads):
    """Attention whose query heads share the heads of key and value in groups.

    https://keras.io/api/layers/attention_layers/group_query_attention/
    """

    head_dim: PositiveInt
    num_query_heads: PositiveInt
    num_key_value_heads: PositiveInt
    dropout: Fraction = 0.0
    use_bias: Bool = True
    sliding_window: PositiveInt | None = None
    flash_attention: Bool | None = None
    kernel_initializer: Initializer = "glorot_uniform"
    bias_initializer: Initializer = "zeros"
    kernel_regularizer: Regularizer = None
    bias_regularizer: Regularizer = None
    activity_regularizer: Regularizer = None
    kernel_constraint: Constraint = None
    bias_constraint: Constraint = None
    use_gate: Bool = False
    seed: Int | None = None

    @model_validator(mode="after")
    def _whole_groups(self) -> GroupQueryAttention:
        if self.num_query_heads % self.num_key_value_heads:
            refuse_arguments(
                "`num_query_heads` must be divisible by `num_key_value_heads`; "
                f"received {self.num_query_heads} and {self.num_key_value_heads}",
                argument="num_query_heads",
            )
        return self

    @property
    def _head_counts(self) -> tuple[int, int]:
        return (self.num_query_heads, self.num_key_value_heads)

    @property
    def _head_sizes(self) -> tuple[int, int]:
        return (self.head_dim, self.head_dim)

    def _check_axes(self, query: Tensor, value: Tensor, scores: bool) -> None:
        if query.rank != 3:
            raise Refusal(
                "MS401",
                f"GroupQueryAttention needs 3 axes, (batch, steps, features); received {shape_text(query.shape)}",
                help="give the input 3 axes with Reshape",
            )
        if query.shape[-1] != value.shape[-1]:
            raise Refusal(
                "MS402",
                "GroupQueryAttention: the last axis of query and value must be equal; "
                f"received {shape_text(query.shape)} and {shape_text(value.shape)}",
                help="project one of them to the other's size with Dense first",
            )
