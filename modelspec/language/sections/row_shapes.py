"""Whether rows of a shape are what a spec wants, and what is meant where they are not: another loss, axis or layer.

Shapes are those of one row. No numpy here: what a known dataset holds is reported without it.
"""

from __future__ import annotations

from math import prod

from modelspec.language.sections.sources import Wanted

Shape = tuple[int | None, ...]


def shape_text(shape: Shape) -> str:
    """The shape of one row as a spec writes it: `[28, 28, 1]`."""
    return "[" + ", ".join("null" if size is None else str(size) for size in shape) + "]"


def fits(found: tuple[int, ...], want: Wanted) -> bool:
    """Whether rows of this shape do; one number a row may come with or without its axis of size 1."""
    if any(_fits(found, form) for form in (want.shape, want.finer) if form is not None):
        return True
    return {want.shape, found} == {(), (1,)} or (found == () and want.shape == (None,))


def _fits(found: tuple[int, ...], shape: Shape) -> bool:
    return len(found) == len(shape) and all(
        size is None or size == other for size, other in zip(shape, found, strict=True)
    )


def advice(found: tuple[int, ...], want: Wanted) -> str:
    """What to do about rows of a shape that does not fit."""
    if want.role == "target":
        told = _of_classes(found, want) or _of_answers(found, want)
        if told is not None:
            return told
    return _of_input(found, want.shape)


def _of_input(found: tuple[int, ...], shape: Shape) -> str:
    declared, wanted = shape_text(found), shape_text(shape)
    if (*found, 1) == shape:
        return f"the rows lack the last axis: declare `{declared}` and begin with `Reshape: {wanted}`, or save `x[..., None]`"
    if found == (*shape, 1):
        return f"the rows have one more axis of size 1: declare `{declared}`, or save `x[..., 0]`"
    if len(shape) == 3 and found == (shape[2], *shape[:2]) and found != shape:
        return f"the channels come first in the rows: declare `{declared}` and begin with `Permute: [2, 3, 1]`"
    if None not in shape and prod(found) == prod(size or 1 for size in shape):
        return f"the number of values is right: declare `{declared}` and begin with `Reshape: {wanted}`"
    return f"declare the shape that the rows have, `{declared}`, or change the rows"


def _of_classes(found: tuple[int, ...], want: Wanted) -> str | None:
    """One-hot rows where a loss takes class numbers, or the other way round."""
    shape, logits = want.shape, want.from_logits
    if want.kind == "classes" and want.classes is not None:
        if found in ((*shape, want.classes), (*(shape[:-1] if shape[-1:] == (1,) else shape), want.classes)):
            loss = "`CategoricalCrossentropy: {from_logits: true}`" if logits else "`categorical_crossentropy`"
            return f"rows of {want.classes} numbers are one-hot: use the loss {loss}, or give class numbers"
    elif want.classes is not None and shape and found in (shape[:-1], (*shape[:-1], 1)):
        loss = "`SparseCategoricalCrossentropy: {from_logits: true}`" if logits else "`sparse_categorical_crossentropy`"
        return f"one number per row is a class number: use the loss {loss}, or give one-hot rows"
    return None


def _of_answers(found: tuple[int, ...], want: Wanted) -> str | None:
    """An output that answers for each place where rows have one answer, or the other way round; or too few units."""
    shape, axes = want.shape, len(want.output or ())
    rank = len(found) if found != (1,) else 0
    single = 1 if want.kind != "classes" else 0
    if axes > 1 and len(shape) > single and rank < len(shape):
        pooling = f"`GlobalAveragePooling{min(axes - 1, 3)}D`"
        last = ", or leave `return_sequences` out of the last recurrent layer" if axes == 2 else ""
        answers = f"the output has an answer for each position of {shape_text(shape)}"
        return f"{answers}: put {pooling} or `Flatten` before the last layer{last}"
    if axes == 1 and len(found) > len(shape) and len(found) > 1:
        return (
            "the rows have an answer for each step or position: keep these axes in the output, with `return_sequences: true` or "
            "without Flatten"
        )
    if want.kind == "binary" and axes == 1:
        if rank == 0:
            return (
                "one number per row: give the output one unit; for class numbers use softmax and "
                "`sparse_categorical_crossentropy`"
            )
        if len(found) == 1:
            return (
                f"{found[0]} numbers per row: give the output {found[0]} units; for one-hot rows with softmax and "
                "`categorical_crossentropy`"
            )
    if want.kind == "classes" and len(found) == 1 and not shape:
        return f"{found[0]} numbers per row: give one class number, or the output {found[0]} units and `categorical_crossentropy`"
    if axes == 1 and len(found) < 2:
        units = found[0] if found else 1
        return f"give the output {units} unit{'' if units == 1 else 's'}, as many as each row has numbers"
    return None
