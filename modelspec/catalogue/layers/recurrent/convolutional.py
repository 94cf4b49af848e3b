"""ConvLSTM1D, ConvLSTM2D and ConvLSTM3D: an LSTM whose steps are images, and whose kernels are windows.

No TensorFlow here.
"""

from __future__ import annotations

from math import prod
from typing import ClassVar

from pydantic import Field, model_validator

from modelspec.catalogue.backends.tensorflow.dtypes import refuse_other_than_float
from modelspec.catalogue.layers.convolution.convolution import refuse_dilated_strides
from modelspec.catalogue.layers.naming import prefixed
from modelspec.catalogue.layers.recurrent.recurrent import OverTime
from modelspec.catalogue.layers.windows import Sliding, join, slide, split_known
from modelspec.catalogue.tensor import Refusal, Shape, Tensor, Tensors, Weight, shape_text
from modelspec.catalogue.types import (
    Activation,
    Bool,
    Constraint,
    DataFormat,
    Fraction,
    Initializer,
    Int,
    Padding,
    Pair,
    PositiveInt,
    Regularizer,
    Single,
    Triple,
)


class _ConvLSTM(OverTime):
    """What ConvLSTM1D, ConvLSTM2D and ConvLSTM3D share; the subclasses say how many spatial axes there are."""

    never_null: ClassVar[tuple[str, ...]] = ("bias_initializer",)
    ends_in_activation: ClassVar[bool] = True
    gated: ClassVar[bool] = True
    multiplies: ClassVar[bool] = True
    through_kwargs = ("unroll", "zero_output_for_mask")
    spatial_rank: ClassVar[int]
    filters: PositiveInt
    kernel_size: tuple[PositiveInt, ...]
    strides: tuple[PositiveInt, ...]
    padding: Padding = "valid"
    data_format: DataFormat | None = None
    dilation_rate: tuple[PositiveInt, ...]
    activation: Activation = "tanh"
    recurrent_activation: Activation = "sigmoid"
    use_bias: Bool = True
    kernel_initializer: Initializer = "glorot_uniform"
    recurrent_initializer: Initializer = "orthogonal"
    bias_initializer: Initializer = "zeros"
    unit_forget_bias: Bool = True
    kernel_regularizer: Regularizer = None
    recurrent_regularizer: Regularizer = None
    bias_regularizer: Regularizer = None
    activity_regularizer: Regularizer = None
    kernel_constraint: Constraint = None
    recurrent_constraint: Constraint = None
    bias_constraint: Constraint = None
    dropout: Fraction = 0.0
    recurrent_dropout: Fraction = 0.0
    seed: Int | None = None
    return_sequences: Bool = False
    return_state: Bool = False
    go_backwards: Bool = False
    stateful: Bool = False
    unroll: Bool = False
    zero_output_for_mask: Bool = False

    @model_validator(mode="after")
    def _arguments_fit(self) -> _ConvLSTM:
        refuse_dilated_strides(self.strides, self.dilation_rate)
        return self

    def infer(
        self, sequences: Tensor, initial_state: Tensors | None = None, mask: Tensor | None = None
    ) -> Tensor | Tensors:
        """(batch, steps, n, ..., channels) -> (batch, floor((n - reach) / stride) + 1, ..., filters).

        reach = dilation_rate * (kernel_size - 1) + 1, and 1 under `same` padding. `return_sequences` keeps the axis of
        steps; `return_state` adds the hidden and the carry state, both shaped as an output without it.
        """
        state = self._moved(sequences)
        refuse_other_than_float(self, sequences)
        self.check_time(sequences, mask, [state])
        if initial_state is not None:
            self._check_states(initial_state, state)
        return self.outputs(sequences, state, (state, state))

    def new_weights(
        self, sequences: Tensor, initial_state: Tensors | None = None, mask: Tensor | None = None
    ) -> tuple[Weight, ...]:
        """`kernel` (*kernel_size, channels, 4 * filters), `recurrent_kernel` from filters, and `bias` (4 * filters)."""
        columns = 4 * self.filters
        shapes = {
            "kernel": (*self.kernel_size, self._one_step(sequences)[1], columns),
            "recurrent_kernel": (*self.kernel_size, self.filters, columns),
            **({"bias": (columns,)} if self.use_bias else {}),
        }
        made = (Weight(name, shape, True, self.variable_dtype) for name, shape in shapes.items())
        return prefixed("conv_lstm_cell", made)

    def multiply_adds(self, sequences: Tensor, initial_state: Tensors | None = None, mask: Tensor | None = None) -> int:
        """Both kernels at every place of the output, at every step."""
        kernels = self.new_weights(sequences)[:2]
        spots = prod(self._moved(sequences)) // self.filters
        return (sequences.shape[1] or 1) * spots * sum(prod(kernel.shape) for kernel in kernels)

    def _one_step(self, sequences: Tensor) -> tuple[Shape, int]:
        """The spatial axes of one step, and its channels."""
        name = type(self).__name__
        wanted = self.spatial_rank + 3
        if sequences.rank != wanted:
            raise Refusal(
                "MS401",
                f"{name} needs {wanted} axes: batch, steps, then the axes of an image; "
                f"received {sequences.rank}: {shape_text(sequences.shape)}",
                help="change the input with Reshape, or use the ConvLSTM for another number of axes",
            )
        step = Tensor((sequences.shape[0], *sequences.shape[2:]), sequences.dtype)
        return split_known(self, step, self.spatial_rank, self.data_format)

    def _moved(self, sequences: Tensor) -> tuple[int, ...]:
        """An output and each state, without the batch axis."""
        spatial, _ = self._one_step(sequences)
        if None in spatial:
            raise Refusal(
                "MS403",
                f"{type(self).__name__} needs spatial axes of known size; received {shape_text(sequences.shape)}",
                help="only batch and steps may have unknown sizes; give the other axes a size in the step that makes this input",
            )
        moved = slide(self, spatial, Sliding(self.kernel_size, self.strides, self.padding, self.dilation_rate))
        return tuple(dim or 0 for dim in join(None, moved, self.filters, self.data_format)[1:])

    def _check_states(self, states: Tensors, wanted: tuple[int, ...]) -> None:
        name = type(self).__name__
        expected = shape_text((None, *wanted))
        if isinstance(states, Tensor) or len(states) != 2:
            raise Refusal(
                "MS406",
                f"{name}: `initial_state` needs 2 tensors, hidden and carry, each {expected}; "
                f"received {1 if isinstance(states, Tensor) else len(states)}",
                help="take both states from a ConvLSTM with `return_state: true`",
                argument="initial_state",
            )
        for state in states:
            sizes = zip(state.shape[1:], wanted, strict=False)
            if state.rank != len(wanted) + 1 or any(size not in (None, needed) for size, needed in sizes):
                raise Refusal(
                    "MS407",
                    f"{name}: a state must be {expected}; received {shape_text(state.shape)} in `initial_state`",
                    help="a state has the shape of one output step",
                    argument="initial_state",
                )


class ConvLSTM1D(_ConvLSTM):
    """An LSTM over sequences of rows. https://keras.io/api/layers/recurrent_layers/conv_lstm1d/"""

    spatial_rank: ClassVar[int] = 1
    kernel_size: Single
    strides: Single = Field(1, validate_default=True)
    dilation_rate: Single = Field(1, validate_default=True)


class ConvLSTM2D(_ConvLSTM):
    """An LSTM over sequences of images. https://keras.io/api/layers/recurrent_layers/conv_lstm2d/"""

    spatial_rank: ClassVar[int] = 2
    kernel_size: Pair
    strides: Pair = Field(1, validate_default=True)
    dilation_rate: Pair = Field(1, validate_default=True)


class ConvLSTM3D(_ConvLSTM):
    """An LSTM over sequences of volumes. https://keras.io/api/layers/recurrent_layers/conv_lstm3d/"""

    spatial_rank: ClassVar[int] = 3
    kernel_size: Triple
    strides: Triple = Field(1, validate_default=True)
    dilation_rate: Triple = Field(1, validate_default=True)
