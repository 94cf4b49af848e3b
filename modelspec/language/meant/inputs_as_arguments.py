"""What is meant by `Concatenate: [a, b]`: the step's inputs, written where its arguments go.

Must not know what a class takes.
"""

from __future__ import annotations

from collections.abc import Iterator

from modelspec.source import Mapping, Node, Place, Scalar, Sequence


def inputs_meant(layer: str, given: Place) -> str | None:
    """What to write for the step of `layer`, where every value is the name of an input or of a step of the spec."""
    nodes = given.node.items if isinstance(given.node, Sequence) else (given.node,)
    names = [node.value for node in nodes if isinstance(node, Scalar) and isinstance(node.value, str)]
    if not names or len(names) < len(nodes) or not set(names) <= set(_named(given)):
        return None
    text = f"[{', '.join(names)}]" if isinstance(given.node, Sequence) else names[0]
    return f"the inputs of a step go beside it: write `{{{layer}, from: {text}}}`"


def _named(given: Place) -> Iterator[str]:
    """The names of the inputs of the models around this step, and of the steps beside it."""
    lists = [node for length in range(len(given.path)) if isinstance(node := _at(given, length), Sequence)]
    models = [node for length in range(len(given.path)) if isinstance(node := _at(given, length), Mapping)]
    for model in models:
        inputs = model.entries.get("inputs")
        if inputs is not None and isinstance(inputs.value, Mapping):
            yield from inputs.value.entries
    for step in (step for steps in lists for step in steps.items if isinstance(step, Mapping)):
        name = step.entries.get("name")
        if name is not None and isinstance(name.value, Scalar) and isinstance(name.value.value, str):
            yield name.value.value


def _at(given: Place, length: int) -> Node:
    return given.document.place.find(given.path[:length]).node
