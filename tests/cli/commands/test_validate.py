"""`modelspec validate`: every problem with its place; exit codes; nothing is written."""

import json

from tests.tiny import TINY, write

WRONG = TINY.replace("units: 8", "unit: 8").replace("adam", "adamm").replace("softmax", "softmaxx")


def test_a_good_spec_has_no_problems(cli, tmp_path):
    path = write(tmp_path)
    done = cli("validate", path)
    assert (done.code, done.out, done.err) == (0, f"{path}: no problems\n", "")


def test_every_problem_is_told_with_file_line_and_column_and_nothing_is_written(cli, tmp_path):
    path = write(tmp_path, WRONG)
    done = cli("validate", path)
    assert (done.code, done.out) == (1, "")
    lines = done.err.split("\n")
    assert any(line.startswith(f"{path}:5:13: error[") and "unit" in line for line in lines), done.err
    assert any(line.startswith(f"{path}:6:35: error[") and "softmaxx" in line for line in lines), done.err
    assert "  5 |   - Dense: {unit: 8, activation: relu}\n    |             ^^^^\n" in done.err
    assert [item.name for item in tmp_path.iterdir()] == ["spec.yaml"]


def test_json_holds_the_same_problems_for_programs(cli, tmp_path):
    done = cli("validate", write(tmp_path, WRONG), "--format", "json")
    assert (done.code, done.err) == (1, "")
    report = json.loads(done.out)
    assert (report["version"], report["files"], report["errors"]) == (1, 1, len(report["diagnostics"]))
    places = [(item["line"], item["column"]) for item in report["diagnostics"]]
    assert places == sorted(places)
    assert {"file", "line", "column", "end_line", "end_column", "code", "severity", "path", "message", "help"} < set(
        report["diagnostics"][0]
    )


def test_a_folder_means_every_spec_below_it(cli, tmp_path):
    (tmp_path / "deep").mkdir()
    write(tmp_path / "deep", WRONG, "wrong.yml")
    write(tmp_path)
    done = cli("validate", str(tmp_path))
    assert done.code == 1
    assert "wrong.yml:5:13" in done.err
    assert "2 files: " in done.err


def test_a_folder_without_specs_is_wrong_usage(cli, tmp_path):
    assert cli("validate", str(tmp_path)).code == 2


def test_standard_input_is_a_file_too(cli):
    assert cli("validate", "-", stdin=TINY).code == 0
    done = cli("validate", "-", stdin=WRONG)
    assert done.code == 1
    assert "<stdin>:5:13: error[" in done.err


def test_a_missing_file_is_one_problem(cli, tmp_path):
    done = cli("validate", str(tmp_path / "none.yaml"))
    assert done.code == 1
    assert "MS101" in done.err


def test_warnings_fail_only_when_asked_to(cli, tmp_path):
    path = write(tmp_path, TINY.replace("{x: [4]}", "{x: &unused [4]}"))
    plain, strict = cli("validate", path), cli("validate", path, "--strict")
    assert (plain.code, strict.code) == (0, 1)
    assert "warning[MS120]" in plain.err
