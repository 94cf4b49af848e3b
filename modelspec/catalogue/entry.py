"""What every object of the catalogue is: a frozen pydantic model whose fields are Keras's arguments and defaults.

Must not know how a spec is written, nor import TensorFlow.
"""

# No `from __future__ import annotations` here and in the modules of losses, metrics, optimizers: pydantic would
# compile the text of each annotation once for its class and once more for every class below.

from collections.abc import Callable, Collection
from functools import cache
from typing import Any, ClassVar, Literal, NamedTuple, NoReturn

from pydantic import BaseModel, ConfigDict, PrivateAttr
from pydantic_core import PydanticCustomError
from typing_extensions import Self

from modelspec.catalogue.names import ACTIVATIONS, OVER_CLASSES
from modelspec.catalogue.tensor import Masks, Refusal, Shape, Tensor, Tensors, Weight
from modelspec.catalogue.types import Bool, DtypePolicy, Nested, Regularizer


class Entry(BaseModel):
    """One object that Keras offers. The class has Keras's name, its fields Keras's arguments, order and defaults."""

    _identifier: str | None = PrivateAttr(default=None)

    @property
    def identifier(self) -> str | None:
        """The lower-case name (`mae`) that a spec used for it, if it did: Keras calls a metric by the name it is given."""
        return self._identifier

    def called(self, identifier: str) -> Self:
        """The same entry, remembering the lower-case name that a spec used for it."""
        copy = self.model_copy()
        copy._identifier = identifier
        return copy

    keras_module: ClassVar[str]
    """Where Keras has the class: `keras.layers`, `keras.losses`, `keras.optimizers.schedules`, ..."""
    made_float32: ClassVar[tuple[str, ...]] = ()
    """Arguments that Keras makes a tensor of float32 from when it makes the object: no number may be beyond float32's."""
    registered_name: ClassVar[str | None] = None
    """The name by which a user's package registers the class; None for Keras's own."""
    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        defer_build=True,
        protected_namespaces=(),
        hide_input_in_errors=True,
    )


@cache
def layer_fields(entry: type[BaseModel]) -> tuple[str, ...]:
    """The arguments that are layers, or lists of them."""
    return tuple(
        name
        for name, field in entry.model_fields.items()
        if any(isinstance(item, Nested) and item.kind == "layer" for item in field.metadata)
    )


