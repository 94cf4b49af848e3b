"""What PyTorch, TensorFlow 1, older Keras and people at large call layers. See `other_names`.

Only words, loaded where a layer is unknown.
"""

from __future__ import annotations

_OWN = "bring your own with `--plugins`"
_WRITTEN_OUT = (
    "it is not a layer of Keras: write it out as a block, of MultiHeadAttention, Add, LayerNormalization and Dense"
)
_SIZES = ("1", "2", "3")


def _by_size(old: str, new: str) -> dict[str, str]:
    """`{old}1d` is `{new}1D`, and so on; `{old}` alone is one of the three."""
    found = {f"{old}{size}d": f"{new}{size}D" for size in _SIZES}
    return {**found, old: f"write `{new}2D`, or {new}1D or {new}3D"}


LAYERS: dict[str, str] = {
    **_by_size("Conv", "Conv"),
    **_by_size("Convolution", "Conv"),
    **{f"{old}": "write `Conv2DTranspose`, or Conv1DTranspose or Conv3DTranspose" for old in (
        "ConvTranspose", "Conv_Transpose", "Deconv", "Deconvolution", "TransposedConv", "TransposeConv", "UpConv")},
    **{f"{old}{size}d": f"Conv{size}DTranspose" for size in _SIZES for old in (
        "ConvTranspose", "Deconv", "Deconvolution", "TransposedConv", "UpConv")},
    "DepthwiseConv": "write `DepthwiseConv2D`, or DepthwiseConv1D",
    "DepthwiseConvolution2D": "DepthwiseConv2D",
    "SeparableConv": "write `SeparableConv2D`, or SeparableConv1D",
    "AtrousConv2D": "write `Conv2D` with `dilation_rate`",
    "AtrousConv1D": "write `Conv1D` with `dilation_rate`",
    "LazyConv2d": "Conv2D",
    "GroupConv2D": "write `Conv2D` with `groups`",
    **_by_size("MaxPool", "MaxPooling"),
    **_by_size("MaxPooling", "MaxPooling"),
    **_by_size("AvgPool", "AveragePooling"),
    **_by_size("AveragePool", "AveragePooling"),
    **_by_size("AveragePooling", "AveragePooling"),
    **_by_size("GlobalAvgPool", "GlobalAveragePooling"),
    **_by_size("GlobalAveragePool", "GlobalAveragePooling"),
    **_by_size("GlobalAveragePooling", "GlobalAveragePooling"),
    **_by_size("GlobalMaxPool", "GlobalMaxPooling"),
    **_by_size("GlobalMaxPooling", "GlobalMaxPooling"),
    **_by_size("AdaptiveAvgPool", "AdaptiveAveragePooling"),
    **_by_size("AdaptiveMaxPool", "AdaptiveMaxPooling"),
    **dict.fromkeys(
        ("Pooling", "Pool"), "write `MaxPooling2D` or `AveragePooling2D`, or the form for 1 or 3 axes"
    ),
    **{f"Pool{size}D": f"write `MaxPooling{size}D` or `AveragePooling{size}D`" for size in _SIZES},
    **{f"Pooling{size}D": f"write `MaxPooling{size}D` or `AveragePooling{size}D`" for size in _SIZES},
    **_by_size("UpSample", "UpSampling"),
    **_by_size("UpSampling", "UpSampling"),
    "UpsamplingNearest2d": "UpSampling2D",
    "UpsamplingBilinear2d": "write `UpSampling2D: {interpolation: bilinear}`",
    **_by_size("ZeroPad", "ZeroPadding"),
    **_by_size("ZeroPadding", "ZeroPadding"),
    **_by_size("Cropping", "Cropping"),
    **_by_size("Crop", "Cropping"),
    "SpatialDropout": "write `SpatialDropout2D`, or SpatialDropout1D or SpatialDropout3D",
    **{f"Dropout{size}d": f"SpatialDropout{size}D" for size in _SIZES},
    "FeatureAlphaDropout": "AlphaDropout",
    "Linear": "Dense",
    "LazyLinear": "Dense",
    "FullyConnected": "Dense",
    "Fully_Connected": "Dense",
    "FC": "Dense",
    "InnerProduct": "Dense",
    "MLP": "write a `Dense` step for each of its layers",
    "Perceptron": "Dense",
    "BatchNorm": "BatchNormalization",
    "BN": "BatchNormalization",
    "BatchNormalisation": "BatchNormalization",
    **{f"BatchNorm{size}d": "BatchNormalization" for size in _SIZES},
    "SyncBatchNorm": "write `BatchNormalization: {synchronized: true}`",
    "SyncBatchNormalization": "write `BatchNormalization: {synchronized: true}`",
    "LayerNorm": "LayerNormalization",
    "LayerNormalisation": "LayerNormalization",
    "GroupNorm": "GroupNormalization",
    "RMSNorm": "RMSNormalization",
    "InstanceNorm": "write `GroupNormalization: {groups: -1}`",
    "InstanceNormalization": "write `GroupNormalization: {groups: -1}`",
    **{f"InstanceNorm{size}d": "write `GroupNormalization: {groups: -1}`" for size in _SIZES},
    "SpectralNorm": "write `SpectralNormalization: {layer: {Dense: 64}}`, around the layer that it is for",
    "Normalize": "Normalization",
    "StandardScaler": "Normalization",
    "L2Normalize": "UnitNormalization",
    "L2Normalization": "UnitNormalization",
    "ReLU6": "write `ReLU: {max_value: 6}`",
    "ThresholdedReLU": "write `ReLU: {threshold: @1.0}`",
    "Swish": "write `Activation: silu`",
    "Threshold": "write `ops.threshold: {threshold: 1.0, default_value: 0.0}`",
    "GLU": "ops.glu",
    "Softmax2d": "write `Softmax`, which works along the last axis, the channels",
    "RReLU": "LeakyReLU",
    "RNNs": "RNN",
    "VanillaRNN": "SimpleRNN",
    "BiLSTM": "write `Bidirectional: {layer: {LSTM: @64}}`",
    "BidirectionalLSTM": "write `Bidirectional: {layer: {LSTM: @64}}`",
    "BiGRU": "write `Bidirectional: {layer: {GRU: @64}}`",
    "BidirectionalGRU": "write `Bidirectional: {layer: {GRU: @64}}`",
    "BiRNN": "write `Bidirectional: {layer: {SimpleRNN: @64}}`",
    "ConvLSTM": "write `ConvLSTM2D`, or ConvLSTM1D or ConvLSTM3D",
    "ConvRNN2D": "ConvLSTM2D",
    "BasicLSTMCell": "LSTMCell",
    "RNNCell": "SimpleRNNCell",
    "BasicRNNCell": "SimpleRNNCell",
    "MultiRNNCell": "StackedRNNCells",
    "Embed": "Embedding",
    "EmbeddingBag": "write `Embedding`, and a step `GlobalAveragePooling1D` after it",
    "WordEmbedding": "Embedding",
    "SelfAttention": "write `MultiHeadAttention: {num_heads: @2, key_dim: 16}` and beside it `from: {query: x, value: x}`",
    "Transformer": _WRITTEN_OUT,
    "TransformerEncoder": _WRITTEN_OUT,
    "TransformerEncoderLayer": _WRITTEN_OUT,
    "TransformerDecoder": _WRITTEN_OUT,
    "PositionalEncoding": f"it is not a layer of Keras: write it out with `ops` and an Embedding, or {_OWN}",
    "PixelShuffle": "it is not a layer of Keras: `ops.reshape` and `ops.transpose` do the same",
    "Cat": "Concatenate",
    "Concat": "Concatenate",
    "Concatenation": "Concatenate",
    "Join": "Concatenate",
    "Sum": "Add",
    "Addition": "Add",
    "Plus": "Add",
    "Residual": "Add",
    "Skip": "Add",
    "Shortcut": "Add",
    "Mul": "Multiply",
    "Product": "Multiply",
    "Sub": "Subtract",
    "Minus": "Subtract",
    "Mean": "Average",
    "Avg": "Average",
    "Max": "Maximum",
    "Min": "Minimum",
    "Stack": "ops.stack",
    "Bilinear": "it is not a layer of Keras: `EinsumDense` can do the same",
    "MatMul": "ops.matmul",
    "View": "Reshape",
    "Unflatten": "Reshape",
    "Transpose": "Permute",
    "Squeeze": "ops.squeeze",
    "Unsqueeze": "write `ops.expand_dims: @-1`",
    "ExpandDims": "write `ops.expand_dims: @-1`",
    "Repeat": "RepeatVector",
    "ReflectionPad2d": "write `ops.pad: {pad_width: [[0, 0], [@1, @1], [@1, @1], [0, 0]], mode: reflect}`",
    "ReplicationPad2d": "it is not a layer of Keras: `ops.pad` pads with a constant or by reflection",
    "ConstantPad2d": "write `ops.pad: {pad_width: [[0, 0], [@1, @1], [@1, @1], [0, 0]]}`",
    "Pad": "write `ops.pad: {pad_width: [[0, 0], [@1, @1], [@1, @1], [0, 0]]}`, or ZeroPadding2D",
    "Noop": "Identity",
    "PassThrough": "Identity",
    "Noise": "GaussianNoise",
    "Rescale": "Rescaling",
    "Scale": "Rescaling",
    "Resize": "Resizing",
    "RandomHorizontalFlip": "write `RandomFlip: horizontal`",
    "RandomVerticalFlip": "write `RandomFlip: vertical`",
    "ColorJitter": "RandomColorJitter",
    "GaussianBlur": "RandomGaussianBlur",
    "RandomHeight": "write `RandomZoom: {height_factor: @0.2}`, which keeps the size of the image",
    "RandomWidth": "write `RandomZoom: {height_factor: 0.0, width_factor: @0.2}`, which keeps the size of the image",
    "OneHot": "CategoryEncoding",
    "OneHotEncoding": "CategoryEncoding",
    "CategoryCrossing": "HashedCrossing",
    "Tokenizer": "TextVectorization",
    "Sequential": "write its layers one after another under `layers`",
    "ModuleList": "write its layers one after another under `layers`",
    "Model": "write its layers under `layers`, or the model under `models` and `call` it",
    "Input": "declare it under `inputs`",
    "Placeholder": "declare it under `inputs`",
    "Output": "name it under `outputs`",
}  # fmt: skip

