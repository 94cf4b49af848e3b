"""What arguments are called today that older versions of Keras call otherwise, and the answer for any unknown argument.

Only words, loaded where an argument is unknown. A text in backticks can be written as it stands, in the argument's place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from modelspec.language.meant.foreign_arguments import FOREIGN, FOREIGN_RENAMED, OF_SOURCE, ROWS

_CAUSAL = "remove it, and write `use_causal_mask: true` in the step's `from`, beside `query` and `value`"

OF_CLASS: dict[str, dict[str, str]] = {
    "ModelCheckpoint": {
        "period": "remove it: it saves after each epoch, and `save_freq` counts batches",
        "load_weights_on_restart": "remove it: `modelspec train --resume RUN` resumes a run",
        "options": "remove it",
    },
    "ReduceLROnPlateau": {"epsilon": "min_delta"},
    "TensorBoard": {
        "batch_size": "remove it: the batch size is `batch_size` of `train`",
        "embeddings_data": "remove it",
        "embeddings_layer_names": "remove it: `embeddings_freq` is for every Embedding",
        "embeddings_metadata": "remove it",
        "write_grads": "remove it: gradients are no longer written",
    },
    "MaxNorm": {"m": "max_value"},
    "MinMaxNorm": {"low": "min_value", "high": "max_value"},
    "RandomNormal": {"scale": "stddev"},
    "TruncatedNormal": {"scale": "stddev"},
    "RandomUniform": {"scale": "write `minval: -{value}, maxval: {value}`"},
    "Orthogonal": {"scale": "gain"},
    "Identity": {"scale": "gain"},
    "L1": {"l": "l1"},
    "L2": {"l": "l2"},
    "BatchNormalization": {
        "beta_init": "beta_initializer",
        "gamma_init": "gamma_initializer",
        "mode": "remove it: it normalizes each feature over the batch, as `mode: 0` did",
        "fused": "remove it: Keras chooses the faster way itself",
        "virtual_batch_size": "remove it: the whole batch is normalized together",
        "adjustment": "remove it",
    },
    "CategoryEncoding": {"max_tokens": "num_tokens"},
    "Discretization": {"bins": "bin_boundaries"},
    "IntegerLookup": {"mask_value": "mask_token", "max_values": "max_tokens", "oov_value": "oov_token"},
    "TextVectorization": {"vocabulary_size": "remove it: the vocabulary gives the size", "has_input_vocabulary": "remove it"},
    "Embedding": {
        "dropout": "remove it, and put the step `SpatialDropout1D: {value}` after this one",
        "sparse": "remove it",
        "use_one_hot_matmul": "remove it",
        "input_length": "remove it: the length comes from the input's shape",
    },
    "LSTM": {"forget_bias_init": "write `unit_forget_bias: true`", "forget_bias": "write `unit_forget_bias: true`"},
    "LSTMCell": {"forget_bias_init": "write `unit_forget_bias: true`", "forget_bias": "write `unit_forget_bias: true`"},
    "ConvLSTM1D": {"forget_bias_init": "write `unit_forget_bias: true`"},
    "ConvLSTM2D": {"forget_bias_init": "write `unit_forget_bias: true`"},
    "ConvLSTM3D": {"forget_bias_init": "write `unit_forget_bias: true`"},
    "LeakyReLU": {"alpha": "negative_slope"},
    "ReLU": {"alpha": "negative_slope"},
    "PReLU": {"init": "alpha_initializer"},
    "Reshape": {"dims": "target_shape"},
    "StackedRNNCells": {"reverse_state_order": "remove it"},
    "UpSampling1D": {"length": "size"},
    "RandomRotation": {"value_range": "remove it"},
    "Concatenate": {"concat_axis": "axis"},
    "Dot": {"dot_axes": "axes"},
    "Attention": {"causal": _CAUSAL},
    "AdditiveAttention": {"causal": _CAUSAL},
    "Nadam": {"schedule_decay": "remove it"},
    "LossScaleOptimizer": {"dynamic": "remove it: the scale always adapts"},
}  # fmt: skip
"""By class: an old argument of Keras -> the argument of today, or what to do."""

RENAMED: dict[str, tuple[str, ...]] = {
    "W_constraint": ("kernel_constraint", "embeddings_constraint", "depthwise_constraint"),
    "W_regularizer": ("kernel_regularizer", "embeddings_regularizer", "depthwise_regularizer"),
    "U_regularizer": ("recurrent_regularizer",),
    "U_constraint": ("recurrent_constraint",),
    "atrous_rate": ("dilation_rate",),
    "b_constraint": ("bias_constraint",),
    "b_regularizer": ("bias_regularizer",),
    "bias": ("use_bias",),
    "border_mode": ("padding",),
    "cropping_size": ("cropping",),
    "dim_ordering": ("data_format",),
    "dropout_U": ("recurrent_dropout",),
    "dropout_W": ("dropout",),
    "filter_length": ("kernel_size",),
    "init": ("kernel_initializer", "embeddings_initializer", "alpha_initializer", "depthwise_initializer"),
    "inner_activation": ("recurrent_activation",),
    "inner_init": ("recurrent_initializer",),
    "lr": ("learning_rate",),
    "nb_filter": ("filters",),
    "pool_length": ("pool_size",),
    "stride": ("strides",),
    "subsample": ("strides",),
    "subsample_length": ("strides",),
    "nb_row": ("kernel_size",),
    "nb_col": ("kernel_size",),
    "kernel_dim1": ("kernel_size",),
    "kernel_dim2": ("kernel_size",),
    "kernel_dim3": ("kernel_size",),
    "output_dim": ("units",),
    "num_units": ("units",),
    "p": ("rate",),
    "sigma": ("stddev",),
    "theta": ("threshold",),
}
"""An old argument of Keras -> the arguments of today that can be meant; the first that the class has."""

GONE: dict[str, dict[str, str]] = {
    "keras.layers": {
        "batch_input_shape": "remove it, and declare the input under `inputs`",
        "batch_shape": "remove it, and declare the input under `inputs`",
        "batch_size": "remove it: the batch size is `batch_size` of `train`",
        "input_dim": "remove it, and declare the input under `inputs`",
        "input_length": "remove it: the length comes from the input's shape",
        "input_shape": "remove it, and declare the input under `inputs`",
        "input_tensor": "remove it, and name the input in the step's `from`",
        "weights": (
            "remove it: weights come from initializers, such as `{{npz: {{path: FILE, array: NAME}}}}`, or from `init_from` "
            "of `train`"
        ),
        "implementation": "remove it: Keras chooses the faster way itself",
        "consume_less": "remove it: Keras chooses the faster way itself",
        "time_major": f"remove it: {ROWS}",
        "enable_caching_device": "remove it",
        "return_runtime": "remove it",
        "reuse": "remove it: a layer that is used again goes under `shared`, and `call` uses it",
        "mode": "remove it: the layer's name says what it does",
        "mask_value": "remove it, and put a step `Masking` before this one",
        "cell_clip": "remove it",
        "num_proj": "remove it",
        "num_proj_shards": "remove it",
        "num_unit_shards": "remove it",
        "proj_clip": "remove it",
        "state_is_tuple": "remove it",
        "use_peepholes": "remove it",
        "initializer": "write `kernel_initializer: {value}`",
    },
    "keras.optimizers": {
        "jit_compile": "remove it, and write `jit_compile` under `train`",
        "schedule_decay": "remove it",
        "is_legacy_optimizer": "remove it",
        "ema_option": "remove it: write `use_ema: true` for averaged weights",
        "gradients_clip_option": "remove it: write `clipnorm` or `clipvalue`",
        "mesh": "remove it",
    },
    "keras.metrics": {"reduction": "remove it: a metric is the mean over all rows", "axis": "remove it"},
    "keras.initializers": {
        "dim_ordering": "remove it",
        "dtype": "remove it: a weight has the dtype of its layer",
        "shape": "remove it: a weight has the shape that its layer gives it",
    },
}
"""By kind of class: an old argument of Keras without an equal today, and what to do; not told where the class has it."""


class Old(NamedTuple):
    """An argument by another name: the argument that takes its value today, if one does, and what to do."""

    new: str | None
    help: str
    of_keras: bool
    """Whether Keras itself once called it so."""


def old_argument(entry: Any, name: str, given: Mapping[str, object]) -> Old | None:
    """What to write for an argument that the class `entry` does not have; `given` are the object's arguments."""
    known, owner, kind = entry.model_fields, entry.__name__, getattr(entry, "keras_module", "")
    kind = "keras.optimizers" if kind.startswith("keras.optimizers") and "schedules" not in kind else kind
    kind = "keras.layers" if kind.startswith("keras.layers") else kind
    own = (OF_CLASS.get(owner) or OF_SOURCE.get(owner) or {}).get(name)
    if own is not None and (own in known or " " in own or own == "remove it"):
        of_keras = kind.startswith("keras")
        return (
            Old(own, f"write `{own}`", of_keras)
            if own in known
            else Old(None, _filled(own, owner, name, given), of_keras)
        )
    decays = kind == "keras.optimizers" and name in ("decay", "lr_decay")
    for table, of_keras in ((RENAMED, True), (FOREIGN_RENAMED, False)):
        new = next((item for item in table.get(name, ()) if item in known), None)
        if new is not None and not decays and (of_keras or name not in GONE.get(kind, {})):
            return Old(new, f"write `{new}`", of_keras)
    for gone, of_keras in ((GONE, True), (FOREIGN, decays)):
        help = gone.get(kind, {}).get(name)
        if help is not None:
            return _where_it_fits(Old(None, _filled(help, owner, name, given), of_keras), known)
    return None


