"""Every Keras layer that a spec may use, by family; a family's module is imported when one of its layers is first used.

No TensorFlow here. The lists are explicit so that a reader sees them whole.
"""

_FAMILIES: dict[str, tuple[str, ...]] = {
    "activation": ("Activation", "ELU", "LeakyReLU", "PReLU", "ReLU", "Softmax"),
    "attention.attention": ("AdditiveAttention", "Attention"),
    "attention.multi_head": ("GroupQueryAttention", "MultiHeadAttention"),
    "augmentation.color": (
        "AutoContrast", "ContrastLimitedAdaptiveHistogramEqualization", "RandomBrightness", "RandomColorDegeneration",
        "RandomColorJitter", "RandomContrast", "RandomGaussianBlur", "RandomGrayscale", "RandomHue", "RandomInvert",
        "RandomPosterization", "RandomSaturation", "RandomSharpness", "Solarization",
    ),
    "augmentation.geometry": (
        "RandomCrop", "RandomElasticTransform", "RandomErasing", "RandomFlip", "RandomPerspective", "RandomRotation",
        "RandomShear", "RandomTranslation", "RandomZoom",
    ),
    "augmentation.mix": ("AugMix", "CutMix", "MaxNumBoundingBoxes", "MixUp", "RandAugment"),
    "convolution.convolution": ("Conv1D", "Conv2D", "Conv3D"),
    "convolution.depthwise": ("DepthwiseConv1D", "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D"),
    "convolution.transpose": ("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"),
    "core.core": ("Dense", "Identity", "Masking"),
    "core.einsum_dense": ("EinsumDense",),
    "core.embedding": ("Embedding", "ReversibleEmbedding"),
    "merging": ("Add", "Average", "Concatenate", "Dot", "Maximum", "Minimum", "Multiply", "Subtract"),
    "normalization.batch": ("BatchNormalization",),
    "normalization.normalization": ("GroupNormalization", "LayerNormalization", "RMSNormalization", "UnitNormalization"),
    "normalization.spectral": ("SpectralNormalization",),
    "pooling.adaptive": (
        "AdaptiveAveragePooling1D", "AdaptiveAveragePooling2D", "AdaptiveAveragePooling3D", "AdaptiveMaxPooling1D",
        "AdaptiveMaxPooling2D", "AdaptiveMaxPooling3D",
    ),
    "pooling.global_pooling": (
        "GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalAveragePooling3D", "GlobalMaxPooling1D",
        "GlobalMaxPooling2D", "GlobalMaxPooling3D",
    ),
    "pooling.pooling": (
        "AveragePooling1D", "AveragePooling2D", "AveragePooling3D", "MaxPooling1D", "MaxPooling2D", "MaxPooling3D",
    ),
    "preprocessing.categories": ("CategoryEncoding", "Discretization", "HashedCrossing", "Hashing"),
    "preprocessing.lookups": ("IntegerLookup", "StringLookup", "TextVectorization"),
    "preprocessing.numbers": ("Normalization", "Pipeline", "Rescaling"),
    "preprocessing.resizing": ("CenterCrop", "Resizing"),
    "preprocessing.spectrograms": ("MelSpectrogram", "STFTSpectrogram"),
    "recurrent.cells": ("GRUCell", "LSTMCell", "SimpleRNNCell", "StackedRNNCells"),
    "recurrent.convolutional": ("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"),
    "recurrent.recurrent": ("GRU", "LSTM", "RNN", "SimpleRNN"),
    "regularization": (
        "ActivityRegularization", "AlphaDropout", "Dropout", "GaussianDropout", "GaussianNoise", "SpatialDropout1D",
        "SpatialDropout2D", "SpatialDropout3D",
    ),
    "reshaping.cropping": ("Cropping1D", "Cropping2D", "Cropping3D"),
    "reshaping.padding": ("ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D"),
    "reshaping.reshaping": ("Flatten", "Permute", "RepeatVector", "Reshape"),
    "reshaping.upsampling": ("UpSampling1D", "UpSampling2D", "UpSampling3D"),
    "wrappers": ("Bidirectional", "TimeDistributed"),
}  # fmt: skip

LAYERS: dict[str, str] = {
    name: f"modelspec.catalogue.layers.{family}" for family, names in _FAMILIES.items() for name in names
}
"""The module of each layer's class, by the layer's name."""

LAYER_ALIASES: dict[str, str] = {
    "AvgPool1D": "AveragePooling1D",
    "AvgPool2D": "AveragePooling2D",
    "AvgPool3D": "AveragePooling3D",
    "Convolution1D": "Conv1D",
    "Convolution1DTranspose": "Conv1DTranspose",
    "Convolution2D": "Conv2D",
    "Convolution2DTranspose": "Conv2DTranspose",
    "Convolution3D": "Conv3D",
    "Convolution3DTranspose": "Conv3DTranspose",
    "GlobalAvgPool1D": "GlobalAveragePooling1D",
    "GlobalAvgPool2D": "GlobalAveragePooling2D",
    "GlobalAvgPool3D": "GlobalAveragePooling3D",
    "GlobalMaxPool1D": "GlobalMaxPooling1D",
    "GlobalMaxPool2D": "GlobalMaxPooling2D",
    "GlobalMaxPool3D": "GlobalMaxPooling3D",
    "GroupedQueryAttention": "GroupQueryAttention",
    "MaxPool1D": "MaxPooling1D",
    "MaxPool2D": "MaxPooling2D",
    "MaxPool3D": "MaxPooling3D",
    "SeparableConvolution1D": "SeparableConv1D",
    "SeparableConvolution2D": "SeparableConv2D",
    "add": "Add",
    "average": "Average",
    "concatenate": "Concatenate",
    "dot": "Dot",
    "maximum": "Maximum",
    "minimum": "Minimum",
    "multiply": "Multiply",
    "subtract": "Subtract",
}
"""Keras's second names for its layers: other names of the class, the class's own in Python, functions that call one."""

LAYERS_LEFT_OUT: dict[str, str] = {
    "Equalization": "Keras returns its input as its output, and no model can be built with that",
    "FlaxLayer": "it runs Python code that a spec cannot contain",
    "InputLayer": "inputs are declared under `inputs`",
    "InputSpec": "it says what a layer takes, and computes nothing",
    "JaxLayer": "it runs Python code that a spec cannot contain",
    "Lambda": "it runs Python code that a spec cannot contain; use a `keras.ops` function such as `ops.abs` instead",
    "Layer": "it is the base class of all layers and computes nothing",
    "TFSMLayer": "it runs code from a file at every call",
    "TorchModuleWrapper": "it runs Python code that a spec cannot contain",
    "Wrapper": "it is the base class of wrappers and computes nothing",
}
"""Layers of Keras that a spec may not use, with the reason that is shown to a user who writes one."""
