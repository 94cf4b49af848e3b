"""SQLite: values have the types of the database, its files stay as they are, and a query can do nothing but read."""

import sqlite3
from contextlib import closing

import pytest

from modelspec.language.sections.sources import Sql, Wanted
from tests.data.loading import LABEL, X, accepted, csv_file, parquet_file, refused, sqlite_file

PAIR = Wanted("x", "input", (2,), columns=("a", "b"))


def changed(source, query):
    return source.model_copy(update={"query": query})


def test_numbers_and_words_are_read_as_the_query_gives_them(tmp_path):
    source = sqlite_file(tmp_path, a=[3, 1, 2], b=[0.5, 1.5, 2**40], y=["sun", "rain", "sun"])
    source = changed(source, "SELECT b, a, upper(y) AS word FROM rows ORDER BY a")
    found = accepted(source, [PAIR, Wanted("word", "input", (), "string")], tmp_path)
    assert found.inputs["x"].tolist() == [[1, 1.5], [2, 2**40], [3, 0.5]]
    assert found.inputs["word"].tolist() == ["RAIN", "SUN", "SUN"]


def test_the_same_rows_are_the_same_numbers_as_in_other_files(tmp_path):
    values = {"x": [0.1, 2.5, -1e-7, 3.0], "y": [0, 1, 2, 1]}
    text = "x,y\n" + "".join(f"{x},{y}\n" for x, y in zip(*values.values(), strict=True))
    sources = sqlite_file(tmp_path, **values), csv_file(tmp_path, text), parquet_file(tmp_path, **values)
    found = [accepted(source, [X, LABEL], tmp_path) for source in sources]
    assert len({rows.inputs["x"].tobytes() + rows.targets["y"].tobytes() for rows in found}) == 1


def test_null_is_a_gap(tmp_path):
    source = sqlite_file(tmp_path, x=[1, None, 3])
    assert accepted(source, [Wanted("x", "input", (1,), missing="mean")], tmp_path).inputs["x"].tolist() == [
        [1],
        [2],
        [3],
    ]
    problem = refused(source, [X], tmp_path)
    assert problem.code == "MS714"
    assert problem.message == "input 'x', row 2 of the query of 'rows.db', column 'x': expected a number, found nothing"


@pytest.mark.parametrize(
    ("values", "code", "said"),
    [([1, "one"], "MS725", "row 2 of"), ([1, b"\0"], "MS722", "found bytes"), ([1.0, 1e999], "MS732", "row 2 of")],
)
def test_a_value_of_another_kind_is_told_at_its_row(values, code, said, tmp_path):
    found = refused(sqlite_file(tmp_path, x=values), [X], tmp_path)
    assert (found.code, said in found.message) == (code, True)


def test_a_value_of_another_kind_is_told_at_its_row_also_far_down(tmp_path):
    found = refused(sqlite_file(tmp_path, x=[*range(9000), "one"]), [X], tmp_path)
    assert found.message.startswith(
        "row 9001 of the query of 'rows.db', column 'x': expected the same kind in each row"
    )


@pytest.mark.parametrize(
    ("query", "code", "said"),
    [
        ("SELECT x FROM other ORDER BY x", "MS727", "no such table: other"),
        ("SELEC x ORDER BY x", "MS727", "syntax error"),
        ("SELECT x FROM rows WHERE x > 5 ORDER BY x", "MS707", "gives no rows"),
        ("SELECT x, x FROM rows ORDER BY x", "MS712", "two columns 'x'"),
        ("SELECT x AS z FROM rows ORDER BY x", "MS720", "needs column 'x'"),
        ("SELECT x FROM rows ORDER BY x; DROP TABLE rows", "MS727", "one statement at a time"),
        ("DELETE FROM rows RETURNING x ORDER BY x", "MS727", ""),
        ("DELETE FROM rows WHERE x IN (1) /* */ RETURNING x -- \n ORDER BY x", "MS727", ""),
        ("ATTACH DATABASE 'other.db' AS other -- \n ORDER BY x", "MS727", ""),
        (
            "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM n) SELECT x FROM n ORDER BY x LIMIT 0",
            "MS707",
            "",
        ),
    ],
)
def test_a_query_that_gives_no_rows_is_one_message_and_changes_nothing(query, code, said, tmp_path):
    source = sqlite_file(tmp_path, x=[1, 2, 3])
    before = (tmp_path / "rows.db").read_bytes()
    found = refused(changed(source, query), [X], tmp_path)
    assert (found.code, said in found.message) == (code, True)
    assert (tmp_path / "rows.db").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["rows.db"]


