"""TimeDistributed and Bidirectional: layers around another layer. No TensorFlow here.

The inner layer is an entry of the catalogue, or whatever has the same `infer`, `new_weights` and `multiply_adds`: a
layer that the spec shares, or a whole model.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Literal

from pydantic import model_validator

from modelspec.catalogue.entry import Instead, refuse_arguments
from modelspec.catalogue.layers.layer import Layer, called
from modelspec.catalogue.layers.naming import prefixed
from modelspec.catalogue.layers.recurrent.cells import Cell, flat_sizes
from modelspec.catalogue.layers.recurrent.recurrent import OverTime, Recurrent
from modelspec.catalogue.layers.rules import default_name, passed_dtype, refuse_text, tensors_needed
from modelspec.catalogue.tensor import Masks, Refusal, Shape, StateTensors, Tensor, Tensors, Weight, shape_text
from modelspec.catalogue.types import LayerArgument, Nested


class TimeDistributed(Layer):
    """The inner layer at every step of axis 1, with the same weights.

    https://keras.io/api/layers/recurrent_layers/time_distributed/
    """

    axes_outside: ClassVar[int] = 1
    keeps_mask: ClassVar[bool] = True
    layer: LayerArgument

    @model_validator(mode="after")
    def _takes_one_tensor(self) -> TimeDistributed:
        name = called(self.layer)
        if isinstance(self.layer, Cell):
            message = f"TimeDistributed cannot wrap {name}; use RNN to run a cell over time"
            instead = Instead(around="RNN: {{cell: {}, return_sequences: true}}", why=" in place of TimeDistributed")
            refuse_arguments(message, "layer", instead=instead)
        if isinstance(self.layer, Layer) and tensors_needed(self.layer) > 1:
            refuse_arguments(
                f"TimeDistributed passes one tensor to the layer it wraps; {name} needs several", argument="layer"
            )
        return self

    def infer(self, inputs: Tensor, mask: Tensor | None = None) -> Tensor:
        """(batch, steps, ...) -> (batch, steps, *what the inner layer makes of one step)."""
        step = self._one_step(inputs)
        if mask is not None:
            self._check_mask(inputs, mask)
        made = self._made(step, mask)
        if isinstance(self.layer, Layer):
            self.layer.check_activations(_listed(made))
        if not isinstance(made, Tensor):
            raise Refusal(
                "MS408",
                f"TimeDistributed wraps a layer with one output; {called(self.layer)} gives {len(made)}{_named(self.layer)}",
                help=_one_output(self.layer),
                argument="layer",
            )
        return Tensor((made.shape[0], inputs.shape[1], *made.shape[1:]), self.compute_dtype)

    def leaves_whole(self) -> bool:
        """Where the inner layer leaves them so."""
        return isinstance(self.layer, Layer) and self.layer.leaves_whole()

    def new_weights(self, inputs: Tensor, mask: Tensor | None = None) -> tuple[Weight, ...]:
        """The inner layer's, below its name."""
        return _inner_weights(self.layer, default_name(self.layer), self._one_step(inputs))

    def multiply_adds(self, inputs: Tensor, mask: Tensor | None = None) -> int:
        """The inner layer's, at every step."""
        work: int = self.layer.multiply_adds(self._one_step(inputs))
        return (inputs.shape[1] or 1) * work

    def _one_step(self, inputs: Tensor) -> Tensor:
        if inputs.rank < 3:
            raise Refusal(
                "MS401",
                "TimeDistributed needs at least 3 axes, (batch, steps, ...); "
                f"received {inputs.rank}: {shape_text(inputs.shape)}",
                help="use the inner layer by itself, or give the input a time axis",
            )
        refuse_text(self, inputs)
        return Tensor((inputs.shape[0], *inputs.shape[2:]), passed_dtype(self, inputs))

    def _made(self, step: Tensor, mask: Tensor | None) -> Any:
        """What the inner layer makes of one step; Keras gives it the step's part of the mask where its call takes one."""
        if mask is None:
            return self.layer.infer(step)
        part = Tensor((mask.shape[0], *mask.shape[2:]), "bool")
        if not isinstance(self.layer, Layer):
            return self.layer.infer(step._replace(mask=part.shape))
        takes = "mask" in inspect.signature(self.layer.infer).parameters
        return self.layer.infer(step, mask=part) if takes else self.layer.infer(step)

    @staticmethod
    def _check_mask(inputs: Tensor, mask: Tensor) -> None:
        pairs = zip(mask.shape[:2], inputs.shape[:2], strict=False)
        if mask.rank < 2 or any(None not in pair and pair[0] != pair[1] for pair in pairs):
            raise Refusal(
                "MS407",
                f"TimeDistributed: the mask must begin with the batch and steps of {shape_text(inputs.shape)}; "
                f"received {shape_text(mask.shape)}",
                help="the mask has one boolean for each step",
                argument="mask",
            )


