"""Which lesson a layer takes."""

from __future__ import annotations

from typing import Any

from modelspec.catalogue.layers.layer import Layer
from modelspec.data.lessons.bins import Bins
from modelspec.data.lessons.lesson import Lesson
from modelspec.data.lessons.moments import RunningMoments
from modelspec.data.lessons.words import WantedVocabulary, WordCounts


def lesson_of(layer: Layer) -> Lesson:
    """The lesson of a layer that learns."""
    entry: Any = layer
    if entry.learns == "moments":
        return RunningMoments(entry.axes)
    if entry.learns == "bins":
        return Bins(entry.num_bins)
    table = entry.table
    special = tuple(token for token in (table.mask_token, table.oov_token) if token is not None)
    return WordCounts(WantedVocabulary(special, table.most_words, table.mode == "tf_idf"))
