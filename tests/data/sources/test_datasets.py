"""The datasets by name."""

import hashlib
from importlib.resources import files

import numpy as np
import pytest

from modelspec.data.sources import datasets
from modelspec.data.sources.datasets.images import resize
from modelspec.language.sections.sources import Dataset, Wanted
from tests.data.loading import accepted, refused

IMAGE = Wanted("image", "input", (8, 8, 1))
LABEL = Wanted("label", "target", (), "int32", "classes", classes=10)
ONE_HOT = Wanted("one_hot", "target", (10,), kind="one_hot")
PAIR = [
    Wanted("digit_a", "input", (8, 8, 1)),
    Wanted("digit_b", "input", (8, 8, 1)),
    Wanted("same", "target", (1,), kind="binary"),
]
SPLITS = ("train", "validation", "test")


def test_the_digits_are_those_of_the_source():
    with np.load(files(datasets) / "digits.npz") as archive:
        images, labels, split = archive["images"], archive["labels"], archive["split"]
    assert images.shape == (1797, 8, 8)
    assert images.dtype == labels.dtype == np.uint8
    assert (images.min(), images.max()) == (0, 16)
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert (
        hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest()
        == "87ff0c9e40dc7e2c0e34e7257799c2e3f3aec1a016363bb11cad869ec428a826"
    )
    assert (
        hashlib.sha256(split.tobytes()).hexdigest()
        == "43b807cec5ddaacd0c9f6f01005f6b81d5373736c9e45a32e443b379f9bc2229"
    )


def test_the_digits_are_attributed():
    text = (files(datasets) / "README.md").read_text(encoding="utf-8")
    assert "CC BY 4.0" in text
    assert "10.24432/C50P49" in text


def test_digits_are_images_from_0_to_1_with_labels(tmp_path):
    arrays = accepted(Dataset(name="digits"), [IMAGE, LABEL, ONE_HOT], tmp_path)
    image, label, one_hot = (arrays.columns[name] for name in ("image", "label", "one_hot"))
    assert image.shape == (1259, 8, 8, 1)
    assert (image.dtype, label.dtype, one_hot.dtype) == ("float32", "int32", "float32")
    assert (image.min(), image.max()) == (0, 1)
    np.testing.assert_array_equal(one_hot.argmax(axis=1), label)


def test_the_splits_share_no_row_and_hold_every_digit_in_proportion(tmp_path):
    source = Dataset(name="digits")
    parts = {split: accepted(source, [IMAGE, LABEL], tmp_path, split) for split in SPLITS}
    everything = accepted(Dataset(name="digits", split="all"), [IMAGE, LABEL], tmp_path)
    assert [parts[split].rows for split in SPLITS] == [1259, 269, 269]
    assert everything.rows == 1797
    seen = [row.tobytes() for part in parts.values() for row in part.inputs["image"]]
    assert sorted(seen) == sorted(row.tobytes() for row in everything.inputs["image"])
    assert len(set(seen)) == len(seen)
    for part in parts.values():
        share = np.bincount(part.targets["label"]) / np.bincount(everything.targets["label"]) * 1797 / part.rows
        assert abs(share - 1).max() < 0.03


def test_another_split_can_be_named(tmp_path):
    named = accepted(Dataset(name="digits", split="test"), [IMAGE], tmp_path, "validation")
    plain = accepted(Dataset(name="digits"), [IMAGE], tmp_path, "test")
    np.testing.assert_array_equal(named.inputs["image"], plain.inputs["image"])
    assert named.fingerprint == plain.fingerprint


@pytest.mark.parametrize(
    ("arguments", "shape"),
    [({"flatten": True}, (64,)), ({"size": (27, 30)}, (27, 30, 1)), ({"size": (2, 3), "flatten": True}, (6,))],
)
def test_images_are_resized_and_flattened(arguments, shape, tmp_path):
    arrays = accepted(Dataset(name="digits", **arguments), [Wanted("image", "input", shape)], tmp_path)
    assert arrays.inputs["image"].shape == (1259, *shape)


@pytest.mark.parametrize("size", [(28, 28), (27, 5), (8, 8), (4, 4), (1, 1), (3, 16)])
def test_resizing_is_kerass(size):
    import keras

    images = np.random.default_rng(0).random((3, 8, 8), dtype=np.float32)
    expected = keras.ops.image.resize(images[..., None], size, interpolation="bilinear")
    np.testing.assert_allclose(resize(images, size), np.asarray(expected)[..., 0], atol=1e-6)


def test_an_input_of_another_shape_is_refused(tmp_path):
    found = refused(Dataset(name="digits"), [Wanted("image", "input", (28, 28, 1))], tmp_path)
    assert found.code == "MS730"
    assert "[28, 28, 1]" in found.message
    assert "[8, 8, 1]" in found.message
    assert found.help == "set `size: [28, 28]` on the dataset"
    found = refused(Dataset(name="digits"), [Wanted("image", "input", (64,))], tmp_path)
    assert found.help == "set `flatten: true` on the dataset"
    assert refused(Dataset(name="digits", flatten=True), [IMAGE], tmp_path).help == "leave out `flatten`"


