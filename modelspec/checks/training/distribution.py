"""Whether what the spec asks for can be done on several devices at once."""

from __future__ import annotations

from collections.abc import Iterator

from modelspec.checks.places import argument_place
from modelspec.diagnostics import Diagnostic
from modelspec.graph import ShapedNetwork
from modelspec.language.sections.batches import fixed_batch

_ALONE = {
    "gradient_accumulation_steps": "give a larger `batch_size` instead: the devices share it",
    "ema_overwrite_frequency": "leave it out: training then ends with the averaged weights",
}
"""Arguments of optimizers that Keras has for one device only."""


_OVERFLOW = (
    "Keras looks for overflowing float16 gradients on the first device only; on another device they make weights NaN"
)


def distributed_training_is_possible(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """With a strategy of TensorFlow's, Keras fails where an optimizer acts in some steps only, and where XLA compiles them."""
    train = network.train
    if train.distribute is None or train.place is None:
        return
    if train.jit_compile is True:
        message = "`distribute: mirrored` and `jit_compile: true`: XLA compiles steps for one device only"
        yield train.place.find(("jit_compile",)).problem("MS539", message, "leave `jit_compile` out", key=True)
    fixed = fixed_batch(network.network.main.inputs)
    if fixed is not None:
        message = f"`distribute: mirrored` and `batch_size: {fixed.batch_size}` of an input: devices share a batch"
        yield train.place.find(("distribute",)).problem("MS539", message, "leave one of the two out", key=True)
    if train.precision == "mixed_float16":
        message = f"`distribute: mirrored` and `precision: mixed_float16`: {_OVERFLOW}"
        yield train.place.find(("precision",)).problem("MS539", message, "mixed_bfloat16 does not overflow")
    optimizer, place = train.optimizer, train.place.get("optimizer")
    if optimizer is None or place is None:
        return
    if type(optimizer).__name__ == "LossScaleOptimizer":
        message = f"`distribute: mirrored` and LossScaleOptimizer: {_OVERFLOW}"
        yield place.only_key().problem("MS539", message, "leave it out, with `precision: mixed_bfloat16` or float32")
    for name, help in _ALONE.items():
        averages = name != "ema_overwrite_frequency" or getattr(optimizer, "use_ema", False)
        if getattr(optimizer, name, None) is not None and averages:
            message = f"`distribute: mirrored` and `{name}`: Keras can do this on one device only"
            yield argument_place(place, name).problem("MS539", message, help, key=True)
