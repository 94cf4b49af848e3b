"""What a rule is: a stable code, and the words that explain it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

START = "modelspec: 1\ninputs: {x: [4]}\nlayers:\n"
"""How most examples begin."""
TRAINED = START + "  - Dense: 1\n    name: y\noutputs: {y: {loss: mse}}\n"
"""How examples about training begin."""

_OF_DATA_AND_RUNS = (
    "MS701", "MS702", "MS703", "MS708", "MS720", "MS730", "MS731", "MS733", "MS736", "MS741", "MS750", "MS753", "MS757",
)  # fmt: skip
"""What can be said of data and runs without rows."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that can be wrong. The code never changes its meaning; `bad` and `good` are short examples."""

    code: str
    slug: str
    severity: Literal["error", "warning"]
    summary: str
    why: str
    bad: str
    good: str

    @property
    def told_of_text(self) -> bool:
        """Whether `modelspec validate` tells it, of the text of a spec alone."""
        return self.code < "MS600" or self.code in _OF_DATA_AND_RUNS

    @property
    def file_name(self) -> str:
        """The name that fixtures of this rule have: `MS108_duplicate_key`."""
        return f"{self.code}_{self.slug.replace('-', '_')}"
