"""The losses against Keras: arguments, names, and the targets that each one takes."""

import keras
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from modelspec.catalogue.tensor import Refusal, Shape, Tensor
from modelspec.runtime.build.objects import to_keras
from tests.catalogue.named import (
    assert_agree,
    assert_both_refuse,
    assert_builds,
    assert_identifiers_are_kerass,
    assert_refused,
    assert_same_arguments,
    entries,
    entry,
    source_module,
)

LOSSES = entries("loss")
OBJECTS = source_module("loss").ALL_OBJECTS_DICT
BATCH = 4


def values(kind: str, shape: tuple[int, ...], classes: int | None, seed: int = 0) -> np.ndarray:
    """Targets of that kind and shape."""
    random = np.random.default_rng(seed)
    if kind == "classes":
        return random.integers(0, classes or 3, shape)
    if kind == "binary":
        return random.integers(0, 2, shape).astype("float32")
    drawn = random.uniform(0.1, 1, shape).astype("float32")
    if kind == "one_hot":
        return np.eye(shape[-1], dtype="float32")[drawn.argmax(-1)]
    return drawn / drawn.sum(-1, keepdims=True) if kind == "distribution" else drawn


def filled(shape: Shape, free: int) -> tuple[int, ...]:
    """The shape with the batch and the free axes made known."""
    return (BATCH, *(free if dim is None else dim for dim in shape[1:]))


def outputs() -> st.SearchStrategy[Shape]:
    """Output shapes, the batch axis first."""
    dim = st.one_of(st.none(), st.integers(1, 4))
    return st.lists(dim, max_size=3).map(lambda dims: (None, *dims))


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_has_kerass_arguments(name):
    assert_same_arguments("loss", name, {})


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_is_built_by_keras(name):
    built = assert_builds("loss", name, {})
    if "from_logits" in entry("loss", name).model_fields:
        assert built.get_config()["from_logits"] is False


def test_the_names_of_losses_are_those_that_keras_takes():
    assert_identifiers_are_kerass("loss", OBJECTS)


@pytest.mark.parametrize("identifier", sorted(set(OBJECTS) - set(LOSSES) - {"Loss", "LossFunctionWrapper"}))
def test_an_identifier_gives_the_same_numbers_as_kerass_function(identifier):
    loss = entry("loss", identifier)()
    output = (BATCH, 6, 3) if identifier == "ctc" else (BATCH, 3)
    shape = filled(loss.target_shape(Tensor((None, *output[1:]))), 2)
    targets, predicted = values(loss.target_kind, shape, 3), values("distribution", output, None, seed=1)
    wrapped = keras.src.losses.losses.LossFunctionWrapper(keras.losses.get(identifier))
    np.testing.assert_allclose(to_keras(loss)(targets, predicted), wrapped(targets, predicted), rtol=1e-6)


@pytest.mark.parametrize("name", LOSSES)
@given(shape=outputs(), free=st.integers(2, 3))
@example(shape=(None, 3), free=2)
@example(shape=(None, 3, 4), free=2)
def test_keras_takes_the_targets_that_a_loss_asks_for(name, shape, free):
    loss = entry("loss", name)()
    try:
        target = loss.target_shape(Tensor(shape))
    except Refusal:
        return
    size = filled(shape, free)
    # The free axes of a target are those of the output, but for the length of a text.
    wanted = (BATCH, 1) if name == "CTC" else filled(target, free)
    classes = 1 if name == "CTC" else loss.classes(Tensor(size))
    reduced = type(loss)(reduction="none")
    with keras.src.backend.StatelessScope():
        one = to_keras(loss)(values(loss.target_kind, wanted, classes), values("real", size, None))
        each = to_keras(reduced)(values(loss.target_kind, wanted, classes), values("real", size, None))
    assert one.shape == ()
    # One number for each of a target's rows, never one for each pair of rows.
    assert len(each.shape) <= max(len(size) - 1, 0) + (name == "CTC")


