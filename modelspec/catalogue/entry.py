"""What every object of the catalogue is: a frozen pydantic model whose fields are Keras's arguments and defaults.

Must not know how a spec is written, nor import TensorFlow.
"""

# No `from __future__ import annotations` here and in the modules of losses, metrics, optimizers: pydantic would
# compile the text of each annotation once for its class and once more for every class below.

from collections.abc import Callable, Collection
from typing import Any, ClassVar, NoReturn

from pydantic import BaseModel, ConfigDict, PrivateAttr
from pydantic_core import PydanticCustomError
from typing_extensions import Self

from modelspec.catalogue.tensor import Masks, Tensor, Tensors, Weight
from modelspec.catalogue.types import Bool, DtypePolicy, Regularizer


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


class Layer(Entry):
    """A Keras layer.

    `infer` is its shape rule. Its parameters are the tensor arguments of Keras's `call`, by Keras's names and in
    Keras's order (a list of tensors arrives as a tuple), followed by boolean switches of `call` where a spec may set
    them; it returns the output tensor, or a tuple where Keras returns a list, and raises `Refusal` where Keras refuses.
    `new_weights` takes the same arguments and returns the weights in Keras's order of `layer.weights`.
    """

    keras_module: ClassVar[str] = "keras.layers"
    untaken: ClassVar[tuple[str, ...]] = ()
    """Those of the arguments below, which all layers take, that Keras's class does not."""
    infer: ClassVar[Callable[..., Tensor | Tensors]]
    fixed_rank: ClassVar[bool] = False
    """Whether Keras, once the layer is built, refuses inputs with another number of axes."""
    keeps_mask: ClassVar[bool] = False
    """Whether the outputs carry the masks of the inputs: Keras's `supports_masking` where it has no rule of its own."""
    moves_whole: ClassVar[bool] = False
    """Whether whole numbers stay whole, though Keras promises the dtype that the layer computes in."""
    instead_of_mask: ClassVar[str | None] = None
    """What does the same without asking for a mask."""
    trainable: Bool = True
    dtype: DtypePolicy | None = None
    activity_regularizer: Regularizer = None
    autocast: Bool = True
    _policy: str = PrivateAttr(default="float32")

    def under(self, policy: str) -> Self:
        """The same layer, and those in its arguments, where `policy` is what a layer without a `dtype` computes by."""
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

    def new_weights(self, *inputs: Any, **more: Any) -> tuple[Weight, ...]:
        """The weights made for these inputs, in Keras's order; none unless a layer says otherwise."""
        return ()

    def output_masks(self, previous: Masks, inputs: Tensor | Tensors, outputs: Tensors) -> Masks:
        """The masks of the outputs, in their order; those left out have none. Keras's `compute_mask`.

        `previous` are the mask that the call was given, or else those of `inputs`, its first argument. Raises `Refusal`
        where Keras cannot make one mask of several.
        """
        return previous if self.keeps_mask else ()

    def leaves_whole(self) -> bool:
        """Whether whole numbers stay whole; `moves_whole`, unless an argument has a say in it."""
        return self.moves_whole

    def whole_dtype(self, dtype: str) -> str:
        """What becomes of whole numbers of this dtype, where they stay whole."""
        return dtype

    def multiply_adds(self, *inputs: Any, **more: Any) -> int:
        """Multiply-adds per sample for these inputs (unknown axes count as 1); 0 where a layer does no such work."""
        return 0


def refuse_arguments(message: str, argument: str) -> NoReturn:
    """Call in a pydantic `model_validator` where Keras refuses a combination of arguments; `argument` is pointed at."""
    raise PydanticCustomError("combination", "{message}", {"message": message, "argument": argument})


class Op(Entry):
    """A function of `keras.ops` that maps tensors to tensors.

    Its fields are the function's parameters that may be constants, by Keras's names and defaults; `infer` takes the
    tensors by the function's parameter names (a list of tensors arrives as a tuple). A parameter that may be either
    is a field whose default None means that it is, or should be, a tensor.
    """

    keras_module: ClassVar[str] = "keras.ops"
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

    @property
    def label(self) -> str:
        """The function as a spec writes it: `ops.add`, `ops.image.resize`."""
        return f"{self.keras_module.removeprefix('keras.')}.{type(self).__name__}"
