"""Names of Keras 1 and Keras 2 that are gone, and what is written today.

Only words: where an old name is found, the reader adds these to its message.
"""

from __future__ import annotations

LEGACY_ARGUMENTS: dict[str, str] = {
    "W_constraint": "kernel_constraint",
    "W_regularizer": "kernel_regularizer",
    "U_regularizer": "recurrent_regularizer",
    "atrous_rate": "dilation_rate",
    "b_constraint": "bias_constraint",
    "b_regularizer": "bias_regularizer",
    "bias": "use_bias",
    "border_mode": "padding",
    "consume_less": "unroll",
    "decay": "a learning-rate schedule under `learning_rate`",
    "dim_ordering": "data_format",
    "dropout_U": "recurrent_dropout",
    "dropout_W": "dropout",
    "filter_length": "kernel_size",
    "init": "kernel_initializer",
    "inner_activation": "recurrent_activation",
    "inner_init": "recurrent_initializer",
    "lr": "learning_rate",
    "nb_epoch": "epochs",
    "nb_filter": "filters",
    "pool_length": "pool_size",
    "samples_per_epoch": "steps_per_epoch",
    "stride": "strides",
    "subsample": "strides",
    "subsample_length": "strides",
    "nb_row": "kernel_size",
    "nb_col": "kernel_size",
    "output_dim": "units",
    "p": "rate",
    "sigma": "stddev",
    "concat_axis": "axis",
    "period": "save_freq",
}
"""Old argument -> the argument of today; used only where the old one is not an argument today."""

LEGACY_GONE: dict[str, str] = {
    "batch_input_shape": "declare the input under `inputs`",
    "input_dim": "declare the input under `inputs`",
    "input_length": "remove it: the length comes from the input's shape",
    "input_shape": "declare the input under `inputs`",
    "mask_value": "use a Masking layer",
    "verbose": "progress is shown by the command line",
    "workers": "remove it: loading is modelspec's own",
    "forget_bias_init": "write `unit_forget_bias: true`",
    "mode": "write the layer of that name: Concatenate, Add, Multiply, Average, Maximum, Dot",
    "dot_axes": "write the layer Dot with `axes`",
}
"""Old argument -> what to do instead, where no argument took its place."""

LEGACY_KEYS: dict[str, str] = {
    "input": "inputs",
    "output": "outputs",
    "compile": "train",
    "fit": "train",
    "model": "layers",
    "nb_epoch": "epochs",
    "optimiser": "optimizer",
    "validation_split": "data: {validation: {split: 0.1}}",
    "validation_data": "data: {validation: ...}",
    "loss_weights": "`loss_weight` of each output under `outputs`",
}
"""Old or foreign key of a spec -> the key of today."""

LEGACY_LAYERS: dict[str, str] = {
    "AtrousConvolution1D": "Conv1D with `dilation_rate`",
    "AtrousConvolution2D": "Conv2D with `dilation_rate`",
    "CuDNNGRU": "GRU",
    "CuDNNLSTM": "LSTM",
    "Deconvolution2D": "Conv2DTranspose",
    "Highway": "Dense layers and ops",
    "LocallyConnected1D": "Conv1D",
    "LocallyConnected2D": "Conv2D",
    "MaxoutDense": "Dense and Maximum",
    "Merge": "Concatenate, Add, Multiply, Average, Maximum or Dot",
    "merge": "Concatenate, Add, Multiply, Average, Maximum or Dot",
    "SimpleRnn": "SimpleRNN",
    "SpatialDropout": "SpatialDropout2D",
    "TimeDistributedDense": "TimeDistributed: {layer: {Dense: ...}}",
    "Input": "the key `inputs`",
}
"""Old layer -> what is written today."""

LEGACY_VALUES: dict[str, str] = {"th": "channels_first", "tf": "channels_last", "full": "same"}
"""Old value -> the value of today, for choices."""


def renamed_argument(name: str, arguments: object) -> str | None:
    """What to write instead of an old argument, given the arguments of today; None if the name was never one."""
    known = set(arguments) if isinstance(arguments, dict | list | tuple | set | frozenset) else set()
    new = LEGACY_ARGUMENTS.get(name)
    if new is not None and (new in known or " " in new or not known):
        return f"write {new}" if " " in new else f"write `{new}`"
    return LEGACY_GONE.get(name)
