"""Importing TensorFlow and Keras: quietly, and with one clear message where they are not installed."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sys
from collections.abc import Iterator

from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.diagnostics.installing import install
from modelspec.runtime.quoting import quoted

KERAS_FLOOR = (3, 15, 1)
_NEEDED = ("tensorflow", "keras", "numpy", "ml_dtypes", "safetensors", "h5py")
_EXTRAS = {"pyarrow": "parquet", "polars": "tables", "numpy": "tables", "PIL": "images", "mlflow": "mlflow"}
_PROPER = {"tensorflow": "TensorFlow", "keras": "Keras", "numpy": "NumPy"}


def require_installed() -> None:
    """Refuse what needs more than the base installation where it is not there. Imports nothing and raises `SpecError`.

    Whoever imports another module of `runtime` calls this first: most of them import one of these packages.
    """
    for package in _NEEDED:
        if package not in sys.modules and importlib.util.find_spec(package) is None:
            raise SpecError([missing(package)])


def missing(package: str) -> Diagnostic:
    """That a package is not installed, and what to install."""
    message = f"this command needs {_PROPER.get(package, package)}, which is not installed"
    return Diagnostic("MS601", message, help=f"install it with: {install(_EXTRAS.get(package, 'tensorflow'))}")


def start_keras() -> None:
    """Import Keras on TensorFlow. Raises `SpecError` where one of them is missing or cannot be loaded."""
    require_installed()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    backend = os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    if backend != "tensorflow":
        message = f"KERAS_BACKEND is {backend!r}: modelspec trains on TensorFlow"
        raise SpecError([Diagnostic("MS601", message, help="unset KERAS_BACKEND, or set it to tensorflow")])
    try:
        with quiet_stderr():
            import keras
    except Exception as error:
        said = quoted(error)
        message = f"TensorFlow is installed but cannot be imported: {type(error).__name__}: {said.first}"
        help = f"install it again with: {install('tensorflow')}"
        raise SpecError([Diagnostic("MS601", message, help=help, quoted=said.rest)]) from error
    _require_version(keras.__version__)
    # absl's loggers repeat what Keras raises as errors, and warn of things no user asked for.
    import absl.logging

    absl.logging.set_verbosity(absl.logging.ERROR)


def _require_version(found: str) -> None:
    """Older versions of Keras load files in ways that can run code."""
    if tuple(int(part) for part in found.split(".")[:3] if part.isdigit()) < KERAS_FLOOR:
        wanted = ".".join(map(str, KERAS_FLOOR))
        message = f"Keras {found} is installed; modelspec needs {wanted} or newer"
        raise SpecError([Diagnostic("MS601", message, help="upgrade it with: pip install -U keras")])


@contextlib.contextmanager
def quiet_stderr() -> Iterator[None]:
    """Swallow what native code writes to file descriptor 2 (TensorFlow's start-up noise), unless the block fails."""
    try:
        descriptor = sys.__stderr__.fileno() if sys.__stderr__ is not None else 2
        saved = os.dup(descriptor)
    except (OSError, ValueError):
        yield
        return
    sink = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(sink, descriptor)
        yield
    finally:
        os.dup2(saved, descriptor)
        os.close(saved)
        os.close(sink)
