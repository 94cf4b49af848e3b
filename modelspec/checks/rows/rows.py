"""Rows that cannot be what the spec wants, whatever they are: told before a file is opened, by the rules of the sources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from modelspec.catalogue.tensor import Refusal
from modelspec.diagnostics import Diagnostic
from modelspec.graph import ShapedNetwork

if TYPE_CHECKING:
    from modelspec.language.sections.sources import Source, Wanted


def rows_can_be_what_is_wanted(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """Columns that fill no row of the declared shape, synthetic rows that fit into no memory, splits without rows."""
    data = network.spec.data
    if data is None or not network.known:
        return
    from modelspec.graph.questions.wanted import wanted
    from modelspec.language.sections.declared_rows import (  # loaded where there is data
        empty_part,
        rows_to_train_on,
        too_many_made_up,
    )
    from modelspec.language.sections.sources import Synthetic

    try:
        wants = wanted(network)
    except Refusal:
        return  # told by the check of the losses
    told = set()
    for source in data.sources.values():
        for want in wants:
            found = _wrong_columns(source.entry, want)
            if found is not None and want.path not in told:
                told.add(want.path)
                yield network.spec.place.find(want.path).problem("MS730", *found, key=True)
        too_many = too_many_made_up(source.entry, wants) if isinstance(source.entry, Synthetic) else None
        if too_many is not None:
            yield source.place.problem("MS708", *too_many, key=True)
    train = data.sources.get("train")
    rows = None if train is None else getattr(train.entry, "samples", None)
    for split, cut in reversed(data.cuts.items()):  # test rows are taken out first
        if rows is None or cut.by.how in ("group", "time") or cut.key is not None:
            break
        empty = empty_part(rows, cut.fraction, split)
        if empty is not None:
            yield data.place.find((split, "split")).problem("MS741", *empty, key=True)
            break
        rows = rows_to_train_on(rows, cut.fraction)
    for split, cut in data.cuts.items():
        if (cut.by.how, cut.by.column) == ("stratified", None):
            classes = [want.name for want in wants if want.role == "target" and want.kind != "real"]
            if len(classes) != 1:
                place = data.place.find((split, "split", "by"))
                having = f"{len(classes)} outputs have" if classes else "no output has"
                message = f"data.{split}: the rows are divided by classes, and {having} targets of classes"
                help = "name the column whose values are to be divided alike: `by: {stratified: column}`"
                yield place.problem("MS208", message, help)


def _wrong_columns(source: Source, want: Wanted) -> tuple[str, str] | None:
    """What is wrong with the columns that an input or output names of a source; None where only the file tells."""
    from modelspec.language.sections.declared_rows import several_for_one, wrong_count
    from modelspec.language.sections.sources import Arrow, Dataset, Jsonl, Npy, Npz, Parquet, TextTable

    if isinstance(source, Npz | Npy):
        return several_for_one(want, f"an {source.kind} file", " array")
    if isinstance(source, Dataset):
        return several_for_one(want, source.name, "")
    if isinstance(source, TextTable):
        several = len(want.column_names) > 1 or want.shape.count(None) > 1
    else:  # one column may hold a list
        several = len(want.column_names) > 1 and isinstance(source, Jsonl | Parquet | Arrow)
    return wrong_count(want, want.column_names) if several else None
