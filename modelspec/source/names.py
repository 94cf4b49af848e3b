"""What a name and a reference to a tensor look like. Must not know what has a name."""

from __future__ import annotations

import re

NAME_PATTERN = r"[A-Za-z_][A-Za-z0-9_-]*"
LONGEST_NAME = 128
"""Characters of a name."""
REFERENCE_PATTERN = rf"({NAME_PATTERN})(?:@(\d{{1,9}}))?(?:\.(\d{{1,9}}|{NAME_PATTERN}))?"
"""`name`, `layer@n`, `name.k`, `name.output`: the name, the call and the output as groups."""


def local_name(key: str) -> str:
    """The name of a shared layer or model where it is defined: `tower` of `vision/tower`."""
    return key.rsplit("/", 1)[-1]


def snake_case(name: str) -> str:
    """Keras's rule for automatic names (keras/src/utils/naming.py)."""
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()
