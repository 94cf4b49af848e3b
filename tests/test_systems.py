"""Every system of the guides: its numbers without TensorFlow, and the same numbers from the built Keras model."""

import json
import re
import shlex
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

import modelspec
from modelspec.cli.app import make_app
from tests.chosen import chosen
from tests.conftest import give_back
from tests.systems import SYSTEMS

SPECS = Path(__file__).parent.parent / "specs"
KERAS_1 = Path(__file__).parent / "keras1.yaml"
SMALLER = {
    path.stem: (command, size)
    for path in sorted(SPECS.glob("*.yaml"))
    for command, size in re.findall(
        r"^#   modelspec (train specs/\S+((?: --set vars\.\S+)+))$", path.read_text(), re.MULTILINE
    )
}
"""The command and the settings for a small machine that a spec's comment gives."""


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """A folder with a copy of the specs in it, to work in."""
    shutil.copytree(SPECS, tmp_path / "specs")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def unfilled(monkeypatch):
    """Weights of zeros, which take a third of the memory to make; afterwards it is given back."""
    import keras

    def zeros(self, shape, dtype=None):
        return keras.ops.zeros(shape, dtype=dtype)

    monkeypatch.setattr(keras.initializers.VarianceScaling, "__call__", zeros)
    yield
    keras.backend.clear_session()
    give_back()


def _list(shape):
    return list(shape)


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.spec)
def test_summary_and_keras_give_the_numbers_of_the_guides(system, cli, unfilled):
    done = cli("summary", str(SPECS / f"{system.spec}.yaml"), "--format", "json", "--nested")
    assert done.code == 0, done.err
    told = json.loads(done.out)
    assert told["total_params"] == system.total
    assert told["trainable_params"] == system.trainable
    assert told["non_trainable_params"] == system.total - system.trainable
    assert told["inputs"] == {name: _list(shape) for name, shape in system.inputs.items()}
    assert told["outputs"] == {name: _list(shape) for name, shape in system.outputs.items()}
    assert {name: model["total_params"] for name, model in told["models"].items()} == system.models

    model = modelspec.build(SPECS / f"{system.spec}.yaml")
    assert model.count_params() == system.total
    assert sum(weight.shape.num_elements() for weight in model.trainable_weights) == system.trainable
    assert {name: tuple(tensor.shape) for name, tensor in model.input.items()} == system.inputs
    assert {name: tuple(tensor.shape) for name, tensor in model.output.items()} == system.outputs


def test_every_large_system_names_a_size_for_a_small_machine():
    assert set(SMALLER) == {"vqa", "video_qa", "image_similarity", "inception", "residual", "tweets"}


def trained(cli, name, run, *settings):
    """Train a system at the small size that it names; its loss falls. The run's directory."""
    command, _ = SMALLER[name]
    done = cli(*shlex.split(command), *settings, "--set", "train.epochs=4", "--set", "data.train.synthetic=16",
               "--run-dir", run)  # fmt: skip
    assert (done.code, done.err) == (0, ""), done.err
    losses = [json.loads(line)["loss"] for line in (Path(run) / "history.jsonl").read_text().splitlines()]
    assert len(losses) == 4
    assert losses[-1] < losses[0], losses
    return Path(run)


QUICK = {"inception", "residual", "tweets"}
"""`vqa` is trained below too, and `video_qa` with parts of it."""


