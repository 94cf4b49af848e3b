"""A run directory of `modelspec train`: the resolved spec and the file of the trained weights.

Knows the names of two kinds of files there, and nothing of how they are made.
"""

from __future__ import annotations

import os

from modelspec.files.reading import kind
from modelspec.saved.problem import SavedProblem
from modelspec.source import Document, Limits, parse
from modelspec.source.reader import read_file

RESOLVED = "resolved.yaml"
WEIGHTS = ("best.safetensors", "last.safetensors")
"""The weights of the best epoch, and where there is none, of the last."""


def read_run(path: str, limits: Limits) -> tuple[Document, str]:
    """The resolved spec of a run, and the path of its weights. Raises `SavedProblem` where it is no run directory."""
    _refuse_other_folders(path)
    file = os.path.join(path, RESOLVED)
    if not os.path.lexists(file):
        raise _no_run(path, f"it has no {RESOLVED}")
    text, problems = read_file(file, limits, within=path)
    document = None
    if text is not None:
        document, problems = parse(text, file, limits)
    if document is None:
        raise _no_run(path, f"its {RESOLVED} cannot be read: {problems[0].message}")
    for name in WEIGHTS:
        weights = os.path.join(path, name)
        if os.path.lexists(weights):
            what = kind(weights, path)
            if what is not None:
                raise _no_run(path, f"its {name} is {what}, not a regular file")
            return document, weights
    raise _no_run(path, f"it has neither {' nor '.join(WEIGHTS)}")


def _refuse_other_folders(path: str) -> None:
    """Say what to do with the folders that Keras and TensorFlow write."""
    for name, what in (
        ("saved_model.pb", "a SavedModel of TensorFlow"),
        ("config.json", "a model that was not zipped"),
    ):
        if os.path.lexists(os.path.join(path, name)):
            message = f"{path} is {what}, which modelspec does not read"
            raise SavedProblem("MS621", message, "if you trust it, load it with Keras and save it as .keras")


def _no_run(path: str, why: str) -> SavedProblem:
    help = "give the directory that `modelspec train` printed, or a .keras file"
    return SavedProblem("MS628", f"{path} is not a run directory with a trained model: {why}", help)
