"""`modelspec validate`: its formats, its limits, and the files that paths mean."""

import json
import xml.etree.ElementTree as ElementTree

import pytest
import yaml

from docs.generate import ROOT
from modelspec.source.limits import FLAGS, Limits
from tests.chosen import chosen

GOOD = "modelspec: 1\ninputs: {x: [4]}\nlayers:\n  - Dense: 1\n"
BAD = GOOD.replace("Dense", "Desne")
DOUBTFUL = GOOD + "x-width: &width 8\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with specs, some of them hidden or not specs."""
    for name, text in {
        "good.yaml": GOOD, "bad.yml": BAD, "deep/er/doubtful.yaml": DOUBTFUL, ".hidden/x.yaml": BAD, "notes.txt": BAD,
    }.items():  # fmt: skip
        path = tmp_path / "specs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "specs"


def report(cli, *arguments):
    """The JSON report, and the exit code."""
    done = cli("validate", "--format", "json", *arguments)
    assert done.err == ""
    return json.loads(done.out), done.code


def test_a_folder_is_searched_but_not_its_hidden_parts(folder, cli):
    found, code = report(cli, "specs")
    assert (found["files"], found["errors"], found["warnings"], code) == (3, 1, 1, 1)
    assert [problem["file"] for problem in found["diagnostics"]] == ["specs/bad.yml", "specs/deep/er/doubtful.yaml"]


def test_runs_inside_a_folder_are_left_out_and_one_that_is_named_is_not(folder, cli):
    """A copy of a spec may extend a file that lies beside the spec, and not beside the copy."""
    before = report(cli, "specs")
    run = folder / "runs" / "first"
    (run / "below").mkdir(parents=True)
    (run / "spec.yaml").write_text("modelspec: 1\nextends: base.yaml\n")
    (run / "below" / "more.yaml").write_text("nothing\n")
    (run / "run.json").write_text("{}")
    (run / "resolved.yaml").write_text(GOOD)
    assert report(cli, "specs") == before
    assert "MS153" in [problem["code"] for problem in report(cli, str(run))[0]["diagnostics"]]
    (run / "run.json").unlink()
    assert report(cli, "specs")[0]["files"] == before[0]["files"] + 3


@pytest.mark.parametrize(
    ("pattern", "count"), [("specs/*.yaml", 1), ("specs/*.y*ml", 2), ("specs/**/*.yaml", 2), ("specs/[b]*", 1)]
)
def test_a_quoted_pattern_is_expanded(folder, cli, pattern, count):
    assert report(cli, pattern)[0]["files"] == count


def test_a_file_named_twice_is_checked_once(folder, cli):
    found, _ = report(cli, "specs/bad.yml", "specs", "specs/*.yml")
    assert (found["files"], found["errors"]) == (3, 1)


def test_a_file_whose_name_is_a_pattern_is_itself(folder, cli):
    (folder / "[a].yaml").write_text(GOOD)
    assert report(cli, "specs/[a].yaml") == (
        {"version": 1, "files": 1, "errors": 0, "warnings": 0, "diagnostics": []},
        0,
    )


@pytest.mark.parametrize("path", ["specs/*.json", "empty"])
def test_a_path_that_means_no_file_is_wrong_usage(folder, cli, path):
    (folder.parent / "empty").mkdir()
    done = cli("validate", path)
    assert (done.code, done.out) == (2, "")


def test_standard_input_has_a_name_in_every_format(cli):
    for format in ("text", "json", "github", "sarif", "junit"):
        done = cli("validate", "-", "--format", format, stdin=BAD)
        assert done.code == 1
        assert "stdin" in done.out + done.err


def test_warnings_fail_only_under_strict(folder, cli):
    for format in ("text", "json", "github", "sarif", "junit"):
        assert cli("validate", "specs/deep", "--format", format).code == 0
        assert cli("validate", "specs/deep", "--format", format, "--strict").code == 1


def test_programs_read_stdout_and_nothing_is_on_stderr(folder, cli):
    for format in ("json", "github", "sarif", "junit"):
        done = cli("validate", "specs", "--format", format)
        assert (done.code, done.err) == (1, "")
    assert cli("validate", "specs", "--format", "text").out == ""


