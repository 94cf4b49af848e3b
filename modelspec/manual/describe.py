"""A name -> everything that the catalogue knows of it, as data; and all names, by kind and family."""

from __future__ import annotations

import inspect
from dataclasses import asdict
from typing import Any

from modelspec.catalogue.call import parameters
from modelspec.catalogue.entry import Entry
from modelspec.catalogue.kinds import KINDS, find
from modelspec.catalogue.layers.layer import Layer
from modelspec.catalogue.ops import OPS, find_op, ops_left_out
from modelspec.language.arguments import BASE_ARGUMENTS
from modelspec.language.meant.other_layers import LEGACY_LAYERS
from modelspec.language.meant.other_names import other_name
from modelspec.manual.description import DescribedArgument, Description
from modelspec.manual.examples import example_of, framed
from modelspec.manual.fields import Argument, arguments
from modelspec.manual.words import address, summary
from modelspec.plugins import NO_PLUGINS, Plugins
from modelspec.source.words import did_you_mean

MANY: dict[str, str] = {
    "layer": "layers", "op": "ops", "loss": "losses", "metric": "metrics", "optimizer": "optimizers",
    "schedule": "learning-rate schedules", "callback": "callbacks", "initializer": "initializers",
    "regularizer": "regularizers", "constraint": "constraints", "activation": "activations",
    "application": "applications",
}  # fmt: skip
"""The kinds of names, and what several of a kind are called."""
_ACTIVATIONS = "https://keras.io/api/layers/activations/"


def describe(name: str, kind: str | None = None, plugins: Plugins = NO_PLUGINS) -> tuple[Description, ...]:
    """Everything of that name, one for each kind that has it: a class, a second name, an identifier, or a function."""
    found: list[Description] = []
    for each in MANY if kind is None else (kind,):
        entry = _op(name) if each == "op" else find(each, name)
        if entry is not None:
            found.append(_of_entry(each, entry))
        elif each != "op" and name in KINDS[each].choices:
            found.append(_of_choice(each, name))
    if plugins.stubs:
        from modelspec.manual.own import describe_own  # few users have packages of their own

        found.extend(describe_own(name, kind, plugins))
    return tuple(found)


def _op(name: str) -> type[Entry] | None:
    return find_op(name.removeprefix("ops."))


def _of_entry(kind: str, entry: type[Entry]) -> Description:
    infers = kind in ("layer", "op")
    name = _name_of_op(entry) if kind == "op" else entry.__name__
    return Description(
        name,
        kind,
        summary(entry),
        address(entry),
        _other_names(kind, entry.__name__),
        arguments(entry),
        _call(entry) if infers else (),
        _said(entry.infer) if infers else None,  # type: ignore[attr-defined]
        _weights(entry) if issubclass(entry, Layer) else None,
        example_of(kind, entry, name),
    )


def _of_choice(kind: str, name: str) -> Description:
    url = _ACTIVATIONS if kind == "activation" else None
    what = (
        f"The activation {name}." if kind == "activation" else f"The {kind} {name}; Keras chooses one by the targets."
    )
    return Description(name, kind, what, url, (), (), (), None, None, framed(kind, name))


def _name_of_op(entry: type[Entry]) -> str:
    return f"{entry.keras_module.removeprefix('keras.')}.{entry.__name__}"


def _other_names(kind: str, name: str) -> tuple[str, ...]:
    if kind == "op":
        return ()
    table = KINDS[kind]
    return tuple(sorted(other for other, meant in {**table.aliases, **table.identifiers}.items() if meant == name))


def _call(entry: type[Entry]) -> tuple[DescribedArgument, ...]:
    def words(name: str, takes_list: bool, switch: bool) -> str:
        if switch:
            return "true or false"
        return "tensors" if takes_list else "tensor"

    return tuple(
        DescribedArgument(item.name, words(item.name, item.takes_list, item.switch), item.required)
        for item in parameters(entry)
    )


def _weights(layer: type[Layer]) -> str:
    own = layer.new_weights is not Layer.new_weights
    return _said(layer.new_weights) if own else "none"


def _said(function: Any) -> str:
    return " ".join((inspect.getdoc(function) or "").split())


def base_arguments(description: Description) -> tuple[Argument, ...]:
    """Those arguments of a layer that every layer takes."""
    return tuple(item for item in description.arguments if description.kind == "layer" and item.name in BASE_ARGUMENTS)


