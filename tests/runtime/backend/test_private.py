"""Private names of Keras and TensorFlow: each does what we take it for, and stands in `private.py` alone."""

import ast
import inspect
import re
from collections import defaultdict
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest
import tensorflow as tf

import modelspec
from modelspec.runtime.backend import private

PACKAGE = Path(modelspec.__file__).parent
HOME = PACKAGE / "runtime" / "backend" / "private.py"
PRIVATE_MODULES = ("keras.src", "tensorflow.python")


def model(**compiled):
    keras.utils.set_random_seed(1)
    inner = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, name="deepest")], name="inner")
    x = keras.Input((3,), name="x")
    made = keras.Model(x, keras.layers.Dense(1, name="last")(inner(x)))
    made.compile(**{"optimizer": "sgd", "loss": "mse", **compiled})
    return made


def rows(count=8):
    return np.ones((count, 3), "float32"), np.ones((count, 1), "float32")


def test_all_layers_are_those_inside_layers_too():
    made = model()
    assert {"inner", "deepest", "last"} <= {layer.name for layer in private.all_layers(made)}
    assert private.all_layers(made)[0] is made
    assert made not in private.all_layers(made, include_self=False)


def test_layers_inside_are_those_that_a_layer_holds_itself():
    wrapper = keras.layers.TimeDistributed(keras.layers.Dense(2, name="wrapped"))
    assert [layer.name for layer in private.layers_inside(wrapper)] == ["wrapped"]
    names = [layer.name for layer in private.layers_inside(model())]
    assert "inner" in names
    assert "deepest" not in names
    cells = keras.layers.StackedRNNCells([keras.layers.LSTMCell(2), keras.layers.GRUCell(2)])
    assert private.layers_inside(cells) == list(cells.cells)


def test_the_operation_behind_a_tensor_takes_a_name():
    x = keras.Input((3,))
    y = keras.ops.relu(x)
    private.operation_behind(y).name = "mine"
    assert keras.Model(x, y).operations[-1].name == "mine"


def test_the_counters_of_names_are_what_keras_counts_by():
    before = private.name_counters()
    try:
        private.set_name_counters(defaultdict(int, dense=7))
        assert keras.layers.Dense(1).name == "dense_7"
        assert private.name_counters() == {"dense": 8}
    finally:
        private.set_name_counters(before if before is not None else defaultdict(int))


@pytest.mark.parametrize("split", ["whitespace", None])
def test_words_are_those_that_a_text_vectorization_looks_up(split):
    layer = keras.layers.TextVectorization(split=split, ngrams=2 if split else None, output_mode="count")
    texts = tf.constant([["So, so"], ["good"], [""]])
    words = private.words_of(layer, texts)
    whole = [[b"so so"], [b"good"], [b""]]
    assert words == ([[b"so", b"so", b"so so"], [b"good"], []] if split else whole)
    layer.adapt(texts)
    assert set(layer.get_vocabulary()) - {"[UNK]"} == {word.decode() for row in words for word in row} - {""}


def test_averages_are_those_of_the_weights():
    made = model(optimizer=keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.5))
    made.train_on_batch(*rows())
    pairs = list(private.averages_kept(made.optimizer))
    assert [weight.path for weight, _ in pairs] == [weight.path for weight in made.trainable_weights]
    before = [average.numpy() for _, average in pairs]
    made.train_on_batch(*rows())
    for (weight, average), was in zip(pairs, before, strict=True):
        np.testing.assert_allclose(average.numpy(), 0.5 * was + 0.5 * weight.numpy(), rtol=1e-5, atol=1e-7)