def test_the_forms_tell_the_same_problems(folder, cli):
    sarif = json.loads(cli("validate", "specs", "--format", "sarif").out)
    results = sarif["runs"][0]["results"]
    assert [result["ruleId"] for result in results] == ["MS206", "MS120"]
    region = results[0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 4, "startColumn": 5, "endLine": 4, "endColumn": 10}
    junit = ElementTree.fromstring(cli("validate", "specs", "--format", "junit").out)
    assert [case.get("name") for case in junit[0]] == [
        "specs/bad.yml",
        "specs/deep/er/doubtful.yaml",
        "specs/good.yaml",
    ]
    lines = cli("validate", "specs", "--format", "github").out.splitlines()
    assert [line.split(" ")[0] for line in lines] == ["::error", "::warning"]


def test_a_clean_run_prints_nothing_for_github(folder, cli):
    assert cli("validate", "specs/good.yaml", "--format", "github").out == ""


def test_a_file_name_is_no_workflow_command(folder, cli, monkeypatch):
    monkeypatch.chdir(folder)
    (folder / "::error file=x::pwned.yaml").write_text(GOOD)
    (folder / "::add-mask::x.yml").write_text(BAD)
    for arguments in (("./*.yaml",), ("*.yml",), ("::error file=x::pwned.yaml",), ("*.yml", "--format", "junit")):
        done = cli("validate", *arguments)
        lines = (done.out + done.err).splitlines()
        assert not [line for line in lines if line.strip().startswith("::")]


LIFTED = {
    "file_bytes": (GOOD + "#" * 1024 * 1024, "2000000"),
    "depth": (GOOD + "x-a: " + "[" * 100 + "]" * 100 + "\n", "120"),
    "nodes": (GOOD + "x-a: [" + "1," * 200_000 + "]\n", "300000"),
    "expanded_nodes": (
        GOOD + "x-a: &a [" + "1," * 1000 + "]\nx-b: [" + "*a," * 101 + "]\n",
        "200000",
    ),
    "key_length": (GOOD + "x-" + "k" * 200 + ": 1\n", "500"),
    "layers": ("modelspec: 1\ninputs: {x: [8]}\nlayers:\n" + "  - Dense: 8\n" * 5001, "6000"),
    "outputs": (
        "modelspec: 1\ninputs: {x: [100001]}\nlayers:\n  - ops.unstack: {axis: 1}\n    name: u\noutputs: {y: u.0}\n",
        "200000",
    ),
}


@pytest.mark.parametrize("limit", chosen(FLAGS, set(FLAGS) - {"nodes", "layers"}))
def test_the_flag_that_a_message_names_lifts_the_limit(limit, cli, tmp_path):
    text, enough = LIFTED[limit]
    spec = tmp_path / "spec.yaml"
    spec.write_text(text)
    done = cli("validate", str(spec))
    assert done.code == 1
    assert FLAGS[limit] in done.err
    assert cli("validate", FLAGS[limit], enough, str(spec)).code == 0
    assert cli("summary", FLAGS[limit], enough, str(spec)).code == 0
    assert int(enough) > getattr(Limits(), limit)


def test_a_limit_of_nothing_is_wrong_usage(cli):
    assert cli("validate", "--max-depth", "0", "x.yaml").code == 2
    assert cli("validate", "--max-depth", "1000000", "x.yaml").code == 2


def test_many_errors_are_told_by_the_first_fifty_and_a_count(cli, tmp_path):
    spec = tmp_path / "spec.yaml"
    spec.write_text(GOOD + "".join(f"key_{n}: 1\n" for n in range(30_000)))
    done = cli("validate", str(spec))
    assert done.code == 1
    assert done.err.count("error[MS201]") == 50
    assert "… and 29950 more" in done.err
    assert "1 file: 30000 errors, 0 warnings" in done.err


def test_the_workflow_of_the_manual_has_four_lines_and_a_command_that_runs(cli, monkeypatch):
    page = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    block = page.split("```yaml\n")[1].split("```")[0]
    assert len(block.splitlines()) == 4
    steps = yaml.safe_load(block)["jobs"]["specs"]["steps"]
    command = steps[-1]["run"].split("modelspec ", 1)[1].split()
    monkeypatch.chdir(ROOT)
    assert cli(*command[:-1], "specs/mlp.yaml").code == 0


def test_the_pre_commit_hook_runs_a_command_that_exists(cli):
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert hook["language"] == "python"
    program, *arguments = hook["entry"].split()
    assert program == "modelspec"
    assert cli(*arguments, str(ROOT / "specs" / "mlp.yaml")).code == 0
