"""Functions that TensorFlow has no gradient of: it says so at the first step of training only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from modelspec.catalogue.tensor import Tensor


def _always(entry: Any, given: list[Tensor | None]) -> bool:
    return True


def _far_from_square(entry: Any, given: list[Tensor | None]) -> bool:
    """TensorFlow lacks the gradient of what the full matrices have beside the decomposition."""
    sizes = (*given[0].shape[-2:],) if given and given[0] is not None else ()
    rows, columns = sizes if len(sizes) == 2 else (None, None)
    whole = entry.compute_uv and entry.full_matrices
    return whole and rows is not None and columns is not None and abs(rows - columns) > 1


def _high_and_complete(entry: Any, given: list[Tensor | None]) -> bool:
    sizes = (*given[0].shape[-2:],) if given and given[0] is not None else ()
    rows, columns = sizes if len(sizes) == 2 else (None, None)
    return entry.mode == "complete" and rows is not None and columns is not None and rows > columns


_STOP = "put `ops.stop_gradient` above it if the weights are not meant to learn from it"
WITHOUT_GRADIENT: dict[str, tuple[Callable[[Any, list[Tensor | None]], bool], str, str]] = {
    "ops.view": (_always, "", f"change the dtype with `ops.cast`, or {_STOP}"),
    "ops.slice_update": (_always, "", f"use `ops.scatter_update`, or {_STOP}"),
    "ops.lu_factor": (_always, "", f"use `ops.qr`, or {_STOP}"),
    "ops.svd": (_far_from_square, "full_matrices", f"write `full_matrices: false`, or {_STOP}"),
    "ops.qr": (_high_and_complete, "mode", f"write `mode: reduced`, or {_STOP}"),
}
"""When a function has no gradient, the argument to point at, and what to do. Measured with each function of the catalogue."""
