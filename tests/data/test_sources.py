"""What `data:` may hold."""

import subprocess
import sys

import pytest
from pydantic import ValidationError

from modelspec.language.sections.sources import SOURCES, Csv, Dataset, Synthetic, Wanted
from tests.seams.names import DATA, SOURCES_OF_A_SPEC
from tests.seams.seam import program


def test_checking_a_spec_does_not_import_numpy():
    code = program("import sys; print('numpy' in sys.modules)", DATA, SOURCES_OF_A_SPEC)
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("kind", "first"),
    [("csv", "path"), ("jsonl", "path"), ("npz", "path"), ("dataset", "name"), ("synthetic", "samples")],
)
def test_a_value_on_its_own_is_the_first_argument(kind, first):
    assert SOURCES[kind].first_argument() == first


def test_sources_are_frozen_and_comparable():
    assert Csv(path="a.csv") == Csv(path="a.csv", delimiter=",")
    with pytest.raises(ValidationError):
        Csv(path="a.csv").path = "b.csv"


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        ("csv", {}),
        ("csv", {"path": ""}),
        ("csv", {"path": 3}),
        ("csv", {"path": "a.csv", "delimiter": ""}),
        ("csv", {"path": "a.csv", "delimiter": ",,"}),
        ("csv", {"path": "a.csv", "delimiter": '"'}),
        ("csv", {"path": "a.csv", "delimiter": "."}),
        ("csv", {"path": "a.csv", "delimiter": "1"}),
        ("csv", {"path": "a.csv", "header": 1}),
        ("csv", {"path": "a.csv", "seperator": ";"}),
        ("csv", {"path": []}),
        ("csv", {"path": ["a.csv", ""]}),
        ("csv", {"path": "a.csv", "decimal": ","}),
        ("tsv", {"path": "a.tsv", "delimiter": ","}),
        ("parquet", {"path": "a.parquet", "columns": ["x"]}),
        ("npz", {"path": "a.npz", "allow_pickle": True}),
        ("sql", {"url": "sqlite:///a.db"}),
        ("sql", {"url": "a.db", "query": "SELECT x FROM t ORDER BY x"}),
        ("sql", {"url": "mysql://me:secret@host/a", "query": "SELECT x FROM t ORDER BY x"}),
        ("sql", {"url": "sqlite:///a.db", "query": "SELECT x FROM t"}),
        ("sql", {"url": "sqlite:///a.db", "query": "SELECT x FROM (SELECT x FROM t ORDER BY x)"}),
        ("sql", {"url": "sqlite:///a.db", "query": "SELECT 'ORDER BY' FROM t -- ORDER BY x"}),
        ("sql", {"url": "sqlite:///a.db", "query": "SELECT x FROM t WHERE y = :y ORDER BY x"}),
        ("sql", {"url": "sqlite:///a.db", "query": "SELECT x FROM t WHERE y = ? ORDER BY x"}),
        ("dataset", {"name": "cifar10"}),
        ("dataset", {"name": "digits", "size": [28]}),
        ("dataset", {"name": "digits", "size": [0, 28]}),
        ("dataset", {"name": "digits", "path": "digits.npz"}),
        ("dataset", {"name": "digits", "samples": 5}),
        ("dataset", {"name": "mnist", "seed": 5}),
        ("dataset", {"name": "digits", "split": "dev"}),
        ("synthetic", {"samples": 0}),
        ("synthetic", {"samples": True}),
        ("synthetic", {"samples": 2.0}),
        ("synthetic", {"samples": 5, "seed": -1}),
    ],
)
def test_wrong_arguments_are_refused(kind, arguments):
    with pytest.raises(ValidationError):
        SOURCES[kind](**arguments)


def test_good_arguments_are_accepted():
    assert Csv(path="a.csv", delimiter="\t").delimiter == "\t"
    assert Dataset(name="digits", size=[27, 27]).size == (27, 27)
    assert Dataset(name="digit_pairs", samples=10, seed=3).samples == 10
    assert Synthetic(samples=10).seed == 0


def test_columns_default_to_the_name():
    assert Wanted("x", "input").column_names == ("x",)
    assert Wanted("x", "input", columns=("a", "b")).column_names == ("a", "b")
