"""Names inside the built model: what validates builds, and each process gives the same names, whatever it made before."""

import json
import subprocess
import sys
from pathlib import Path

import keras
import pytest
import yaml
from keras.src.utils.naming import to_snake_case

import modelspec
from modelspec.catalogue.ops import OPS, find_op
from modelspec.manual.examples import example_of
from modelspec.pipeline import check_text
from modelspec.runtime.build.model import build_model
from modelspec.runtime.build.naming import fresh_names
from modelspec.runtime.build.weights import weight_values
from tests.chosen import chosen
from tests.seams.names import BUILD_MODEL, CHECK_TEXT, MAIN
from tests.seams.seam import program

pytestmark = pytest.mark.filterwarnings("ignore:.*does not support masking")


def built(text):
    """The model of a spec, made where Keras has counted nothing yet."""
    keras.backend.clear_session(free_memory=False)
    checked = check_text(text)
    assert checked.ok, (checked.diagnostics, text)
    return build_model(checked.network, compile=False).model


def operations(model):
    """The names of all that is in a model and in the models within."""
    found = [operation.name for operation in model.operations]
    for operation in model.operations:
        if isinstance(operation, keras.Model):
            found += [f"{operation.name}/{name}" for name in operations(operation)]
    return found


def comes_back(model, path):
    """The names after saving, and loading where Keras has counted nothing yet."""
    model.save(path)
    keras.backend.clear_session(free_memory=False)
    return operations(keras.models.load_model(path))


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] if index % 8 else []) for index, name in enumerate(OPS)]
)
def test_an_op_stands_beside_inputs_and_layers_of_every_name_that_it_would_take(name, tmp_path):
    text = example_of("op", find_op(name), f"ops.{name}").spec
    spec, plain = yaml.safe_load(text), built(text)
    own = [item for item in plain.operations if not isinstance(item, keras.layers.Layer)]
    classes = dict.fromkeys(to_snake_case(type(item).__name__) for item in own)
    first, last = next(iter(spec["inputs"])), len(spec["layers"]) - 1
    spec["layers"] = [{step: None} if isinstance(step, str) else step for step in spec["layers"]]
    if not OPS[name][0].endswith(".creating"):  # those take nothing
        spec["layers"][0].setdefault("from", first)
    if "outputs" not in spec:
        spec["outputs"] = {spec["layers"][last].setdefault("name", "of_the_example"): None}
    given = {step.get("name") for step in spec["layers"]}
    wanted = {f"{kind}{end}" for kind in classes for end in ("", "_1", "_2")} - given
    for name in sorted(wanted):
        if name.endswith("_1"):
            spec["inputs"][name] = [2]
        else:
            spec["layers"].append({"Identity": None, "from": first, "name": name})
            spec["outputs"][name] = None
    model = built(yaml.safe_dump(spec, sort_keys=False))
    names = operations(model)
    assert wanted <= set(names)
    assert len([item for item in model.operations if not isinstance(item, keras.layers.Layer)]) == len(own)
    assert comes_back(model, tmp_path / "model.keras") == names


MAKERS = {
    "Embedding": ("{shape: [5], dtype: int32}", "Embedding: {input_dim: 9, output_dim: 4, mask_zero: true}"),
    "ReversibleEmbedding": (
        "{shape: [5], dtype: int32}", "ReversibleEmbedding: {input_dim: 9, output_dim: 4, mask_zero: true}",
    ),
    "Masking": ("[5, 4]", "Masking"),
    "carried": ("[5, 4]", "LSTM: {units: 4, return_sequences: true}"),
}  # fmt: skip
MERGERS = (
    "Add", "Average", "Concatenate", "Maximum", "Minimum", "Multiply", "Subtract", "Attention", "AdditiveAttention",
    "MultiHeadAttention: {num_heads: 2, key_dim: 3}",
)  # fmt: skip
TAKERS = (
    "LSTM: 3", "GRU: 3", "Bidirectional: {layer: {LSTM: {units: 3}}}", "TimeDistributed: {layer: {Dense: 3}}",
    "GlobalAveragePooling1D", "RNN: {cell: {SimpleRNNCell: 3}}",
)  # fmt: skip
OF_MASKS = (
    "not_equal", "expand_dims", "zeros_like", "logical_or", "logical_and", "concatenate", "any", "all", "cast", "ones_like",
)  # fmt: skip


