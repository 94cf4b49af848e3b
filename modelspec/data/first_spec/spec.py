"""The columns of a table -> the text of a first spec: inputs, preprocessing, a model that fits, a loss, splits.

Must not read rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from modelspec.data.first_spec.columns import SEEN, UnderstoodColumn
from modelspec.data.first_spec.table import UnderstoodTable
from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.language.sections.declared_rows import list_text
from modelspec.source.words import closest
from modelspec.source.yaml.flow import flow_yaml_of

_FEW = 500
"""Fewer rows say too little for a hidden layer."""
_SMALL = 1_000
"""Fewer rows get a smaller one."""
_MOST_CLASSES = 100


_ENDINGS = ("known", "scaled", "week", "year", "turns", "sine", "cosine")
"""What the names of steps that come from an input end with."""


class PredictedColumn(NamedTuple):
    """What is to be predicted: one of several labels, or a number."""

    column: UnderstoodColumn
    labels: tuple[str, ...] | None

    @property
    def units(self) -> int:
        """The numbers of the output."""
        return 1 if self.labels is None or len(self.labels) == 2 else len(self.labels)


def target_of(table: UnderstoodTable, name: str | None) -> PredictedColumn:
    """The column to predict. Raises `SpecError` (MS726) where it is not there, or nothing can be predicted of it."""
    names = [column.name for column in table.columns]
    column = next((column for column in table.columns if column.name == name), None)
    if column is None:
        near = closest(name, names) if name is not None else None
        help = f"did you mean {near!r}? " if near else ""
        what = "--target is missing" if name is None else f"--target {name}: there is no such column"
        raise SpecError([Diagnostic("MS726", what, help=f"{help}the columns are {list_text(names)}")])
    if column.gaps:
        message = f"--target {name}: {column.gaps:,} of {column.rows:,} rows have no value"
        raise SpecError([Diagnostic("MS726", message, help="remove these rows first: nothing can be learnt from them")])
    if column.kind == "category" or (column.kind == "number" and _are_classes(column)):
        return PredictedColumn(column, column.values)
    if column.kind == "number":
        return PredictedColumn(column, None)
    message = f"--target {name}: it is neither a number nor one of several words: {column.why}"
    raise SpecError([Diagnostic("MS726", message, help="name the column with what is to be predicted")])


def _are_classes(column: UnderstoodColumn) -> bool:
    """Whether whole numbers look like those of classes: few, and each many times."""
    few = 2 <= len(column.values) <= min(_MOST_CLASSES, max(2, column.rows // 20))
    return column.whole and few and (len(column.values) <= 20 and min(column.counts) >= 2)


def spec_text(table: UnderstoodTable, target: PredictedColumn, name: str) -> str:
    """The spec. Raises `SpecError` (MS726) where no column is left to learn from."""
    seen = [column for column in table.columns if column.kind in SEEN and column is not target.column]
    if not seen:
        message = f"no column of {table.source.paths[0]} says anything of '{target.column.name}'"
        raise SpecError([Diagnostic("MS726", message, help="add columns of numbers, words, dates or texts")])
    return "".join(f"{line}\n" for line in _lines(table, target, name, seen))


def _lines(
    table: UnderstoodTable, target: PredictedColumn, name: str, seen: Sequence[UnderstoodColumn]
) -> Iterator[str]:
    yield from _head(table, target)
    yield "modelspec: 1"
    yield f"name: {name}"
    yield ""
    yield "inputs:"
    names = _input_names(seen, target)
    for column in seen:
        yield f"  {names[column.name]}: {_input(column, names[column.name])}"
    yield ""
    yield "layers:"
    parts: list[str] = []
    for lines, made in _parts(seen, names):
        yield from lines
        parts.append(made)
    yield from _model(parts, table.rows, target, names)
    yield ""
    yield from _training(table, target, names)


def _head(table: UnderstoodTable, target: PredictedColumn) -> Iterator[str]:
    """What each column is and why, as a comment."""
    yield f"# {', '.join(table.source.paths)}: {table.rows:,} rows. What each column is, and why:"
    wide = max(len(column.name) for column in table.columns)
    for column in table.columns:
        what = (
            "to predict"
            if column is target.column
            else column.kind
            if column.kind in SEEN
            else f"left out ({column.kind})"
        )
        gaps = f"; {column.gaps:,} gaps" if column.gaps else ""
        yield _comment(f"#   {column.name:<{wide}}  {what}: {column.why}{gaps}")


def _comment(text: str) -> str:
    clean = "".join(char if char.isprintable() else "?" for char in text)
    return clean if len(clean) <= 130 else clean[:127] + "..."


def _input_names(seen: Sequence[UnderstoodColumn], target: PredictedColumn) -> dict[str, str]:
    """A name that a spec takes for each column; its own where that is one."""
    names: dict[str, str] = {}
    taken = {"numbers", "features", "hidden", _plain(target.column.name)}
    for column in seen:
        base = name = _plain(column.name)
        number = 1
        while name in taken:
            number += 1
            name = f"{base}_{number}"
        names[column.name] = name
        taken |= {name, *(f"{name}_{ending}" for ending in _ENDINGS)}
    return names


def _plain(name: str) -> str:
    plain = re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_")
    return plain if re.match(r"[A-Za-z]", plain) else f"c_{plain}" if plain else "column"


def _input(column: UnderstoodColumn, name: str) -> str:
    settings: dict[str, object] = {"shape": [] if column.kind == "text" else [1]}
    if name != column.name:
        settings["column"] = column.name
    if column.kind in ("category", "text"):
        settings["dtype"] = "string"
    if column.format is not None:
        settings["parse"] = {"date": column.format}
    if column.gaps:
        settings["missing"] = "unknown" if column.kind in ("category", "text") else "median"
    return flow_yaml_of(settings if len(settings) > 1 else settings["shape"])


def _parts(seen: Sequence[UnderstoodColumn], names: dict[str, str]) -> Iterator[tuple[list[str], str]]:
    """The steps from each input to numbers that a Dense takes, and the name of what they make."""
    numbers = [names[column.name] for column in seen if column.kind == "number"]
    if numbers:
        steps = ["  # Numbers: each with mean 0 and variance 1; what mean and variance are, the training rows say."]
        if len(numbers) > 1:
            steps += [
                "  - Concatenate: {}",
                f"    from: {flow_yaml_of(numbers)}",
                "  - Normalization: {}",
                "    name: numbers",
            ]
        else:
            steps += ["  - Normalization: {}", f"    from: {numbers[0]}", "    name: numbers"]
        yield steps, "numbers"
    for column in seen:
        name = names[column.name]
        if column.kind == "category":
            yield [
                f"  # {column.name}: a number for each word, all 0 but one; words that training lacks share the first.",
                "  - StringLookup: {output_mode: one_hot}", f"    from: {name}", f"    name: {name}_known",
            ], f"{name}_known"  # fmt: skip
        elif column.kind == "text":
            yield [
                f"  # {column.name}: which of the 2,000 commonest words are in it, the rarer ones counting more.",
                "  - TextVectorization: {max_tokens: 2000, output_mode: tf_idf}", f"    from: {name}",
                f"    name: {name}_known",
            ], f"{name}_known"  # fmt: skip
        elif column.kind == "date":
            yield [
                f"  # {column.name}: days, and the weekday and the time of the year as points on circles.",
                "  - Normalization: {}", f"    from: {name}", f"    name: {name}_scaled",
                "  - ops.multiply: 0.8975979             # a week is one turn", f"    from: {name}",
                f"    name: {name}_week",
                "  - ops.multiply: 0.01720242            # and so is a year", f"    from: {name}", f"    name: {name}_year",
                "  - Concatenate: {}", f"    from: [{name}_week, {name}_year]", f"    name: {name}_turns",
                "  - ops.sin: {}", f"    name: {name}_sine",
                "  - ops.cos: {}", f"    from: {name}_turns", f"    name: {name}_cosine",
                "  - Concatenate: {}", f"    from: [{name}_scaled, {name}_sine, {name}_cosine]",
                f"    name: {name}_known",
            ], f"{name}_known"  # fmt: skip


def _model(parts: Sequence[str], rows: int, target: PredictedColumn, names: dict[str, str]) -> Iterator[str]:
    """A linear model and a hidden layer side by side: never worse than the first, better where rows allow it."""
    features = parts[0]
    if len(parts) > 1:
        features = "features"
        yield "  - Concatenate: {}"
        yield f"    from: {flow_yaml_of(list(parts))}"
        yield "    name: features"
    before = ""
    if rows < _FEW:
        yield f"  # {rows:,} rows say too little for a hidden layer: this is a linear model, to which one can be added."
        before = f"    from: {features}"
    else:
        yield "  # A hidden layer beside the features themselves, so that what is linear need not be learnt by it."
        yield f"  - Dense: {{units: {16 if rows < _SMALL else 64}, activation: relu}}"
        yield f"    from: {features}"
        yield "  - Dropout: 0.3"
        yield "    name: hidden"
        yield "  - Concatenate: {}"
        yield f"    from: [{features}, hidden]"
    output = _plain(target.column.name)
    if target.labels is None:
        decay = 1e-3 * target.column.deviation**2 or 1e-3  # the loss is in the square of what is predicted
        yield f"  - Dense: {{units: 1, kernel_regularizer: {{L2: {_float(f'{decay:.3g}')}}}}}"
        yield from [before] if before else []
        yield "  # The numbers that are predicted have this mean and spread."
        scale, offset = f"{target.column.deviation or 1.0:.6g}", f"{target.column.mean:.6g}"
        yield f"  - Rescaling: {{scale: {_float(scale)}, offset: {_float(offset)}}}"
    else:
        activation = "sigmoid" if target.units == 1 else "softmax"
        yield f"  - Dense: {{units: {target.units}, activation: {activation}, kernel_regularizer: {{L2: 1e-3}}}}"
        yield from [before] if before else []
    yield f"    name: {output}"


def _float(text: str) -> str:
    """A number as YAML 1.2 and 1.1 read it alike."""
    return text.replace("e", ".0e") if "e" in text and "." not in text else text


def _training(table: UnderstoodTable, target: PredictedColumn, names: dict[str, str]) -> Iterator[str]:
    output = _plain(target.column.name)
    column = f"column: {flow_yaml_of(target.column.name)}, " if output != target.column.name else ""
    yield "outputs:"
    if target.labels is None:
        yield f"  {output}: {{{column}loss: mse, metrics: [mae, R2Score]}}"
    else:
        loss = "binary_crossentropy" if target.units == 1 else "sparse_categorical_crossentropy"
        numbered = list(target.labels) == [str(number) for number in range(len(target.labels))]
        named = target.column.kind == "category" or numbered
        labels = "" if named else f"labels: {flow_yaml_of([int(label) for label in target.labels])}, "
        yield f"  {output}: {{{column}{labels}loss: {loss}, metrics: [accuracy]}}"
    yield ""
    yield "data:"
    options = table.source.model_dump(mode="json", exclude_unset=True)
    missing = sorted({cell for column in table.columns for cell in column.gap_cells} - {""})
    if missing:
        options["missing"] = ["", *missing]
    yield f"  train: {{{table.source.kind}: {flow_yaml_of(options if len(options) > 1 else options['path'])}}}"
    by = "random" if target.labels is None else "stratified"
    yield f"  test: {{split: {{fraction: 0.2, by: {by}}}}}             # looked at once, at the end"
    yield f"  validation: {{split: {{fraction: 0.2, by: {by}}}}}       # says when to stop"
    yield ""
    yield "train:"
    yield "  optimizer: {Adam: 5e-3}"
    yield "  epochs: 300"
    yield f"  batch_size: {32 if table.rows < 5_000 else 128 if table.rows < 50_000 else 512}"
    yield "  callbacks:"
    yield "    - ReduceLROnPlateau: {monitor: val_loss, factor: 0.3, patience: 8}"
    yield "    - EarlyStopping: {monitor: val_loss, patience: 25, restore_best_weights: true}"