def test_a_callback_says_whether_averages_are_in_the_model():
    callback = keras.callbacks.SwapEMAWeights(swap_on_epoch=True)
    seen = []

    class Look(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            seen.append(private.averages_are_in_the_model(callback))

        def on_epoch_end(self, epoch, logs=None):
            seen.append(private.averages_are_in_the_model(callback))

    made = model(optimizer=keras.optimizers.SGD(0.1, use_ema=True))
    made.fit(*rows(), epochs=2, verbose=0, callbacks=[callback, Look()])
    assert seen == [False, True] * 2
    assert not private.averages_are_in_the_model(keras.callbacks.EarlyStopping())


def test_nadam_keeps_a_variable_that_is_not_listed_everywhere():
    made = model(optimizer=keras.optimizers.LossScaleOptimizer(keras.optimizers.Nadam()))
    made.train_on_batch(*rows())
    (product,) = private.untracked_variables(made.optimizer.inner_optimizer)
    before = float(product)
    assert all(product is not variable for variable in made.optimizer.variables)
    made.train_on_batch(*rows())
    assert float(product) != before
    assert private.untracked_variables(keras.optimizers.Adam()) == []


@pytest.fixture
def board(tmp_path):
    pytest.importorskip("tensorboard")
    callback = keras.callbacks.TensorBoard(str(tmp_path), update_freq=2, write_graph=False)
    callback.set_model(model())
    callback.on_train_begin()
    yield callback, tmp_path
    callback.on_train_end()


def test_a_tensorboard_counts_the_batches_that_it_is_told_of(board):
    callback, _ = board
    told = lambda: (callback._global_train_batch, callback._global_test_batch)  # noqa: E731
    callback.on_train_batch_begin(0)
    callback.on_test_begin()
    callback.on_test_batch_begin(0)
    assert told() == (1, 1)
    private.count_train_batches(callback, 3)
    private.count_test_batches(callback, 5)
    assert told() == (4, 6)
    callback.on_test_end({})


def test_summaries_are_in_their_files_once_they_are_flushed(board):
    callback, folder = board
    with callback._train_writer.as_default():
        tf.summary.scalar("something", 1.0, step=0)
    private.flush_summaries(callback)
    assert any(b"something" in file.read_bytes() for file in folder.rglob("events*"))


def test_a_tensorboard_writes_on_as_of_the_batch_that_it_is_at(board):
    callback, _ = board
    written = []
    for batch in (1, 2):
        callback._global_train_batch = batch
        private.write_on(callback)
        written.append(bool(tf.summary.should_record_summaries()))
    assert written == [False, True]  # with `update_freq: 2`


def test_a_checkpoint_saves_when_keras_would(tmp_path):
    saved, theirs = [], []

    class Ours(private.SavingCheckpoint):
        def save(self, path, epoch):
            saved.append((path.name, epoch))

    class Keras(keras.callbacks.ModelCheckpoint):
        def on_epoch_end(self, epoch, logs=None):
            super().on_epoch_end(epoch, logs)
            theirs.extend(
                (path.name, epoch)
                for path in sorted(tmp_path.glob("keras*"))
                if (path.name, epoch) not in theirs and not any(path.name == name for name, _ in theirs)
            )

    settings = {"save_best_only": True, "monitor": "loss", "save_weights_only": True}
    callbacks = [
        Ours(str(tmp_path / "ours-{epoch}.weights.h5"), **settings),
        Keras(str(tmp_path / "keras-{epoch}.weights.h5"), **settings),
    ]
    made = model()
    for callback in callbacks:
        callback.set_model(made)
    for epoch, loss in enumerate([3.0, 4.0, 2.0, 2.5]):
        for callback in callbacks:
            callback.on_epoch_begin(epoch)
            callback.on_epoch_end(epoch, {"loss": loss})
    assert [(name.replace("ours", "keras"), epoch) for name, epoch in saved] == theirs
    assert [epoch for _, epoch in saved] == [0, 2]


def test_a_model_as_hdf5_is_one_that_keras_loads(tmp_path):
    made = model()
    with h5py.File(tmp_path / "model.h5", "w") as file:
        private.save_as_hdf5(made, file)
    loaded = keras.saving.load_model(tmp_path / "model.h5", compile=False)
    np.testing.assert_array_equal(loaded.predict(rows()[0], verbose=0), made.predict(rows()[0], verbose=0))


def test_deterministic_kernels_can_be_turned_off_again():
    assert not private.kernels_are_deterministic()
    tf.config.experimental.enable_op_determinism()
    try:
        assert private.kernels_are_deterministic()
    finally:
        private.usual_kernels()
    assert not private.kernels_are_deterministic()


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "int32", "uint8", "bool"])
def test_a_tensor_of_the_same_memory_has_the_values_and_copies_nothing(dtype):
    memory = np.zeros((1 << 20) + 64, "uint8")
    memory = memory[-memory.ctypes.data % 64 :][: 1 << 20]  # TensorFlow copies what is not aligned for its kernels
    array = memory.view(dtype).reshape(-1, 4)
    tensor = private.tensor_of_the_same_memory(array, tf.config.list_logical_devices("CPU")[0].name)
    assert (tensor.dtype.name, tuple(tensor.shape)) == (dtype, array.shape)
    array[7] = 1
    assert np.array_equal(tf.gather(tensor, [7])[0], array[7])


