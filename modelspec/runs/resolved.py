"""The spec with every automatic name and every default written out, as YAML that is itself a valid spec."""

from __future__ import annotations

from dataclasses import is_dataclass
from typing import Any, get_args

import yaml

from modelspec.catalogue.applications.model import ApplicationModel
from modelspec.catalogue.entry import Entry
from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.ops.op import Op
from modelspec.graph import Graph, Network, ShapedNetwork, TensorRef, Vertex
from modelspec.language.arguments import nested_fields
from modelspec.language.sections.outputs import OutputSpec
from modelspec.language.sections.training import TrainSpec
from modelspec.language.settings import settings_of
from modelspec.language.spec import SharedName, Use
from modelspec.plugins.plugins import UNWRITTEN
from modelspec.source.names import local_name


def resolved_spec(network: ShapedNetwork) -> str:
    """The YAML text."""
    resolved, spec = network.network, network.spec
    written: dict[str, Any] = {"modelspec": 1, "name": spec.name}
    if spec.description is not None:
        written["description"] = spec.description
    written["inputs"] = _inputs(resolved.main)
    written.update(_definitions(resolved, ""))
    written["layers"] = _steps(resolved.main)
    written["outputs"] = {
        output.name: _output(resolved.main, output.reference, output.spec) for output in resolved.main.outputs
    }
    written["train"] = _train(spec.train)
    if spec.data is not None:
        written["data"] = _section(spec.data)
    if spec.budget is not None:
        written["budget"] = _section(spec.budget)
    return yaml.safe_dump(written, sort_keys=False, default_flow_style=None, allow_unicode=True, width=120)


def _inputs(graph: Graph) -> dict[str, Any]:
    return {item.name: _section(item) for item in graph.inputs}


def _definitions(network: Network, prefix: str) -> dict[str, Any]:
    """The shared layers and models that stand in the model whose path is `prefix`, those inside them included."""

    def here(key: str) -> bool:
        return key.startswith(prefix) and "/" not in key[len(prefix) :]

    defined = {key: use for key, use in network.shared.items() if here(key)}
    shared = {local_name(key): _use(use) for key, use in defined.items() if not isinstance(use.entry, ApplicationModel)}
    models = {
        local_name(key): _application(use.entry)
        for key, use in defined.items()
        if isinstance(use.entry, ApplicationModel)
    }
    models.update({local_name(key): _model(network, graph) for key, graph in network.models.items() if here(key)})
    return {**({"shared": shared} if shared else {}), **({"models": models} if models else {})}


def _application(entry: ApplicationModel) -> dict[str, Any]:
    """A network of Keras's own, without the weights that it begins with: a run has weights of its own."""
    arguments = {**arguments_of(entry.network), "weights": None}
    outputs = {"outputs": dict(entry.outputs)} if entry.outputs else {}
    frozen = {"freeze": list(entry.freeze)} if entry.freeze else {}
    return {type(entry.network).__name__: arguments, **outputs, "trainable": entry.trainable, **frozen}


def _model(network: Network, graph: Graph) -> dict[str, Any]:
    outputs = {output.name: _text(graph, output.reference) for output in graph.outputs if output.reference is not None}
    return {
        "inputs": _inputs(graph),
        **_definitions(network, f"{graph.key}/"),
        "layers": _steps(graph),
        "outputs": outputs,
        "trainable": graph.trainable,
        **({"freeze": list(network.spec.models[graph.key].freeze)} if network.spec.models[graph.key].freeze else {}),
    }


def _steps(graph: Graph) -> list[dict[str, Any]]:
    steps = []
    for vertex in graph.vertices:
        if vertex.kind == "input":
            continue
        step: dict[str, Any] = {"call": local_name(vertex.target)} if vertex.target is not None else {}
        if vertex.use is not None:
            step.update(_use(vertex.use))
        step["from"] = _from(graph, vertex)
        if vertex.target is None or vertex.name != local_name(vertex.target):
            step["name"] = vertex.name
        steps.append(step)
    return steps


def _from(graph: Graph, vertex: Vertex) -> Any:
    return vertex.given(lambda reference: _text(graph, reference), list)


def _text(graph: Graph, reference: TensorRef | None) -> str | None:
    if reference is None:
        return None
    vertex = graph.vertices[reference.vertex]
    name = vertex.name
    if vertex.target is not None and name == local_name(vertex.target):
        name = f"{name}@{vertex.node}"
    return name if reference.output is None else f"{name}.{reference.output}"


def _use(use: Use) -> dict[str, Any]:
    assert use.entry is not None
    return {use.type_name: arguments_of(use.entry)}


def arguments_of(entry: Entry) -> dict[str, Any]:
    """Every argument of an entry, those left out with Keras's defaults; an op shows only what was set."""
    names = sorted(entry.model_fields_set) if isinstance(entry, Op) else list(type(entry).model_fields)
    untaken = entry.untaken if isinstance(entry, Layer) else ()
    nested = nested_fields(type(entry))
    names = [name for name in names if name not in untaken and getattr(entry, name) is not UNWRITTEN]
    return {name: _value(_number(entry, name), name in nested) for name in names}


def _number(entry: Entry, name: str) -> Any:
    """An argument; a whole number that Keras has for a default as the fraction that it is read again as."""
    value, annotation = getattr(entry, name), type(entry).model_fields[name].annotation
    kinds = (annotation, *get_args(annotation))
    return float(value) if type(value) is int and float in kinds and int not in kinds else value


def _value(value: Any, nested: bool) -> Any:
    if isinstance(value, SharedName):
        return local_name(value.name)
    if isinstance(value, Entry) and value.identifier is not None and not value.model_fields_set:
        return value.identifier
    if isinstance(value, Entry):
        return {type(value).__name__: arguments_of(value)}
    if isinstance(value, tuple | list):
        return [_value(item, nested) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return _section(value)
    if isinstance(value, dict):
        return {str(key): _value(item, nested) for key, item in value.items()}
    return value


def _output(graph: Graph, reference: TensorRef | None, spec: OutputSpec | None) -> dict[str, Any]:
    """An output with the tensor that it is; `loss: null` is no default, and is written."""
    own: dict[str, Any] = {"from": _text(graph, reference)}
    if spec is None:
        return own
    own |= {"loss": _value(spec.loss, True)} if spec.loss_given else {}
    return own | {key: value for key, value in _section(spec).items() if key not in own}


def _section(section: object, form: str | None = None) -> dict[str, Any]:
    """Every setting of a section, or of one of its forms, that has a value; an empty list is one where it must be there."""
    known: type = type(section)
    values = {
        key: (item, getattr(section, item.name))
        for key, item in settings_of(known, form).items()
        if item.one_of is None
    }
    return {
        key: _value(item.kind.written(value), True)
        for key, (item, value) in values.items()
        if value is not None and (value != () or item.required)
    }


def _train(train: TrainSpec) -> dict[str, Any]:
    written = _section(train, "train")
    return {**written, "stages": [_stage(stage, train) for stage in train.stages]} if train.stages else written


def _stage(stage: TrainSpec, whole: TrainSpec) -> dict[str, Any]:
    """All settings of a stage; empty ones where `train` has some, since they would count for the stage as well."""
    known, settings = settings_of(TrainSpec, "stage"), _section(stage, "stage")
    emptied = {key for key, item in known.items() if getattr(stage, item.name) == () != getattr(whole, item.name)}
    return {key: settings.get(key, []) for key in known if key in settings or key in emptied}