@pytest.mark.parametrize("name", ["CategoricalCrossentropy", "CategoricalFocalCrossentropy"])
def test_classes_may_lie_along_another_axis(name):
    loss = entry("loss", name)(axis=1)
    assert loss.target_shape(Tensor((None, 3, 8, 8))) == (None, 3, 8, 8)
    assert loss.classes(Tensor((None, 3, 8, 8))) == 3
    assert loss.target_kind == "real"
    assert entry("loss", name)().target_kind == "one_hot"


def test_sparse_classes_are_the_last_axis_only():
    loss = entry("loss", "SparseCategoricalCrossentropy")
    assert loss(axis=1).target_shape(Tensor((None, 3))) == (None,)
    with pytest.raises(Refusal, match="last axis") as refusal:
        loss(axis=1).target_shape(Tensor((None, 3, 8)))
    assert (refusal.value.code, refusal.value.argument) == ("MS408", "axis")
    with pytest.raises(ValueError, match="axis"):
        to_keras(loss(axis=1))(np.zeros((2, 8)), np.ones((2, 3, 8)))


@pytest.mark.parametrize(
    ("name", "shape", "target", "kind", "classes"),
    [
        ("SparseCategoricalCrossentropy", (None, 10), (None,), "classes", 10),
        ("SparseCategoricalCrossentropy", (None, None, 10), (None, None), "classes", 10),
        ("CategoricalGeneralizedCrossEntropy", (None, 10), (None,), "classes", 10),
        ("CategoricalCrossentropy", (None, 10), (None, 10), "one_hot", 10),
        ("BinaryCrossentropy", (None, 1), (None, 1), "binary", None),
        ("MeanSquaredError", (None,), (None,), "real", None),
        ("KLDivergence", (None, 4), (None, 4), "distribution", 4),
        ("Circle", (None, 16), (None,), "classes", None),
        ("CTC", (None, 50, 28), (None, None), "classes", 28),
    ],
)
def test_a_loss_says_what_its_targets_are(name, shape, target, kind, classes):
    loss, output = entry("loss", name)(), Tensor(shape)
    assert (loss.target_shape(output), loss.target_kind, loss.classes(output)) == (target, kind, classes)


@pytest.mark.parametrize(
    ("name", "arguments", "shape", "code"),
    [
        ("SparseCategoricalCrossentropy", {}, (None,), "MS401"),
        ("CategoricalCrossentropy", {}, (None,), "MS401"),
        ("CategoricalCrossentropy", {"axis": 2}, (None, 3), "MS408"),
        ("CategoricalCrossentropy", {"axis": 0}, (None, 3), "MS408"),
        ("BinaryCrossentropy", {"axis": 2}, (None, 3), "MS408"),
        ("CosineSimilarity", {"axis": -3}, (None, 3), "MS408"),
        ("Dice", {"axis": [1, 4]}, (None, 3, 3), "MS408"),
        ("Tversky", {"axis": 3}, (None, 3, 3), "MS408"),
        ("CTC", {}, (None, 28), "MS401"),
        ("Circle", {}, (None, 4, 4), "MS401"),
        ("CategoricalHinge", {}, (None,), "MS401"),
        ("SparseCategoricalCrossentropy", {}, (None, 1), "MS407"),
        ("CategoricalCrossentropy", {}, (None, 8, 1), "MS407"),
        ("CTC", {}, (None, 8, 1), "MS407"),
    ],
)
def test_an_output_that_a_loss_has_no_meaning_for_is_refused(name, arguments, shape, code):
    loss = entry("loss", name)(**arguments)
    with pytest.raises(Refusal) as refusal:
        loss.target_shape(Tensor(shape))
    assert refusal.value.code == code
    assert refusal.value.message.startswith(name)
    assert refusal.value.argument == ("axis" if code == "MS408" else None)


@given(q=st.floats(allow_nan=True))
@example(q=0.5)
@example(q=1.0)
@example(q=0.0)
def test_the_power_of_the_generalized_crossentropy_is_kerass(q):
    assert_agree("loss", "CategoricalGeneralizedCrossEntropy", q=q)


