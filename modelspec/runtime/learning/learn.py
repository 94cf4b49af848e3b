"""What layers learn from the training rows: in one pass for all that take rows as they are, and in one more for each depth.

What is learned from inputs is exact, and depends on neither batches nor order. Rows that go through other layers first do
so in batches of one size, so that each is computed in the same way, whatever the training's batches. Must not print.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from modelspec.data.lessons.kinds import lesson_of
from modelspec.data.lessons.lesson import Lesson, NotLearned
from modelspec.data.lessons.words import WordCounts
from modelspec.data.rows import Rows
from modelspec.diagnostics import Diagnostic, SpecError
from modelspec.graph import Network, ShapedNetwork
from modelspec.graph.questions.learning import Learner, LearningPass, learners, lessons
from modelspec.graph.teaching import Taught, taught
from modelspec.language.sections.batches import fixed_batch
from modelspec.pipeline import run
from modelspec.runs.reporting import Silent
from modelspec.runtime.backend import tensor
from modelspec.runtime.backend.private import words_of
from modelspec.runtime.build.built import BuiltModel
from modelspec.runtime.build.initial import begin_from, learned_before
from modelspec.runtime.build.model import build_model
from modelspec.runtime.build.objects import to_keras
from modelspec.runtime.learning.hearing import Listener, as_array

_ROWS = 4096
"""So many are taken at once where nothing is computed."""
_COMPUTED = 256
"""Where rows go through layers."""


def learn_layers(
    network: ShapedNetwork, rows: Rows, known: Taught | None = None, *, allow_download: bool = False
) -> dict[str, dict[str, Any]]:
    """What the layers learn from these rows, by their paths; what is `known` stays, and what the spec begins with.

    Raises `SpecError`: MS548 where rows do not teach it, and as `begin_from`.
    """
    found = learners(network.network)
    begun, filled = learned_before(network)
    known = {**begun, **(known or {})}
    learned: dict[str, dict[str, Any]] = {path: dict(given) for path, given in known.items() if path in found}
    course = _Course(network, rows, filled, allow_download)
    for step in lessons(network.network).passes:
        due = {path: found[path] for path in step.paths if path not in learned and path not in filled}
        if due:
            learned.update(course.take(step, due, learned))
    return learned


@dataclass(frozen=True, slots=True)
class _Course:
    """The passes of a network's layers over the rows; those that are `filled` by the weights that it begins with have none."""

    network: ShapedNetwork
    rows: Rows
    filled: AbstractSet[str]
    allow_download: bool

    def take(self, step: LearningPass, due: Mapping[str, Learner], learned: Taught) -> dict[str, dict[str, Any]]:
        """What is learned in one pass, after those in which it was `learned`."""
        ears = {path: _Ear(learner) for path, learner in due.items()}
        listener = Listener(self.network, due, step.vertices, lambda: self.built(learned))
        for inputs, real in _batches(self.network.network, self.rows, listener.computes):
            listener.listen(inputs, lambda path, values: ears[path].hear(values, real))  # noqa: B023
        return {path: ear.finish() for path, ear in ears.items()}

    def built(self, learned: Taught) -> BuiltModel:
        """The whole model, where layers that have not learned yet know something of the same kind.

        Its first weights are those of the model that is trained, since the same layers are made in the same order.
        """
        known = _inferred(taught(self.network.network, learned))
        known = (*known.possible, known)[0]
        open_ends = learners(known.network).items()
        lacking = {path: item.entry.provisional(1) for path, item in open_ends if path not in self.filled}
        whole = _inferred(taught(known.network, lacking))
        built = build_model(whole, compile=False, allow_download=self.allow_download)
        begin_from(built, Silent(), partly=True)
        return built


def _inferred(network: Network) -> ShapedNetwork:
    """Raises `SpecError` where what is known now does not fit."""
    found = run(network, "infer", "infer")
    if found.network is None or any(problem.severity == "error" for problem in found.problems):
        raise SpecError(found.problems)
    return found.network


def _batches(network: Network, rows: Rows, computes: bool) -> Iterator[tuple[dict[str, Any], Fraction]]:
    """All rows in batches, the inputs alone, and the share of a batch that is real: what computes is given full ones."""
    fixed = fixed_batch(network.main.inputs)
    size = (fixed.batch_size if fixed is not None else None) or (_COMPUTED if computes else _ROWS)
    for start in range(0, rows.count, size):
        real = min(size, rows.count - start)
        filled = size if computes else real
        inputs, *_ = rows.take(np.minimum(np.arange(start, start + filled), rows.count - 1))
        yield inputs, Fraction(real, filled)


class _Ear:
    """What one layer hears, handed on to its lesson."""

    def __init__(self, learner: Learner) -> None:
        self.learner = learner
        self.lesson: Lesson = lesson_of(learner.entry)
        self.splits = learner.entry.learns == "texts"
        self.layer: Any = to_keras(learner.entry) if self.splits else None

    def hear(self, values: Any, real: Fraction) -> None:
        """Values of a batch of which only the first rows are `real`, by this share."""
        try:
            if isinstance(self.lesson, WordCounts) and (self.splits or hasattr(values, "row_splits")):
                words = words_of(self.layer, tensor(values)) if self.splits else values.to_list()
                self.lesson.see_rows([[_text(word) for word in row] for row in words[: int(len(words) * real)]])
            else:
                array = as_array(values)
                self.lesson.see(array[: int(len(array) * real)])
        except NotLearned as error:
            raise SpecError([self._problem(error)]) from error
        except UnicodeDecodeError as error:
            raise SpecError([self._problem(NotLearned("a word is not UTF-8"))]) from error

    def finish(self) -> dict[str, Any]:
        """What it learned."""
        try:
            return self.lesson.finish()
        except NotLearned as error:
            raise SpecError([self._problem(error)]) from error

    def _problem(self, error: NotLearned) -> Diagnostic:
        lack = self.learner.entry.lacks()
        assert lack is not None
        message = f"{type(self.learner.entry).__name__} cannot learn its {lack.what}: {error.message}"
        return self.learner.place.problem("MS548", message, error.help or lack.help)


def _text(word: Any) -> Any:
    return word.decode("utf-8") if isinstance(word, bytes) else word
