"""A description that anyone may have changed, at any place, is read or refused with a code: never an exception."""

import copy
import random

import pytest

from modelspec.saved import SavedLimits, read_saved
from tests.saved.files import METADATA, PLACE, entrance, functional, layer, op, sequential, small, tensor, write

WRONG = (
    None, True, -1, 10**30, 1.5, "", "x", "__tensor__", [], {}, [[]], [None], {"class_name": "__tensor__", "config": {}},
    {"class_name": "__keras_tensor__", "config": {"keras_history": ["x", 0, 0]}}, {"class_name": [], "config": {}}, ["x", 0, 0],
    {"class_name": "__slice__", "config": {}}, {"module": "keras.layers", "class_name": "Dense", "config": {"name": "q", "units": 3}},
)  # fmt: skip


def rich():
    """Inner models, a wrapper, ops, a call by keywords, a shared layer."""
    inner = functional(
        [entrance("i"), layer("e", "Dense", tensor("i"), units=4)],
        [["i", 0, 0]],
        [["e", 0, 0]],
        "inner",
        (tensor("x"),),
    )
    cell = {
        "module": "keras.layers",
        "class_name": "GRUCell",
        "config": {"name": "cell", "units": 3},
        "registered_name": None,
    }
    return functional(
        [
            entrance(),
            inner,
            layer("d", "Dense", tensor("inner"), units=4, activation="relu"),
            op("plus", "Add", {"args": [tensor("d"), tensor("x")], "kwargs": {}}),
            layer("t", "Reshape", tensor("plus"), target_shape=[2, 2]),
            layer("r", "RNN", {"args": [tensor("t", shape=(None, 2, 2))], "kwargs": {"mask": None, "training": False}}, cell=cell),
        ],
        [["x", 0, 0]],
        {"y": ["r", 0, 0]},
    )  # fmt: skip


def seq():
    first = layer("i", "InputLayer", batch_shape=[None, 8, 8, 1], dtype="float32")
    return sequential(first, layer("c", "Conv2D", filters=2, kernel_size=[3, 3]), layer("f", "Flatten"))


def places(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from places(item, (*path, key))


def mutated(value, draw):
    """The value with one to three places replaced, dropped, doubled, or nested deeply."""
    made = {"": copy.deepcopy(value)}
    for _ in range(draw.choice((1, 1, 2, 3))):
        path = draw.choice([item for item in places(made) if item])
        holder = made
        for key in path[:-1]:
            holder = holder[key]
        kind = draw.random()
        if kind < 0.2 and len(path) > 1:
            del holder[path[-1]]
        elif kind < 0.3:
            holder[path[-1]] = [holder[path[-1]]]
        elif kind < 0.4 and isinstance(holder, list):
            holder.append(copy.deepcopy(holder[path[-1]]))
        elif kind < 0.6:
            everything = [item for item in places(made) if item]
            other = made
            for key in draw.choice(everything):
                other = other[key]
            holder[path[-1]] = copy.deepcopy(other)
        else:
            holder[path[-1]] = copy.deepcopy(draw.choice(WRONG))
    if draw.random() < 0.1:
        path = draw.choice([item for item in places(made) if item])
        holder = made
        for key in path[:-1]:
            holder = holder[key]
        for _ in range(draw.choice((3, 70, 150))):
            holder[path[-1]] = {"config": [holder[path[-1]]], "class_name": "Dense", "module": "keras.layers"}
    return made[""]


def answer(folder, number):
    draw = random.Random(number)
    made = mutated(draw.choice((small, rich, rich, seq))(), draw)
    members = {"metadata.json": mutated(METADATA, draw)} if draw.random() < 0.1 else None
    saved, problems = read_saved(str(write(folder, made, members)), PLACE, limits=SavedLimits(layers=200))
    assert (saved is None) == any(problem.severity == "error" for problem in problems)
    assert all(problem.code != "MS600" for problem in problems), problems
    return saved is None


def test_what_is_mutated_is_whole_before(tmp_path):
    for whole in (small, rich, seq):
        saved, problems = read_saved(str(write(tmp_path, whole())), PLACE)
        assert (saved is not None, problems) == (True, ())


@pytest.mark.parametrize("start", [0, 100])
def test_some_mutated_descriptions_are_answered(start, tmp_path):
    assert any(answer(tmp_path, number) for number in range(start, start + 100))


@pytest.mark.slow
def test_many_mutated_descriptions_are_answered(tmp_path):
    refused = sum(answer(tmp_path, number) for number in range(200, 4200))
    assert 1000 < refused < 4000
