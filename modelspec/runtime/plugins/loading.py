"""Plugins with Keras behind them: the packages imported, checked against their stubs, and asked for shapes and weights."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import keras

from modelspec.catalogue.tensor import Refusal, Tensor, Tensors, Weight
from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.graph import ShapedNetwork
from modelspec.pipeline import check_again
from modelspec.plugins import Plugins
from modelspec.plugins.entries import Measured, PluginLayer
from modelspec.plugins.stub import Stub, generated, write_it
from modelspec.runtime.build.objects import to_keras
from modelspec.runtime.plugins.importing import import_package
from modelspec.runtime.plugins.signatures import source_digests, stub_of
from modelspec.runtime.quoting import quoted


def with_known_shapes(network: ShapedNetwork) -> tuple[ShapedNetwork, tuple[Diagnostic, ...]]:
    """The network with the shapes and weights that its plugins' layers turn out to have, and what only that tells.

    The packages are imported that the user named and the spec uses. Raises `SpecError` where one cannot be imported, or is
    not as its stub says, and for errors that only the shapes tell.
    """
    plugins = network.spec.plugins
    if not plugins.stubs or plugins.measure is not None:
        return network, ()
    shaped, problems = check_again(network, imported(plugins))
    if shaped is None or any(problem.severity == "error" for problem in problems):
        raise SpecError(problems)
    return shaped, problems


def imported(plugins: Plugins) -> Plugins:
    """The same plugins, with their packages imported, so that shapes and weights are known.

    Raises `SpecError` with MS643, MS644 or MS645.
    """
    found = {}
    for stub in plugins.stubs:
        import_package(stub.package, plugins.folders.get(stub.package))
        _compare(stub)
        sources = sorted(source_digests(stub.package).items())
        found[stub.package] = hashlib.sha256(repr(sources).encode()).hexdigest()
    return replace(plugins, measure=_measure(), digests=found, _classes={})


def _compare(stub: Stub) -> None:
    """Refuse a stub that is not what the package says now."""
    now = stub_of(stub.package).objects
    for name in sorted({*now, *stub.objects}):
        if name not in now:
            what = f"does not register '{name}', which its stub has"
        elif name not in stub.objects:
            what = f"registers '{name}', which its stub lacks"
        elif generated(now[name]) != generated(stub.objects[name]):
            what = f"has changed: '{name}' takes other arguments than its stub says"
        else:
            continue
        raise SpecError([Diagnostic("MS643", f"the plugin {stub.package} {what}", help=write_it(stub.package))])


def _measure() -> Callable[[PluginLayer, dict[str, Any]], Measured]:
    memory: dict[str, Measured] = {}

    def measure(entry: PluginLayer, bound: dict[str, Any]) -> Measured:
        key = f"{entry.registered_name} {entry!r} {bound!r}"
        if key not in memory:
            memory[key] = _called(entry, bound)
        return memory[key]

    return measure


def _called(entry: PluginLayer, bound: dict[str, Any]) -> Measured:
    """What a new layer of this class says to symbolic tensors. Raises `Refusal` (MS647) where it fails."""
    name = type(entry).__name__
    try:
        layer = to_keras(entry, name="layer")
    except Exception as error:
        raise _refusal(f"{name} cannot be made", error) from error
    given = {key: _symbolic(value) for key, value in bound.items() if value is not None}
    first = entry.call_names[0]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # the model itself is still to be built, and what is worth a warning comes then
            outputs = layer(given.pop(first), **given)
    except Exception as error:
        raise _refusal(f"{name} fails when it is called", error) from error
    tensors: Tensors = tuple(_tensor(output) for output in keras.tree.flatten(outputs))
    weights = [
        Weight(weight.path.partition("/")[2] or weight.name, tuple(weight.shape), weight.trainable, weight.dtype)
        for weight in layer.weights
    ]
    return Measured(tensors, tuple(weights))


def _refusal(what: str, error: Exception) -> Refusal:
    said = quoted(error)
    help = "check its arguments and inputs; if they are right, check the code of the package"
    return Refusal("MS647", f"{what}: {type(error).__name__}: {said.first}", help, quoted=said.rest)


def _symbolic(value: Any) -> Any:
    if isinstance(value, Tensor):
        return keras.KerasTensor(value.shape, dtype=value.dtype)
    return [_symbolic(item) for item in value] if isinstance(value, tuple) else value


def _tensor(output: Any) -> Tensor:
    return Tensor(tuple(output.shape), keras.backend.standardize_dtype(output.dtype))
