"""Diagnostics as text: one line first so that editors and grep can jump, then the place, notes and help."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from modelspec.diagnostics import Diagnostic, Span
from modelspec.diagnostics.render.escape import printable

Segment = tuple[str, str]
"""A piece of text and the name of its style; styles are for terminals only."""
_WIDEST_LINE = 160


def render_text(diagnostics: Iterable[Diagnostic]) -> str:
    """All of them, as plain text; of a file whose text is known, the line is shown."""
    return "".join(text for text, _ in segments(diagnostics))


def segments(diagnostics: Iterable[Diagnostic]) -> Iterator[Segment]:
    """The same text in styled pieces."""
    lines: dict[str, list[str]] = {}
    for diagnostic in diagnostics:
        if diagnostic.span is not None:
            yield f"{_at(diagnostic.span)}: ", "bold"
        style = "bold red" if diagnostic.severity == "error" else "bold yellow"
        yield f"{diagnostic.severity}[{diagnostic.code}]", style
        yield f" {printable(diagnostic.message)}\n", ""
        span = diagnostic.span
        if span is not None and (text := span.text) is not None:
            if span.file not in lines:
                lines[span.file] = text.split("\n")
            yield from _snippet(span, lines[span.file])
        for line in diagnostic.quoted:
            yield f"    {printable(line)}\n", ""
        for note in diagnostic.related:
            yield "  note: ", "cyan"
            yield f"{_at(note.span)}: {printable(note.message)}\n", ""
        if diagnostic.help is not None:
            yield "  help: ", "green"
            yield f"{printable(diagnostic.help)}\n", ""


def _at(span: Span) -> str:
    return f"{printable(span.file)}:{span.line}:{span.column}"


def _snippet(span: Span, lines: list[str]) -> Iterator[Segment]:
    if not 0 < span.line <= len(lines):
        return
    line = lines[span.line - 1].rstrip("\r").replace("\t", " ")
    number = f"  {span.line}"
    start = span.column - 1
    end = span.end_column - 1 if span.end_line == span.line else len(line)
    cut = max(0, start - _WIDEST_LINE // 2) if len(line) > _WIDEST_LINE else 0
    shown = line[cut : cut + _WIDEST_LINE]
    width = max(1, min(end, cut + len(shown)) - start)
    before = printable(shown[: start - cut])
    marked = printable(shown[start - cut : start - cut + width])
    after = printable(shown[start - cut + width :])
    if not line.strip():
        return
    yield f"{number} | ", "blue"
    yield f"{before}{marked}{after}\n", ""
    yield f"{' ' * len(number)} | ", "blue"
    yield f"{' ' * len(before)}{'^' * max(1, len(marked))}\n", "bold red"
