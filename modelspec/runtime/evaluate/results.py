"""Keras's flat losses and metrics -> results by output name."""

from __future__ import annotations

import math
from typing import Any

from modelspec.graph import ShapedNetwork
from modelspec.graph.questions.outputs import losses
from modelspec.runs.reporting import Logs
from modelspec.runs.results import Results


def by_output(network: ShapedNetwork, logs: Logs) -> Results:
    """Give each loss and metric to its output, the loss first.

    Keras puts an output's name before its metrics if the model has several outputs, and tells each output's loss if
    several are trained.
    """
    names = list(losses(network))
    prefixed = len(network.outputs) > 1
    outputs: dict[str, dict[str, float]] = {name: {} for name in names}
    if len(names) == 1:
        outputs[names[0]]["loss"] = logs["loss"]
    for key, value in logs.items():
        if key == "loss":
            continue
        if not prefixed:
            outputs[names[0]][key] = value
            continue
        owner = max((name for name in names if key.startswith(f"{name}_")), key=len, default=None)
        if owner is not None:
            outputs[owner][key.removeprefix(f"{owner}_")] = value
    ordered = {
        name: dict(sorted(values.items(), key=lambda item: item[0] != "loss")) for name, values in outputs.items()
    }
    return {"loss": logs["loss"], "outputs": ordered}


def for_json(value: Any) -> Any:
    """The same with null for NaN and infinity, which JSON does not know."""
    if isinstance(value, dict):
        return {key: for_json(item) for key, item in value.items()}
    return None if isinstance(value, float) and not math.isfinite(value) else value