def test_an_unknown_column_names_those_there_are(tmp_path):
    found = refused(Dataset(name="digits"), [Wanted("pixels", "input", (64,))], tmp_path)
    assert found.code == "MS720"
    assert "image, label, one_hot" in found.message
    assert "column: image" in found.help
    assert (
        refused(Dataset(name="digits"), [Wanted("x", "input", (2,), columns=("image", "label"))], tmp_path).code
        == "MS730"
    )


def test_too_few_classes_for_the_digits_are_refused(tmp_path):
    found = refused(Dataset(name="digits"), [Wanted("label", "target", (), "int32", "classes", classes=5)], tmp_path)
    assert found.code == "MS733"


def test_an_absurd_size_is_refused(tmp_path):
    source = Dataset(name="digits", size=(100_000, 100_000))
    assert refused(source, [Wanted("image", "input", (100_000, 100_000, 1))], tmp_path).code == "MS708"


def test_pairs_are_balanced_and_tell_the_truth(tmp_path):
    pairs = accepted(Dataset(name="digit_pairs"), PAIR, tmp_path)
    everything = accepted(Dataset(name="digits", split="all"), [IMAGE, LABEL], tmp_path)
    digit = dict(zip((row.tobytes() for row in everything.inputs["image"]), everything.targets["label"], strict=True))
    first, second = ([digit[row.tobytes()] for row in pairs.inputs[name]] for name in ("digit_a", "digit_b"))
    assert pairs.rows == 2 * 1259
    assert pairs.targets["same"].sum() == 1259
    np.testing.assert_array_equal(pairs.targets["same"][:, 0], np.equal(first, second))


def test_pairs_depend_on_the_seed_and_the_split(tmp_path):
    def pairs(split="train", **arguments):
        return accepted(Dataset(name="digit_pairs", samples=20, **arguments), PAIR, tmp_path, split)

    np.testing.assert_array_equal(pairs().inputs["digit_b"], pairs().inputs["digit_b"])
    assert pairs().rows == 20
    assert not np.array_equal(pairs().inputs["digit_b"], pairs(seed=1).inputs["digit_b"])
    prints = [pairs(split).fingerprint["sha256"] for split in SPLITS] + [pairs(seed=1).fingerprint["sha256"]]
    assert len(set(prints)) == 4


@pytest.fixture
def small_mnist(tmp_path):
    generator = np.random.default_rng(0)
    arrays = {
        "x_train": generator.integers(0, 256, (50, 28, 28), dtype=np.uint8),
        "y_train": np.arange(50, dtype=np.uint8) % 10,
        "x_test": generator.integers(0, 256, (10, 28, 28), dtype=np.uint8),
        "y_test": np.arange(10, dtype=np.uint8),
    }
    np.savez(tmp_path / "mnist.npz", **arrays)
    return arrays


WANTED_MNIST = [Wanted("image", "input", (28, 28, 1)), LABEL]


def test_mnist_is_read_from_a_path(small_mnist, tmp_path):
    source = Dataset(name="mnist", path="mnist.npz")
    parts = [accepted(source, WANTED_MNIST, tmp_path, split) for split in SPLITS]
    assert [part.rows for part in parts] == [45, 5, 10]
    together = np.concatenate([part.inputs["image"][..., 0] for part in parts])
    np.testing.assert_allclose(
        together, np.concatenate([small_mnist["x_train"], small_mnist["x_test"]]) / 255, atol=1e-6
    )


def test_mnist_is_found_where_keras_keeps_it(small_mnist, tmp_path, monkeypatch):
    folder = tmp_path / "keras" / "datasets"
    folder.mkdir(parents=True)
    (tmp_path / "mnist.npz").rename(folder / "mnist.npz")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    assert accepted(Dataset(name="mnist"), WANTED_MNIST, tmp_path / "elsewhere").rows == 45


def test_without_mnist_the_way_to_get_it_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "nothing"))
    found = refused(Dataset(name="mnist"), WANTED_MNIST, tmp_path)
    assert found.code == "MS740"
    assert str(tmp_path / "nothing" / "datasets" / "mnist.npz") in found.message
    assert "load_data()" in found.help
    assert refused(Dataset(name="mnist", path="mnist.npz"), WANTED_MNIST, tmp_path).code == "MS704"


def test_another_npz_file_is_not_mnist(small_mnist, tmp_path):
    source = Dataset(name="mnist", path="mnist.npz")
    np.savez(tmp_path / "mnist.npz", **{**small_mnist, "y_test": np.arange(10) * 2})
    assert refused(source, WANTED_MNIST, tmp_path).code == "MS721"
    np.savez(tmp_path / "mnist.npz", **{**small_mnist, "x_train": np.zeros((50, 784), np.uint8)})
    assert refused(source, WANTED_MNIST, tmp_path).code == "MS721"
    np.savez(tmp_path / "mnist.npz", x=np.zeros(3))
    assert refused(source, WANTED_MNIST, tmp_path).code == "MS720"
