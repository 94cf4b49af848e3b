"""What arguments are called today that older versions of Keras, PyTorch or TensorFlow 1 call otherwise.

Only words, loaded where an argument is unknown. A text in backticks can be written as it stands, in the argument's place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

_ROWS = "sequences always come as (batch, steps, features)"
_FLOW = "remove it: the size comes from the step's input"
_BY_ITSELF = "remove it: it is inferred"
_TRAINING = "remove it: such a layer acts so during training only"

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

OF_SOURCE: dict[str, dict[str, str]] = {
    "Csv": {
        **dict.fromkeys(
            ("columns", "usecols", "features", "names", "inputs"),
            "remove it: each input names its columns, `columns: [a, b]`, under `inputs`",
        ),
        **dict.fromkeys(
            ("target", "targets", "label", "labels", "label_column", "y"),
            "remove it: each output names its column, `column: price`, under `outputs`",
        ),
        "sep": "delimiter",
        "separator": "delimiter",
        "file": "path",
        "filename": "path",
        "index_col": "remove it: columns that the spec does not name are ignored",
        "encoding": "remove it: files are UTF-8",
        "skiprows": "remove it, and those lines of the file",
    },
}  # fmt: skip
"""By kind of source: what other tools take -> the argument of today, or what to do."""

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
        "time_major": f"remove it: {_ROWS}",
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

FOREIGN_RENAMED: dict[str, tuple[str, ...]] = {
    "activation_fn": ("activation",),
    "accumulate_grad_batches": ("gradient_accumulation_steps",),
    "a": ("minval",),
    "alpha": ("rho", "negative_slope"),
    "b": ("maxval",),
    "beta": ("delta",),
    "beta1": ("beta_1",),
    "beta2": ("beta_2",),
    "biases_initializer": ("bias_initializer",),
    "bias_init": ("bias_initializer",),
    "channels": ("filters",),
    "clip_norm": ("clipnorm",),
    "decay": ("momentum",),
    "dilation": ("dilation_rate",),
    "dim": ("axis", "units"),
    "drop_prob": ("rate",),
    "drop_rate": ("rate",),
    "embedding_dim": ("output_dim",),
    "embedding_size": ("output_dim",),
    "eps": ("epsilon",),
    "filename": ("filepath",),
    "file": ("filepath",),
    "grad_clip": ("clipnorm",),
    "gradient_clip_val": ("clipnorm",),
    "heads": ("num_heads",),
    "hidden_dim": ("units",),
    "hidden_size": ("units",),
    "hidden_units": ("units",),
    "high": ("maxval", "max_value"),
    "ignore_index": ("ignore_class",),
    "kernel": ("kernel_size", "pool_size"),
    "kernel_init": ("kernel_initializer",),
    "kernel_shape": ("kernel_size",),
    "kernel_size": ("pool_size",),
    "kernels": ("filters",),
    "l": ("l2", "l1"),
    "lambda": ("l2", "l1"),
    "lmbda": ("l2", "l1"),
    "low": ("minval", "min_value"),
    "max_norm": ("clipnorm",),
    "max_grad_norm": ("clipnorm",),
    "metric": ("monitor",),
    "min_learning_rate": ("min_lr",),
    "momentum_decay": ("momentum",),
    "n_filters": ("filters",),
    "n_heads": ("num_heads",),
    "n_units": ("units",),
    "nb_units": ("units",),
    "neurons": ("units",),
    "nhead": ("num_heads",),
    "nodes": ("units",),
    "nonlinearity": ("activation",),
    "num_embeddings": ("input_dim",),
    "num_filters": ("filters",),
    "num_groups": ("groups",),
    "num_hidden": ("units",),
    "num_kernels": ("filters",),
    "num_outputs": ("units", "filters"),
    "out_channels": ("filters",),
    "out_features": ("units",),
    "output_channels": ("filters",),
    "output_size": ("units",),
    "path": ("filepath", "log_dir"),
    "perm": ("dims",),
    "prob": ("rate",),
    "probability": ("rate",),
    "rate": ("dilation_rate",),
    "restore_best": ("restore_best_weights",),
    "save_best": ("save_best_only",),
    "scale_factor": ("size",),
    "shape": ("target_shape",),
    "size": ("units", "kernel_size", "pool_size", "target_shape"),
    "slope": ("negative_slope",),
    "std": ("stddev",),
    "std_dev": ("stddev",),
    "threshold": ("min_delta", "thresholds"),
    "top_k": ("k",),
    "val": ("value",),
    "value_dim_size": ("value_dim",),
    "vdim": ("value_dim",),
    "vocab": ("vocabulary",),
    "vocab_size": ("input_dim", "max_tokens"),
    "vocabulary_size": ("input_dim", "max_tokens"),
    "wd": ("weight_decay",),
    "weights_initializer": ("kernel_initializer",),
    "weights_regularizer": ("kernel_regularizer",),
    "width": ("units",),
}
"""What other libraries call an argument -> the arguments of Keras that can be meant; the first that the class has."""

FOREIGN: dict[str, dict[str, str]] = {
    "keras.layers": {
        "add_bias_kv": "remove it",
        "add_zero_attn": "remove it",
        "affine": "write `center: {value}, scale: {value}`",
        "align_corners": "remove it",
        "batch_first": f"remove it: {_ROWS}",
        "bidirectional": "remove it, and wrap the layer: `Bidirectional: {{layer: {{{owner}: …}}}}`",
        "ceil_mode": "write `padding: same`",
        "count_include_pad": "remove it",
        "elementwise_affine": "write `center: {value}, scale: {value}`",
        "embed_dim": "write `key_dim`, the size of one head: the whole size divided by `num_heads`",
        "end_dim": "remove it: Flatten keeps the batch and joins all other axes",
        "in_channels": _FLOW,
        "in_dim": _FLOW,
        "in_features": _FLOW,
        "inplace": "remove it",
        "input_size": _FLOW,
        "is_training": _TRAINING,
        "kdim": _FLOW,
        "keep_prob": "write `rate: {rest}`, the part that is dropped",
        "norm_type": "remove it",
        "normalized_shape": "remove it: `axis` says which axes are normalized",
        "normalizer_fn": "remove it, and put a step `BatchNormalization` after this one",
        "normalizer_params": "remove it, and put a step `BatchNormalization` after this one",
        "num_channels": _FLOW,
        "num_features": _FLOW,
        "num_layers": "remove it, and write a step for each of the layers, all but the last with `return_sequences: true`",
        "num_parameters": "remove it: `shared_axes` says which axes share a number",
        "padding_idx": "write `mask_zero: true`, with 0 for the padding",
        "padding_mode": "remove it, and put a step `ops.pad` with that `mode` before this one",
        "proj_size": "remove it",
        "return_indices": "remove it",
        "scale_grad_by_freq": "remove it",
        "scope": "remove it, and write `name:` beside the layer, as a key of the step",
        "start_dim": "remove it: Flatten keeps the batch and joins all other axes",
        "track_running_stats": _BY_ITSELF,
        "training": _TRAINING,
        "device": "remove it: training runs on the device that the machine has",
        "requires_grad": "write `trainable: {value}`",
        "frozen": "write `trainable: false`",
        "freeze": "write `trainable: false`",
        "l2": "write `kernel_regularizer: {{L2: {value}}}`",
        "weight_decay": "write `kernel_regularizer: {{L2: {value}}}`",
        "dropout": "remove it, and put the step `Dropout: {value}` after this one",
        "batch_norm": "remove it, and put a step `BatchNormalization` after this one",
    },
    "keras.losses": {
        "weight": "remove it, and write `class_weight` under `train`",
        "pos_weight": "remove it, and write `class_weight` under `train`",
        "size_average": "remove it: the mean is taken unless `reduction` says otherwise",
        "reduce": "remove it: the mean is taken unless `reduction` says otherwise",
    },
    "keras.optimizers": {
        "betas": "write `{betas}`",
        "capturable": "remove it",
        "dampening": "remove it",
        "decay": "write `learning_rate: {decay}` in place of the rate",
        "lr_decay": "write `learning_rate: {decay}` in place of the rate",
        "differentiable": "remove it",
        "foreach": "remove it",
        "fused": "remove it",
        "maximize": "remove it",
        "params": "remove it: all weights that are not frozen are trained",
        "scheduler": "write `learning_rate: {{CosineDecay: {{initial_learning_rate: 0.001, decay_steps: 1000}}}}`",
        "schedule": "write `learning_rate: {{CosineDecay: {{initial_learning_rate: 0.001, decay_steps: 1000}}}}`",
    },
    "keras.metrics": {
        "task": "remove it: the metric's name says what it measures",
        "from_logits": "remove it, and let the output end in the activation",
    },
    "keras.callbacks": {
        "dirpath": "remove it: everything a run writes is below its run directory",
        "every_n_epochs": "remove it: it saves after each epoch",
        "optimizer": "remove it: it is for the optimizer of `train`",
        "save_top_k": "write `save_best_only: true`",
        "model": "remove it",
        "epochs": "remove it: `epochs` goes under `train`",
    },
}
"""By kind of class: an argument of other libraries without an equal in Keras, and what to do."""


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
