"""What stands in a wrapper's argument for a shared layer or a nested model while shapes are inferred.

Its weights are counted once, where the layer or model itself is built.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.ops.op import Op
from modelspec.catalogue.tensor import Tensor, Tensors, UnknownResult, Weight
from modelspec.language.spec import SharedName
from modelspec.source.names import local_name


@dataclass(frozen=True)
class Standin:
    """Looks to a wrapper like a layer: `infer` and `new_weights`."""

    name: str
    call: Callable[[Any], Tensors | None]
    cost: Callable[[Any], int] = lambda given: 0
    output_names: tuple[str, ...] = ()
    """Those of a model."""

    @property
    def called(self) -> str:
        """What a message calls it."""
        return f"'{local_name(self.name)}'"

    def infer(self, inputs: Any, **more: Any) -> Tensor | Tensors:
        """The outputs of the shared layer or model."""
        outputs = self.call(inputs)
        if outputs is None:
            raise UnknownResult("", "")
        return outputs[0] if len(outputs) == 1 else outputs

    def new_weights(self, *inputs: Any, **more: Any) -> tuple[Weight, ...]:
        """None of its own."""
        return ()

    def multiply_adds(self, inputs: Any, *more: Any, **others: Any) -> int:
        """Those of the shared layer or model for these inputs."""
        return self.cost(inputs)


def with_standins(entry: Layer | Op, standin: Callable[[SharedName], Standin]) -> Layer | Op:
    """The entry with a stand-in for each shared layer or model that its arguments name."""
    replaced: dict[str, Any] = {}
    for name in entry.model_fields_set:
        value = getattr(entry, name)
        if isinstance(value, SharedName | Layer | tuple):
            made = _stand(value, standin)
            if made is not value and made != value:
                replaced[name] = made
    return entry.model_copy(update=replaced) if replaced else entry


def _stand(value: Any, standin: Callable[[SharedName], Standin]) -> Any:
    if isinstance(value, SharedName):
        return standin(value)
    if isinstance(value, Layer):
        return with_standins(value, standin)
    return tuple(_stand(item, standin) for item in value) if isinstance(value, tuple) else value
