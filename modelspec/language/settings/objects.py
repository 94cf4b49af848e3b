"""The kinds of values that are objects of the catalogue: one, a list of them, and the loss of an output.

Must not know any section.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelspec.catalogue.kinds import KINDS, find
from modelspec.language.settings.setting import Kind
from modelspec.source import Mapping, Place, Scalar, Sequence
from modelspec.source.words import describe
from modelspec.source.yaml.flow import short_yaml

if TYPE_CHECKING:
    from modelspec.language.objects import Reader


class Object(Kind):
    """One object: `adam`, `{Adam: {learning_rate: 1e-3}}`."""

    def __init__(self, kind: str) -> None:
        """`kind` is the name of the kind of objects: `optimizer`."""
        self.kind = kind

    def read(self, place: Place, label: str, reader: Reader) -> Any:
        """Its entry."""
        return reader.object(self.kind, place)

    def schema(self) -> dict[str, Any]:
        """Any object of the kind."""
        return {"$ref": f"#/$defs/{self.kind}"}


class Objects(Object):
    """A list of objects, or one alone."""

    def read(self, place: Place, label: str, reader: Reader) -> tuple[Any, ...]:
        """Their entries; UNKNOWN stands for each that was refused."""
        if _nothing(place):
            return ()
        alone = not isinstance(place.node, Sequence)
        places = (self._several(place, reader) or [place]) if alone else list(place.items())
        return tuple(reader.object_or_unknown(self.kind, item) for item in places)

    def _several(self, place: Place, reader: Reader) -> list[Place] | None:
        """Several objects in a mapping, each as an item of the list that is meant, which is reported; None where none are."""
        if not isinstance(place.node, Mapping) or len(place.node.entries) < 2:
            return None
        if not all(
            find(self.kind, name) is not None or name in KINDS[self.kind].choices for name in place.node.entries
        ):
            return None
        nodes = [Mapping({name: item}, item.value.span) for name, item in place.node.entries.items()]
        written = ", ".join(short_yaml(node) or "…" for node in nodes)
        message = f"expected a list, each item a {self.kind}; received a mapping of {len(nodes)} keys"
        reader.problems.append(place.problem("MS203", message, f"write `[{written}]`"))
        return [place._replace(node=node) for node in nodes]

    def schema(self) -> dict[str, Any]:
        """Any objects of the kind, or none."""
        one = super().schema()
        return {"anyOf": [one, {"type": "array", "items": one}, {"type": "null"}]}


class Loss(Object):
    """A loss; `null` is none."""

    def __init__(self) -> None:
        super().__init__("loss")

    def read(self, place: Place, label: str, reader: Reader) -> Any:
        """Its entry."""
        if _nothing(place):
            return None
        meant = _losses_meant(place)
        if meant is None:
            return super().read(place, label, reader)
        found = describe(place.node)
        reader.problems.append(place.problem("MS203", f"expected a loss; received {found}", meant))
        return None

    def schema(self) -> dict[str, Any]:
        """Any loss, or none."""
        return {"anyOf": [super().schema(), {"type": "null"}]}


def _losses_meant(place: Place) -> str | None:
    """What to write for several losses of one output, and for losses of several outputs in one mapping."""
    if isinstance(place.node, Sequence) and len(place.node.items) > 1:
        return "an output has one loss: give the same tensor another name and loss, such as `again: {from: NAME, loss: mae}`"
    if not isinstance(place.node, Mapping) or not place.node.entries or place.path[:1] == ("outputs",):
        return None
    if any(find("loss", name) is not None or name[:1].isupper() for name in place.node.entries):
        return None
    written = ", ".join(f"{name}: {{loss: {short_yaml(below.node) or '…'}}}" for name, below in place.entries())
    return f"losses of outputs go there: write `outputs: {{{written}}}`"


def _nothing(place: Place) -> bool:
    return isinstance(place.node, Scalar) and place.node.value is None
