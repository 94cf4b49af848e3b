"""What every object of the catalogue is: a frozen pydantic model whose fields are Keras's arguments and defaults.

Must not know how a spec is written, nor import TensorFlow.
"""

# No `from __future__ import annotations` here and in the modules of losses, metrics, optimizers: pydantic would
# compile the text of each annotation once for its class and once more for every class below.

from typing import ClassVar, NamedTuple, NoReturn

from pydantic import BaseModel, ConfigDict, PrivateAttr
from pydantic_core import PydanticCustomError
from typing_extensions import Self


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
