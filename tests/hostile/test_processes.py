"""Files that are no files, streams without an end, terminals and pipes: the real program, in a process of its own."""

import os
import pty
import re
import resource
import subprocess
import sys

import pytest

from tests.chosen import chosen, spread
from tests.hostile.harness import environment
from tests.hostile.row import HEAD, dense

MODULE = [sys.executable, "-m", "modelspec", "validate"]
MEMORY = 1200 * 2**20
SECONDS = 300  # for Python on a busy machine; what is tested would never end


def bounded():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


@pytest.fixture
def validate(tmp_path):
    """Run `modelspec validate` in an empty folder; returns (exit code, stdout, stderr)."""

    def run(*arguments, stdin=subprocess.DEVNULL, env=None, cwd=tmp_path):
        home = tmp_path / "home"
        home.mkdir(exist_ok=True)
        done = subprocess.run(
            [*MODULE, *map(str, arguments)], cwd=cwd, env={**environment(home), **(env or {})}, stdin=stdin,
            capture_output=True, timeout=SECONDS, preexec_fn=bounded, check=False,
        )  # fmt: skip
        out, err = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
        assert "Traceback" not in out + err
        assert not list(home.iterdir())
        return done.returncode, out, err

    return run


def one_problem(result, code, place):
    """Exit code 1 and one line that names the code."""
    status, out, err = result
    assert status == 1, err
    assert out == ""
    assert re.findall(r"error\[(MS\d+)\]", err) == [code], err
    assert place in err


def test_a_fifo_is_not_waited_for(validate, tmp_path):
    os.mkfifo(tmp_path / "spec.yaml")
    one_problem(validate("spec.yaml"), "MS101", "spec.yaml:1:1")


@pytest.mark.parametrize("device", chosen(["/dev/zero", "/dev/null", "/dev/stdin"], ["/dev/zero"]))
def test_a_device_is_not_read(device, validate):
    one_problem(validate(device), "MS101", f"{device}:1:1")


def test_a_folder_named_like_a_spec_is_searched_not_read(validate, tmp_path):
    (tmp_path / "spec.yaml").mkdir()
    status, _, err = validate("spec.yaml")
    assert status == 2
    assert "no .yaml file" in re.sub(r"[\s│]+", " ", err)


def test_a_loop_of_links_is_one_problem(validate, tmp_path):
    (tmp_path / "a.yaml").symlink_to("b.yaml")
    (tmp_path / "b.yaml").symlink_to("a.yaml")
    one_problem(validate("a.yaml"), "MS101", "a.yaml:1:1")


def test_a_folder_that_links_to_itself_is_searched_once(validate, tmp_path):
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "again").symlink_to("..", target_is_directory=True)
    (tmp_path / "specs" / "good.yaml").write_text(dense("8"))
    status, out, _ = validate("specs")
    assert (status, out) == (0, "specs/good.yaml: no problems\n")


def test_a_sparse_file_of_10_gigabytes_is_not_read_to_its_end(validate, tmp_path):
    with open(tmp_path / "spec.yaml", "wb") as file:
        file.truncate(10 * 2**30)
    one_problem(validate("spec.yaml"), "MS102", "spec.yaml:1:1")


def test_a_missing_file_is_one_problem(validate):
    one_problem(validate("none.yaml"), "MS101", "none.yaml:1:1")


NAMES = ["a\nb.yaml", "\x1bc.yaml", "::error::x.yaml", "x" * 5000, "~/x.yaml", "http://a/b.yaml"]


@pytest.mark.parametrize("name", spread(NAMES, 2, first=1))
def test_a_strange_file_name_is_one_problem(name, validate):
    status, out, err = validate(name)
    assert (status, out) == (1, "")
    assert re.findall(r"error\[(MS\d+)\]", err) == ["MS101"]
    assert "\x1b" not in err
    assert not any(line.strip().startswith("::") for line in err.splitlines())


def test_a_file_that_may_not_be_read_is_one_problem(validate, tmp_path):
    path = tmp_path / "spec.yaml"
    path.write_text(HEAD)
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")
    one_problem(validate("spec.yaml"), "MS101", "spec.yaml:1:1")


def test_standard_input_without_an_end_is_read_up_to_the_limit(validate, tmp_path):
    with subprocess.Popen(["yes", "#"], stdout=subprocess.PIPE) as endless:
        one_problem(validate("-", stdin=endless.stdout), "MS102", "<stdin>:1:1")
        endless.kill()


def test_closed_standard_input_is_an_empty_spec_or_a_problem(validate):
    status, _, err = validate("-", stdin=subprocess.DEVNULL)
    assert status == 1
    assert "MS105" in err


