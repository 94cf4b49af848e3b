"""Regularizers, constraints, losses and kernels: whether the first step of training can be taken.

Keras looks at them at the first step of training only. No TensorFlow here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from modelspec.catalogue.backends.tensorflow.dtypes import has_penalty
from modelspec.catalogue.backends.tensorflow.layers import missing_on_a_processor
from modelspec.catalogue.beginnings import Argument, set_for
from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.names import CONSTRAINT_IDENTIFIERS, REGULARIZER_ALIASES, REGULARIZER_IDENTIFIERS
from modelspec.catalogue.tensor import Shape, Tensors, Weight, shape_text
from modelspec.checks.outputs.outputs import Output, target_shape, trained_outputs
from modelspec.diagnostics import Diagnostic
from modelspec.graph import ShapedNetwork
from modelspec.graph.walk import Called, walk
from modelspec.source import Place

_KINDS = {**REGULARIZER_IDENTIFIERS, **REGULARIZER_ALIASES, **CONSTRAINT_IDENTIFIERS}


class _Layer(NamedTuple):
    """A layer of the model with its weights and what its first call gives."""

    entry: Layer
    weights: tuple[Weight, ...]
    outputs: Tensors
    call: Called

    def at(self, way: Argument) -> Place:
        """The place of an argument, or the nearest that is written."""
        return self.call.argument(*way)


def terms_fit_their_weights(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """What Keras refuses at the first step: matrices that are none, norms along axes that are not there."""
    trained = bool(trained_outputs(network))
    for called in _calls(network) if trained else ():
        for weight, way, term in set_for(called.entry, called.weights, "regularizer"):
            if weight.trainable and _kind(term) == "OrthogonalRegularizer" and len(weight.shape) != 2:
                what = f"`{weight.name}` has shape {shape_text(weight.shape)}"
                yield called.at(way).problem("MS408", f"OrthogonalRegularizer takes a matrix; {what}", _OTHER_TERM)
        for weight, way, term in set_for(called.entry, called.weights, "constraint"):
            axes = _missing(term, weight) if weight.trainable else None
            if axes is not None:
                message = f"{_kind(term)}: {axes} of `{weight.name}`, of shape {shape_text(weight.shape)}"
                last = len(weight.shape) - 1
                help = f"use axes from 0 to {last}, each once" if last >= 0 else "leave the constraint out"
                yield called.at(way).problem("MS408", message, help)


def penalties_can_be_computed(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """A penalty on what a layer puts out is computed in the dtype of that, at each call, in training and out of it."""
    for called in _calls(network) if network.known else ():
        term = called.entry.activity_regularizer
        kind = _kind(term)
        if kind == "L1L2" and not (getattr(term, "l1", 0) or getattr(term, "l2", 0)):
            continue  # nothing is computed
        place = called.at(("activity_regularizer",))
        if kind == "OrthogonalRegularizer" and any(output.rank != 2 for output in called.outputs):
            shape = next(output.shape for output in called.outputs if output.rank != 2)
            message = f"OrthogonalRegularizer takes a matrix; the output has shape {shape_text(shape)}"
            yield place.problem("MS408", message, _OTHER_TERM)
            continue
        for dtype in [item.computed or item.dtype for item in called.outputs] if kind else ():
            if not has_penalty(kind, dtype):
                message = f"{kind} cannot be computed of an output of {dtype}"
                yield place.problem("MS405", message, "leave `activity_regularizer` out, or cast before the layer")
                break


_OTHER_TERM = "write `l2`, or leave it out"


def _missing(term: Any, weight: Weight) -> str | None:
    """What is wrong with the axes that a constraint takes norms along."""
    axes = getattr(term, "axis", 0 if _kind(term).endswith("Norm") else ())
    listed, rank = (axes,) if isinstance(axes, int) else axes, len(weight.shape)
    for axis in listed:
        if not -rank <= axis < rank:
            return f"there is no axis {axis}"
    return "an axis is named twice" if len({axis % rank for axis in listed}) < len(listed) else None


def parts_of_the_loss_can_be_added(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """Keras adds up the losses of the outputs and what regularizers say: numbers of one dtype and one shape."""
    outputs = trained_outputs(network)
    if not outputs:
        return
    sums = [_sum_of(output) for output in outputs]
    dtype, first = sums[0].dtype, outputs[0].name
    for output, found in zip(outputs, sums, strict=True):
        if found.dtype != dtype:
            message = (
                f"the loss of '{output.name}' is {found.dtype} and that of '{first}' {dtype}: they cannot be added"
            )
            yield output.place.problem("MS549", message, "give both losses the same `dtype`, or none")
    terms = list(_regularized(network))
    for place, what, found_dtype, help in terms:
        if found_dtype != dtype:
            message = f"a regularizer of {what} in {found_dtype} cannot be added to the loss, which is {dtype}"
            yield place.problem("MS549", message, help)
    shapes = [found.shape for found in sums] + [()] * len(terms)
    for output, found in zip(outputs, sums, strict=True):
        if found.shape and any(shape != found.shape for shape in shapes):
            message = (
                f"the loss of '{output.name}' stays {shape_text(found.shape)}: the other parts cannot be added to it"
            )
            yield output.place.problem("MS549", message, "leave `reduction` out, or write `sum`")


class _Sum(NamedTuple):
    """What the loss of an output adds: one number, or a number for each that is not averaged."""

    shape: Shape
    dtype: str


def _sum_of(output: Output) -> _Sum:
    policy = getattr(output.loss, "dtype", None) or "float32"
    dtype = {"mixed_float16": "float16", "mixed_bfloat16": "bfloat16"}.get(policy, policy)
    unreduced = getattr(output.loss, "reduction", "sum") in ("none", None) and target_shape(output) is not None
    return _Sum(output.loss.values_shape(output.tensor) if unreduced else (), dtype)


def _regularized(network: ShapedNetwork) -> Iterator[tuple[Place, str, str, str]]:
    """What the regularizers add: where they stand, of what they are, its dtype, and how it would be another."""
    for called in _calls(network):
        for weight, way, term in set_for(called.entry, called.weights, "regularizer"):
            if term is not None and weight.trainable:
                help = (
                    "keep weights in float32 (`dtype: mixed_float16` computes in float16), or leave the regularizer out"
                )
                yield called.at(way), f"`{weight.name}`", weight.dtype, help
        dtypes = [item.computed or item.dtype for item in called.outputs]
        other = next((dtype for dtype in dtypes if "float" in dtype), None)
        if called.entry.activity_regularizer is not None and other is not None:
            help = "write `dtype: float32` for this layer, or leave the regularizer out"
            yield called.at(("activity_regularizer",)), "an output", other, help


def layers_run_on_this_kind_of_device(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """A few layers compute in half precision on a GPU only."""
    for called in _calls(network) if network.known else ():
        missing = missing_on_a_processor(called.entry)
        if missing is not None:
            name, dtype = missing
            message = f"{name} computes in {dtype} on a GPU only: on a CPU the model fails when it runs"
            yield called.at(("dtype",)).warning(
                "MS423", message, "write `dtype: float32` for this layer to run it anywhere"
            )


def _calls(network: ShapedNetwork) -> Iterator[_Layer]:
    """Every layer that the outputs need and that is trained, at its first call."""
    owned, seen = network.ownership, set[str]()
    needed = owned.by_graph(network.main.graph)
    for call in walk(network):
        path, use = call.path, call.use
        if path is None or path in seen or path not in needed:
            continue
        seen.add(path)
        if use is not None and isinstance(use.entry, Layer) and call.outputs is not None:
            weights = owned.weights_at(path)
            if not use.entry.trainable:
                weights = tuple(weight._replace(trainable=False) for weight in weights)
            entry = use.entry.under(network.train.precision)
            yield _Layer(entry, weights, call.outputs, call)


def _kind(term: Any) -> str:
    """The class of a regularizer or constraint, however a spec calls it; "" for none."""
    if term is None:
        return ""
    name = term if isinstance(term, str) else type(term).__name__
    return _KINDS.get(name, name)
