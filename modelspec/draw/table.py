"""A summary as a table for people. Text only: nothing a spec says can be markup or a terminal command."""

from __future__ import annotations

from collections.abc import Iterator

from modelspec.catalogue.tensor import Shape, shape_text
from modelspec.draw.summary import LayerSummary, ModelSummary, Node

Row = tuple[str, str, str, str]
HEADER: Row = ("layer", "output shape", "parameters", "from")
NODES_HEADER: Row = ("call", "output shape", "", "from")
UNKNOWN = "?"
"""What stands for a shape or a number that is not known before the model is built."""
_FLOAT = "float32"


def table_text(summary: ModelSummary, width: int, *, nested: bool = False, nodes: bool = False) -> str:
    """The model's table and totals and, on request, those of its nested models, at most `width` columns wide.

    With `nodes`, a second table tells every call of every layer: its index, what goes in and what comes out.
    """
    return "\n".join(_tables(summary, width, nested, nodes, set()))


def _tables(summary: ModelSummary, width: int, nested: bool, nodes: bool, told: set[str]) -> Iterator[str]:
    yield f"model {summary.name}"
    yield from _table(HEADER, [row for layer in summary.layers for row in _rows(layer)], width)
    if nodes:
        yield "calls (nodes)"
        yield from _table(NODES_HEADER, [row for layer in summary.layers for row in _node_rows(layer)], width)
    yield f"parameters: {_count(summary.total_params)} ({_size(summary.weights_bytes)})"
    yield f"  trainable: {_count(summary.trainable_params)}"
    yield f"  not trainable: {_count(summary.non_trainable_params)}"
    yield f"for one sample: {_size(summary.activations_bytes)} of activations, {_count(summary.flops)} FLOPs"
    own = sorted({layer.type for layer in summary.layers if ">" in layer.type})
    if own and None in (summary.total_params, summary.flops):
        yield f"? is what only the package of {', '.join(own)} knows, until the model is built"
    elif summary.learning and None in (summary.total_params, summary.flops):
        yield f"? is what only a training tells: how long the vocabularies are that {', '.join(summary.learning)} learn"
    if summary.uncounted:
        yield f"  without what happens inside {', '.join(summary.uncounted)}"
    for number, stage in enumerate(summary.stages, start=1):
        name = "" if stage.name is None else f" ({stage.name})"
        yield f"stage {number}{name}: {_count(stage.trainable_params)} parameters trained in up to {_epochs(stage.epochs)}"
    if summary.learned:
        yield "learned from the training rows"
        for name, text in summary.learned.items():
            yield f"  {name}: {text}"[:width]
    if not nested:
        return
    for name, model in summary.models.items():
        if name not in told:
            told.add(name)
            yield ""
            yield from _tables(model, width, nested, nodes, told)


def _rows(layer: LayerSummary) -> Iterator[Row]:
    """A row for each call; the parameters stand at the first one."""
    several = len(layer.nodes) > 1
    for index, node in enumerate(layer.nodes):
        name = f"{layer.name}@{index}" if several else layer.name
        label = f"{name} ({layer.type})" if index == 0 else name
        if node.name not in (layer.name, name):
            label += f" -> {node.name}"
        yield label, _outputs(node), _count(layer.params) if index == 0 else "", ", ".join(node.inputs)


def _node_rows(layer: LayerSummary) -> Iterator[Row]:
    for index, node in enumerate(layer.nodes):
        inputs = ", ".join(
            f"{name} {_shape(shape)}" for name, shape in zip(node.inputs, node.input_shapes, strict=True)
        )
        yield f"{layer.name}@{index}", _outputs(node), "", inputs


def _outputs(node: Node) -> str:
    """The shapes that come out, each with its dtype unless that is float32."""
    if node.output_shapes is None:
        return UNKNOWN
    return ", ".join(
        shape_text(shape) if dtype == _FLOAT else f"{shape_text(shape)} {dtype}"
        for shape, dtype in zip(node.output_shapes, node.output_dtypes, strict=True)
    )


def _table(header: Row, rows: list[Row], width: int) -> Iterator[str]:
    widths = [max(len(row[column]) for row in [header, *rows]) for column in range(4)]
    room = width - 6 - widths[2]
    # The widest columns give way first; what does not fit goes on in the next line.
    while sum(widths) - widths[2] > room and max(widths[0], widths[1], widths[3]) > 12:
        widest = max((0, 1, 3), key=lambda column: widths[column])
        widths[widest] -= 1
    yield _line(header, widths)
    yield "-" * (sum(widths) + 6)
    for row in rows:
        cells = [_fold(cell, widths[column]) for column, cell in enumerate(row)]
        for index in range(max(len(cell) for cell in cells)):
            parts = [cell[index] if index < len(cell) else "" for cell in cells]
            yield _line((parts[0], parts[1], parts[2], parts[3]), widths)
    yield "-" * (sum(widths) + 6)


def _fold(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split(" "):
        while len(word) > width:
            lines.append(word[:width])
            word = word[width:]
        if len(lines[-1]) + len(word) + 1 <= width and lines[-1]:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines[1:] if len(lines) > 1 else lines


def _line(row: Row, widths: list[int]) -> str:
    text = f"{row[0]:<{widths[0]}}  {row[1]:<{widths[1]}}  {row[2]:>{widths[2]}}  {row[3]:<{widths[3]}}"
    return text.rstrip()


def _shape(shape: Shape | None) -> str:
    return UNKNOWN if shape is None else shape_text(shape)


def _count(count: int | None) -> str:
    return UNKNOWN if count is None else f"{count:,}"


def _epochs(count: int) -> str:
    return "1 epoch" if count == 1 else f"{count:,} epochs"


def _size(count: int | None) -> str:
    if count is None:
        return UNKNOWN
    size = float(count)
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if size < 1024 or unit == "GiB":
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1024
    raise AssertionError