class Operation(Entry):
    """A layer or an op, and what it does to the numbers that it is given: checks ask this, and name no class.

    A wrapper says of itself what the layers inside it say; `graph.inside` puts layers that the spec shares there.
    """

    looks_up: ClassVar[str | None] = None
    """The argument that counts what it can look up, where the numbers that it is given are indices."""
    embeds: ClassVar[bool] = False
    """Whether it learns weights for each index that it looks up."""
    multiplies: ClassVar[bool] = False
    """Whether it multiplies the numbers that it is given by weights: they are quantities."""
    picks: ClassVar[bool] = False
    """Whether each number that it gives is one that it was given, or 0: indices stay indices."""
    hands_on: ClassVar[Literal["in place", "elsewhere"] | None] = None
    """Whether it gives the numbers that it was given and no others (outside training), and whether the last axis stays."""
    ends_in: ClassVar[str | None] = None
    """The activation that the numbers it gives come out of, where no argument has a say in it."""
    ends_in_activation: ClassVar[bool] = False
    """Whether its last work is its argument `activation`."""
    gated: ClassVar[bool] = False
    """Whether gates then weigh the numbers: they stay within their bounds, but do not sum to 1 any more."""
    axes_outside: ClassVar[int] = 0
    """How many axes behind the batch the layer inside it does not see."""
    computes_along: ClassVar[bool] = False
    """Whether its `axis` says along what it computes, and not where something is put."""
    takes_all_axes: ClassVar[bool] = False
    """Whether without an axis it computes along all of them, the batch's too."""
    may_touch_batch: ClassVar[bool] = False
    """Whether it can give another number of rows than it was given."""
    takes_ragged: ClassVar[bool] = False
    """Whether it runs on rows of several lengths in one tensor, and learns. Measured."""
    as_function: ClassVar[str | None] = None
    """The function of `keras.ops` that does for two tensors what it does, and needs no batch axis."""

    def inner(self) -> "tuple[Operation, ...]":
        """The layers in its arguments, which do its work where there are some."""
        values = [getattr(self, name) for name in layer_fields(type(self)) if name in self.model_fields_set]
        listed = [item for value in values for item in (value if isinstance(value, tuple) else (value,))]
        return tuple(item for item in listed if isinstance(item, Operation))

    def known_indices(self) -> int | None:
        """How many indices it can look up; None where it looks nothing up."""
        if self.looks_up is not None:
            size: int | None = getattr(self, self.looks_up)
            return size
        return min((size for layer in self.inner() if (size := layer.known_indices()) is not None), default=None)

    def makes_ragged(self) -> bool:
        """Whether it gives rows of several lengths in one tensor."""
        return False

    def runs_on_ragged(self) -> bool:
        """Whether it takes such rows: `takes_ragged`, unless an argument makes something that fails on them.

        A mask fails in whatever uses it. A wrapper looks at the rows itself, and so does what is not measured.
        """
        given = getattr(self, "mask_zero", False) or getattr(self, "activity_regularizer", None) is not None
        return self.takes_ragged and not given

    def learns_indices(self) -> bool:
        """Whether it, or a layer inside it, learns weights for each index that it is given."""
        return self.embeds or any(layer.learns_indices() for layer in self.inner())

    def weighs(self) -> bool:
        """Whether it, or a layer inside it, multiplies the numbers that it is given by weights."""
        return self.multiplies or any(layer.weighs() for layer in self.inner())

    def keeps_indices(self) -> bool:
        """`picks`, for it and all layers inside it."""
        inner = self.inner()
        return all(layer.keeps_indices() for layer in inner) if inner else self.picks

    def handing_on(self) -> Literal["in place", "elsewhere"] | None:
        """`hands_on`, for it and all layers inside it."""
        inner = [layer.handing_on() for layer in self.inner()]
        if not inner:
            return self.hands_on
        return None if None in inner else "elsewhere" if "elsewhere" in inner else "in place"

    def ending(self) -> str | None:
        """The name of the activation that the numbers it gives come out of, where that can be told."""
        inner = self.inner()
        if inner:
            return inner[-1].ending()
        if not self.ends_in_activation:
            return self.ends_in
        given = getattr(self, "activation", None)
        activation = given or "linear"
        if isinstance(given, Entry):
            from modelspec.catalogue.activations import function_of  # few activations have arguments

            activation = function_of(given)
        known = isinstance(activation, str) and activation in ACTIVATIONS
        return activation if known and not (self.gated and activation in OVER_CLASSES) else None

    def chooses_ending(self) -> bool:
        """Whether it ends in what its argument `activation` says, whatever that is."""
        inner = self.inner()
        return inner[-1].chooses_ending() if inner else self.ends_in_activation and not self.gated

    def ending_axes(self, rank: int) -> tuple[int, ...]:
        """The axes, counted from the front, that the activation works along which an output of that rank ends in."""
        inner = self.inner()
        if inner:
            return tuple(axis + self.axes_outside for axis in inner[-1].ending_axes(rank - self.axes_outside))
        axes = (
            getattr(self, "axis", -1) if self.computes_along else getattr(getattr(self, "activation", None), "axis", -1)
        )
        if axes is None:
            return tuple(range(rank))
        return tuple(axis % rank for axis in ((axes,) if isinstance(axes, int) else axes)) if rank else ()

    def numbers_per_statistic(self, shape: Shape) -> int | None:
        """How many numbers of a row go into each statistic that it takes of a batch in training; None: it takes none.

        `shape` is that of its input; an axis of unknown size counts as 2.
        """
        step = (*shape[:1], *shape[1 + self.axes_outside :])
        return min(
            (many for layer in self.inner() if (many := layer.numbers_per_statistic(step)) is not None), default=None
        )

    def leaves_size_open(self) -> str | None:
        """What to do so that the size of the last axis is known, where an argument leaves it open."""
        return next((why for layer in self.inner() if (why := layer.leaves_size_open()) is not None), None)

    def along_batch(self, rank: int) -> bool:
        """Whether it computes along the batch of a tensor of that rank."""
        inner = self.inner()
        if inner:
            return any(layer.along_batch(rank - self.axes_outside) for layer in inner)
        axes = next((getattr(self, name) for name in ("axis", "axes") if name in type(self).model_fields), ())
        if not self.computes_along or not isinstance(axes, int | tuple | None):
            return False
        if axes is None:
            return self.takes_all_axes
        listed: Any = (axes,) if isinstance(axes, int) else axes
        return any(isinstance(axis, int) and axis in (0, -rank) for axis in listed)


class Lack(NamedTuple):
    """What a layer learns by Keras's `adapt` and was not given, and what to write to give it."""

    what: str
    help: str
    works_without: bool = False
    """Whether the layer computes all the same: as if there were nothing to learn."""


