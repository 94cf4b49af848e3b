"""`.modelspecignore` leaves out of a folder what `.gitignore` would, as git itself says."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from modelspec.cli.options.ignoring import NAME
from modelspec.cli.options.paths import find_specs
from modelspec.cli.options.usage import WrongUsage
from tests.seams.names import FIND_SPECS
from tests.seams.seam import program

GOOD = "modelspec: 1\ninputs: {x: [8]}\nlayers: [{Dense: 1}]\n"
BAD = "modelspec: 1\ninputs: {x: [8]}\nlayers: [{Dens: 1}]\n"
FILES = (
    "a.yaml",
    "wrong_b.yaml",
    "bad/a.yaml",
    "bad/deep/c.yaml",
    "deep/bad/a.yaml",
    "deep/wrong_a.yaml",
    "deep/a b.yml",
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A repository's folder of specs, which is the working folder."""
    (tmp_path / ".git").mkdir()
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(GOOD if name == "a.yaml" else BAD)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(*paths, force_exclude=False):
    return {Path(file).as_posix() for file in find_specs(paths, force_exclude)}


PATTERNS = {
    "a name": "a.yaml",
    "a folder anywhere": "bad/",
    "a folder here": "/bad",
    "a path": "deep/bad",
    "a star": "wrong_*.yaml",
    "two stars": "deep/**/a.yaml",
    "a question mark": "?.yaml",
    "letters": "[ab].yaml",
    "all but one": "*\n!/a.yaml",
    "a file of an ignored folder stays ignored": "bad/\n!bad/a.yaml",
    "a folder that is kept does not keep what is in it": "bad\n!deep",
    "all in a folder is kept": "bad\n!deep/**",
    "the last line decides": "!a.yaml\na.yaml",
    "comments, blanks and escapes": "# a.yaml\n\n\\#x\ndeep/a\\ b.yml\nwrong_b.yaml   ",
}


def by_git(folder, files):
    """What git ignores by these files."""
    for path in [*folder.rglob(NAME)]:
        (path.parent / ".gitignore").write_text(path.read_text())
    (folder / ".git").rmdir() if not any((folder / ".git").iterdir()) else None
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    done = subprocess.run(
        ["git", "-c", "core.excludesFile=", "check-ignore", "--no-index", "-z", "--stdin"], cwd=folder,
        input="\0".join(files), capture_output=True, text=True, check=False,
    )  # fmt: skip
    return set(done.stdout.split("\0")) - {""}


@pytest.mark.parametrize("name", PATTERNS)
def test_a_folder_leaves_out_what_git_would(name, folder):
    (folder / NAME).write_text(PATTERNS[name])
    ignored = by_git(folder, FILES)
    assert ignored
    assert found(".") == set(FILES) - ignored


def test_a_deeper_file_decides(folder):
    (folder / NAME).write_text("*.yml\nwrong_*\n")
    (folder / "deep" / NAME).write_text("!wrong_a.yaml\n/bad\n")
    assert (
        found(".")
        == set(FILES) - by_git(folder, FILES)
        == {"a.yaml", "bad/a.yaml", "bad/deep/c.yaml", "deep/wrong_a.yaml"}
    )


LINES = st.sampled_from(["a.yaml", "*.yaml", "bad", "/bad", "bad/", "deep/*", "!a.yaml", "!bad/", "!*.yml", "**/bad/**", "[!a]*.yaml", "wrong*", "!deep", "!/deep", "!deep/", "!deep/**", "!**/deep", "deep/bad", "!deep/bad/", "*", "*/", "!b*"])  # fmt: skip


@given(top=st.lists(LINES, max_size=4), deep=st.lists(LINES, max_size=3))
def test_random_patterns_are_read_as_git_reads_them(tmp_path_factory, top, deep):
    folder = tmp_path_factory.mktemp("random")
    (folder / ".git").mkdir()
    for name in FILES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("")
    (folder / NAME).write_text("\n".join(top))
    (folder / "deep" / NAME).write_text("\n".join(deep))
    kept = set(FILES) - by_git(folder, FILES)
    if kept:
        assert {Path(file).relative_to(folder).as_posix() for file in find_specs([str(folder)])} == kept
    else:
        with pytest.raises(WrongUsage):
            find_specs([str(folder)])


