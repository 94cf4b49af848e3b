"""The JSON Schema of the language against the metaschema, the shipped specs, and the reader, over the whole catalogue."""

import json
from functools import cache
from pathlib import Path

import jsonschema_rs
import pytest

import modelspec
from modelspec.catalogue.kinds import KINDS, find
from modelspec.catalogue.ops import OPS, find_op
from modelspec.diagnostics import Diagnostic
from modelspec.language import read_spec
from modelspec.language.arguments import BASE_ARGUMENTS
from modelspec.language.models import MODEL_KEYS
from modelspec.language.objects import Reader
from modelspec.language.reader import SPEC_KEYS
from modelspec.language.sections.data import DataSpec
from modelspec.language.sections.inputs import InputSpec
from modelspec.language.sections.outputs import OutputSpec
from modelspec.language.sections.training import TrainSpec
from modelspec.language.settings import settings_of
from modelspec.language.steps import BESIDE
from modelspec.manual.examples import example_of, sample_arguments
from modelspec.manual.fields import arguments
from modelspec.manual.schema import schema as make_schema
from modelspec.source import parse
from tests.chosen import spread

ROOT = Path(modelspec.__file__).parents[1]
SPECS = [
    path
    for folder in ("specs", "specs/applications", "specs/architectures", "specs/models", "modelspec/templates")
    for path in sorted((ROOT / folder).glob("*.yaml"))
]
KINDS_IN_SPECS = tuple(kind for kind in KINDS if kind != "application")
VALUES = (
    True, None, "no such", 0.5, 1, 0, -1, -3, 2.5, 3 * 10**9, [], [1, 2], [0.5, 0.25], [1, 2, 3], ["no such"],
    [[1, 2], [3, 4]], [None], {"no": 1},
)  # fmt: skip
"""What is tried for every argument."""
CROSSED = "MS208"
"""Arguments that are good each by itself and do not go together: more than the schema can know."""


@cache
def schema() -> dict:
    """The whole language's, made once."""
    return make_schema()


@cache
def validator(definition: str | None = None) -> jsonschema_rs.Draft202012Validator:
    """The whole language's, or that of one of its definitions."""
    whole = schema()
    wanted = whole if definition is None else {"$ref": f"#/$defs/{definition}", "$defs": whole["$defs"]}
    return jsonschema_rs.Draft202012Validator(wanted)


def document_of(text: str):
    document, problems = parse(text, "spec.yaml")
    assert document is not None, problems
    return document


def read(kind: str, name: str, values: dict) -> list[Diagnostic]:
    """What the reader says of an object."""
    place = document_of("x: " + json.dumps({name: values})).place.get("x")
    problems: list[Diagnostic] = []
    Reader(problems).object(kind, place)
    return problems


def test_the_schema_is_one():
    jsonschema_rs.meta.validate(schema())
    assert schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_every_shipped_spec_is_valid(path):
    validator().validate(document_of(path.read_text(encoding="utf-8")).place.value)


def test_the_keys_are_those_that_the_reader_knows():
    defined = schema()["$defs"]
    assert tuple(schema()["properties"]) == SPEC_KEYS
    assert set(defined["train"]["properties"]) == set(settings_of(TrainSpec, "train"))
    assert tuple(defined["data"]["properties"]) == tuple(settings_of(DataSpec))
    loops = ("repeat", "for", "when")  # written out before the reader comes
    assert tuple(defined["input"]["anyOf"][1]["properties"]) == (*settings_of(InputSpec), *loops)
    assert tuple(defined["output"]["anyOf"][2]["properties"]) == (*settings_of(OutputSpec), *loops)
    assert tuple(defined["model"]["anyOf"][0]["properties"]) == MODEL_KEYS
    assert {*BESIDE, "call"} <= set(defined["block.step"]["anyOf"][1]["properties"])


@pytest.mark.parametrize("kind", KINDS_IN_SPECS)
def test_every_argument_has_a_description_and_its_default(kind):
    for name in KINDS[kind].classes:
        properties = schema()["$defs"][f"{kind}.{name}"]["anyOf"][0]["properties"]
        for argument, told in properties.items():
            told = schema()["$defs"][told["$ref"].rpartition("/")[2]] if set(told) == {"$ref"} else told
            assert told["description"], f"{name}.{argument}"
            assert ("default" in told) != find(kind, name).model_fields[argument].is_required()


@pytest.mark.parametrize("kind", [*KINDS_IN_SPECS, "op"])
def test_every_example_of_the_catalogue_is_valid(kind):
    classes = [(find(kind, name), name) for name in KINDS[kind].classes] if kind != "op" else _ops()
    for entry, name in classes:
        document = document_of(example_of(kind, entry, name).spec)
        validator().validate(document.place.value)


def _ops():
    return [(find_op(name), f"ops.{name}") for name in OPS]


