"""Old and foreign names of arguments: each new name is an argument of the class, and the advice is good when followed."""

import pytest

from modelspec.catalogue.kinds import KINDS, find
from modelspec.language.meant.foreign_arguments import FOREIGN, FOREIGN_RENAMED
from modelspec.language.meant.old_arguments import GONE, OF_CLASS, RENAMED, old_argument
from modelspec.pipeline import check_text

KINDS_WITH_ARGUMENTS = [kind for kind in KINDS if kind not in ("activation", "application")]
ENTRIES = [find(kind, name) for kind in KINDS_WITH_ARGUMENTS for name in KINDS[kind].classes]
NAMES = sorted({
    *RENAMED, *FOREIGN_RENAMED, *(name for table in (*GONE.values(), *FOREIGN.values()) for name in table),
    *(name for table in OF_CLASS.values() for name in table),
})  # fmt: skip


def test_each_class_with_old_arguments_of_its_own_is_in_the_catalogue_and_lacks_them():
    by_name = {}
    for entry in ENTRIES:
        by_name.setdefault(entry.__name__, []).append(entry)
    for owner, table in OF_CLASS.items():
        assert owner in by_name, owner
        for old, new in table.items():
            assert any(old not in entry.model_fields for entry in by_name[owner]), (owner, old)
            assert " " in new or any(new in entry.model_fields for entry in by_name[owner]), (owner, new)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry.keras_module}.{entry.__name__}")
def test_what_is_to_be_written_is_an_argument_of_the_class(entry):
    for name in NAMES:
        old = None if name in entry.model_fields else old_argument(entry, name, {name: 0.5})
        if old is None:
            continue
        for value in ([1, 2], [[1], [2]], "file.npz", True, None, {"a": 1}):
            assert old_argument(entry, name, {name: value}).new == old.new
        assert "{{" not in old.help and "}}}}" not in old.help, old.help
        assert old.new is None or old.new in entry.model_fields
        if old.new is None and old.help.startswith("write `"):
            assert old.help.split("`")[1].split(":")[0] in entry.model_fields, (entry.__name__, name, old.help)


def step(layer, inputs="[20, 20, 6]", more=""):
    return f"modelspec: 1\ninputs: {{x: {inputs}}}\nlayers:\n  - {layer}\n    name: y\n{more}"


def training(optimizer="adam", callbacks="[]"):
    return f"outputs: {{y: {{loss: mse, metrics: [mae]}}}}\ntrain: {{optimizer: {optimizer}, callbacks: {callbacks}}}\n"


def optimizer(text):
    return step("Dense: 1", "[4]", training(optimizer=text))


def callback(text):
    return step("Dense: 1", "[4]", training(callbacks=f"[{text}]"))


