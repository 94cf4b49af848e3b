"""Layers that turn numbers or text into categories: bins, hashes, one-hot and multi-hot codes. No TensorFlow here.

In some modes Keras promises another shape than it computes; what would break on that is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import model_validator
from typing_extensions import Self

from modelspec.catalogue.backends.tensorflow.dtypes import refuse_uncountable
from modelspec.catalogue.entry import refuse_arguments
from modelspec.catalogue.layers.layer import Lack, Layer
from modelspec.catalogue.layers.rules import refuse_text, refuse_untaken
from modelspec.catalogue.tensor import Refusal, Shape, Tensor, Tensors, shape_text
from modelspec.catalogue.types import Bool, Count, DtypePolicy, Float, Int, PositiveInt, Text

IntegerDtype = Literal["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
Salt = Int | tuple[Int, Int]
ACCUMULATED = ("multi_hot", "count")
"""The modes that make one row of the numbers along an axis."""


def refuse_deep(layer: Layer, inputs: Tensor, mode: str) -> None:
    """Refuse more than 2 axes where the shape shows that Keras replaces axis 1, while it promises to replace the last."""
    promised, computed = inputs.shape[1:-1], inputs.shape[2:]
    if any(size not in (None, real) for size, real in zip(promised, computed, strict=inputs.rank > 1)):
        raise Refusal(
            "MS401",
            f"{type(layer).__name__} with `output_mode` {mode} takes (batch, categories) at most; "
            f"received {shape_text(inputs.shape)}",
            help="flatten the input first, or use `output_mode: one_hot`",
            argument="output_mode",
        )


def refuse_sparse(layer: Layer, inputs: Tensor, mode: str) -> None:
    """Refuse sparse outputs where Keras can only make them for a batch of fixed size."""
    fits = inputs.rank <= 2 if mode in ACCUMULATED else mode == "tf_idf" and inputs.rank < 2
    if getattr(layer, "sparse", False) and not fits:
        raise Refusal(
            "MS408",
            f"{type(layer).__name__} cannot make a sparse output with `output_mode` {mode} "
            f"of {shape_text(inputs.shape)}: the batch size is not known",
            help="leave `sparse` out",
            argument="sparse",
        )


def check_countable(layer: Layer, inputs: Tensor, mode: str, dtype: str) -> None:
    """Refuse dtypes in which nothing is counted; for sparse outputs another one is taken."""
    sparse = getattr(layer, "sparse", False)
    if mode in ACCUMULATED and not sparse and inputs.rank <= 2:
        refuse_uncountable(layer, mode, dtype)


def one_hot_shape(shape: Shape, depth: int | None) -> Shape:
    """A new last axis of `depth`, in place of a last axis of size 1."""
    if len(shape) > 1 and shape[-1] == 1:
        return (*shape[:-1], depth)
    return (*shape, depth)


class CategoryEncoding(Layer):
    """Integer categories as one-hot, multi-hot or counts.
    https://keras.io/api/layers/preprocessing_layers/categorical/category_encoding/"""

    takes_ragged: ClassVar[bool] = True
    looks_up: ClassVar[str | None] = "num_tokens"
    num_tokens: PositiveInt | None = None
    output_mode: Literal["multi_hot", "one_hot", "count", "binary"] = "multi_hot"
    sparse: Bool = False

    @model_validator(mode="after")
    def _known_tokens(self) -> CategoryEncoding:
        if self.num_tokens is None:
            refuse_arguments("num_tokens must be set to use this layer", argument="num_tokens")
        return self

    @property
    def mode(self) -> str:
        """The output mode without its old name."""
        return "multi_hot" if self.output_mode == "binary" else self.output_mode

    def infer(self, inputs: Tensor, count_weights: Tensor | None = None) -> Tensor:
        """(batch, n) -> (batch, num_tokens), or (..., num_tokens) one-hot."""
        refuse_text(self, inputs)
        if self.sparse:
            raise Refusal(
                "MS408",
                "CategoryEncoding cannot make a sparse output inside a model",
                help="leave `sparse` out",
                argument="sparse",
            )
        self._check_weights(inputs, count_weights)
        if self.mode == "one_hot":
            return Tensor(one_hot_shape(inputs.shape, self.num_tokens), self.compute_dtype)
        refuse_deep(self, inputs, self.mode)
        check_countable(self, inputs, self.mode, self.variable_dtype)
        return Tensor((*inputs.shape[:-1], self.num_tokens), self.compute_dtype)

    def _check_weights(self, inputs: Tensor, weights: Tensor | None) -> None:
        if weights is None:
            return
        refuse_text(self, weights)
        if self.mode != "count":
            raise Refusal(
                "MS406",
                f"CategoryEncoding: `count_weights` is not used when `output_mode` is {self.output_mode}",
                help="write `output_mode: count`, or leave `count_weights` out",
                argument="output_mode",
            )
        if weights.shape != inputs.shape:
            raise Refusal(
                "MS402",
                f"CategoryEncoding: `count_weights` has shape {shape_text(weights.shape)}, "
                f"the input {shape_text(inputs.shape)}",
                help="give every category a weight",
            )


