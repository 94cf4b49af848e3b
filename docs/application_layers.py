"""Writes `modelspec/catalogue/applications/inner_layers/`: what is inside each network of `keras.applications`, read off Keras.

    python -m docs.application_layers [NAME...]

Needs Keras; it is run when a new Keras changes a network, and the tests hold what it wrote against the installed one.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import keras  # noqa: TID253

from modelspec.catalogue.applications import APPLICATIONS

FOLDER = Path(__file__).parent.parent / "modelspec" / "catalogue" / "applications" / "inner_layers"
SIZES = {"NASNetLarge": (1025, 1027), "NASNetMobile": (1025, 1027)}
"""Heights and widths that are even and odd throughout, which tells padding that looks at the size from padding that does not."""
NAME = "itself"


def rows(model: Any) -> list[list[Any]]:
    """A row for each layer: its name, where from, its shape, and its weights."""
    number: dict[str, int] = {}
    found: list[list[Any]] = []
    states: list[Any] = []
    for layer in model.operations:
        node = layer._inbound_nodes[0]
        sources = [number[tensor._keras_history.operation.name] for tensor in node.input_tensors]
        before = states[sources[0]] if sources else [0, 1, 0]
        states.append(_size(layer, before))
        number[layer.name] = len(found)
        shape = layer.output.shape
        trained = _count(getattr(layer, "trainable_weights", ()))
        kept = _count(getattr(layer, "non_trainable_weights", ()))
        kind: list[Any] = [shape[-1]]
        if len(shape) == 4:
            kind += states[-1] if before is not None and states[-1] is not None else []
        previous = [len(found) - 1] if found else []
        found.append([layer.name, kind, trained, kept, None if sources == previous else sources, len(shape)])
    return found


def _count(weights: Any) -> int:
    return sum(int(weight.shape.num_elements()) for weight in weights)


def _size(layer: Any, before: Any) -> Any:
    """`[a, s, p]`: an axis of h comes out as g = (h + a) // s, and then p + g % 2 more where p is not 0."""
    name = type(layer).__name__
    if before is None or len(layer.output.shape) != 4 or layer.output.shape[1:3] == (1, 1):
        return None
    if isinstance(layer, keras.Sequential):
        for inner in layer.layers:
            before = _size(inner, before)
        return before
    a, s, p = before
    if name in ("Conv2D", "DepthwiseConv2D", "SeparableConv2D", "MaxPooling2D", "AveragePooling2D"):
        window = getattr(layer, "pool_size", None) or layer.kernel_size
        stride = layer.strides[0]
        if p:  # after such a padding comes a valid window of p + 2 that halves, rounding up
            assert (window[0], stride, layer.padding) == (p + 2, 2, "valid"), layer.name
            return [a + s, s * 2, 0]
        add = stride - 1 if layer.padding == "same" else stride - window[0]
        return [a + add * s, s * stride, 0]
    if name == "ZeroPadding2D":
        (top, bottom), (left, right) = layer.padding
        if (top, bottom) != (left, right):
            return [a, s, top + bottom]
        return [a + (top + bottom) * s, s, 0]
    if name == "Cropping2D":
        return [a - sum(layer.cropping[0]) * s, s, 0]
    return before


def written(name: str, **arguments: Any) -> Any:
    """The rows of one network."""
    keras.backend.clear_session(free_memory=False)
    size = SIZES.get(name, (512, 513))
    named = (
        {"name": NAME} if name.startswith("ConvNeXt") else {}
    )  # others must not be called otherwise, or are it nowhere
    with keras.StatelessScope(initialize_variables=False):
        shape = None if arguments.get("include_top") else (*size, 3)
        model = getattr(keras.applications, name)(weights=None, input_shape=shape, **named, **arguments)
    return rows(model)


def main(names: list[str]) -> None:
    """Write the file of each network."""
    FOLDER.mkdir(exist_ok=True)
    for name in names or [name for name in APPLICATIONS if not name.startswith("MobileNet")]:  # those are computed
        body = written(name, include_top=False)
        for row in body:  # the size that was built must be the one that is promised
            assert row[5] in (2, 4), row
        lines = [json.dumps(row, separators=(",", ":")) for row in body]
        (FOLDER / f"{name}.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")
        print(name, len(body), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
