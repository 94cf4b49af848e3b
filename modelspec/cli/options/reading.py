"""How a command reads a spec: the options that all such commands share, as one value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from modelspec.source.limits import Limits


class Reading(NamedTuple):
    """The limits of a spec, the settings of `--set`, and the packages of `--plugins`."""

    limits: Limits
    overrides: Sequence[str] = ()
    plugins: Sequence[str] | None = None
