"""A training step that does not fit into memory: what batch size probably would."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from modelspec.checks.cost import machine_memory
from modelspec.diagnostics import SpecError
from modelspec.graph import ShapedNetwork
from modelspec.graph.questions.work import Work
from modelspec.runtime.backend import NoMemory, bytes_of, most_used_memory, replicas

_USABLE = 0.8
"""The part of the memory that arrays can have: the rest is for the program, the rows and gaps."""
_COPIES = 2
"""What a layer puts out is kept until the gradients come back, which are as large."""


@contextmanager
def telling_out_of_memory(network: ShapedNetwork, model: Any) -> Iterator[None]:
    """Within, a step that does not fit into memory raises `SpecError` (MS765)."""
    try:
        yield
    except (NoMemory, MemoryError) as error:
        raise out_of_memory(network, model) from error


def out_of_memory(network: ShapedNetwork, model: Any) -> SpecError:
    """The diagnostic, with the largest power of two that is estimated to fit."""
    train = network.train
    batch = train.batch_size
    place = network.spec.place.find(("train", "batch_size"))
    row = _COPIES * Work(network).activation_bytes(network.main.graph, network.main.tensors)
    devices = replicas(model)
    share = fitting_batch(batch // devices, row, _fixed(model), _memory(devices))
    fitting = None if share is None else share * devices
    if fitting is None:
        help = "the weights alone fill the memory: make the model smaller, or train on a larger machine"
    else:
        help = f"judging by the shapes of the layers, a batch of {fitting} should fit: `batch_size: {fitting}`"
    return SpecError(
        [place.problem("MS765", f"a training step with batch_size {batch} does not fit into memory", help)]
    )


def fitting_batch(batch: int, row: int, fixed: int, memory: int | None) -> int | None:
    """The largest power of two below `batch` whose rows of `row` bytes fit beside `fixed` bytes; None without one."""
    most = batch - 1
    if memory is not None:
        most = min(most, int((_USABLE * memory - fixed) / max(1, row)))
    return None if most < 1 else 1 << (most.bit_length() - 1)


def _fixed(model: Any) -> int:
    """The bytes of weights, gradients and of what the optimizer keeps."""
    variables = [*model.variables, *model.optimizer.variables, *model.trainable_variables]
    return sum(bytes_of(variable) for variable in variables)


def _memory(devices: int) -> int | None:
    """The bytes that tensors of a device could have: what it had given out at most, or its part of what the process may have."""
    used = most_used_memory()
    if used is not None:
        return used
    limit = _process_memory()
    return None if limit is None else limit // devices


def _process_memory() -> int | None:
    """The bytes that this process may have."""
    machine = machine_memory()
    try:
        import resource

        limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    except (ImportError, OSError):
        return machine
    return machine if limit == resource.RLIM_INFINITY else min(limit, machine or limit)
