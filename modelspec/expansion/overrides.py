"""`--set a.b=value`: one path of a document replaced, the value read as YAML, its place the command line.

Must not know what the keys mean, but which mappings hold names of the user's own: there a new name changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence as SequenceABC
from typing import NamedTuple

from modelspec.diagnostics import Diagnostic, File, Span
from modelspec.expansion import FirstArgument
from modelspec.expansion.files.bases import written_out
from modelspec.expansion.nulls import is_null, takes_null
from modelspec.source import Document, Limits, Mapping, Node, Place, Scalar, Sequence, parse
from modelspec.source.nodes import Item
from modelspec.source.origins import SET as FILE
from modelspec.source.words import describe, guess, listing, visible

_INDEX = re.compile(r"\[(-?[0-9]+)\]")
_PIECE = re.compile(r"[^\[\]]*[^\[\]\s][^\[\]]*(\[-?[0-9]+\])*")
"""What stands between the dots of a path: a key or number, and numbers of items in brackets."""
_OWN_NAMES = (
    ("vars",), ("blocks",), ("inputs",), ("shared",), ("models",), ("outputs",), ("blocks", None, "params"),
    ("models", None, "inputs"), ("models", None, "outputs"),
)  # fmt: skip
"""Mappings whose keys are the user's own names: what is set there must be there."""


class Override(NamedTuple):
    """One `--set`: the parts of its path with their places, and the value."""

    parts: tuple[tuple[str, Span], ...]
    value: Node
    text: str
    span: Span
    expanded: int
    """How many values the aliases in the value stand for."""


def with_overrides(
    document: Document, overrides: SequenceABC[str], limits: Limits, first: FirstArgument
) -> tuple[Document, tuple[Diagnostic, ...]]:
    """The document with every `path=value` set, in their order, and what is wrong with these."""
    if not overrides:
        return document, ()
    problems: list[Diagnostic] = []
    # A byte that is no UTF-8 comes as a lone surrogate, which nothing could print.
    told = [override.encode("utf-8", "backslashreplace").decode("utf-8") for override in overrides]
    text = "\n".join(override.replace("\n", " ") for override in told)
    root, expanded, file = document.root, document.expanded, File(FILE, text)
    for number, override in enumerate((override.replace("\n", " ") for override in overrides), 1):
        setting = _read(override, file, number, limits, problems)
        if setting is None:
            continue
        try:
            changed = _set(document._replace(root=root).place, setting, 0, (), first)
        except _Refused as refused:
            problems.append(Diagnostic("MS155", refused.message, refused.span, help=refused.help))
            continue
        assert isinstance(changed, Mapping)
        root, expanded = changed, expanded + setting.expanded
    return document._replace(root=root, texts={**document.texts, FILE: text}, expanded=expanded), tuple(problems)


class _Refused(Exception):
    """A path that leads nowhere."""

    def __init__(self, message: str, span: Span, help: str) -> None:
        super().__init__(message)
        self.message = message
        self.span = span
        self.help = help


def _read(override: str, file: File, line: int, limits: Limits, problems: list[Diagnostic]) -> Override | None:
    whole = Span(file, line, 1, line, len(override) + 1)
    if any("\ud800" <= letter <= "\udfff" for letter in override):
        problems.append(Diagnostic("MS155", "--set: not UTF-8", whole, help="write it in UTF-8"))
        return None
    path, equals, text = override.partition("=")
    if not equals or not path.strip():
        message = f"--set: expected PATH=VALUE; received '{visible(override)}'"
        problems.append(Diagnostic("MS155", message, whole, help="write for example `--set train.epochs=3`"))
        return None
    if not all(_PIECE.fullmatch(piece) for piece in path.split(".")):
        message = f"--set: '{visible(path)}' is not a path"
        help = "keys have single dots between them, numbers of items are in brackets: `layers[0].Dense.units`"
        problems.append(Diagnostic("MS155", message, whole, help=help))
        return None
    document, found = parse(f"x: {text}", FILE, limits)
    if document is None or len(document.root.entries) != 1:
        why = found[0] if found else None
        message = f"--set {visible(path)}: " + ("the value cannot be read" if why is None else why.message)
        span = Span(file, line, len(path) + 2, line, len(override) + 1)
        problems.append(Diagnostic("MS155", message, span, help="the value is YAML: a string with `: ` needs quotes"))
        return None
    value = _moved(document.root.entries["x"].value, file, line, len(path) + 1 - len("x: "))
    return Override(tuple(_parts(path, file, line)), value, path, whole, document.expanded)