def merged(maker, merger, taker, names=()):
    """Two masked tensors, a layer that merges them, and one that takes the mask; before it, layers of these names."""
    shape, step = MAKERS[maker]
    lines = ["modelspec: 1", f"inputs: {{a: {shape}, b: {shape}}}", "layers:"]
    for source, name in (("a", "e"), ("b", "f")):
        if maker == "carried":
            lines += ["  - Masking:", f"    from: {source}", f"    name: {name}_mask"]
            source = f"{name}_mask"
        lines += [f"  - {step}{'' if ':' in step else ':'}", f"    from: {source}", f"    name: {name}"]
    attends = "Attention" in merger
    two = "{query: e, value: f}" if "HeadAttention" in merger else "{inputs: [e, f]}" if attends else "[e, f]"
    lines += [f"  - {merger}{'' if ':' in merger else ':'}", f"    from: {two}", "    name: both"]
    for name in names:
        lines += ["  - Identity:", f"    name: {name}"]
    return "\n".join([*lines, f"  - {taker}"]) + "\n"


PAIRS = [(maker, merger) for merger in MERGERS for maker in MAKERS]
DIAGONAL = [(list(MAKERS)[number % len(MAKERS)], merger) for number, merger in enumerate(MERGERS)]


@pytest.mark.parametrize(("maker", "merger"), chosen(PAIRS, DIAGONAL))
def test_masks_that_merge_take_no_name_of_a_layer(maker, merger, tmp_path):
    unnamed = merged(maker, merger, TAKERS[0]).replace("    name: both\n", "")
    model = built(unnamed)
    assert comes_back(model, tmp_path / "model.keras") == operations(model)
    for taker in TAKERS:
        plain, beside = (built(merged(maker, merger, taker, names)) for names in ((), OF_MASKS))
        assert len(beside.operations) == len(plain.operations) + len(OF_MASKS)
        assert set(OF_MASKS) <= set(operations(beside))


def test_some_of_these_models_hold_ops_that_merge_masks():
    model = built(merged("Embedding", "Concatenate", "LSTM: 3", OF_MASKS))
    names = operations(model)
    assert "concatenate" in names and "concatenate_1" in names


