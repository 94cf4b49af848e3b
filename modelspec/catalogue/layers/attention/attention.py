"""Attention and AdditiveAttention. No TensorFlow here.

In the shapes below a query has T steps, and value and key have S steps.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Literal

from modelspec.catalogue.backends.tensorflow.dtypes import refuse_truth_values
from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.layers.rules import known_size, mask_fits, passed_dtype, refuse_text
from modelspec.catalogue.layers.windows import places
from modelspec.catalogue.tensor import Dim, Masks, Refusal, Shape, Tensor, Tensors, Weight, shape_text
from modelspec.catalogue.types import (
    FLOAT_DTYPES,
    Bool,
    Fraction,
    Int,
)


class _Scores(Layer):
    """What Attention and AdditiveAttention share: a list of query, value and perhaps key."""

    def along_batch(self, rank: int) -> bool:
        """Where there are no rows of steps, each row of the batch is one."""
        return rank == 2

    def infer(
        self,
        inputs: Tensors,
        mask: Tensors | None = None,
        return_attention_scores: bool = False,
        use_causal_mask: bool = False,
    ) -> Tensor | Tensors:
        """[query (batch, T, n), value (batch, S, m), key (batch, S, n)] -> (batch, T, m).

        The key is the value where it is left out; `return_attention_scores` adds the scores, (batch, T, S).
        """
        query, value, key = self._three(inputs)
        name = type(self).__name__
        if mask is not None and (isinstance(mask, Tensor) or not 2 <= len(mask) <= 3):
            raise Refusal("MS406", f"{name}: `mask` takes a list of two masks, for the query and for the value")
        for tensor in (query, value, key):
            self._check_dtype(tensor)
        self._check_axes(query, value, key, 3 if use_causal_mask else 2)
        self._check_features(query, key)
        if differ(value.shape[-2], key.shape[-2]):
            raise Refusal(
                "MS402",
                f"{name}: value and key need the same number of steps; "
                f"received {shape_text(value.shape)} and {shape_text(key.shape)}",
                help="the list is [query, value, key], in this order",
            )
        output = Tensor((*query.shape[:-1], value.shape[-1]), self.compute_dtype)
        scores = Tensor((*query.shape[:-1], key.shape[-2]), self.compute_dtype)
        if mask is not None and query.rank > 2:
            self._check_masks(mask, output, scores, use_causal_mask)
        return (output, scores) if return_attention_scores else output

    def multiply_adds(
        self,
        inputs: Tensors,
        mask: Tensors | None = None,
        return_attention_scores: bool = False,
        use_causal_mask: bool = False,
    ) -> int:
        """The scores (T * S * n) and their product with the value (T * S * m)."""
        query, value, key = self._three(inputs)
        pairs = places(query.shape[1:-1]) * (key.shape[-2] or 1)
        return pairs * ((query.shape[-1] or 1) + (value.shape[-1] or 1))

    def _three(self, inputs: Tensors) -> tuple[Tensor, Tensor, Tensor]:
        """Query, value and key."""
        name = type(self).__name__
        if isinstance(inputs, Tensor) or not 2 <= len(inputs) <= 3:
            raise Refusal(
                "MS406",
                f"{name} takes a list of two or three tensors, [query, value] or [query, value, key]; "
                f"received {'one tensor' if isinstance(inputs, Tensor) else f'a list of {len(inputs)}'}",
                help="for self-attention give the same tensor twice: `from: [x, x]`",
            )
        return inputs[0], inputs[1], inputs[-1]

    def _check_axes(self, query: Tensor, value: Tensor, key: Tensor, least: int) -> None:
        """Refuse axes before steps and features that would make the output another than Keras's symbolic call says."""
        name = type(self).__name__
        received = ", ".join(shape_text(tensor.shape) for tensor in (query, value, key))
        if query.rank < least or not query.rank == value.rank == key.rank:
            raise Refusal(
                "MS401",
                f"{name} needs query, value and key with the same number of axes, (batch, steps, features); "
                f"received {received}",
                help="reshape them to (batch, steps, features) with Reshape",
            )
        for asked, *others in zip(query.shape[1:-2], value.shape[1:-2], key.shape[1:-2], strict=True):
            if any(differ(asked, other) and other != 1 for other in others):
                raise Refusal(
                    "MS402",
                    f"{name}: the axes before steps and features must be equal; received {received}",
                    help="only steps and features may differ",
                )

    def _check_dtype(self, tensor: Tensor) -> None:
        refuse_text(self, tensor)

    def _check_masks(self, masks: Sequence[Tensor | None], output: Tensor, scores: Tensor, causal: bool) -> None:
        """Refuse a query's mask that does not stretch to the output, and a value's that does not to the scores."""
        asked, answered = masks[:2]
        if asked is not None and not mask_fits((*asked.shape, 1), output.shape):
            raise self._mask_misfits("query", asked, output.shape[:-1])
        if answered is None:
            return
        spread = answered.shape
        if causal or answered.rank == 2:
            spread = (*spread[:-1], 1, *spread[-1:])
        if not mask_fits(spread, scores.shape):
            wanted = (*scores.shape[:-2], scores.shape[-1]) if causal or scores.rank == 3 else scores.shape
            raise self._mask_misfits("value", answered, wanted)

    def _mask_misfits(self, which: str, mask: Tensor, wanted: Shape) -> Refusal:
        return Refusal(
            "MS407",
            f"{type(self).__name__}: the mask of the {which} must be {shape_text(wanted)}; "
            f"received {shape_text(mask.shape)}",
            help="the mask has one boolean for each step",
        )

    def output_masks(self, previous: Masks, inputs: Tensor | Tensors, outputs: Tensors) -> Masks:
        """The query's."""
        return previous[:1]

    @abstractmethod
    def _check_features(self, query: Tensor, key: Tensor) -> None:
        """Refuse features that do not go together."""

    def _check_sum(self, query: Tensor, key: Tensor) -> None:
        """Refuse what cannot be added, feature by feature."""
        if cannot_broadcast(query.shape[-1], key.shape[-1]):
            raise self._features_differ(query, key)
        if passed_dtype(self, query) != passed_dtype(self, key):
            raise Refusal(
                "MS405",
                f"{type(self).__name__} adds query and key, which needs one dtype; "
                f"received {query.dtype} and {key.dtype}",
                help="declare both as float32",
            )

    def _features_differ(self, query: Tensor, key: Tensor) -> Refusal:
        return Refusal(
            "MS402",
            f"{type(self).__name__}: query and key need the same last axis; "
            f"received {shape_text(query.shape)} and {shape_text(key.shape)}",
            help="project one of them to the other's size with Dense first",
        )


