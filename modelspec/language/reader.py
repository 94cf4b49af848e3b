"""Stage 2: a document -> the spec as frozen values. Names are not looked up, shapes are not known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from modelspec.diagnostics import Diagnostic
from modelspec.diagnostics.failure import guarded
from modelspec.language.definitions import Definitions, read_definitions, visible_names
from modelspec.language.fields import read_name, read_text, unknown_keys
from modelspec.language.models import read_steps
from modelspec.language.number_keys import misplaced_numbers
from modelspec.language.objects import Reader
from modelspec.language.sections.batches import agreeing, fixed_batch, in_batches
from modelspec.language.sections.budget import read_budget
from modelspec.language.sections.data import read_data
from modelspec.language.sections.inputs import read_inputs
from modelspec.language.sections.outputs import read_outputs
from modelspec.language.sections.training import TrainSpec, read_train
from modelspec.language.spec import ModelSpec, Spec
from modelspec.plugins import NO_PLUGINS, Plugins
from modelspec.source import Document, Limits, Place, Scalar
from modelspec.source.words import describe

if TYPE_CHECKING:
    from modelspec.language.sections.saved_models import Cut

LANGUAGE_VERSION = 1
SPEC_KEYS = (
    "modelspec", "name", "description", "extends", "vars", "blocks", "inputs", "layers", "shared", "models", "outputs", "train",
    "data", "budget",
)  # fmt: skip


def read_spec(
    document: Document, limits: Limits | None = None, cut: Cut | None = None, plugins: Plugins = NO_PLUGINS
) -> tuple[Spec, tuple[Diagnostic, ...]]:
    """The spec, as far as it could be read, and everything that is wrong with it so far.

    `cut` takes a part out of a saved model by its tensors; `plugins` are the user's own layers, losses and metrics.
    """
    problems: list[Diagnostic] = []
    root = document.place
    _version(root, problems)
    if any(key not in SPEC_KEYS for key, _ in root.entries()):
        from modelspec.language.meant.elsewhere import AT_THE_TOP

        taken = document.expanded_keys
        unknown_keys(root, "a spec", SPEC_KEYS, problems, AT_THE_TOP, own="x-", taken=taken, foremost="modelspec")
    reader = Reader(problems, visible_names(root), limits, plugins)
    name_place = root.get("name")
    name = read_text(name_place, "name", problems)
    if name is not None and name_place is not None:
        name = read_name(name, name_place, "name", problems, key=False)
    description = read_text(root.get("description"), "description", problems)
    defined, inputs, steps, outputs, train, data, budget = Definitions(), None, None, None, TrainSpec(), None, None
    with guarded("reading `shared` and `models`", problems, root):
        read_definitions(root, "", reader, defined, cut)
    with guarded("reading `inputs`", problems, root):
        inputs = read_inputs(root.get("inputs"), root, reader)
    with guarded("reading `layers`", problems, root):
        steps = read_steps(root.get("layers"), root, reader)
    with guarded("reading `outputs`", problems, root):
        outputs = read_outputs(root.get("outputs"), reader)
    with guarded("reading `train`", problems, root):
        train = read_train(root.get("train"), reader)
    with guarded("reading `data`", problems, root):
        data = read_data(root.get("data"), reader)
    with guarded("reading `budget`", problems, root):
        budget = read_budget(root.get("budget"), reader)
    numbers = misplaced_numbers(document)
    if numbers:  # what else is said of such a key only follows from it
        at = {problem.span for problem in numbers}
        problems[:] = [*numbers, *(problem for problem in problems if problem.span not in at)]
    model = ModelSpec(
        name or _default_name(document.file), inputs or (), steps or (), outputs, True, root, reader.visible
    )
    train = in_batches(train, model, defined.shared.values(), defined.models.values(), problems)
    fixed = fixed_batch(model.inputs)
    model = agreeing(model, fixed)
    models = {key: agreeing(nested, fixed) for key, nested in defined.models.items()}
    mended = {id(problem) for problem in reader.mended}
    complete = reader.plugins.complete and not any(
        problem.severity == "error" and id(problem) not in mended for problem in problems
    )
    used = reader.plugins.only(reader.used)
    return Spec(
        model.name, description, model, defined.shared, models, train, data, budget, root, complete, used
    ), tuple(problems)


def _version(root: Place, problems: list[Diagnostic]) -> None:
    place = root.get("modelspec")
    help = f"begin the file with `modelspec: {LANGUAGE_VERSION}`"
    if place is None:
        problems.append(root.problem("MS202", "`modelspec`, the version of the language, is missing", help))
        return
    value = place.node.value if isinstance(place.node, Scalar) else None
    if value != LANGUAGE_VERSION or isinstance(value, bool):
        message = f"modelspec: expected the language version {LANGUAGE_VERSION}; received {describe(place.node)}"
        problems.append(place.problem("MS212", message, help))
    elif next(iter(root.entries()))[0] != "modelspec":
        problems.append(place.problem("MS212", "`modelspec` must be the first key", help, key=True))


def _default_name(file: str) -> str:
    stem = re.split(r"[/\\]", file)[-1].rsplit(".", 1)[0]
    return re.sub(r"[^A-Za-z0-9_-]+", "-", stem).strip("-")[:64] or "model"
