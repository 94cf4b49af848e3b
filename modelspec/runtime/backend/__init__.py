"""What the rest of the runtime asks of a backend: rows on the device, compiled steps, devices, kernels, and what fails.

There is one, in `tensorflow/`. Another stands beside it and has these names; nothing else imports from such a folder.
"""

from modelspec.runtime.backend.private import kernels_are_deterministic
from modelspec.runtime.backend.tensorflow.determinism import (
    choose_kernels,
    own_kernels,
    telling_missing_kernels,
)
from modelspec.runtime.backend.tensorflow.distribution import built_for, copies, devices, mirror, replicas, strategy_of
from modelspec.runtime.backend.tensorflow.failing import ModelFails, NoMemory, OpError, of_the_model, telling_summaries
from modelspec.runtime.backend.tensorflow.feeding import Feed, Stretch
from modelspec.runtime.backend.tensorflow.machine import accelerators, shortened_floats
from modelspec.runtime.backend.tensorflow.memory import bytes_of, most_used_memory
from modelspec.runtime.backend.tensorflow.steps import CompiledSteps, PredictStep, numbers
from modelspec.runtime.backend.tensorflow.summaries import Summaries
from modelspec.runtime.backend.tensorflow.tensors import gradients, is_finite, mean, tensor

__all__ = [
    "CompiledSteps",
    "Feed",
    "ModelFails",
    "NoMemory",
    "OpError",
    "PredictStep",
    "Stretch",
    "Summaries",
    "accelerators",
    "built_for",
    "bytes_of",
    "choose_kernels",
    "copies",
    "devices",
    "gradients",
    "is_finite",
    "kernels_are_deterministic",
    "mean",
    "mirror",
    "most_used_memory",
    "numbers",
    "of_the_model",
    "own_kernels",
    "replicas",
    "shortened_floats",
    "strategy_of",
    "telling_missing_kernels",
    "telling_summaries",
    "tensor",
]