def _parts(path: str, file: File, line: int) -> list[tuple[str, Span]]:
    """The keys and numbers of a path: `layers[3].Dense.units`, or `layers.3.Dense.units`."""
    parts, column = [], 1
    for piece in path.split("."):
        name = piece.split("[", 1)[0]
        if name:
            parts.append((name.strip(), Span(file, line, column, line, column + len(name))))
        for match in _INDEX.finditer(piece):
            span = Span(file, line, column + match.start(), line, column + match.end())
            parts.append((match.group(1), span))
        column += len(piece) + 1
    return parts


def _moved(node: Node, file: File, line: int, columns: int) -> Node:
    """A value that was read as the first line of a text of its own, at its place on the command line."""
    span = node.span
    span = span._replace(
        file=file, line=line, end_line=line, column=span.column + columns, end_column=span.end_column + columns
    )
    if isinstance(node, Scalar):
        return node._replace(span=span)
    if isinstance(node, Sequence):
        return node._replace(items=tuple(_moved(item, file, line, columns) for item in node.items), span=span)
    entries = {
        key: Item(
            item.key._replace(
                file=file,
                line=line,
                end_line=line,
                column=item.key.column + columns,
                end_column=item.key.end_column + columns,
            ),
            _moved(item.value, file, line, columns),
        )
        for key, item in node.entries.items()
    }
    return node._replace(entries=entries, span=span)


def _set(place: Place, setting: Override, at: int, path: tuple[str, ...], first: FirstArgument) -> Node:
    """The node at `place` with the rest of the path set. Raises `_Refused`."""
    if at == len(setting.parts):
        return setting.value
    part, span = setting.parts[at]
    node = place.node
    if not path and part == "extends":
        help = "write it in the file: settings are applied after `extends`"
        raise _Refused("--set: `extends` cannot be set", span, help)
    if isinstance(node, Scalar) or (isinstance(node, Sequence) and not _is_index(part)):
        node = written_out(node, first, path)
    if isinstance(node, Scalar) and node.value == part and part[:1].isupper():
        node = Mapping({part: Item(node.span, Mapping({}, node.span))}, node.span)  # an object without arguments
    if isinstance(node, Sequence):
        index = _index(node, part, span, setting, at)
        below = place._replace(node=node.items[index])
        items = list(node.items)
        if _taken_away(setting, at + 1, (*path, part)):
            return node._replace(items=tuple(items[:index] + items[index + 1 :]))
        items[index] = _set(below, setting, at + 1, (*path, part), first)
        return node._replace(items=tuple(items))
    if not isinstance(node, Mapping):
        if isinstance(node, Scalar) and node.value is None:
            node = Mapping({}, node.span)
        else:
            where = ".".join(name for name, _ in setting.parts[:at])
            message = f"--set: `{where}` is {describe(node)}, which has no '{visible(part)}'"
            beside = where.rpartition(".")[2][:1].isupper() and isinstance(node, Scalar)
            whole = f"{{NAME: {visible(str(node.value))}, {visible(part)}: …}}" if beside else "…"
            raise _Refused(message, span, f"set it as a whole: `--set '{where}={whole}'`")
    key, after = _key(node, setting, at)
    item = node.entries.get(key)
    if _taken_away(setting, after, (*path, key)):
        if item is None:
            message = f"--set: there is no '{visible(key)}' to remove"
            raise _Refused(
                message, span, guess(key, node.entries, 0) or f"there is {listing(node.entries) or 'nothing'}"
            )
        return node._replace(entries={name: kept for name, kept in node.entries.items() if name != key})
    if item is None:
        _takes_from_something(node, key, setting, at, path)
        _is_no_other_object(node, key, setting, at)
        _may_be_new(node, key, span, (*path, key))
        if not path and key in ("vars", "blocks") and after < len(setting.parts):
            raise _Refused(f"--set: the spec has no `{key}`", span, f"write `{key}` in the file first")
        return node._replace(entries={**node.entries, key: Item(span, _new(setting, after))})
    changed = _set(place._replace(node=item.value), setting, after, (*path, key), first)
    return node._replace(entries={**node.entries, key: Item(item.key, changed)})


