"""The rows of a spec before they are trained on: what they hold, and everything that is wrong or doubtful with them."""

from __future__ import annotations

from dataclasses import dataclass

from modelspec.checks.training.training import require_training_rows
from modelspec.data.profile import profiled
from modelspec.data.splits import gathered
from modelspec.diagnostics import Diagnostic
from modelspec.draw.rows import SplitProfile
from modelspec.graph import ShapedNetwork

EXAMPLES = 10
"""Of each kind of problem so many places are told, and how many more there are."""


@dataclass(frozen=True, slots=True)
class Inspected:
    """What the rows of each split hold, the labels that they teach, and what is to be told of them."""

    splits: tuple[SplitProfile, ...]
    labels: dict[str, tuple[str, ...]]
    problems: tuple[Diagnostic, ...]


def inspected(network: ShapedNetwork) -> Inspected:
    """Read all rows of a spec. Raises `SpecError` (MS750) where it names none to train on."""
    require_training_rows(network)
    found = gathered(network, EXAMPLES)
    order = [name for name in ("train", "validation", "test") if name in found.parts]
    splits = tuple(profiled(name, found.parts[name]) for name in order)
    return Inspected(splits, dict(found.learned.labels), found.problems)
