"""Every code that a diagnostic can have, and what it means. Imported only where codes are explained, never by a check."""

from __future__ import annotations

from modelspec.diagnostics.rules.checks import CHECKS
from modelspec.diagnostics.rules.data import DATA
from modelspec.diagnostics.rules.expansion import EXPANSION
from modelspec.diagnostics.rules.graph import GRAPH
from modelspec.diagnostics.rules.plugins import PLUGINS
from modelspec.diagnostics.rules.rule import Rule
from modelspec.diagnostics.rules.runtime import RUNTIME
from modelspec.diagnostics.rules.saved import SAVED
from modelspec.diagnostics.rules.shapes import SHAPES
from modelspec.diagnostics.rules.source import SOURCE
from modelspec.diagnostics.rules.spec import SPEC

__all__ = ["RULES", "Rule"]

_FAMILIES = (SOURCE, EXPANSION, SPEC, GRAPH, SHAPES, CHECKS, RUNTIME, PLUGINS, DATA, SAVED)

RULES: dict[str, Rule] = {rule.code: rule for rule in sorted(sum(_FAMILIES, ()), key=lambda rule: rule.code)}
"""Code -> rule, in the order of the codes."""
