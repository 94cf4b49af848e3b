"""Made-up rows: anything a spec may declare, and always with something to learn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelspec.data.load import load
from modelspec.data.sources.synthetic import FREE_AXIS
from modelspec.language.sections.sources import Synthetic, Wanted
from tests.data.loading import accepted, refused

axes = st.one_of(st.none(), st.integers(1, 5))
shapes = st.lists(axes, max_size=3).map(tuple)
input_dtypes = st.sampled_from(
    ("float32", "float16", "bfloat16", "float64", "int8", "int32", "int64", "uint8", "bool", "string")
)


@st.composite
def wanted_inputs(draw):
    dtype = draw(input_dtypes)
    maximum = (
        draw(st.one_of(st.none(), st.integers(0, 100))) if dtype in ("int32", "int64", "float32", "uint8") else None
    )
    hint = draw(st.sampled_from((None, "one_hot_last_axis"))) if dtype == "float32" and maximum is None else None
    return {"shape": draw(shapes), "dtype": dtype, "maximum": maximum, "hint": hint}


@st.composite
def wanted_targets(draw):
    kind = draw(st.sampled_from(("real", "classes", "one_hot", "binary")))
    shape = draw(shapes)
    if kind == "one_hot":
        shape = (*shape, draw(st.integers(1, 50)))
    dtype = draw(st.sampled_from(("float32", "int32"))) if kind != "one_hot" else "float32"
    return {
        "shape": shape,
        "dtype": dtype,
        "kind": kind,
        "classes": draw(st.integers(1, 300)) if kind == "classes" else None,
    }


@given(
    inputs=st.lists(wanted_inputs(), min_size=1, max_size=3),
    targets=st.lists(wanted_targets(), max_size=3),
    samples=st.integers(1, 50),
    seed=st.integers(0, 2**31 - 1),
    split=st.sampled_from(("train", "validation", "test")),
)
def test_anything_that_can_be_declared_can_be_made_up(inputs, targets, samples, seed, split, tmp_path_factory):
    wanted = [Wanted(f"x{index}", "input", **want) for index, want in enumerate(inputs)]
    wanted += [Wanted(f"y{index}", "target", **want) for index, want in enumerate(targets)]
    folder = tmp_path_factory.getbasetemp()
    arrays = accepted(Synthetic(samples=samples, seed=seed), wanted, folder, split)
    again = accepted(Synthetic(samples=samples, seed=seed), wanted, folder, split)
    assert arrays.fingerprint["kind"] == "synthetic"
    assert arrays.rows == samples
    assert arrays.fingerprint == again.fingerprint
    for want in wanted:
        values = arrays.columns[want.name]
        assert values.shape == (samples, *(FREE_AXIS if size is None else size for size in want.shape))
        np.testing.assert_array_equal(values, again.columns[want.name])
        if want.dtype == "string":
            assert values.dtype.kind == "U"
        else:
            assert values.dtype == {"bfloat16": "float32"}.get(want.dtype, want.dtype)


def softmax_regression(x, labels, classes):
    """The accuracy of a linear model after a few steps."""
    x = np.concatenate([x.reshape(len(x), -1), np.ones((len(x), 1))], axis=1)
    x = x / np.abs(x).max()
    weights = np.zeros((x.shape[1], classes))
    goal = np.eye(classes)[labels]
    for _ in range(300):
        scores = np.exp(x @ weights - (x @ weights).max(axis=1, keepdims=True))
        weights += 10 * x.T @ (goal - scores / scores.sum(axis=1, keepdims=True)) / len(x)
    return weights


@pytest.mark.parametrize("shape", [(20,), (12, 3), (8, 8, 1), (4, 4, 4, 2)])
@pytest.mark.parametrize("kind", ["classes", "one_hot", "binary"])
def test_a_linear_model_learns_the_rule_and_it_holds_for_other_rows(shape, kind, tmp_path):
    classes = 2 if kind == "binary" else 5
    target = {
        "classes": Wanted("y", "target", (), "int32", "classes", classes=5),
        "one_hot": Wanted("y", "target", (5,), kind="one_hot"),
        "binary": Wanted("y", "target", (1,), kind="binary"),
    }[kind]
    wanted = [Wanted("x", "input", shape), target]
    parts = [accepted(Synthetic(samples=400), wanted, tmp_path, split) for split in ("train", "test")]
    labels = [
        part.targets["y"].argmax(axis=1) if kind == "one_hot" else part.targets["y"].ravel().astype(int)
        for part in parts
    ]
    weights = softmax_regression(parts[0].inputs["x"], labels[0], classes)
    x = parts[1].inputs["x"].reshape(400, -1)
    scale = np.abs(np.concatenate([parts[0].inputs["x"].ravel(), [1]])).max()
    found = (np.concatenate([x, np.ones((400, 1))], axis=1) / scale @ weights).argmax(axis=1)
    assert (found == labels[1]).mean() > 0.9


def test_a_number_to_predict_is_a_function_of_every_input(tmp_path):
    wanted = [Wanted("a", "input", (4,)), Wanted("b", "input", (6, 2)), Wanted("y", "target", (1,))]
    arrays = accepted(Synthetic(samples=300), wanted, tmp_path)
    for name in "ab":
        x = np.concatenate([arrays.inputs[name].reshape(300, -1), np.ones((300, 1))], axis=1)
        rest = arrays.targets["y"][:, 0] - x @ np.linalg.lstsq(x, arrays.targets["y"][:, 0], rcond=None)[0]
        assert rest.var() < 0.2 * arrays.targets["y"].var()


@pytest.mark.parametrize(("maximum", "length"), [(999, 20), (9, 20), (4, 10), (99, 1)])
def test_indices_tell_the_class(maximum, length, tmp_path):
    wanted = [
        Wanted("x", "input", (length,), "int32", maximum=maximum),
        Wanted("y", "target", (), "int32", "classes", classes=4),
    ]
    arrays = accepted(Synthetic(samples=800), wanted, tmp_path)
    x, y = arrays.inputs["x"], arrays.targets["y"]
    assert 0 <= x.min() <= x.max() <= maximum
    counts = np.zeros((4, maximum + 1))
    for index in range(4):
        counts[index] = np.bincount(x[y == index].ravel(), minlength=maximum + 1)
    likely = np.log((counts + 1) / (counts + 1).sum(axis=1, keepdims=True))
    found = likely[:, x].sum(axis=2).argmax(axis=0)
    assert (found == y).mean() > 0.9


def test_index_0_is_left_for_padding_where_there_is_room(tmp_path):
    wanted = [Wanted("x", "input", (20,), "int32", maximum=99), Wanted("y", "target", (1,), kind="binary")]
    assert accepted(Synthetic(samples=200), wanted, tmp_path).inputs["x"].min() > 0


def test_one_hot_inputs_are_one_hot(tmp_path):
    wanted = [Wanted("x", "input", (10, 7), hint="one_hot_last_axis"), Wanted("y", "target", (1,), kind="binary")]
    x = accepted(Synthetic(samples=20), wanted, tmp_path).inputs["x"]
    np.testing.assert_array_equal(x.sum(axis=-1), 1)
    assert set(np.unique(x)) == {0, 1}


def test_bytes_of_an_image_use_their_range(tmp_path):
    image = accepted(Synthetic(samples=50), [Wanted("x", "input", (8, 8, 3), "uint8")], tmp_path).inputs["x"]
    assert image.min() < 60
    assert image.max() > 190


def test_a_target_from_an_inputs_column_is_that_input(tmp_path):
    wanted = [Wanted("image", "input", (8, 8, 1)), Wanted("decoded", "target", (8, 8, 1), columns=("image",))]
    arrays = accepted(Synthetic(samples=5), wanted, tmp_path)
    np.testing.assert_array_equal(arrays.inputs["image"], arrays.targets["decoded"])


def test_splits_and_seeds_have_rows_of_their_own(tmp_path):
    wanted = [Wanted("x", "input", (3,)), Wanted("y", "target", (1,))]
    parts = [accepted(Synthetic(samples=5), wanted, tmp_path, split) for split in ("train", "validation", "test")]
    parts.append(accepted(Synthetic(samples=5, seed=1), wanted, tmp_path))
    assert len({part.inputs["x"].tobytes() for part in parts}) == 4
    assert len({part.fingerprint["sha256"] for part in parts}) == 4


@pytest.mark.parametrize(
    "want",
    [
        Wanted("x", "input", (1000, 1000, 1000)),
        Wanted("x", "input", (2**31, 2**31), "int8"),
        Wanted("x", "target", (10**8,), kind="one_hot"),
    ],
)
def test_absurd_amounts_are_refused_before_they_are_made(want, tmp_path):
    found = refused(Synthetic(samples=20), [want], tmp_path)
    assert found.code == "MS708"
    assert "GiB" in found.message or "TiB" in found.message


def test_many_rows_of_a_small_shape_are_refused_by_their_sum(tmp_path):
    assert refused(Synthetic(samples=2**31 - 1), [Wanted("x", "input", (4,))], tmp_path).code == "MS708"


def test_a_great_many_classes_take_no_memory(tmp_path):
    arrays, found = load(
        Synthetic(samples=10),
        [Wanted("x", "input", (4,)), Wanted("y", "target", (), "int32", "classes", classes=2**31 - 1)],
        tmp_path,
    )
    assert found == ()
    assert arrays.rows == 10


@pytest.mark.parametrize(
    ("input", "target"),
    [
        ({"shape": (6,)}, {"kind": "binary"}),
        ({"shape": (6,), "dtype": "int32"}, {"kind": "binary"}),
        ({"shape": (6,), "dtype": "int32", "maximum": 99}, {"kind": "classes", "classes": 30, "dtype": "int32"}),
        ({"shape": (6,), "dtype": "int32", "maximum": 9}, {"kind": "classes", "classes": 30, "dtype": "int32"}),
        ({"shape": (6, 5)}, {"kind": "one_hot"}),
        ({"shape": (6, 5)}, {"kind": "real"}),
    ],
)
def test_an_input_that_is_its_own_target_has_values_that_the_target_may_have(input, target, tmp_path):
    wanted = [
        Wanted("x", "input", **input),
        Wanted("again", "target", shape=input["shape"], columns=("x",), **target),
    ]
    arrays = accepted(Synthetic(samples=40), wanted, tmp_path)
    x = arrays.inputs["x"]
    np.testing.assert_array_equal(x, arrays.targets["again"])
    assert len(np.unique(x)) > 1
