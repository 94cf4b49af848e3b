"""Random specs that validate, over the whole catalogue: what `validate` refuses of a drawn spec is left out.

Each spec begins with a layer or function of its own number, so that a few hundred of them have all; more steps follow, with
whatever arguments the schema allows, and then losses, metrics, an optimizer and a precision. Needs no Keras.
"""

from __future__ import annotations

import copy
import json
from random import Random
from typing import Any

import yaml

from modelspec.catalogue.kinds import find
from modelspec.catalogue.layers import LAYERS
from modelspec.catalogue.ops import OPS, find_op
from modelspec.manual.examples import example_of
from modelspec.pipeline import Checked, check_text
from modelspec.source import Limits
from tests.graph import schema_values

POLICIES = ("mixed_float16", "mixed_bfloat16", "float16", "bfloat16", "float64")
INPUTS: list[Any] = [
    [], [4], [6], [5, 4], [None, 4], [6, 6, 3], [8, 8, 1], [2, 6, 6, 3], [None, None, 3], [2, 4, 4, 4, 2], [2, 2, 2, 2, 2, 2],
    {"shape": [7], "dtype": "int32"}, {"shape": [5, 4], "dtype": "float16"}, {"shape": [4], "dtype": "bool"},
    {"shape": [3, 4], "dtype": "uint8"}, {"shape": [5], "dtype": "uint64"}, {"shape": [4], "dtype": "float64"}, {"shape": [3], "dtype": "string"},
    {"shape": [5, 4], "batch_size": 4}, {"shape": [4], "dtype": "bfloat16"}, {"shape": [], "dtype": "int64"},
]  # fmt: skip
_PARTS = sorted([*LAYERS, *(f"ops.{name}" for name in OPS)])
LIMITS = Limits()


class Drawing:
    """A spec that is being drawn; it validates all the time."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.part = _PARTS[seed % len(_PARTS)]
        self.spec = _example(self.part)
        self.checked = checked(self.spec)
        assert self.checked.ok, (written(self.spec), self.checked.diagnostics)
        for number in range(self.random.choice((0, 0, 1, 2))):
            changed = self.changed()
            changed["inputs"][f"more{number}"] = self.random.choice(INPUTS)
            changed["layers"][0].setdefault("from", next(iter(changed["inputs"])))
            self.take(changed)
        self.tensors = list(self.spec["inputs"])
        for step in self.spec["layers"]:
            self.tensors += _made(self.checked, step["name"])

    def take(self, changed: dict[str, Any]) -> bool:
        """Whether the changed spec validates; it is the spec then."""
        found = checked(changed)
        if found.ok:
            self.spec, self.checked = changed, found
        return found.ok

    def changed(self) -> dict[str, Any]:
        """A copy to change."""
        return copy.deepcopy(self.spec)


def _example(part: str) -> dict[str, Any]:
    """The example of a layer or function, each step with a name."""
    op = part.startswith("ops.")
    entry = find_op(part.removeprefix("ops.")) if op else find("layer", part)
    assert entry is not None
    spec: dict[str, Any] = yaml.safe_load(example_of("op" if op else "layer", entry, part).spec)
    for number, step in enumerate(spec["layers"]):
        if isinstance(step, str):
            step = spec["layers"][number] = {step: None}
        step.setdefault("name", f"first{number}")
    return spec


def valid_spec(seed: int) -> str:
    """The text of the spec of that number, which validates."""
    drawing = Drawing(seed)
    random = drawing.random
    if random.random() < 0.3:
        changed = drawing.changed()
        changed["train"] = {"precision": random.choice(POLICIES)}
        drawing.take(changed)
    _first_step(drawing)
    if random.random() < 0.25:
        _nested(drawing)
    if random.random() < 0.25:
        _shared(drawing)
    for _ in range(random.randint(2, 10)):
        _step(drawing)
    _outputs(drawing)
    if random.random() < 0.7:
        changed = drawing.changed()
        changed.setdefault("train", {})["optimizer"] = schema_values.value(random, {"$ref": "#/$defs/optimizer"})
        drawing.take(changed)
    return written(drawing.spec)


def checked(spec: dict[str, Any]) -> Checked:
    """What `validate` says of plain data."""
    return check_text(written(spec), "random.yaml", LIMITS)


def written(spec: dict[str, Any]) -> str:
    """The spec as YAML; floats as JSON has them."""
    lines = []
    for key, item in spec.items():
        if key == "layers":
            lines.append("layers:")
            lines += [f"  - {json.dumps(step, ensure_ascii=False)}" for step in item]
        else:
            lines.append(f"{key}: {json.dumps(item, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"


def _first_step(drawing: Drawing) -> None:
    """The spec's own layer or function with more arguments, as many as go together."""
    random = drawing.random
    for _ in range(3):
        more = schema_values.arguments(random, _definition(drawing.part), 0.35)
        for name, argument in more.items() if isinstance(more, dict) else ():
            changed = drawing.changed()
            step = next(step for step in changed["layers"] if drawing.part in step)
            if step[drawing.part] is None:
                step[drawing.part] = {}
            if isinstance(step[drawing.part], dict):
                step[drawing.part][name] = argument
                drawing.take(changed)


