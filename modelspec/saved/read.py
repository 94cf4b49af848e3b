"""What a spec takes in as `saved:`, read without Keras: a model in the language, and where its weights are."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

from modelspec.diagnostics import Diagnostic
from modelspec.saved.archive import ASSETS, CONFIG, METADATA, Archive, open_archive
from modelspec.saved.description import malformed, read_description, read_json
from modelspec.saved.learned import read_learned, with_learned
from modelspec.saved.limits import SavedLimits
from modelspec.saved.located import document_of, moved
from modelspec.saved.problem import SavedProblem
from modelspec.saved.run_directory import read_run
from modelspec.saved.translate import Translation, translate
from modelspec.source import Document, Limits, Mapping, Place, Scalar, Sequence
from modelspec.source.nodes import Node

KNOWN_KERAS = (3, 15)
"""The newest Keras whose descriptions are known here."""


@dataclass(frozen=True, slots=True, eq=False)
class SavedModel:
    """A saved model in the language.

    `document` is a whole spec; everything in it stands at the place that names the model. `weights` is the file that
    holds the weights: the `.keras` file, or the `.safetensors` file of a run.
    """

    kind: Literal["keras", "run"]
    document: Document
    weights: str
    trainable: bool
    groups: dict[str, str]
    """Of a `.keras` file: stable path of a layer (`encoder`, `vision/conv`) -> its group in the file's weights."""
    names: dict[str, str]
    """Keras's names of layers of the outermost model -> what to refer to them by, where the two differ."""
    fingerprint: str
    """The hash of the description, to tell whether the file is still the one that was read."""


def read_saved(
    path: str, place: Place, limits: SavedLimits | None = None, taken: Collection[str] = ()
) -> tuple[SavedModel | None, tuple[Diagnostic, ...]]:
    """The model saved at `path`: a `.keras` file or a run directory.

    Problems stand at `place`, which is what the spec gives for `saved:`. Of a `.keras` file, shared layers and models
    get other names than those in `taken`.
    """
    limits = limits or SavedLimits()
    try:
        if os.path.isdir(path):
            return _read_run(path, place), ()
        return _read_archive(path, place, limits, taken)
    except SavedProblem as problem:
        return None, (place.problem(problem.code, problem.message, problem.help),)


def _read_run(path: str, place: Place) -> SavedModel:
    document, weights = read_run(path, Limits())
    learned, text = read_learned(path)
    fingerprint = fingerprint_of(document.text.encode() + text)
    root = _trained(moved(document.root, place.span))
    assert isinstance(root, Mapping)
    root = with_learned(root, learned)
    return SavedModel("run", place.document._replace(root=root), weights, True, {}, {}, fingerprint)


def _trained(node: Node) -> Node:
    """Without the files of arrays that weights began with: these have been trained since."""
    if isinstance(node, Sequence):
        return node._replace(items=tuple(_trained(item) for item in node.items))
    if not isinstance(node, Mapping):
        return node
    entries = {}
    for key, item in node.entries.items():
        file = isinstance(item.value, Mapping) and set(item.value.entries) == {"npz"}
        zeros = Scalar("zeros", item.value.span, True)
        entries[key] = item._replace(value=zeros if file and key.endswith("_initializer") else _trained(item.value))
    return node._replace(entries=entries)


def _read_archive(
    path: str, place: Place, limits: SavedLimits, taken: Collection[str]
) -> tuple[SavedModel, tuple[Diagnostic, ...]]:
    with open_archive(path, limits) as archive:
        version = _version(path, read_json(archive.read(METADATA, limits.description), f"{path}: {METADATA}", limits))
        text = archive.read(CONFIG, limits.description)
        model = read_description(read_json(text, f"{path}: {CONFIG}", limits), f"{path}: {CONFIG}", limits)
        made: Translation = translate(model, path, taken, lambda group: _vocabulary(archive, group, limits))
    warnings: tuple[Diagnostic, ...] = ()
    if version[:2] > KNOWN_KERAS:
        known = ".".join(map(str, KNOWN_KERAS))
        message = f"{path} was written by Keras {'.'.join(map(str, version))}; modelspec knows Keras {known}"
        warnings = (place.warning("MS629", message, "upgrade modelspec, or save the model with an older Keras"),)
    document = document_of(made.values, place)
    saved = SavedModel("keras", document, path, model.trainable, made.groups, made.names, fingerprint_of(text))
    return saved, warnings


def _version(path: str, metadata: Any) -> tuple[int, ...]:
    """The version of Keras that wrote a file; one older than 3 is refused."""
    text = metadata.get("keras_version") if isinstance(metadata, dict) else None
    found = re.match(r"(\d{1,6})(?:\.(\d{1,6}))?(?:\.(\d{1,6}))?", text) if isinstance(text, str) else None
    if found is None:
        raise malformed(f"{path}: {METADATA}", "it does not say which Keras wrote the file")
    version = tuple(int(number or "0") for number in found.groups())
    if version[0] < 3:
        message = f"{path} was written by Keras {'.'.join(map(str, version))}, which describes models differently"
        raise SavedProblem("MS631", message, "load it with Keras 3 and save it again")
    return version


def _vocabulary(archive: Archive, group: str, limits: SavedLimits) -> str | None:
    """The words that a lookup layer learned, one a line."""
    for name in (f"{ASSETS}{group}/vocabulary.txt", f"{ASSETS}{group}/_lookup_layer/vocabulary.txt"):
        if name in archive.members:
            try:
                return archive.read(name, limits.description).decode("utf-8")
            except UnicodeDecodeError as error:
                message = f"{archive.path}: its {name} is not UTF-8 text"
                raise SavedProblem("MS622", message, "save the model again") from error
    return None


def fingerprint_of(text: bytes) -> str:
    """The hash that tells one description from another."""
    return hashlib.sha256(text).hexdigest()