WRITTEN = {
    "an op, then the layer": "inputs: {x: [4]}\nlayers:\n- {'ops.add': 1, name: y}\n- {Add: null, from: [x, y]}\n",
    "the layer, then the op": "inputs: {x: [4]}\nlayers:\n- {Add: null, from: [x, x], name: y}\n- {ops.add: null, from: [x, y]}\n",
    "subtract": "inputs: {x: [4]}\nlayers:\n- {'ops.subtract': 1, name: y}\n- {Subtract: null, from: [x, y]}\n",
    "multiply": "inputs: {x: [4]}\nlayers:\n- {Multiply: null, from: [x, x]}\n- ops.multiply: 2\n",
    "a layer named as an op": "inputs: {x: [4, 2]}\nlayers:\n- {Dense: 2, name: mean}\n- ops.mean: {axis: 1}\n",
    "an input": "inputs: {i0: [4]}\nlayers:\n- ops.i0\n- Dense: 1\n",
    "an input of a nested model": (
        "inputs: {x: [4]}\nmodels: {m: {inputs: {square: [4]}, layers: [ops.square, {Dense: 4, name: square_1}]}}\n"
        "layers:\n- call: m\n- ops.square\n"
    ),
    "a nested model": (
        "inputs: {x: [4]}\nmodels: {square: {inputs: {a: [4]}, layers: [ops.square]}}\nlayers:\n- ops.square\n- call: square\n"
    ),
    "a shared layer": (
        "inputs: {x: [4]}\nshared: {tanh: {Dense: 4}}\nlayers:\n- ops.tanh\n- {call: tanh, name: a}\n- ops.tanh\n"
    ),
    "an output": "inputs: {x: [4]}\nlayers:\n- ops.relu\n- {Dense: 2, name: d}\noutputs: {relu: {from: d}}\n",
    "repeats": (
        "inputs: {x: [4]}\nblocks: {b: {inputs: [t], layers: [ops.add: 1, {Add: null, from: [t, t]}]}}\n"
        "layers:\n- {block: b, repeat: 2}\n- {'ops.add': 1, repeat: 3}\n- {block: b, name: add}\n"
    ),
    "an op that is several": "inputs: {x: [4]}\nlayers:\n- {Dense: 4, name: multiply}\n- ops.normalize: {axis: -1}\n",
    "an op that gives its tensor back": "inputs: {x: [4]}\nlayers:\n- {Dense: 4, name: d}\n- {'ops.cast': float32, name: c}\n",
    "an op with two results": (
        "inputs: {x: [4, 2]}\nlayers:\n- {'ops.moments': {axes: [1]}, name: m}\noutputs: {mean: m.0, variance: m.1}\n"
    ),
    "a mask within a nested model": (
        "inputs: {x: [4, 2]}\nmodels:\n  m:\n    inputs: {x: [4, 2]}\n    layers:\n    - {Masking: null, name: any}\n"
        "    - {Concatenate: null, from: [any, any]}\n    - LSTM: 2\nlayers:\n- {call: m, name: a}\n- {call: m, from: x}\n"
    ),
    "a random layer": "inputs: {x: [4]}\nlayers:\n- {Dropout: 0.5, name: seed_generator}\n- Dropout: 0.5\n",
    "an application": (
        "inputs: {x: [32, 32, 3]}\nmodels: {normalization: {EfficientNetB0: {weights: null, include_top: false, pooling: avg}}}\n"
        "layers:\n- Normalization: {mean: 0, variance: 1}\n- call: normalization\n"
    ),
}  # fmt: skip


def spec(name):
    return f"modelspec: 1\n{WRITTEN[name]}"


@pytest.mark.parametrize("name", WRITTEN)
def test_names_that_met_in_keras_do_not_meet_and_survive_a_file(name, tmp_path):
    model = built(spec(name))
    assert comes_back(model, tmp_path / "model.keras") == operations(model)


def test_without_fresh_names_some_of_them_do_meet():
    keras.backend.clear_session(free_memory=False)
    x = keras.Input((4,), name="i0")
    with pytest.raises(ValueError, match="used 2 times"):
        keras.Model(x, keras.ops.i0(x))


def test_an_op_is_called_as_its_step_is():
    model = built("modelspec: 1\ninputs: {x: [4]}\nlayers:\n- {'ops.add': 1, name: y}\n- {ops.split: {indices_or_sections: 2, axis: 1}, name: halves}\n"
                  "outputs: {a: halves.0, b: halves.1}\n")  # fmt: skip
    assert operations(model) == ["x", "y", "halves"]


FRESH = program(
    """
import json, sys
sys.path.insert(0, %r)
from tests.runtime.build.test_naming import operations
specs = json.load(sys.stdin)
def facts(text):
    model = build_model(check_text(text).network, compile=False).model
    return [operations(model), [variable.path for variable in model.variables], model.to_json()]
print(json.dumps([facts(text) for text in specs]))
""",
    BUILD_MODEL,
    CHECK_TEXT,
)


