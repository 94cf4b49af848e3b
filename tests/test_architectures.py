"""Every spec of `specs/architectures/` is the model that a person would write with Keras, and trains."""

import inspect
import json
import re
import shlex
from pathlib import Path

import numpy as np
import pytest

import modelspec
from tests.architectures import HAND_WRITTEN, SMALL
from tests.chosen import spread

SPECS = Path(__file__).parent.parent / "specs" / "architectures"
NAMES = sorted(path.stem for path in SPECS.glob("*.yaml"))
SHALLOW = {
    **SMALL,
    "seq2seq": {**SMALL["seq2seq"], "depth": 2},
    "tagger": {**SMALL["tagger"], "depth": 1},
    "transformer": {**SMALL["transformer"], "depth": 1},
    "unet": {**SMALL["unet"], "depth": 1},
    "wavenet": {**SMALL["wavenet"], "depth": 2, "stacks": 1},
}
"""Where a model is trained: what repeats is there once, since TensorFlow traces each layer."""
LENGTH = 9
"""How long a row is where its input may be of any length."""


def settings(**values):
    return [f"vars.{name}={json.dumps(value)}" for name, value in values.items()]


def spec(name):
    return str(SPECS / f"{name}.yaml")


def pair(name, **values):
    """The model of the spec, and the hand-written one of the same sizes."""
    (write,) = (write for write in HAND_WRITTEN if write.__name__ == name)
    known = inspect.signature(write).parameters
    ours = modelspec.build(modelspec.load(spec(name), overrides=settings(**values)), compile=False)
    return ours, write(**{key: value for key, value in values.items() if key in known})


def shapes(tensors):
    return {name: tuple(tensor.shape) for name, tensor in tensors.items()}


def assert_same_form(ours, theirs):
    assert ours.count_params() == theirs.count_params()
    assert len(ours.trainable_weights) == len(theirs.trainable_weights)
    assert shapes(ours.input) == shapes(theirs.input)
    assert shapes(ours.output) == shapes(theirs.output)


def rows(model, seed=5):
    """A few rows for every input; whole numbers are small enough for every vocabulary, and end in padding."""
    draw = np.random.default_rng(seed)
    made = {}
    for name, tensor in model.input.items():
        shape = (4, *(LENGTH if size is None else size for size in tensor.shape[1:]))
        if "int" in tensor.dtype:
            made[name] = draw.integers(1, 5, shape).astype("int32")
            if len(shape) > 1:
                made[name][0, -2:] = 0
        else:
            made[name] = draw.random(shape).astype("float32")
    return made


def assert_same_predictions(ours, theirs):
    """Give both models the same random weights, in the order in which Keras has them, and compare what they say."""
    draw = np.random.default_rng(3)
    assert [weight.shape for weight in ours.weights] == [weight.shape for weight in theirs.weights]
    for weight, other in zip(ours.weights, theirs.weights, strict=True):
        value = draw.normal(0, 0.4, weight.shape)
        value = np.abs(value) + 0.5 if "variance" in weight.name else value
        weight.assign(value)
        other.assign(value)
    given = rows(ours)
    expected, got = theirs(given), ours(given)
    for name, values in expected.items():
        values = np.asarray(values)
        assert values.std() > 1e-3
        np.testing.assert_allclose(np.asarray(got[name]), values, rtol=2e-5, atol=2e-6, err_msg=name)


def test_every_spec_has_a_model_written_by_hand_and_small_sizes():
    assert NAMES == [write.__name__ for write in HAND_WRITTEN] == sorted(SMALL)
    assert len(NAMES) == 9


def parameters(name, cli):
    """What `modelspec summary` counts at the spec's own size; a test below holds it to what Keras counts."""
    return json.loads(cli("summary", spec(name), "--format", "json").out)["total_params"]


@pytest.mark.parametrize("name", NAMES)
def test_the_spec_says_what_it_is_and_how_it_is_run(name, cli):
    text = Path(spec(name)).read_text()
    comment = text[: text.index("modelspec: 1")]
    assert f"#   modelspec train specs/architectures/{name}.yaml\n" in comment
    (smaller,) = re.findall(r"^# Smaller: (.*)$", comment, re.MULTILINE)
    words = shlex.split(smaller.split(";")[0])
    assert words[::2] == ["--set"] * (len(words) // 2)
    assert modelspec.check(spec(name), overrides=words[1::2]) == ()
    small = modelspec.build(modelspec.load(spec(name), overrides=words[1::2]), compile=False)
    assert small.count_params() < parameters(name, cli)


@pytest.mark.parametrize("name", NAMES)
def test_the_spec_is_told_nothing_at_its_own_and_at_small_sizes(name):
    assert modelspec.check(spec(name)) == ()
    assert modelspec.check(spec(name), overrides=settings(**SMALL[name])) == ()


@pytest.mark.parametrize("name", NAMES)
def test_at_its_own_size_it_has_the_parameters_and_shapes_of_the_hand_written_model(name, cli):
    ours, theirs = pair(name)
    assert_same_form(ours, theirs)
    assert parameters(name, cli) == theirs.count_params()


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_the_hand_written_model_says(name):
    ours, theirs = pair(name, **SMALL[name])
    assert_same_form(ours, theirs)
    assert_same_predictions(ours, theirs)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("tagger", {**SMALL["tagger"], "cell": "GRU", "depth": 1}),
        ("seq2seq", {**SMALL["seq2seq"], "depth": 1}),
        ("unet", {"size": 8, "filters": 2, "depth": 1}),
        ("wavenet", {**SMALL["wavenet"], "stacks": 1, "depth": 2}),
        ("transformer", {**SMALL["transformer"], "depth": 0}),
        ("two_tower", {**SMALL["two_tower"], "widths": []}),
        ("siamese", {**SMALL["siamese"], "widths": [3, 4, 5]}),
    ],
)
def test_other_sizes_make_the_other_model(name, values):
    ours, theirs = pair(name, **values)
    assert_same_form(ours, theirs)
    assert_same_predictions(ours, theirs)


@pytest.mark.parametrize("name", spread(NAMES, 5, first=3))
def test_it_trains_and_the_loss_falls(name, tmp_path):
    changes = [*settings(**SHALLOW[name]), "train.epochs=4", "train.batch_size=32", "train.seed=7",
               "train.optimizer={Adam: 1e-2}"]  # fmt: skip
    done = modelspec.train(modelspec.load(spec(name), overrides=changes), run_dir=tmp_path / "run")
    losses = [epoch["loss"] for epoch in done.history]
    assert len(losses) == 4
    assert all(np.isfinite(losses))
    assert losses[-1] < 0.95 * losses[0], losses


@pytest.mark.parametrize("name", spread(NAMES, 5, first=2))  # others than those that are trained above
def test_small_ones_hold_together(name, cli):
    options = [part for setting in settings(**SHALLOW[name]) for part in ("--set", setting)]
    done = cli("smoke", spec(name), *options)
    assert done.code == 0, done.err
    assert "every weight learns, save and load agree" in done.out


@pytest.mark.slow
def test_large_ones_hold_together(cli):
    done = cli("smoke", *(spec(name) for name in NAMES))
    assert done.code == 0, done.err
    assert done.out.count("every weight learns, save and load agree") == len(NAMES)
