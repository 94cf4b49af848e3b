"""What every function of `keras.ops` is: the arguments that are constants, and the parameters that take tensors.

Must not know any single function, nor import TensorFlow.
"""

# No `from __future__ import annotations`, as in modelspec.catalogue.entry.

from collections.abc import Callable, Collection
from typing import Any, ClassVar, NamedTuple

from modelspec.catalogue.names import ACTIVATIONS
from modelspec.catalogue.operation import Operation
from modelspec.catalogue.tensor import Tensor, Tensors


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
