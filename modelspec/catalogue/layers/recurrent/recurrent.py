"""LSTM, GRU, SimpleRNN and RNN: a cell that is taken step by step over a sequence. No TensorFlow here."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, model_validator

from modelspec.catalogue.backends.tensorflow.dtypes import refuse_dropped, refuse_mixed_cells
from modelspec.catalogue.entry import refuse_arguments
from modelspec.catalogue.layers.layer import Layer, called
from modelspec.catalogue.layers.naming import prefixed
from modelspec.catalogue.layers.recurrent.cells import (
    Cell,
    GRUCell,
    LSTMCell,
    SimpleRNNCell,
    StackedRNNCells,
    check_states,
    flat_sizes,
    refuse_other_than_cell,
)
from modelspec.catalogue.layers.rules import default_name, expect_rank, known_size, passed_dtype, refuse_text
from modelspec.catalogue.tensor import Masks, Refusal, StateTensors, Tensor, Tensors, Weight, shape_text
from modelspec.catalogue.types import (
    Activation,
    Bool,
    Constraint,
    Fraction,
    Initializer,
    Int,
    Nested,
    PositiveInt,
    Regularizer,
)

UseCudnn = Literal["auto"] | Bool


class OverTime(Layer):
    """What all layers that go over time share, whatever a step is."""

    if TYPE_CHECKING:  # each layer declares these at their place in Keras's signature
        return_sequences: Bool
        return_state: Bool
        go_backwards: Bool
        stateful: Bool

    def check_time(self, sequences: Tensor, mask: Tensor | None, states: Sequence[tuple[int, ...]]) -> None:
        """Refuse a mask that does not fit, and what `stateful` cannot take.

        `unroll` takes an unknown number of steps: Keras builds it, and unrolls over those that the rows of a table have.
        `states` are the shapes of the states without the batch axis.
        """
        name = type(self).__name__
        batch, steps = sequences.shape[:2]
        if self.stateful and batch is None:
            raise Refusal(
                "MS403",
                f"{name}: `stateful: true` keeps a state for each row of a batch, so all batches must have one size; "
                f"received {shape_text(sequences.shape)}",
                help="give the input a fixed `batch_size`, as in `x: {shape: [10, 4], batch_size: 32}`, or leave out `stateful`",
                argument="stateful",
            )
        if mask is not None and not self._mask_fits(mask, steps, states):
            raise Refusal(
                "MS407",
                f"{name}: the mask must be (batch, steps) for a sequence of {shape_text(sequences.shape)}; "
                f"received {shape_text(mask.shape)}",
                help="the mask has one boolean for each step",
                argument="mask",
            )

    def _mask_fits(self, mask: Tensor, steps: int | None, states: Sequence[tuple[int, ...]]) -> bool:
        """Whether it is (batch, steps), or tells the numbers of a state apart: (batch, steps, *state), 1 for any size."""
        if mask.rank < 2 or (steps is not None and mask.shape[1] not in (None, steps)):
            return False
        inner = mask.shape[2:]
        if getattr(self, "unroll", False):
            return all(size in (None, 1) for size in inner) and all(len(inner) <= len(state) for state in states)
        return all(
            len(inner) <= len(state) and all(size in (None, 1, own) for size, own in zip(inner, state, strict=False))
            for state in states
        )

    def check_activations(self, outputs: Tensors) -> None:
        """They are applied to one step."""
        first = outputs[0]
        step = Tensor((first.shape[0], *first.shape[2:]), first.dtype) if self.return_sequences else first
        super().check_activations((step,))

    def output_masks(self, previous: Masks, inputs: Tensor | Tensors, outputs: Tensors) -> Masks:
        """The sequence's mask for the outputs of all steps; none for the last output and the states."""
        return previous[:1] if self.return_sequences else ()

    def outputs(
        self, sequences: Tensor, output: tuple[int, ...], states: tuple[tuple[int, ...], ...]
    ) -> Tensor | Tensors:
        """The output, and with `return_state` each state; `output` and `states` are shapes without the batch axis."""
        batch, steps = sequences.shape[:2]
        shape = (batch, steps, *output) if self.return_sequences else (batch, *output)
        first = Tensor(shape, self.compute_dtype)
        if not self.return_state:
            return first
        return (first, *(Tensor((batch, *state), self.compute_dtype) for state in states))


