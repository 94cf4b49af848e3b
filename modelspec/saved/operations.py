"""The functions of `keras.ops` in a saved model -> steps of a spec. Knows Keras's names for the classes behind them."""

from __future__ import annotations

from typing import Any

from modelspec.catalogue.ops import OPS, find_op, ops_left_out
from modelspec.catalogue.ops.op import Op
from modelspec.saved.arguments import op_arguments
from modelspec.saved.description import NodeCall, Part, SavedNumbers, TensorKey, flat, without_dtypes
from modelspec.saved.identity import snake_case
from modelspec.saved.problem import LeftOut

Operation = tuple[str, dict[str, Any], dict[str, Any]]
"""A function's name, its constants, and its tensors by the names of its parameters."""

CLASSES: dict[str, str] = {
    "Absolute": "abs",
    "AllClose": "allclose",
    "BatchNorm": "batch_normalization",
    "CDist": "cdist",
    "Conjugate": "conj",
    "IsIn": "isin",
    "LayerNorm": "layer_normalization",
    "RMSNorm": "rms_normalization",
    "SearchSorted": "searchsorted",
}
"""Keras's classes whose functions are not called as they are, in snake case."""
ORDERS: dict[str, tuple[str, ...]] = {
    "image.scale_and_translate": ("images", "output_shape", "scale", "translation"),
}
"""The parameters of calls that mix tensors and constants; elsewhere the tensors come first."""
_NOT_SAID: dict[str, dict[str, Any]] = {"layer_normalization": {"rms_scaling": False}}
_MOST_PLACES = 100_000


def operations(part: Part, call: NodeCall) -> list[Operation]:
    """What one call of an op is in a spec: one function, or for `x[...]` several, each on the one before.

    The tensors of all but the first are empty. Raises `LeftOut`.
    """
    if part.class_name == "GetItem" and part.module.endswith(".numpy"):
        return _get_item(call)
    name = op_name(part)
    size = part.config.get("size")
    if name == "image.extract_patches" and isinstance(size, list) and len(size) == 3:
        name = "image.extract_patches_3d"
    found = find_op(name)
    if found is None:
        raise LeftOut(ops_left_out().get(name, f"{part.class_name} is not a function that a spec has"))
    values = {key: value for key, value in part.config.items() if key != "name"}
    for key, neutral in _NOT_SAID.get(name, {}).items():
        if values.get(key) == neutral:
            values.pop(key, None)
    arguments = call.arguments
    if found.list_parameter is not None and arguments and isinstance(arguments[0], TensorKey | SavedNumbers):
        arguments = (list(arguments),)  # the operands of `einsum` come one by one
    order = positions(found, values)
    if len(arguments) > len(order):
        raise LeftOut("it is called with more arguments than a spec can give it")
    values |= dict(zip(order, arguments, strict=False)) | call.keywords
    taken = {*found.tensor_parameters, found.list_parameter}
    tensors = {
        key: value
        for key, value in values.items()
        if any(True for _ in flat(value)) or (isinstance(value, SavedNumbers) and key in taken)
    }
    constants = {
        key: without_dtypes(value) for key, value in values.items() if key not in tensors and value is not None
    }
    unknown = [key for key in constants if key not in found.model_fields]
    if unknown:
        raise LeftOut(f"its argument `{unknown[0]}` does not exist in a spec")
    return [(name, op_arguments(found, constants), tensors)]


def op_name(part: Part) -> str:
    """The function behind a class: `Add` is `add`, `Resize` of the images is `image.resize`."""
    name = CLASSES.get(part.class_name) or snake_case(part.class_name)
    return f"image.{name}" if part.module.endswith(".image") and f"image.{name}" in OPS else name


def positions(op: type[Op], given: dict[str, Any]) -> list[str]:
    """The parameters that a call's arguments without a name are for, where `given` was told to the class."""
    own = next((order for name, order in ORDERS.items() if find_op(name) is op), None)
    if own is not None:
        return [name for name in own if name not in given]
    several = () if op.list_parameter is None else (op.list_parameter,)
    return [name for name in dict.fromkeys((*several, *op.tensor_parameters, *op.model_fields)) if name not in given]


def several_outputs(op: type[Op]) -> bool:
    """Whether the function may give more than one tensor."""
    return "Tensors" in str(op.infer.__annotations__.get("return"))


