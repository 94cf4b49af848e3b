"""The steps that random specs are made of: layers, ops and calls that could take a given tensor."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.graph.direct import Direct

FLOATS = ("float16", "bfloat16", "float32", "float64")
SIZES = st.integers(1, 6)
ODD = st.sampled_from([1, 2, 3])
PADDING = st.sampled_from(["same", "valid"])
FORMAT = st.sampled_from(["channels_last", "channels_last", "channels_last", "channels_first"])


def _layer(name: str, **arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({name: st.fixed_dictionaries({}, optional=arguments)})


def _sized(name: str, required: dict[str, Any], **optional: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries({name: st.fixed_dictionaries(required, optional=optional)})


ANY = [
    _sized("Dropout", {"rate": st.sampled_from([0.0, 0.5])}),
    st.sampled_from([{"Activation": name} for name in ("relu", "tanh", "softmax", "softplus")]),
    st.sampled_from(["ReLU", "LeakyReLU", "Softmax", "Identity"]).map(lambda name: {name: None}),
    _layer("Flatten"),
    _sized("Reshape", {"target_shape": st.lists(st.sampled_from([-1, 1, 2, 3, 4, 5, 6, 12]), min_size=1, max_size=3)}),
    _layer("LayerNormalization", axis=st.integers(-3, 3), scale=st.booleans()),
    _layer("BatchNormalization", axis=st.integers(-2, 3), trainable=st.booleans()),
    _sized("Rescaling", {"scale": st.just(0.5)}),
    _layer("Masking", mask_value=st.sampled_from([0.0, 1.0])),
    _layer("Masking"),
    _sized("Dense", {"units": SIZES}, use_bias=st.booleans(), activation=st.sampled_from(["relu", "softmax"])),
    _sized("Dense", {"units": SIZES}, trainable=st.booleans(), dtype=st.sampled_from(["float16", "mixed_float16"])),
    _layer("UnitNormalization"),
]  # fmt: skip
RANK_2 = [
    _sized("RepeatVector", {"n": SIZES}),
    _sized("Dense", {"units": SIZES}),
    _sized("Embedding", {"input_dim": st.just(9), "output_dim": SIZES}, mask_zero=st.booleans()),
]
RECURRENT = {
    "units": SIZES,
}
_RNN_OPTIONS = {
    "return_sequences": st.booleans(), "return_state": st.booleans(), "go_backwards": st.booleans(),
    "dropout": st.just(0.1), "unroll": st.booleans(),
}  # fmt: skip
RNNS = [_sized(name, RECURRENT, **_RNN_OPTIONS) for name in ("LSTM", "GRU", "SimpleRNN")]
_CONV = {
    "padding": PADDING,
    "strides": ODD,
    "dilation_rate": ODD,
    "data_format": FORMAT,
    "groups": st.sampled_from([1, 3]),
}
RANK_3 = [
    *RNNS,
    *RNNS,
    _sized("Conv1D", {"filters": SIZES, "kernel_size": ODD}, **_CONV),
    _sized("Conv1D", {"filters": SIZES, "kernel_size": ODD}, padding=st.just("causal")),
    _sized("SeparableConv1D", {"filters": SIZES, "kernel_size": ODD}, padding=PADDING),
    _sized("Conv1DTranspose", {"filters": SIZES, "kernel_size": ODD}, padding=PADDING, strides=ODD),
    _layer("MaxPooling1D", pool_size=ODD, strides=ODD, padding=PADDING),
    _layer("AveragePooling1D", pool_size=ODD, data_format=FORMAT),
    _layer("GlobalMaxPooling1D", keepdims=st.booleans(), data_format=FORMAT),
    _layer("GlobalAveragePooling1D"),
    _sized("UpSampling1D", {"size": ODD}),
    _sized("ZeroPadding1D", {"padding": ODD}),
    _sized("Cropping1D", {"cropping": ODD}),
    _sized("Permute", {"dims": st.sampled_from([[2, 1], [1, 2]])}),
    st.builds(
        lambda inner, mode: {"Bidirectional": {"layer": inner, **({} if mode is None else {"merge_mode": mode})}},
        st.one_of(RNNS), st.sampled_from([None, "sum", "mul", "ave", "concat"]),
    ),
    st.sampled_from([{"TimeDistributed": {"layer": {"Dense": {"units": 3}}}}, {"TimeDistributed": {"layer": "Flatten"}}]),
    st.sampled_from(["Softmax", "BatchNormalization"]).map(lambda name: {"TimeDistributed": {"layer": name}}),
]  # fmt: skip
RANK_4 = [
    _sized("Conv2D", {"filters": SIZES, "kernel_size": ODD}, **_CONV),
    _sized("SeparableConv2D", {"filters": SIZES, "kernel_size": ODD}, padding=PADDING),
    _sized("DepthwiseConv2D", {"kernel_size": ODD}, padding=PADDING, depth_multiplier=ODD),
    _sized("Conv2DTranspose", {"filters": SIZES, "kernel_size": ODD}, padding=PADDING, strides=ODD),
    _layer("MaxPooling2D", pool_size=ODD, strides=ODD, padding=PADDING),
    _layer("AveragePooling2D", pool_size=ODD),
    _layer("GlobalMaxPooling2D"),
    _layer("GlobalAveragePooling2D", keepdims=st.booleans()),
    _sized("UpSampling2D", {"size": ODD}),
    _sized("ZeroPadding2D", {"padding": ODD}),
    _sized("SpatialDropout2D", {"rate": st.just(0.2)}),
    _sized("Permute", {"dims": st.sampled_from([[2, 1, 3], [3, 1, 2]])}),
    _sized("ConvLSTM1D", {"filters": SIZES, "kernel_size": ODD}, return_sequences=st.booleans()),
    st.sampled_from([{"TimeDistributed": {"layer": {"LSTM": 3}}}, {"TimeDistributed": {"layer": "Flatten"}}]),
    st.just({"TimeDistributed": {"layer": {"Conv1D": {"filters": 2, "kernel_size": 2}}}}),
]
RANK_5 = [
    _sized("Conv3D", {"filters": SIZES, "kernel_size": ODD}, padding=PADDING),
    _layer("MaxPooling3D", pool_size=ODD, padding=PADDING),
    _layer("GlobalAveragePooling3D"),
    _sized("ConvLSTM2D", {"filters": SIZES, "kernel_size": ODD}, padding=PADDING, return_state=st.booleans()),
    st.just({"TimeDistributed": {"layer": {"Conv2D": {"filters": 2, "kernel_size": 2}}}}),
]
OPS_OF_ONE = [
    st.sampled_from(["abs", "square", "negative", "sigmoid", "relu", "sign", "isnan"]).map(lambda name: {f"ops.{name}": None}),
    st.sampled_from([{"ops.add": {"x2": 1.5}}, {"ops.multiply": {"x2": 2}}, {"ops.subtract": {"x1": 1}}]),
    st.sampled_from(["mean", "sum", "max", "argmax", "any"]).flatmap(
        lambda name: _sized(f"ops.{name}", {"axis": st.sampled_from([1, 1, 2, 2, 3, 0])}, keepdims=st.booleans())
    ),
    _sized("ops.expand_dims", {"axis": st.sampled_from([-1, 1, 2, 3, 0])}),
    _sized("ops.squeeze", {"axis": st.integers(0, 3)}),
    _sized("ops.repeat", {"repeats": ODD, "axis": st.integers(0, 2)}),
    _sized("ops.reshape", {"newshape": st.sampled_from([[-1], [-1, 4], [-1, 2, 2], [-1, 5, 4], [-1, 1]])}),
    _sized("ops.transpose", {"axes": st.sampled_from([[1, 0], [1, 0, 2], [0, 2, 1]])}),
    st.sampled_from([{"ops.get_item": {"key": 0}}, {"ops.ravel": None}]),
    _sized("ops.cast", {"dtype": st.sampled_from(["float32", "int32", "float16", "bool"])}),
    _sized("ops.one_hot", {"num_classes": st.just(9)}),
    _sized("ops.flip", {"axis": st.integers(0, 3)}),
    _sized("ops.swapaxes", {"axis1": st.integers(0, 2), "axis2": st.integers(1, 3)}),
]  # fmt: skip
MERGES = [
    _layer("Concatenate", axis=st.sampled_from([-1, 1, 2, 3, -1, 1, 2, 0])),
    *(_layer(name) for name in ("Add", "Multiply", "Average", "Maximum", "Subtract", "Minimum")),
    _sized("Dot", {"axes": st.sampled_from([1, 2, -1])}),
    _sized("ops.concatenate", {"axis": st.integers(0, 3)}),
    _sized("ops.stack", {"axis": st.sampled_from([-1, 1, 2, 0])}),
    st.sampled_from(["add", "matmul", "maximum", "power", "less", "where"]).map(lambda name: {f"ops.{name}": None}),
]
WHOLE = [
    _sized("ops.cast", {"dtype": st.sampled_from(["float32", "int32", "float16"])}),
    _sized("ops.one_hot", {"num_classes": st.just(9)}),
    _sized("Embedding", {"input_dim": st.just(9), "output_dim": SIZES}, mask_zero=st.booleans()),
    _sized("Embedding", {"input_dim": st.just(9), "output_dim": SIZES}, mask_zero=st.booleans()),
    _sized("Rescaling", {"scale": st.just(0.5)}),
    _sized("Dense", {"units": SIZES}),
    _layer("Flatten"),
]
BY_RANK: dict[int, list[Any]] = {2: RANK_2, 3: RANK_3, 4: RANK_4, 5: RANK_5}


def drawn_layer() -> st.SearchStrategy[dict[str, Any]]:
    """A layer to share."""
    return st.one_of(*ANY, *RANK_2, *RANK_3, *RANK_4[:4])


@st.composite
def drawn_step(draw: st.DrawFn, tensors: dict[str, Any], above: str | None, direct: Direct) -> dict[str, Any]:
    """One step on tensors that are there: sorts of steps that could fit the tensor that comes first."""
    names = list(tensors)
    x = draw(st.sampled_from(names[-3:] if draw(st.booleans()) else names))
    sort = draw(
        st.sampled_from(["layer"] * 5 + ["op", "merge", "merge", "call", "call", "call", "keywords", "wrapper"])
    )
    callable_names = [*direct.spec["shared"], *direct.spec["models"]]
    if sort == "call" and callable_names:
        return _call(draw, direct, draw(st.sampled_from(callable_names)), tensors, x)
    if sort == "wrapper" and callable_names:
        return {"TimeDistributed": draw(st.sampled_from(callable_names)), "from": x}
    if sort == "keywords":
        return _keywords(draw, tensors, x)
    if sort == "merge":
        others = _alike(tensors, x) if draw(st.integers(0, 3)) else names
        chosen = [x, *draw(st.lists(st.sampled_from(others), min_size=1, max_size=2))]
        return {**draw(st.one_of(MERGES)), "from": chosen}
    if tensors[x].dtype not in FLOATS and draw(st.integers(0, 7)):
        return {**draw(st.one_of(WHOLE)), "from": x}
    rank = len(tensors[x].shape)
    known = ANY + 2 * BY_RANK.get(rank, [])
    step = draw(st.one_of(OPS_OF_ONE if sort == "op" else known))
    return dict(step) if x == above and draw(st.booleans()) else {**step, "from": x}


def _alike(tensors: dict[str, Any], x: str) -> list[str]:
    """The tensors of this one's rank."""
    return [name for name, tensor in tensors.items() if len(tensor.shape) == len(tensors[x].shape)]


