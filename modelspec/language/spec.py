"""The spec as frozen values: what the file says, names not yet looked up, every part with its place.

Must not know shapes, nor how the file was written. Classes that nobody compares or prints have neither `==` nor a `repr`:
making these takes as long as checking a small spec.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.ops.op import Op
from modelspec.plugins import NO_PLUGINS, Plugins
from modelspec.source import Place
from modelspec.source.names import local_name

if TYPE_CHECKING:
    from modelspec.language.sections.budget import Budget
    from modelspec.language.sections.data import DataSpec
    from modelspec.language.sections.inputs import InputSpec
    from modelspec.language.sections.outputs import OutputSpec
    from modelspec.language.sections.saved_models import SavedPart
    from modelspec.language.sections.training import TrainSpec
    from modelspec.language.visible import Visible


@dataclass(frozen=True, slots=True)
class SharedName:
    """A shared layer or a nested model, named where a wrapper takes a layer."""

    name: str
    place: Place = field(repr=False, compare=False)

    @property
    def called(self) -> str:
        """What a message calls it."""
        return f"'{local_name(self.name)}'"


@dataclass(frozen=True, slots=True)
class Reference:
    """`name`, `name.output` or `name@node`; `output` is a number or an output's name."""

    name: str
    node: int | None
    output: int | str | None
    place: Place

    @property
    def text(self) -> str:
        """The reference as it is written."""
        node = "" if self.node is None else f"@{self.node}"
        return f"{self.name}{node}" + ("" if self.output is None else f".{self.output}")


References = Reference | tuple["References", ...]
Argument = References | bool | int | float | str | None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class From:
    """What a step takes: one reference, a list of them, or references (lists of them, switches) by the call's argument names."""

    value: References | dict[str, Argument]
    place: Place


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Use:
    """A layer or op of the catalogue with its arguments. `place` is the name's; `entry` is None if it was refused."""

    type_name: str
    entry: Layer | Op | None
    place: Place
    saved: SavedPart | None = None
    """Where its trained weights are, if it is a network of a saved model."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a shared layer or a nested model."""

    target: str
    place: Place


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Step:
    """One item of `layers`."""

    what: Use | Call | None
    name: str | None
    inputs: From | None
    place: Place
    takes_step_above: bool


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ModelSpec:
    """Inputs, steps and outputs: the spec's own model, or a nested one."""

    name: str
    inputs: tuple[InputSpec, ...]
    steps: tuple[Step, ...]
    outputs: tuple[OutputSpec, ...] | None
    trainable: bool
    place: Place
    visible: Visible
    """The names that its steps can call, with the keys of what they are."""
    saved: SavedPart | None = None
    """Where its trained weights are, if it is a saved model."""
    freeze: tuple[str, ...] = ()
    """Patterns of the names of layers that training does not change."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Spec:
    """A whole spec file. `complete` is False when some part was refused, so that nobody builds it."""

    name: str
    description: str | None
    model: ModelSpec
    shared: dict[str, Use]
    models: dict[str, ModelSpec]
    train: TrainSpec
    data: DataSpec | None
    budget: Budget | None
    place: Place
    complete: bool
    plugins: Plugins = NO_PLUGINS
    """The plugins whose objects it uses."""
    with_state: tuple[str, ...] = ()
    """The keys of models that came from saved ones, where the spec of a run has them written out."""

    @property
    def saved_parts(self) -> dict[str, SavedPart]:
        """Where the trained weights of what is from saved models are, by the keys of models and networks."""
        found = {key: model.saved for key, model in self.models.items()}
        found.update({key: use.saved for key, use in self.shared.items()})
        return {key: part for key, part in found.items() if part is not None}
