"""What the known datasets hold: the columns of each, and the shape of a row. Compared with the arrays in the tests."""

from __future__ import annotations

from modelspec.language.sections.sources import Dataset, Wanted

CLASSES = 10
_IMAGES = {"digits": (8, 8), "digit_pairs": (8, 8), "mnist": (28, 28)}


def columns_of(source: Dataset) -> dict[str, tuple[int, ...] | None]:
    """The shape of a row of each column; None where only the file tells."""
    own = source.name == "mnist" and source.path is not None
    size = source.size or (None if own else _IMAGES[source.name])
    image = None if size is None else (size[0] * size[1],) if source.flatten else (*size, 1)
    if source.name == "digit_pairs":
        return {"digit_a": image, "digit_b": image, "same": ()}
    return {"image": image, "label": (), "one_hot": (CLASSES,)}


def help_of(source: Dataset, found: tuple[int, ...], want: Wanted) -> str | None:
    """The argument of the dataset that gives images the wanted shape, where one does."""
    shape = want.shape
    if len(shape) == 3 and shape[2] == 1 and None not in shape:
        if len(found) == 1 and source.flatten:
            return "leave out `flatten`"
        if len(found) == 3:
            return f"set `size: [{shape[0]}, {shape[1]}]` on the dataset"
    if len(shape) == 1 and len(found) == 3 and shape[0] == found[0] * found[1]:
        return "set `flatten: true` on the dataset"
    return None
