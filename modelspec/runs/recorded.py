"""What a run directory holds, as schemas: every file that is read back is checked against one before anything is made of it.

Files are read as regular files of bounded size, JSON of bounded depth. What is wrong is said in one line, as a
`NotAsWritten`; who reads says which file it is and what to do. Knows no Keras.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn, TypeVar

from annotated_types import Ge
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from modelspec.files import reading as files

MOST_BYTES = 1 << 20
"""Of run.json, run.lock, metrics.json and a checkpoint's manifest."""
MOST_BYTES_OF_LEARNED = 1 << 30
"""Of learned.json, which has vocabularies."""
MOST_BYTES_OF_LINES = 1 << 30
"""Of the history, the events and a checkpoint's state, which grow with the epochs."""
MOST_DEPTH = 64
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]', re.DOTALL)

Model = TypeVar("Model", bound=BaseModel)
Number = Annotated[int, Ge(0)]
Nested = float | list[float] | list[list[float]] | list[list[list[float]]]
Leaf = str | int | float | bool | None


class NotAsWritten(ValueError):
    """A file of a run that this program did not write so; the text says what is wrong with it."""


class _Recorded(BaseModel):
    """A part of a file. Keys of later versions are passed over; those that are known have the type that is written."""

    model_config = ConfigDict(strict=True, extra="allow", allow_inf_nan=False, hide_input_in_errors=True)


class GitState(_Recorded):
    """The commit of the working folder."""

    commit: str | None = None
    uncommitted_changes: bool | None = None


class StoredRows(_Recorded):
    """Where the rows of a split came from."""

    kind: str
    path: str | None
    size: Number
    sha256: str


class Resumed(_Recorded):
    """One time that a training went on."""

    epoch: Number
    step: Number
    changed: list[str] = []


class Server(_Recorded):
    """The run at an MLflow server."""

    uri: str
    run_id: str


class InitFrom(_Recorded):
    """The weights that a run began with."""

    path: str
    sha256: str


class RunInfo(_Recorded):
    """`run.json`."""

    command: list[str] = []
    spec: str
    seed: int
    started: str
    versions: dict[str, str | None]
    platform: str = ""
    git: GitState | None = None
    data: dict[str, StoredRows]
    root: str = "."
    path: str | None = None
    root_from_run: str | None = None
    allowed: list[str] = []
    began_with: list[str] = []
    plugins: dict[str, str] = {}
    status: Literal["running", "finished", "interrupted", "failed"]
    epochs: Number = 0
    best_epoch: Number | None = None
    best_by: str | None = None
    best_value: float | None = None
    reason: str | None = None
    ended: str | None = None
    resumed: list[Resumed] = []
    mlflow: Server | None = None
    init_from: InitFrom | None = None
    arrays: dict[str, str] = {}


class LearnedArguments(_Recorded):
    """What a layer learned: one of a mean with a variance, boundaries of bins, and a vocabulary, which may have weights."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False, hide_input_in_errors=True)
    mean: Nested | None = None
    variance: Nested | None = None
    bin_boundaries: list[float] | None = None
    vocabulary: list[str] | list[int] | None = None
    idf_weights: list[float] | None = None


class LearnedValues(_Recorded):
    """`learned.json`: labels by output, what fills gaps, by input, and arguments of layers, by their paths."""

    labels: dict[str, list[str]] = {}
    fills: dict[str, list[float]] = {}
    layers: dict[str, LearnedArguments] = {}


class Owner(_Recorded):
    """`run.lock`: the process that a run directory belongs to."""

    pid: Annotated[int, Ge(1)]
    host: str
    boot: str | None
    began: str | None


class StoredFile(_Recorded):
    """A file of a checkpoint."""

    size: Number
    sha256: str


class Manifest(_Recorded):
    """`manifest.json` of a checkpoint."""

    format: int
    files: dict[str, StoredFile]


class Best(_Recorded):
    """The best epoch so far."""

    value: float | None
    epoch: Annotated[int, Ge(1)] | None


class Begun(_Recorded):
    """What was done when the stage began."""

    first: Number
    steps_before: Number


class Remembered(_Recorded):
    """What a callback remembers; its numbers need not be finite."""

    model_config = ConfigDict(strict=True, extra="allow", allow_inf_nan=True, hide_input_in_errors=True)
    kind: str
    state: dict[str, Leaf | list[str]]


class StoredState(_Recorded):
    """The values of a checkpoint."""

    fingerprint: dict[str, Leaf | list[Leaf] | dict[str, Leaf]]
    epochs: Annotated[int, Ge(1)]
    stage: Begun
    history: list[dict[str, int | float | None]]
    best: Best
    stop_training: bool
    callbacks: list[Remembered]


class StoredResult(_Recorded):
    """Losses and metrics of one split."""

    loss: float | None
    outputs: dict[str, dict[str, float | None]]


HISTORY_ROW: TypeAdapter[dict[str, int | float | None]] = TypeAdapter(
    dict[str, int | float | None], config=ConfigDict(strict=True, allow_inf_nan=False)
)
METRICS: TypeAdapter[dict[str, Any]] = TypeAdapter(
    dict[str, StoredResult | dict[str, Leaf]], config=ConfigDict(strict=True, hide_input_in_errors=True)
)


def read_bytes(path: Path, most: int, run: Path) -> bytes:
    """The bytes of a file of the run directory `run`. Raises OSError: it is a regular file of that folder, no link."""
    return files.read_bytes(path, most, within=run)


def read_text(path: Path, most: int, run: Path) -> str:
    """The same as UTF-8. Raises `NotAsWritten` too."""
    try:
        return read_bytes(path, most, run).decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotAsWritten(f"it is not UTF-8, from byte {error.start} on") from error


def from_json(text: str) -> Any:
    """A JSON value that is nested at most `MOST_DEPTH` deep and holds finite numbers only. Raises `NotAsWritten`."""
    depth = 0
    for match in _TOKEN.finditer(text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(match.group(), 0)
        if depth > MOST_DEPTH:
            raise NotAsWritten(f"it is nested more than {MOST_DEPTH} levels deep")
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise NotAsWritten(f"it is not JSON: line {error.lineno}, column {error.colno}: {error.msg}") from error
    except ValueError as error:  # a number of thousands of digits
        raise NotAsWritten(f"it is not JSON: {error}") from error


def _refuse_constant(name: str) -> NoReturn:
    raise NotAsWritten(f"it is not JSON: {name}")


def held(model: type[Model], value: Any) -> Model:
    """A value as its schema has it. Raises `NotAsWritten` with the first thing that does not fit."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise NotAsWritten(_first(error)) from error


def held_as(adapter: TypeAdapter[Any], value: Any) -> Any:
    """The same for what is no mapping of known keys."""
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        raise NotAsWritten(_first(error)) from error


def _first(error: ValidationError) -> str:
    detail = error.errors(include_url=False, include_input=False)[0]
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in detail["loc"]).lstrip(".")
    said = detail["msg"].replace("Input should be", "expected").replace("Field required", "it is missing")
    return f"`{path}`: {said}" if path else said
