"""`train.checkpoint`: how often the state of a training is saved, and how many of these are kept.

checkpoint: {every: 10 minutes, keep: 3}
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from modelspec.language.settings import Kind, setting
from modelspec.language.settings.values import Section, Whole
from modelspec.source import Place, Scalar
from modelspec.source.words import describe, did_you_mean

if TYPE_CHECKING:
    from modelspec.language.objects import Reader


@dataclass(frozen=True, slots=True)
class Every:
    """How often: after so many epochs, steps or seconds, and how the spec says it (`10 minutes`)."""

    Unit = Literal["epochs", "steps", "seconds"]

    count: int
    unit: Unit
    text: str


UNITS: dict[str, tuple[Every.Unit, int]] = {
    "epoch": ("epochs", 1), "step": ("steps", 1), "second": ("seconds", 1), "minute": ("seconds", 60),
    "hour": ("seconds", 3600),
}  # fmt: skip
"""The words for one of each, what they count, and how many of it."""
_PATTERN = r"[1-9][0-9]{0,8} +(epoch|step|second|minute|hour)s?"
_FORMS = "write for example `every: 1 epoch`, `every: 500 steps` or `every: 10 minutes`"


class HowOften(Kind):
    """How often: `1 epoch`, `500 steps`, `10 minutes`."""

    def read(self, place: Place, label: str, reader: Reader) -> Every | None:
        """The number and what is counted."""
        node = place.node
        text = node.value if isinstance(node, Scalar) else None
        if not isinstance(text, str):
            reader.problems.append(
                place.problem("MS203", f"{label}: expected a string; received {describe(node)}", _FORMS)
            )
            return None
        if re.fullmatch(_PATTERN, text):
            count, word = text.split()
            unit, size = UNITS[word.removesuffix("s")]
            return Every(int(count) * size, unit, text)
        match = re.fullmatch(r"\s*[0-9.]+\s*([^\W\d_]+)\s*", text)
        word = match[1].lower().removesuffix("s") if match is not None else ""
        help = (did_you_mean(word, UNITS) if word not in UNITS else None) or _FORMS
        message = f"{label}: expected a number of epochs, steps or minutes; received {describe(node)}"
        reader.problems.append(place.problem("MS203", message, help))
        return None

    def schema(self) -> dict[str, Any]:
        """A text."""
        return {"type": "string", "pattern": f"^{_PATTERN}$"}

    def written(self, value: Every) -> str:
        """As the spec says it."""
        return value.text


@dataclass(frozen=True, slots=True)
class CheckpointSpec:
    """How often the state of a training is saved, and how many of the newest are kept."""

    every: Every = setting(
        HowOften(), "How often: `1 epoch`, `500 steps`, `10 minutes`.", Every(300, "seconds", "5 minutes")
    )
    keep: int = setting(Whole(1, 1000), "How many of the newest checkpoints are kept.", 3)


CHECKPOINT = Section(
    CheckpointSpec, "checkpoint: {every: 10 minutes, keep: 3}", {"frequency": "every", "save_freq": "every"}
)
