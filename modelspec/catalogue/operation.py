"""What a layer or an op does to the numbers that it is given: what checks ask of it.

Must not know any single class, nor import TensorFlow.
"""

# No `from __future__ import annotations`, as in modelspec.catalogue.entry.

from functools import cache
from typing import Any, ClassVar, Literal

from pydantic import BaseModel

from modelspec.catalogue.entry import Entry
from modelspec.catalogue.names import ACTIVATIONS, OVER_CLASSES
from modelspec.catalogue.tensor import Shape
from modelspec.catalogue.types import Nested


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
    learns: ClassVar[Literal["moments", "bins", "words", "texts"] | None] = None
    """What Keras's `adapt` finds out from rows, where the layer is not given it."""
    as_function: ClassVar[str | None] = None
    """The function of `keras.ops` that does for two tensors what it does, and needs no batch axis."""

    def inner(self) -> "tuple[Operation, ...]":
        """The layers in its arguments, which do its work where there are some."""
        values = [getattr(self, name) for name in layer_fields(type(self)) if name in self.model_fields_set]
        listed = [item for value in values for item in (value if isinstance(value, tuple) else (value,))]
        return tuple(item for item in listed if isinstance(item, Operation))

    def learns_somewhere(self) -> bool:
        """Whether it, or a layer inside it, learns something from rows before training unless it is given that."""
        return self.learns is not None or any(layer.learns_somewhere() for layer in self.inner())

    def known_indices(self) -> int | None:
        """How many indices it can look up; None where it looks nothing up."""
        if self.looks_up is not None:
            size: int | None = getattr(self, self.looks_up)
            return size
        return min((size for layer in self.inner() if (size := layer.known_indices()) is not None), default=None)

    def gives_indices(self) -> int | None:
        """How many different whole numbers from 0 on it gives; None where it gives others, or nobody knows."""
        return None

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