class Bidirectional(Layer):
    """A recurrent layer over a sequence forwards, and a copy of it backwards.

    https://keras.io/api/layers/recurrent_layers/bidirectional/
    """

    layer: Annotated[Any, Nested("layer", example="LSTM: 4")]
    merge_mode: Literal["concat", "sum", "mul", "ave"] | None = "concat"
    backward_layer: Annotated[Any, Nested("layer", example="LSTM: {units: 4, go_backwards: true}")] = None

    @model_validator(mode="after")
    def _two_directions(self) -> Bidirectional:
        for argument in ("layer", "backward_layer"):
            inner = getattr(self, argument)
            if not isinstance(inner, OverTime) and (argument == "layer" or inner is not None):
                message = (
                    "Bidirectional wraps a recurrent layer written out in place, such as LSTM, GRU, SimpleRNN, RNN or "
                    f"ConvLSTM2D; received {called(inner)}"
                )
                refuse_arguments(message, argument, _not_over_time(inner), instead=_over_time(inner, argument))
        self._two_ways()
        for setting in ("stateful", "return_sequences", "return_state"):
            forward, backward = getattr(self.layer, setting), getattr(self._backward, setting)
            if forward != backward:
                refuse_arguments(
                    f"forward layer and backward layer should have the same `{setting}`; "
                    f"received {_flag(forward)} and {_flag(backward)}",
                    argument="backward_layer",
                    help=f"write `{setting}: true` in `{'backward_layer' if forward else 'layer'}` too, or in neither",
                )
        return self

    def _two_ways(self) -> None:
        """Refuse two layers that go the same way, and one that alone goes backwards."""
        backward = self.backward_layer
        if backward is None and self.layer.go_backwards:
            refuse_arguments(
                "forward layer and backward layer should have different `go_backwards` values; the backward layer is made "
                "from this one; received `go_backwards: true`",
                argument="layer",
                help="remove `go_backwards`: Bidirectional makes the backward layer itself",
            )
        if backward is not None and self.layer.go_backwards == backward.go_backwards:
            both = backward.go_backwards
            refuse_arguments(
                "forward layer and backward layer should have different `go_backwards` values; received "
                f"`go_backwards: {_flag(both)}` for both",
                argument="layer" if both else "backward_layer",
                help="remove `go_backwards` here" if both else None,
                instead=None if both else Instead(adds=("go_backwards", "true")),
            )

    @property
    def _backward(self) -> Any:
        return self.layer if self.backward_layer is None else self.backward_layer

    def infer(
        self, sequences: Tensor, initial_state: StateTensors | None = None, mask: Tensor | None = None
    ) -> Tensor | Tensors:
        """What both directions give, their last axes one after the other by `concat`, both where `merge_mode` is None.

        `return_state` adds the forward states, then the backward states.
        """
        forward_state, backward_state = self._halves(initial_state)
        forward = _listed(self.layer.infer(sequences, forward_state, mask))
        backward = _listed(self._backward.infer(sequences, backward_state, mask))
        self.layer.check_activations(forward)
        self._backward.check_activations(backward)
        states = [Tensor(state.shape, self.compute_dtype) for state in (*forward[1:], *backward[1:])]
        if self.merge_mode is None:
            return (*(Tensor(made[0].shape, self.compute_dtype) for made in (forward, backward)), *states)
        output = Tensor(self._merged(forward[0].shape, backward[0].shape), self.compute_dtype)
        return (output, *states) if states else output

    def _merged(self, forward: Shape, backward: Shape) -> Shape:
        """The shape of both directions in one tensor."""
        along_last = self.merge_mode == "concat"
        before = forward[:-1], backward[:-1]
        if along_last and before[0] == before[1]:
            widths = forward[-1], backward[-1]
            return (*forward[:-1], None if widths[0] is None or widths[1] is None else widths[0] + widths[1])
        pairs = tuple(zip(forward, backward, strict=False))
        if along_last or len(forward) != len(backward) or any(a != b and 1 not in (a, b) for a, b in pairs):
            what = "side by side" if along_last else f"by `merge_mode: {self.merge_mode}`"
            raise Refusal(
                "MS402",
                f"Bidirectional: the two directions cannot be combined {what}: {shape_text(forward)} forwards and "
                f"{shape_text(backward)} backwards",
                help="give both layers the same size" + ("" if along_last else ", or write `merge_mode: concat`"),
                argument="backward_layer",
            )
        return tuple(b if a == 1 else a for a, b in pairs)

    @property
    def promise(self) -> Callable[..., Any] | None:
        """Needed where the directions differ in size or states: Keras takes both for alike until there is data."""
        forward, backward = _sizes(self.layer), _sizes(self._backward)
        alike = forward[0] == backward[0] and (forward == backward or not self.layer.return_state)
        return None if alike else self._shapes_of_data

    def _shapes_of_data(self, sequences_shape: Any, initial_state_shape: Any = None) -> Any:
        made = self.infer(Tensor(tuple(sequences_shape)))
        return made.shape if isinstance(made, Tensor) else tuple(tensor.shape for tensor in made)

    def new_weights(
        self, sequences: Tensor, initial_state: StateTensors | None = None, mask: Tensor | None = None
    ) -> tuple[Weight, ...]:
        """The weights of the two directions, forwards first."""
        forward = f"forward_{default_name(self.layer)}"
        backward = (
            f"backward_{default_name(self.layer)}" if self.backward_layer is None else default_name(self._backward)
        )
        return (
            *_inner_weights(self.layer, forward, sequences),
            *_inner_weights(self._backward, backward, sequences),
        )

    def multiply_adds(
        self, sequences: Tensor, initial_state: StateTensors | None = None, mask: Tensor | None = None
    ) -> int:
        """Those of the two directions."""
        work: int = self.layer.multiply_adds(sequences) + self._backward.multiply_adds(sequences)
        return work

    def output_masks(self, previous: Masks, inputs: Tensor | Tensors, outputs: Tensors) -> Masks:
        """The sequence's mask for the outputs of all steps; none for the last outputs and the states."""
        return previous[:1] * (2 if self.merge_mode is None else 1) if self.layer.return_sequences else ()

    @staticmethod
    def _halves(states: StateTensors | None) -> tuple[StateTensors | None, StateTensors | None]:
        if states is None:
            return None, None
        if isinstance(states, Tensor) or len(states) % 2:
            raise Refusal(
                "MS406",
                "Bidirectional: `initial_state` needs the forward states, then as many backward states; "
                f"received {1 if isinstance(states, Tensor) else len(states)}",
                help="an LSTM has two states in each direction, so four in all; a GRU one, so two",
                argument="initial_state",
            )
        half = len(states) // 2
        return states[:half], states[half:]


