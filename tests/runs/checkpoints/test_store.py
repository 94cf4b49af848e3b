"""Checkpoints are there as a whole or not at all, and one whose bytes changed is never used."""

import json
import os
import random
import shutil

import ml_dtypes
import numpy as np
import pytest
from safetensors.numpy import load_file

from modelspec.runs.checkpoints.arrays import NotArrays, from_bytes, pieces
from modelspec.runs.checkpoints.snapshot import Position, Snapshot
from modelspec.runs.checkpoints.store import Damaged, Store, read
from modelspec.runs.checkpoints.writer import Writer
from tests.runtime.faults import DIED, FAILING, faults, in_a_child, operations

pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")


def snapshot(number: int, size: int = 40) -> Snapshot:
    values = {"history": [{"epoch": number, "loss": 0.1 + number}], "best": float("inf"), "none": None}
    arrays = {
        "a": np.full((size, 3), number, dtype="float32"),
        "b": np.array(number, dtype="int64"),
        "c": np.zeros((0, 4), dtype="uint32"),
        "d": np.arange(number, dtype=ml_dtypes.bfloat16),
        "e": np.array([True, False]),
    }
    return Snapshot(Position(number, 3, {"loss": float("nan")} if number % 2 else None), values, arrays)


def same(left: Snapshot, right: Snapshot) -> bool:
    if repr((left.position, left.values)) != repr((right.position, right.values)):
        return False
    return list(left.arrays) == list(right.arrays) and all(
        left.arrays[name].dtype == right.arrays[name].dtype
        and left.arrays[name].shape == right.arrays[name].shape
        and left.arrays[name].tobytes() == right.arrays[name].tobytes()
        for name in left.arrays
    )


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "checkpoints", keep=3)


def test_what_was_published_is_found_again(store):
    store.publish(snapshot(1))
    found = store.newest()
    assert same(found.snapshot, snapshot(1))
    assert found.damaged == ()


def test_there_is_nothing_to_find_in_an_empty_or_missing_folder(store):
    assert store.newest() is None
    store.folder.mkdir()
    assert store.newest() is None


def test_arrays_are_a_safetensors_file(store):
    path = store.publish(snapshot(5))
    read_by_others = load_file(path / "arrays.safetensors")
    assert {name: value.tolist() for name, value in read_by_others.items()} == {
        name: value.tolist() for name, value in snapshot(5).arrays.items()
    }


def test_an_array_of_objects_is_refused():
    with pytest.raises(TypeError, match="cannot be stored"):
        list(pieces({"x": np.array([object()])}))


def test_arrays_that_are_not_contiguous_are_written_as_they_are():
    array = np.arange(24, dtype="float64").reshape(4, 6).T[::2]
    assert from_bytes(b"".join(pieces({"x": array})))["x"].tolist() == array.tolist()


@pytest.mark.parametrize(
    "data", [b"", b"\0" * 8, b"\xff" * 40, b"\x02" + b"\0" * 7 + b"[]", b"\x04" + b"\0" * 7 + b"null"]
)
def test_other_bytes_are_no_arrays(data):
    with pytest.raises(NotArrays):
        from_bytes(data)


def test_the_newest_are_kept(store):
    for number in range(1, 6):
        store.publish(snapshot(number))
    assert store.names() == ["000005", "000004", "000003"]
    assert same(store.newest().snapshot, snapshot(5))
    assert sorted(os.listdir(store.folder)) == ["000003", "000004", "000005"]


def test_files_are_kept_with_a_checkpoint_as_they_were_when_it_was_taken(store, tmp_path):
    best = tmp_path / "best"
    best.write_bytes(b"first")
    with Writer(store) as writer:
        taken = snapshot(1)
        writer.save(Snapshot(taken.position, taken.values, taken.arrays, {"best": best}))
        os.replace(_file(tmp_path / "other", b"second"), best)
    found = store.newest()
    assert found.snapshot.files["best"].read_bytes() == b"first"


