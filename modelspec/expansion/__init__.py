"""Stage 1b: a document with variables, blocks, loops and bases -> the plain document that it stands for.

Most specs have none of these, so what writes them out is imported when one has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from modelspec.diagnostics import Diagnostic, Span
from modelspec.source import Document, Limits

FirstArgument = Callable[[tuple[str, ...]], str | None]
"""Tells for a path the key that a value there may be written without: `learning_rate` for that of an `SGD`."""
_COMPOSED = re.compile(r"""(?:\b|["'])extends["']?\s*:""")
# A `*` at or behind a name is a pattern, unless it freezes something.
_MACROS = re.compile(r"""\$|(?:\b|["'])(?:vars|blocks|block|repeat|for|when|with|spec)["']?\s*:|[\w)-]\*|["']\*""")


class Expanded(NamedTuple):
    """The plain document (None where it would be too long), what is wrong, and where values stand that are unknown.

    What later stages say of an unknown value only follows from what is reported here.
    """

    document: Document | None
    problems: tuple[Diagnostic, ...]
    unknown: frozenset[Span]


def compose(
    document: Document, overrides: Sequence[str], limits: Limits, first: FirstArgument
) -> tuple[Document | None, tuple[Diagnostic, ...]]:
    """The document over its bases, with the settings of the command line in it, and what is wrong with these.

    None where a base cannot be read.
    """
    if not overrides and not _COMPOSED.search(document.text):
        return document, ()
    from modelspec.expansion.files.bases import with_bases
    from modelspec.expansion.overrides import with_overrides

    merged, problems = with_bases(document, limits, first)
    if merged is None:
        return None, problems
    changed, more = with_overrides(merged, overrides, limits, first)
    return changed, (*problems, *more)


def expand(document: Document, limits: Limits, first: FirstArgument) -> Expanded:
    """Put in variables and blocks, write out loops, take models from other files. One without any is returned as it is."""
    if not any(_MACROS.search(text) for text in (document.text, *document.texts.values())):
        return Expanded(document, (), frozenset())
    from modelspec.expansion.expand import Expansion

    return Expanded(*Expansion(document, limits, first).run())
