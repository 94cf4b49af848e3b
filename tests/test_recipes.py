"""Every recipe is run: the Keras code and the spec that stands for it are the same model."""

import json
import re
import shutil
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers

from tests.chosen import spread
from tests.written import assert_same_model, built, written

PAGE = (Path(__file__).parent.parent / "docs" / "recipes.md").read_text(encoding="utf-8")
RECIPES = re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
TITLES = [title for title, _ in RECIPES]


def parts(text):
    """The Keras code of a recipe, and its spec."""
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    (spec,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    return code, spec


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The saved model and the array that the page speaks of."""
    folder = tmp_path_factory.mktemp("files")
    image = keras.Input((8, 8, 1), name="image")
    x = layers.Conv2D(4, 3, activation="relu", name="edges")(image)
    x = layers.Conv2D(8, 3, activation="relu", name="parts")(x)
    x = layers.GlobalAveragePooling2D(name="features")(x)
    keras.Model(image, layers.Dense(10, activation="softmax", name="digit")(x)).save(folder / "digits.keras")
    np.savez(folder / "vectors.npz", words=np.arange(80, dtype="float32").reshape(20, 4))
    return folder


@pytest.fixture
def folder(tmp_path, files, monkeypatch):
    """A folder with them."""
    shutil.copytree(files, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def both(text, folder):
    """The model of the spec, and that of the Keras code."""
    code, spec = parts(text)
    theirs = written(code, "docs/recipes.md")
    (folder / "spec.yaml").write_text(spec)
    return built(folder / "spec.yaml"), theirs


@pytest.mark.parametrize(("title", "text"), RECIPES, ids=TITLES)
def test_the_spec_is_the_model_of_the_keras_code(title, text, folder):
    assert_same_model(*both(text, folder))


def test_fine_tuning_starts_from_the_saved_weights(folder):
    ours, theirs = both(dict(RECIPES)["Fine-tuning"], folder)
    saved = keras.models.load_model("digits.keras")
    base = ours.get_layer("base")
    for name, other in (("edges", saved), ("parts", saved), ("edges", theirs.layers[1]), ("parts", theirs.layers[1])):
        for weight, expected in zip(base.get_layer(name).weights, other.get_layer(name).weights, strict=True):
            np.testing.assert_array_equal(np.asarray(weight), np.asarray(expected))
    assert not base.get_layer("edges").trainable_weights
    assert len(base.get_layer("parts").trainable_weights) == 2


def test_pretrained_embeddings_are_those_of_the_file(folder):
    for model in both(dict(RECIPES)["Pretrained embeddings"], folder):
        (vectors,) = model.non_trainable_weights
        np.testing.assert_array_equal(np.asarray(vectors), np.load("vectors.npz")["words"])


def test_the_page_has_the_recipes_that_people_look_for():
    text = " ".join(TITLES).lower()
    for wanted in ("residual", "towers", "siamese", "encoder and decoder", "heads", "fine-tuning", "growing width", "optional",
                   "sharing", "positions that are learned", "sinusoids", "pretrained embeddings"):  # fmt: skip
        assert wanted in text
    assert len(RECIPES) >= 16


def test_the_head_is_trained_first_and_then_all_of_it(folder, cli):
    text = dict(RECIPES)["Fine-tuning"]
    (train,) = re.findall(r"`(train: {stages: .*})`", text)
    _, spec = parts(text)
    rest = "outputs: {dense: {loss: sparse_categorical_crossentropy}}\ndata: {train: {synthetic: 64}}\n"
    (folder / "spec.yaml").write_text(f"{spec}{rest}{train}\n")
    done = cli("summary", "spec.yaml")
    assert (done.code, done.err) == (0, ""), done.err
    assert [line.partition(" ")[0] for line in done.out.splitlines()[-2:]] == ["stage", "stage"]
    done = cli("train", "spec.yaml", "--run-dir", "run")
    assert (done.code, done.err) == (0, ""), done.err
    rows = [json.loads(line) for line in (folder / "run" / "history.jsonl").read_text().splitlines()]
    assert [row["stage"] for row in rows] == [1] * 5 + [2] * 20


def write_rows():
    """The files that the recipes for data speak of."""
    draw = np.random.default_rng(0)
    sales = [f"{a};{a + 1};{a / 2};{('red', 'blue', 'pink')[a % 3]};{int(a % 4 == 0)}" for a in range(24)]
    Path("sales.csv").write_text("\n".join(["length;width;weight;color;sold", *sales]) + "\n")
    np.savez("images.npz", image=draw.integers(0, 256, (24, 16, 16, 3)).astype("uint8"), label=np.arange(24) % 4)
    reviews = [f'"A {("good", "bad")[a % 2]} film, {a} of 24",{1 - a % 2}' for a in range(24)]
    Path("reviews.csv").write_text("\n".join(["review,liked", *reviews]) + "\n")
    np.savez("series.npz", past=draw.normal(size=(24, 12, 2)), next=draw.normal(size=(24, 1)))


@pytest.mark.parametrize("title", spread(["Rows of a table", "Images as arrays", "Texts", "A series"], 2))
def test_a_recipe_for_data_trains_on_such_rows(title, folder, cli):
    write_rows()
    _, spec = parts(dict(RECIPES)[title])
    Path("spec.yaml").write_text(spec)
    done = cli("train", "spec.yaml", "--run-dir", "run")
    assert (done.code, done.err) == (0, ""), done.err
    assert cli("evaluate", "run", "--split", "train").code == 0
