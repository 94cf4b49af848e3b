"""What every Keras layer is: its arguments, its dtypes, and the rules for shapes, weights and masks.

Must not know any single layer, nor import TensorFlow.
"""

# No `from __future__ import annotations`, as in modelspec.catalogue.entry.

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, NamedTuple

from pydantic import PrivateAttr
from typing_extensions import Self

from modelspec.catalogue.entry import Entry
from modelspec.catalogue.operation import Operation
from modelspec.catalogue.tensor import Masks, Refusal, Tensor, Tensors, Weight
from modelspec.catalogue.types import Bool, DtypePolicy, Regularizer


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

    def given(self, learned: Mapping[str, Any]) -> Self:
        """The layer with what it learned as its arguments. Raises pydantic's `ValidationError` where it does not take that."""
        kept = {name: getattr(self, name) for name in self.model_fields_set}
        return type(self).model_validate({**kept, **learned})

    def open_sizes(self) -> tuple[int, int | None] | None:
        """How long its last axis is at least and at most (None: nobody knows), where that is open until it has learned."""
        return None

    def provisional(self, size: int) -> dict[str, Any]:
        """Arguments of the kind that it would learn, for a last axis as near to `size` as it can be; empty: there are none."""
        return {}

    def hindrance(self) -> str | None:
        """Why no rows can teach it what it lacks, in words that follow its name; None where they can."""
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
