"""Hypothesis draws whole specs, step by step: each drawn step is tried in Keras, so that what follows is wired to fit.

A step that Keras refuses is left out; in a spec that is meant to be wrong, one of them may stay.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

import keras
from hypothesis import strategies as st

from tests.graph.direct import Direct, Scope
from tests.graph.steps import FLOATS, drawn_layer, drawn_step

INPUTS: list[Any] = [
    [4], [4], [6], [5, 4], [5, 4], [5, 4], [None, 4], [6, 6, 3], [6, 6, 3], [8, 8, 1], [2, 6, 6, 3], [3, 5, 4], [None],
    [None, None, 3], [], {"shape": [7], "dtype": "int32"}, {"shape": [7], "dtype": "int32"},
    {"shape": [5, 4], "dtype": "float16"}, {"shape": [4], "dtype": "bool"}, {"shape": [None], "dtype": "int64"},
    {"shape": [6, 6, 3], "dtype": "uint8"}, {"shape": [4], "dtype": "float64"},
]  # fmt: skip

OF_OPS = (
    "add", "add_1", "subtract", "multiply", "mean", "max", "concatenate", "any", "logical_or", "zeros_like", "expand_dims",
    "not_equal", "relu", "softmax", "abs", "square", "seed_generator",
)  # fmt: skip
"""Names that Keras gives to functions and to what is in a layer, for steps that may stand beside those."""


@dataclass
class Open:
    """A model that is being drawn: its scope in Keras, what can be referred to, and its steps."""

    scope: Scope
    tensors: dict[str, Any]
    steps: list[dict[str, Any]] = field(default_factory=list)
    calls: dict[str, int] = field(default_factory=dict)
    above: str | None = None


@st.composite
def specs(draw: st.DrawFn, wrong: bool = False) -> dict[str, Any]:
    """A spec as plain data. `wrong`: one thing in it may be wrong, so that Keras may refuse it."""
    keras.backend.clear_session(free_memory=False)
    spec: dict[str, Any] = {"modelspec": 1, "shared": {}, "models": {}}
    direct = Direct(spec)
    for number in range(draw(st.integers(0, 2))):
        name, layer = f"shared{number}", draw(drawn_layer())
        try:
            direct.shared[name] = direct.layer(layer)
        except Exception:  # Keras refuses its arguments
            continue
        spec["shared"][name] = layer
    for number in range(draw(st.integers(0, 2))):
        _nested(draw, direct, f"model{number}")
    kept = draw(st.integers(0, 6)) if wrong else None
    opened = _open(draw, direct, draw(st.integers(1, 3)))
    _steps(draw, direct, opened, draw(st.integers(3, 12)), kept)
    spec["inputs"] = {name: _input(tensor) for name, tensor in opened.scope.inputs.items()}
    spec["layers"] = opened.steps
    spec["outputs"] = _outputs(draw, opened)
    if draw(st.booleans()):
        spec["models"] = dict(reversed(spec["models"].items()))
    for key in ("shared", "models"):
        if not spec[key]:
            del spec[key]
    return _mutated(draw, spec) if wrong and draw(st.booleans()) else spec


def _open(draw: st.DrawFn, direct: Direct, count: int) -> Open:
    inputs = {f"in{number}": draw(st.sampled_from(INPUTS)) for number in range(count)}
    scope = direct.scope(inputs)
    return Open(scope, dict(scope.inputs), above="in0" if count == 1 else None)


def _input(tensor: Any) -> dict[str, Any]:
    return {"shape": list(tensor.shape[1:]), "dtype": tensor.dtype}


def _nested(draw: st.DrawFn, direct: Direct, name: str) -> None:
    opened = _open(draw, direct, draw(st.integers(1, 2)))
    _steps(draw, direct, opened, draw(st.integers(1, 4)), None)
    if not opened.steps:
        return
    model: dict[str, Any] = {
        "inputs": {key: _input(tensor) for key, tensor in opened.scope.inputs.items()},
        "layers": opened.steps,
    }
    made = [key for key in opened.tensors if key not in opened.scope.inputs]
    if opened.above is None or draw(st.booleans()):
        references = draw(st.lists(st.sampled_from(made), min_size=1, max_size=2, unique=True))
        form = draw(st.sampled_from(["name", "list", "mapping"]))
        model["outputs"] = {f"out{number}": reference for number, reference in enumerate(references)}
        if form != "mapping" and not any("@" in reference or "." in reference for reference in references):
            model["outputs"] = references if form == "list" or len(references) > 1 else references[0]
    if draw(st.integers(0, 4)) == 0:
        model["trainable"] = False
    direct.spec["models"][name] = model
    try:
        direct.finish(name, opened.scope)
    except Exception:  # Keras makes no model of this
        del direct.spec["models"][name]


def _steps(draw: st.DrawFn, direct: Direct, opened: Open, count: int, kept: int | None) -> None:
    """Up to `count` steps; the refused step after `kept` others stays, where a number is given."""
    for _ in range(count):
        step = draw(drawn_step(opened.tensors, opened.above, direct))
        if draw(st.booleans()) or "call" not in step:
            free = [name for name in OF_OPS if name not in {other.get("name") for other in opened.steps}]
            step["name"] = draw(st.sampled_from([f"step{len(opened.steps)}", *free]))
        before = copy.copy(opened.scope.calls), opened.scope.above
        try:
            outputs = direct.step(opened.scope, step)
        except Exception:  # whatever Keras raises is its refusal
            opened.scope.calls, opened.scope.above = before
            if kept is not None and len(opened.steps) >= kept:
                opened.steps.append(step)
                kept = None
            continue
        opened.steps.append(step)
        _note(opened, direct, step, outputs)


def _note(opened: Open, direct: Direct, step: dict[str, Any], outputs: list[Any]) -> None:
    name = step.get("name")
    if name is None:
        target = step["call"]
        name = f"{target}@{len(opened.scope.calls[target]) - 1}"
    opened.above = name if len(outputs) == 1 else None
    if len(outputs) == 1:
        opened.tensors[name] = outputs[0]
        return
    keys = direct.model_outputs.get(step.get("call", ""), range(len(outputs)))
    for key, tensor in zip(keys, outputs, strict=True):
        opened.tensors[f"{name}.{key}"] = tensor


def _outputs(draw: st.DrawFn, opened: Open) -> dict[str, Any]:
    made = [name for name in opened.tensors if name not in opened.scope.inputs] or list(opened.tensors)
    chosen = draw(st.lists(st.sampled_from(made), min_size=1, max_size=3, unique=True))
    outputs: dict[str, Any] = {}
    for number, reference in enumerate(chosen):
        tensor = opened.tensors[reference]
        outputs[f"result{number}"] = {"from": reference, "loss": "mse" if tensor.dtype in FLOATS else None}
    return outputs


def _mutated(draw: st.DrawFn, spec: dict[str, Any]) -> dict[str, Any]:
    """The spec with one number changed: a size of an input, or an argument of a layer."""
    changed = copy.deepcopy(spec)
    places: list[tuple[Any, Any]] = []

    def visit(node: Any) -> None:
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            if isinstance(value, dict | list):
                visit(value)
            elif isinstance(value, int) and not isinstance(value, bool):
                places.append((node, key))

    visit({key: value for key, value in changed.items() if key in ("inputs", "shared", "models")})
    for step in changed["layers"]:
        visit(step)
    if places:
        node, key = draw(st.sampled_from(places))
        sizes = [node[key] + 1, max(1, node[key] - 1), 1, 2, 3, 9]
        # Not 0: Keras makes empty axes, modelspec refuses them.
        node[key] = draw(st.sampled_from(sizes if isinstance(node, list) else [*sizes, -1]))
    return changed
