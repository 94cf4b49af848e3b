"""What one step of a recurrent layer is: LSTMCell, GRUCell, SimpleRNNCell and a stack of them. No TensorFlow here.

A cell takes the features of one step and its states from the step before, and gives an output and its next states.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, NoReturn

from pydantic import model_validator

from modelspec.catalogue.entry import Instead, refuse_arguments
from modelspec.catalogue.layers.layer import Layer, called
from modelspec.catalogue.layers.naming import default_names, prefixed
from modelspec.catalogue.layers.rules import expect_rank, known_size, refuse_text
from modelspec.catalogue.tensor import Refusal, StateTensors, Tensor, Tensors, Weight, shape_text
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

StateSizes = tuple["int | StateSizes", ...]
"""The sizes of a cell's states; a stack has one entry per cell, nested where that cell has several states."""


class Cell(Layer):
    """What a recurrent layer must know of its cell."""

    @property
    @abstractmethod
    def state_sizes(self) -> StateSizes:
        """The width of each state."""

    @property
    @abstractmethod
    def output_size(self) -> int:
        """The width of the output."""

    @property
    def step_dtypes(self) -> set[str]:
        """The dtypes that a step is computed in."""
        return {self.compute_dtype}

    @property
    @abstractmethod
    def drops_inputs(self) -> bool:
        """Whether some of the inputs are dropped while training."""

    @abstractmethod
    def step_weights(self, width: int) -> tuple[Weight, ...]:
        """The weights made for steps of `width` features."""

    @abstractmethod
    def step_work(self, width: int) -> int:
        """Multiply-adds of one step of `width` features."""

    def instead_of_call(self) -> str:
        """A cell takes one step; RNN takes it over a sequence."""
        return f"a cell computes one step: put it into RNN, `RNN: {{cell: {_as_written(self)}}}`"

    def _step(self, inputs: Tensor, states: StateTensors) -> Tensors:
        expect_rank(self, inputs, 2, "(batch, features)")
        refuse_text(self, inputs)
        known_size(self, -1, inputs)
        check_states(type(self).__name__, states, self, "states")
        batch = inputs.shape[0]
        sizes = (self.output_size, *flat_sizes(self.state_sizes))
        return tuple(Tensor((batch, size), self.compute_dtype) for size in sizes)


class GatedCell(Cell):
    """A cell whose kernels have a block of `units` columns for each gate."""

    multiplies: ClassVar[bool] = True
    gates: ClassVar[int]
    states: ClassVar[int] = 1
    units: PositiveInt
    if TYPE_CHECKING:  # each cell declares it at its place in Keras's signature
        dropout: Fraction

    @property
    def state_sizes(self) -> StateSizes:
        """`units`, once for each state."""
        return (self.units,) * self.states

    @property
    def output_size(self) -> int:
        """`units`."""
        return self.units

    @property
    def drops_inputs(self) -> bool:
        """Whether there is a dropout rate."""
        return self.dropout > 0

    @property
    @abstractmethod
    def bias_shape(self) -> tuple[int, ...] | None:
        """The bias's shape, None without one."""

    def infer(self, inputs: Tensor, states: StateTensors) -> Tensors:
        """(batch, n), states (batch, units) -> (batch, units) and the next states."""
        return self._step(inputs, states)

    def new_weights(self, inputs: Tensor, states: StateTensors) -> tuple[Weight, ...]:
        """`kernel` (n, gates * units), `recurrent_kernel` (units, gates * units) and `bias`."""
        return self.step_weights(known_size(self, -1, inputs))

    def multiply_adds(self, inputs: Tensor, states: StateTensors) -> int:
        """Both kernels once."""
        return self.step_work(known_size(self, -1, inputs))

    def step_weights(self, width: int) -> tuple[Weight, ...]:
        """`kernel`, `recurrent_kernel` and `bias`, which hold the gates side by side."""
        columns = self.gates * self.units
        shapes = {"kernel": (width, columns), "recurrent_kernel": (self.units, columns), "bias": self.bias_shape}
        return tuple(
            Weight(name, shape, self.trainable, self.variable_dtype)
            for name, shape in shapes.items()
            if shape is not None
        )

    def step_work(self, width: int) -> int:
        """Both kernels once."""
        return self.gates * self.units * (width + self.units)


class LSTMCell(GatedCell):
    """One step of an LSTM. https://keras.io/api/layers/recurrent_layers/lstm_cell/"""

    never_null: ClassVar[tuple[str, ...]] = ("bias_initializer",)
    ends_in_activation: ClassVar[bool] = True
    gated: ClassVar[bool] = True
    gates: ClassVar[int] = 4
    states: ClassVar[int] = 2
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
    kernel_constraint: Constraint = None
    recurrent_constraint: Constraint = None
    bias_constraint: Constraint = None
    dropout: Fraction = 0.0
    recurrent_dropout: Fraction = 0.0
    seed: Int | None = None

    @property
    def bias_shape(self) -> tuple[int, ...] | None:
        """One number for each gate of each unit."""
        return (4 * self.units,) if self.use_bias else None


