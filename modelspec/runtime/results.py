"""Keras's flat losses and metrics -> results by output name."""

from __future__ import annotations

from typing import Any

from modelspec.graph import ShapedNetwork
from modelspec.runtime.compile import losses
from modelspec.runtime.loop import Logs

Results = dict[str, Any]
"""`{"loss": total, "outputs": {name: {"loss": ..., metric: ...}}}`"""


def by_output(network: ShapedNetwork, logs: Logs) -> Results:
    """Give each loss and metric to its output; Keras puts an output's name before its metrics only if there are several."""
    names = list(losses(network))
    outputs: dict[str, dict[str, float]] = {name: {} for name in names}
    for key, value in logs.items():
        if key == "loss":
            continue
        owner = max((name for name in names if key.startswith(f"{name}_")), key=len, default=None)
        if owner is not None:
            outputs[owner][key.removeprefix(f"{owner}_")] = value
        elif len(names) == 1:
            outputs[names[0]][key] = value
    if len(names) == 1 and "loss" in logs:
        outputs[names[0]] = {"loss": outputs[names[0]].get("loss", logs["loss"]), **outputs[names[0]]}
    ordered = {
        name: dict(sorted(values.items(), key=lambda item: item[0] != "loss")) for name, values in outputs.items()
    }
    return {"loss": logs.get("loss"), "outputs": ordered}
