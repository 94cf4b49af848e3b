"""How much a spec may ask for, and where it may read. Only the command line can lift a limit, never the file.

Must not know what is limited, only how far.
"""

from __future__ import annotations

from typing import NamedTuple


class Limits(NamedTuple):
    """The bounds; each is lifted by the command-line flag that `FLAGS` names."""

    file_bytes: int = 1024 * 1024
    depth: int = 64
    nodes: int = 200_000
    expanded_nodes: int = 100_000
    key_length: int = 128
    layers: int = 5_000
    """Calls of layers, those inside nested models counted once for each call of the model."""
    outputs: int = 100_000
    """Tensors that the calls with several outputs give, those inside nested models counted with each call."""
    data_roots: tuple[str, ...] = ()
    """Absolute paths of folders (or files) that a spec may name beside its own folder and the working folder."""


DEEPEST = 200
"""The most that `depth` can be: nested values are read by nested calls, and libyaml stops at 1,000 levels by itself."""

FLAGS: dict[str, str] = {
    "file_bytes": "--max-file-bytes",
    "depth": "--max-depth",
    "nodes": "--max-nodes",
    "expanded_nodes": "--max-expanded-nodes",
    "key_length": "--max-key-length",
    "layers": "--max-layers",
    "outputs": "--max-outputs",
}
"""The flag that lifts each limit."""