class GRUCell(GatedCell):
    """One step of a GRU. https://keras.io/api/layers/recurrent_layers/gru_cell/"""

    ends_in_activation: ClassVar[bool] = True
    gated: ClassVar[bool] = True
    gates: ClassVar[int] = 3
    activation: Activation = "tanh"
    recurrent_activation: Activation = "sigmoid"
    use_bias: Bool = True
    kernel_initializer: Initializer = "glorot_uniform"
    recurrent_initializer: Initializer = "orthogonal"
    bias_initializer: Initializer = "zeros"
    kernel_regularizer: Regularizer = None
    recurrent_regularizer: Regularizer = None
    bias_regularizer: Regularizer = None
    kernel_constraint: Constraint = None
    recurrent_constraint: Constraint = None
    bias_constraint: Constraint = None
    dropout: Fraction = 0.0
    recurrent_dropout: Fraction = 0.0
    reset_after: Bool = True
    seed: Int | None = None

    @property
    def bias_shape(self) -> tuple[int, ...] | None:
        """One number for each gate of each unit; `reset_after` has separate ones for inputs and state."""
        if not self.use_bias:
            return None
        return (2, 3 * self.units) if self.reset_after else (3 * self.units,)


class SimpleRNNCell(GatedCell):
    """One step of a SimpleRNN. https://keras.io/api/layers/recurrent_layers/simple_rnn_cell/"""

    ends_in_activation: ClassVar[bool] = True
    gates: ClassVar[int] = 1
    activation: Activation = "tanh"
    use_bias: Bool = True
    kernel_initializer: Initializer = "glorot_uniform"
    recurrent_initializer: Initializer = "orthogonal"
    bias_initializer: Initializer = "zeros"
    kernel_regularizer: Regularizer = None
    recurrent_regularizer: Regularizer = None
    bias_regularizer: Regularizer = None
    kernel_constraint: Constraint = None
    recurrent_constraint: Constraint = None
    bias_constraint: Constraint = None
    dropout: Fraction = 0.0
    recurrent_dropout: Fraction = 0.0
    seed: Int | None = None

    @property
    def bias_shape(self) -> tuple[int, ...] | None:
        """One number for each unit."""
        return (self.units,) if self.use_bias else None

    def infer(self, sequence: Tensor, states: StateTensors) -> Tensors:
        """(batch, n), state (batch, units) -> (batch, units) and the next state."""
        return self._step(sequence, states)

    def new_weights(self, sequence: Tensor, states: StateTensors) -> tuple[Weight, ...]:
        """`kernel` (n, units), `recurrent_kernel` (units, units) and `bias` (units)."""
        return self.step_weights(known_size(self, -1, sequence))

    def multiply_adds(self, sequence: Tensor, states: StateTensors) -> int:
        """Both kernels once."""
        return self.step_work(known_size(self, -1, sequence))


class StackedRNNCells(Cell):
    """Cells that work as one: each takes the output of the one below.

    https://keras.io/api/layers/recurrent_layers/stacked_rnn_cell/
    """

    cells: Annotated[Any, Nested("layer", many=True, example="LSTMCell: 4")]

    @model_validator(mode="after")
    def _only_cells(self) -> StackedRNNCells:
        if not self.cells:
            refuse_arguments("StackedRNNCells needs at least one cell", argument="cells")
        for index, cell in enumerate(self.cells):
            if not isinstance(cell, Cell):
                message = "StackedRNNCells stacks recurrent cells such as LSTMCell, GRUCell or SimpleRNNCell; received "
                message += called(cell)
                refuse_other_than_cell(message, cell, "cells", index)
        return self

    @property
    def state_sizes(self) -> StateSizes:
        """One entry per cell: a size, or a tuple of sizes for a cell with several states."""
        return tuple(sizes[0] if len(sizes) == 1 else sizes for sizes in (cell.state_sizes for cell in self.cells))

    @property
    def output_size(self) -> int:
        """The width of the last cell's output."""
        size: int = self.cells[-1].output_size
        return size

    def check_activations(self, outputs: Tensors) -> None:
        """Those of each cell."""
        for cell in self.cells:
            cell.check_activations((Tensor((None, cell.output_size), self.compute_dtype),))

    @property
    def drops_inputs(self) -> bool:
        """Whether the first cell drops some of them."""
        drops: bool = self.cells[0].drops_inputs
        return drops

    @property
    def step_dtypes(self) -> set[str]:
        """The dtypes that the stack and its cells compute in."""
        return super().step_dtypes.union(*(cell.step_dtypes for cell in self.cells))

    def infer(self, inputs: Tensor, states: StateTensors) -> Tensors:
        """(batch, n), the states of each cell -> (batch, width of the last cell) and the next states, cell by cell."""
        return self._step(inputs, states)

    def new_weights(self, inputs: Tensor, states: StateTensors) -> tuple[Weight, ...]:
        """The weights of each cell, below the cell's name."""
        return self.step_weights(known_size(self, -1, inputs))

    def multiply_adds(self, inputs: Tensor, states: StateTensors) -> int:
        """Those of all cells."""
        return self.step_work(known_size(self, -1, inputs))

    def step_weights(self, width: int) -> tuple[Weight, ...]:
        """The weights of each cell, below the cell's name."""
        names = default_names(self.cells)
        return tuple(
            weight
            for name, cell, below in zip(names, self.cells, self._widths(width), strict=True)
            for weight in prefixed(name, cell.step_weights(below))
        )

    def step_work(self, width: int) -> int:
        """Those of all cells."""
        return sum(cell.step_work(below) for cell, below in zip(self.cells, self._widths(width), strict=True))

    def _widths(self, width: int) -> tuple[int, ...]:
        return (width, *(cell.output_size for cell in self.cells[:-1]))


