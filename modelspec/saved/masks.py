"""Masks in a saved model: the ops that Keras adds only to pass masks from layer to layer, and which of them are needed.

In Keras a mask follows its tensor by itself, and does so again in a model that is built anew; so where a spec cannot name
the mask of a call, it may be left out if it came about that way.
"""

from __future__ import annotations

from collections.abc import Callable

from modelspec.saved.description import Composition, NodeCall, Part, TensorKey, flat
from modelspec.saved.problem import LeftOut


class SavedMasks:
    """What one model does with masks. `takes` says of a layer whether a spec can call it with a mask."""

    def __init__(self, model: Composition, takes: Callable[[Part], bool]) -> None:
        self.parts = {part.name: part for part in model.parts}
        values: list[TensorKey] = list(flat(model.outputs))
        masks: list[TensorKey] = []
        for part in model.parts:
            for call in part.calls if part.kind != "op" else ():
                values += _values(call)
                masks += flat(call.keywords.get("mask")) if takes(part) else ()
        self.computed = self._with_sources(values)
        """The calls of ops that are more than masks."""
        self.needed = self.computed | self._with_sources(masks)

    def needs(self, op: Part, call: int) -> bool:
        """Whether a spec has to call this op."""
        return (op.name, call) in self.needed

    def check_automatic(self, part: Part, call: NodeCall) -> None:
        """Raise `LeftOut` where the mask of a call is not one that follows the call's tensors by itself."""
        for key in flat(call.keywords.get("mask")):
            own = self.parts[key.layer].kind != "op" or (key.layer, key.call) in self.computed
            if own or not self._below_a_mask(call):
                raise LeftOut("it is called with a mask of its own, which a spec cannot give it")

    def _with_sources(self, keys: list[TensorKey]) -> set[tuple[str, int]]:
        """The calls of ops that these tensors come from, through ops alone."""
        found: set[tuple[str, int]] = set()
        waiting = [(key.layer, key.call) for key in keys]
        while waiting:
            item = waiting.pop()
            part = self.parts[item[0]]
            if part.kind == "op" and item not in found:
                found.add(item)
                call = part.calls[item[1]]
                waiting += [(key.layer, key.call) for key in flat([*call.arguments, *call.keywords.values()])]
        return found

    def _below_a_mask(self, call: NodeCall) -> bool:
        """Whether some layer that makes masks stands above a call."""
        seen: set[tuple[str, int]] = set()
        waiting = [(key.layer, key.call) for key in _values(call)]
        while waiting:
            item = waiting.pop()
            part = self.parts[item[0]]
            if item in seen or part.kind == "input":
                continue
            seen.add(item)
            if _makes_masks(part):
                return True
            waiting += [(key.layer, key.call) for key in _values(part.calls[item[1]])]
        return False


def _values(call: NodeCall) -> list[TensorKey]:
    """The tensors that a call takes beside its mask."""
    return list(flat([*call.arguments, *(value for key, value in call.keywords.items() if key != "mask")]))


def _makes_masks(part: Part) -> bool:
    inner = () if part.inner is None else part.inner.parts
    wrapped = [item for items in part.wrapped.values() for item in items]
    own = part.class_name == "Masking" or part.config.get("mask_zero") is True
    return own or any(_makes_masks(item) for item in (*inner, *wrapped))
