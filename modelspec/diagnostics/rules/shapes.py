"""MS401 to MS423: what can be wrong with shapes, dtypes and sizes. Knows no layer."""

from __future__ import annotations

from modelspec.diagnostics.rules.rule import START, Rule

_IMAGE = "modelspec: 1\ninputs: {image: [28, 28, 1]}\nlayers:\n"

_BOTH_WAYS = "modelspec: 1\ninputs: {x: [5, 3]}\nlayers:\n- Bidirectional:\n    layer: {LSTM: 4}\n"
_CROP = "modelspec: 1\ninputs: {image: [8, 8, 3]}\nlayers:\n  - RandomCrop: {height: 4, width: 4}\n"
_EVALUATED = "data: {train: {synthetic: 64}, validation: {synthetic: 16}}\n"

_STATEFUL = (
    "modelspec: 1\ninputs: {x: {shape: [10, 4], batch_size: 32}}\nlayers:\n  - LSTM: {units: 8, stateful: true}\n"
    "  - Dense: 1\n    name: y\noutputs: {y: {loss: mse}}\n"
)
SHAPES: tuple[Rule, ...] = (
    Rule(
        "MS401", "rank", "error",
        "a layer is given a tensor with too many or too few axes",
        "A Conv2D reads (batch, height, width, channels), an LSTM (batch, time, features). The batch axis is not "
        "written in `inputs`.",
        "modelspec: 1\ninputs: {image: [28, 28]}\nlayers:\n  - Conv2D: {filters: 8, kernel_size: 3}\n",
        _IMAGE + "  - Conv2D: {filters: 8, kernel_size: 3}\n",
    ),
    Rule(
        "MS402", "inputs-differ", "error",
        "the inputs of one layer do not fit each other",
        "Concatenate joins along one axis and needs all others equal; Add and similar layers need shapes that "
        "broadcast.",
        "modelspec: 1\ninputs: {a: [8, 4], b: [9, 4]}\nlayers:\n  - Concatenate:\n    from: [a, b]\n",
        "modelspec: 1\ninputs: {a: [8, 4], b: [9, 4]}\nlayers:\n  - Concatenate: {axis: 1}\n    from: [a, b]\n",
    ),
    Rule(
        "MS403", "unknown-axis", "error",
        "an axis must have a known size",
        "A layer whose weights depend on an axis must know its size before the first batch. `null` in a shape is an axis "
        "of any size.",
        "modelspec: 1\ninputs: {x: [null]}\nlayers:\n  - Dense: 1\n",
        "modelspec: 1\ninputs: {x: [16]}\nlayers:\n  - Dense: 1\n",
    ),
    Rule(
        "MS404", "empty-axis", "error",
        "an axis would be empty: a window is larger than what it slides over",
        "After some convolutions and poolings an image is smaller than the next kernel.",
        "modelspec: 1\ninputs: {image: [4, 4, 1]}\nlayers:\n  - Conv2D: {filters: 8, kernel_size: 5}\n",
        "modelspec: 1\ninputs: {image: [4, 4, 1]}\nlayers:\n"
        "  - Conv2D: {filters: 8, kernel_size: 5, padding: same}\n",
    ),
    Rule(
        "MS405", "dtype", "error",
        "a layer is given a dtype that it cannot work on",
        "TensorFlow has no such operation, and says so only when the first batch arrives.",
        "modelspec: 1\ninputs:\n  x: {shape: [4], dtype: string}\nlayers:\n  - Dense: 1\n",
        "modelspec: 1\ninputs:\n  x: {shape: [4], dtype: float32}\nlayers:\n  - Dense: 1\n",
    ),
    Rule(
        "MS406", "call-arguments", "error",
        "a call has too many or too few tensors, or an argument that it does not know",
        "Add takes a list, Dense one tensor, attention a query and a value: `from` gives each what it needs.",
        "modelspec: 1\ninputs: {a: [4], b: [4]}\nlayers:\n  - Dense: 1\n    from: [a, b]\n",
        "modelspec: 1\ninputs: {a: [4], b: [4]}\nlayers:\n  - Concatenate:\n    from: [a, b]\n  - Dense: 1\n",
    ),
    Rule(
        "MS407", "sizes", "error",
        "sizes do not fit what a layer or model expects",
        "A Reshape keeps the number of values; a nested model takes the shapes that it declares.",
        _IMAGE + "  - Reshape: [28, 27]\n",
        _IMAGE + "  - Reshape: [28, 28]\n",
    ),
    Rule(
        "MS408", "argument-misfit", "error",
        "an argument does not fit the tensor that a layer is given",
        "An axis must exist, and the number of groups must divide the number of channels.",
        START + "  - BatchNormalization: {axis: 2}\n",
        START + "  - BatchNormalization: {axis: 1}\n",
    ),
    Rule(
        "MS409", "shared-width", "error",
        "a shared layer is called on tensors that need different weights",
        "A shared layer has one set of weights, made at its first call.",
        "modelspec: 1\ninputs: {a: [4], b: [5]}\nshared:\n  encoder: {Dense: 8}\nlayers:\n"
        "  - {call: encoder, from: a, name: code_a}\n  - {call: encoder, from: b, name: code_b}\n"
        "  - Add:\n    from: [code_a, code_b]\n",
        "modelspec: 1\ninputs: {a: [4], b: [4]}\nshared:\n  encoder: {Dense: 8}\nlayers:\n"
        "  - {call: encoder, from: a, name: code_a}\n  - {call: encoder, from: b, name: code_b}\n"
        "  - Add:\n    from: [code_a, code_b]\n",
    ),
    Rule(
        "MS410", "tensor-too-large", "error",
        "a layer makes a tensor that does not fit into any machine",
        "Layers without weights can still ask for any amount of memory, for each sample of a batch.",
        START + "  - Dense: 100\n  - RepeatVector: 2147483647\n  - GlobalAveragePooling1D\n",
        START + "  - Dense: 100\n  - RepeatVector: 1000\n  - GlobalAveragePooling1D\n",
    ),
    Rule(
        "MS411", "too-many-parameters", "error",
        "a model has more parameters than fit into a machine",
        "Keras would try to allocate them, and be killed or take all memory of the machine.",
        "modelspec: 1\ninputs: {x: [1000]}\nlayers:\n  - Dense: 1000000000\n",
        "modelspec: 1\ninputs: {x: [1000]}\nlayers:\n  - Dense: 1000\n",
    ),
    Rule(
        "MS412", "mask", "error",
        "a layer, loss or metric cannot take the mask that comes with its tensor",
        "`Masking`, and `Embedding` with `mask_zero`, make a mask: a boolean for each step, which Keras carries along beside "
        "the tensor until a layer drops it. A layer that takes masks, such as LSTM or Softmax, fails on one of another shape.",
        "modelspec: 1\ninputs: {x: [5, 4]}\nlayers:\n  - Masking\n  - Softmax\n",
        "modelspec: 1\ninputs: {x: [5, 4]}\nlayers:\n  - Masking\n  - Activation: softmax\n",
    ),
    Rule(
        "MS413", "rows", "error",
        "an output does not have a row for each row of the batch, or a function fails along the batch",
        "The first axis of every tensor is the batch. A reshape, a product of matrices or an axis 0 can take it away, and then "
        "losses and predictions do not belong to the rows any more.",
        "modelspec: 1\ninputs: {a: [4], b: [4]}\nlayers:\n  - Concatenate: {axis: 0}\n    from: [a, b]\n",
        "modelspec: 1\ninputs: {a: [4], b: [4]}\nlayers:\n  - Concatenate: {axis: 1}\n    from: [a, b]\n",
    ),
    Rule(
        "MS414", "mixes-rows", "warning",
        "a layer or function computes along the batch",
        "Its result for a row depends on the rows that happen to be in the same batch: another batch size or order "
        "gives other results, and a single row cannot be predicted as it was trained.",
        START + "  - Softmax: {axis: 0}\n",
        START + "  - Softmax: {axis: 1}\n",
    ),
    Rule(
        "MS415", "evaluation-fails", "error",
        "the model works only during training, but there are rows for validation or test",
        "`RandomCrop` crops during training only: otherwise Keras returns the images unchanged, though it promises the "
        "crop's size. The layers after it are built for the crop's size and may not take another.",
        _CROP + "  - Flatten\n  - Dense: 1\n    name: y\noutputs: {y: {loss: mse}}\n" + _EVALUATED,
        _CROP + "  - CenterCrop: {height: 4, width: 4}\n  - Flatten\n  - Dense: 1\n    name: y\n"
        "outputs: {y: {loss: mse}}\n" + _EVALUATED,
    ),
    Rule(
        "MS416", "only-in-training", "warning",
        "the model works only during training",
        "`RandomCrop` crops during training only: otherwise Keras returns the images unchanged, though it promises the "
        "crop's size. The layers after it are built for the crop's size, so nothing can be predicted or evaluated.",
        _CROP + "  - Flatten\n  - Dense: 1\n",
        _CROP + "  - CenterCrop: {height: 4, width: 4}\n  - Flatten\n  - Dense: 1\n",
    ),
    Rule(
        "MS417", "only-modelspec-loads", "warning",
        "Keras alone cannot load the model that a training saves",
        "Keras assumes that both directions of a Bidirectional are alike until there is data, so it would build the "
        "layers after it for the wrong size. modelspec builds them for the size that data has, and can load the file "
        "again; `keras.models.load_model` refuses it.",
        _BOTH_WAYS + "    backward_layer: {GRU: {units: 6, go_backwards: true}}\n- Dense: 1\n",
        _BOTH_WAYS + "    backward_layer: {GRU: {units: 4, go_backwards: true}}\n- Dense: 1\n",
    ),
    Rule(
        "MS418", "array-not-there", "warning",
        "the array file that a weight starts from does not exist",
        "The array's shape cannot be compared with the weight's. A spec can be checked without its files; training, "
        "building and `smoke` need them and end with MS704.",
        START + "  - Dense: {units: 3, kernel_initializer: {npz: {path: weights.npz, array: kernel}}}\n",
        START + "  - Dense: {units: 3, kernel_initializer: glorot_uniform}\n",
    ),
    Rule(
        "MS419", "too-many-outputs", "error",
        "calls return more tensors than a model may have",
        "A number in the spec says how many tensors a function returns, and a few bytes can ask for millions. The "
        "limit applies to all calls with several outputs together and is far above real use; `--max-outputs` raises it.",
        "modelspec: 1\ninputs: {x: [null, 8]}\nlayers:\n  - {ops.hsplit: 20000000, name: p}\n  - Dense: 4\n    from: p.0\n",
        "modelspec: 1\ninputs: {x: [null, 8]}\nlayers:\n  - {ops.hsplit: 2, name: p}\n  - Dense: 4\n    from: p.0\n",
    ),
    Rule(
        "MS420", "batch-size", "error",
        "the batch size is fixed, but something else gives another number",
        "An input with a `batch_size` takes batches of that many rows only, in training and after it; all inputs of a step get "
        "the same rows.",
        _STATEFUL + "train: {batch_size: 16}\n",
        _STATEFUL + "train: {batch_size: 32}\n",
    ),
    Rule(
        "MS421", "order-of-rows", "error",
        "rows are shuffled, though a layer keeps its states from batch to batch",
        "A layer with `stateful: true` continues in row k of a batch where row k of the batch before it ended. Keras "
        "never resets states by itself; here they are reset before each epoch, each evaluation and each prediction.",
        _STATEFUL + "train: {shuffle: true}\n",
        _STATEFUL + "train: {shuffle: false}\n",
    ),
    Rule(
        "MS422", "short-batch", "error",
        "the rows do not fill batches of the fixed size",
        "An input with a `batch_size` takes no smaller batch, and Keras fails on the last one. `predict` takes any number of "
        "rows.",
        _STATEFUL + "data: {train: {synthetic: 70}}\n",
        _STATEFUL + "data: {train: {synthetic: 64}}\n",
    ),
    Rule(
        "MS423", "gpu-only", "warning",
        "a layer computes in this precision on a GPU only",
        "TensorFlow has no kernel for it on a CPU, and says so only when the first batch arrives.",
        "modelspec: 1\ninputs: {x: [8, 8, 8, 2]}\nlayers:\n  - MaxPooling3D: {pool_size: 2, dtype: float16}\n",
        "modelspec: 1\ninputs: {x: [8, 8, 8, 2]}\nlayers:\n  - MaxPooling3D: {pool_size: 2}\n",
    ),
)  # fmt: skip