def _file(path, data):
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("name", ["arrays.safetensors", "state.json", "manifest.json"])
def test_a_missing_part_is_told_and_the_one_before_is_used(store, name):
    store.publish(snapshot(1))
    (store.publish(snapshot(2)) / name).unlink()
    found = store.newest()
    assert same(found.snapshot, snapshot(1))
    assert found.damaged == (f"checkpoints/000002: {name} is missing",)


def test_no_whole_checkpoint_is_none_at_all(store):
    (store.publish(snapshot(1)) / "state.json").write_text("{}")
    assert store.newest() is None
    (damage,) = store.damage()
    assert damage.startswith("checkpoints/000001: state.json has 2 bytes instead of ")


def test_another_format_is_refused(store):
    manifest = store.publish(snapshot(1)) / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"format": 1', '"format": 99'))
    with pytest.raises(Damaged, match="its format is 99, but this modelspec reads 1"):
        read(store.folder / "000001")


def test_parts_of_two_checkpoints_do_not_make_one(store):
    first, second = store.publish(snapshot(1)), store.publish(snapshot(2))
    shutil.copy(first / "arrays.safetensors", second / "arrays.safetensors")
    assert same(store.newest().snapshot, snapshot(1))


def truncations(size: int) -> list[int]:
    return sorted({size * part // 64 for part in range(64)} | {size - 1, 0, 1})


@pytest.mark.parametrize("name", ["arrays.safetensors", "state.json", "manifest.json"])
def test_a_truncated_file_is_never_used(store, name):
    store.publish(snapshot(1))
    path = store.publish(snapshot(2)) / name
    whole = path.read_bytes()
    for size in truncations(len(whole.rstrip())):
        path.write_bytes(whole[:size])
        assert same(store.newest().snapshot, snapshot(1)), size
    path.write_bytes(whole + b"\0")
    assert same(store.newest().snapshot, snapshot(1))


def flip_bits(store, seed, count):
    random_places = random.Random(seed)
    store.publish(snapshot(1))
    folder = store.publish(snapshot(2))
    for _ in range(count):
        path = folder / random_places.choice(["arrays.safetensors", "state.json", "manifest.json"])
        whole = path.read_bytes()
        at, bit = random_places.randrange(len(whole)), random_places.randrange(8)
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :])
        found = store.newest().snapshot
        assert same(found, snapshot(1)) or same(found, snapshot(2)), (path.name, at, bit)
        if path.name != "manifest.json":
            assert same(found, snapshot(1)), (path.name, at, bit)
        path.write_bytes(whole)


def test_a_flipped_bit_never_gives_other_numbers(store):
    flip_bits(store, seed=1, count=100)


@pytest.mark.slow
def test_no_flipped_bit_ever_gives_other_numbers(store):
    flip_bits(store, seed=2, count=4000)


def publish_two(store):
    """A first checkpoint, and the work of publishing one after it that also forgets one."""
    for number in (1, 2, 3):
        store.publish(snapshot(number, 200))
    return lambda: store.publish(snapshot(4, 200))


def after_a_fault(store, may_be_new=True):
    """Whatever went wrong, a whole checkpoint is found, nothing is damaged, and the next start cleans up."""
    found = store.newest()
    assert same(found.snapshot, snapshot(3, 200)) or (may_be_new and same(found.snapshot, snapshot(4, 200)))
    assert found.damaged == ()
    store.clean()
    assert all(not name.startswith(".") for name in os.listdir(store.folder))
    store.publish(snapshot(5, 200))
    assert same(store.newest().snapshot, snapshot(5, 200))


