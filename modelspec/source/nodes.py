"""A YAML text as a tree of located values, and paths into it.

Knows nothing of what a spec may say.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as MappingABC
from itertools import islice
from types import MappingProxyType
from typing import Any, NamedTuple

from modelspec.diagnostics import Diagnostic, Note, Path, Replacement, Span, path_text
from modelspec.diagnostics.diagnostic import Severity
from modelspec.source.origins import SET, Origin, SetAt

_OF_NAMES = frozenset({"MS116", "MS201", "MS207", "MS209", "MS210", "MS213", "MS214"})
"""Problems with a key itself, whatever its value is."""
_NEAR = 3
"""How far below a value the command line's settings are told of with it."""


class Scalar(NamedTuple):
    """A leaf: text, number, boolean or None. `quoted` text is never anything but text.

    `origin` tells of a value that a variable or parameter stands for where that was set, `alias` of one that stands at
    its anchor where the alias is, and `merges` of one that `<<` brought into its mapping where that was done, the last last.
    """

    value: str | int | float | bool | None
    span: Span
    quoted: bool = False
    origin: SetAt | None = None
    alias: Note | None = None
    merges: tuple[Note, ...] = ()


class Sequence(NamedTuple):
    """A list."""

    items: tuple[Node, ...]
    span: Span
    origin: SetAt | None = None
    alias: Note | None = None
    merges: tuple[Note, ...] = ()


class NumberKey(str):
    """A key that was written as a whole number: `0`. Few places of a spec have such keys; elsewhere it is a mistake."""

    __slots__ = ()


class Item(NamedTuple):
    """A key of a mapping, where the key stands, and its value."""

    key: Span
    value: Node


class Mapping(NamedTuple):
    """A mapping from text keys, in the file's order."""

    entries: dict[str, Item]
    span: Span
    origin: SetAt | None = None
    alias: Note | None = None
    merges: tuple[Note, ...] = ()


Node = Scalar | Sequence | Mapping


