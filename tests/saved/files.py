"""Saved models made by hand, without Keras: descriptions, and archives with anything wrong with them."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

from modelspec.saved import SavedModel, read_saved
from modelspec.source import parse, plain

SPEC, _ = parse("modelspec: 1\nmodels:\n  vision: {saved: vision.keras}\n", "spec.yaml")
PLACE = SPEC.place.find(("models", "vision", "saved"))
METADATA = {"keras_version": "3.15.1", "date_saved": "2026-01-31@12:00:00"}


def layer(name: str, class_name: str = "Dense", *calls: Any, mark: int | None = None, **config: Any) -> dict[str, Any]:
    """A layer of a functional model; each call is a tensor, a list of tensors or a whole node."""
    made = {
        "module": "keras.layers",
        "class_name": class_name,
        "config": {"name": name, "trainable": True, **config},
        "registered_name": None,
        "name": name,
        "inbound_nodes": [
            call if isinstance(call, dict) and "args" in call else {"args": [call], "kwargs": {}} for call in calls
        ],
    }
    return made if mark is None else {**made, "shared_object_id": mark}


def op(name: str, class_name: str, *calls: Any, module: str = "numpy", **config: Any) -> dict[str, Any]:
    """An op of a functional model."""
    made = layer(name, class_name, *calls, **config)
    del made["config"]["trainable"]
    return {**made, "module": f"keras.src.ops.{module}", "registered_name": class_name}


def entrance(name: str = "x", *shape: int | None) -> dict[str, Any]:
    """An input."""
    return layer(name, "InputLayer", batch_shape=[None, *(shape or (4,))], dtype="float32", sparse=False)


def tensor(name: str, call: int = 0, output: int = 0, shape: tuple[int | None, ...] = (None, 4)) -> dict[str, Any]:
    """A tensor as an argument of a call."""
    config = {"shape": list(shape), "dtype": "float32", "keras_history": [name, call, output]}
    return {"class_name": "__keras_tensor__", "config": config}


def functional(
    layers: list[dict[str, Any]], inputs: Any, outputs: Any, name: str = "model", calls: tuple[Any, ...] = (),
    mark: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    """A functional model, which may stand among the layers of another."""
    config = {"name": name, "trainable": True, "layers": layers, "input_layers": inputs, "output_layers": outputs}
    made = {
        "module": "keras.src.models.functional",
        "class_name": "Functional",
        "config": config,
        "registered_name": "Functional",
        "name": name,
        "inbound_nodes": [{"args": [call], "kwargs": {}} for call in calls],
    }
    return made if mark is None else {**made, "shared_object_id": mark}


def sequential(*layers: dict[str, Any], name: str = "model", **config: Any) -> dict[str, Any]:
    """A Sequential model."""
    own = [{key: value for key, value in item.items() if key not in ("name", "inbound_nodes")} for item in layers]
    made = {"name": name, "trainable": True, "layers": own, **config}
    return {"module": "keras", "class_name": "Sequential", "config": made, "registered_name": None}


def small() -> dict[str, Any]:
    """One input, one Dense layer."""
    return functional([entrance(), layer("d", "Dense", tensor("x"), units=2)], [["x", 0, 0]], [["d", 0, 0]])


def write(folder: Path, config: Any = None, members: dict[str, Any] | None = None, name: str = "vision.keras") -> Path:
    """An archive; `members` are added, replaced, or with None taken out."""
    found: dict[str, Any] = {
        "metadata.json": METADATA,
        "config.json": small() if config is None else config,
        "model.weights.h5": b"\x89HDF\r\n\x1a\n",
        **(members or {}),
    }
    path = folder / name
    with zipfile.ZipFile(path, "w") as archive:
        for member, content in found.items():
            if content is not None:
                archive.writestr(member, content if isinstance(content, bytes | str) else json.dumps(content))
    return path


def read(path: Path | str, **more: Any) -> SavedModel:
    """The model, which must have no problems."""
    saved, problems = read_saved(str(path), PLACE, **more)
    assert problems == ()
    assert saved is not None
    return saved


def values(path: Path | str, **more: Any) -> Any:
    """The document as plain values."""
    return plain(read(path, **more).document.root)


def problem(path: Path | str, **more: Any) -> tuple[str, str]:
    """The code and message of the one problem, which stands at the place that names the model."""
    saved, problems = read_saved(str(path), PLACE, **more)
    assert saved is None
    (found,) = problems
    assert (found.span, found.path, found.severity) == (PLACE.span, PLACE.path, "error")
    assert found.help
    return found.code, found.message
