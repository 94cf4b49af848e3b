"""What differs between two fingerprints, in words that a user knows. No TensorFlow here."""

from __future__ import annotations

from typing import Any

Fingerprint = dict[str, Any]
ARRAYS = "arrays."
"""What the keys begin with that tell of files of arrays."""
_ABSENT = "nothing"
_UNKNOWN = ("versions.modelspec", None)
"""What a run says that was made where the name by which modelspec was installed was not found."""


def differences(then: Fingerprint, now: Fingerprint) -> list[str]:
    """A line for each thing that differs: `train.batch_size was 32 and is 64`."""
    lines = []
    for name in [*then, *(name for name in now if name not in then)]:
        before, after = then.get(name, _ABSENT), now.get(name, _ABSENT)
        if before != after and (name, before) != _UNKNOWN:
            told = name.startswith("rows.")
            lines.append(f"{name}: other bytes" if told else f"{name} was {_shown(before)} and is {_shown(after)}")
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