def test_a_limit_of_memory_is_told(tmp_path):
    (tmp_path / "spec.yaml").write_text(dense("8") + "x-a: [" + "1," * 190_000 + "]\n")

    def little():
        resource.setrlimit(resource.RLIMIT_AS, (150 * 2**20, 150 * 2**20))

    done = subprocess.run(
        [*MODULE, "spec.yaml"], cwd=tmp_path, env=environment(tmp_path), capture_output=True, timeout=SECONDS,
        preexec_fn=little, check=False, text=True,
    )  # fmt: skip
    assert done.returncode in (0, 1)
    assert "Traceback" not in done.stderr


FORMS = ["text", "json", "github", "sarif", "junit"]


@pytest.mark.parametrize("form", chosen(FORMS, ["text", "json"]))
def test_a_closed_pipe_ends_the_program_quietly(form, tmp_path):
    (tmp_path / "spec.yaml").write_text(dense("8") + "x-a: [" + "010," * 20_000 + "]\n")
    child = subprocess.Popen(
        [*MODULE, "spec.yaml", "--format", form], cwd=tmp_path, env=environment(tmp_path), stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )  # fmt: skip
    child.stdout.close()
    child.stderr.read(10 if form == "text" else -1)
    child.stderr.close()
    assert child.wait(SECONDS) == 1


TERMINALS = [
    {"PYTHONIOENCODING": "ascii"},
    {"LANG": "C", "LC_ALL": "C"},
    {"NO_COLOR": "1"},
    {"COLUMNS": "20"},
    {"TERM": "dumb"},
]


@pytest.mark.parametrize("env", chosen(TERMINALS, [TERMINALS[0], TERMINALS[3]]), ids=str)
def test_any_terminal_gets_the_same_problems(env, validate, tmp_path):
    (tmp_path / "spec.yaml").write_text(dense("{units: '\u00e9\u4e2d [/] \U0001f600'}"), encoding="utf-8")
    status, _, err = validate("spec.yaml", env=env)
    assert status == 1
    assert "spec.yaml:4:20: error[MS203]" in err
    assert "[/]" in err


def test_a_colour_terminal_gets_colours_and_no_commands(tmp_path):
    (tmp_path / "spec.yaml").write_text(dense('{units: "\\e]0;x\\a\\e[2J[/][red]"}'))
    controller, terminal = pty.openpty()
    env = {**environment(tmp_path), "TERM": "xterm-256color"}
    child = subprocess.Popen(
        [*MODULE, "spec.yaml"], cwd=tmp_path, env=env, stdin=terminal, stdout=terminal, stderr=terminal
    )
    os.close(terminal)
    told = b""
    while True:
        try:
            part = os.read(controller, 65536)
        except OSError:
            break
        if not part:
            break
        told += part
    os.close(controller)
    assert child.wait(SECONDS) == 1
    assert b"[/][red]" in told
    assert not re.sub(rb"\x1b\[[0-9;]*m", b"", told).count(b"\x1b")


def test_no_path_is_told_that_the_user_did_not_give(validate, tmp_path):
    (tmp_path / "spec.yaml").write_text(
        dense("{unit: 8}") + "data: {train: {csv: missing.csv}}\nmodels: {m: {spec: a.yaml}}\n"
    )
    for form in FORMS:
        _, out, err = validate("spec.yaml", "--format", form, env={"SECRET": "hunter2"})
        for secret in (str(tmp_path), str(tmp_path / "home"), "hunter2", os.path.expanduser("~") + "/"):
            assert secret not in out + err


def test_modules_beside_the_spec_are_not_imported(tmp_path, validate):
    trap = "open('/dev/tty', 'w'); raise SystemExit(99)"
    for name in ("evil", "yaml", "json", "difflib", "keras", "modelspec_plugin"):
        (tmp_path / "folder").mkdir(exist_ok=True)
        (tmp_path / "folder" / f"{name}.py").write_text(trap)
    (tmp_path / "folder" / "spec.yaml").write_text(dense("{unit: 8}") + "plugins: [evil]\nimport: evil\n")
    status, _, err = validate("folder/spec.yaml")
    assert status == 1
    assert err.count("error[") == 3
    program = [str(__import__("pathlib").Path(sys.executable).with_name("modelspec")), "validate", "spec.yaml"]
    done = subprocess.run(
        program, cwd=tmp_path / "folder", env=environment(tmp_path / "home") | {"PYTHONPATH": ""}, capture_output=True,
        timeout=SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr


@pytest.mark.parametrize("seed", chosen(["0", "1", "4711"], ["4711"]))
def test_the_same_spec_gets_the_same_answer_in_any_process(seed, validate, tmp_path):
    text = (
        dense("{unit: 8, activatio: x, bogus: 1}") + "trian: {}\nmodels: {b: {}, a: {}}\nshared: {d: Dens, c: LSTN}\n"
    )
    (tmp_path / "spec.yaml").write_text(text)
    results = [validate("spec.yaml", "--format", "json", env={"PYTHONHASHSEED": value, "TZ": zone, "LANG": lang})
               for value, zone, lang in ((seed, "UTC", "C.UTF-8"), ("2", "Asia/Tokyo", "de_DE.UTF-8"))]  # fmt: skip
    assert results[0] == results[1]
