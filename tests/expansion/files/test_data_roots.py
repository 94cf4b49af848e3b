"""Where the files that a spec names may lie: below its folder, the working folder, and what the user allows."""

import os

import pytest

import modelspec
from modelspec.expansion.files.data_roots import data_roots
from modelspec.pipeline import check_file
from modelspec.source import Limits
from tests.tiny import TINY

NET = TINY.partition("data:")[0]
BASE = "modelspec: 1\ninputs: {x: [4]}\nlayers: [{Dense: 1}]\n"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A working folder with a spec in `specs/` and rows beside it, and a folder of secrets and one of data elsewhere."""
    for folder in ("project/specs/rows", "project/data", "private", "shared/deep"):
        (tmp_path / folder).mkdir(parents=True)
    for file in ("project/data/x.csv", "private/x.csv", "shared/deep/x.csv", "project/specs/rows/x.csv"):
        (tmp_path / file).write_text("a,b,c,d,kind\n1,2,3,4,0\n")
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "project"


def told(source, *roots, overrides=(), spec="specs/s.yaml"):
    """The problems of a spec with this source of training rows."""
    with open(spec, "w") as file:
        file.write(NET + f"data:\n  train: {source}\n")
    limits = Limits(data_roots=data_roots(roots))
    return [(item.code, item.path) for item in check_file(spec, limits, overrides).diagnostics]


OUT = [("MS701", ("data", "train", "csv"))]


@pytest.mark.parametrize("path", ["rows/x.csv", "../data/x.csv", "../specs/rows/x.csv", "./rows/../../data/x.csv"])
def test_below_the_specs_folder_and_the_working_folder_are_fine(project, path):
    assert told(f"{{csv: {path}}}") == []


def test_an_absolute_path_below_them_is_fine_too(project):
    assert told(f"{{csv: {project}/data/x.csv}}") == []


@pytest.mark.parametrize(
    "path", ["../../private/x.csv", "../../project-2/x.csv", "/etc/passwd", "../../shared/deep/x.csv"]
)
def test_a_spec_alone_reaches_nothing_else(project, path):
    (project.parent / "project-2").mkdir()
    assert told(f"{{csv: {path}}}") == OUT


def test_links_count_by_what_they_lead_to(project):
    (project / "data" / "link.csv").symlink_to(project.parent / "private" / "x.csv")
    (project / "specs" / "more").symlink_to(project.parent / "shared", target_is_directory=True)
    assert told("{csv: ../data/link.csv}") == OUT
    assert told("{csv: more/deep/x.csv}") == OUT
    assert told("{csv: more/deep/x.csv}", "../shared") == []
    assert told("{csv: ../data/link.csv}", "../shared") == OUT


def test_a_folder_may_be_allowed_and_nothing_beside_it(project):
    assert told("{csv: ../../shared/deep/x.csv}", "../shared") == []
    assert told("{csv: ../../shared/deep/x.csv}", "../private", "../shared/deep") == []
    assert told("{csv: ../../private/x.csv}", "../shared") == OUT
    assert told(f"{{csv: {project.parent}/shared/deep/x.csv}}", "../shared") == []
    (project / "alias").symlink_to(project.parent / "shared", target_is_directory=True)
    assert told("{csv: ../../shared/deep/x.csv}", "alias") == []


def test_the_help_names_the_folder_that_makes_it_right(project):
    told("{csv: ../../shared/deep/x.csv}")
    (problem,) = check_file("specs/s.yaml").diagnostics
    option, folder = problem.help.split("`")[1].split()
    assert option == "--data-root"
    assert check_file("specs/s.yaml", Limits(data_roots=data_roots([folder]))).diagnostics == ()
    (project / "specs" / "link.csv").symlink_to(project.parent / "shared" / "deep" / "x.csv")
    told("{csv: link.csv}")
    (problem,) = check_file("specs/s.yaml").diagnostics
    assert (
        check_file("specs/s.yaml", Limits(data_roots=data_roots([problem.help.split("`")[1].split()[1]]))).diagnostics
        == ()
    )


@pytest.mark.parametrize("path", ["{0}/private/x.csv", "../private/x.csv", "data/x.csv"])
def test_what_the_command_line_names_may_lie_anywhere_and_starts_from_the_working_folder(project, path):
    path = path.format(project.parent)
    told("{csv: rows/x.csv}")
    for setting in (f"data.train.csv={path}", f"data.train.csv.path={path}", f"data.train={{csv: {path}}}"):
        checked = check_file("specs/s.yaml", overrides=[setting])
        assert checked.diagnostics == ()
        source = checked.network.spec.data.sources["train"]
        real = os.path.realpath(os.path.join("specs", source.entry.path))
        assert real == os.path.realpath(path)
        assert source.allowed == (os.path.abspath(path),)


def test_remote_paths_stay_refused_everywhere(project):
    assert told("{csv: rows/x.csv}", "/", overrides=["data.train.csv=http://x/y.csv"]) == [("MS702", OUT[0][1])]
    assert told("{csv: '~/x.csv'}", "/") == [("MS703", OUT[0][1])]


def test_the_windows_way_to_write_a_way_out_is_refused(project):
    assert told("{csv: '..\\..\\private\\x.csv'}") == OUT
    assert told("{csv: 'C:\\x.csv'}", "/") == OUT


EVERYTHING = {
    "extends": ("extends: PATH\n", "base.yaml", BASE, "MS153"),
    "spec": (BASE.replace("{Dense: 1}", "{call: m}") + "models: {m: {spec: PATH}}\n", "base.yaml", BASE, "MS153"),
    "init_from": (NET.replace("train: {", "train: {init_from: PATH, "), "w.safetensors", "", "MS153"),
    "weights": (BASE + "models: {m: {VGG16: {weights: PATH}}}\n", "w.weights.h5", "", "MS701"),
    "dataset": (NET + "data: {train: {dataset: {name: mnist, path: PATH}}}\n", "mnist.npz", "", "MS701"),
    "npz": (NET + "data: {train: {npz: PATH}}\n", "x.npz", "", "MS701"),
    "array": (
        BASE.replace("{Dense: 1}", "{Dense: {units: 1, kernel_initializer: {npz: PATH}}}"),
        "x.npz",
        "",
        "MS701",
    ),
    "saved": (BASE + "models: {m: {saved: PATH}}\n", "m.keras", "", "MS153"),
}
"""What a spec may name: the spec, the file, what is in it, and the code that says that it lies elsewhere."""


@pytest.mark.parametrize("what", EVERYTHING)
def test_the_same_holds_for_everything_that_a_spec_names(project, what):
    text, name, content, code = EVERYTHING[what]
    for folder in ("specs/rows", "data", "../private", "../shared/deep"):
        (project / folder / name).write_text(content)
    (project / "specs" / f"link-{name}").symlink_to(project.parent / "private" / name)

    def leaves(path, *roots):
        (project / "specs" / "s.yaml").write_text(
            ("" if "modelspec: 1" in text else "modelspec: 1\n") + text.replace("PATH", path)
        )
        found = check_file("specs/s.yaml", Limits(data_roots=data_roots(roots))).diagnostics
        return [item.code for item in found if "leaves the folder" in item.message]

    for inside in (f"rows/{name}", f"../data/{name}", f"{project}/data/{name}"):
        assert leaves(inside) == [], inside
    for outside in (f"../../private/{name}", f"link-{name}", f"{project.parent}/private/{name}"):
        assert leaves(outside) == [code], outside
        assert leaves(outside, "../private") == [], outside
    assert leaves(f"../../private/{name}", "../shared") == [code]


def test_a_base_that_lies_elsewhere_names_files_from_its_own_folder(project):
    shared = project.parent / "shared"
    (shared / "base.yaml").write_text(NET + "data: {train: {csv: deep/x.csv}}\n")
    (project / "specs" / "s.yaml").write_text("modelspec: 1\nextends: ../../shared/base.yaml\n")
    checked = check_file("specs/s.yaml", Limits(data_roots=data_roots(["../shared"])))
    assert checked.diagnostics == ()
    path = checked.network.spec.data.sources["train"].entry.path
    assert os.path.realpath(os.path.join("specs", path)) == os.path.realpath(shared / "deep" / "x.csv")


@pytest.mark.parametrize("written", ['["../shared"]', '["../shared", "nowhere"]'])
def test_the_project_may_allow_folders_from_its_own(project, written, monkeypatch):
    (project / "pyproject.toml").write_text(f"[tool.modelspec]\ndata-roots = {written}\n")
    assert told("{csv: ../../shared/deep/x.csv}") == []
    monkeypatch.chdir(project / "specs")
    assert told("{csv: ../../shared/deep/x.csv}", spec="s.yaml") == []
    assert modelspec.check("s.yaml") == ()


@pytest.mark.parametrize("written", ['"../shared"', "[1]", '[""]', "{a = 1}"])
def test_a_setting_that_is_no_list_of_folders_is_told(project, written, cli):
    (project / "pyproject.toml").write_text(f"[tool.modelspec]\ndata-roots = {written}\n")
    with pytest.raises(modelspec.SpecError, match="MS743"):
        data_roots()
    (project / "specs" / "s.yaml").write_text(BASE)
    done = cli("validate", "specs/s.yaml")
    assert done.code == 1
    assert "pyproject.toml:1:1: error[MS743]" in done.err


def test_the_library_takes_folders_too(project):
    told("{csv: ../../shared/deep/x.csv}")
    assert [item.code for item in modelspec.check("specs/s.yaml")] == ["MS701"]
    assert modelspec.check("specs/s.yaml", data_roots=["../shared"]) == ()
    assert modelspec.load("specs/s.yaml", data_roots=[project.parent / "shared"]).known


READS_A_SPEC = ("validate", "summary", "show", "build", "train", "reproduce", "evaluate", "predict", "smoke")


@pytest.mark.parametrize("command", READS_A_SPEC)
def test_every_command_that_reads_a_spec_takes_folders(command, cli, project):
    assert "--data-root" in cli(command, "--help").out.replace("\n", "")
    output = ["-o", "model.keras"] if command == "build" else []
    done = cli(command, "specs/s.yaml", *output, "--data-root", "nowhere")
    assert (done.code, "no folder: nowhere" in done.err.replace("\n", " ")) == (2, True), done.err


def test_validate_tells_the_same(project, cli):
    told("{csv: ../../shared/deep/x.csv}")
    assert cli("validate", "specs/s.yaml").code == 1
    assert cli("validate", "specs/s.yaml", "--data-root", "../private", "--data-root", "../shared").code == 0


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[tool.modelspec\ndata-roots = ['../shared']\n", "MS743"),
        ("[tool.modelspec\nplugins = []\n", "MS648"),
        ("[tool.modelspecs]\ndata-roots = ['../shared']\n", "MS648"),
        ("[tool.modelspec]\ndata-root = ['../shared']\n", "MS648"),
        ("[modelspec]\ndata-roots = ['../shared']\n", "MS648"),
    ],
)
def test_a_table_that_is_broken_or_misspelt_is_told_once(project, text, code, cli):
    (project / "pyproject.toml").write_text(text)
    (project / "specs" / "s.yaml").write_text(BASE)
    done = cli("validate", "specs/s.yaml")
    assert done.code == 1
    assert (done.out + done.err).count("pyproject.toml:1:1: error") == 1
    assert f"error[{code}]" in done.out + done.err
