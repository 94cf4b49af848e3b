"""What must be the same for a training to go on exactly.

A fingerprint is a flat mapping from words that a user knows (`train.batch_size`, `versions.keras`) to plain values.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from typing import Any

import keras
import yaml

from modelspec.data.arrays import RowsFingerprint
from modelspec.data.order import Order
from modelspec.files.reading import read_text
from modelspec.graph import ShapedNetwork
from modelspec.graph.questions.stages import stages
from modelspec.runs.differences import ARRAYS, Fingerprint, flat, of_spec
from modelspec.runs.resolved import resolved_spec
from modelspec.runtime.backend import accelerators, devices, kernels_are_deterministic, shortened_floats

_MOST_BYTES = 1 << 24


def fingerprint(
    network: ShapedNetwork,
    data: Mapping[Any, RowsFingerprint],
    versions: Mapping[str, Any],
    arrays: Mapping[str, str],
) -> Fingerprint:
    """Of the spec with every default written out, the rows, the versions, the code of plugins, the device, the precision.

    `arrays` are the hashes of the files whose arrays begin weights.
    """
    found = of_spec(network)
    for split, rows in data.items():
        found[f"rows.{split}"] = rows["sha256"]
    for name in ("modelspec", "keras", "tensorflow", "numpy"):
        found[f"versions.{name}"] = versions.get(name)
    for name, digest in arrays.items():
        found[f"{ARRAYS}{name}"] = digest
    for name, digest in network.spec.plugins.digests.items():
        found[f"plugins.{name}"] = digest
    if network.train.distribute is not None:
        found["devices"] = len(devices())
    return {**found, **_device(), **_precision()}


def order_of_rows(network: ShapedNetwork, rows: int) -> Fingerprint:
    """How the order of so many rows comes about, where it is computed: a run that began with a sorted one has another."""
    computed = any(Order(rows, shuffle=stage.train.shuffle).computed for stage in stages(network))
    return {"order of rows": "computed"} if computed else {}


def parameters(network: ShapedNetwork) -> dict[str, Any]:
    """How a spec trains and on what, flat, with every default: what a comparison of runs is made by."""
    written = yaml.safe_load(resolved_spec(network))
    return flat("", {key: written[key] for key in ("name", "train", "data") if key in written})


def _device() -> Fingerprint:
    """What computes: sums come out differently on another kind of device, and on another number of cores."""
    names = accelerators()
    if names:
        return {"device": f"{len(names)} x {names[0]}" if len(names) > 1 else names[0]}
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {"device": _processor(), "device.cores": cores}


def _processor() -> str:
    try:
        for line in read_text("/proc/cpuinfo", _MOST_BYTES).splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _precision() -> Fingerprint:
    """How numbers are computed: dtypes, and settings of the environment that choose other kernels."""
    settings = {name: os.environ.get(name) for name in ("TF_ENABLE_ONEDNN_OPTS", "XLA_FLAGS", "TF_XLA_FLAGS")}
    return {
        "precision": keras.config.dtype_policy().name,
        "precision.tf32": shortened_floats(),
        "precision.deterministic": kernels_are_deterministic(),
        **{f"environment.{name}": value for name, value in settings.items()},
    }