def _taken_away(setting: Override, at: int, path: tuple[str, ...]) -> bool:
    """Whether the path ends here, at a key that `null` takes away."""
    return at == len(setting.parts) and is_null(setting.value) and not takes_null(path)


def _takes_from_something(node: Mapping, key: str, setting: Override, at: int, path: tuple[str, ...]) -> None:
    """What `null` takes away stands somewhere: a key of something that is not there cannot be taken."""
    names = tuple(name for name, _ in setting.parts)
    if is_null(setting.value) and not takes_null((*path, *names[at:])):
        where = ".".join(names[: at + 1])
        message = f"--set: there is no `{'.'.join(names)}` to remove: the spec has no `{where}`"
        raise _Refused(message, setting.parts[at][1], guess(key, node.entries, 0) or "leave the setting out")


def _key(node: Mapping, setting: Override, at: int) -> tuple[str, int]:
    """The key that the path goes on with: a key may have dots of its own (`ops.add`), so the longest that fits."""
    names = [name for name, _ in setting.parts]
    for end in range(len(names), at, -1):
        if ".".join(names[at:end]) in node.entries:
            return ".".join(names[at:end]), end
    return names[at], at + 1


def _index(node: Sequence, part: str, span: Span, setting: Override, at: int) -> int:
    """The item of a list: by its number, or a step by its name."""
    if _is_index(part):
        index = int(part)
        if -len(node.items) <= index < len(node.items):
            return index % len(node.items)
        message = f"--set: there is no item {part} in a list of {len(node.items)}"
        raise _Refused(message, span, f"items are 0 to {len(node.items) - 1}" if node.items else "the list is empty")
    names = [_name_of(item) for item in node.items]
    if part in names:
        return names.index(part)
    known = [name for name in names if name]
    help = (
        guess(part, known, 0)
        or f"write the number of the item, from 0{', or a name: ' + listing(known) if known else ''}"
    )
    raise _Refused(f"--set: no item of the list is named '{visible(part)}'", span, help)


def _is_index(part: str) -> bool:
    return re.fullmatch(r"-?[0-9]+", part) is not None


def _name_of(item: Node) -> str | None:
    name = item.entries.get("name") if isinstance(item, Mapping) else None
    value = name.value.value if name is not None and isinstance(name.value, Scalar) else None
    return value if isinstance(value, str) else None


def _is_no_other_object(node: Mapping, key: str, setting: Override, at: int) -> None:
    """An object is one name with its arguments: another name beside it would make two."""
    there = next(iter(node.entries), "")
    if len(node.entries) == 1 and there[:1].isupper() and key[:1].isupper():
        where = ".".join(name for name, _ in setting.parts[:at])
        rest = ": {".join(name for name, _ in setting.parts[at:])
        value = setting.value.value if isinstance(setting.value, Scalar) else "…"
        shown = "null" if value is None else str(value).lower() if isinstance(value, bool) else visible(str(value))
        written = f"{{{rest}: {shown}{'}' * (len(setting.parts) - at)}"
        message = f"--set: `{where}` is {visible(there)}, not {visible(key)}"
        raise _Refused(message, setting.parts[at][1], f"set it as a whole: `--set '{where}={written}'`")


def _may_be_new(node: Mapping, key: str, span: Span, path: tuple[str, ...]) -> None:
    """A key that is not there may be set where the language knows it, which is looked at later; not a name of the user's."""
    for own in _OWN_NAMES:
        parent = path[:-1]
        if len(own) == len(parent) and all(
            name is None or name == part for name, part in zip(own, parent, strict=True)
        ):
            where = ".".join(parent)
            help = guess(key, node.entries, 0) or f"it has {listing(node.entries) or 'nothing'}"
            raise _Refused(f"--set: `{where}` has no '{visible(key)}'", span, help)


def _new(setting: Override, at: int) -> Node:
    """The value below the keys that are not there yet."""
    node = setting.value
    for name, span in reversed(setting.parts[at:]):
        node = Mapping({name: Item(span, node)}, setting.span)
    return node