def plain(node: Node) -> Any:
    """The node as plain Python values."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key: plain(item.value) for key, item in node.entries.items()}


class Document(NamedTuple):
    """One spec: its file as the user named it, the file's text, its root node, and the folder its paths start from.

    Of an expanded document, `origins` tells by path where a step was written, and `texts` holds all texts it is made of.
    """

    file: str
    text: str
    root: Mapping
    folder: str
    origins: MappingABC[Path, Origin] = MappingProxyType({})
    texts: MappingABC[str, str] = MappingProxyType({})
    roots: tuple[str, ...] = ()
    """Further folders in which the files that it names may lie."""
    nodes: int = 0
    """How many values it has, those of the files that it extends too."""
    expanded: int = 0
    """How many values their aliases stand for."""
    expanded_keys: tuple[str, ...] = ()
    """Of an expanded document, the keys that it had before."""

    @property
    def place(self) -> Place:
        """The place of the whole document."""
        return Place(self, self.root, (), None)

    def aliases(self, path: Path, *, key: bool = False) -> tuple[Note, ...]:
        """The aliases and merges on the way to a value, which itself stands at an anchor, the nearest first.

        With `key` it is the value's key that is meant.
        """
        place: Place | None = self.place
        notes: list[Note] = []
        for index, part in enumerate(path):
            place = place.below(part) if place is not None else None
            if place is None:
                break
            notes.extend(reversed(place.node.merges))
            if place.node.alias is not None and not (key and index == len(path) - 1):
                notes.append(place.node.alias)
        return tuple(reversed(notes))

    def written(self, path: Path) -> Origin:
        """The path as its author wrote it, and the uses that led from there to `path`."""
        for end in range(len(path), 1, -1) if self.origins else ():
            origin = self.origins.get(path[:end])
            if origin is not None:
                return Origin(origin.path + path[end:], origin.uses)
        return Origin(path, ())


class Place(NamedTuple):
    """A node of a document, and the path that leads to it. What every later stage carries instead of line numbers."""

    document: Document
    node: Node
    path: Path
    key: Span | None

    @property
    def span(self) -> Span:
        """Where the value stands."""
        return self.node.span

    @property
    def key_span(self) -> Span:
        """Where the key stands; the value, for an item of a list and for the document."""
        return self.key or self.node.span

    @property
    def value(self) -> Any:
        """The node as plain Python values."""
        return plain(self.node)

    def get(self, key: str) -> Place | None:
        """The place of a key's value, if this is a mapping that has the key."""
        item = self.node.entries.get(key) if isinstance(self.node, Mapping) else None
        return None if item is None else Place(self.document, item.value, (*self.path, key), item.key)

    def entries(self) -> Iterator[tuple[str, Place]]:
        """The keys of a mapping with the places of their values."""
        if isinstance(self.node, Mapping):
            for key, item in self.node.entries.items():
                yield key, Place(self.document, item.value, (*self.path, key), item.key)

    def items(self) -> Iterator[Place]:
        """The places of a list's items."""
        if isinstance(self.node, Sequence):
            for index, item in enumerate(self.node.items):
                yield Place(self.document, item, (*self.path, index), None)

    def find(self, path: Path) -> Place:
        """The place below this one that a relative path leads to, or the nearest one on the way that exists."""
        place = self
        for part in path:
            below = place.below(part)
            if below is None:
                return place
            place = below
        return place

    def below(self, part: str | int) -> Place | None:
        """The place of a key's value or of an item, if there is one."""
        if isinstance(part, str):
            return self.get(part)
        if isinstance(self.node, Sequence) and part < len(self.node.items):
            return Place(self.document, self.node.items[part], (*self.path, part), None)
        return None

    def only_key(self) -> Place:
        """The place of the only key of a mapping, as `Adam` in `{Adam: {learning_rate: 1}}`; itself where it is no such."""
        if isinstance(self.node, Mapping) and len(self.node.entries) == 1:
            name, below = next(self.entries())
            return below._replace(node=Scalar(name, below.key_span))
        return self

    def problem(
        self, code: str, message: str, help: str | None = None, *, key: bool = False, related: tuple[Note, ...] = ()
    ) -> Diagnostic:
        """An error at this value, or at its key."""
        return self._diagnostic("error", code, message, help, key, related)

    def warning(
        self, code: str, message: str, help: str | None = None, *, key: bool = False, related: tuple[Note, ...] = ()
    ) -> Diagnostic:
        """A warning at this value, or at its key."""
        return self._diagnostic("warning", code, message, help, key, related)

    def _diagnostic(
        self, severity: Severity, code: str, message: str, help: str | None, key: bool, related: tuple[Note, ...]
    ) -> Diagnostic:
        origin = self.document.written(self.path)
        set_at = () if key or self.node.origin is None else (self.node.origin.note,)
        span = self.key_span if key else self.span
        given = self.given() if SET in self.document.texts and span.file != SET else ()
        if given and key and given[0].path == () and code not in _OF_NAMES:
            span, given = given[0].span, ()  # the line of the file has another value
        aliases = self.document.aliases(self.path, key=key)
        notes = (*related, *set_at, *(item.note for item in given if item.note not in set_at), *aliases, *origin.notes)
        fix = help.at(span) if isinstance(help, Replacement) else None
        return Diagnostic(code, message, span, origin.path, help, notes, severity, fix=fix)

    def given(self) -> tuple[Given, ...]:
        """What the command line set of this value, the first few: itself, or values a little below it."""
        if SET not in self.document.texts:
            return ()
        found = self.document.place.find(self.path)  # this place may have the name of an object for its value
        node = found.node if found.path == self.path else self.node
        return tuple(islice(_given(node, ()), _NEAR))


class Given(NamedTuple):
    """A value that the command line set: its path below another, and where it is set."""

    path: Path
    span: Span

    @property
    def note(self) -> Note:
        """What a problem around it tells of it."""
        return Note(self.span, f"`{path_text(self.path)}` is set here" if self.path else "the value is set here")


def _given(node: Node, path: Path) -> Iterator[Given]:
    span = node.span if node.origin is None else node.origin.span
    if span.file == SET:
        yield Given(path, span)
    elif len(path) < _NEAR and isinstance(node, Mapping):
        for key, item in node.entries.items():
            yield from _given(item.value, (*path, key))
    elif len(path) < _NEAR and isinstance(node, Sequence):
        for index, below in enumerate(node.items):
            yield from _given(below, (*path, index))
