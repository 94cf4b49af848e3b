"""A run directory that is not as it was written: each damage is named with its file, and nothing ends in a bug."""

import json
import random
import re
import shutil
import signal
import socket

import numpy as np
import pytest

from modelspec.runs.checkpoints.store import Store
from modelspec.runs.recorded import NotAsWritten, from_json
from tests.chosen import chosen, spread
from tests.runtime.damage import DEEP, damage
from tests.tiny import TINY, write

SPEC = TINY.replace("\ntrain: {", "\ntrain: {callbacks: [{EarlyStopping: {patience: 9, restore_best_weights: true}}], ")
COMMANDS = {
    "evaluate": ("evaluate", "run"),
    "predict": ("predict", "run", "-o", "out.csv"),
    "resume": ("train", "--resume", "run", "--set", "train.epochs=3"),
    "again": ("train", "--resume", "run"),
    "reproduce": ("reproduce", "run", "--run-dir", "other"),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A finished run."""
    import modelspec

    folder = tmp_path_factory.mktemp("whole")
    modelspec.train(write(folder, SPEC), run_dir=str(folder / "run"))
    return folder / "run"


@pytest.fixture
def run(whole, tmp_path, monkeypatch):
    """A copy of the run in the current folder."""
    monkeypatch.chdir(tmp_path)
    return shutil.copytree(whole, tmp_path / "run")


@pytest.fixture(autouse=True)
def _ends():
    """Nothing waits for ever."""
    signal.alarm(300)
    yield
    signal.alarm(0)


def change(path, **values):
    info = json.loads(path.read_text())
    info.update(values)
    path.write_text(json.dumps(info))


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"resumed": 5}, "`resumed`"), ({"mlflow": "x"}, "`mlflow`"), ({"began_with": 5}, "`began_with`"),
        ({"data": {"train": 5}}, "`data.train`"), ({"status": "done"}, "`status`"), ({"root": 5}, "`root`"),
    ],
)  # fmt: skip
def test_a_value_of_another_kind_is_named(cli, run, command, values, words):
    change(run / "run.json", **values)
    done = cli(*COMMANDS[command])
    assert done.code == 1, done.err
    assert "error[MS752] run/run.json cannot be used: " in done.err
    assert words in done.err
    assert "restore run.json from a copy" in done.err


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("text", [DEEP, "", "[]", '{"spec": NaN}', '"' + "x" * (1 << 20) + '"'])
def test_a_run_json_that_is_none_is_named(cli, run, command, text):
    (run / "run.json").write_text(text)
    done = cli(*COMMANDS[command])
    assert done.code == 1
    assert "error[MS752] run/run.json cannot be used: " in done.err


LOCKS = ["{}", DEEP, '{"pid": "x", "host": "y"}', '{"pid": -5, "host": "y", "boot": null, "began": null}', "[]"]


@pytest.mark.parametrize("text", spread(LOCKS, 2, first=1))
def test_a_lock_that_names_no_process_is_nobodys(cli, run, text):
    (run / "run.lock").write_text(text)
    done = cli(*COMMANDS["resume"])
    assert done.code == 0, done.err
    assert not (run / "run.lock").exists()


def test_a_lock_of_another_machine_is_believed(cli, run):
    assert socket.gethostname() != "elsewhere"
    (run / "run.lock").write_text('{"pid": 7, "host": "elsewhere", "boot": null, "began": null}')
    done = cli(*COMMANDS["resume"])
    assert done.code == 1
    assert "process 7 on elsewhere" in done.err


def test_what_is_whole_is_used(cli, run):
    for name in ("history.jsonl", "events.jsonl", "metrics.json", "spec.yaml", "last.safetensors", "model.keras"):
        (run / name).write_text(DEEP)
    (run / "checkpoints" / "000009").mkdir()
    assert cli(*COMMANDS["evaluate"]).code == 0
    assert cli(*COMMANDS["predict"]).code == 0
    last = cli("evaluate", "run", "--weights", "last")
    assert last.code == 1
    assert "error[MS754] run/last.safetensors: not a readable weights file" in last.err
    done = cli(*COMMANDS["reproduce"])
    assert done.code == 1
    assert re.search(r"error\[MS767\] run/\S+ cannot be compared: ", done.err), done.err
    (run / "spec.yaml").write_text(SPEC)
    done = cli(*COMMANDS["resume"])
    assert done.code == 0, done.err
    assert "skipped checkpoints/000009: manifest.json is missing" in done.out


def test_weights_that_were_changed_are_not_used(cli, run):
    from safetensors.numpy import load_file, save_file

    from modelspec.runtime.build.weights import save_weights

    path = run / "best.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))
    done = cli(*COMMANDS["evaluate"])
    assert done.code == 1
    assert "error[MS754] run/best.safetensors: not a readable weights file: its weights have changed since" in done.err
    values = {name: np.full_like(value, np.nan) for name, value in load_file(run / "last.safetensors").items()}
    for save in (lambda: save_weights(path, values, {}), lambda: save_file(values, path)):
        save()
        done = cli(*COMMANDS["evaluate"])
        assert done.code == 1
        assert re.search(r"error\[MS754\] run/best.safetensors: '\S+' is NaN or infinite", done.err), done.err


@pytest.mark.parametrize("what", chosen(["file", "link", "loop"], ["file", "loop"]))
def test_what_stands_in_the_place_of_a_checkpoint_leaves_nothing(cli, run, tmp_path, what):
    place = run / "checkpoints" / "000009"
    (tmp_path / "mine").write_text("mine")
    if what == "file":
        place.write_text("x")
    else:
        place.symlink_to("000009" if what == "loop" else tmp_path / "mine")
    done = cli(*COMMANDS["resume"], "--set", "train.checkpoint.every=1 steps", "--set", "train.checkpoint.keep=2")
    assert done.code == 0, done.err
    assert not [item.name for item in (run / "checkpoints").iterdir() if item.name.startswith(".")]
    assert (tmp_path / "mine").read_text() == "mine"


def _outcomes(cli, run, seed, names):
    draw = random.Random(seed)
    said = damage(run, draw)
    name = draw.choice(names)
    outside = _outside(run)
    done = cli(*COMMANDS[name])
    assert _outside(run) == outside, (seed, said, name)
    assert done.code in (0, 1), (seed, said, name, done.err)
    assert "bug" not in done.err, (seed, said, name, done.err)
    assert done.code == 0 or "error" in done.err or "differs" in done.out, (seed, said, name, done.err)
    return done.code


def _outside(run):
    return {item: item.read_bytes() for item in (run.parent / "outside").rglob("*") if item.is_file()}


def test_random_damage_is_never_a_bug(cli, run, whole, tmp_path):
    _many(cli, run, whole, tmp_path, range(12))


@pytest.mark.slow
def test_more_random_damage_is_never_a_bug(cli, run, whole, tmp_path):
    signal.alarm(0)
    codes = _many(cli, run, whole, tmp_path, range(1000, 1500))
    assert 50 < sum(codes) < 450, "some damage stops a command, and some does not"


@pytest.mark.slow
def test_a_resume_of_a_damaged_run_goes_on_or_says_why_not(cli, run, whole, tmp_path):
    signal.alarm(0)
    codes = _many(cli, run, whole, tmp_path, range(2000, 3000), ("resume",))
    assert 100 < sum(codes) < 900, "some damage stops a command, and some does not"


def _many(cli, run, whole, tmp_path, seeds, names=tuple(COMMANDS)):
    codes = []
    for seed in seeds:
        shutil.rmtree(run)
        for name in ("other", "outside"):
            shutil.rmtree(tmp_path / name, ignore_errors=True)
        shutil.copytree(whole, run)
        codes.append(_outcomes(cli, run, seed, names))
    return codes


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (DEEP, "nested more than 64"), ("[1, NaN]", "NaN"), ("9" * 5000, "not JSON"), ("{", "line 1, column 2"),
        ("[" * 65 + "]" * 65, "nested"), ("1 2", "not JSON"),
    ],
)  # fmt: skip
def test_json_is_read_within_bounds(text, words):
    with pytest.raises(NotAsWritten, match=words):
        from_json(text)


def test_brackets_in_texts_are_no_depth():
    assert from_json(json.dumps(["[" * 100, '"[' * 100, {"a\\": "]"}])) == ["[" * 100, '"[' * 100, {"a\\": "]"}]
    assert from_json("[" * 64 + "]" * 64)
    assert Store is not None
