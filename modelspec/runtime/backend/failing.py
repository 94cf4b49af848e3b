"""A model that is built and fails on rows: which layer does, and what TensorFlow says of it.

What runs inside the model is marked (`of_the_model`), so that a mistake of this program is never told as one of the spec.
The layer is found by calling one after the other on some rows, not by the names in a message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import keras
import tensorflow as tf

from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.graph import Graph, Vertex
from modelspec.runtime.build.model import BuiltModel, Caller
from modelspec.runtime.quoting import quoted
from modelspec.source import Place

ROWS = 4
"""So many rows are enough to find a layer that fails by."""
_HELP = "look at the dtype, the sizes and the arguments of the layer, and at what the values of its inputs may be"


class ModelFails(Exception):
    """An error that was raised inside a model; its cause is the error."""


@contextmanager
def of_the_model() -> Iterator[None]:
    """Within, only Keras and TensorFlow run: what they raise beside TensorFlow's own errors becomes `ModelFails`."""
    try:
        yield
    except (SpecError, tf.errors.OpError, MemoryError, OSError):
        raise
    except Exception as error:
        raise ModelFails(str(error)) from error


@contextmanager
def telling_failures(built: BuiltModel, inputs: Callable[[], dict[str, Any]], doing: str) -> Iterator[None]:
    """Within, a model that fails raises `SpecError` (MS770) at its layer. `inputs` gives rows to find it by."""
    try:
        yield
    except tf.errors.ResourceExhaustedError:
        raise
    except (tf.errors.OpError, ModelFails) as error:
        raise SpecError([failure(built, inputs(), error, "MS770", f"{doing} fails")]) from error


def failure(built: BuiltModel, inputs: dict[str, Any], error: Exception, code: str, what: str) -> Diagnostic:
    """The diagnostic of a model that fails: at its layer where that is found, with the lines of the message."""
    cause = error.__cause__ if isinstance(error, ModelFails) and error.__cause__ is not None else error
    found = _first_failing(built, inputs)
    place, by = built.network.network.spec.place, ""
    if found is not None:
        vertex, cause = found
        place, by = _place(vertex), f" in {vertex.label}"
    said = quoted(cause)
    return replace(place.problem(code, f"{what}{by}: {said.first}", _HELP), quoted=said.rest)


def first_rows(inputs: dict[str, Any]) -> dict[str, Any]:
    """A few of all rows."""
    return {name: values[:ROWS] for name, values in inputs.items()}


def _place(vertex: Vertex) -> Place:
    return vertex.use.place if vertex.use is not None else vertex.place


class _At(Exception):
    def __init__(self, vertex: Vertex, error: Exception) -> None:
        super().__init__(str(error))
        self.vertex, self.error = vertex, error


def _first_failing(built: BuiltModel, inputs: dict[str, Any]) -> tuple[Vertex, Exception] | None:
    """The first call that fails on some rows, within a nested model the one there; None where none does."""
    caller = Caller(built.network, built.layers, built.models)
    try:
        rows = {
            item.name: tf.cast(inputs[item.name], item.dtype)
            if item.dtype != "string"
            else tf.constant(inputs[item.name])
            for item in built.network.network.main.inputs
        }
        _run(caller, built.network.network.main, rows)
    except _At as found:
        return found.vertex, found.error
    except Exception:
        return None  # the rows themselves are no help
    return None


def _run(caller: Caller, graph: Graph, inputs: dict[str, Any]) -> dict[str, Any]:
    """The outputs of a model by their names, each layer called by itself."""
    models = caller.network.network.models
    reachable = graph.reachable()
    tensors: list[list[Any]] = []
    for index, vertex in enumerate(graph.vertices):
        if vertex.kind == "input":
            tensors.append([inputs[vertex.name]])
        elif index not in reachable:
            tensors.append([])
        elif vertex.kind == "model" and vertex.target in models:
            inner = models[vertex.target]
            given = caller.model_inputs(vertex.target, caller.given(vertex, tensors, graph))
            given = given if isinstance(given, dict) else {inner.inputs[0].name: given}
            tensors.append(list(_run(caller, inner, given).values()))
        else:
            try:
                tensors.append(list(keras.tree.flatten(caller.call(graph, vertex, tensors))))
            except Exception as error:
                raise _At(vertex, error) from error
    return {
        output.name: caller.tensor(output.reference, tensors, graph)
        for output in graph.outputs
        if output.reference is not None
    }