IMAGE, SERIES, ROWS, WORDS = "[20, 20, 6]", "[20, 6]", "[6]", "{shape: [6], dtype: int32}"
FOLLOWED = {
    "LeakyReLU alpha": (step("LeakyReLU: {alpha: 0.1}"), "alpha"),
    "BatchNormalization mode": (step("BatchNormalization: {mode: 0}"), "mode"),
    "BatchNormalization beta_init": (step("BatchNormalization: {beta_init: zeros}"), "beta_init"),
    "BatchNormalization eps": (step("BatchNormalization: {eps: 1e-5}"), "eps"),
    "BatchNormalization affine": (step("BatchNormalization: {affine: false}"), "affine"),
    "BatchNormalization num_features": (step("BatchNormalization: {num_features: 6}"), "num_features"),
    "Dense output_dim": (step("Dense: {output_dim: 3}"), "output_dim"),
    "Dense init": (step("Dense: {units: 3, init: glorot_uniform}"), "init"),
    "Dense W_regularizer": (step("Dense: {units: 3, W_regularizer: l2}"), "W_regularizer"),
    "Dense out_features": (step("Dense: {out_features: 3}"), "out_features"),
    "Dense in_features": (step("Dense: {units: 3, in_features: 6}"), "in_features"),
    "Dense bias": (step("Dense: {units: 3, bias: false}"), "bias"),
    "Dense input_shape": (step("Dense: {units: 3, input_shape: [6]}"), "input_shape"),
    "Dense weight_decay": (step("Dense: {units: 3, weight_decay: 0.01}"), "weight_decay"),
    "Conv2D nb_filter": (step("Conv2D: {nb_filter: 3, kernel_size: 3}"), "nb_filter"),
    "Conv2D border_mode": (step("Conv2D: {filters: 3, kernel_size: 3, border_mode: same}"), "border_mode"),
    "Conv2D subsample": (step("Conv2D: {filters: 3, kernel_size: 3, subsample: [2, 2]}"), "subsample"),
    "Conv2D stride": (step("Conv2D: {filters: 3, kernel_size: 3, stride: 2}"), "stride"),
    "Conv2D out_channels": (step("Conv2D: {out_channels: 3, kernel_size: 3}"), "out_channels"),
    "Conv2D dilation": (step("Conv2D: {filters: 3, kernel_size: 3, dilation: 2}"), "dilation"),
    "Conv2D num_outputs": (step("Conv2D: {num_outputs: 3, kernel_size: 3}"), "num_outputs"),
    "SeparableConv2D init": (step("SeparableConv2D: {filters: 3, kernel_size: 3, init: zeros}"), "init"),
    "MaxPooling1D pool_length": (step("MaxPooling1D: {pool_length: 2}", SERIES), "pool_length"),
    "MaxPooling2D kernel_size": (step("MaxPooling2D: {kernel_size: 2}"), "kernel_size"),
    "MaxPooling2D ceil_mode": (step("MaxPooling2D: {pool_size: 2, ceil_mode: true}"), "ceil_mode"),
    "UpSampling1D length": (step("UpSampling1D: {length: 2}", SERIES), "length"),
    "UpSampling2D scale_factor": (step("UpSampling2D: {scale_factor: 2}"), "scale_factor"),
    "Dropout p": (step("Dropout: {p: 0.5}"), "p"),
    "Dropout keep_prob": (step("Dropout: {keep_prob: 0.8}"), "keep_prob"),
    "GaussianNoise sigma": (step("GaussianNoise: {sigma: 0.5}"), "sigma"),
    "LSTM inner_init": (step("LSTM: {units: 3, inner_init: orthogonal}", SERIES), "inner_init"),
    "LSTM forget_bias_init": (step("LSTM: {units: 3, forget_bias_init: one}", SERIES), "forget_bias_init"),
    "LSTM consume_less": (step("LSTM: {units: 3, consume_less: mem}", SERIES), "consume_less"),
    "LSTM hidden_size": (step("LSTM: {hidden_size: 3}", SERIES), "hidden_size"),
    "LSTM batch_first": (step("LSTM: {units: 3, batch_first: true}", SERIES), "batch_first"),
    "SimpleRNN nonlinearity": (step("SimpleRNN: {units: 3, nonlinearity: relu}", SERIES), "nonlinearity"),
    "Embedding num_embeddings": (step("Embedding: {num_embeddings: 3, output_dim: 2}", WORDS), "num_embeddings"),
    "Embedding padding_idx": (step("Embedding: {input_dim: 3, output_dim: 2, padding_idx: 0}", WORDS), "padding_idx"),
    "Embedding init": (step("Embedding: {input_dim: 3, output_dim: 2, init: uniform}", WORDS), "init"),
    "Embedding input_length": (step("Embedding: {input_dim: 3, output_dim: 2, input_length: 6}", WORDS), "input_length"),
    "CategoryEncoding max_tokens": (step("CategoryEncoding: {max_tokens: 9}", WORDS), "max_tokens"),
    "Discretization bins": (step("Discretization: {bins: [0.0, 1.0]}", ROWS), "bins"),
    "Reshape shape": (step("Reshape: {shape: [3, 2]}", ROWS), "shape"),
    "Permute perm": (step("Permute: {perm: [2, 1]}", SERIES), "perm"),
    "Softmax dim": (step("Softmax: {dim: -1}"), "dim"),
    "Orthogonal scale": (step("Dense: {units: 3, kernel_initializer: {Orthogonal: {scale: 1.1}}}"), "scale"),
    "RandomUniform scale": (step("Dense: {units: 3, kernel_initializer: {RandomUniform: {scale: 0.1}}}"), "scale"),
    "RandomNormal std": (step("Dense: {units: 3, kernel_initializer: {RandomNormal: {std: 0.1}}}"), "std"),
    "L2 l": (step("Dense: {units: 3, kernel_regularizer: {L2: {l: 0.1}}}"), "l"),
    "L2 lambda": (step("Dense: {units: 3, kernel_regularizer: {L2: {lambda: 0.1}}}"), "lambda"),
    "MaxNorm m": (step("Dense: {units: 3, kernel_constraint: {MaxNorm: {m: 2}}}"), "m"),
    "Adam lr": (optimizer("{Adam: {lr: 0.01}}"), "lr"),
    "SGD decay": (optimizer("{SGD: {decay: 1e-6}}"), "decay"),
    "Adam betas": (optimizer("{Adam: {betas: [0.8, 0.99]}}"), "betas"),
    "Adam eps": (optimizer("{Adam: {eps: 1e-8}}"), "eps"),
    "RMSprop alpha": (optimizer("{RMSprop: {alpha: 0.9}}"), "alpha"),
    "Nadam schedule_decay": (optimizer("{Nadam: {schedule_decay: 0.004}}"), "schedule_decay"),
    "SGD dampening": (optimizer("{SGD: {dampening: 0}}"), "dampening"),
    "ReduceLROnPlateau epsilon": (callback("{ReduceLROnPlateau: {monitor: loss, epsilon: 0.1}}"), "epsilon"),
    "ReduceLROnPlateau threshold": (callback("{ReduceLROnPlateau: {monitor: loss, threshold: 0.1}}"), "threshold"),
    "ModelCheckpoint period": (callback("{ModelCheckpoint: {filepath: w.keras, period: 2}}"), "period"),
    "ModelCheckpoint filename": (callback("{ModelCheckpoint: {filename: w.keras}}"), "filename"),
    "EarlyStopping restore_best": (callback("{EarlyStopping: {monitor: loss, patience: 2, restore_best: true}}"), "restore_best"),
    "TensorBoard write_grads": (callback("{TensorBoard: {log_dir: logs, write_grads: false}}"), "write_grads"),
}  # fmt: skip


