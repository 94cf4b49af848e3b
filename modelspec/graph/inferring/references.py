"""The tensors that the references of a graph mean, among what its calls gave so far.

Tells of a reference that chooses no output of several, or one that is not there. Must not know what calls do.
"""

from __future__ import annotations

from collections.abc import Sequence

from modelspec.catalogue.tensor import Tensor, Tensors
from modelspec.diagnostics import Replacement
from modelspec.graph.graph import Graph, Network, TensorRef, Vertex
from modelspec.graph.inferring.telling import Telling
from modelspec.graph.resolving.binding import Given
from modelspec.source.words import closest, guess, listing

Outcomes = Sequence[Tensors | None]
"""The outputs of each call so far; None is unknown."""


class ReferenceTable:
    """Looks references up; what is wrong with one is reported."""

    def __init__(self, network: Network, telling: Telling) -> None:
        self.network = network
        self.telling = telling

    def given(self, graph: Graph, vertex: Vertex, tensors: Outcomes) -> Given | None:
        """The tensors a call takes, or None where one is unknown."""
        unknown: list[TensorRef] = []

        def tensor(reference: TensorRef) -> Tensor | None:
            found = self.tensor(graph, tensors, reference)
            if found is None:
                unknown.append(reference)
            return found

        given: Given | None = {} if vertex.inputs is None else vertex.given(tensor)
        return None if unknown else given

    def tensor(self, graph: Graph, tensors: Outcomes, reference: TensorRef) -> Tensor | None:
        """One output of a call; None where the call or the reference is unknown."""
        outputs = tensors[reference.vertex]
        if outputs is None:
            return None
        index = self.index(graph.vertices[reference.vertex], outputs, reference)
        return None if index is None else outputs[index]

    def index(self, vertex: Vertex, outputs: Tensors, reference: TensorRef) -> int | None:
        """Which output of its call a reference means; None, and told, where that cannot be said."""
        names = self.network.output_names(vertex.target)
        which = reference.output
        if which is None and len(outputs) == 1:
            return 0
        if which is None:
            choices = [f"{reference.text}.{name}" for name in names or range(len(outputs))]
            message = f"{vertex.label} has {len(outputs)} outputs: which one is meant?"
            self.telling.report(reference.place, "MS304", message, f"write one of {listing(choices)}")
            return None
        if isinstance(which, int) and which < len(outputs):
            return which
        if isinstance(which, str) and which in names:
            return names.index(which)
        known = [str(name) for name in names or range(len(outputs))]
        help = self._meant(which, names, reference) or f"its outputs are {listing(known)}"
        self.telling.report(reference.place, "MS304", f"{vertex.label} has no output '{which}'", help)
        return None

    def _meant(self, which: str | int, names: Sequence[str], reference: TensorRef) -> str | None:
        """The whole reference that is probably meant, `encoder.state`: 'state' alone would be another tensor."""
        near = guess(which, names, len(self.telling.problems)) if isinstance(which, str) else None
        name = closest(str(which), names) if near is not None else None
        if name is None:
            return None
        old = reference.text
        new = f"{old.removesuffix(str(which))}{name}"
        help = f"did you mean '{new}'?"
        return Replacement(help, old, new) if isinstance(near, Replacement) else help

    def name(self, vertex: Vertex, index: int) -> str | int:
        """How a reference names one of several outputs: `enc.1`, `encoder.state`."""
        names = self.network.output_names(vertex.target)
        return names[index] if index < len(names) else index
