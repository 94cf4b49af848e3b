"""A setting is one field: what follows from it is looked for over every setting of every section, and named where it lacks."""

import json
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

import jsonschema_rs
import pytest
import yaml

import modelspec
from modelspec.language.sections.budget import Budget
from modelspec.language.sections.sources import SOURCES
from modelspec.language.settings import Kind, setting, settings_of
from modelspec.language.settings.values import Switch
from modelspec.manual.schema import schema
from modelspec.manual.settings import SECTIONS, SettingsTable, rows
from modelspec.pipeline import check_text
from modelspec.runs.differences import of_spec
from modelspec.runs.resolved import resolved_spec

PAGE = (Path(modelspec.__file__).parents[1] / "docs" / "settings.md").read_text(encoding="utf-8")
BASE = """\
modelspec: 1
inputs: {x: {shape: [4]}, other: [4]}
layers:
  - {Dense: {units: 3, activation: softmax}, name: body, from: x}
  - {Dense: {units: 3, activation: softmax}, name: head, from: other}
outputs: {y: {from: body, loss: sparse_categorical_crossentropy}}
train: {optimizer: adam}
data: {train: {synthetic: {samples: 64}}, validation: {synthetic: {samples: 64}}}
"""
PLAIN = {"name", "place", "after", "allowed"}
"""Fields of entries that no spec says."""
VALUES = {
    "Whole": 7,
    "Number": 0.5,
    "Text": "other",
    "Texts": ["other"],
    "Patterns": "head",
    "Name": "other",
    "Object": {"SGD": 0.5},
    "Loss": "mae",
    "HowOften": "7 epochs",
    "Beginning": {"path": "runs/other"},
    "_Path": "runs/other",
    "Shape": [7],
    "_Dtype": "float16",
    "_Reference": "body",
    "ClassWeights": {"1": 2.0},
    "_FractionOrCut": 0.25,
    "_By": {"group": "id"},
    "Fraction": 0.25,
    "Labels": ["low", "middle", "high"],
    "Missing": "mean",
    "Decoding": {"image": {"interpolation": "nearest"}},
    "Parse": {"date": "%d.%m.%y"},
    "_Source": {"synthetic": {"samples": 32}},
    "_SourceOrPart": {"split": 0.25},
    "_Stages": [{"epochs": 3}],
}
"""A value that is no default, for each kind of value."""
OF_OBJECTS = {"metric": ["mae"], "callback": [{"ReduceLROnPlateau": {"factor": 0.5}}]}
SOURCE_VALUES = {
    ("csv", "path"): "other.csv",
    ("csv", "delimiter"): ";",
    ("csv", "header"): False,
    ("csv", "missing"): ["", "NA"],
    ("csv", "decimal"): ",",
    ("tsv", "path"): ["other.tsv", "parts/*.tsv.gz"],
    ("tsv", "header"): False,
    ("tsv", "missing"): ["", "NA"],
    ("tsv", "decimal"): ",",
    ("jsonl", "path"): ["other.jsonl", "parts/*.jsonl.gz"],
    ("parquet", "path"): "parts",
    ("arrow", "path"): ["a.arrow", "b.arrow"],
    ("sql", "url"): "sqlite:///parts/other.db",
    ("sql", "query"): "SELECT x, y FROM other ORDER BY id",
    ("npz", "path"): "other.npz",
    ("npy", "arrays"): {"x": "x.npy", "y": "other.npy"},
    ("images", "path"): "photos",
    ("dataset", "name"): "digit_pairs",
    ("dataset", "size"): [4, 4],
    ("dataset", "flatten"): True,
    ("dataset", "path"): "mnist.npz",
    ("dataset", "split"): "test",
    ("dataset", "samples"): 7,
    ("dataset", "seed"): 7,
    ("synthetic", "samples"): 7,
    ("synthetic", "seed"): 7,
}
"""A value for each argument of each source, and what must stand beside it."""
BESIDE = {
    ("NAME", "decode"): {"shape": [4, 4, 1]},
    ("csv", "delimiter"): {"path": "a.csv"},
    ("csv", "header"): {"path": "a.csv"},
    ("csv", "missing"): {"path": "a.csv"},
    ("csv", "decimal"): {"path": "a.csv", "delimiter": ";"},
    ("tsv", "header"): {"path": "a.tsv"},
    ("tsv", "missing"): {"path": "a.tsv"},
    ("tsv", "decimal"): {"path": "a.tsv"},
    ("sql", "url"): {"query": "SELECT * FROM rows ORDER BY id"},
    ("sql", "query"): {"url": "sqlite:///a.db"},
    ("dataset", "path"): {"name": "mnist"},
    ("dataset", "samples"): {"name": "digit_pairs"},
    ("dataset", "seed"): {"name": "digit_pairs"},
    ("synthetic", "seed"): {"samples": 64},
}