class Layer(Operation):
    """A Keras layer.

    `infer` is its shape rule. Its parameters are the tensor arguments of Keras's `call`, by Keras's names and in
    Keras's order (a list of tensors arrives as a tuple), followed by boolean switches of `call` where a spec may set
    them; it returns the output tensor, or a tuple where Keras returns a list, and raises `Refusal` where Keras refuses.
    `new_weights` takes the same arguments and returns the weights in Keras's order of `layer.weights`.
    """

    keras_module: ClassVar[str] = "keras.layers"
    untaken: ClassVar[tuple[str, ...]] = ()
    """Those of the arguments below, which all layers take, that Keras's class does not."""
    through_kwargs: ClassVar[tuple[str, ...]] = ()
    """Arguments that Keras's class takes through its `**kwargs`, so that its signature does not show them."""
    infer: ClassVar[Callable[..., Tensor | Tensors]]
    fixed_rank: ClassVar[bool] = False
    """Whether Keras, once the layer is built, refuses inputs with another number of axes."""
    keeps_mask: ClassVar[bool] = False
    """Whether the outputs carry the masks of the inputs: Keras's `supports_masking` where it has no rule of its own."""
    never_null: ClassVar[tuple[str, ...]] = ()
    """Initializers that Keras calls without asking whether there is one, so that they cannot be null."""
    moves_whole: ClassVar[bool] = False
    """Whether whole numbers stay whole, though Keras promises the dtype that the layer computes in."""
    trainable: Bool = True
    dtype: DtypePolicy | None = None
    activity_regularizer: Regularizer = None
    autocast: Bool = True
    _policy: str = PrivateAttr(default="float32")

    @property
    def output_names(self) -> tuple[str, ...]:
        """The names of its outputs, where they have some."""
        return ()

    def under(self, policy: str) -> Self:
        """The same layer, and those in its arguments, where `policy` is what a layer without a `dtype` computes by."""
        if policy == self._policy:  # and so is that of the layers inside, which went through here with it
            return self
        copy = self.model_copy(update=self._layers_changed(lambda layer: layer.under(policy)))
        copy._policy = policy
        return copy

    def outside_training(self) -> "Layer":
        """The layer as it acts when nothing is trained, where Keras then gives another shape than it promises.

        Itself, unless it or a layer in its arguments says otherwise.
        """
        inner = self._layers_changed(lambda layer: layer.outside_training())
        same = all(value == getattr(self, name) for name, value in inner.items())
        return self if same else self.model_copy(update=inner)

    def _layers_changed(self, change: Callable[["Layer"], "Layer"]) -> dict[str, Any]:
        """The arguments that are layers, or have some in them, each changed."""
        inner: dict[str, Any] = {}
        for name in self.model_fields_set:
            value = getattr(self, name)
            if isinstance(value, Layer):
                inner[name] = change(value)
            elif isinstance(value, tuple) and any(isinstance(item, Layer) for item in value):
                inner[name] = tuple(change(item) if isinstance(item, Layer) else item for item in value)
        return inner

    @property
    def compute_dtype(self) -> str:
        """The dtype the layer computes in, and casts floating inputs to."""
        policy = self._policy if self.dtype is None else self.dtype
        return {"mixed_float16": "float16", "mixed_bfloat16": "bfloat16"}.get(policy, policy)

    @property
    def variable_dtype(self) -> str:
        """The dtype the layer keeps its weights in."""
        policy = self._policy if self.dtype is None else self.dtype
        return "float32" if policy.startswith("mixed_") else policy

    @property
    def promise(self) -> Callable[..., Any] | None:
        """Where Keras promises another shape than data gets: what its `compute_output_shape` should have returned."""
        return None

    def lacks(self) -> Lack | None:
        """What the layer would have to learn from rows; None where it learns nothing so, or was given it."""
        return None

    def new_weights(self, *inputs: Any, **more: Any) -> tuple[Weight, ...]:
        """The weights made for these inputs, in Keras's order; none unless a layer says otherwise."""
        return ()

    def output_masks(self, previous: Masks, inputs: Tensor | Tensors, outputs: Tensors) -> Masks:
        """The masks of the outputs, in their order; those left out have none. Keras's `compute_mask`.

        `previous` are the mask that the call was given, or else those of `inputs`, its first argument. Raises `Refusal`
        where Keras cannot make one mask of several.
        """
        return previous if self.keeps_mask else ()

    def without_mask(self) -> str | None:
        """What does the same without asking for a mask."""
        return None

    def instead_of_call(self) -> str | None:
        """What to do where the call lacks one of its arguments, if that is something else than to give it."""
        return None

    def check_activations(self, outputs: Tensors) -> None:
        """Refuse activations among the arguments that cannot work on what they are applied to, given the outputs."""
        for name in ("activation", "recurrent_activation"):
            activation: Any = getattr(self, name, None)
            if isinstance(activation, Entry):
                try:
                    activation.infer(outputs[0])  # type: ignore[attr-defined]
                except Refusal as refusal:
                    raise Refusal(refusal.code, refusal.message, refusal.help, argument=name) from None

    def leaves_whole(self) -> bool:
        """Whether whole numbers stay whole; `moves_whole`, unless an argument has a say in it."""
        return self.moves_whole

    def whole_dtype(self, dtype: str) -> str:
        """What becomes of whole numbers of this dtype, where they stay whole."""
        return dtype

    def multiply_adds(self, *inputs: Any, **more: Any) -> int:
        """Multiply-adds per sample for these inputs (unknown axes count as 1); 0 where a layer does no such work."""
        return 0


