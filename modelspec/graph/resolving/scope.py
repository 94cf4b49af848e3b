"""The names of one model while it is read from the top: which tensor each means, and which calls a layer has had."""

from __future__ import annotations

from modelspec.catalogue.kinds import find
from modelspec.diagnostics import Diagnostic, Note, Span
from modelspec.graph.graph import TensorRef
from modelspec.language.spec import Call, ModelSpec, Reference, Spec
from modelspec.source import Place
from modelspec.source.names import local_name
from modelspec.source.words import guess, listing, visible


class Scope:
    """Names -> calls. Only what stands further up is known."""

    def __init__(self, spec: Spec, model: ModelSpec, key: str, problems: list[Diagnostic]) -> None:
        self.spec = spec
        self.problems = problems
        self._inputs = model.inputs
        self._tensors: dict[str, int] = {}
        self._places: dict[str, Place] = {}
        self._folded: dict[str, str] = {}
        self._calls: dict[str, list[int]] = {}
        self._later = {step.name: step.place for step in model.steps if step.name is not None}
        self._taken = {item.name.lower() for item in model.inputs} | {name.lower() for name in self._later}
        self._counts: dict[str, int] = {}
        self._automatic: set[str] = set()
        self._keys = model.visible
        self._prefix = f"{key}/" if key else ""
        self._targets = {step.what.target for step in model.steps if isinstance(step.what, Call)}

    def is_step(self, name: str) -> bool:
        """Whether a step has the name, or will have it further down."""
        return name in self._tensors or name in self._later

    def automatic(self, base: str) -> str:
        """A name that nobody has: `dense`, `dense_1`, ..."""
        while True:
            count = self._counts.get(base, 0)
            self._counts[base] = count + 1
            name = base if count == 0 else f"{base}_{count}"
            if name.lower() not in self._taken and self._keys.spelt(name.lower()) is None:
                self._taken.add(name.lower())
                self._automatic.add(name)
                return name

    def declare(self, name: str, index: int, place: Place, calls: str | None = None) -> bool:
        """Give a tensor its name; False if it is taken.

        Two names that differ only in case would be one file on some machines.
        """
        first = self._folded.get(name.lower())
        called = self._claimed(name.lower())
        if first is not None:
            note = Note(self._places[first].key_span, "first here")
            same = (
                f"the name '{name}' is taken"
                if first == name
                else f"the names '{first}' and '{name}' differ only in case"
            )
            self.problems.append(
                place.problem("MS305", same, "choose another name: names are unique in their model", related=(note,))
            )
        elif called is not None and (calls != self._keys[called] or name != called):
            key = self._keys[called]
            other = self.spec.shared.get(key) or self.spec.models.get(key)
            notes = () if other is None else (Note(other.place.key_span, "here"),)
            what = "shared layer" if key in self.spec.shared else "model"
            message = f"the name '{name}' is taken by a {what}"
            if name != called:
                message = f"the name '{name}' and that of the {what} '{called}' differ only in case"
            self.problems.append(place.problem("MS305", message, "choose another name", related=notes))
        else:
            self._folded[name.lower()] = name
            self._places[name] = place
            self._tensors[name] = index
            return True
        self._tensors.setdefault(name, index)
        return False

    def _claimed(self, folded: str) -> str | None:
        """The name of a shared layer or model that is so in small letters, and no step's.

        One that only stands around the model, and is not called in it, is free: another spec's model cannot know it.
        """
        name = self._keys.spelt(folded)
        own = name is not None and (self._keys[name] == self._prefix + name or name in self._targets)
        return name if own else None

    def called(self, target: str, index: int) -> int:
        """Note a call of a shared layer or model; returns its node number."""
        calls = self._calls.setdefault(target, [])
        calls.append(index)
        return len(calls) - 1

    def names(self) -> list[str]:
        """Everything that can be referred to here."""
        called = (local_name(key) for key in self._calls)
        return [*self._tensors, *(name for name in called if name not in self._tensors)]

    def knows(self, name: str) -> bool:
        """Whether the name means a tensor."""
        return name in self._tensors or self._keys.get(name, name) in self._calls

    def find(self, reference: Reference) -> TensorRef | None:
        """The tensor that a reference means; None and one problem where it means none."""
        if reference.node is not None:
            return self._node(reference)
        calls = self._calls.get(self._keys.get(reference.name, reference.name), [])
        if len(calls) > 1 and not self._own_name(reference.name):
            places = ", ".join(f"{reference.name}@{node}" for node in range(len(calls)))
            message = f"'{reference.name}' was called {len(calls)} times: which call is meant?"
            help = f"write one of {places}, or the name of the call's step"
            self.problems.append(reference.place.problem("MS303", message, help))
            return None
        if reference.name in self._tensors:
            index = self._tensors[reference.name]
        elif calls:
            index = calls[0]
        else:
            self._unknown(reference)
            return None
        return TensorRef(index, reference.output, reference.text, reference.place)

    def _which(self, near: str | None) -> str | None:
        """The guess with the number of a call, where the name that is near was called several times."""
        for key, calls in self._calls.items() if near is not None else ():
            name = local_name(key)
            if near == f"did you mean '{name}'?" and len(calls) > 1 and not self._own_name(name):
                return f"did you mean one of {', '.join(f'{name}@{node}' for node in range(len(calls)))}?"
        return None

    def _own_name(self, name: str) -> bool:
        return name in self._tensors and name not in self._keys

    def _node(self, reference: Reference) -> TensorRef | None:
        calls = self._calls.get(self._keys.get(reference.name, reference.name))
        if calls is None:
            if reference.name in self._tensors:
                message = f"'{reference.name}' is not a shared layer or a model, so it has no calls to choose from"
                self.problems.append(reference.place.problem("MS304", message, f"write `{reference.name}`"))
            else:
                self._unknown(reference)
            return None
        assert reference.node is not None
        if reference.node >= len(calls):
            count = "once" if len(calls) == 1 else f"{len(calls)} times"
            message = f"'{reference.name}' was called {count} above; there is no call @{reference.node}"
            self.problems.append(reference.place.problem("MS304", message, f"calls are @0 to @{len(calls) - 1}"))
            return None
        return TensorRef(calls[reference.node], reference.output, reference.text, reference.place)

    def _unknown(self, reference: Reference) -> None:
        name = reference.name
        if name in self._later:
            note = Note(self._later[name].span, f"'{name}' is made here")
            message = f"'{name}' is made further down"
            help = "only steps further up can be referred to: move this step below it"
            self.problems.append(reference.place.problem("MS302", message, help, related=(note,)))
            return
        if name in self._keys:
            message = f"'{name}' has not been called above"
            help = f"add a step `- {{call: {name}, from: …}}` above"
            self.problems.append(reference.place.problem("MS301", message, help))
            return
        if not self._inputs:
            return  # an input was refused: it may be the one that is meant
        if name in self._automatic:
            message = f"no tensor is named '{name}': a step can be referred to only if the file names it"
            self.problems.append(
                reference.place.problem("MS301", message, f"add `name: {name}` to the step that makes it")
            )
            return
        near = guess(name, [known for known in self.names() if not self._copied(known, reference)], len(self.problems))
        help = self._which(near) or near or _loss_of_an_output(reference) or f"known here are {listing(self.names())}"
        self.problems.append(reference.place.problem("MS301", f"no tensor is named '{visible(name)}'", help))

    def _copied(self, name: str, reference: Reference) -> bool:
        """Whether the step of this name is another copy of the one that refers: what is written there is for all copies."""
        step = self._later.get(name)
        return step is not None and _contains(step.span, reference.place.span)


def _contains(outer: Span, inner: Span) -> bool:
    start, end = (inner.line, inner.column), (inner.end_line, inner.end_column)
    return outer.file == inner.file and outer[1:3] <= start and end <= outer[3:5]


def _loss_of_an_output(reference: Reference) -> str | None:
    """What to write where an output is given its loss in the place of a tensor: `outputs: {y: mse}`."""
    path = reference.place.path
    if len(path) != 2 or path[0] != "outputs" or find("loss", reference.name) is None:
        return None
    return f"write `{path[1]}: {{loss: {reference.name}}}`: a loss goes under `loss`"
