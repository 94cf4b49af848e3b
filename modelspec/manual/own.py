"""What the stubs of the user's own packages tell of a name, described as Keras's own names are.

Nothing of a package is imported, so shapes and weights are known as far as its stub tells them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modelspec.catalogue.entry import Entry
from modelspec.catalogue.kinds import KINDS, names
from modelspec.manual.description import DescribedArgument, Description
from modelspec.manual.examples import Example, framed, nested, written
from modelspec.manual.fields import arguments
from modelspec.manual.samples import BY_NAME
from modelspec.plugins import Plugins
from modelspec.plugins.stub import StubArgument, StubObject, alternatives

_OF_TYPE: dict[str, Any] = {
    "int": 1, "float": 0.5, "bool": True, "str": "text", "any": 1, "null": None, "initializer": "zeros",
    "regularizer": "l2", "constraint": "NonNeg", "activation": "relu",
}  # fmt: skip


def describe_own(name: str, kind: str | None, plugins: Plugins) -> Iterator[Description]:
    """Everything that a name may mean in the packages, by kind; a name that is Keras's own means that alone."""
    for each in KINDS if kind is None else (kind,):
        if each in KINDS and name not in names(each):
            for registered in plugins.means(each, name):
                yield _of_object(each, registered, plugins)


def _of_object(kind: str, registered: str, plugins: Plugins) -> Description:
    told = plugins.owner(registered).objects[registered]
    entry = None if kind == "activation" else plugins.find(kind, registered)
    short = [end for end, name in second_names(kind, plugins).items() if name == registered]
    return Description(
        registered,
        kind,
        " ".join(told.about.split()) or f"the stub of {plugins.owner(registered).package} says no more.",
        None,
        tuple(short),
        () if entry is None else arguments(entry),
        tuple(
            DescribedArgument(
                call, "tensor" if item.tensor else "true, false or another plain value", not item.optional
            )
            for call, item in told.call.items()
        ),
        _shape(told) if kind == "layer" else None,
        "known where the package is imported: when a model is built" if kind == "layer" else None,
        _example(kind, registered, told, entry),
    )


def _shape(told: StubObject) -> str:
    if told.output_shape is None:
        return "known where the package is imported, unless the stub has an `output_shape`"
    if told.output_shape == "same":
        return "that of the input"
    return f"(batch, {', '.join('any' if size is None else str(size) for size in told.output_shape)})"


def _example(kind: str, registered: str, told: StubObject, entry: type[Entry] | None) -> Example:
    values = {name: _sample(name, item) for name, item in told.arguments.items() if item.required}
    if kind == "layer":
        return Example("", f"layers:\n  - {written(registered, values)}\n")
    example = framed(kind, registered if entry is None else nested(registered, values))
    return Example("", example.snippet)


def _sample(name: str, item: StubArgument) -> Any:
    if item.choices:
        return item.choices[0]
    kind, lists = alternatives(item.type)[0], 0
    while kind.startswith("list["):
        kind, lists = kind[5:-1], lists + 1
    usual = BY_NAME.get(name)
    value = usual if type(usual).__name__ == kind else _OF_TYPE[kind]
    for _ in range(lists):
        value = [value]
    return value


def families(kind: str, plugins: Plugins) -> dict[str, tuple[str, ...]]:
    """The registered names of a kind, by package."""
    found = {
        stub.package: tuple(sorted(name for name, item in stub.objects.items() if kind in item.kinds))
        for stub in plugins.stubs
    }
    return {package: names for package, names in found.items() if names}


def second_names(kind: str, plugins: Plugins) -> dict[str, str]:
    """The ends of registered names that mean one object only, and which that is."""
    ends = {name.rpartition(">")[2]: name for name in plugins.names(kind)}
    keras = names(kind) if kind in KINDS else ()
    return {end: name for end, name in ends.items() if plugins.means(kind, end) == (name,) and end not in keras}