class Discretization(Layer):
    """Puts numbers into bins; with `num_bins`, their boundaries are learned by `adapt`.
    https://keras.io/api/layers/preprocessing_layers/numerical/discretization/"""

    untaken: ClassVar[tuple[str, ...]] = ("trainable", "activity_regularizer", "autocast")
    learns = "bins"
    bin_boundaries: tuple[Float, ...] | None = None
    num_bins: Count | None = None
    epsilon: Float = 0.01
    output_mode: Literal["int", "one_hot", "multi_hot", "count"] = "int"
    sparse: Bool = False

    @model_validator(mode="after")
    def _one_way_to_bins(self) -> Discretization:
        refuse_untaken(self)
        if self.sparse and self.output_mode == "int":
            refuse_arguments("`sparse: true` needs an `output_mode` other than int", argument="sparse")
        if self.bin_boundaries is not None and self.num_bins is not None:
            refuse_arguments("both `num_bins` and `bin_boundaries` should not be set", argument="num_bins")
        if self.bin_boundaries is None and self.num_bins is None:
            refuse_arguments("you need to set either `num_bins` or `bin_boundaries`", argument="bin_boundaries")
        if self.bin_boundaries is not None and list(self.bin_boundaries) != sorted(self.bin_boundaries):
            refuse_arguments("`bin_boundaries` must be in ascending order", argument="bin_boundaries")
        return self

    def lacks(self) -> Lack | None:
        """The bins, where only their number is given."""
        help = "give them: `bin_boundaries: [0.0, 1.0]`, in place of `num_bins`"
        return None if self.bin_boundaries is not None else Lack("`bin_boundaries`", help)

    def given(self, learned: Mapping[str, Any]) -> Self:
        """The boundaries take the place of their number."""
        kept = {name: getattr(self, name) for name in self.model_fields_set if name != "num_bins"}
        return type(self).model_validate({**kept, **learned})

    def hindrance(self) -> str | None:
        """There are bins to learn."""
        return None if self.num_bins else "has no bins to put numbers into, by `num_bins: 0`"

    def provisional(self, size: int) -> dict[str, Any]:
        """As many boundaries as are to be learned."""
        return {"bin_boundaries": tuple(float(number) for number in range(1, self.num_bins or 1))}

    def gives_indices(self) -> int | None:
        """The numbers of its bins."""
        if self.output_mode != "int":
            return None
        return self.num_bins if self.bin_boundaries is None else len(self.bin_boundaries) + 1

    def infer(self, inputs: Tensor) -> Tensor:
        """(...) -> (...), or a last axis of bins: one-hot, or in place of axis 1 for multi_hot and count."""
        refuse_text(self, inputs)
        if self.output_mode == "int":
            return Tensor(inputs.shape, "int32")
        refuse_sparse(self, inputs, self.output_mode)
        check_countable(self, inputs, self.output_mode, self.compute_dtype)
        depth = self.num_bins if self.bin_boundaries is None else len(self.bin_boundaries) + 1
        if self.output_mode == "one_hot":
            return Tensor(one_hot_shape(inputs.shape, depth), self.compute_dtype)
        kept = (inputs.shape[0], *inputs.shape[2:]) if inputs.rank >= 2 else ()
        return Tensor((*kept, depth), self.compute_dtype)