class Attention(_Scores):
    """Dot-product attention, after Luong. https://keras.io/api/layers/attention_layers/attention/"""

    use_scale: Bool = False
    score_mode: Literal["dot", "concat"] = "dot"
    dropout: Fraction = 0.0
    seed: Int | None = None

    def new_weights(
        self,
        inputs: Tensors,
        mask: Tensors | None = None,
        return_attention_scores: bool = False,
        use_causal_mask: bool = False,
    ) -> tuple[Weight, ...]:
        """`scale` and `concat_score_weight`, one number each, where they are used."""
        names = (
            *(["scale"] if self.use_scale else []),
            *(["concat_score_weight"] if self.score_mode == "concat" else []),
        )
        return tuple(Weight(name, (), self.trainable, self.variable_dtype) for name in names)

    def _check_dtype(self, tensor: Tensor) -> None:
        if tensor.dtype not in FLOAT_DTYPES:
            raise Refusal(
                "MS405",
                f"Attention needs floating-point inputs; received {tensor.dtype} {shape_text(tensor.shape)}",
                help="declare the input as float32, or use an Embedding to make vectors of whole numbers",
            )

    def _check_features(self, query: Tensor, key: Tensor) -> None:
        if self.score_mode == "concat":
            self._check_sum(query, key)
        elif differ(query.shape[-1], key.shape[-1]):
            raise self._features_differ(query, key)


class AdditiveAttention(_Scores):
    """Additive attention, after Bahdanau. https://keras.io/api/layers/attention_layers/additive_attention/"""

    through_kwargs = ("seed",)
    use_scale: Bool = True
    dropout: Fraction = 0.0
    seed: Int | None = None

    def new_weights(
        self,
        inputs: Tensors,
        mask: Tensors | None = None,
        return_attention_scores: bool = False,
        use_causal_mask: bool = False,
    ) -> tuple[Weight, ...]:
        """`scale` (n), where it is used."""
        if not self.use_scale:
            return ()
        width = known_size(self, -1, self._three(inputs)[0])
        return (Weight("scale", (width,), self.trainable, self.variable_dtype),)

    def _check_dtype(self, tensor: Tensor) -> None:
        refuse_text(self, tensor)
        refuse_truth_values(self, tensor)

    def _check_features(self, query: Tensor, key: Tensor) -> None:
        if self.use_scale:
            known_size(self, -1, query)
        self._check_sum(query, key)


def differ(first: Dim, second: Dim) -> bool:
    """Two sizes that cannot be the same; an unknown one can be any."""
    return first is not None and second is not None and first != second


def cannot_broadcast(first: Dim, second: Dim) -> bool:
    """Two sizes that cannot be broadcast to one."""
    return differ(first, second) and 1 not in (first, second)