class Recurrent(OverTime):
    """A layer whose steps are vectors: (batch, steps, features)."""

    @property
    @abstractmethod
    def step_cell(self) -> Cell:
        """The cell that takes each step."""

    def infer(
        self, sequences: Tensor, initial_state: StateTensors | None = None, mask: Tensor | None = None
    ) -> Tensor | Tensors:
        """(batch, steps, n) -> (batch, units), or (batch, steps, units) with `return_sequences`.

        `return_state` adds the last states, each (batch, units).
        """
        expect_rank(self, sequences, 3, "(batch, steps, features)")
        refuse_text(self, sequences)
        known_size(self, -1, sequences)
        cell = self.step_cell
        self.check_time(sequences, mask, [(size,) for size in flat_sizes(cell.state_sizes)])
        self._check_dtypes(sequences, cell)
        if initial_state is not None:
            check_states(type(self).__name__, initial_state, cell, "initial_state")
        return self.outputs(sequences, (cell.output_size,), tuple((size,) for size in flat_sizes(cell.state_sizes)))

    def _check_dtypes(self, sequences: Tensor, cell: Cell) -> None:
        """Refuse to compute a step in several dtypes."""
        if cell.drops_inputs and passed_dtype(self, sequences) != cell.compute_dtype:
            refuse_dropped(self, sequences, cell.compute_dtype, "cell" if isinstance(self, RNN) else "dropout")
        refuse_mixed_cells(self, cell.step_dtypes)

    def new_weights(
        self, sequences: Tensor, initial_state: StateTensors | None = None, mask: Tensor | None = None
    ) -> tuple[Weight, ...]:
        """The cell's, below the cell's name."""
        cell = self.step_cell
        return prefixed(default_name(cell), cell.step_weights(known_size(self, -1, sequences)))

    def multiply_adds(
        self, sequences: Tensor, initial_state: StateTensors | None = None, mask: Tensor | None = None
    ) -> int:
        """Those of the cell, at every step."""
        return (sequences.shape[1] or 1) * self.step_cell.step_work(known_size(self, -1, sequences))


class LSTM(Recurrent):
    """Long short-term memory. https://keras.io/api/layers/recurrent_layers/lstm/"""

    never_null: ClassVar[tuple[str, ...]] = ("bias_initializer",)
    ends_in_activation: ClassVar[bool] = True
    gated: ClassVar[bool] = True
    multiplies: ClassVar[bool] = True
    through_kwargs = ("zero_output_for_mask",)
    units: PositiveInt
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
    use_cudnn: UseCudnn = "auto"
    zero_output_for_mask: Bool = False

    @property
    def step_cell(self) -> Cell:
        """The LSTMCell that Keras makes of these arguments."""
        return LSTMCell(
            units=self.units, use_bias=self.use_bias, dropout=self.dropout, trainable=self.trainable, dtype=self.dtype
        )


class GRU(Recurrent):
    """Gated recurrent unit. https://keras.io/api/layers/recurrent_layers/gru/"""

    ends_in_activation: ClassVar[bool] = True
    gated: ClassVar[bool] = True
    multiplies: ClassVar[bool] = True
    through_kwargs = ("zero_output_for_mask",)
    units: PositiveInt
    activation: Activation = "tanh"
    recurrent_activation: Activation = "sigmoid"
    use_bias: Bool = True
    kernel_initializer: Initializer = "glorot_uniform"
    recurrent_initializer: Initializer = "orthogonal"
    bias_initializer: Initializer = "zeros"
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
    reset_after: Bool = True
    use_cudnn: UseCudnn = "auto"
    zero_output_for_mask: Bool = False

    @property
    def step_cell(self) -> Cell:
        """The GRUCell that Keras makes of these arguments."""
        return GRUCell(
            units=self.units,
            use_bias=self.use_bias,
            reset_after=self.reset_after,
            dropout=self.dropout,
            trainable=self.trainable,
            dtype=self.dtype,
        )