def test_a_file_above_counts_up_to_the_repository_and_not_beyond(folder, monkeypatch):
    (folder / NAME).write_text("bad/\n")
    (folder.parent / NAME).write_text("*.yaml\n")
    monkeypatch.chdir(folder / "deep")
    assert found(".") == {"wrong_a.yaml", "a b.yml"}
    assert found(str(folder / "deep")) == {str(folder / "deep" / name) for name in ("wrong_a.yaml", "a b.yml")}


def test_without_a_repository_a_file_above_counts_from_the_working_folder(tmp_path, monkeypatch):
    (tmp_path / "here" / "specs").mkdir(parents=True)
    (tmp_path / "here" / "specs" / "a.yaml").write_text(GOOD)
    (tmp_path / "here" / "specs" / "b.yaml").write_text(GOOD)
    (tmp_path / NAME).write_text("a.yaml\n")
    (tmp_path / "here" / NAME).write_text("b.yaml\n")
    monkeypatch.chdir(tmp_path / "here")
    assert found("specs") == {"specs/a.yaml"}


def test_a_named_file_or_folder_is_checked_unless_named_ones_are_excluded_too(folder):
    (folder / NAME).write_text("bad/\n")
    assert found("bad/a.yaml", "a.yaml") == {"bad/a.yaml", "a.yaml"}
    assert found("bad") == {"bad/a.yaml", "bad/deep/c.yaml"}
    assert found("bad/a.yaml", "bad/deep", "a.yaml", force_exclude=True) == {"a.yaml"}
    assert found("bad/a.yaml", "bad", force_exclude=True) == set()
    assert found(str(folder / "bad" / "a.yaml"), force_exclude=True) == set()


def test_a_pattern_on_the_command_line_leaves_out_what_is_ignored(folder):
    (folder / NAME).write_text("bad/\nwrong_*\n")
    assert found("**/*.yaml") == {"a.yaml"}


def test_a_folder_without_any_other_file_says_why(folder, cli):
    (folder / NAME).write_text("deep/*\n")
    done = cli("validate", "deep")
    assert done.code == 2
    assert f"{NAME} leaves out every file" in " ".join(done.err.replace("│", " ").split())


def test_validate_and_the_hook_are_clean_where_the_wrong_ones_are_ignored(folder, cli):
    (folder / NAME).write_text("bad/\nwrong_*\n*.yml\n")
    assert cli("validate", ".").code == 0
    (hook,) = yaml.safe_load((Path(__file__).parents[3] / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    page = (Path(__file__).parents[3] / "docs" / "ci.md").read_text(encoding="utf-8")
    local = yaml.safe_load(page.split("## pre-commit")[1].split("```yaml\n")[1].split("```")[0])["repos"][0]["hooks"][0]
    assert local["entry"] == hook["entry"]
    command = hook["entry"].split()[1:]
    assert cli(*command, *FILES).code == 0
    assert cli(*command, "bad/a.yaml").code == 0
    assert cli("validate", "bad/a.yaml").code == 1
    assert json.loads(cli("validate", ".", "--format", "json").out)["files"] == 1


def test_the_watch_follows_the_file(folder):
    (folder / NAME).write_text("*/\n")
    assert found(".") == {"a.yaml", "wrong_b.yaml"}
    (folder / NAME).write_text("*/\nwrong_*\n")
    assert found(".") == {"a.yaml"}


@pytest.mark.parametrize(("text", "says"), [(b"a\n\xff\n", "it is not UTF-8"), (b"ok\n!\n", f"{NAME}:2")])
def test_a_file_that_cannot_be_read_is_told(text, says, folder, cli):
    (folder / NAME).write_bytes(text)
    done = cli("validate", ".")
    assert done.code == 2
    assert says in "".join(done.err.replace("│", "").split("\n")).replace("  ", "") or says in done.err


def test_the_library_is_imported_where_there_is_such_a_file_only(folder):
    code = program("import sys\nfind_specs(['.'])\nprint('pathspec' in sys.modules)", FIND_SPECS)

    def run():
        return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()

    assert run() == "False"
    (folder / NAME).write_text("bad/\n")
    assert run() == "True"