def go_through(folder, kind, every):
    """Publish with the fault at each operation in turn, each time from the same start."""
    start = Store(folder / "start", keep=3)
    count = len(operations(folder, publish_two(start)))
    assert count > 15
    hit = 0
    for at in range(1, count + 1, every):
        store = Store(folder / f"{kind}{at}", keep=3)
        work = publish_two(store)
        if kind in ("die", "torn"):

            def die(at=at, work=work):
                with faults(folder, at, kind):
                    work()

            code = in_a_child(die)
            assert code in ((DIED,) if kind == "die" else (DIED, 0))
            hit += code == DIED
            after_a_fault(store)
        else:
            with faults(folder, at, kind) as seen:
                try:
                    work()
                except OSError:
                    hit += 1
                    assert seen.done[at - 1] in FAILING
            if kind == "short":
                assert same(store.newest().snapshot, snapshot(4, 200)), "a short write is written on"
            after_a_fault(store)
        shutil.rmtree(store.folder)
    return hit


@pytest.mark.parametrize("kind", ["EIO", "ENOSPC", "EINTR", "short", "die", "torn"])
def test_a_fault_at_any_write_leaves_a_whole_checkpoint(tmp_path, kind):
    hit = go_through(tmp_path, kind, 3)
    assert hit >= 2 or kind == "short"


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["EIO", "ENOSPC", "EINTR", "EDQUOT", "short", "die", "torn"])
def test_a_fault_at_every_single_write_leaves_a_whole_checkpoint(tmp_path, kind):
    hit = go_through(tmp_path, kind, 1)
    assert hit >= 5 or kind == "short"


def test_what_is_renamed_was_synced_before_and_its_folder_after(store):
    done = operations(store.folder.parent, lambda: store.publish(snapshot(1)))
    at = done.index("rename")
    assert done[:at].count("fsync") == 4, "three files and their folder"
    assert "fsync" in done[at:]
    assert "write" not in done[at:]


def test_a_failed_write_leaves_nothing_behind(store):
    store.publish(snapshot(1))
    with faults(store.folder, 4, "ENOSPC"), pytest.raises(OSError, match="No space left"):
        store.publish(snapshot(2))
    assert os.listdir(store.folder) == ["000001"]


def test_the_writer_tells_a_failure_at_the_next_save_and_goes_on(store):
    writer = Writer(store)
    with faults(store.folder.parent, 6, "ENOSPC"):
        writer.save(snapshot(1))
        with pytest.raises(OSError, match="No space left"):
            writer.wait()
    writer.save(snapshot(2))
    writer.wait()
    assert same(store.newest().snapshot, snapshot(2))


def test_leaving_the_writer_waits_for_the_last_one_and_tells_its_failure(store):
    with Writer(store) as writer:
        writer.save(snapshot(1, 300_000))
    assert same(store.newest().snapshot, snapshot(1, 300_000))
    with faults(store.folder.parent, 6, "EIO"), pytest.raises(OSError, match="Input/output"), Writer(store) as writer:
        writer.save(snapshot(2))


def test_an_error_within_is_not_hidden_by_one_of_the_writer(store):
    def save_and_fail():
        with faults(store.folder.parent, 6, "EIO"), Writer(store) as writer:
            writer.save(snapshot(2))
            raise KeyError

    with pytest.raises(KeyError):
        save_and_fail()


def test_saving_does_not_wait_for_the_disk(store):
    import threading

    go_on = threading.Event()
    real = os.fsync
    try:
        os.fsync = lambda handle: go_on.wait(10) and real(handle)
        writer = Writer(store)
        writer.save(snapshot(1))
        assert writer.busy
        assert store.names() == []
        go_on.set()
        writer.wait()
    finally:
        os.fsync = real
    assert same(store.newest().snapshot, snapshot(1))


def test_state_is_readable_by_people(store):
    state = json.loads((store.publish(snapshot(2)) / "state.json").read_text())
    assert state["position"] == {"epoch": 2, "step": 3, "logs": None, "stage": 0}
    assert state["values"]["history"] == [{"epoch": 2, "loss": 2.1}]
