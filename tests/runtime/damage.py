"""Damage to a run directory, as disks, editors and strangers do it: one random change, told in words."""

import hashlib
import json
import os
import shutil

VALUES = [None, True, 0, 5, -1, 10**30, 1e300, "x", "", [], {}, [[[]]], [5], {"a": 5}, "\u0000", "9" * 50]
DEEP = "[" * 100_000


def damage(run, draw):
    """Change one file of the run directory; what was done."""
    files = sorted(item for item in run.rglob("*") if item.is_file())
    path = files[draw.randrange(len(files))]
    kinds = [*WAYS, *[_value] * 6] if path.suffix in (".json", ".jsonl", ".lock") else WAYS
    way = kinds[draw.randrange(len(kinds))]
    said = way(path, draw)
    if path.parent.parent.name == "checkpoints" and path.name != "manifest.json" and draw.random() < 0.7:
        _sign(path.parent)
    return f"{path.relative_to(run)}: {way.__name__} {said}"


def _value(path, draw):
    """Another value at a random place of a JSON file, or a key less."""
    lines = path.read_text().splitlines() if path.suffix == ".jsonl" else [path.read_text()]
    number = draw.randrange(len(lines))
    value = json.loads(lines[number])
    places = list(_places(value, ()))
    place = places[draw.randrange(len(places))]
    new = VALUES[draw.randrange(len(VALUES))]
    if not place:
        value = new
    else:
        inner = value
        for key in place[:-1]:
            inner = inner[key]
        if draw.random() < 0.2:
            del inner[place[-1]]
            new = "nothing"
        else:
            inner[place[-1]] = new
    lines[number] = json.dumps(value)
    path.write_text("\n".join(lines) + "\n")
    return f"{place} = {str(new)[:20]}"


def _places(value, place):
    yield place
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in pairs:
        yield from _places(item, (*place, key))


def _cut(path, draw):
    data = path.read_bytes()
    path.write_bytes(data[: draw.randrange(len(data) + 1)])
    return ""


def _flip(path, draw):
    data = bytearray(path.read_bytes() or b"x")
    for _ in range(draw.choice([1, 1, 8])):
        data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    path.write_bytes(bytes(data))
    return ""


def _deep(path, draw):
    path.write_text(
        draw.choice(
            [DEEP, '{"a":' * 100_000, "9" * 100_000, "NaN", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")]
        )
    )
    return ""


def _append(path, draw):
    with open(path, "ab") as stream:
        stream.write(draw.choice([b"\0", b"\xff\xfe", b'{"event": "ep', DEEP.encode()]))
    return ""


def _gone(path, draw):
    path.unlink()
    return ""


def _folder(path, draw):
    path.unlink()
    path.mkdir()
    return ""


def _pipe(path, draw):
    path.unlink()
    os.mkfifo(path)
    return ""


def _endless(path, draw):
    path.unlink()
    path.symlink_to(draw.choice(["/dev/zero", "/dev/null", path.name, "none"]))
    return ""


def _file_for_a_folder(path, draw):
    if path.parent.parent.name == "checkpoints":
        shutil.rmtree(path.parent)
        path.parent.write_text("x")
    return ""


def _elsewhere_too(path, draw):
    """A file outside the run is in its place, by a link that is none to look at."""
    outside = outside_of(path) / path.name
    if draw.random() < 0.5:
        outside.write_bytes(path.read_bytes())
    else:
        outside.write_text("precious")
    path.unlink()
    os.link(outside, path)
    return ""


def _folder_away(path, draw):
    """The folder of the file lies outside the run, and a link leads to it."""
    folder = path.parent
    if (folder / "run.json").exists():
        return "not done"
    outside = outside_of(path) / folder.name
    shutil.move(folder, outside)
    folder.symlink_to(outside, target_is_directory=True)
    return ""


def outside_of(path):
    """A folder beside the run that a file is in, for what must stay as it is."""
    run = next(folder for folder in path.parents if (folder / "spec.yaml").exists() or folder.name == "run")
    (run.parent / "outside").mkdir(exist_ok=True)
    return run.parent / "outside"


WAYS = [
    _cut, _flip, _deep, _append, _gone, _folder, _pipe, _endless, _file_for_a_folder, _elsewhere_too, _folder_away,
]  # fmt: skip


def _sign(folder):
    """A manifest that fits the changed files, as who changes them on purpose writes it."""
    if not (folder / "manifest.json").is_file():
        return
    manifest = json.loads((folder / "manifest.json").read_text())
    for name in manifest["files"]:
        if (folder / name).is_file() and not (folder / name).is_symlink():
            data = (folder / name).read_bytes()
            manifest["files"][name] = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    (folder / "manifest.json").write_text(json.dumps(manifest))