def called(layer: object) -> str:
    """What a message calls a layer: its class, or its name where the spec shares it or it is a model."""
    name = getattr(layer, "called", None)  # of an entry, this is a method
    return name if isinstance(name, str) else type(layer).__name__


class Instead(NamedTuple):
    """How the object that stands in the argument is to be written: by another class's name, or within another object."""

    class_name: str | None = None
    """The class to name in its place, with those of its arguments that it takes."""
    adds: tuple[str, str] | None = None
    """An argument that it lacks, and its value as a spec has it."""
    around: str = "{}"
    """What stands around it, as `{{RNN: {{cell: {}}}}}`."""
    why: str = ""
    """What follows in the sentence."""
    rest: str = ""
    """What takes the arguments that the other class does not."""


def refuse_arguments(
    message: str, argument: str, help: str | None = None, item: int | None = None, instead: Instead | None = None
) -> NoReturn:
    """Call in a pydantic `model_validator` where Keras refuses a combination of arguments; `argument` is pointed at.

    Of a list, its `item`. `help` says what to write, or `instead` what it is to become; without them, only that the
    argument is the one to change.
    """
    context = {"message": message, "argument": argument, "help": help, "item": item, "instead": instead}
    raise PydanticCustomError("combination", "{message}", context)


class Several(NamedTuple):
    """How many tensors a call gives, and the argument that says so, if there is one."""

    number: int
    argument: str | None = None


class Op(Operation):
    """A function of `keras.ops` that maps tensors to tensors.

    Its fields are the function's parameters that may be constants, by Keras's names and defaults; `infer` takes the
    tensors by the function's parameter names (a list of tensors arrives as a tuple). A parameter that may be either
    is a field whose default None means that it is, or should be, a tensor.
    """

    keras_module: ClassVar[str] = "keras.ops"
    computes_along: ClassVar[bool] = True
    may_touch_batch: ClassVar[bool] = True
    infer: ClassVar[Callable[..., Tensor | Tensors]]
    tensor_parameters: ClassVar[tuple[str, ...]] = ("x",)
    """The parameters that can take one tensor, in Keras's order."""
    list_parameter: ClassVar[str | None] = None
    """The parameter that takes a list of tensors, if there is one."""

    @classmethod
    def positional(cls, bound: Collection[str]) -> str | None:
        """The argument that a YAML value which is not a mapping stands for: the first that `from` did not fill."""
        return next((name for name in cls.model_fields if name not in bound), None)

    @classmethod
    def open_parameters(cls, given: Collection[str]) -> tuple[str, ...]:
        """The parameters that `from` fills in order, where the arguments `given` are constants."""
        return tuple(name for name in cls.tensor_parameters if name not in given)

    def ending(self) -> str | None:
        """The function itself, where it is an activation."""
        name = type(self).__name__
        return name if name in ACTIVATIONS else None

    def takes_nothing(self) -> bool:
        """Whether it makes a tensor of its arguments alone, so that no tensor is left to be given."""
        return self.list_parameter is None and not self.open_parameters(self.model_fields_set)

    def row_by_row(self, *tensors: Tensor) -> str | None:
        """What does for each row by itself what this does with all rows of a batch at once; None where nothing is nearer."""
        return None

    def count_outputs(self, *tensors: Any, **more: Any) -> Several | None:
        """How many tensors a call gives where numbers of the spec say so, asked before any is made; None: a few.

        Takes what `infer` takes, and refuses where it would.
        """
        return None

    def constant(self, name: str) -> Any:
        """The value of an argument as Keras takes it."""
        return getattr(self, name)

    @property
    def label(self) -> str:
        """The function as a spec writes it: `ops.add`, `ops.image.resize`."""
        return f"{self.keras_module.removeprefix('keras.')}.{type(self).__name__}"