def follow(text, problem, old):
    """The text with the argument `old` changed as the help of its problem says."""
    line = problem.span.line - 1
    lines = text.split("\n")
    at = problem.span.column - 1
    before, after = lines[line][:at], lines[line][at:]
    assert after.startswith(f"{old}:")
    value, depth = len(old) + 1, 0
    while depth or after[value] not in ",}":
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(after[value], 0)
        value += 1
    if problem.help.startswith("write `"):
        new = problem.help.split("`")[1]
        new = new if ":" in new else new + after[len(old) : value]
    else:
        assert problem.help.startswith("remove it"), problem.help
        new, before, value = (
            "",
            before.removesuffix(", "),
            value + (2 if not before.endswith(", ") and after[value] == "," else 0),
        )
    lines[line] = before + new + after[value:]
    return "\n".join(lines)


@pytest.mark.parametrize("case", FOLLOWED)
def test_the_advice_followed_as_it_stands_is_valid_and_nothing_else_is_told_before(case):
    text, old = FOLLOWED[case]
    found = check_text(text, "spec.yaml").diagnostics
    assert [item.code for item in found] in (["MS201"], ["MS213"]), found
    right = follow(text, found[0], old)
    assert check_text(right, "spec.yaml").diagnostics == (), right


@pytest.mark.parametrize("argument", ["initial_state: x", "mask: x", "training: true"])
def test_an_argument_of_the_call_is_sent_to_from(argument):
    found = check_text(step(f"LSTM: {{units: 3, {argument}}}", SERIES), "spec.yaml").diagnostics
    assert "from" in found[0].help or found[0].help.startswith("remove it"), found[0].help


def test_an_argument_that_is_there_already_is_not_suggested():
    found = check_text(step("Dense: {units: 3, unit: 4}"), "spec.yaml").diagnostics
    assert [item.code for item in found] == ["MS201"] and "'units'" not in found[0].help
