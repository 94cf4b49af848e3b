"""The first spec for a table: it validates without a warning, and says of each column what it is."""

import random

import pytest
import yaml

from modelspec.data.first_spec.spec import spec_text, target_of
from modelspec.data.first_spec.table import understood_table
from modelspec.diagnostics import SpecError
from modelspec.pipeline import check_text

DRAW = random.Random(3)
COLUMNS = {
    "a": lambda row: f"{DRAW.gauss(0, 1):.3f}",
    "a gap": lambda row: "" if row % 7 == 0 else str(row % 13),
    "color": lambda row: ["red", "green", ""][row % 3],
    "day": lambda row: f"2026-{row % 12 + 1:02}-{row % 28 + 1:02}",
    "text": lambda row: f"the {row}th of these rows is nice",
    "id": lambda row: str(row + 5),
    "numbers": lambda row: str(row * row),
    "class": lambda row: str(row % 3),
    "yes or no": lambda row: ["no", "yes"][row % 2],
    "price": lambda row: f"{100 + 7 * row + DRAW.random():.2f}",
    "7up": lambda row: str(row % 5 / 2),
    "kind": lambda row: "xyz"[row % 3],
    "high": lambda row: str(3 + 2 * (row % 3)),
}


def table(folder, rows=120, name="rows.csv", between=",", only=tuple(COLUMNS)):
    lines = [between.join(only), *(between.join(COLUMNS[column](row) for column in only) for row in range(rows))]
    (folder / name).write_text("".join(f"{line}\n" for line in lines))
    return understood_table(str(folder / name))


def spec(found, target):
    return spec_text(found, target_of(found, target), "first")


@pytest.mark.parametrize("rows", [120, 700, 1500])
@pytest.mark.parametrize(
    ("target", "loss", "units"),
    [
        ("kind", "sparse_categorical_crossentropy", 3), ("class", "sparse_categorical_crossentropy", 3),
        ("high", "sparse_categorical_crossentropy", 3), ("yes or no", "binary_crossentropy", 1), ("price", "mse", 1),
        ("a", "mse", 1),
    ],
)  # fmt: skip
def test_the_spec_validates_and_its_loss_fits_the_target(tmp_path, target, loss, units, rows):
    text = spec(table(tmp_path, rows), target)
    assert check_text(text, str(tmp_path / "first.yaml"), folder=str(tmp_path)).diagnostics == ()
    values = yaml.safe_load(text)
    (output,) = values["outputs"].values()
    assert output["loss"] == loss
    dense = [step["Dense"] for step in values["layers"] if "Dense" in step][-1]
    assert dense["units"] == units
    assert output.get("labels") == ([3, 5, 7] if target == "high" else None)


def test_what_says_nothing_is_left_out_and_told_with_the_reason(tmp_path):
    text = spec(table(tmp_path), "kind")
    assert "#   id         left out (identifier): another whole number in each row" in text
    assert "id" not in yaml.safe_load(text)["inputs"]


def test_gaps_are_filled_and_other_names_are_mapped(tmp_path):
    inputs = yaml.safe_load(spec(table(tmp_path), "kind"))["inputs"]
    assert inputs["a_gap"] == {"shape": [1], "column": "a gap", "missing": "median"}
    assert inputs["color"] == {"shape": [1], "dtype": "string", "missing": "unknown"}
    assert inputs["c_7up"]["column"] == "7up"
    assert inputs["day"]["parse"] == {"date": "%Y-%m-%d"}


@pytest.mark.parametrize(("name", "between"), [("rows.tsv", "\t"), ("rows.csv", ";"), ("rows.csv", "|")])
def test_the_character_between_columns_is_found(tmp_path, name, between):
    found = table(tmp_path, name=name, between=between, only=("a", "kind"))
    assert [column.name for column in found.columns] == ["a", "kind"]
    assert found.source.between == between


def test_a_decimal_comma_is_found(tmp_path):
    (tmp_path / "rows.csv").write_text("a;b\n" + "".join(f"{row},5;{row % 2}\n" for row in range(30)))
    found = understood_table(str(tmp_path / "rows.csv"))
    assert (found.source.decimal, found.columns[0].kind, found.columns[0].low) == (",", "number", 0.5)


def test_typed_files_say_the_same(tmp_path):
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({"a": [0.5, None, 2.5, 4.0] * 9, "kind": ["x", "y", "z", "x"] * 9})
    frame.write_parquet(tmp_path / "rows.parquet")
    frame.write_ndjson(tmp_path / "rows.jsonl")
    frame.write_ipc(tmp_path / "rows.arrow")
    specs = set()
    for ending in ("parquet", "jsonl", "arrow"):
        text = spec(understood_table(str(tmp_path / f"rows.{ending}")), "kind")
        specs.add(text.replace(ending, "ENDING"))
    assert len(specs) == 1
    assert "a: {shape: [1], missing: median}" in specs.pop()


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (None, "--target is missing"), ("knid", "there is no such column"), ("id", "neither a number nor"),
        ("a gap", "18 of 120 rows have no value"),
    ],
)  # fmt: skip
def test_what_cannot_be_predicted_is_told(tmp_path, target, words):
    with pytest.raises(SpecError) as raised:
        target_of(table(tmp_path), target)
    assert words in raised.value.diagnostics[0].message


def test_a_table_of_nothing_but_the_target_is_told(tmp_path):
    found = table(tmp_path, only=("id", "kind"))
    with pytest.raises(SpecError, match=r"no column of rows\.csv says anything of 'kind'"):
        spec(found, "kind")


def test_a_file_that_is_no_table_is_told(tmp_path):
    (tmp_path / "photo.png").write_bytes(b"")
    with pytest.raises(SpecError, match="expected a table"):
        understood_table(str(tmp_path / "photo.png"))