@pytest.mark.parametrize("kind", KINDS_IN_SPECS)
def test_the_schema_and_the_reader_agree_on_any_value_of_any_argument(kind):
    accepted = refused = 0
    for name in KINDS[kind].classes:
        entry = find(kind, name)
        sample = sample_arguments(entry)
        for argument in arguments(entry):
            if argument.name in BASE_ARGUMENTS and name != "Dense":
                continue
            for value in VALUES:
                values = {**sample, argument.name: value}
                codes = {problem.code for problem in read(kind, name, values)}
                valid = validator(kind).is_valid({name: values})
                context = f"{name}: {values}: the reader says {codes or 'nothing'}, the schema {valid}"
                assert valid or codes, context
                assert not valid or codes <= {CROSSED}, context
                accepted, refused = accepted + valid, refused + (not valid)
    assert kind == "activation" or (accepted and refused)


@pytest.mark.parametrize("kind", [kind for kind in KINDS_IN_SPECS if KINDS[kind].classes])
def test_unknown_and_missing_arguments_are_refused_by_both(kind):
    for name in KINDS[kind].classes:
        entry = find(kind, name)
        sample = sample_arguments(entry)
        wrong = [{**sample, "no_such_argument": 1}]
        wrong += [{key: sample[key] for key in sample if key != left} for left in sample if _required(entry, left)]
        for values in wrong:
            assert {problem.code for problem in read(kind, name, values)} & {"MS201", "MS202"}, values
            assert not validator(kind).is_valid({name: values}), values


def _required(entry, name):
    return entry.model_fields[name].is_required()


@pytest.mark.parametrize("kind", [kind for kind in KINDS_IN_SPECS if KINDS[kind].classes])
def test_a_value_that_stands_alone_is_the_first_argument_for_both(kind):
    for name in KINDS[kind].classes:
        for value in VALUES:
            if isinstance(value, dict):
                continue
            codes = {problem.code for problem in read(kind, name, value)}
            valid = validator(kind).is_valid({name: value})
            context = f"{name}: {value!r}: the reader says {codes or 'nothing'}, the schema {valid}"
            assert valid or codes, context
            assert not valid or codes <= {CROSSED}, context


@pytest.mark.parametrize("kind", KINDS_IN_SPECS)
def test_names_alone_are_for_both_what_needs_no_arguments(kind):
    table = KINDS[kind]
    for name in (*table.classes, *table.aliases, *table.identifiers, *table.choices):
        place = document_of(f"x: {name}").place.get("x")
        problems: list[Diagnostic] = []
        Reader(problems).object(kind, place)
        codes = {problem.code for problem in problems} - {CROSSED}
        assert validator(kind).is_valid(name) == (not codes), name


@pytest.mark.parametrize("name", spread(OPS, 3))
def test_what_the_reader_takes_for_a_function_the_schema_takes_too(name):
    example = document_of(example_of("op", find_op(name), f"ops.{name}").spec).place.value
    step = next(step for step in example["layers"] if step == f"ops.{name}" or f"ops.{name}" in step)
    for argument in arguments(find_op(name)):
        for value in VALUES:
            values = {**sample_arguments(find_op(name)), argument.name: value}
            changed = {**(step if isinstance(step, dict) else {}), f"ops.{name}": values}
            spec = {**example, "layers": [changed]}
            _, problems = read_spec(document_of(json.dumps(spec)))
            assert problems or validator("step").is_valid(changed), changed


@pytest.mark.parametrize(
    "step",
    [
        "Flatten",
        "ops.relu",
        {"Flatten": None},
        {"Dense": 10},
        {"Dense": 10, "from": "x", "name": "y"},
        {"call": "encoder", "from": ["a", "b.0", "c@1", "d.out"]},
        {"ops.add": None, "from": ["a", "b"]},
        {"LSTM": 3, "from": {"sequences": "x", "initial_state": ["h", "c"], "mask": None}},
        {"TimeDistributed": "encoder"},
        {"TimeDistributed": {"layer": {"Dense": 10}}},
    ],
    ids=str,
)
def test_a_step_may_be(step):
    assert validator("step").is_valid(step)


@pytest.mark.parametrize(
    "step",
    [
        "Dense",
        "Dence",
        "Lambda",
        {"from": "x"},
        {"Dense": 10, "Flatten": None},
        {"Dense": 10, "call": "encoder", "name": "x"},
        {"Dense": 10, "units": 3},
        {"Dense": 10, "name": "1st"},
        {"Dense": 10, "from": []},
        {"Dense": 10, "from": "a b"},
        {"Dense": None},
        {"call": 3},
        [],
        3,
    ],
    ids=str,
)
def test_a_step_may_not_be(step):
    assert not validator("step").is_valid(step)
    assert validator("block.step").is_valid(step) == (step == {"Dense": 10, "name": "1st"})
    spec = {"modelspec": 1, "inputs": {"x": [1]}, "layers": [step]}
    _, problems = read_spec(document_of(json.dumps(spec)))
    assert problems


GOOD = {"modelspec": 1, "inputs": {"x": [4]}, "layers": [{"Dense": 1}]}


