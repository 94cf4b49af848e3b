"""What the arguments of a call are meant for that `from` gives by names which the call has not. Only words and names."""

from __future__ import annotations

from collections.abc import Mapping

from modelspec.catalogue.call import Parameter, parameters
from modelspec.catalogue.entry import Entry
from modelspec.catalogue.ops.op import Op
from modelspec.graph.graph import Graph, TensorRef, Vertex
from modelspec.source.words import closest

_OTHERS: dict[str, tuple[str, ...]] = {
    "q": ("query",), "queries": ("query",), "target": ("query",), "k": ("key",), "keys": ("key",), "v": ("value",),
    "values": ("value",), "memory": ("value",), "context": ("value",), "source": ("value",),
    "causal": ("use_causal_mask",), "is_causal": ("use_causal_mask",), "causal_mask": ("use_causal_mask",),
    "mask": ("attention_mask",), "attn_mask": ("attention_mask",), "key_padding_mask": ("key_mask",),
    "padding_mask": ("mask", "key_mask"), "attention_mask": ("mask",), "sequence_mask": ("mask",),
    "return_attention": ("return_attention_scores",), "need_weights": ("return_attention_scores",),
    "initial_states": ("initial_state",), "hidden": ("initial_state", "states"), "h0": ("initial_state", "states"),
    "state": ("initial_state", "states"), "initial_state": ("states",), "states": ("initial_state",),
    "inputs": ("sequences", "inputs", "sequence", "x", "query"), "input": ("sequences", "inputs", "sequence", "x", "query"),
    "x": ("sequences", "inputs", "sequence", "x1"), "sequence": ("sequences", "inputs"), "sequences": ("inputs", "sequence"),
    "tensor": ("inputs", "x", "sequences"), "data": ("inputs", "x", "sequences"), "images": ("inputs", "x"),
    "a": ("x1",), "lhs": ("x1",), "left": ("x1",), "first": ("x1",), "b": ("x2",), "rhs": ("x2",), "right": ("x2",),
    "y": ("x2",), "other": ("x2",), "second": ("x2",),
}  # fmt: skip
"""What a call's argument is called elsewhere -> Keras's names, the first that the call has and was not given."""


def named_otherwise(graph: Graph, vertex: Vertex, entry: Entry, argument: str | None) -> str | None:
    """What to write where the call has no argument of that name, or takes no list; None where that cannot be told."""
    known = parameters(type(entry))
    names = [parameter.name for parameter in known]
    given = vertex.inputs
    if not known:
        return None  # it makes a tensor of its arguments alone
    if isinstance(given, TensorRef):
        return _of_itself(graph, given, known) if argument == "value" else None
    if isinstance(given, tuple):
        alone = len(given) == 1 and not known[0].takes_list
        return f"write `from: {_text(given[0])}`" if alone else _by_names(given, known)
    if not isinstance(given, dict) or argument is None or argument in names:
        return None
    if argument == "training":
        return "remove it: a layer acts so during training only; `trainable: false` keeps its weights"
    listed = entry.list_parameter if isinstance(entry, Op) else known[0].name if known[0].takes_list else None
    unknown = [name for name in given if name not in names]
    tensors = [name for name in given if isinstance(given[name], TensorRef)]
    if listed is not None and listed not in given and len(tensors) > 1 and set(tensors) <= set(unknown):
        return f"it takes a list: write `{_list_form(listed, given, _in_order(tensors))}`"
    meant = _meant(names, given, unknown)
    if meant.get(argument) is None or (len(unknown) == 1 and argument.lower() not in _OTHERS):
        return None  # one that is misspelt is guessed where it is refused
    if len(unknown) == 1 or any(meant.get(name) is None for name in unknown):
        return f"write `{meant[argument]}`"
    return f"write `{_named_form({meant.get(name) or name: value for name, value in given.items()})}`"


def _of_itself(graph: Graph, given: TensorRef, known: tuple[Parameter, ...]) -> str | None:
    """What an attention that is given one tensor is meant to do: attend to that tensor itself."""
    if [parameter.name for parameter in known if parameter.required] != ["query", "value"]:
        return None
    if graph.vertices[given.vertex].named or graph.vertices[given.vertex].kind == "input":
        return f"for self-attention write `{_named_form({'query': given, 'value': given})}`"
    return "for self-attention give the step above a name, such as `name: h`, and write `from: {query: h, value: h}`"


def _by_names(given: tuple[object, ...], known: tuple[Parameter, ...]) -> str | None:
    """The tensors of a list by the names of a call that needs several, in its order."""
    if (
        known[0].name == "sequences"
        and len(given) > 1
        and any(parameter.name == "initial_state" for parameter in known)
    ):
        return f"write `{_named_form({'sequences': given[0], 'initial_state': given[1:]})}`"
    needed = [parameter.name for parameter in known if parameter.required]
    tensors = [parameter.name for parameter in known if not parameter.switch and not parameter.takes_list]
    if len(needed) < 2 or known[0].takes_list or not len(needed) <= len(given) <= len(tensors):
        return None
    return f"write `{_named_form(dict(zip(tensors, given, strict=False)))}`"


def _in_order(names: list[str]) -> list[str]:
    """Query, value and key in the order in which an attention takes them; other names as they are."""
    order = {name: place for place, name in enumerate(("query", "value", "key"))}
    places = [order.get((*_OTHERS.get(name.lower(), ()), name.lower())[0]) for name in names]
    if None in places:
        return names
    return [name for _, name in sorted(zip(places, names, strict=True), key=lambda pair: pair[0] or 0)]


def _named_form(values: Mapping[str, object]) -> str:
    return f"from: {{{', '.join(f'{name}: {_text(value)}' for name, value in values.items())}}}"


def _meant(known: list[str], given: Mapping[str, object], unknown: list[str]) -> dict[str, str]:
    """Unknown names -> the arguments that are meant, each once."""
    free = [name for name in known if name not in given]
    found: dict[str, str] = {}
    for name in unknown:
        new = next((item for item in _OTHERS.get(name.lower(), ()) if item in free), None) or closest(name, free)
        if new is not None:
            found[name] = new
            free.remove(new)
    return found


def _list_form(listed: str, given: Mapping[str, object], tensors: list[str]) -> str:
    joined = f"[{', '.join(_text(given[name]) for name in tensors)}]"
    others = {name: value for name, value in given.items() if name not in tensors}
    return _named_form({listed: _Written(joined), **others}) if others else f"from: {joined}"


class _Written(str):
    """Text that stands as it is."""

    __slots__ = ()


def _text(value: object) -> str:
    if isinstance(value, TensorRef | _Written):
        return value if isinstance(value, _Written) else value.text
    if isinstance(value, tuple):
        return f"[{', '.join(map(_text, value))}]"
    return "null" if value is None else str(value).lower()
