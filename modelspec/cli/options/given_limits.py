"""The limits of a spec that a command line gives, whatever has read it."""

from __future__ import annotations

from typing import Any

from modelspec.cli.options.usage import WrongUsage
from modelspec.diagnostics import SpecError
from modelspec.source.limits import FLAGS, Limits

DATA_ROOT = "data_root"
OPTIONS: dict[str, str] = {flag.lstrip("-").replace("-", "_"): limit for limit, flag in FLAGS.items()}
"""Which limit each option lifts; options by the names that functions give them."""


def take_limits(given: dict[str, Any]) -> Limits:
    """The limits, whose options are taken out of those that are given."""
    limits = Limits(**{limit: given.pop(option) for option, limit in OPTIONS.items()})
    return limits._replace(data_roots=_roots(given.pop(DATA_ROOT) or []))


def _roots(given: list[str]) -> tuple[str, ...]:
    from modelspec.expansion.files.data_roots import data_roots

    try:
        return data_roots(given)
    except SpecError as error:
        if error.diagnostics[0].span is None:
            raise WrongUsage(f"no folder: {' '.join(given)}", "--data-root") from error
        from modelspec.cli.process.edge import PROBLEM, print_diagnostics

        print_diagnostics(error.diagnostics)
        raise SystemExit(PROBLEM) from error
