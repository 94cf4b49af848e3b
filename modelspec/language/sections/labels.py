"""`labels` of an output: what its classes are called, in their order. Must not know rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modelspec.language.settings import Kind
from modelspec.source import Place, Scalar, Sequence
from modelspec.source.words import describe

if TYPE_CHECKING:
    from modelspec.language.objects import Reader
    from modelspec.language.sections.sources import Wanted


class Labels(Kind):
    """A list of texts or whole numbers, each once, of at least two."""

    def read(self, place: Place, label: str, reader: Reader) -> tuple[str, ...] | None:
        """The labels as the cells of a file have them."""
        problems = reader.problems
        if not isinstance(place.node, Sequence) or len(place.node.items) < 2:
            help = "list what the classes are called, in their order: `labels: ['no', 'yes']`"
            problems.append(
                place.problem("MS203", f"{label}: expected a list of labels; received {describe(place.node)}", help)
            )
            return None
        labels: list[str] = []
        for item in place.items():
            value = item.node.value if isinstance(item.node, Scalar) else None
            if isinstance(value, bool) or not isinstance(value, str | int):
                help = (
                    f"write it in quotes: '{str(value).lower()}'"
                    if isinstance(value, bool)
                    else "write a string or a whole number"
                )
                problems.append(
                    item.problem("MS203", f"{label}: expected a label; received {describe(item.node)}", help)
                )
                return None
            if str(value) in labels:
                message = f"{label}: the label '{value}' is there twice"
                problems.append(item.problem("MS204", message, "each class has a label of its own"))
                return None
            labels.append(str(value))
        return tuple(labels)

    def schema(self) -> dict[str, Any]:
        """Texts and numbers."""
        return {"type": "array", "items": {"type": ["string", "integer"]}, "minItems": 2, "uniqueItems": True}


def wrong_number_of_labels(want: Wanted, number: int, *, learned: bool) -> tuple[str, str] | None:
    """Message and help where an output does not tell so many classes apart.

    Of labels that were learnt fewer may do: rows may lack a class.
    """
    classes = classes_of(want)
    if classes is None or number == classes or (learned and 1 < number < classes):
        return None
    if number < 2:
        return "one label only, so there is nothing to tell apart", "give the training rows of the other classes, too"
    many = f"{number} labels"
    if want.kind == "binary":
        help = f"for {number} classes use sparse_categorical_crossentropy and {number} units with softmax"
        return f"{many} for one number, which tells two apart", help
    return f"{many} for {classes} units", f"give the layer of the output {number} units"


def classes_of(want: Wanted) -> int | None:
    """How many classes the output of a target tells apart; None where it is not known."""
    if want.kind == "binary":
        return 2
    return want.shape[-1] if want.kind == "one_hot" and want.shape else want.classes
