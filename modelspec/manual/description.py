"""What there is to say of one name of a spec, as a frozen value. Must not know where it is found out, or how it is shown."""

from __future__ import annotations

from dataclasses import dataclass

from modelspec.manual.examples import Example
from modelspec.manual.fields import Argument


@dataclass(frozen=True, slots=True)
class DescribedArgument:
    """An argument of a layer's call: what `from` fills, or a switch."""

    name: str
    type: str
    required: bool


@dataclass(frozen=True, slots=True)
class Description:
    """What there is to say of one name."""

    name: str
    kind: str
    summary: str
    url: str | None
    other_names: tuple[str, ...]
    arguments: tuple[Argument, ...]
    call: tuple[DescribedArgument, ...]
    shape: str | None
    weights: str | None
    example: Example