@cache
def validator():
    """The schema's, made where a test needs it: seconds, which every process of tests would take."""
    return jsonschema_rs.validator_for(schema())


ALL = [(section, key) for section in SECTIONS for key in [row.key for row in rows(section)]]


def value_of(section, key):
    """A value of the setting that is not its default."""
    if section.entry in SOURCES.values():
        assert (section.path[-1], key) in SOURCE_VALUES, f"SOURCE_VALUES here lacks a value for {key}"
        return SOURCE_VALUES[section.path[-1], key]
    item = settings_of(section.entry, section.form)[key]
    return of_kind(item.kind, item.default)


def of_kind(kind, default):
    name = type(kind).__name__
    if name == "Switch":
        return default is not True
    if name == "Choice":
        return next(choice for choice in kind.names if choice != default)
    if name == "Section":
        return {key: of_kind(item.kind, item.default) for key, item in settings_of(kind.section).items()}
    if name == "Objects":
        return OF_OBJECTS[kind.kind]
    assert name in VALUES, f"VALUES here lacks a value for the kind {name}"
    return VALUES[name]


def place_of(section, key):
    """The path of the setting in a spec, and what must stand beside it."""
    names = {"inputs": "x", "outputs": "y"}
    path = [
        names[section.path[0]] if part == "NAME" else {"SPLIT": "test", "N": 0}.get(part, part) for part in section.path
    ]
    beside = dict(BESIDE.get((section.path[-1], key), {}))
    if section.path[-1] == "dataset" and key not in ("name", *beside):
        beside.setdefault("name", "digits")
    if section.path[-1] == "split":
        beside.update({"fraction": 0.25, "by": "random"})
    if section.path == ("train", "init_from") and key != "path":
        beside["path"] = "runs/a"
    return (*path, key), beside


def with_value(path, value, beside):
    """The base as plain values, with the setting."""
    root = yaml.safe_load(BASE)
    at = root
    for index, part in enumerate(path[:-1]):
        if part == 0:
            at[:] = at or [{}]
            at = at[0]
        else:
            at = at.setdefault(part, [] if path[index + 1] == 0 else {})
    if path[:3] == ("data", "validation", "split"):
        root["data"]["validation"] = at = {}
        if len(path) == 4:
            at["split"] = at = {}
    at.update(beside)
    at.pop(path[-1], None)
    root_without = json.loads(json.dumps(root))
    at[path[-1]] = value
    return root, root_without


def is_at(root, path):
    """Whether plain values have something at a path."""
    for part in path:
        if not isinstance(root, list) and part not in root:
            return False
        root = root[part]
    return True


def lacks(section, key):
    """What does not follow from a setting."""
    row = {item.key: item for item in rows(section)}[key]
    path, beside = place_of(section, key)
    value = value_of(section, key)
    root, without = with_value(path, value, beside)
    return [
        *([] if row.words else ["it has no words that say what it is for"]),
        *([] if f"| {row.words}" in PAGE else ["docs/settings.md does not have it: run `python -m docs.generate`"]),
        *_in_the_schema(root, path, row),
        *_when_read(section, key, root, without, path, value),
    ]


def _in_the_schema(root, path, row):
    if not validator().is_valid(root):
        yield f"the schema refuses {root}"
    at = root
    for part in path[:-1]:
        at = at[part]
    at[path[-1]], kept = {"no": {"such": "thing"}}, at[path[-1]]
    if validator().is_valid(root):
        yield f"the schema takes anything for `{row.key}`"
    at[path[-1]] = kept