def test_each_process_gives_the_same_names_whatever_it_made_before():
    """The names, the paths of variables and the whole description of a model that Keras writes."""
    texts = [spec(name) for name in WRITTEN]
    folder = str(Path(__file__).parents[3])
    done = subprocess.run(
        [sys.executable, "-c", FRESH % folder], input=json.dumps(texts), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    fresh = json.loads(done.stdout.splitlines()[-1])
    before = (
        keras.ops.add(keras.Input((4,)), 1),
        keras.layers.Dropout(0.5),
        keras.applications.MobileNetV3Small(weights=None),
    )
    assert before
    for name, facts in zip(WRITTEN, fresh, strict=True):
        model = build_model(check_text(spec(name)).network, compile=False).model
        assert operations(model) == facts[0], name
        assert [variable.path for variable in model.variables] == facts[1], name
        assert json.loads(model.to_json()) == json.loads(facts[2]), name


def test_a_user_s_own_ops_go_on_from_a_built_model():
    """The counters come back as they were, and past all that the spec made: a larger model can be made around it."""
    keras.backend.clear_session(free_memory=False)
    own = keras.layers.Dense(2)
    with fresh_names(["add_2"]):
        assert (keras.layers.Dense(2).name, keras.ops.add(keras.Input((4,)), 1)._keras_history.operation.name) == (
            "dense", "add_3",
        )  # fmt: skip
    assert own.name == "dense"
    assert keras.layers.Dense(2).name == "dense_1"
    assert keras.ops.add(keras.Input((4,)), 1)._keras_history.operation.name == "add_4"


TRAINED = """\
modelspec: 1
inputs: {image: [32, 32, 3], words: {shape: [6], dtype: int32}}
%s
layers:
  - {call: base, from: image}
  - Dropout: 0.2
  - {Dense: 4, name: a}
  - Embedding: {input_dim: 10, output_dim: 4, mask_zero: true}
    from: words
    name: e
  - {Concatenate: null, from: [e, e]}
  - Bidirectional: {layer: {LSTM: {units: 3, dropout: 0.1}}}
  - {Dense: 4, name: b}
  - {ops.add: null, from: [a, b], name: y}
  - {Dense: {units: 1, activation: sigmoid}, name: label}
outputs: {label: {loss: bce, metrics: [auc, accuracy]}}
train: {epochs: 1, batch_size: 4, optimizer: adam, checkpoint: {every: 1 steps}}
data: {train: {synthetic: 8}, validation: {synthetic: 8}}
"""
BASES = {
    "a model": "shared: {d: {Dense: 2}}\nmodels: {base: {inputs: {i: [32, 32, 3]}, layers: [Flatten, ops.tanh, {call: d}]}}",
    "an application": "models: {base: {EfficientNetB0: {weights: null, include_top: false, pooling: avg, input_shape: [32, 32, 3]}}}",
}  # fmt: skip
COMMANDS = [
    "evaluate second", "predict second -o out.csv", "train spec.yaml --resume --run-dir second --set train.epochs=2",
    "reproduce second",
]  # fmt: skip
RUN = program(
    """
import os, sys
os.chdir(sys.argv[1])
for command in sys.argv[2:]:
    sys.argv = ["modelspec", *command.split()]
    try:
        main()
    except SystemExit as leaving:
        print(command, "ended", leaving.code or 0, flush=True)
""",
    MAIN,
)


@pytest.mark.parametrize("base", ["a model", pytest.param("an application", marks=pytest.mark.slow)])
def test_the_second_model_of_a_process_is_evaluated_predicted_resumed_and_reproduced_by_commands(base, tmp_path):
    (tmp_path / "spec.yaml").write_text(TRAINED % BASES[base])
    for run in ("first", "second"):
        modelspec.train(tmp_path / "spec.yaml", run_dir=tmp_path / run)
    done = subprocess.run([sys.executable, "-c", RUN, str(tmp_path), *COMMANDS], capture_output=True, text=True)
    ended = [line.rpartition(" ")[2] for line in done.stdout.splitlines() if " ended " in line]
    assert ended == ["0"] * len(COMMANDS), done.stdout[-3000:] + done.stderr[-3000:]


def test_the_weights_of_an_application_have_the_same_paths_in_its_second_model():
    network = check_text(spec("an application")).network
    assert list(weight_values(build_model(network))) == list(weight_values(build_model(network)))
