"""What an argument is for, in one sentence: Keras's own words from words.json, and ours where Keras says too little.

words.json is made by `python -m docs.keras_words`.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

ALWAYS: dict[str, str] = {
    "activity_regularizer": "A penalty on the output of the layer, added to the loss.",
    "autocast": "Whether floating-point inputs are cast to the dtype that the layer computes in.",
    "beta_1": "How much of the running average of gradients each step keeps.",
    "beta_2": "How much of the running average of squared gradients each step keeps.",
    "data_format": "Where the channels are: channels_last is (batch, ..., channels), channels_first is (batch, channels, ...).",
    "input_shape": "The shape of the images, without the batch axis; null is an axis of any size.",
    "learning_rate": "How far each step goes: a number, or a schedule.",
    "seed": "The seed of the random numbers; null takes it from the seed of the run.",
    "trainable": "Whether training changes the weights.",
}
"""Arguments that mean the same wherever they stand; these words go before Keras's."""

_BY_MODULE: dict[str, dict[str, str]] = {
    "keras.layers": {"dtype": "The dtype, or mixed precision, that the layer computes in and keeps its weights in."},
    "keras.losses": {"dtype": "The dtype that the loss is computed in.", "name": "The name of the loss."},
    "keras.metrics": {
        "dtype": "The dtype that the metric is kept in.",
        "name": "The name of the metric in results.",
    },
    "keras.optimizers": {"name": "The name of the optimizer."},
}

_OTHERWISE: dict[str, str] = {
    "activation": "The function applied to the result.",
    "all_ops": "Whether every kind of change may be drawn, or only those of the usual set.",
    "alpha": "How strong the effect is.",
    "axis": "The axis, or axes, that it works along.",
    "chain_depth": "How many changes follow one another in a chain; 0 draws it for each image.",
    "classifier_activation": "The activation of the classification layer; null gives logits.",
    "dtype": "The dtype of the result.",
    "factor": "How strong the change may be: one number, or the lower and the upper limit.",
    "fill_mode": "How positions that no input reaches are filled.",
    "fill_value": "The number to fill with, if `fill_mode` is constant.",
    "height": "The height of the result.",
    "include_preprocessing": "Whether the model brings its inputs into the expected range itself.",
    "interpolation": "How values between pixels are computed.",
    "keepdims": "Whether the reduced axes are kept, with size 1.",
    "key": "A number, or a list of them, one for each axis.",
    "kernel_size": "The size of the window.",
    "l1_regularization_strength": "How strongly the sum of absolute weights is penalised.",
    "l2_regularization_strength": "How strongly the sum of squared weights is penalised.",
    "layers": "The layers, applied one after the other.",
    "lora_alpha": "The scale of the low-rank change, over its rank.",
    "mask_value": "The value that marks a step or an item as absent.",
    "name": "Its name.",
    "num_chains": "How many chains of changes are mixed.",
    "num_ops": "How many changes are applied to each image.",
    "offset": "The number added after scaling.",
    "output_padding": "How much is added to one side of each spatial axis of the result.",
    "rate": "The fraction that is dropped.",
    "recurrent_dropout": "The fraction of the states that is dropped at each step.",
    "dropout": "The fraction that is dropped.",
    "scale": "What the inputs are multiplied by; where it is true or false, whether there is a learned scale.",
    "side": "Whether equal values go to the left or the right of those in the sequence.",
    "sigma": "How wide the blur is: one number, or the lower and the upper limit.",
    "strides": "How far the window moves each time.",
    "value_range": "The lowest and the highest value of the inputs.",
    "weights": "The initial weights: null for random ones, imagenet for those trained on ImageNet.",
    "width": "The width of the result.",
    "antialias": "Whether images are smoothed before they are made smaller.",
    "brightness_factor": "How much the brightness may change: one number, or the lower and the upper limit.",
    "clipnorm": "The largest norm of each weight's gradient; larger ones are scaled down.",
    "clipvalue": "The largest number in a gradient; larger ones are clipped.",
    "compute_uv": "Whether the matrices u and v are computed too.",
    "contrast_factor": "How much the contrast may change: one number, or the lower and the upper limit.",
    "cropping": "How much is cut off at the beginning and the end of each axis.",
    "dilation": "The distance between the positions that a window looks at.",
    "dilation_rate": "The distance between the positions that the kernel looks at; 1 means adjacent.",
    "ema_momentum": "How much of the running average of the weights each step keeps.",
    "ema_overwrite_frequency": "After how many steps the running average replaces the weights.",
    "full_matrices": "Whether u and v are square.",
    "global_clipnorm": "The largest norm of all gradients together; larger ones are scaled down.",
    "gradient_accumulation_steps": "Over how many batches gradients are added up before a step.",
    "height_factor": "How far down or up, as a fraction of the height: one number, or the lower and the upper limit.",
    "hue_factor": "How much the hue may change: one number, or the lower and the upper limit.",
    "ignore_class": "The class number whose targets are ignored.",
    "loss_scale_factor": "What the loss is multiplied by before gradients are computed, for small floats.",
    "lower": "Whether the matrix is lower triangular.",
    "mode": "The direction, or the rule.",
    "output_size": "The height and width of the result.",
    "padding": "The padding around the input.",
    "precision": "The precision to reach.",
    "recall": "The recall to reach.",
    "rms_scaling": "Whether only the variance is scaled, incorrectly: an old option; use RMSNormalization instead.",
    "saturation_factor": "How much the saturation may change: one number, or the lower and the upper limit.",
    "sensitivity": "The sensitivity to reach.",
    "specificity": "The specificity to reach.",
    "stride": "How far the window moves each time.",
    "use_ema": "Whether a running average of the weights is kept.",
    "value": "The number, or numbers, that the weights start from.",
    "weight_decay": "What fraction of each weight is subtracted at each step.",
    "width_factor": "How far left or right, as a fraction of the width: one number, or the lower and the upper limit.",
    "x_factor": "How far the image may be sheared along x: one number, or the lower and the upper limit.",
    "y_factor": "How far the image may be sheared along y: one number, or the lower and the upper limit.",
    "x1": "The first tensor, or a number.",
    "x2": "The second tensor, or a number.",
}
"""By an argument's name, where Keras's documentation has nothing but its type."""


@cache
def _keras() -> dict[str, dict[str, dict[str, str]]]:
    text = resources.files("modelspec.manual").joinpath("words.json").read_text(encoding="utf-8")
    words: dict[str, dict[str, dict[str, str]]] = json.loads(text)
    return words


def argument_words(entry: Any) -> dict[str, str]:
    """By argument: what it is for."""
    module = getattr(entry, "keras_module", "")
    if not module:
        return {name: field.description or "" for name, field in entry.model_fields.items()}
    told = _keras().get(module, {}).get(entry.__name__, {})
    others = {} if getattr(entry, "registered_name", None) is not None else _OTHERWISE  # a user's own may mean anything
    words = {name: told.get(name) or others.get(name, "") for name in entry.model_fields}
    always = {**ALWAYS, **_BY_MODULE.get(module, {})}
    return {name: always.get(name, text) for name, text in words.items()}


def summary(entry: Any) -> str:
    """What the object is, in one sentence: Keras's for a function, else its docstring without the address."""
    told = _keras().get(entry.keras_module, {}).get(entry.__name__, {}).get("")
    return told or " ".join((entry.__doc__ or "").split("https://")[0].split("\n\n")[0].split())


def address(entry: Any) -> str | None:
    """The page of Keras's documentation."""
    found = [word for word in (entry.__doc__ or "").split() if word.startswith("https://")]
    return found[0].rstrip(".,") if found else None