"""By another name: the layer of Keras, or what to write. A value behind `@` gives way to the one that the user wrote."""

TAKE_WIDTH_FIRST = frozenset({
    "batchnorm", "bn", "batchnormalisation", "batchnorm1d", "batchnorm2d", "batchnorm3d", "layernorm",
    "layernormalisation", "rmsnorm", "instancenorm", "instancenorm1d", "instancenorm2d", "instancenorm3d",
    "syncbatchnorm",
})  # fmt: skip
"""In small letters: names whose first value elsewhere is the width of the input, which no layer of Keras is told."""

_OF_CONVOLUTIONS = ("filters", "kernel_size", "strides")
TAKE_INPUT_FIRST: dict[str, tuple[str, ...]] = {
    "Linear": ("units", "use_bias"),
    **{f"{old}{size}d": _OF_CONVOLUTIONS for old in ("Conv", "ConvTranspose") for size in _SIZES},
}
"""PyTorch's names whose first value is the width of the input: what the values after it are called in Keras."""

_GONE = "Keras no longer has this layer: "

LEGACY_LAYERS: dict[str, str] = {
    "AtrousConvolution1D": "write `Conv1D` with `dilation_rate`",
    "AtrousConvolution2D": "write `Conv2D` with `dilation_rate`",
    "CuDNNGRU": "write `GRU`",
    "CuDNNLSTM": "write `LSTM`",
    "Deconvolution2D": "write `Conv2DTranspose`",
    "Deconvolution3D": "write `Conv3DTranspose`",
    "ConvLSTM2DCell": "write `ConvLSTM2D`, which takes no cell",
    "Highway": f"{_GONE}write it out with Dense, Multiply and Add, as a block",
    "LocallyConnected1D": f"{_GONE}Conv1D is the closest, but its weights are the same at all positions; {_OWN}",
    "LocallyConnected2D": f"{_GONE}Conv2D is the closest, but its weights are the same at all positions; {_OWN}",
    "MaxoutDense": f"{_GONE}write several Dense and a Maximum of them",
    "ParametricSoftplus": f"{_GONE}PReLU is the closest, or {_OWN}",
    "SReLU": f"{_GONE}PReLU is the closest, or {_OWN}",
    "ThresholdedLinear": f"{_GONE}{_OWN}",
    "RandomFourierFeatures": f"{_GONE}{_OWN}",
    "PeepholeLSTMCell": f"{_GONE}LSTMCell has no peepholes; {_OWN}",
    "AbstractRNNCell": f"{_GONE}bring your own cell with `--plugins`",
    "ThresholdedReLU": "write `ReLU: {threshold: @1.0}`",
    "Merge": "write `Concatenate`, Add, Multiply, Average, Maximum or Dot",
    "merge": "write `Concatenate`, Add, Multiply, Average, Maximum or Dot",
    "TimeDistributedDense": "write `TimeDistributed: {layer: {Dense: @64}}`",
    "TimeDistributedMerge": "write `GlobalAveragePooling1D`, or GlobalMaxPooling1D",
    "Input": "declare it under `inputs`",
}
"""Layers of older versions of Keras, and what is written today."""
