"""Which columns of a table of numbers make up what is wanted: one column per number of its shape.

An input `x` of shape [4] takes the columns it lists, or `x_0` to `x_3`.
"""

from __future__ import annotations

from modelspec.data.files import closest
from modelspec.diagnostics import Diagnostic, Span
from modelspec.language.sections.declared_rows import list_text, wrong_count
from modelspec.language.sections.sources import Wanted


def columns_of(
    wanted: Wanted, names: dict[str, int], span: Span | None, shown: str, help_missing: str | None = None
) -> tuple[list[int], tuple[int, ...]] | Diagnostic:
    """The places of the wanted columns and the shape (without rows) that they fill, or why they do not."""
    asked = wanted.column_names
    known = [size for size in wanted.shape if size is not None]
    size = 1
    for length in known:
        size *= length
    free = len(wanted.shape) - len(known)
    if (
        not wanted.goes_along
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
    wrong = wrong_count(wanted, asked)
    if wrong is not None:
        return Diagnostic("MS730", wrong[0], span, wanted.path, help=wrong[1])
    places = [names[name] for name in asked]
    filled = tuple(len(asked) // size if length is None else length for length in wanted.shape)
    return places, filled


def _numbered(name: str, names: dict[str, int]) -> tuple[str, ...]:
    count = 0
    while f"{name}_{count}" in names:
        count += 1
    return tuple(f"{name}_{index}" for index in range(count))


def did_you_mean(close: str, wanted: Wanted) -> str:
    """The help for a name that is nearly one of the source's."""
    write = f"Write `--keep {close}`" if wanted.role == "kept" else f"Name it with `column: {close}`"
    if wanted.role == "split":
        write = f"Write {close}"
    return f"did you mean '{close}'? {write}"


def _more(missing: list[str]) -> str:
    return f", nor {len(missing) - 1} more of its columns" if len(missing) > 1 else ""


def _help(name: str, wanted: Wanted, names: dict[str, int], size: int) -> str:
    close = closest(name, names)
    if close:
        return did_you_mean(close, wanted)
    known = f"its columns are {list_text(list(names))}"
    if size != 1 and wanted.columns is None:
        return f"{known}; name {size} of them under `columns`, or rename them to {name}_0 to {name}_{size - 1}"
    return known