def _flag(value: object) -> str:
    return str(value).lower()


def _over_time(layer: object, argument: str) -> Instead | None:
    """A cell where a recurrent layer is wanted, within RNN."""
    backwards = "" if argument == "layer" else ", go_backwards: true"
    around = f"{{{{RNN: {{{{cell: {{}}{backwards}}}}}}}}}"
    return Instead(around=around, why=": RNN runs the cell over the sequence") if isinstance(layer, Cell) else None


def _not_over_time(layer: object) -> str | None:
    if isinstance(layer, Cell):
        return None
    if not isinstance(layer, Layer):
        return "write the recurrent layer out here, such as `{LSTM: 4}`: Keras makes two layers from it, so it cannot be shared"
    return f"{called(layer)} has no direction: write it without Bidirectional, or a recurrent layer such as `{{LSTM: 4}}` here"


def _sizes(layer: OverTime) -> tuple[int, int]:
    """The width of a recurrent layer's output, and how many states it has."""
    if isinstance(layer, Recurrent):
        cell = layer.step_cell
        return cell.output_size, len(flat_sizes(cell.state_sizes))
    return getattr(layer, "filters"), 2  # noqa: B009  (a ConvLSTM)


def _named(layer: object) -> str:
    names: tuple[str, ...] = getattr(layer, "output_names", ())
    return f": {', '.join(names)}" if names else ""


def _one_output(layer: object) -> str:
    """What to do about a layer or model that gives several outputs."""
    names: tuple[str, ...] = getattr(layer, "output_names", ())
    if names:
        return (
            f"keep one output of {called(layer)}, `outputs: {names[0]}`, and wrap one more model for each of the others"
        )
    return f"leave out `return_state` of {called(layer)}, or wrap another layer"


def _inner_weights(layer: Any, name: str, inputs: Tensor) -> tuple[Weight, ...]:
    """The inner layer's weights; below `name` where it is written out in place, and not shared or a model."""
    weights: tuple[Weight, ...] = layer.new_weights(inputs)
    return prefixed(name, weights) if isinstance(layer, Layer) else weights


def _listed(outputs: Tensor | Tensors) -> Tensors:
    return (outputs,) if isinstance(outputs, Tensor) else outputs
