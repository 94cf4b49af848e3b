"""`shared` and `models`: what steps call by name, of the spec itself and of the nested models that have some of their own.

What a nested model defines is seen inside it only. Its key is its path: `tower` of the model `vision` is `vision/tower`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from modelspec.diagnostics.failure import guarded
from modelspec.language.fields import expect_mapping, read_name
from modelspec.language.models import read_nested_model
from modelspec.language.objects import Reader
from modelspec.language.spec import ModelSpec, Use
from modelspec.language.visible import Visible
from modelspec.source import Place
from modelspec.source.words import visible

if TYPE_CHECKING:
    from modelspec.language.sections.saved_models import Cut, SavedPart


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Definitions:
    """All shared layers and nested models of a spec, by their keys, those of nested models included.

    One that was refused stays known by its name, with no entry.
    """

    shared: dict[str, Use] = field(default_factory=dict)
    models: dict[str, ModelSpec] = field(default_factory=dict)


def visible_names(place: Place, prefix: str = "", around: Visible | None = None) -> Visible:
    """The names that can be called in a model, with the key of what each is: its own, and those around it."""
    own = [name for key in ("shared", "models") if (below := place.get(key)) is not None for name, _ in below.entries()]
    return Visible(own, prefix, around) if own or around is None else around


def read_definitions(place: Place, prefix: str, reader: Reader, found: Definitions, cut: Cut | None = None) -> None:
    """Read what stands under `shared` and `models` of a spec or nested model; `prefix` is that of their keys."""
    _shared(place.get("shared"), prefix, reader, found)
    models = place.get("models")
    if models is None or not expect_mapping(
        models, "models", reader.problems, "models: {vision: {inputs: …, layers: …}}"
    ):
        return
    for name, below in models.entries():
        if "$" in name:
            _computed(name, below, reader)
        elif read_name(name, below, "a model", reader.problems) is not None:
            with guarded(f"reading the model '{name}'", reader.problems, below):
                _model(prefix + name, below, reader, found, cut)


def _computed(name: str, place: Place, reader: Reader) -> None:
    """A model whose name is to be computed, in a loop or by a variable: reported once, at the loop if there is one."""
    loop = place.get("for") or place.get("repeat")
    message = f"a model: '{visible(name)}' is not a name: names under `models` are not computed"
    if loop is not None:
        message = f"the model '{visible(name)}': `models` has no loops"
    reader.problems.append(
        (loop or place).problem("MS201" if loop else "MS210", message, f"write {_NO_LOOPS}", key=True)
    )


_NO_LOOPS = "each model out, or a block: every use of a block has its own weights"


def _shared(place: Place | None, prefix: str, reader: Reader, found: Definitions) -> None:
    if place is None or not expect_mapping(place, "shared", reader.problems, "shared: {encoder: {LSTM: 64}}"):
        return
    for name, below in place.entries():
        if read_name(name, below, "a shared layer", reader.problems) is None:
            continue
        entry = reader.object("layer", below)
        found.shared[prefix + name] = Use(type(entry).__name__ if entry is not None else "unknown", entry, below)


def application_name(place: Place) -> str | None:
    """The application that a model under `models` is, or None: a mapping with one key that begins like a class."""
    if place.get("inputs") is not None or place.get("layers") is not None:
        return None
    keys = [key for key, _ in place.entries() if key[:1].isupper()] or list(filter(_a_network, dict(place.entries())))
    return keys[0] if len(keys) == 1 else None


def _a_network(key: str) -> bool:
    """Whether a key is the name of a network in small letters: it is refused, with the right one."""
    if key in ("saved", "spec", "outputs", "shared", "models", "trainable", "freeze"):
        return False
    from modelspec.catalogue.kinds import names
    from modelspec.language.meant.other_networks import networks_meant

    return len(networks_meant(key, names("application"))) == 1


def _model(key: str, place: Place, reader: Reader, found: Definitions, cut: Cut | None) -> None:
    part: SavedPart | None = None
    name = application_name(place)
    if name is not None:
        from modelspec.language.sections.application_models import read_application  # few specs have one

        found.shared[key] = read_application(name, place, reader)
        return
    if place.get("saved") is not None:
        from modelspec.language.sections.saved_models import read_saved_part  # few specs name saved models

        read = read_saved_part(place, reader, cut)
        if read is None:
            return
        place, part = read
        name = application_name(place)
        if name is not None:
            from modelspec.language.sections.application_models import read_application

            found.shared[key] = replace(read_application(name, place, reader), saved=part)
            return
    visible = visible_names(place, f"{key}/", reader.visible)
    inside = reader.seeing(visible)
    model = read_nested_model(key, place, inside)
    if model is not None:
        found.models[key] = model if part is None else replace(model, saved=part)
        read_definitions(place, f"{key}/", inside, found, cut)
