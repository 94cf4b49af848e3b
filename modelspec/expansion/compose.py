"""A spec over its bases, with the settings of the command line in it: what there is before anything is written out."""

from __future__ import annotations

from collections.abc import Sequence

from modelspec.diagnostics import Diagnostic
from modelspec.expansion.bases import with_bases
from modelspec.expansion.overrides import with_overrides
from modelspec.source import Document, Limits


def compose(
    document: Document, overrides: Sequence[str], limits: Limits
) -> tuple[Document | None, tuple[Diagnostic, ...]]:
    """The merged document, and what is wrong with its bases and with the settings; None where a base cannot be read."""
    merged, problems = with_bases(document, limits)
    if merged is None:
        return None, problems
    changed, more = with_overrides(merged, overrides, limits)
    return changed, (*problems, *more)
