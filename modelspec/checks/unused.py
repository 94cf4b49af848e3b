"""What a spec defines and never uses: inputs, steps, shared layers, models."""

from __future__ import annotations

from collections.abc import Iterator

from modelspec.catalogue.entry import Entry
from modelspec.diagnostics import Diagnostic
from modelspec.graph import Graph, ShapedNetwork
from modelspec.language.spec import Call, ModelSpec, SharedName, Spec, Use
from modelspec.source.names import local_name


def inputs_and_steps_are_used(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """Where a chain of steps leads nowhere, its last step is reported, not all that it takes."""
    if not network.known:
        return
    for shaped in network.graphs:
        graph = shaped.graph
        taken = {reference.vertex for vertex in graph.vertices for reference in vertex.references()}
        taken |= {output.reference.vertex for output in graph.outputs if output.reference is not None}
        for index, vertex in enumerate(graph.vertices):
            if index in taken or shaped.tensors[index] is None:
                continue
            if vertex.kind == "input":
                help = "take it with `from:`, or remove it"
                yield vertex.place.warning("MS502", f"no step takes the input '{vertex.name}'", help, key=True)
            else:
                place = vertex.use.place if vertex.use is not None else vertex.place.find(("call",))
                help = f"take it with `from:`, make it one of the outputs{_of(graph)}, or remove it"
                message = f"no output needs {vertex.label}: it is not part of the model"
                yield place.warning("MS503", message, help)


def _of(graph: Graph) -> str:
    return f" of '{graph.key}'" if graph.key else ""


def shared_layers_and_models_are_called(network: ShapedNetwork) -> Iterator[Diagnostic]:
    """A name under `shared` or `models` that no step calls and no wrapper takes; a call of an unknown name may mean it."""
    spec = network.spec
    if not network.known or any(
        vertex.kind == "unknown" for graph in network.network.graphs for vertex in graph.vertices
    ):
        return
    called = _called(spec)
    for key, use in spec.shared.items():
        if key not in called:
            name = local_name(key)
            help = f"call it with `- call: {name}`, or remove it"
            yield use.place.warning("MS504", f"the shared layer '{name}' is never called", help, key=True)
    for key, model in spec.models.items():
        if key not in called:
            name = local_name(key)
            help = f"call it with `- call: {name}`, or remove it"
            yield model.place.warning("MS504", f"the model '{name}' is never called", help, key=True)


def _called(spec: Spec) -> set[str]:
    """Every name that some step calls, or that a layer takes as an argument."""
    found: set[str] = set()
    models: list[ModelSpec] = [spec.model, *spec.models.values()]
    for step in (step for model in models for step in model.steps):
        if isinstance(step.what, Call):
            found.add(step.what.target)
        elif isinstance(step.what, Use):
            found |= _named(step.what.entry)
    for use in spec.shared.values():
        found |= _named(use.entry)
    return found


def _named(value: object) -> set[str]:
    """The shared layers and models among a layer's arguments, also those of layers inside it."""
    if isinstance(value, SharedName):
        return {value.name}
    if isinstance(value, Entry):
        return set().union(*(_named(getattr(value, name)) for name in value.model_fields_set))
    if isinstance(value, tuple | list):
        return set().union(*(_named(item) for item in value))
    return set()