def test_attributes_of_callbacks_are_there():
    """What changes in them is found by tests/runtime/state/test_callbacks.py."""
    for table in (private.CALLBACK_STATE, private.REMADE):
        for name, attributes in table.items():
            source = "".join(inspect.getsource(kind) for kind in getattr(keras.callbacks, name).__mro__[:-1])
            missing = [attribute for attribute in attributes if not re.search(rf"self\.{attribute}\b", source)]
            assert not missing, name


def own_names():
    """Every attribute of a class of the package, outside of `private.py`."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())) if path != HOME else ():
            if isinstance(node, ast.ClassDef):
                found |= {item.name for item in node.body if isinstance(item, ast.FunctionDef)} - overridden(node)
                found |= {name for item in node.body for name in assigned(item) if "." not in name}
            found |= {name.partition(".")[2] for name in assigned(node) if name.startswith(("self.", "copy."))}
    return found


def assigned(node):
    """What a statement gives a value to."""
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    flat = [part for target in targets for part in (target.elts if isinstance(target, ast.Tuple) else [target])]
    return [ast.unparse(part) for part in flat if part is not None and isinstance(node, ast.stmt)]


def overridden(node):
    """The private methods of a class of Keras that a class puts its own in the place of."""
    keras_ = any(ast.unparse(base).startswith(("keras.", "tf.")) for base in node.bases)
    names = {item.name for item in node.body if isinstance(item, ast.FunctionDef)} if keras_ else set()
    return {name for name in names if re.fullmatch(r"_[a-z]\w*", name)}


def private_uses(text, own):
    """(line, name) of each private name that a module uses and that is not one of our `own`."""
    for node in ast.walk(ast.parse(text)):
        names = []
        if isinstance(node, ast.ImportFrom | ast.Import):
            modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else [item.name for item in node.names]
            yield from ((node.lineno, module) for module in modules if module.startswith(PRIVATE_MODULES))
        elif isinstance(node, ast.ClassDef):
            names = overridden(node)
        elif isinstance(node, ast.Attribute):
            names = [node.attr]
            if ast.unparse(node) in PRIVATE_MODULES:
                yield node.lineno, ast.unparse(node)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("getattr", "hasattr", "setattr"):
            names = [item.value for item in node.args if isinstance(item, ast.Constant)]
        for name in names:
            if re.fullmatch(r"_[a-z]\w*", str(name)) and name not in own:
                yield node.lineno, name


NOT_THEIRS = {"_exit", "_getframe", "_replace", "_fields", "_value_", "_asdict"}
"""Of Python: of `os`, `sys`, and named tuples."""


def test_no_other_file_uses_a_private_name():
    own = own_names() | NOT_THEIRS
    found = [
        f"{path.relative_to(PACKAGE)}:{line}: {name}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if path != HOME
        for line, name in private_uses(path.read_text(), own)
    ]
    assert not found, "give it a function in runtime/backend/private.py, and a test here"


def test_no_name_of_ours_hides_one_of_theirs():
    theirs = {name for _, name in private_uses(HOME.read_text(), NOT_THEIRS)}
    assert len(theirs) >= 20
    assert not theirs & own_names()


@pytest.mark.parametrize(
    "text",
    [
        "from keras.src.backend.common import global_state",
        "import tensorflow.python.eager.context",
        "keras.src.utils.naming",
        "layer._flatten_layers()",
        "getattr(layer, '_layers')",
        "class Mine(keras.callbacks.ModelCheckpoint):\n    def _save_model(self): ...",
    ],
)
def test_a_private_name_would_be_found(text):
    assert list(private_uses(text, {"_mine"}))


@pytest.mark.parametrize("text", ["self._mine", "getattr(x, '_mine')", "layer.layers", "x.__class__"])
def test_our_own_names_are_none(text):
    assert not list(private_uses(text, {"_mine"}))


def test_each_function_has_a_contract():
    """A name of `private.py` that no test here uses would have none."""
    made = {
        node.name for node in ast.parse(HOME.read_text()).body if isinstance(node, ast.FunctionDef | ast.ClassDef)
    } | {"CALLBACK_STATE", "REMADE"}
    used = {
        node.attr
        for node in ast.walk(ast.parse(Path(__file__).read_text()))
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "private"
    }
    assert made - used == set()
