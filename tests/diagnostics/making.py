"""Diagnostics with any text whatever in them."""

from hypothesis import strategies as st

from modelspec.diagnostics import Diagnostic, Note, Span

HOSTILE = st.sampled_from([
    "\n::error file=x::pwned", "::add-mask::x", "  ::set-output name=a::b", "##[command]ls", "##vso[task.x]y", "%0A::stop",
    "\x1b[2J\x1b]8;;http://x\x07", "[/]", "[red]x[/red]", "[link=http://x]y[/link]", "[float32]", "[x](http://evil)",
    "\ud800", "\udc80x\udfff", "\ufffe\uffff", "]]>", "<!--", "&amp;", '"', "\r", "\x00", "\x85\u2028", "\u202eabc", "{0}", "NaN",
])  # fmt: skip
"""Texts that command something somewhere."""
TEXTS = st.one_of(
    HOSTILE, st.text(st.characters(), max_size=20), st.lists(HOSTILE | st.text(max_size=5), max_size=4).map("".join)
)
"""Any text, lone surrogates included, and commands put together."""


@st.composite
def spans(draw):
    """A place in a file of any name."""
    line, column = draw(st.integers(1, 50)), draw(st.integers(1, 50))
    lines, columns = draw(st.integers(0, 2)), draw(st.integers(0, 9))
    end = columns + 1 if lines else column + columns
    return Span(draw(TEXTS) or "spec.yaml", line, column, line + lines, end)


DIAGNOSTICS = st.lists(
    st.builds(
        Diagnostic,
        code=st.sampled_from(["MS108", "MS204", "MS402", "MS999"]),
        message=TEXTS,
        span=st.none() | spans(),
        path=st.lists(TEXTS | st.integers(0, 9), max_size=3).map(tuple),
        help=st.none() | TEXTS,
        related=st.lists(st.builds(Note, spans(), TEXTS), max_size=2).map(tuple),
        severity=st.sampled_from(["error", "warning"]),
    ),
    max_size=4,
)
"""Diagnostics of all sorts."""
