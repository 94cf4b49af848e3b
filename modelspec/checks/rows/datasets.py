"""The datasets that come with modelspec are known: what does not fit the spec is reported without reading a row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from modelspec.catalogue.tensor import Refusal
from modelspec.diagnostics import Diagnostic
from modelspec.graph import ShapedNetwork
from modelspec.source.words import did_you_mean

if TYPE_CHECKING:
    from modelspec.language.sections.sources import Dataset, Wanted


def datasets_fit(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """Columns that a dataset does not have, and rows of another shape than the inputs and outputs want."""
    data = network.spec.data
    if data is None or not network.known:
        return
    from modelspec.language.sections.sources import Dataset  # loaded already, where there is data

    entries = [source.entry for source in data.sources.values() if isinstance(source.entry, Dataset)]
    if not entries:
        return
    from modelspec.graph.questions.wanted import wanted
    from modelspec.language.sections.datasets import columns_of, help_of
    from modelspec.language.sections.row_shapes import advice, fits, shape_text

    try:
        wants = [want for want in wanted(network) if want.role != "weight" and len(want.column_names) == 1]
    except Refusal:
        return  # told by the check of the losses
    told = set()
    for entry in entries:
        columns = columns_of(entry)
        for want in wants:
            name, place = want.column_names[0], network.spec.place.find(want.path)
            if want.path in told:
                continue
            if name not in columns:
                told.add(want.path)
                guess = list(columns)[0 if want.role == "input" else -1 if entry.name == "digit_pairs" else 1]
                help = did_you_mean(name, columns) or f"name it with `column: {guess}`, for instance"
                message = f"{want.what} needs column '{name}'; dataset {entry.name} has {', '.join(columns)}"
                yield place.problem("MS720", message, help, key=True)
                continue
            found = columns[name]
            one_hot = want.classes is not None and want.kind != "classes"
            other_kind = want.kind == "classes" if name == "one_hot" else one_hot and name == "label"
            values = _other_values(entry, name, want)
            if values is not None and not other_kind:
                told.add(want.path)
                code, message, help = values
                yield place.problem(code, f"{want.what}: {message} in '{name}'", help, key=True)
                continue
            if found is None or other_kind or fits(found, want):
                continue  # what kind of classes a loss takes is reported at the loss
            told.add(want.path)
            message = (
                f"{want.what}: expected rows of shape {shape_text(want.shape)}, dataset {entry.name} has "
                f"{shape_text(found)} in '{name}'"
            )
            yield place.problem("MS730", message, help_of(entry, found, want) or advice(found, want), key=True)


def _other_values(entry: Dataset, name: str, want: Wanted) -> tuple[str, str, str] | None:
    """The code, message and help for numbers of a dataset that are not those which are wanted; None where they may be."""
    from modelspec.language.sections.datasets import CLASSES

    images = name not in ("label", "one_hot", "same")
    if images and want.role == "input" and ("int" in want.dtype or want.dtype == "bool"):
        message = f"expected whole numbers, dataset {entry.name} has fractions from 0 to 1"
        return "MS731", message, "declare the input with `dtype: float32`"
    if name != "label" or entry.path is not None:
        return None
    if want.kind == "classes" and want.classes is not None and want.classes < CLASSES:
        message = f"expected class labels from 0 to {want.classes - 1}, dataset {entry.name} has 0 to {CLASSES - 1}"
        return "MS733", message, f"give the output {CLASSES} units, one for each class"
    if want.kind == "binary" and want.shape in ((), (1,)):
        message = f"expected 0 or 1, dataset {entry.name} has 0 to {CLASSES - 1}"
        help = f"give the output {CLASSES} units with softmax, and use `sparse_categorical_crossentropy`"
        return "MS736", message, help
    return None
