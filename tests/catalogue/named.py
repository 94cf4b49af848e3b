"""What the tests of all kinds of named objects share: whole tables held against Keras's, arguments, and building."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import keras
import pytest
from pydantic import ValidationError

from modelspec.catalogue.entry import Entry
from modelspec.catalogue.kinds import KINDS, find, names
from modelspec.runtime.build.objects import to_keras

Samples = Mapping[str, Mapping[str, Any]]
"""Arguments that a class cannot do without, by class name."""


def entries(kind: str) -> tuple[str, ...]:
    """The names of a kind's classes."""
    return tuple(sorted(KINDS[kind].classes))


def entry(kind: str, name: str) -> type[Entry]:
    """The class of that name, which must be there."""
    found = find(kind, name)
    assert found is not None, f"{kind} {name}"
    return found


def public_classes(kind: str) -> dict[str, type]:
    """The classes that Keras shows in the kind's module, by each of their names there."""
    members = vars(_module(kind)).items()
    return {name: member for name, member in members if inspect.isclass(member) and not name.startswith("_")}


def assert_classes_are_kerass(kind: str) -> None:
    """Each public class of Keras is in the table, is a second name, or is left out with a reason; and nothing else is."""
    table, public = KINDS[kind], public_classes(kind)
    known = {*table.classes, *table.aliases, *table.identifiers, *table.left_out}
    assert set(public) <= known, f"not described: {sorted(set(public) - known)}"
    for name in table.classes:
        assert public[name].__name__ == entry(kind, name).__name__ == name
    for name, meant in table.aliases.items():
        assert public[name] is public[meant]
    assert not set(table.classes) & set(table.left_out)


def assert_identifiers_are_kerass(kind: str, objects: Mapping[str, Any]) -> None:
    """The names that Keras's `get` accepts are the names we accept, and mean the same class."""
    table = KINDS[kind]
    for name, meant in objects.items():
        if name in table.left_out or getattr(meant, "__name__", "") in table.left_out:
            assert find(kind, name) is None
            continue
        assert name in names(kind), name
        if inspect.isclass(meant):
            assert entry(kind, name).__name__ == meant.__name__
    assert set(table.identifiers) <= set(objects)


def assert_same_arguments(
    kind: str, name: str, left_out: Mapping[str, str], skipped: tuple[str, ...] = ("name",)
) -> None:
    """Our fields are Keras's arguments with Keras's defaults, and the first is the first."""
    ours = {
        field: inspect.Parameter.empty if info.is_required() else info.default
        for field, info in entry(kind, name).model_fields.items()
        if field not in skipped
    }
    theirs = {field: default for field, default in arguments(kind, name).items() if field not in (*left_out, *skipped)}
    assert ours == theirs
    first = next((field for field in arguments(kind, name) if field not in left_out), None)
    assert first in (next(iter(entry(kind, name).model_fields), None), "name")


def arguments(kind: str, name: str) -> dict[str, Any]:
    """Keras's arguments and defaults, in Keras's order."""
    made = getattr(_module(kind), name)
    function = made.__init__ if inspect.isclass(made) else made
    parameters = list(inspect.signature(function).parameters.values())
    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return {
        parameter.name: parameter.default
        for parameter in parameters
        if parameter.kind in named and parameter.name != "self"
    }


def made(kind: str, name: str, samples: Samples) -> Entry:
    """An entry with the arguments it cannot do without."""
    return entry(kind, name)(**samples.get(name, {}))


def assert_builds(kind: str, name: str, samples: Samples) -> Any:
    """Keras builds the entry, with no argument given and with each given its default; returns the first."""
    plain = made(kind, name, samples)
    spelled = type(plain)(**{field: getattr(plain, field) for field in type(plain).model_fields})
    for value in (plain, spelled):
        assert type(to_keras(value)).__name__ == name
    return to_keras(plain)


def assert_refused(kind: str, name: str, /, **given: Any) -> ValidationError:
    """We refuse the arguments."""
    with pytest.raises(ValidationError) as refusal:
        entry(kind, name)(**given)
    return refusal.value


def assert_both_refuse(kind: str, name: str, /, **given: Any) -> None:
    """We refuse the arguments, and so does Keras."""
    assert_refused(kind, name, **given)
    with pytest.raises((ValueError, TypeError)):
        getattr(_module(kind), name)(**given)


def assert_agree(kind: str, name: str, /, **given: Any) -> bool:
    """Both accept the arguments, or both refuse them; returns whether they were accepted."""
    ours = _accepted(entry(kind, name), ValidationError, given)
    theirs = _accepted(getattr(_module(kind), name), (ValueError, TypeError), given)
    assert ours == theirs, f"{name}({given}): ours {ours}, Keras's {theirs}"
    return ours


def _accepted(made: Any, refusal: Any, given: Mapping[str, Any]) -> bool:
    try:
        made(**given)
    except refusal:
        return False
    return True


def malformed_numbers(kind: str) -> Iterator[tuple[str, str, Any]]:
    """For every argument of every class that is a number: what is none, or none that is finite."""
    for name in entries(kind):
        for field, info in entry(kind, name).model_fields.items():
            if info.annotation in (float, int):
                for wrong in (float("nan"), float("inf"), True, "0.1", [1], {}):
                    yield name, field, wrong


def _module(kind: str) -> Any:
    parts = KINDS[kind].keras_module.split(".")[1:]
    module: Any = keras
    for part in parts:
        module = getattr(module, part)
    return module


def source_module(kind: str) -> Any:
    """The module in which Keras keeps its table of names."""
    return import_module(KINDS[kind].keras_module.replace("keras.", "keras.src.", 1))
