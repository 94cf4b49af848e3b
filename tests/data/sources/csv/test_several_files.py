"""The rows of several CSV files, listed or found by a pattern, as those of one."""

import pytest

from modelspec.language.sections.sources import Csv, Wanted
from tests.data.loading import LABEL, X, Y, accepted, csv_file, place, refused

WORD = Wanted("y", "target", (1,), kind="binary", words=True)


def parts(folder, *contents, **arguments):
    for index, content in enumerate(contents):
        csv_file(folder, content, f"part-{index}.csv")
    return Csv(path="part-*.csv", **arguments)


def test_rows_come_in_the_order_of_the_list_and_of_the_names_that_fit_a_pattern(tmp_path):
    parts(tmp_path, "x,y\n0,0\n", "x,y\n1,1\n2,2\n", "x,y\n3,3\n")

    def values(path):
        return accepted(Csv(path=path), [X, Y], tmp_path).inputs["x"].reshape(-1).tolist()

    assert values("part-*.csv") == [0, 1, 2, 3]
    assert values(["part-2.csv", "part-0.csv"]) == [3, 0]
    assert values(["part-2.csv", "part-[01].csv"]) == [3, 0, 1, 2]
    (tmp_path / "below" / "deep").mkdir(parents=True)
    csv_file(tmp_path / "below" / "deep", "x,y\n9,9\n", "a.csv")
    assert values("**/*.csv") == [9, 0, 1, 2, 3]


def test_a_file_that_has_the_name_of_a_pattern_is_meant_by_it(tmp_path):
    csv_file(tmp_path, "x\n1\n", "x1.csv")
    csv_file(tmp_path, "x\n2\n", "x[1].csv")
    assert accepted(Csv(path="x[1].csv"), [X], tmp_path).inputs["x"].tolist() == [[2]]


def test_a_wrong_cell_is_told_with_its_file_and_its_line_there(tmp_path):
    source = parts(tmp_path, "x,y\n0,0\n1,1\n", "x,y\n1,1\nb,2\n")
    found = refused(source, [X, Y], tmp_path)
    assert (found.code, place(found), found.span.file) == ("MS715", (3, 1), str(tmp_path / "part-1.csv"))
    source = parts(tmp_path, "x,y\n0,0\n1,1\n", "x,y\n1,1\n2,7\n")
    found = refused(source, [X, LABEL], tmp_path)
    assert (found.code, place(found), found.span.file) == ("MS733", (3, 3), str(tmp_path / "part-1.csv"))
    assert "row 2, column 'y'" in found.message
    source = parts(tmp_path, "x,y\n0,no\n", "x,y\n1,yes\n1,\n")
    found = refused(source, [X, WORD], tmp_path)
    assert (found.code, place(found), found.span.file) == ("MS714", (3, 3), str(tmp_path / "part-1.csv"))


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("x,z", "it lacks y and also has z"),
        ("x", "it lacks y"),
        ("x,y,z", "it also has z"),
        ("y,x", "column 1 is 'y', where"),
        ("", "it lacks x, y"),
    ],
)
def test_a_header_that_differs_is_told_with_both_files(header, said, tmp_path):
    found = refused(parts(tmp_path, "x,y\n1,2\n", f"{header}\n3,4\n"), [X, Y], tmp_path)
    assert (found.code, found.span.file) == ("MS712", str(tmp_path / "part-1.csv"))
    assert found.message.startswith(f"the header differs from that of '{tmp_path / 'part-0.csv'}': {said}")


def test_files_without_a_header_have_the_width_of_the_first(tmp_path):
    wanted = [Wanted("x", "input", (1,), columns=("0",))]
    source = parts(tmp_path, "1,2\n", "3,4\n", header=False)
    assert accepted(source, wanted, tmp_path).inputs["x"].tolist() == [[1], [3]]
    found = refused(parts(tmp_path, "1,2\n", "3,4,5\n", header=False), wanted, tmp_path)
    assert (found.code, place(found), found.span.file) == ("MS713", (1, 1), str(tmp_path / "part-1.csv"))


def test_what_names_no_file_or_one_twice_is_told(tmp_path):
    parts(tmp_path, "x\n1\n")
    found = refused(Csv(path="rows-*.csv"), [X], tmp_path)
    assert (found.code, found.message.partition(" (")[0]) == ("MS704", "no file fits 'rows-*.csv'")
    assert "which does not exist" in refused(Csv(path="nowhere/*.csv"), [X], tmp_path).message
    assert refused(Csv(path=["part-0.csv", "part-*.csv"]), [X], tmp_path).message.startswith(
        "'part-0.csv' is named twice"
    )
    assert refused(Csv(path=["part-0.csv", "part-9.csv"]), [X], tmp_path).code == "MS704"
    assert refused(parts(tmp_path, "x\n", "x\n"), [X], tmp_path).message == "the 2 files have a header but no rows"


def test_a_pattern_leads_out_of_the_folder_neither_by_dots_nor_by_a_link(tmp_path):
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    csv_file(outside, "x\n1\n", "a.csv")
    assert refused(Csv(path="../outside/*.csv"), [X], inside).code == "MS701"
    (inside / "folder").symlink_to(outside)
    assert refused(Csv(path="folder/*.csv"), [X], inside).code == "MS701"
    assert refused(Csv(path="*/*.csv"), [X], inside).code == "MS701"
    (inside / "a.csv").symlink_to(outside / "a.csv")
    assert refused(Csv(path="*.csv"), [X], inside).code == "MS701"


def test_a_fingerprint_is_that_of_all_files_in_their_order(tmp_path):
    parts(tmp_path, "x\n1\n", "x\n2\n")
    prints = [
        accepted(Csv(path=path), [X], tmp_path).fingerprint["sha256"]
        for path in ("part-*.csv", ["part-0.csv", "part-1.csv"], ["part-1.csv", "part-0.csv"], "part-0.csv")
    ]
    assert prints[0] == prints[1]
    assert len(set(prints)) == 3