def test_another_database_cannot_be_attached(tmp_path):
    sqlite_file(tmp_path, "secret.db", x=[7])
    source = sqlite_file(tmp_path, x=[1])
    found = refused(changed(source, f"ATTACH '{tmp_path}/secret.db' AS s -- \n"), [X], tmp_path)
    assert (found.code, "not authorized" in found.message) == ("MS727", True)


def test_nothing_is_written_beside_a_database_with_a_write_ahead_log(tmp_path):
    source = sqlite_file(tmp_path, x=[1, 2])
    with closing(sqlite3.connect(tmp_path / "rows.db")) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("INSERT INTO rows VALUES (3)")
        writer.commit()
        names = sorted(path.name for path in tmp_path.iterdir())
        assert names == ["rows.db", "rows.db-shm", "rows.db-wal"]
        assert accepted(source, [X], tmp_path).inputs["x"].tolist() == [[1], [2], [3]]
        assert sorted(path.name for path in tmp_path.iterdir()) == names
        (tmp_path / "copy").mkdir()
        for name in ("rows.db", "rows.db-wal"):  # as a crash, or a copy of half, leaves it
            (tmp_path / "copy" / name).write_bytes((tmp_path / name).read_bytes())
    found = refused(source, [X], tmp_path / "copy")
    assert (found.code, "was not closed" in found.message) == ("MS727", True)
    assert accepted(source, [X], tmp_path).inputs["x"].tolist() == [[1], [2], [3]]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy", "rows.db"]


def test_the_fingerprint_is_that_of_the_rows_and_not_of_the_file(tmp_path):
    source = sqlite_file(tmp_path, x=[1, 2])
    first = accepted(source, [X], tmp_path).fingerprint
    with closing(sqlite3.connect(tmp_path / "rows.db")) as writer, writer:
        writer.execute("CREATE TABLE other (z)")
    assert accepted(source, [X], tmp_path).fingerprint == first
    with closing(sqlite3.connect(tmp_path / "rows.db")) as writer, writer:
        writer.execute("UPDATE rows SET x = 4 WHERE x = 2")
    assert accepted(source, [X], tmp_path).fingerprint != first


def test_a_file_that_is_none_damaged_or_elsewhere_is_one_message(tmp_path):
    source = sqlite_file(tmp_path, x=list(range(3000)))
    whole = (tmp_path / "rows.db").read_bytes()
    for length in (1, 50, 5000, len(whole) // 2):
        (tmp_path / "rows.db").write_bytes(whole[:length])
        assert refused(source, [X], tmp_path).code == "MS727"
    (tmp_path / "rows.db").write_text("x\n1\n")
    assert "it is no SQLite database" in refused(source, [X], tmp_path).message
    (tmp_path / "rows.db").write_bytes(b"")
    assert refused(source, [X], tmp_path).code == "MS707"
    (tmp_path / "rows.db").unlink()
    assert refused(source, [X], tmp_path).code == "MS704"
    assert list(tmp_path.iterdir()) == []
    assert refused(Sql(url="sqlite:///../rows.db", query=source.query), [X], tmp_path).code == "MS701"


def test_a_name_may_hold_what_addresses_do_not(tmp_path):
    source = sqlite_file(tmp_path, "rows #1?mode=rwc%20.db", x=[1])
    assert accepted(source, [X], tmp_path).rows == 1
