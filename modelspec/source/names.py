"""What a name and a reference to a tensor look like. Must not know what has a name."""

from __future__ import annotations

import re

NAME_PATTERN = r"[A-Za-z_][A-Za-z0-9_-]*"
LONGEST_NAME = 128
"""Characters of a name."""
INNER_NAME_PATTERN = r"[A-Za-z0-9_][A-Za-z0-9_-]*"
"""A name within a block: the name of the block's use stands before it, so it may begin with a digit (`1_conv`)."""
_CALL_AND_OUTPUT = rf"(?:@(\d{{1,9}}))?(?:\.(\d{{1,9}}|{NAME_PATTERN}))?"
REFERENCE_PATTERN = rf"({NAME_PATTERN}){_CALL_AND_OUTPUT}"
"""`name`, `layer@n`, `name.k`, `name.output`: the name, the call and the output as groups."""
INNER_REFERENCE_PATTERN = rf"({INNER_NAME_PATTERN}){_CALL_AND_OUTPUT}"


def local_name(key: str) -> str:
    """The name of a shared layer or model where it is defined: `tower` of `vision/tower`."""
    return key.rsplit("/", 1)[-1]


def snake_case(name: str) -> str:
    """Keras's rule for automatic names (keras/src/utils/naming.py); of `package>Name` the last part."""
    name = re.sub(r"\W+", "", name.rpartition(">")[2])
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()
