"""YAML events -> a tree of located nodes, in one pass, in which everything is bounded before it is built.

Must not know where the text is from, nor what a spec says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import yaml

from modelspec.diagnostics import Diagnostic, Note, Span
from modelspec.source.limits import DEEPEST, FLAGS, Limits
from modelspec.source.nodes import Item, Mapping, Node, NumberKey, Scalar, Sequence
from modelspec.source.words import shorten
from modelspec.source.yaml.read_ahead import LONGEST_KEY, LongKey
from modelspec.source.yaml.read_differently import DASH, LongValue, differences
from modelspec.source.yaml.scalars import Unclear, resolve
from modelspec.source.yaml.tuples import tuples_in


class Stop(Exception):
    """The text cannot be read any further; carries the diagnostic that says why."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


class _Anchor(NamedTuple):
    node: Node
    size: int
    span: Span


_SPAN: Callable[..., Span] = tuple.__new__
"""Makes a `Span` in a third of the time that its class takes: every value of a text has one, and every key."""


class Builder:
    """The state of one pass over the events of one text."""

    def __init__(self, file: str, limits: Limits, text: str) -> None:
        self.file = file
        self.text = text
        self.has_brackets = "(" in text
        self.limits = limits
        self.problems: list[Diagnostic] = []
        self.failed = False
        self.anchors: dict[str, _Anchor] = {}
        self.open_anchors: set[str] = set()
        self.used_anchors: set[str] = set()
        self.nodes = 0
        self.expanded = 0
        self.indent = -1
        """The column of the key or dash of the block at hand."""
        self.lines: list[LongValue] = []
        self.bracket: Any = None
        """The outermost bracket that is open."""

    def span(self, event: Any) -> Span:
        start, end = event.start_mark, event.end_mark
        return _SPAN(Span, (self.file, start.line + 1, start.column + 1, end.line + 1, end.column + 1))

    def report(self, code: str, message: str, span: Span, help: str | None = None, *notes: Note) -> None:
        self.failed = True
        self.problems.append(Diagnostic(code, message, span, help=help, related=notes))

    def compare(self, loader: Any) -> None:
        """Tell what readers of YAML read differently."""
        for code, message, line, column, help in differences(self.text, self.lines, loader):
            span = Span(self.file, line, column, line, column + 1)
            if code == "MS121":
                self.report(code, message, span, help)
            else:
                self.problems.append(Diagnostic(code, message, span, help=help, severity="warning"))

    def document(self, events: Iterator[Any]) -> Node:
        """The root node of the only document."""
        next(events)  # the start of the stream
        start = next(events)
        if isinstance(start, yaml.StreamEndEvent):
            return Scalar(None, Span(self.file, 1, 1, 1, 1))
        if start.version or start.tags:
            directive = "%YAML" if start.version else "%TAG"
            message = f"{directive} is not read: a spec is always YAML 1.2"
            raise Stop(Diagnostic("MS111", message, self.span(start), help="remove the line, and the `---` below it"))
        root, _ = self.node(next(events), events, 0)
        next(events)  # the end of the document
        more = next(events)
        if not isinstance(more, yaml.StreamEndEvent):
            message, help = "a second document: there is one document per file", "give each spec a file of its own"
            raise Stop(Diagnostic("MS107", message, self.span(more), help=help))
        for name, anchor in self.anchors.items():
            if name not in self.used_anchors:
                message = f"the anchor '&{name}' is never used"
                help = f"write `*{name}` where the value is used, or remove the anchor"
                self.problems.append(Diagnostic("MS120", message, anchor.span, help=help, severity="warning"))
        return root

    def node(self, event: Any, events: Iterator[Any], depth: int) -> tuple[Node, int]:
        """The node that begins with this event, and how many nodes it stands for when aliases are written out."""
        self.nodes += 1
        if self.nodes > self.limits.nodes:
            raise self.too_much("nodes", f"more than {self.limits.nodes:,} values", event)
        if type(event) is yaml.ScalarEvent and event.tag is None and event.anchor is None:
            return self.scalar(event), 1  # as most are
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event)
        if event.tag is not None:
            tag = shorten(event.tag.replace("tag:yaml.org,2002:", "!!"))
            help = "remove it: a spec has no tags; a string that begins with ! needs quotes"
            self.report("MS110", f"the tag {tag} is not allowed", self.span(event), help)
        anchor = event.anchor
        if anchor is not None:
            self.open_anchor(anchor, event)
        node: Node
        if isinstance(event, yaml.ScalarEvent):
            node, size = self.scalar(event), 1
        elif depth >= min(self.limits.depth, DEEPEST):
            raise self.too_deep(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            node, size = self.sequence(event, events, depth + 1)
        else:
            node, size = self.mapping(event, events, depth + 1)
        if anchor is not None:
            self.open_anchors.discard(anchor)
            self.anchors[anchor] = _Anchor(node, size, self.anchor_span(event))
        return node, size

    def too_much(self, limit: str, message: str, event: Any) -> Stop:
        help = f"if this is intended, raise the limit with {FLAGS[limit]}"
        return Stop(Diagnostic("MS109", message, self.span(event), help=help))

    def too_deep(self, event: Any) -> Stop:
        if self.limits.depth < DEEPEST:
            return self.too_much("depth", f"nested deeper than {self.limits.depth} levels", event)
        message = f"nested deeper than {DEEPEST} levels, the most that can be read"
        help = "write it with less nesting: name the inner parts and refer to them"
        return Stop(Diagnostic("MS109", message, self.span(event), help=help))

    def anchor_span(self, event: Any) -> Span:
        start = event.start_mark
        end = start.column + 2 + len(event.anchor)
        return Span(self.file, start.line + 1, start.column + 1, start.line + 1, end)

    def open_anchor(self, name: str, event: Any) -> None:
        span = self.anchor_span(event)
        if name in self.anchors:
            note = Note(self.anchors[name].span, "first here")
            self.report("MS115", f"the anchor '&{name}' is defined twice", span, "give each anchor its own name", note)
        elif name in self.open_anchors:
            self.report("MS115", f"the anchor '&{name}' is defined twice", span, "give each anchor its own name")
        self.open_anchors.add(name)

    def alias(self, event: Any) -> tuple[Node, int]:
        name, span = event.anchor, self.span(event)
        if name in self.open_anchors:
            message = f"'*{name}' is inside the value that it names, which would never end"
            raise Stop(Diagnostic("MS114", message, span, help="write the value out, or name another anchor"))
        if name not in self.anchors:
            help = f"write `&{name}` before the value to repeat; a string that begins with * needs quotes"
            raise Stop(Diagnostic("MS114", f"there is no anchor '&{name}' above '*{name}'", span, help=help))
        self.used_anchors.add(name)
        anchor = self.anchors[name]
        self.expanded += anchor.size
        if self.expanded > self.limits.expanded_nodes:
            message = f"the aliases expand to more than {self.limits.expanded_nodes:,} values"
            raise self.too_much("expanded_nodes", message, event)
        return anchor.node._replace(alias=Note(span, f"used here as '*{name}'", use=True)), anchor.size

    def scalar(self, event: Any) -> Scalar:
        span = self.span(event)
        if event.style:
            if span.line != span.end_line or event.style in "|>":  # an empty literal ends where it begins
                self.lines.append(LongValue(event.style, event.start_mark, event.end_mark, self.indent))
            return Scalar(event.value, span, True)
        if event.value == "-":
            self.report("MS121", DASH[0], span, DASH[1])
        if event.anchor is not None and event.value.startswith(":"):
            written = f"&{event.anchor}{shorten(event.value.split()[0])}"
            message = (
                f"'{written}' is one anchor with a colon in YAML 1.2, but would be read here as an anchor and a key"
            )
            self.report("MS121", message, self.anchor_span(event), "name the anchor with letters, digits, _ and -")
        value = resolve(event.value)
        if isinstance(value, Unclear):
            self.report(value.code, value.message, span, value.help)
            return Scalar(event.value, span)
        return Scalar(value, span)

    def opened(self, event: Any) -> tuple[Any, int]:
        """Note that a list or mapping begins; what `closed` needs at its end."""
        outer = (self.bracket, self.indent)
        if not event.flow_style:
            mark = event.end_mark
            behind_dash = isinstance(event, yaml.SequenceStartEvent) and self.text[mark.index : mark.index + 1] != "-"
            self.indent = mark.column - behind_dash
        elif self.bracket is None:
            self.bracket = event.start_mark
        return outer

    def closed(self, event: Any, outer: tuple[Any, int]) -> None:
        """Note that a list or mapping ends, and its lines if it is an outermost one in brackets."""
        if outer[0] is None and self.bracket is not None and event.end_mark.line != self.bracket.line:
            self.lines.append(LongValue("[", self.bracket, event.end_mark, self.indent))
        self.bracket, self.indent = outer

    def sequence(self, event: Any, events: Iterator[Any], depth: int) -> tuple[Sequence, int]:
        start, items, size = self.span(event), [], 1
        outer = self.opened(event)
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            item, item_size = self.node(event, events, depth)
            items.append(item)
            size += item_size
        self.closed(event, outer)
        return Sequence(tuple(items), _closed(start, event, items[-1].span if items else None)), size

    def mapping(self, event: Any, events: Iterator[Any], depth: int) -> tuple[Mapping, int]:
        start, size, last = self.span(event), 1, None
        outer = self.opened(event)
        entries: dict[str, Item] = {}
        numbers: set[str] = set()
        known, cut = 0, None
        merge: Item | None = None
        first: dict[str, Note] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            if len(entries) != known:  # the last of them is another one
                known, cut = len(entries), _CUT_OFF if _is_cut_off(entries) else None
            key = self.key(event, events, depth, cut)
            value, value_size = self.node(next(events), events, depth)
            size += 1 + value_size
            last = value.span
            if key is None:
                continue
            text, span = key
            if text == "<<" and not event.style:
                if merge is not None:
                    note = Note(merge.key, "first here")
                    self.report("MS108", "duplicate key '<<'", span, "merge several as `<<: [*a, *b]`", note)
                merge = Item(span, value)
            elif text in entries and (text in numbers) != isinstance(text, NumberKey):
                self.number_and_text(
                    text, *((entries[text].key, span) if text in numbers else (span, entries[text].key))
                )
            elif text in entries:
                if text not in first:
                    first[text] = Note(entries[text].key, "first here")
                self.report("MS108", f"duplicate key {text!r}", span, cut or "keep one of the two", first[text])
            else:
                entries[text] = Item(span, value)
                if isinstance(text, NumberKey):
                    numbers.add(text)
        self.closed(event, outer)
        for found in tuples_in(entries) if self.has_brackets else ():
            entries = found.mended
            self.report(
                "MS203", f"expected a list; received the string '{shorten(found.text)}'", found.span, found.help
            )
        if merge is not None:
            entries = self.merged(entries, merge)
        return Mapping(entries, _closed(start, event, last)), size

    def key(self, event: Any, events: Iterator[Any], depth: int, cut: str | None) -> tuple[str, Span] | None:
        """A text key, or None when the key was refused (and its events are used up). `cut` is help for what is no key."""
        span = self.span(event)
        if not isinstance(event, yaml.ScalarEvent):
            template = isinstance(event, yaml.MappingStartEvent) and event.flow_style
            self.node(event, events, depth)
            found = "a mapping" if isinstance(event, yaml.MappingStartEvent) else "a list"
            if isinstance(event, yaml.AliasEvent):
                found = f"the alias '*{event.anchor}'"
            help = "templates such as {{ x }} are not expanded; a string with braces needs quotes" if template else None
            self.report("MS116", f"a key must be a string; received {found}", span, help)
            return None
        at: int = getattr(event.start_mark, "index", 0)
        if at and self.text[at - 1] == "?":
            shown = shorten(event.value)
            message = f"'?{shown}' is a string in YAML 1.2, but would be read here as the key '{shown}'"
            help = f"write '{shorten(event.value)}', or \"?{shorten(event.value)}\" in quotes if the question mark is meant"
            marked = span._replace(column=span.column - 1) if span.column > 1 else span
            self.report("MS121", message, marked, help)
        if event.value == "-" and not event.style:
            self.report("MS121", DASH[0], span, DASH[1])
        if event.tag is not None or event.anchor is not None:
            self.report("MS110", "a key has neither a tag nor an anchor", span, "remove it")
        value = event.value if event.style else resolve(event.value)
        if isinstance(value, int) and not isinstance(value, bool) and cut is None:
            return NumberKey(value), span
        if not isinstance(value, str):
            shown = event.value or "null"
            self.report(
                "MS116", f"a key must be a string; received {shown}", span, cut or f'write "{event.value}" in quotes'
            )
            return None
        if len(value) > self.limits.key_length:
            message = f"a key of {len(value)} characters; at most {self.limits.key_length} are allowed"
            self.report("MS109", message, span, f"raise the limit with {FLAGS['key_length']}")
            return None
        return value, span

    def number_and_text(self, key: str, number: Span, text: Span) -> None:
        """Report two equal keys, one a number and the other a text, which are two keys to some readers."""
        message = f"a key must be a string; received {key}"
        self.report("MS116", message, number, "keep one of the two", Note(text, "here it is a string"))

    def unread_key(self, found: LongKey) -> None:
        """Report a key that is too long for YAML, in place of what was said of it as a value."""
        span = Span(self.file, found.start.line + 1, found.start.column + 1, found.end.line + 1, found.end.column + 1)
        self.problems = [problem for problem in self.problems if problem.span is None or problem.span[:3] != span[:3]]
        if found.kind != "a string":
            self.report("MS116", f"a key must be a string; received {found.kind}", span)
            return
        message = f"a key of more than {LONGEST_KEY:,} characters, which YAML does not read"
        help = f"write a shorter key, of at most {min(LONGEST_KEY, self.limits.key_length):,}"
        self.report("MS118", message, span, help)

    def merged(self, entries: dict[str, Item], merge: Item) -> dict[str, Item]:
        """The entries with those of `<<` below them: own keys win, and among several sources the first."""
        sources = merge.value.items if isinstance(merge.value, Sequence) else (merge.value,)
        merged: dict[str, Item] = {}
        for source in reversed(sources):
            if not isinstance(source, Mapping):
                help = "`<<` takes an alias of a mapping, or a list of them"
                self.report("MS117", "`<<` merges mappings only", source.span, help)
                continue
            self.expanded += len(source.entries)
            if self.expanded > self.limits.expanded_nodes:
                message = f"the merges expand to more than {self.limits.expanded_nodes:,} values"
                raise Stop(
                    Diagnostic("MS109", message, merge.key, help=f"raise the limit with {FLAGS['expanded_nodes']}")
                )
            used = source.alias
            merged.update(
                source.entries
                if used is None
                else {key: _merged_by(item, used) for key, item in source.entries.items()}
            )
        return {**merged, **entries}


def _merged_by(item: Item, used: Note) -> Item:
    """The entry with the place that merges it; of a long chain of merges the last are kept."""
    return item._replace(value=item.value._replace(merges=(*item.value.merges[1 - _MOST_MERGES :], used)))


_MOST_MERGES = 4
"""How many of the merges that a value went through are reported with what is wrong with it."""


_CUT_OFF = 'inside `{…}` an expression with a comma needs quotes: `"$(range(1, 3))"`'


def _is_cut_off(entries: dict[str, Item]) -> bool:
    """Whether the last value is the beginning of an expression, which YAML took to end at a comma."""
    value = next(reversed(entries.values())).value if entries else None
    text = value.value if isinstance(value, Scalar) and not value.quoted else None
    return isinstance(text, str) and "$(" in text and text.count("(") > text.count(")")


def _closed(start: Span, end: Any, last: Span | None) -> Span:
    """A collection's span: flow style ends at its bracket, block style with its last value, not at the next token."""
    mark, begin = end.end_mark, end.start_mark
    end_line, end_column = mark.line + 1, mark.column + 1
    if last is not None and mark.column == begin.column and mark.line == begin.line:
        file, _, _, end_line, end_column = last
        if file != start.file or (end_line, end_column) < start[1:3]:
            end_line, end_column = start.line, start.column + 1
    return _SPAN(Span, (*start[:3], end_line, end_column))
