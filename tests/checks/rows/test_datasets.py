"""What is known of the datasets by name is what they hold, and a spec that does not fit is told without reading rows."""

import numpy as np
import pytest

from modelspec.data.sources.datasets.read import read_dataset
from modelspec.data.table import Asked
from modelspec.expansion.files.paths import Reach
from modelspec.language.sections.datasets import columns_of
from modelspec.language.sections.row_shapes import advice, fits
from modelspec.language.sections.sources import Dataset, Wanted
from modelspec.pipeline import check_text

SOFTMAX = "{Dense: {units: 10, activation: softmax}, name: label}"
SPARSE = "sparse_categorical_crossentropy"


@pytest.fixture
def mnist(tmp_path, monkeypatch):
    """A small file where Keras keeps mnist."""
    (tmp_path / "datasets").mkdir()
    images, labels = np.zeros((20, 28, 28), "uint8"), np.arange(20).astype("uint8") % 10
    np.savez(tmp_path / "datasets" / "mnist.npz", x_train=images, y_train=labels, x_test=images, y_test=labels)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))


@pytest.mark.parametrize(
    "arguments", [{}, {"flatten": True}, {"size": (6, 9)}, {"size": (6, 9), "flatten": True}], ids=str
)
@pytest.mark.parametrize("name", ["digits", "digit_pairs", "mnist"])
def test_the_table_is_what_the_arrays_are(mnist, name, arguments):
    source = Dataset(name=name, **arguments)
    columns = columns_of(source)
    wanted = [Wanted(column, "input", shape) for column, shape in columns.items()]
    table = read_dataset(source, Asked(wanted, Reach(".", None), "train", ()))
    for column, shape in columns.items():
        assert table.columns["input", column].values.shape[1:] == shape, column


def told(layers, source="digits", inputs="image: [8, 8, 1]", outputs=f"label: {{loss: {SPARSE}}}", split="train"):
    more = "" if split == "train" else "  train: {synthetic: 10}\n"
    text = f"modelspec: 1\ninputs: {{{inputs}}}\nlayers: [{layers}]\noutputs: {{{outputs}}}\ndata:\n{more}  {split}: {{dataset: {source}}}\n"
    return [(item.code, item.path, item.help) for item in check_text(text).diagnostics if item.severity == "error"]


@pytest.mark.parametrize("source", ["digits", "{name: digits, split: all}"])
@pytest.mark.parametrize("split", ["train", "validation", "test"])
def test_what_fits_is_told_nothing(source, split):
    assert told(f"Flatten, {SOFTMAX}", source, split=split) == []


@pytest.mark.parametrize(
    ("source", "inputs", "words"),
    [
        ("digits", "image: [28, 28, 1]", "`size: [28, 28]`"),
        ("mnist", "image: [8, 8, 1]", "`size: [8, 8]`"),
        ("digits", "image: [64]", "`flatten: true`"),
        ("{name: digits, flatten: true}", "image: [8, 8, 1]", "leave out `flatten`"),
        ("digits", "image: [8, 8]", "declare `[8, 8, 1]`"),
        ("digits", "image: [8, 8, 3]", "declare the shape that the rows have, `[8, 8, 1]`"),
        ("digits", "image: [1, 8, 8]", "Reshape"),
    ],
)
@pytest.mark.parametrize("split", ["train", "test"])
def test_an_input_of_another_shape_is_told_at_the_input(source, inputs, words, split):
    ((code, path, help),) = told(f"Flatten, {SOFTMAX}", source, inputs, split=split)
    assert (code, path) == ("MS730", ("inputs", "image"))
    assert words in help


@pytest.mark.parametrize(
    ("layers", "outputs", "words"),
    [
        (SOFTMAX, f"label: {{loss: {SPARSE}}}", "`GlobalAveragePooling2D` or `Flatten`"),
        (
            "{Conv2D: {filters: 10, kernel_size: 3, activation: softmax}, name: label}",
            f"label: {{loss: {SPARSE}}}",
            "Flatten",
        ),
        (SOFTMAX, "label: {loss: categorical_crossentropy, column: one_hot}", "Flatten"),
        ("{Dense: {units: 1, activation: sigmoid}, name: label}", "label: {loss: mse}", "Flatten"),
        ("Flatten, {Dense: 4, name: label}", "label: {loss: mse}", "1 unit"),
        ("Flatten, {Dense: 4, name: label}", "label: {loss: mse, column: one_hot}", "10 units"),
    ],
)
def test_targets_of_another_shape_say_what_is_missing(layers, outputs, words):
    ((code, path, help),) = told(layers, outputs=outputs)
    assert (code, path) == ("MS730", ("outputs", "label"))
    assert words in help


def test_one_hot_rows_and_class_numbers_are_told_at_the_loss():
    assert [item[0] for item in told(f"Flatten, {SOFTMAX}", outputs=f"label: {{loss: {SPARSE}, column: one_hot}}")] == [
        "MS509"
    ]
    assert [item[0] for item in told(f"Flatten, {SOFTMAX}", outputs="label: {loss: categorical_crossentropy}")] == [
        "MS509"
    ]


def test_columns_that_are_not_there_are_told():
    ((code, path, help),) = told(f"Flatten, {SOFTMAX}", inputs="picture: [8, 8, 1]")
    assert (code, path) == ("MS720", ("inputs", "picture"))
    assert "column: image" in help
    ((code, path, help),) = told(f"Flatten, {SOFTMAX}", outputs=f"label: {{loss: {SPARSE}, column: lable}}")
    assert (code, path) == ("MS720", ("outputs", "label"))
    assert "'label'" in help


