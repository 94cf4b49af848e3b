"""Vocabularies: the most frequent words first, equally frequent ones backwards."""

import numpy as np
import pytest

from modelspec.data.lessons import words as module
from modelspec.data.lessons.lesson import NotLearned
from modelspec.data.lessons.words import WantedVocabulary, WordCounts


def learned(values, most=None, weights=False, special=("", "[UNK]")):
    lesson = WordCounts(WantedVocabulary(special, most, weights))
    for start in range(0, len(values), 2):
        lesson.see(np.array(values[start : start + 2]))
    return lesson.finish()


def test_ties_are_sorted_backwards():
    assert learned(["b", "a", "c", "a", "", "[UNK]", "", ""])["vocabulary"] == ("a", "c", "b")
    assert learned([5, 7, -2, 7, -1], special=(-1,))["vocabulary"] == (7, 5, -2)


def test_only_the_most_frequent_are_kept():
    assert learned(["b", "a", "c", "a"], most=2)["vocabulary"] == ("a", "c")


def test_words_weigh_by_the_rows_that_they_are_in():
    found = learned([["a", "a"], ["a", "b"], ["", "c"]], weights=True)
    assert found["vocabulary"] == ("a", "c", "b")
    expected = [np.log(1 + 3 / (1 + rows)) for rows in (2, 1, 1)]
    assert found["idf_weights"] == tuple(float(np.float32(weight)) for weight in expected)


def test_a_word_that_keras_would_take_for_another_is_left_out():
    lesson = WordCounts(WantedVocabulary((), None, weights=False))
    lesson.see_rows([["a", "a\0", "b"]])
    assert lesson.finish()["vocabulary"] == ("b", "a")


def test_special_words_alone_teach_nothing():
    with pytest.raises(NotLearned, match="no word to learn, besides special ones"):
        learned(["", "[UNK]"])


def test_too_many_words_are_told(monkeypatch):
    monkeypatch.setattr(module, "MOST_WORDS", 2)
    with pytest.raises(NotLearned, match="there are 3 different words") as told:
        learned(["a", "b", "c"])
    assert "max_tokens" in told.value.help
    assert learned(["a", "b", "c"], most=2)["vocabulary"] == ("c", "b")
