"""A model that is built and fails on rows: which layer does, and what the backend says of it.

The layer is found by calling one after the other on some rows, not by the names in a message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import keras

from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.graph import Graph, Vertex
from modelspec.runtime.backend import ModelFails, NoMemory, OpError, tensor
from modelspec.runtime.build.built import BuiltModel
from modelspec.runtime.build.calling import Caller
from modelspec.runtime.quoting import quoted
from modelspec.source import Place

ROWS = 4
"""So many rows are enough to find a layer that fails by."""
_HELP = "check the dtype, the sizes and the arguments of the layer, and the values that its inputs may have"


@contextmanager
def telling_failures(built: BuiltModel, inputs: Callable[[], dict[str, Any]], doing: str) -> Iterator[None]:
    """Within, a model that fails raises `SpecError` (MS770) at its layer. `inputs` gives rows to find it by."""
    try:
        yield
    except NoMemory:
        raise
    except (OpError, ModelFails) as error:
        raise SpecError([failure(built, inputs(), error, "MS770", f"{doing} fails")]) from error


def failure(built: BuiltModel, inputs: dict[str, Any], error: Exception, code: str, what: str) -> Diagnostic:
    """The diagnostic of a model that fails: at its layer where that is found, with the lines of the message."""
    cause = error.__cause__ if isinstance(error, ModelFails) and error.__cause__ is not None else error
    found = _first_failing(built, inputs)
    place, by = built.network.spec.place, ""
    if found is not None:
        vertex, cause = found
        place, by = _place(vertex), f" in {vertex.label}"
    said = quoted(cause)
    return replace(place.problem(code, f"{what}{by}: {said.first}", _HELP), quoted=said.rest)


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
            item.name: tensor(inputs[item.name], None if item.dtype == "string" else item.dtype)
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
