"""Text -> a tree of located nodes, from YAML events, in one pass.

Events do not recurse, so depth, size and the expansion of aliases are bounded before anything is built: the C loader
of PyYAML crashes the process on 50 KB of brackets, and merge keys explode in any loader. Must not know what a spec says.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import yaml

from modelspec.diagnostics import Diagnostic, File
from modelspec.source.limits import Limits
from modelspec.source.nodes import Document, Mapping, Scalar, Sequence
from modelspec.source.reader import read_file
from modelspec.source.words import shorten
from modelspec.source.yaml.builder import Builder, Stop
from modelspec.source.yaml.read_ahead import long_key
from modelspec.source.yaml.syntax import explain_syntax_error

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load(path: str, limits: Limits | None = None) -> tuple[Document | None, tuple[Diagnostic, ...]]:
    """Read a spec file (`-` for standard input) into a document."""
    limits = limits or Limits()
    text, problems = read_file(path, limits)
    if text is None:
        return None, problems
    return parse(text, "<stdin>" if path == "-" else path, limits)


def parse(
    text: str, file: str, limits: Limits | None = None, folder: str | None = None
) -> tuple[Document | None, tuple[Diagnostic, ...]]:
    """A YAML text -> its document and every problem on the way; no document where the text cannot be read.

    Paths in the spec start from `folder`; the file's own folder, unless told.
    """
    limits = limits or Limits()
    file = File(file, text)
    builder = Builder(file, limits, text)
    try:
        root = builder.document(_events(text))
        builder.compare(_LOADER)
    except Stop as stop:
        return None, (*builder.problems, stop.diagnostic)
    except yaml.YAMLError as error:
        return None, _not_yaml(error, text, file, limits)
    if builder.failed:
        return None, tuple(builder.problems)
    if not isinstance(root, Mapping):
        return None, (*builder.problems, _not_a_mapping(root))
    folder = folder or os.path.dirname(file) or "."
    document = Document(
        file, text, root, folder, roots=limits.data_roots, nodes=builder.nodes, expanded=builder.expanded
    )
    return document, tuple(builder.problems)


def _events(text: str) -> Iterator[Any]:
    """What `yaml.parse` gives, without asking before each event whether there is one."""
    return iter(_LOADER(text).get_event, None)


def _not_yaml(error: yaml.YAMLError, text: str, file: str, limits: Limits) -> tuple[Diagnostic, ...]:
    """What the text breaks first: the parser reads ahead of its events, and stops at limits of its own before ours."""
    builder = Builder(file, limits, text)
    for mark in (getattr(error, "context_mark", None), getattr(error, "problem_mark", None)):
        if mark is None:
            continue
        builder = Builder(file, limits, text)
        with suppress(yaml.YAMLError):  # the text ends too soon now, which says nothing
            try:
                builder.document(_events(text[: mark.index]))
            except Stop as stop:
                if stop.diagnostic.code == "MS109":
                    return (*builder.problems, stop.diagnostic)
    builder.compare(None)  # a literal ends early at a blank line that is too long, and what follows makes no sense
    if any(problem.code == "MS121" for problem in builder.problems):
        return tuple(builder.problems)
    found = long_key(text, error, _LOADER)
    if found is not None:
        builder.unread_key(found)
        return tuple(builder.problems)
    return (*builder.problems, explain_syntax_error(error, text, file))


def _not_a_mapping(root: Scalar | Sequence) -> Diagnostic:
    message, help = (
        "a spec must be a mapping at its top level; received",
        "a spec is a mapping of keys such as `modelspec: 1`",
    )
    if isinstance(root, Sequence):
        return Diagnostic("MS106", f"{message} a list", root.span, help=help)
    if root.value is None:
        start = root.span._replace(line=1, column=1, end_line=1, end_column=1)
        return Diagnostic("MS105", "the spec is empty", start, help=help)
    if isinstance(root.value, str) and ":" in root.value:
        help = "put a space after the colon: `key: value`"
    elif isinstance(root.value, str) and "\uff1a" in root.value:
        help = "the colon is a wide one (U+FF1A): write `key: value`"
    return Diagnostic("MS106", f"{message} {shorten(repr(root.value))}", root.span, help=help)
