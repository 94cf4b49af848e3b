"""Stage 3: spec -> resolved graph. Every reference becomes an earlier call; names are unique; automatic names are given.

Must not know shapes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

from modelspec.catalogue.ops.op import Op
from modelspec.diagnostics import Diagnostic, Note
from modelspec.diagnostics.failure import guarded
from modelspec.expansion.makers import MAKERS
from modelspec.graph.graph import (
    Graph,
    GraphOutput,
    Network,
    TensorRef,
    TensorRefs,
    Vertex,
    VertexKind,
    Wiring,
    WiringValue,
)
from modelspec.graph.inferring.inside import shared_names
from modelspec.graph.resolving.scope import Scope
from modelspec.language.spec import Call, ModelSpec, Reference, References, Spec, Step, Use
from modelspec.source import Limits, Place
from modelspec.source.names import local_name, snake_case
from modelspec.source.words import guess, listing, too_many_layers, visible

MAX_MODEL_DEPTH = 64
"""How deep models may call models."""


def resolve(spec: Spec, limits: Limits | None = None) -> tuple[Network, tuple[Diagnostic, ...]]:
    """The network; a vertex whose references could not be resolved is marked `broken`."""
    limits = limits or Limits()
    problems: list[Diagnostic] = []
    _clashes(spec, problems)
    order = _build_order(spec, problems)
    cuts = _cuts(spec, order, limits.layers, problems)
    models = {name: _Resolver(spec, spec.models[name], name, problems).graph(cuts.get(name)) for name in order}
    main = _Resolver(spec, spec.model, "", problems).graph(cuts.get(""))
    return Network(spec, main, models, spec.shared, limits), tuple(problems)


def _clashes(spec: Spec, problems: list[Diagnostic]) -> None:
    """Shared layers and models share one set of names; no two differ only in case."""
    first: dict[str, str] = {}
    for name, place in (*_places(spec.shared), *_places(spec.models)):
        other = first.setdefault(name.lower(), name)
        if other != name:
            found = spec.shared.get(other) or spec.models[other]
            message = f"the names '{other}' and '{name}' differ only in case"
            note = Note(found.place.key_span, "first here")
            problems.append(place.problem("MS305", message, "rename one", key=True, related=(note,)))
        elif name in spec.shared and name in spec.models and place is spec.models[name].place:
            note = Note(spec.shared[name].place.key_span, "the shared layer")
            message = f"'{name}' is both a shared layer and a model"
            problems.append(place.problem("MS305", message, "rename one", key=True, related=(note,)))


def _places(named: Mapping[str, Use] | Mapping[str, ModelSpec]) -> list[tuple[str, Place]]:
    return [(name, item.place) for name, item in named.items()]


def _build_order(spec: Spec, problems: list[Diagnostic]) -> list[str]:
    """Models after the models they call; one problem for each call of a model or shared layer inside itself.

    A walk without recursion: how deep models call models is looked at later, and may be any number here.
    """
    done: dict[str, None] = {}
    for name in (*spec.models, *spec.shared):
        walk = {} if name in done else {name: iter(_called(spec, name))}
        while walk:
            current = next(reversed(walk))
            target, place = next(walk[current], (None, None))
            if target is None or place is None:
                del walk[current]
                done[current] = None
            elif target in walk:
                names = list(walk)
                cycle = " -> ".join([*names[names.index(target) :], target])
                kind = "model" if target in spec.models else "shared layer"
                message = f"the {kind} '{target}' is called inside itself: {cycle}"
                problems.append(place.problem("MS308", message, "remove one of these calls"))
            elif (target in spec.models or target in spec.shared) and target not in done:
                walk[target] = iter(_called(spec, target))
    return [name for name in done if name in spec.models]


def _called(spec: Spec, name: str) -> list[tuple[str, Place]]:
    """What a model's steps call, or a shared layer's arguments name."""
    if name in spec.shared:
        return [(shared.name, shared.place) for shared in shared_names(spec.shared[name])]
    calls: list[tuple[str, Place]] = []
    for step in spec.models[name].steps:
        if isinstance(step.what, Call):
            calls.append((step.what.target, step.what.place))
        elif isinstance(step.what, Use) and step.what.entry is not None:
            calls.extend((shared.name, shared.place) for shared in shared_names(step.what))
    return calls


def _cuts(spec: Spec, order: list[str], most: int, problems: list[Diagnostic]) -> dict[str, int]:
    """The step at which each model that is too large or too deep gets so.

    Calls of calls grow by powers, in Keras as here. Of a model that calls one of these, nothing more is reported.
    """
    sizes: dict[str, int] = {}
    depths: dict[str, int] = {}
    cuts: dict[str, int] = {}
    for name in (*order, ""):
        size, depth = 0, 1
        for index, step in enumerate((spec.models[name] if name else spec.model).steps):
            inner = _targets(step)
            if any(target in cuts for target in inner):
                cuts[name] = index
                break
            size += sum((sizes.get(target, 0) for target in inner), 1)
            depth = max([depth, *(depths.get(target, 0) + 1 for target in inner)])
            if depth > MAX_MODEL_DEPTH + 1:
                message = f"models call models more than {MAX_MODEL_DEPTH} deep"
                problems.append(step.place.problem("MS308", message, "merge some of them into one"))
            elif size > most:
                problems.append(too_many_layers(step.place, most))
            else:
                continue
            cuts[name] = index
            break
        sizes[name], depths[name] = size, depth
    return cuts


def _targets(step: Step) -> list[str]:
    """The shared layers and models that a step calls."""
    if isinstance(step.what, Use):
        return [shared.name for shared in shared_names(step.what)]
    return [] if step.what is None else [step.what.target]


def _takes_nothing(step: Step) -> bool:
    """Whether a step makes a tensor of numbers alone."""
    if not isinstance(step.what, Use):
        return False
    entry = step.what.entry
    return step.what.type_name in MAKERS or (isinstance(entry, Op) and entry.takes_nothing())


class _Resolver:
    """The state of resolving one model, step by step from the top."""

    def __init__(self, spec: Spec, model: ModelSpec, key: str, problems: list[Diagnostic]) -> None:
        self.spec = spec
        self.model = model
        self.key = key
        self.problems = problems
        self.vertices: list[Vertex] = []
        self.scope = Scope(spec, model, key, problems)

    @cached_property
    def callable_names(self) -> list[str]:
        """What can be called here, by the names that it has here; made only where one is not found."""
        return list(self.model.visible)

    @cached_property
    def callable_keys(self) -> frozenset[str]:
        """The keys of the same."""
        return frozenset(self.model.visible.values())

    def graph(self, cut: int | None = None) -> Graph:
        """The calls of the model; those from `cut` on are broken."""
        for item in self.model.inputs:
            self.scope.declare(item.name, len(self.vertices), item.place)
            self.vertices.append(Vertex(item.name, True, "input", item.place, input=item))
        for step in self.model.steps:
            with guarded("resolving a step", self.problems, step.place):
                self.step(step)
                continue
            # A step that failed keeps its place, by which the others are counted.
            name = step.name or self.scope.automatic("step")
            if step.name is not None and not self.scope.knows(step.name):
                self.scope.declare(step.name, len(self.vertices), step.place)
            self.vertices.append(Vertex(name, name == step.name, "layer", step.place, broken=True))
        if cut is not None:
            kept = len(self.model.inputs) + cut
            self.vertices[kept:] = [replace(vertex, broken=True) for vertex in self.vertices[kept:]]
        outputs = self.outputs()
        return Graph(self.key, self.model.name, tuple(self.vertices), outputs, self.model.trainable, self.model.place)

    def step(self, step: Step) -> None:
        wiring, good = self.wiring(step)
        index = len(self.vertices)
        what = step.what
        if isinstance(what, Call):
            kind, known = self.target(what)
            node = self.scope.called(what.target, index)
            name = self.name(step, index, local_name(what.target))
            vertex = Vertex(
                name, True, kind, step.place, target=what.target, node=node, inputs=wiring, broken=not (good and known)
            )
        else:
            kind = "op" if what is not None and what.type_name.startswith("ops.") else "layer"
            base = what.type_name if what is not None else "step"
            name = self.name(step, index, snake_case(base.removeprefix("ops.")))
            broken = not good or what is None or what.entry is None
            vertex = Vertex(name, name == step.name, kind, step.place, use=what, inputs=wiring, broken=broken)
        self.vertices.append(vertex)

    def name(self, step: Step, index: int, base: str) -> str:
        """The name of a step: its own, if that is free; that of what it calls; or an automatic one."""
        target = step.what.target if isinstance(step.what, Call) else None
        if step.name is not None and self.scope.declare(step.name, index, step.place.find(("name",)), calls=target):
            return step.name
        return base if target is not None else self.scope.automatic(base)

    def target(self, call: Call) -> tuple[VertexKind, bool]:
        if call.target in self.spec.shared:
            return "shared", self.spec.shared[call.target].entry is not None
        if call.target in self.spec.models:
            return "model", True
        if self.spec.complete or call.target not in self.callable_keys:
            names = self.callable_names
            help = guess(call.target, names, len(self.problems)) or (
                "it is a step, which is a single call: define its layer under `shared`, and call that twice"
                if self.scope.is_step(call.target)
                else f"known are {listing(names)}"
                if names
                else "define it under `shared` or `models`"
            )
            message = f"'{visible(call.target)}' is neither a shared layer nor a model"
            self.problems.append(call.place.problem("MS307", message, help))
        return "unknown", False

    def wiring(self, step: Step) -> tuple[Wiring | None, bool]:
        """What the step takes; False where something is not known."""
        if step.inputs is None:
            return self.step_above(step)
        value = step.inputs.value
        if not isinstance(value, dict):
            found = self.references(value)
            return found, found is not None
        wiring: dict[str, WiringValue] = {}
        good = True
        for name, argument in value.items():
            if isinstance(argument, Reference | tuple):
                wiring[name] = self.references(argument)
                good = good and wiring[name] is not None
            elif not isinstance(argument, str):
                wiring[name] = argument
        return wiring, good

    def references(self, value: References) -> TensorRefs | None:
        if isinstance(value, Reference):
            return self.scope.find(value)
        items = [self.references(item) for item in value]
        found = tuple(item for item in items if item is not None)
        return found if len(found) == len(items) else None

    def step_above(self, step: Step) -> tuple[Wiring | None, bool]:
        if not step.takes_step_above:
            return None, False  # there is a `from`, and it was refused
        if _takes_nothing(step):
            return {}, True
        inputs = len(self.model.inputs)
        if len(self.vertices) > inputs:
            above = self.vertices[-1]
            return TensorRef(len(self.vertices) - 1, None, above.name, step.place), True
        if inputs == 1:
            return TensorRef(0, None, self.vertices[0].name, step.place), True
        if inputs > 1:
            names = listing(item.name for item in self.model.inputs)
            message = f"the first step needs `from`: there are {inputs} inputs"
            self.problems.append(step.place.problem("MS306", message, f"add `from:` with one of {names}"))
        return None, False

    def outputs(self) -> tuple[GraphOutput, ...]:
        last = len(self.vertices) - 1
        specs = self.model.outputs
        if not specs:
            if last < 0 or specs is not None or not self.model.steps:
                return ()
            vertex = self.vertices[last]
            return (GraphOutput(vertex.name, TensorRef(last, None, vertex.name, vertex.place), None, vertex.place),)
        outputs = []
        for spec in specs:
            reference: TensorRef | None = None
            if spec.reference is not None:
                reference = self.scope.find(spec.reference)
            elif not (isinstance(spec.place.node, tuple) and spec.place.get("from") is not None):
                reference = self.default_output(spec.name, spec.place, len(specs), last)
            outputs.append(GraphOutput(spec.name, reference, spec, spec.place))
        return tuple(outputs)

    def default_output(self, name: str, place: Place, count: int, last: int) -> TensorRef | None:
        if self.scope.knows(name):
            return self.scope.find(Reference(name, None, None, place))
        if count == 1 and last >= len(self.model.inputs):
            return TensorRef(last, None, self.vertices[last].name, place)
        if last >= 0 and self.model.steps:
            message = f"the output '{name}': no tensor has this name"
            help = guess(name, self.scope.names(), len(self.problems)) or "name the step that makes it, or add `from:`"
            self.problems.append(place.problem("MS309", message, help, key=True))
        return None
