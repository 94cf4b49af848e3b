"""The masks that Keras carries beside tensors: who makes them, who takes them, and where they get lost.

Keras gives a layer the mask of its input where the layer's call has an argument `mask`, and carries it on where the layer
says so. No layer is known here: what takes a mask and what becomes of it is said by the catalogue.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from modelspec.catalogue.backends.tensorflow.passing import gives_back
from modelspec.catalogue.call import parameters
from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.ops.op import Op
from modelspec.catalogue.tensor import Masks, Refusal, Tensor, Tensors, UnknownResult
from modelspec.graph.graph import Graph, Vertex

_HELP = "leave out the layer that makes the mask, or put `ops.multiply: 1` before this step, which stops it"


def with_masks(entry: Layer | Op, bound: dict[str, Any], outputs: Tensors) -> Tensors:
    """The outputs with the masks that Keras gives them; MS412 where the call fails for the masks of its inputs."""
    if isinstance(entry, Op):
        return _of_op(entry, bound, outputs)
    first = next(iter(bound.values()))
    try:
        given = _taken(entry, bound)
        if given:
            entry.infer(**{**bound, **given})
        mask = given.get("mask") or bound.get("mask")
        masks = entry.output_masks(_masks(first) if mask is None else _shapes(mask), first, outputs)
    except UnknownResult:
        raise
    except Refusal as refusal:
        raise _masked(entry, refusal) from None
    pairs = zip(outputs, masks, strict=False)
    return (*(output if mask is None else output._replace(mask=mask) for output, mask in pairs), *outputs[len(masks) :])


def _masked(layer: Layer, refusal: Refusal) -> Refusal:
    """What a layer says of a mask that the user did not write."""
    if refusal.code == "MS412":
        return refusal
    name, other = type(layer).__name__, layer.without_mask()
    message = f"{name} cannot take the mask that comes with its input: {refusal.message.removeprefix(f'{name}: ')}"
    return Refusal("MS412", message, _HELP if other is None else f"write {other}, which needs no mask")


def _taken(layer: Layer, bound: dict[str, Any]) -> dict[str, Any]:
    """The masks that Keras fills in for arguments that the call has and `from` leaves out, by the arguments' names."""
    tensors = {name: value for name, value in bound.items() if isinstance(value, tuple)}
    masked = {name: value for name, value in tensors.items() if any(mask is not None for mask in _masks(value))}
    if not masked:
        return {}
    known = {item.name for item in parameters(type(layer))}
    names = {name: "mask" if len(tensors) == 1 else f"{name}_mask" for name in masked}
    return {
        names[name]: _argument(value)
        for name, value in masked.items()
        if names[name] in known and bound.get(names[name]) is None
    }


def _argument(value: Any) -> Any:
    masks = tuple(None if mask is None else Tensor(mask, "bool") for mask in _masks(value))
    return masks[0] if isinstance(value, Tensor) else masks


def _masks(value: Any) -> Masks:
    return (value.mask,) if isinstance(value, Tensor) else tuple(mask for item in value for mask in _masks(item))


def _shapes(mask: Any) -> Masks:
    return (mask.shape,) if isinstance(mask, Tensor) else tuple(None if item is None else item.shape for item in mask)


def _of_op(op: Op, bound: dict[str, Any], outputs: Tensors) -> Tensors:
    """A function that gives back the very tensor it is given gives back its mask."""
    first = next(iter(bound.values()), None)
    if isinstance(first, Tensor) and first.mask is not None and gives_back(op, first):
        return (outputs[0]._replace(mask=first.mask),)
    return outputs


def mask_maker(graph: Graph, vertex: Vertex, tensors: Sequence[Tensors | None]) -> Vertex | None:
    """The call that made the mask which comes with an input of this one, or the input that it came in by."""
    found = None
    while (source := _masked_source(graph, vertex, tensors)) is not None:
        vertex = found = source
    return found


def _masked_source(graph: Graph, vertex: Vertex, tensors: Sequence[Tensors | None]) -> Vertex | None:
    for reference in vertex.references():
        outputs = tensors[reference.vertex]
        if outputs is not None and any(output.mask is not None for output in outputs):
            return graph.vertices[reference.vertex]
    return None
