"""`--data FILE` is read by the options of the training source, if both are of one kind."""

import pytest

from modelspec.language.sections.sources import Csv, Npz, Tsv
from modelspec.runtime.evaluate.evaluate import source_from_path

TRAINED = Csv(path="train-*.csv", delimiter=";", decimal=",", missing=["", "?"], header=False)


def test_the_options_of_the_training_source_are_taken_over():
    assert source_from_path("other.csv", TRAINED) == TRAINED.model_copy(update={"path": "other.csv"})
    assert source_from_path("csv:other.data", TRAINED).decimal == ","
    assert source_from_path("other.csv").delimiter == ","


@pytest.mark.parametrize(("path", "kind"), [("a.tsv", Tsv), ("a.tsv.gz", Tsv), ("a.npz", Npz)])
def test_a_file_of_another_kind_is_read_as_it_always_is(path, kind):
    assert source_from_path(path, TRAINED) == kind(path=path)


def test_options_that_were_not_given_are_not_given_again():
    assert source_from_path("b.csv", Csv(path="a.csv")).model_fields_set == {"path"}
