"""What a value stands for where a spec writes it in short: `SGD: 0.1` is `SGD: {learning_rate: 0.1}`.

Asked where something is laid over a value that was written so. Must not know how documents are laid over each other.
"""

from __future__ import annotations

from modelspec.catalogue.kinds import KINDS, find
from modelspec.language.arguments import first_argument
from modelspec.language.sections.inputs import ALONE
from modelspec.language.sections.training import TrainSpec
from modelspec.language.settings import settings_of

_OWN_NAMES = ("vars", "shared", "models", "blocks", "outputs", "params", "with")
"""Mappings whose keys are the user's own names, of which nothing is known."""


def first_argument_at(path: tuple[str, ...]) -> str | None:
    """The key that a value at this path may be written without; None where there is none, or more than one is meant."""
    above, name = path[-2] if len(path) > 1 else "", path[-1]
    if above in _OWN_NAMES:
        return None
    if above == "inputs":
        return ALONE
    if path[0] == "train" and len(path) == 2 and name in settings_of(TrainSpec):
        return settings_of(TrainSpec)[name].kind.alone
    if path[0] == "data":
        from modelspec.language.sections.sources import SOURCES  # many specs have no data

        return SOURCES[name].first_argument() if len(path) == 3 and name in SOURCES else None
    if not name[:1].isupper():
        return None
    entries = (find(kind, name) for kind in KINDS)
    meant = {first_argument(entry) for entry in entries if entry is not None}
    return meant.pop() if len(meant) == 1 else None