@pytest.mark.parametrize("name", chosen(SMALLER, QUICK))
@pytest.mark.usefixtures("shipped")
def test_a_system_trains_at_the_small_size_that_it_names(name, cli):
    trained(cli, name, "run")


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Where the run that several tests use is kept."""
    return tmp_path_factory.mktemp("kept") / "vqa"


@pytest.fixture
def asked(cli, shipped, kept):
    """A run of `vqa` at the small size that it names, `runs/vqa`; its weights."""
    if not kept.exists():
        trained(cli, "vqa", "run").rename(kept)
    shutil.copytree(kept, "runs/vqa")
    return load_file("runs/vqa/best.safetensors")


FROZEN = "{saved: runs/vqa, layer: vision, trainable: false}"
TAKEN = "{saved: runs/vqa, layer: question_encoder}"
PARTS = [f"models.vision={FROZEN}", f"models.question_encoder={TAKEN}"]
"""How `video_qa` is told on the command line to take the trained parts of `vqa`."""


def test_video_qa_takes_the_trained_parts_of_vqa_from_the_command_line(asked):
    size = shlex.split(SMALLER["video_qa"][1])
    model = modelspec.build(modelspec.load("specs/video_qa.yaml", overrides=[*size[1::2], *PARTS]))
    vision = model.get_layer("encoded_frames").layer
    expected = [values for path, values in sorted(asked.items()) if path.startswith("vision/")]
    assert len(expected) == len(vision.weights) == 14
    assert_same_bits(expected, [weight.numpy() for weight in sorted(vision.weights, key=lambda weight: weight.path)])
    assert_same_bits([asked["question_encoder/lstm/lstm_cell/kernel"]],
                     [model.get_layer("question_encoder").get_layer("lstm").cell.kernel.numpy()])  # fmt: skip


@pytest.mark.slow
def test_of_the_parts_that_it_took_the_frozen_one_stays_and_the_other_is_trained(cli, asked):
    settings = [part for override in PARTS for part in ("--set", override)]
    after = load_file(trained(cli, "video_qa", "runs/video_qa", *settings) / "last.safetensors")
    for path, values in asked.items():
        if path.startswith("vision/"):
            assert_same_bits([values], [after[path]])
    assert not np.array_equal(*(weights["question_encoder/lstm/lstm_cell/kernel"] for weights in (asked, after)))
    shutil.rmtree("runs/vqa")
    told = json.loads(cli("evaluate", "runs/video_qa", "--format", "json").out)
    assert told["outputs"].keys() == {"answer"}


def test_a_spec_that_extends_video_qa_takes_the_trained_parts(shipped, asked):
    text = "modelspec: 1\nextends: video_qa.yaml\nmodels:\n  vision: {saved: ../runs/vqa, layer: vision}\n"
    Path("specs/after.yaml").write_text(text)
    size = shlex.split(SMALLER["video_qa"][1])[1::2]
    model = modelspec.build(modelspec.load("specs/after.yaml", overrides=size))
    kernel = model.get_layer("encoded_frames").layer.get_layer("conv2d").kernel.numpy()
    assert_same_bits([asked["vision/conv2d/kernel"]], [kernel])


def assert_same_bits(expected, got):
    for one, other in zip(expected, got, strict=True):
        assert one.dtype == other.dtype
        assert one.tobytes() == other.tobytes()


def test_a_shared_layer_is_told_once_with_its_calls(cli):
    told = json.loads(cli("summary", str(SPECS / "nodes.yaml"), "--format", "json").out)
    layers = {layer["name"]: layer for layer in told["layers"]}
    assert layers["encoder"]["params"] == 36_992
    assert [node["output_shapes"] for node in layers["encoder"]["nodes"]] == [[[None, 32]], [[None, 32]]]
    assert layers["edges"]["params"] == 448
    assert [node["input_shapes"] for node in layers["edges"]["nodes"]] == [[[None, 32, 32, 3]], [[None, 64, 64, 3]]]
    assert [node["output_shapes"] for node in layers["edges"]["nodes"]] == [
        [[None, 32, 32, 16]],
        [[None, 64, 64, 16]],
    ]


def test_the_spec_of_keras_1_gets_an_error_for_each_old_name(cli):
    done = cli("validate", str(KERAS_1), "--format", "json")
    assert done.code == 1
    found = {(item["line"], item["help"]) for item in json.loads(done.out)["diagnostics"] if item["code"] == "MS213"}
    lines = (KERAS_1).read_text().split("\n")
    for old, new in {
        "input": "`inputs`", "output": "`outputs`", "nb_filter": "`filters`", "nb_row": "`kernel_size`",
        "border_mode": "`padding`", "dim_ordering": "`data_format`", "nb_epoch": "`epochs`", "lr": "`learning_rate`",
        "init": "`kernel_initializer`", "output_dim": "`units`", "merge": "Concatenate",
    }.items():  # fmt: skip
        assert any(new in help and f"{old}:" in lines[line - 1] for line, help in found), (old, found)


def test_commands_are_the_ones_the_guide_lists():
    assert {command.name or command.callback.__name__ for command in make_app().registered_commands} >= {
        "validate", "summary", "init", "build", "train", "fit", "evaluate", "predict",
    }  # fmt: skip