class HashedCrossing(Layer):
    """Two categories as one, hashed.
    https://keras.io/api/layers/preprocessing_layers/categorical/hashed_crossing/"""

    num_bins: PositiveInt
    output_mode: Literal["int", "one_hot"] = "int"
    sparse: Bool = False
    dtype: DtypePolicy | IntegerDtype | None = None  # type: ignore[assignment]  # wider than other layers'

    @property
    def compute_dtype(self) -> str:
        """int64 where a layer's default is float32, and the output is a bin's number."""
        return "int64" if self.dtype is None and self.output_mode == "int" else super().compute_dtype

    def gives_indices(self) -> int | None:
        """The numbers of its bins."""
        return self.num_bins if self.output_mode == "int" else None

    def infer(self, inputs: Tensors) -> Tensor:
        """((batch,), (batch,)) -> (batch,); or both (batch, 1); one-hot has a last axis of bins."""
        if len(inputs) != 2:
            raise Refusal(
                "MS406", f"HashedCrossing needs 2 inputs; received {len(inputs)}", help="write `from: [first, second]`"
            )
        first, second = inputs
        texts = f"{shape_text(first.shape)} and {shape_text(second.shape)}"
        if first.shape != second.shape:
            raise Refusal("MS402", f"HashedCrossing needs two inputs of the same shape; received {texts}")
        columns = (1,) if self.output_mode == "one_hot" else (None, 1)
        if first.rank not in (1, 2) or (first.rank == 2 and first.shape[-1] not in columns):
            raise Refusal(
                "MS401",
                f"HashedCrossing needs inputs of shape (batch,) or (batch, 1); received {texts}",
                help="cross one pair of columns at a time",
            )
        for item in inputs:
            if item.dtype != "string" and "int" not in item.dtype:
                raise Refusal(
                    "MS405",
                    f"HashedCrossing needs integers or strings; received dtype {item.dtype}",
                    help="turn numbers into categories first, with Discretization for instance",
                )
        if self.output_mode == "int":
            return Tensor(first.shape, self.compute_dtype)
        refuse_sparse(self, first, self.output_mode)
        return Tensor(one_hot_shape(first.shape, self.num_bins), self.compute_dtype)


class Hashing(Layer):
    """Hashes integers or text into bins.
    https://keras.io/api/layers/preprocessing_layers/categorical/hashing/"""

    takes_ragged: ClassVar[bool] = True
    num_bins: PositiveInt
    mask_value: Int | Float | Text | None = None
    salt: Salt | None = None
    output_mode: Literal["int", "one_hot", "multi_hot", "count"] = "int"
    sparse: Bool = False
    dtype: DtypePolicy | IntegerDtype | None = None  # type: ignore[assignment]  # wider than other layers'

    @model_validator(mode="after")
    def _modes(self) -> Hashing:
        if self.output_mode == "int" and self.dtype not in (None, "int32", "int64"):
            refuse_arguments("with `output_mode: int`, `dtype` must be int32 or int64", argument="dtype")
        if self.sparse and self.output_mode == "int":
            refuse_arguments("`sparse: true` needs an `output_mode` other than int", argument="sparse")
        return self

    @property
    def variable_dtype(self) -> str:
        """The dtype of the output: int64 or float32 where none was given."""
        return "int64" if self.dtype is None and self.output_mode == "int" else super().variable_dtype

    def gives_indices(self) -> int | None:
        """The numbers of its bins."""
        return self.num_bins if self.output_mode == "int" else None

    def infer(self, inputs: Tensor) -> Tensor:
        """(...) -> (...), or with the last axis in place of a last axis of bins."""
        self._check_mask(inputs)
        if self.output_mode == "int":
            return Tensor(inputs.shape, self.variable_dtype)
        refuse_sparse(self, inputs, self.output_mode)
        check_countable(self, inputs, self.output_mode, self.variable_dtype)
        if self.output_mode != "one_hot":
            refuse_deep(self, inputs, self.output_mode)
        elif inputs.rank < 2 or inputs.shape[-1] not in (None, 1) or (inputs.rank > 2 and inputs.shape[-2] == 1):
            raise Refusal(
                "MS407",
                f"Hashing with `output_mode` one_hot needs a last axis of size 1; for anything else Keras infers a "
                f"wrong shape; received {shape_text(inputs.shape)}",
                help="use `output_mode: int`, and CategoryEncoding with `output_mode: one_hot` after it",
                argument="output_mode",
            )
        return Tensor((*inputs.shape[:-1], self.num_bins), self.variable_dtype)

    def _check_mask(self, inputs: Tensor) -> None:
        mask = self.mask_value
        if mask is None or self.num_bins == 1:
            return
        if inputs.dtype == "string":
            fits = isinstance(mask, str)
        elif "int" in inputs.dtype:
            fits = isinstance(mask, int)
        else:
            fits = "float" in inputs.dtype and not isinstance(mask, str)
        if not fits:
            raise Refusal(
                "MS408",
                f"Hashing: `mask_value` {mask!r} cannot occur in an input of dtype {inputs.dtype}",
                help="give `mask_value` the dtype of the input",
                argument="mask_value",
            )
