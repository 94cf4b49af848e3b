"""Stage 5: what is wrong or doubtful only in the whole picture. Each check is a small generator of diagnostics."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from modelspec.checks.budget import budget_is_kept
from modelspec.checks.training import outputs_can_be_trained
from modelspec.diagnostics import Diagnostic
from modelspec.graph import ShapedNetwork

CHECKS: tuple[Callable[[ShapedNetwork], Iterator[Diagnostic]], ...] = (outputs_can_be_trained, budget_is_kept)
"""Every check, in no order that matters."""


def check_network(network: ShapedNetwork) -> tuple[Diagnostic, ...]:
    """Everything that the checks find."""
    return tuple(problem for check in CHECKS for problem in check(network))
