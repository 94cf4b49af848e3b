"""Low-rank adaptation, which Dense, EinsumDense and Embedding share: a frozen kernel beside two small matrices.

https://arxiv.org/abs/2106.09685. No TensorFlow here.
"""

from __future__ import annotations

from modelspec.catalogue.entry import refuse_arguments
from modelspec.catalogue.tensor import Weight


def refuse_constrained(rank: int | None, constraint: object, argument: str) -> None:
    """Keras refuses `lora_rank` together with a constraint on the weight that it adapts."""
    if rank is not None and constraint is not None:
        refuse_arguments(f"lora_rank cannot be used together with {argument}", argument=argument)


def adapted(kernel: Weight, rank: int | None, trainable: bool) -> tuple[Weight, tuple[Weight, ...]]:
    """The kernel, frozen where it is adapted, and the two matrices (..., rank) and (rank, n) beside it."""
    if rank is None:
        return kernel, ()
    # Keras keeps them in float32, whatever the layer's dtype, so that small updates are not lost.
    first = Weight(f"lora_{kernel.name}_a", (*kernel.shape[:-1], rank), trainable)
    second = Weight(f"lora_{kernel.name}_b", (rank, kernel.shape[-1]), trainable)
    return kernel._replace(trainable=False), (first, second)