def _when_read(section, key, root, without, path, value):
    checked = check_text(json.dumps(root), "s.yaml")
    if refused := _wrong(checked):
        yield f"the reader refuses {value!r}: {refused}"
        return
    written = resolved_spec(checked.network)
    if not is_at(yaml.safe_load(written), (*path[:-1], "columns" if key == "column" else key)):
        yield "the resolved spec does not have it"
    if again := _wrong(check_text(written, "s.yaml")):
        yield f"the resolved spec cannot be read again: {again}"
    override = f"{'.'.join(map(str, path))}={json.dumps(value)}"
    by_set = check_text(json.dumps(without), "s.yaml", overrides=[override])
    if by_set.network is None or resolved_spec(by_set.network) != written:
        yield f"--set '{override}' gives another spec: {_wrong(by_set)}"
    before = check_text(json.dumps(without), "s.yaml")
    if not _wrong(before) and (of_spec(checked.network) != of_spec(before.network)) == _may_change(section, key):
        yield "a resume compares it" if _may_change(section, key) else "a resume does not see it"


def _wrong(checked):
    """What the reader refuses."""
    return [item.message for item in checked.diagnostics if item.code.startswith("MS2")]


def _may_change(section, key):
    """Whether a training may go on with another value."""
    if section.path[0] == "budget" or section.path[:2] == ("train", "checkpoint"):
        return True
    if section.path == ("train", "stages", "N"):
        return key == "epochs"  # of the last stage, which here is the only one
    if section.entry in SOURCES.values():
        return key in ("path", "arrays")  # rows count by their bytes
    return settings_of(section.entry, section.form)[key].may_change


@pytest.mark.parametrize(("section", "key"), ALL, ids=[f"{'.'.join(section.path)}.{key}" for section, key in ALL])
def test_all_follows_from_the_field(section, key):
    assert not [f"{'.'.join(section.path)}.{key}: {what}" for what in lacks(section, key)]


def test_every_entry_is_on_the_list_of_sections():
    import modelspec.language.sections as package

    listed = {section.entry for section in SECTIONS}
    for file in Path(package.__path__[0]).glob("*.py"):
        module = __import__(f"{package.__name__}.{file.stem}", fromlist=["x"])
        own = [item for item in vars(module).values() if isinstance(item, type) and item.__module__ == module.__name__]
        with_settings = {item for item in own if hasattr(item, "__dataclass_fields__") and settings_of(item)}
        assert with_settings <= listed, f"write a row in SECTIONS of manual/settings.py: {with_settings - listed}"


@pytest.mark.parametrize(
    "entry", dict.fromkeys(section.entry for section in SECTIONS if section.entry not in SOURCES.values())
)
def test_every_field_is_a_setting(entry):
    plain = {item.name for item in fields(entry)} - {item.name for item in settings_of(entry).values()}
    assert plain <= PLAIN, f"{entry.__name__}: write these with `setting(kind, words, default)`: {plain - PLAIN}"


class _Anything(Kind):
    """A kind that forgets to look at the value."""

    def read(self, place, label, reader):
        return place.value

    def schema(self):
        return {}


@dataclass(frozen=True)
class _More(Budget):
    """An entry with settings that nothing follows from."""

    wordless: bool = setting(Switch(), "", False)
    loose: object = setting(_Anything(), "What there is.", None)


def test_a_setting_that_lacks_something_is_found(monkeypatch):
    monkeypatch.setitem(VALUES, "_Anything", 3)
    told = " ".join(lacks(SettingsTable(("budget",), _More), "wordless"))
    assert "no words" in told
    assert "the schema refuses" in told
    assert "the reader refuses" in told
    assert "docs/settings.md does not have it" in " ".join(lacks(SettingsTable(("budget",), _More), "loose"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda network: "modelspec: 1\n", "the resolved spec does not have it"),
        (lambda network, write=resolved_spec: write(network).replace("seed: 7", "seed: nine"), "cannot be read again"),
    ],
)
def test_a_resolved_spec_that_leaves_a_setting_out_is_found(change, words, monkeypatch):
    monkeypatch.setitem(globals(), "resolved_spec", change)
    section = next(section for section in SECTIONS if section.path == ("train",))
    assert words in " ".join(lacks(section, "seed"))


def test_a_fingerprint_that_does_not_see_a_setting_is_found(monkeypatch):
    monkeypatch.setitem(globals(), "of_spec", lambda network: {})
    section = next(section for section in SECTIONS if section.path == ("train",))
    assert "a resume does not see it" in lacks(section, "seed")
    assert not lacks(section, "epochs")
