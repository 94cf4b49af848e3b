"""Which networks of `keras.applications` are meant by a name that it does not have: `resnet_50`, `ResNet18`, `ConvNeXt`.

Must not know where a spec may name one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_SHORTEST = 6


def networks_meant(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """The network of the same letters and digits; else those of the same family, which a size or a version sets apart."""
    folded = {re.sub(r"[\W_]", "", other).lower(): other for other in known}
    short = re.sub(r"[\W_]", "", name).lower()
    if short in folded:
        return (folded[short],)
    family = _family(short)
    same = tuple(other for key, other in folded.items() if _family(key) == family)
    if not same and len(family) >= _SHORTEST:
        same = tuple(other for key, other in folded.items() if key.startswith(family))
    return tuple(sorted(same, key=lambda other: re.sub(r"\d+", lambda digits: digits.group().zfill(4), other)))


def _family(folded: str) -> str:
    """`resnet` of `resnet152v2`: the letters before a size or a version."""
    found = re.match(r"[a-z]+?(?=v?\d|b\d|\Z)", folded)
    return "" if found is None else found.group()
