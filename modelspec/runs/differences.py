"""What a spec adds to the fingerprint of a training, and what differs between two, in words that a user knows. No Keras here."""

from __future__ import annotations

from typing import Any

import yaml

from modelspec.graph import ShapedNetwork
from modelspec.language.sections.training import TrainSpec
from modelspec.language.settings import settings_of
from modelspec.runs.resolved import resolved_spec

Fingerprint = dict[str, Any]
ARRAYS = "arrays."
"""What the keys begin with that tell of files of arrays."""
_WITHOUT_EFFECT = ("description", "budget")
"""Sections of a spec that change nothing of a training. Of `train`, settings say so; epochs are looked at on their own."""
_ABSENT = "nothing"
_UNKNOWN = ("versions.modelspec", None)
"""What a run says that was made where the name by which modelspec was installed was not found."""


def of_spec(network: ShapedNetwork) -> Fingerprint:
    """The resolved spec, flat, without what may change while a training is interrupted. Rows count by their bytes."""
    may_change = [f"train.{key}" for key, item in settings_of(TrainSpec, "train").items() if item.may_change]
    without = (*_WITHOUT_EFFECT, *may_change, *_without_effect_in_stages(network))
    return {
        path: value
        for path, value in flat("", yaml.safe_load(resolved_spec(network))).items()
        if not any(path == part or path.startswith(f"{part}.") for part in without)
        and not (path.startswith("data.") and (path.endswith(".path") or ".npy.arrays." in path))
    }


def _without_effect_in_stages(network: ShapedNetwork) -> list[str]:
    """What each stage tells itself, and the epochs of the last one: as in a training without stages, more can follow."""
    last = len(network.train.stages) - 1
    return (
        []
        if last < 0
        else [*(f"train.{key}" for key in settings_of(TrainSpec, "stage")), f"train.stages[{last}].epochs"]
    )


def differences(then: Fingerprint, now: Fingerprint) -> list[str]:
    """A line for each thing that differs: `train.batch_size from 32 to 64`."""
    lines = []
    for name in [*then, *(name for name in now if name not in then)]:
        before, after = then.get(name, _ABSENT), now.get(name, _ABSENT)
        if before != after and (name, before) != _UNKNOWN:
            told = name.startswith("rows.")
            lines.append(f"{name}: other bytes" if told else f"{name} from {_shown(before)} to {_shown(after)}")
    return lines


def arrays_in(fingerprint: Fingerprint) -> dict[str, str]:
    """The hashes of the files whose arrays began weights, by the weight."""
    return {name.removeprefix(ARRAYS): digest for name, digest in fingerprint.items() if name.startswith(ARRAYS)}


def flat(prefix: str, value: Any) -> dict[str, Any]:
    """`{"a": [{"b": 1}]}` -> `{"a[0].b": 1}`."""
    if isinstance(value, dict) and value:
        pairs = [(f"{prefix}.{key}" if prefix else str(key), item) for key, item in value.items()]
    elif isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        pairs = [(f"{prefix}[{index}]", item) for index, item in enumerate(value)]
    else:
        return {prefix: value}
    return {path: leaf for name, item in pairs for path, leaf in flat(name, item).items()}


def _shown(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
