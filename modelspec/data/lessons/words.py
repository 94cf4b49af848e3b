"""Vocabularies: the words of rows, the most frequent first, and what each weighs by the rows that it is in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np

from modelspec.data.lessons.lesson import NotLearned

if TYPE_CHECKING:
    from modelspec.data.arrays import Array

Word = TypeVar("Word", str, int)
MOST_WORDS = 10_000_000
"""Of a vocabulary without `max_tokens`."""


@dataclass(frozen=True, slots=True)
class WantedVocabulary:
    """What a layer wants to know: which words are special and no part of it, how many words it takes, and their weights."""

    special: tuple[Any, ...]
    most: int | None
    weights: bool


class WordCounts(Generic[Word]):
    """Counts words. Those that come equally often are sorted backwards, as Keras sorts them."""

    def __init__(self, wanted: WantedVocabulary) -> None:
        self._wanted = wanted
        self._counts: Counter[Word] = Counter()
        self._rows_with: Counter[Word] = Counter()
        self._rows = 0

    def see(self, values: Array) -> None:
        """More rows of words or whole numbers, an array of any shape."""
        if self._wanted.weights:
            self.see_rows(values.reshape(len(values), -1).tolist())
        else:
            words, counts = np.unique(values.reshape(-1), return_counts=True)
            for word, count in zip(words.tolist(), counts.tolist(), strict=True):
                self._counts[word] += count

    def see_rows(self, rows: Iterable[list[Word]]) -> None:
        """More rows, each a list of words."""
        for row in rows:
            self._rows += 1
            self._counts.update(row)
            if self._wanted.weights:
                self._rows_with.update(set(row))

    def finish(self) -> dict[str, Any]:
        """`vocabulary`, and `idf_weights` where they are wanted: log(1 + rows / (1 + rows with the word))."""
        # Keras makes an array of the words, which forgets NUL characters at their ends: it would take two for one.
        words = [word for word in self._counts if word not in self._wanted.special and not _ends_in_nul(word)]
        words.sort(key=lambda word: (self._counts[word], word), reverse=True)
        if not words:
            raise NotLearned("there is no word to learn, besides special ones")
        if self._wanted.most is None and len(words) > MOST_WORDS:
            raise NotLearned(f"there are {len(words):,} different words", "say how many to keep: `max_tokens: 100_000`")
        words = words[: self._wanted.most]
        if not self._wanted.weights:
            return {"vocabulary": tuple(words)}
        weights = (log(1 + self._rows / (1 + self._rows_with[word])) for word in words)
        return {"vocabulary": tuple(words), "idf_weights": tuple(float(np.float32(weight)) for weight in weights)}


def _ends_in_nul(word: object) -> bool:
    return isinstance(word, str) and word.endswith("\0")
