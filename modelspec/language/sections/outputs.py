"""`outputs`: what comes out of a model, and of the spec's own how it is trained and measured."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from modelspec.catalogue.entry import Entry
from modelspec.catalogue.kinds import find
from modelspec.language.fields import expect_mapping, read_name
from modelspec.language.meant.legacy import LEGACY_KEYS
from modelspec.language.references import read_reference
from modelspec.language.sections.class_weights import ClassWeight, ClassWeights
from modelspec.language.sections.labels import Labels
from modelspec.language.settings import Kind, read_settings, setting
from modelspec.language.settings.objects import Loss, Objects
from modelspec.language.settings.values import Number, Text, Texts
from modelspec.language.spec import Reference
from modelspec.source import Mapping, Place, Scalar, Sequence
from modelspec.source.names import NAME_PATTERN
from modelspec.source.yaml.flow import short_yaml

if TYPE_CHECKING:
    from modelspec.language.objects import Reader


class _Reference(Kind):
    """The name of a tensor."""

    def read(self, place: Place, label: str, reader: Reader) -> Reference | None:
        """The reference as it is written."""
        return read_reference(place, reader.problems)

    def schema(self) -> dict[str, Any]:
        """Any reference."""
        return {"$ref": "#/$defs/reference"}

    def written(self, value: Reference) -> str:
        """The reference as it is written."""
        return value.text


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class OutputSpec:
    """A declared output. `trained` is False for `loss: null` or no loss at all."""

    name: str
    place: Place
    reference: Reference | None = setting(
        _Reference(), "The tensor; the step or the input of its name, if left out.", None, key="from"
    )
    loss: Entry | None = setting(Loss(), "The loss that training minimizes; null: computed, not trained.", None)
    loss_weight: float | None = setting(Number(0), "The weight of this loss among several.", None)
    metrics: tuple[Entry | str, ...] = setting(Objects("metric"), "The metrics to compute beside the loss.", ())
    weighted_metrics: tuple[Entry | str, ...] = setting(
        Objects("metric"), "Metrics weighted in the same way as the loss.", ()
    )
    columns: tuple[str, ...] | None = setting(
        Texts(),
        "The columns of the targets, if their names differ.",
        None,
        one=("column", Text(), "The column of the targets, if its name differs."),
    )
    sample_weight: str | None = setting(Text(), "The column with the weight of each row in the loss.", None)
    labels: tuple[str, ...] | None = setting(
        Labels(),
        "What the classes are called, in their order; if left out, the sorted words of the training rows.",
        None,
    )
    class_weight: ClassWeight | None = setting(
        ClassWeights(),
        "The weight of each row by its class: `{0: 1.0, 1: 5.0}`; classes that are left out have weight 1. "
        "`balanced`: all classes of the training rows weigh the same.",
        None,
    )

    @property
    def loss_given(self) -> bool:
        """Whether it says itself by what it is trained, or that it is not."""
        return self.place.get("loss") is not None


def read_outputs(place: Place | None, reader: Reader) -> tuple[OutputSpec, ...] | None:
    """The outputs of the spec; None where there are none or they were refused as a whole."""
    if place is None or not expect_mapping(place, "outputs", reader.problems, _outputs_meant(place)):
        return None
    if isinstance(place.node, Mapping) and not place.node.entries:
        reader.problems.append(
            place.problem("MS202", "`outputs` is empty", "name at least one output, or leave it out")
        )
        return None
    read = [_output(name, below, reader) for name, below in place.entries()]
    return tuple(output for output in read if output is not None)


def _outputs_meant(place: Place) -> str:
    """The mapping that a name, or a list of names, is meant for."""
    items = list(place.items()) if isinstance(place.node, Sequence) else [place]
    names = [item.node.value for item in items if isinstance(item.node, Scalar) and isinstance(item.node.value, str)]
    good = [name for name in names if re.fullmatch(NAME_PATTERN, name)]
    known = good if good and len(good) == len(items) else ["label"]
    return f"outputs: {{{', '.join(f'{name}: {{loss: mse}}' for name in known)}}}"


def _output(name: str, place: Place, reader: Reader) -> OutputSpec | None:
    named = read_name(name, place, "an output", reader.problems)
    if named is None:
        return None
    if isinstance(place.node, Scalar) and place.node.value is None:
        return OutputSpec(named, place)
    if isinstance(place.node, Scalar) and isinstance(place.node.value, str):
        return OutputSpec(named, place, read_reference(place, reader.problems))
    what = f"the output '{name}'"
    if not expect_mapping(place, what, reader.problems, f"{name}: {{loss: mse}}"):
        return None
    read = read_settings(OutputSpec, place, what, reader, old={**LEGACY_KEYS, **_of_the_loss(place)})
    return OutputSpec(named, place, **read.values)


def _of_the_loss(place: Place) -> dict[str, str]:
    """Arguments of an output's loss that stand beside it -> what is written."""
    loss = place.get("loss")
    name = loss.node.value if loss is not None and isinstance(loss.node, Scalar) else None
    model = find("loss", name) if isinstance(name, str) else None
    given = [(key, below) for key, below in place.entries() if model is not None and key in model.model_fields]
    if not given or model is None:
        return {}
    written = ", ".join(f"{key}: {short_yaml(below.node) or '…'}" for key, below in given)
    return dict.fromkeys(
        (key for key, _ in given), f"`loss: {{{model.__name__}: {{{written}}}}}`: it is an argument of the loss"
    )


def read_nested_outputs(place: Place | None, reader: Reader) -> tuple[OutputSpec, ...] | None:
    """The outputs of a nested model: a name, a list of names, or a mapping from output names to references."""
    if place is None:
        return None
    if isinstance(place.node, Mapping):
        # Without a reference, an output is the tensor of its name, or the last step if it is the only one.
        pairs = [
            (name, below, None if _nothing(below) else read_reference(below, reader.problems))
            for name, below in place.entries()
        ]
        named = [(read_name(name, below, "an output", reader.problems), below, found) for name, below, found in pairs]
        return tuple(OutputSpec(name, below, found) for name, below, found in named if name is not None)
    places = list(place.items()) if isinstance(place.node, Sequence) else [place]
    read = [(below, read_reference(below, reader.problems)) for below in places]
    return tuple(OutputSpec(_name(reference), below, reference) for below, reference in read if reference is not None)


def _nothing(place: Place) -> bool:
    return isinstance(place.node, Scalar) and place.node.value is None


def _name(reference: Reference) -> str:
    parts = (reference.name, reference.node, reference.output)
    return "_".join(str(part) for part in parts if part is not None)
