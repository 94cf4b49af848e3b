"""Models with RandomCrop, which crops in training only: what is told is what Keras's own evaluation does."""

import json

import keras
import numpy as np
import pytest

from modelspec.pipeline import check_text
from modelspec.runtime.build.model import build_model
from tests.checks.told import problems
from tests.chosen import chosen

CROP = "  - RandomCrop: {height: 4, width: 3}"
CENTER = "  - CenterCrop: {height: 4, width: 3}"
OUT = ["  - Dense: 1", "    name: y", "outputs: {y: {loss: mse}}"]
ROWS = "data: {train: {synthetic: 8}, validation: {synthetic: 8}}"
POOL = "  - GlobalAveragePooling2D"


def model(name, size, layer):
    return ["models:", f"  {name}:", f"    inputs: {{image: {size}}}", "    layers:", f"    {layer}"]


MODELS = {
    "flat": ([CROP, "  - Flatten", *OUT], True),
    "pooled": ([CROP, "  - Conv2D: {filters: 2, kernel_size: 3}", POOL, *OUT], False),
    "cut to size after it": ([CROP, CENTER, "  - Flatten", *OUT], False),
    "resized after it": ([CROP, "  - Resizing: {height: 4, width: 3}", "  - Flatten", *OUT], False),
    "of the size already": (["  - RandomCrop: {height: 8, width: 8}", "  - Flatten", *OUT], False),
    "in a pipeline": (
        ["  - Pipeline: {layers: [{RandomCrop: {height: 4, width: 3}}]}", "  - Flatten", *OUT],
        True,
    ),
    "and then reshaped": ([CROP, "  - Reshape: [36]", *OUT], True),
    "shared": (["  - call: crop", "  - Flatten", *OUT, "shared: {crop: {RandomCrop: {height: 4, width: 3}}}"], True),
    "nested": (
        ["  - call: cut", "  - Flatten", *OUT, *model("cut", "[8, 8, 3]", CROP)],
        True,
    ),
    "into a model of the crop's size": (
        [CROP, "  - call: rest", *OUT, *model("rest", "[4, 3, 3]", POOL)],
        True,
    ),
    "twice": ([CROP, "  - RandomCrop: {height: 2, width: 2}", "  - Flatten", *OUT], True),
    "normalized along the height": ([CROP, "  - BatchNormalization: {axis: 1}", POOL, *OUT], True),
}


def text(lines, data=ROWS):
    return "\n".join(["modelspec: 1", "inputs: {image: [8, 8, 3]}", "layers:", *lines, data, ""])


@pytest.mark.parametrize("eagerly", chosen([True, False], [True]))  # a graph takes longer than its one step
@pytest.mark.parametrize("name", MODELS)
def test_what_is_told_is_what_keras_does_when_it_evaluates(name, eagerly):
    lines, fails = MODELS[name]
    found = check_text(text(lines), "spec.yaml")
    assert [problem.code for problem in found.diagnostics if problem.severity == "error"] == ["MS415"] * fails
    model = build_model(check_text(text(lines, "data: {train: {synthetic: 8}}"), "spec.yaml").network).model
    model.run_eagerly = eagerly
    images, targets = np.ones((8, 8, 8, 3), "float32"), np.ones((8, 1), "float32")
    model.fit({"image": images}, {"y": targets}, verbose=0)
    failed = False
    try:
        model.evaluate({"image": images}, {"y": targets}, verbose=0)
    except Exception:
        failed = True
    assert failed == fails


def test_it_is_told_at_the_crop_with_the_layer_that_fails():
    (problem,) = problems(text(MODELS["flat"][0]))
    assert (problem.span.line, problem.span.column) == (4, 5)
    assert "gives (None, 8, 8, 3) outside training and (None, 4, 3, 3) in it" in problem.message
    assert "Dense was built for (None, 36)" in problem.message
    assert [note.span.line for note in problem.related] == [6]


def test_without_rows_to_evaluate_it_is_a_warning():
    (problem,) = problems(text(MODELS["flat"][0], "data: {train: {synthetic: 8}}"))
    assert (problem.code, problem.severity) == ("MS416", "warning")
    (problem,) = problems(text(MODELS["flat"][0], "data: {train: {synthetic: 8}, validation: {split: 0.5}}"))
    assert (problem.code, problem.severity) == ("MS415", "error")


def test_an_output_whose_size_changes_does_not_fit_its_loss():
    lines = [CROP, "  - Conv2D: {filters: 1, kernel_size: 1}", "    name: y", "outputs: {y: {loss: mse}}"]
    (problem,) = problems(text(lines))
    assert problem.code == "MS415"
    assert "the output 'y' is then (None, 8, 8, 1), but its loss expects (None, 4, 3, 1)" in problem.message


def test_images_of_unknown_size_may_have_the_crops_size():
    assert not problems(text([CROP, "  - Flatten", *OUT]).replace("[8, 8, 3]", "[null, null, 3]"))


def test_training_that_never_evaluates_is_keras_fit_and_predicting_is_refused(cli, tmp_path):
    lines, _ = MODELS["flat"]
    spec = text(
        lines, "data: {train: {npz: rows.npz}}\ntrain: {epochs: 2, batch_size: 4, shuffle: false, optimizer: SGD}"
    )
    (tmp_path / "spec.yaml").write_text(spec)
    random = np.random.default_rng(1)
    images, targets = random.normal(size=(10, 8, 8, 3)).astype("float32"), random.normal(size=(10, 1)).astype("float32")
    np.savez(tmp_path / "rows.npz", image=images, y=targets)
    keras.utils.set_random_seed(0)
    entered = keras.Input((8, 8, 3), name="image")
    flat = keras.layers.Flatten()(keras.layers.RandomCrop(4, 3)(entered))
    model = keras.Model({"image": entered}, {"y": keras.layers.Dense(1, name="y")(flat)})
    model.compile("sgd", {"y": "mse"})
    theirs = model.fit({"image": images}, {"y": targets}, batch_size=4, shuffle=False, epochs=2, verbose=0).history
    run = str(tmp_path / "run")
    done = cli("train", str(tmp_path / "spec.yaml"), "--run-dir", run)
    assert done.code == 0, done.err
    ours = [json.loads(line)["loss"] for line in (tmp_path / "run" / "history.jsonl").read_text().splitlines()]
    assert ours == theirs["loss"]
    assert cli("smoke", str(tmp_path / "spec.yaml")).code == 0
    for command in ("predict", "evaluate"):
        refused = cli(command, run)
        assert (refused.code, "error[MS415]" in refused.err) == (1, True), refused.err