@given(reduction=st.one_of(st.none(), st.text(max_size=5), st.sampled_from(["sum", "mean", "none", "avg"])))
def test_reductions_are_kerass(reduction):
    assert_agree("loss", "MeanSquaredError", reduction=reduction)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("CategoricalGeneralizedCrossEntropy", {"q": 2}), ("Huber", {"reduction": "average"})],
)
def test_what_keras_refuses_is_refused(name, arguments):
    assert_both_refuse("loss", name, **arguments)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("Huber", {"delta": -1}),
        ("Huber", {"delta": float("nan")}),
        ("BinaryCrossentropy", {"label_smoothing": 2}),
        ("BinaryCrossentropy", {"from_logits": 1}),
        ("CategoricalCrossentropy", {"axis": True}),
        ("Dice", {"axis": []}),
        ("MeanSquaredError", {"delta": 1}),
    ],
)
def test_arguments_that_mean_nothing_are_refused(name, arguments):
    assert_refused("loss", name, **arguments)


@pytest.mark.parametrize("shape", [(None, 3), (None, 1), (None, 6, 3), (None, 2, 3, 4)], ids=str)
@pytest.mark.parametrize("name", LOSSES)
def test_a_row_weighs_in_all_losses_of_the_row(name, shape):
    loss = entry("loss", name)()
    output = Tensor(shape)
    try:
        target = filled(loss.target_shape(output), 2)
    except Refusal:
        return
    form = loss.values_shape(output)
    if form[:1] != (None,):
        return  # one number for the batch: such rows have no weights
    made = to_keras(loss)
    targets, predicted = (
        values(loss.target_kind, target, loss.classes(output)),
        values("distribution", filled(shape, 2), None, 1),
    )
    losses = made.call(keras.ops.convert_to_tensor(targets), keras.ops.convert_to_tensor(predicted))
    each, mask = np.asarray(losses), keras.src.backend.get_keras_mask(losses)
    assert each.shape == filled(form, 2)
    weights = np.array([0, 1, 2, 0.5], dtype="float32").reshape(BATCH, *[1] * (len(form) - 1))
    counted = np.ones_like(each) if mask is None else np.asarray(mask) * (mask.shape[0] / np.asarray(mask).sum())
    weighed = made(targets, predicted, sample_weight=weights)
    np.testing.assert_allclose(weighed, (each * weights * counted).mean(), rtol=1e-5)


def test_alpha_of_the_focal_loss_may_have_a_number_for_each_class():
    loss = entry("loss", "CategoricalFocalCrossentropy")(alpha=[0.2, 0.5, 0.3])
    targets, outputs = np.eye(3, dtype="float32"), np.full((3, 3), 1 / 3, "float32")
    theirs = keras.losses.CategoricalFocalCrossentropy(alpha=[0.2, 0.5, 0.3])
    assert np.array_equal(to_keras(loss)(targets, outputs), theirs(targets, outputs))
    assert loss.target_shape(Tensor((None, 3))) == (None, 3)
    with pytest.raises(Refusal, match="`alpha` has 3 numbers; expected 4"):
        loss.target_shape(Tensor((None, 4)))


@pytest.mark.parametrize("name", ["BinaryFocalCrossentropy", "CategoricalFocalCrossentropy"])
@pytest.mark.parametrize("arguments", [{"alpha": 1.5}, {"gamma": -0.5}, {"alpha": 3, "gamma": 0}])
def test_numbers_of_the_focal_losses_are_bounded_as_keras_bounds_them(name, arguments):
    targets, outputs = np.eye(3, dtype="float32"), np.full((3, 3), 0.3, "float32")
    ours, theirs = to_keras(entry("loss", name)(**arguments)), getattr(keras.losses, name)(**arguments)
    assert np.array_equal(ours(targets, outputs), theirs(targets, outputs))


def test_balanced_classes_do_not_weigh_less_than_nothing():
    assert_refused("loss", "BinaryFocalCrossentropy", apply_class_balancing=True, alpha=1.5)
    entry("loss", "BinaryFocalCrossentropy")(apply_class_balancing=True, alpha=1)