def left_out(name: str, plugins: Plugins = NO_PLUGINS) -> str | None:
    """Why a spec may not use the name, or what is written for it today; None for a name that nobody knows."""
    own = plugins.why_left_out(name)
    if own is not None:
        return f"{name} of your own package is left out: {own}"
    for kind, table in KINDS.items():
        if name in table.left_out:
            return f"the {kind} {name} is left out on purpose: {table.left_out[name]}"
    function = name.removeprefix("ops.")
    if function in ops_left_out():
        return f"ops.{function} is left out on purpose: {ops_left_out()[function]}"
    if name in LEGACY_LAYERS:
        return f"{name} is a layer of an older Keras: {LEGACY_LAYERS[name]}"
    return None


def guess(name: str, plugins: Plugins = NO_PLUGINS) -> str | None:
    """What to do about a name that is none: `did you mean 'Conv2D'?`"""
    if ">" in name and not plugins.stubs:
        return "a name with `>` belongs to your own package: name the package with `--plugins`"
    kind = next((kind for kind in (*KINDS, "op") if name.lower() in (kind, f"{kind}s", f"{kind}es")), None)
    if kind is not None:
        return f"`modelspec layers --kind {kind}` lists them"
    others = (other_name("op" if name.startswith("ops.") else kind, name.removeprefix("ops.")) for kind in KINDS)
    found = [other for other in others if other is not None]
    if found:
        return next((help for new, help in found if new is not None), found[0][1])
    every = [known for table in KINDS.values() for known in (*table.classes, *table.aliases, *table.choices)]
    every += [known for table in KINDS.values() for known in table.identifiers]
    for own in (own for stub in plugins.stubs for own in stub.objects):
        every += [own, own.rpartition(">")[2]]
    return did_you_mean(name, [*every, *(f"ops.{op}" for op in OPS)], 0.8 if name[:1].isupper() else 0.75)


def families(kind: str, plugins: Plugins = NO_PLUGINS) -> dict[str, tuple[str, ...]]:
    """The names of a kind by family: a folder or a module of the catalogue, or a package of the user's own."""
    if kind == "op":
        homes = {f"ops.{name}": module for name, (module, _) in OPS.items()}
    elif kind == "layer":
        homes = KINDS[kind].classes
    else:
        homes = dict.fromkeys((*KINDS[kind].classes, *KINDS[kind].choices), MANY[kind])
    found: dict[str, list[str]] = {}
    for name, module in homes.items():
        found.setdefault(_family(module), []).append(name)
    known = {family: tuple(sorted(names)) for family, names in found.items()}
    if not plugins.stubs:
        return known
    from modelspec.manual import own

    return known | {f"package {package}": names for package, names in own.families(kind, plugins).items()}


def _family(module: str) -> str:
    """Layers by folder, as Keras's own pages list them; the many functions by what they do."""
    _, _, below = module.rpartition(".layers.")
    name = below.split(".", 1)[0] if below != module else module.rsplit(".", 1)[-1]
    return name.replace("_", " ")


def second_names(kind: str, plugins: Plugins = NO_PLUGINS) -> dict[str, str]:
    """Aliases, identifiers and the ends of registered names, and the name that each stands for."""
    if kind == "op":
        return {}
    found = {**KINDS[kind].aliases, **KINDS[kind].identifiers}
    if plugins.stubs:
        from modelspec.manual import own

        found |= own.second_names(kind, plugins)
    return dict(sorted(found.items()))


def reasons(kind: str) -> dict[str, str]:
    """What of the kind a spec may not use, and why."""
    return {f"ops.{name}": why for name, why in ops_left_out().items()} if kind == "op" else KINDS[kind].left_out


def as_json(description: Description) -> dict[str, Any]:
    """The description as JSON values."""
    value = asdict(description)
    example = description.example
    value["example"] = {
        "spec": example.spec or None,
        "snippet": example.snippet,
        "inputs": [{"shape": item.shape, "dtype": item.dtype} for item in example.inputs],
        "outputs": [{"shape": item.shape, "dtype": item.dtype} for item in example.outputs],
        "weights": [{"name": item.name, "shape": item.shape, "trainable": item.trainable} for item in example.weights],
    }
    return value