def _call(draw: st.DrawFn, direct: Direct, target: str, tensors: dict[str, Any], x: str) -> dict[str, Any]:
    if target not in direct.models:
        return {"call": target, "from": x}
    inputs: list[Any] = direct.models[target].inputs
    chosen = {}
    for item in inputs:
        fitting = [name for name, tensor in tensors.items() if _fits(tensor, item)]
        chosen[item.name] = draw(st.sampled_from(fitting)) if fitting else x
    if len(chosen) == 1:
        return {"call": target, "from": next(iter(chosen.values()))}
    return {"call": target, "from": chosen if draw(st.booleans()) else list(chosen.values())}


def _fits(tensor: Any, item: Any) -> bool:
    return len(tensor.shape) == len(item.shape) and all(
        got is None or want is None or got == want for got, want in zip(tensor.shape, item.shape, strict=True)
    )


def _keywords(draw: st.DrawFn, tensors: dict[str, Any], x: str) -> dict[str, Any]:
    """A call with arguments by name: attention, and a recurrent layer that begins in given states."""
    other = draw(st.sampled_from(_alike(tensors, x)))
    if draw(st.booleans()):
        attention = _sized("MultiHeadAttention", {"num_heads": ODD, "key_dim": ODD}, output_shape=SIZES)
        given: dict[str, Any] = {"query": x, "value": other}
        if draw(st.booleans()):
            given["use_causal_mask"] = True
        plain = _layer("Attention", use_scale=st.booleans())
        return {**draw(attention), "from": given} if draw(st.booleans()) else {**draw(plain), "from": [x, other]}
    states = [name for name, tensor in tensors.items() if len(tensor.shape) == 2 and tensor.shape[1] is not None]
    if not states:
        return {"LSTM": {"units": 3, "return_state": True}, "from": x}
    state = draw(st.sampled_from(states))
    name, count = draw(st.sampled_from([("LSTM", 2), ("GRU", 1), ("SimpleRNN", 1)]))
    units = int(tensors[state].shape[1])
    value = [state] * count if count > 1 or draw(st.booleans()) else state
    return {
        name: {"units": units, "return_state": draw(st.booleans())},
        "from": {"sequences": x, "initial_state": value},
    }