@pytest.mark.parametrize(
    ("changes", "good"),
    [
        ({"x-anchors": {"any": ["thing"]}}, True),
        ({"name": "a-b", "description": "text"}, True),
        ({"modelspec": 2}, False),
        ({"modelspec": "1"}, False),
        ({"no_such": 1}, False),
        ({"name": "a b"}, False),
        ({"inputs": {}}, False),
        ({"inputs": {"x": [0]}}, False),
        ({"inputs": {"x": [None, 3]}}, True),
        ({"inputs": {"x": {"dtype": "int32"}}}, False),
        ({"inputs": {"x": {"shape": [], "dtype": "int3"}}}, False),
        ({"inputs": {"x": {"shape": [2], "columns": ["a", "b"]}}}, True),
        ({"inputs": {"x": {"shape": [2], "column": "a", "columns": ["a", "b"]}}}, False),
        ({"layers": []}, False),
        ({"outputs": {"y": None, "z": "x", "w": {"from": "dense", "loss": None, "metrics": "accuracy"}}}, True),
        ({"outputs": {}}, False),
        ({"outputs": {"y": {"loss": "no such"}}}, False),
        ({"outputs": {"y": {"loss_weight": -1}}}, False),
        ({"outputs": {"y": {"metrics": ["accuracy", {"TopKCategoricalAccuracy": 3}]}}}, True),
        ({"shared": {"s": {"LSTM": 64}, "t": "Flatten"}}, True),
        ({"shared": {"s": {"LSTM": 0}}}, False),
        ({"models": {"m": {"inputs": {"x": [1]}, "layers": ["Flatten"], "outputs": ["flatten"]}}}, True),
        ({"models": {"m": {"layers": ["Flatten"]}}}, False),
        ({"models": {"m": {"ResNet50": {"weights": None, "include_top": False}, "trainable": False}}}, True),
        ({"models": {"m": {"ResNet50": {"weight": None}}}}, False),
        ({"models": {"m": {"trainable": False}}}, False),
        ({"train": {"optimizer": {"Adam": 1e-3}, "epochs": 3, "callbacks": [{"EarlyStopping": None}]}}, True),
        ({"train": {"optimizer": {"SGD": {"learning_rate": {"CosineDecay": {
            "initial_learning_rate": 0.1, "decay_steps": 9}}}}}}, True),
        ({"train": {"epochs": 0}}, False),
        ({"train": {"class_weight": {"0": 1.0, "1": 5}}}, True),
        ({"train": {"class_weight": {"a": 1.0}}}, False),
        ({"train": {"class_weight": "balanced"}}, True),
        ({"train": {"class_weight": "unbalanced"}}, False),
        ({"train": {"checkpoint": {"every": "10 minutes", "keep": 3}}}, True),
        ({"train": {"checkpoint": {"every": "ten minutes"}}}, False),
        ({"train": {"checkpoint": {"keep": 0}}}, False),
        ({"train": {"jit_compile": "auto", "shuffle": False}}, True),
        ({"train": {"jit_compile": "maybe"}}, False),
        ({"train": {"seed": -1}}, False),
        ({"data": {"train": {"csv": "a.csv"}, "validation": {"split": 0.1}}}, True),
        ({"data": {"train": {"csv": {"path": "a.csv", "delimiter": ";"}}, "test": {"synthetic": 9}}}, True),
        ({"data": {"train": {"csv": "a.csv", "npz": "a.npz"}}}, False),
        ({"data": {"train": {"csv": {"path": "a.csv", "delimiter": ";;"}}}}, False),
        ({"data": {"train": {"csv": "a.csv"}, "validation": {"split": 1}}}, False),
        ({"data": {"train": "a.csv"}}, False),
    ],
)  # fmt: skip
def test_the_schema_and_the_reader_agree_on_the_rest_of_a_spec(changes, good):
    spec = {**GOOD, **changes}
    _, problems = read_spec(document_of(json.dumps(spec)))
    assert (not problems, validator().is_valid(spec)) == (good, good), problems


@pytest.mark.parametrize(
    ("changes", "good"),
    [
        ({"inputs": {"C$i": {"for": {"i": [1, 2]}, "shape": [1]}}}, True),
        ({"inputs": {"C": {"repeat": "$n", "when": True, "shape": [1]}}}, True),
        ({"inputs": {"C": {"fore": {"i": [1, 2]}, "shape": [1]}}}, False),
        ({"inputs": {"C": {"repeat": -1, "shape": [1]}}}, False),
        ({"outputs": {"y$k": {"for": {"k": [1]}, "from": "h$k"}, "head_*": {"loss": "mse"}}}, True),
        ({"outputs": {"y": {"for": [1], "from": "h"}}}, False),
        ({"shared": {"e$k": {"for": {"k": [1]}, "Dense": 3}}}, True),
        ({"shared": {"e k": {"Dense": 3}}}, False),
        ({"layers": [{"Add": None, "from": "branch_*"}, {"Add": None, "from": ["x", "*_1.0"]}]}, True),
        ({"layers": [{"Add": None, "from": "branch *"}]}, False),
    ],
)
def test_the_schema_knows_loops_and_patterns(changes, good):
    assert validator().is_valid({**GOOD, **changes}) == good
