"""Which columns of a table of numbers make up what is wanted: one column per number of its shape.

An input `x` of shape [4] takes the columns it lists, or `x_0` to `x_3`.
"""

from __future__ import annotations

from modelspec.data.files import closest
from modelspec.diagnostics import Diagnostic, Span
from modelspec.language.sections.row_shapes import advice
from modelspec.language.sections.sources import Wanted

_SHOWN = 12


def columns_of(
    wanted: Wanted, names: dict[str, int], span: Span, shown: str, help_missing: str | None = None
) -> tuple[list[int], tuple[int, ...]] | Diagnostic:
    """The places of the wanted columns and the shape (without rows) that they fill, or why they do not."""
    asked = wanted.column_names
    known = [size for size in wanted.shape if size is not None]
    size = 1
    for length in known:
        size *= length
    free = len(wanted.shape) - len(known)
    if (
        wanted.role != "kept"
        and len(asked) == 1
        and (asked[0] not in names or size != 1 or free)
        and f"{asked[0]}_0" in names
    ):
        asked = _numbered(asked[0], names)
    missing = [name for name in asked if name not in names]
    if missing:
        return Diagnostic(
            "MS720",
            f"{wanted.what} needs column '{missing[0]}', which '{shown}' does not have{_more(missing)}",
            span,
            wanted.path,
            help=_help(missing[0], wanted, names, size) if help_missing is None else help_missing,
        )
    if free > 1 or (not free and len(asked) != size) or (free == 1 and (size == 0 or len(asked) % size)):
        return _wrong_count(wanted, asked, size, free, span)
    places = [names[name] for name in asked]
    filled = tuple(len(asked) // size if length is None else length for length in wanted.shape)
    return places, filled


def list_text(names: list[str]) -> str:
    """The first of the names, and how many more there are."""
    head = ", ".join(names[:_SHOWN])
    return head if len(names) <= _SHOWN else f"{head}, ... ({len(names)} in all)"


def _numbered(name: str, names: dict[str, int]) -> tuple[str, ...]:
    count = 0
    while f"{name}_{count}" in names:
        count += 1
    return tuple(f"{name}_{index}" for index in range(count))


def did_you_mean(close: str, wanted: Wanted) -> str:
    """The help for a name that is nearly one of the source's."""
    write = f"Write `--keep {close}`" if wanted.role == "kept" else f"Name it with `column: {close}`"
    return f"did you mean '{close}'? {write}"


def _more(missing: list[str]) -> str:
    return f", nor {len(missing) - 1} more of its columns" if len(missing) > 1 else ""


def _help(name: str, wanted: Wanted, names: dict[str, int], size: int) -> str:
    close = closest(name, names)
    if close:
        return did_you_mean(close, wanted)
    known = f"its columns are {list_text(list(names))}"
    if size != 1 and wanted.columns is None:
        return f"{known}; name {size} of them under `columns`, or call them {name}_0 to {name}_{size - 1}"
    return known


def _wrong_count(wanted: Wanted, asked: tuple[str, ...], size: int, free: int, span: Span) -> Diagnostic:
    shape = list(wanted.shape)
    shape_words = "[" + ", ".join("null" if length is None else str(length) for length in shape) + "]"
    if free > 1:
        message = f"{wanted.what} of shape {shape_words} has {free} free axes: a CSV row cannot say where one ends"
        return Diagnostic("MS730", message, span, wanted.path, help="use `npz:`, or give all axes but one a size")
    multiple = "a multiple of " if free else ""
    message = (
        f"{wanted.what} of shape {shape_words} takes {multiple}{size} numbers a row, "
        f"found {len(asked)} column{'s' if len(asked) != 1 else ''}: {list_text(list(asked))}"
    )
    help = f"name one column per number under `columns`, or call them {wanted.name}_0, {wanted.name}_1, ..."
    if wanted.role == "target":
        help = advice((len(asked),) if len(asked) > 1 else (), wanted)
    return Diagnostic("MS730", message, span, wanted.path, help=help)
