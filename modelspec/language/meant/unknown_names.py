"""What to tell of a name that no class has: today's name, a near one, or what was meant in its place.

Must not know how the object of a known class is read.
"""

from __future__ import annotations

import re

from modelspec.catalogue.kinds import KINDS, find, names
from modelspec.diagnostics import Diagnostic, Replacement
from modelspec.language.meant.written import lone_value, with_arguments
from modelspec.plugins import Plugins
from modelspec.source import Place
from modelspec.source.words import guess, listing, visible
from modelspec.source.yaml.flow import short_yaml

NEAR = 0.8
"""How much of a name must be alike for a class to be meant: `ExpertMixing3D` is no UpSampling3D."""
OF_PACKAGES = frozenset({"layer", "loss", "metric", "optimizer", "activation"})
"""Kinds of objects that come from a user's own package, too."""


def unknown_name(
    kind: str, name: str, named: Place, arguments: Place | None, told: int, plugins: Plugins
) -> Diagnostic:
    table = KINDS[kind]
    why = plugins.why_left_out(name)
    if why is not None and name not in table.left_out:
        return named.problem("MS211", f"{visible(name)} cannot be used: {why}")
    if name in table.left_out:
        return named.problem("MS211", f"{name} is left out on purpose: {table.left_out[name]}")
    from modelspec.language.meant.other_layers import LEGACY_LAYERS  # few specs name something that is not there
    from modelspec.language.meant.other_names import (
        other_name,
        takes_width_first,
        with_value,
        without_home,
        without_width,
    )

    given, value = lone_value(arguments)
    if kind == "layer" and name in LEGACY_LAYERS:
        today = with_arguments(with_value(LEGACY_LAYERS[name], value), kind, arguments)
        return named.problem("MS213", f"{name} is a layer of an older Keras", today)
    code = "MS206" if kind == "layer" else "MS207"
    short = without_home(name.split("(", 1)[0])
    other = other_name(kind, name, given, value)
    if other is not None and value is not None and takes_width_first(name):
        alone = "" if ":" in other[1] else " alone"
        other = other[0], f"{other[1]}{alone}: the number of features comes from the step's input"
    elif other is not None:
        rest = without_width(name, arguments)
        other = other[0], with_arguments(other[1], kind, rest, named=rest is not arguments and rest is not None)
    help = (
        other[1]
        if other is not None
        else guess(
            short,
            [*names(kind), *plugins.names(kind)],
            told,
            NEAR if kind == "layer" else 0.7,
        )
    )
    if kind == "layer" and other is None:
        help = _not_in_place(name, arguments) or help or _network_meant(name)
    if "(" in name:
        from modelspec.language.meant.calls_as_text import call_meant

        call = call_meant(kind, name, named)
        help = help if call is None else f"write `{call}`: arguments go under the name"
    if help is None and ">" in name and not plugins.stubs:
        help = "a name with `>` belongs to your own package: name the package with `--plugins`"
    if help is None and ">" in name:
        packages = ", ".join(plugins.packages)
        help = f"if it is new, write the stub of {packages} again: `modelspec plugins stub PACKAGE`"
    if kind == "layer" and name.startswith("$"):
        help = "the name of a layer cannot be computed: write a step for each, and choose one with `when`"
    elif name.startswith("$"):
        help = f"keys cannot be computed: let the variable be the whole {kind}, `{{NAME: …}}`, and write {visible(name)} for it"
    if help is None and kind in OF_PACKAGES:
        help = f"Keras has no {kind} of that name; for one from your own package add `--plugins PACKAGE`"
        help += "" if kind == "layer" else f"; known are {listing(names(kind))}"
    if help is None:
        help = f"known are {listing(names(kind))}"
    return named.problem(code, f"unknown {kind} '{visible(name)}'", help)


_NO_SPACE = re.compile(r"([A-Za-z_][\w.]*)\s*(?::\s*|\s+)(\S.*)\Z")


def _not_in_place(name: str, arguments: Place | None) -> str | None:
    """What is meant by an application among the layers, and by `Dense:3`, which has no space behind its colon."""
    if find("application", name) is not None:
        given = None if arguments is None else short_yaml(arguments.node)
        return f"write it under `models`, as `base: {{{name}: {given or '{}'}}}`, and call it here: `call: base`"
    found = _NO_SPACE.match(name) if len(name) < 100 else None
    if found is None or find("layer", found.group(1)) is None:
        return None
    right = f"{found.group(1)}: {found.group(2)}"
    help = f"write `{right}`, with a space after the colon"
    return Replacement(help, name, right) if re.fullmatch(r"[\w.+-]+", found.group(2)) else help


def _network_meant(name: str) -> str | None:
    """What is meant by a network, among the layers, that is no layer and that `keras.applications` has in other sizes."""
    from modelspec.language.meant.other_networks import networks_meant

    networks = networks_meant(name, KINDS["application"].classes)
    if networks:
        one = f"networks are models: write `base: {{{networks[0]}: {{}}}}` under `models`, and here `call: base`"
        return one if len(networks) == 1 else f"{one}; this family has {listing(networks, 20)}"
    return None
