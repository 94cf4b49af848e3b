"""The values that shape rules work on: tensors without contents, weights without numbers, and a refusal.

No TensorFlow here, and nothing of any particular layer.
"""

from __future__ import annotations

from typing import NamedTuple

Dim = int | None
Shape = tuple[Dim, ...]
"""A shape with the batch axis first; None is an axis whose size is only known at run time."""


class Tensor(NamedTuple):
    """What is known of a tensor before there is one: its shape (batch axis included) and dtype.

    `mask` is the shape of the mask that Keras carries beside it, which says what to pass over; None where there is none.
    `computed` is the dtype that it turns out to have where that is not the one that Keras promises.
    """

    shape: Shape
    dtype: str = "float32"
    mask: Shape | None = None
    computed: str | None = None

    @property
    def rank(self) -> int:
        """The number of axes, the batch axis included."""
        return len(self.shape)


Tensors = tuple[Tensor, ...]
StateTensors = Tensor | tuple["StateTensors", ...]
"""State tensors, nested as the sizes are."""
Masks = tuple[Shape | None, ...]
"""The masks of several tensors."""


class Weight(NamedTuple):
    """A weight that a layer makes: `name` is Keras's path below the layer (`kernel`, `lstm_cell/bias`)."""

    name: str
    shape: tuple[int, ...]
    trainable: bool = True
    dtype: str = "float32"


class Refusal(Exception):
    """A rule's way to say that Keras would refuse these inputs; stage 4 catches it and makes a diagnostic of it.

    `code` is one of the MS4xx rules. `argument` names the layer's argument to point at, where one is to blame; `way`
    leads to it through the layers inside the layer. `quoted` are further lines of another program's message.
    """

    def __init__(
        self,
        code: str,
        message: str,
        help: str | None = None,
        argument: str | None = None,
        quoted: tuple[str, ...] = (),
        way: tuple[str | int, ...] = (),
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.help = help
        self.argument = argument
        self.quoted = quoted
        self.way = way


class UnknownResult(Refusal):
    """A rule's way to say that it cannot tell what comes out, though nothing is wrong here; nothing more is reported."""


def shape_text(shape: Shape) -> str:
    """The shape as Keras prints it: `(None, 28, 28, 1)`."""
    inner = ", ".join("None" if dim is None else str(dim) for dim in shape)
    return f"({inner},)" if len(shape) == 1 else f"({inner})"