def _definition(part: str) -> str:
    return part if part.startswith("ops.") else f"layer.{part}"


def _use(random: Random) -> tuple[str, Any]:
    part = random.choice(_PARTS)
    return part, schema_values.arguments(random, _definition(part), 0.15)


def _sources(drawing: Drawing, tensors: list[str]) -> Any:
    random = drawing.random
    count = random.choice((1, 1, 1, 1, 2, 2, 3))
    names = [random.choice(tensors[-4:] if random.random() < 0.5 else tensors) for _ in range(count)]
    return names[0] if count == 1 else names


def _step(drawing: Drawing) -> None:
    """One more step, of some that are tried."""
    random = drawing.random
    for _ in range(8):
        changed = drawing.changed()
        name = f"step{len(changed['layers'])}"
        callable_names = [*changed.get("shared", {}), *changed.get("models", {})]
        if callable_names and random.random() < 0.3:
            step: dict[str, Any] = {"call": random.choice(callable_names)}
        else:
            part, values = _use(random)
            step = {part: values}
        if random.random() < 0.95:
            step["from"] = _sources(drawing, drawing.tensors)
        step["name"] = name
        changed["layers"].append(step)
        if drawing.take(changed):
            drawing.tensors += _made(drawing.checked, name)
            return


def _made(found: Checked, name: str) -> list[str]:
    """How the outputs of a step are referred to."""
    assert found.network is not None
    graph, tensors = found.network.main.graph, found.network.main.tensors
    for index, vertex in enumerate(graph.vertices):
        outputs = tensors[index]
        if vertex.name == name and outputs is not None:
            return [name] if len(outputs) == 1 else [f"{name}.{number}" for number in range(len(outputs))]
    return []


def _shared(drawing: Drawing) -> None:
    part = drawing.random.choice(sorted(LAYERS))
    changed = drawing.changed()
    changed["shared"] = {"again": {part: schema_values.arguments(drawing.random, f"layer.{part}", 0.15)}}
    names = [{"call": "again", "from": drawing.random.choice(drawing.tensors), "name": "called_again"}]
    changed["layers"] += names
    if drawing.take(changed):
        drawing.tensors += _made(drawing.checked, "called_again")


def _nested(drawing: Drawing) -> None:
    """A model of one to three steps, called on an input of the shape that it declares."""
    random = drawing.random
    inputs = drawing.spec["inputs"]
    name = random.choice(sorted(inputs))
    model: dict[str, Any] = {"inputs": {"given": inputs[name]}, "layers": []}
    for number in range(12):
        part, values = _use(random)
        step = {part: values, "name": f"inner{number}"}
        if number and random.random() < 0.3:
            step["from"] = "given"
        changed = drawing.changed()
        changed["models"] = {"nested": {**model, "layers": [*model["layers"], step]}}
        changed["layers"].append({"call": "nested", "from": name, "name": "called"})
        if checked(changed).ok:
            model["layers"].append(step)
        if len(model["layers"]) == 3:
            break
    if model["layers"]:
        changed = drawing.changed()
        changed["models"] = {"nested": model}
        changed["layers"].append({"call": "nested", "from": name, "name": "called"})
        if drawing.take(changed):
            drawing.tensors += _made(drawing.checked, "called")


def _outputs(drawing: Drawing) -> None:
    """Up to three outputs with losses and metrics; each that is refused falls back to none."""
    random = drawing.random
    made = [name for name in drawing.tensors if name not in drawing.spec["inputs"]] or drawing.tensors
    chosen = dict.fromkeys([made[-1], *(random.choice(made) for _ in range(random.randint(0, 2)))])
    for number, reference in enumerate(chosen):
        for attempt in range(4):
            output: dict[str, Any] = {"from": reference, "loss": None}
            if attempt < 3:
                output["loss"] = schema_values.value(random, {"$ref": "#/$defs/loss"}, often=0.1)
                if random.random() < 0.5:
                    output["metrics"] = [schema_values.value(random, {"$ref": "#/$defs/metric"}, often=0.1)]
            changed = drawing.changed()
            changed.setdefault("outputs", {})[f"result{number}"] = output
            if drawing.take(changed):
                break