def _where_it_fits(old: Old, known: Mapping[str, object]) -> Old | None:
    """None where what would be written is no argument of the class either."""
    if not old.help.startswith("write `"):
        return old
    text = old.help.split("`")[1]
    names = [text.split(":", 1)[0]] if "{" in text else [part.split(":", 1)[0].strip() for part in text.split(",")]
    return old if all(name in known for name in names) else None


def _filled(help: str, owner: str, name: str, given: Mapping[str, object]) -> str:
    """The words with the value that was given in them, where they speak of it."""
    value = given.get(name)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    rest = f"{1 - value:.6g}" if number and 0 <= value < 1 else "0.5"  # type: ignore[operator]
    betas = "beta_1: 0.9, beta_2: 0.999"
    if isinstance(value, list | tuple) and len(value) == 2:
        betas = f"beta_1: {value[0]}, beta_2: {value[1]}"
    rate = next((given[key] for key in ("learning_rate", "lr") if isinstance(given.get(key), float)), 0.001)
    slower = f"decay_rate: {value if number and value else 0.001}"
    decay = f"{{InverseTimeDecay: {{initial_learning_rate: {rate}, decay_steps: 1, {slower}}}}}"
    shown = str(value).lower() if isinstance(value, bool) else str(value) if number or isinstance(value, str) else "0.1"
    return help.format(value=shown, rest=rest, betas=betas, decay=decay, owner=owner) if "{" in help else help