class SimpleRNN(Recurrent):
    """A recurrent layer without gates. https://keras.io/api/layers/recurrent_layers/simple_rnn/"""

    ends_in_activation: ClassVar[bool] = True
    multiplies: ClassVar[bool] = True
    through_kwargs = ("zero_output_for_mask",)
    units: PositiveInt
    activation: Activation = "tanh"
    use_bias: Bool = True
    kernel_initializer: Initializer = "glorot_uniform"
    recurrent_initializer: Initializer = "orthogonal"
    bias_initializer: Initializer = "zeros"
    kernel_regularizer: Regularizer = None
    recurrent_regularizer: Regularizer = None
    bias_regularizer: Regularizer = None
    activity_regularizer: Regularizer = None
    kernel_constraint: Constraint = None
    recurrent_constraint: Constraint = None
    bias_constraint: Constraint = None
    dropout: Fraction = 0.0
    recurrent_dropout: Fraction = 0.0
    return_sequences: Bool = False
    return_state: Bool = False
    go_backwards: Bool = False
    stateful: Bool = False
    unroll: Bool = False
    seed: Int | None = None
    zero_output_for_mask: Bool = False

    @property
    def step_cell(self) -> Cell:
        """The SimpleRNNCell that Keras makes of these arguments."""
        return SimpleRNNCell(
            units=self.units, use_bias=self.use_bias, dropout=self.dropout, trainable=self.trainable, dtype=self.dtype
        )


def _stacked(cell: Any) -> Any:
    """A list of cells is a stack of them, as in Keras."""
    if not isinstance(cell, tuple | list):
        return cell
    if not cell:
        refuse_arguments("RNN takes a cell, or a list of at least one; received an empty list", argument="cell")
    for index, item in enumerate(cell):
        if not isinstance(item, Cell):
            refuse_other_than_cell(_OTHER_THAN_CELL + called(item), item, "cell", index)
    return StackedRNNCells(cells=tuple(cell))


_OTHER_THAN_CELL = (
    "RNN takes a recurrent cell, or a list of them: LSTMCell, GRUCell, SimpleRNNCell or StackedRNNCells; received "
)


class RNN(Recurrent):
    """Runs any cell, or a stack of cells, over a sequence. https://keras.io/api/layers/recurrent_layers/rnn/"""

    cell: Annotated[Any, Nested("layer", listed=True, example="LSTMCell: 4"), BeforeValidator(_stacked)]
    return_sequences: Bool = False
    return_state: Bool = False
    go_backwards: Bool = False
    stateful: Bool = False
    unroll: Bool = False
    zero_output_for_mask: Bool = False

    @model_validator(mode="after")
    def _takes_a_cell(self) -> RNN:
        if not isinstance(self.cell, Cell):
            refuse_other_than_cell(_OTHER_THAN_CELL + called(self.cell), self.cell, "cell")
        states = [size for size in self.cell.state_sizes if isinstance(size, tuple)]
        if self.return_state and any(isinstance(size, tuple) for sizes in states for size in sizes):
            refuse_arguments(
                "RNN cannot return the states of a stack within a stack whose cells have several states",
                argument="return_state",
            )
        return self

    def check_activations(self, outputs: Tensors) -> None:
        """Those of the cell."""
        self.step_cell.check_activations((Tensor((None, self.step_cell.output_size), self.compute_dtype),))

    @property
    def step_cell(self) -> Cell:
        """The cell that was given."""
        cell: Cell = self.cell
        return cell