def test_a_file_of_ones_own_in_place_of_mnist_may_have_other_images():
    assert told(f"Flatten, {SOFTMAX}", "{name: mnist, path: m.npz}", "image: [32, 32, 1]") == []


def target(shape, found, kind="real", classes=None, output=None, loss="MeanSquaredError", logits=False):
    want = Wanted(
        "y", "target", shape, kind=kind, classes=classes, output=output or shape, loss=loss, from_logits=logits
    )
    assert not fits(found, want)
    return advice(found, want)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (((), (3,), "classes", 3, (3,)), "`categorical_crossentropy`"),
        (((1,), (3,), "classes", 3, (1, 3)), "`categorical_crossentropy`"),
        (((5,), (5, 3), "classes", 3, (5, 3)), "`categorical_crossentropy`"),
        (((3,), (), "one_hot", 3), "`sparse_categorical_crossentropy`"),
        (((3,), (1,), "one_hot", 3), "`sparse_categorical_crossentropy`"),
        (((5, 3), (5,), "one_hot", 3), "`sparse_categorical_crossentropy`"),
        (((3,), (), "real", 3), "`sparse_categorical_crossentropy`"),
        (((6, 6), (), "classes", 3, (6, 6, 3)), "`GlobalAveragePooling2D` or `Flatten`"),
        (((5,), (), "classes", 3, (5, 3)), "`return_sequences` out of"),
        (((5, 1), (1,), "binary", None), "`GlobalAveragePooling1D`"),
        (((5, 1), (), "real", None), "`GlobalAveragePooling1D`"),
        (((4, 4, 4, 1), (), "real", None), "`GlobalAveragePooling3D`"),
        (((1,), (24, 1), "real", None), "`return_sequences: true`"),
        (((), (24, 3), "classes", 5, (5,)), "`return_sequences: true`"),
        (((1,), (2,), "binary", None), "`categorical_crossentropy`"),
        (((3,), (), "binary", None), "`sparse_categorical_crossentropy`"),
        (((1,), (7,), "real", None), "7 units"),
        (((4,), (), "real", None), "1 unit,"),
    ],
)  # fmt: skip
def test_every_kind_of_target_says_what_is_meant(arguments, words):
    assert words in target(*arguments)


def test_advice_keeps_logits():
    assert "`SparseCategoricalCrossentropy: {from_logits: true}`" in target((3,), (), "one_hot", 3, logits=True)
    assert "`CategoricalCrossentropy: {from_logits: true}`" in target((), (3,), "classes", 3, (3,), logits=True)


@pytest.mark.parametrize(
    ("shape", "found", "words"),
    [
        ((8, 8, 1), (8, 8), "declare `[8, 8]` and begin with `Reshape: [8, 8, 1]`"),
        ((8, 8), (8, 8, 1), "declare `[8, 8, 1]`"),
        ((8, 8, 1), (64,), "declare `[64]` and begin with `Reshape: [8, 8, 1]`"),
        ((32, 30, 3), (3, 32, 30), "declare `[3, 32, 30]` and begin with `Permute: [2, 3, 1]`"),
        ((4,), (5,), "`[5]`"),
    ],
)
def test_inputs_say_which_axis_is_missing_and_how_to_give_it(shape, found, words):
    want = Wanted("x", "input", shape)
    assert not fits(found, want)
    told = advice(found, want)
    assert words in told
    if "begin with" not in told:
        return
    layer = told.split("begin with `")[1].split("`")[0]
    text = f"modelspec: 1\ninputs: {{x: {list(found)}}}\nlayers: [{{{layer}}}, Flatten, {{Dense: 1, name: y}}]\noutputs: {{y: {{loss: mse}}}}\n"
    checked = check_text(text)
    assert checked.ok
    assert checked.network.main.tensors[1][0].shape[1:] == shape


@pytest.mark.parametrize(
    ("layers", "outputs", "code", "words"),
    [
        ("Flatten, {Dense: {units: 5, activation: softmax}, name: label}", f"label: {{loss: {SPARSE}}}", "MS733", "10 units"),
        ("Flatten, {Dense: {units: 9, activation: softmax}, name: label}", f"label: {{loss: {SPARSE}}}", "MS733", "10 units"),
        ("Flatten, {Dense: {units: 1, activation: sigmoid}, name: label}", "label: {loss: binary_crossentropy}", "MS736", SPARSE),
    ],
)  # fmt: skip
def test_labels_that_the_output_has_no_place_for_are_told_without_rows(layers, outputs, code, words):
    for source in ("digits", "mnist", "{name: digits, split: all}"):
        ((found, path, help),) = told(
            layers, source, "image: [8, 8, 1]" if "digits" in source else "image: [28, 28, 1]", outputs
        )
        assert (found, path[:2], words in help) == (code, ("outputs", "label"), True), (found, path, help)
    assert told(layers, "{name: mnist, path: own.npz}", "image: [28, 28, 1]", outputs) == []  # only the file tells


def test_fractions_are_no_whole_numbers():
    ((code, path, help),) = told(
        f"ops.cast: float32, Flatten, {SOFTMAX}", inputs="image: {shape: [8, 8, 1], dtype: int32}"
    )
    assert (code, path[:2], "float32" in help) == ("MS731", ("inputs", "image"), True)


def test_labels_may_be_regressed_and_more_units_than_classes_are_fine():
    assert told("Flatten, {Dense: 1, name: label}", outputs="label: {loss: mse}") == []
    assert told("Flatten, {Dense: {units: 12, activation: softmax}, name: label}") == []
