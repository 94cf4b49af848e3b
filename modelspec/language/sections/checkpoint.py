"""`train.checkpoint`: how often the state of a training is saved, and how many of these are kept.

checkpoint: {every: 10 minutes, keep: 3}
"""

from __future__ import annotations

import re

from modelspec.diagnostics import Diagnostic
from modelspec.language.fields import expect_mapping, read_integer, unknown_keys
from modelspec.language.spec import CheckpointSpec, Every
from modelspec.source import Place, Scalar
from modelspec.source.words import describe, did_you_mean

UNITS: dict[str, tuple[Every.Unit, int]] = {
    "epoch": ("epochs", 1), "step": ("steps", 1), "second": ("seconds", 1), "minute": ("seconds", 60),
    "hour": ("seconds", 3600),
}  # fmt: skip
"""The words for one of each, what they count, and how many of it."""
EVERY_PATTERN = r"[1-9][0-9]{0,8} +(epoch|step|second|minute|hour)s?"
MOST_KEPT = 1000
_EXAMPLE = "checkpoint: {every: 10 minutes, keep: 3}"
_FORMS = "write for example `every: 1 epoch`, `every: 500 steps` or `every: 10 minutes`"


def read_checkpoint(place: Place, problems: list[Diagnostic]) -> CheckpointSpec:
    """What is said, and the defaults for the rest and for what was refused."""
    default = CheckpointSpec()
    if not expect_mapping(place, "train.checkpoint", problems, _EXAMPLE):
        return default
    unknown_keys(place, "train.checkpoint", ("every", "keep"), problems, {"frequency": "every", "save_freq": "every"})
    every, keep = place.get("every"), place.get("keep")
    number = None
    if keep is not None:
        number = read_integer(keep, "train.checkpoint.keep", problems, low=1, high=MOST_KEPT)
    found = None if every is None else _every(every, problems)
    return CheckpointSpec(found or default.every, number or default.keep)


def _every(place: Place, problems: list[Diagnostic]) -> Every | None:
    """`1 epoch`, `500 steps`, `10 minutes`."""
    node = place.node
    text = node.value if isinstance(node, Scalar) else None
    if not isinstance(text, str):
        received = describe(node)
        problems.append(
            place.problem("MS203", f"train.checkpoint.every: expected a string; received {received}", _FORMS)
        )
        return None
    if re.fullmatch(EVERY_PATTERN, text):
        count, word = text.split()
        unit, size = UNITS[word.removesuffix("s")]
        return Every(int(count) * size, unit, text)
    match = re.fullmatch(r"\s*[0-9.]+\s*([^\W\d_]+)\s*", text)
    word = match[1].lower().removesuffix("s") if match is not None else ""
    help = (did_you_mean(word, UNITS) if word not in UNITS else None) or _FORMS
    message = f"train.checkpoint.every: expected a number of epochs, steps or minutes; received {describe(node)}"
    problems.append(place.problem("MS203", message, help))
    return None