def refuse_other_than_cell(message: str, layer: object, argument: str, item: int | None = None) -> NoReturn:
    """Refuse what stands where a cell is wanted, with the cell that is probably meant."""
    cell = _CELLS.get(type(layer).__name__)
    if cell is not None:
        instead = Instead(cell, why=": a cell computes one step, and RNN runs it over the sequence", rest="RNN")
        refuse_arguments(message, argument, item=item, instead=instead)
    help = "write a cell here, such as `{LSTMCell: 4}`"
    if not isinstance(layer, Layer):
        help = "write the cell out here, such as `{LSTMCell: 4}`: cells are not shared, and a model is not a cell"
    elif hasattr(layer, "return_sequences"):
        help = f"{called(layer)} already runs over time: write it without RNN, or a cell such as `{{LSTMCell: 4}}`"
    refuse_arguments(message, argument, help, item)


def _as_written(cell: Cell) -> str:
    """The cell as a spec has it, with those of its arguments that are plain values."""
    if isinstance(cell, StackedRNNCells):
        return f"{{StackedRNNCells: [{', '.join(_as_written(item) for item in cell.cells)}]}}"
    given = {name: getattr(cell, name) for name in type(cell).model_fields if name in cell.model_fields_set}
    shown = {name: _plain(value) for name, value in given.items()}
    if list(shown) == ["units"]:
        return f"{{{called(cell)}: {shown['units']}}}"
    return f"{{{called(cell)}: {{{', '.join(f'{name}: {value}' for name, value in shown.items())}}}}}"


def _plain(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return "null" if value is None else str(value).lower()
    return str(value) if isinstance(value, int | float | str) else "…"


_CELLS = {"LSTM": "LSTMCell", "GRU": "GRUCell", "SimpleRNN": "SimpleRNNCell"}
"""The cell of each layer that goes over time."""


def flat_sizes(sizes: StateSizes) -> tuple[int, ...]:
    """All sizes in order, without the nesting."""
    return tuple(size for each in sizes for size in ((each,) if isinstance(each, int) else flat_sizes(each)))


def check_states(name: str, states: StateTensors, cell: Cell, argument: str) -> None:
    """Refuse states that are not one (batch, size) tensor for each state of the cell, nested as its cells are."""
    if not _alike(states, cell):
        raise Refusal(
            "MS406",
            f"{name}: `{argument}` needs {_sizes_text(cell.state_sizes)}; received {_states_text(states)}",
            help="give one tensor for each state (an LSTM has two: hidden, then carry); "
            "a stack takes a list with one item for each cell",
            argument=argument,
        )
    for state, size in zip(_flat(states), flat_sizes(cell.state_sizes), strict=True):
        if state.rank != 2 or state.shape[1] not in (None, size):
            raise Refusal(
                "MS407",
                f"{name}: a state must be (batch, {size}); received {shape_text(state.shape)} in `{argument}`",
                help=f"the states this cell needs: {_sizes_text(cell.state_sizes)}",
                argument=argument,
            )


def _alike(states: StateTensors, cell: Cell) -> bool:
    given = (states,) if isinstance(states, Tensor) else states
    if isinstance(cell, StackedRNNCells):
        return len(given) == len(cell.cells) and all(map(_alike, given, cell.cells))
    return len(given) == len(cell.state_sizes) and all(isinstance(state, Tensor) for state in given)


def _flat(states: StateTensors) -> tuple[Tensor, ...]:
    return (states,) if isinstance(states, Tensor) else tuple(state for part in states for state in _flat(part))


def _sizes_text(sizes: int | StateSizes) -> str:
    return f"(batch, {sizes})" if isinstance(sizes, int) else f"[{', '.join(map(_sizes_text, sizes))}]"


def _states_text(states: StateTensors) -> str:
    if isinstance(states, Tensor):
        return shape_text(states.shape)
    return f"[{', '.join(map(_states_text, states))}]"