def _get_item(call: NodeCall) -> list[Operation]:
    """`x[...]` as slices, reversals, picked places and new axes: the language has a function for each."""
    values = dict(zip(("x", "key"), call.arguments, strict=False)) | call.keywords
    x, key = values.get("x"), values.get("key")
    if not isinstance(x, TensorKey) or x.shape is None or any(True for _ in flat(key)):
        raise LeftOut("it takes indices that are known only at run time")
    key = without_dtypes(key)
    places = key if isinstance(key, list) else [key]
    if 0 < len(places) <= len(x.shape) and all(type(item) is int for item in places):
        return [("get_item", {"key": key}, {"x": x})]
    steps, new_axes = _Axes(x.shape).read(places)
    made = [*steps, *(("expand_dims", {"axis": axis}) for axis in new_axes)]
    if not made:
        made = [("slice", _block([0] * len(x.shape), [-1] * len(x.shape)))]
    first = "inputs" if made[0][0] == "slice" else "x"
    return [(name, arguments, {first: x} if index == 0 else {}) for index, (name, arguments) in enumerate(made)]


def _block(starts: list[int], sizes: list[int]) -> dict[str, Any]:
    return {"start_indices": starts, "shape": sizes}


class _Axes:
    """What a key does to each axis of a shape."""

    def __init__(self, shape: tuple[int | None, ...]) -> None:
        self.shape = shape
        self.starts = [0] * len(shape)
        self.sizes = [-1] * len(shape)
        self.reversed: list[int] = []
        self.picked: dict[int, int | list[int]] = {}

    def read(self, key: list[Any]) -> tuple[list[tuple[str, dict[str, Any]]], list[int]]:
        """The functions to apply, and the axes to add after them."""
        if key.count(Ellipsis) > 1 or any(isinstance(item, bool) for item in key):
            raise LeftOut("it indexes in a way that a spec cannot")
        used = sum(item is not None and item is not Ellipsis for item in key)
        if used > len(self.shape):
            raise LeftOut("it indexes more axes than there are")
        whole = [slice(None)] * (len(self.shape) - used)
        at = key.index(Ellipsis) if Ellipsis in key else len(key)
        axis, place, new_axes = 0, 0, []
        for item in [*key[:at], *whole, *key[at + 1 :]]:
            if item is None:
                new_axes.append(place)
                place += 1
                continue
            if isinstance(item, slice):
                self.slice(axis, item)
                place += 1
            elif isinstance(item, int):
                self.picked[axis] = item
            else:
                raise LeftOut("it indexes in a way that a spec cannot")
            axis += 1
        return self.steps(), new_axes

    def slice(self, axis: int, item: slice) -> None:
        """A slice of one axis; of an axis of unknown size only its end, or all of it backwards."""
        size, step = self.shape[axis], 1 if item.step is None else item.step
        if item == slice(None, None, -1):
            self.reversed.append(axis)
        elif size is None:
            start = item.start or 0
            if step != 1 or item.stop is not None or start < 0:
                raise LeftOut("it takes a slice of an axis whose size is known only at run time")
            self.starts[axis] = start
        elif step == 0:
            raise LeftOut("it takes a slice with steps of 0")
        else:
            places = range(*item.indices(size))
            if step == 1:
                self.starts[axis], self.sizes[axis] = places.start, len(places)
            elif len(places) > _MOST_PLACES:
                raise LeftOut(f"it takes {len(places):,} indices one by one")
            else:
                self.picked[axis] = list(places)

    def steps(self) -> list[tuple[str, dict[str, Any]]]:
        """One slice, then what cannot be one, the last axes first so that the others keep their numbers."""
        made: list[tuple[str, dict[str, Any]]] = []
        # A size that is the axis's own is all of it, also where other batches have other sizes.
        sizes = [
            -1 if start == 0 and size == known else size
            for start, size, known in zip(self.starts, self.sizes, self.shape, strict=True)
        ]
        if any(self.starts) or any(size != -1 for size in sizes):
            made.append(("slice", _block(self.starts, sizes)))
        if self.reversed:
            made.append(("flip", {"axis": self.reversed}))
        for axis in sorted(self.picked, reverse=True):
            made.append(("take", {"indices": self.picked[axis], "axis": axis}))
        return made
