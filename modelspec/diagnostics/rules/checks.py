"""MS501 and on: what is wrong or doubtful only in the whole picture. Knows no check."""

from __future__ import annotations

from modelspec.diagnostics.rules.rule import START, TRAINED, Rule

_PRICE = START + "  - Dense: 1\n    name: price\n"
_LABEL = START + "  - Dense: {units: 3, activation: softmax}\n    name: label\n"
_STOPPED = _PRICE + "outputs: {price: {loss: mse, metrics: [mae]}}\n"
_TWO = _PRICE + "  - Dense: 1\n    name: rent\noutputs: {price: {loss: mse}, rent: {loss: mse}}\n"
_APPLICATION = (
    "modelspec: 1\ninputs: {image: [64, 64, 3]}\n"
    "models: {base: {ResNet50: {weights: null, include_top: false, input_shape: [64, 64, 3], pooling: avg}}}\n"
    "layers:\n  - {call: base, from: image}\n  - Dense: 1\n"
)
_BOTH = (
    _PRICE + "  - Dense: {units: 2, activation: softmax}\n    name: kind\n    from: x\n"
    "outputs:\n  price: {loss: mse}\n  kind: {loss: sparse_categorical_crossentropy}\n"
)
_CLASSES = _LABEL + "outputs: {label: {loss: sparse_categorical_crossentropy}}\n"
_COLOR = "modelspec: 1\ninputs: {color: {shape: [1], dtype: string}}\nlayers:\n"
_WORDS = "modelspec: 1\ninputs:\n  words: {shape: [20], dtype: int32}\nlayers:\n"

CHECKS: tuple[Rule, ...] = (
    Rule(
        "MS501", "no-loss", "error",
        "there is training data, but no output has a loss",
        "Training makes a loss smaller; without one there is nothing to train.",
        START + "  - Dense: 1\n    name: y\noutputs: {y: {}}\ndata: {train: {synthetic: 100}}\n",
        START + "  - Dense: 1\n    name: y\noutputs: {y: {loss: mse}}\ndata: {train: {synthetic: 100}}\n",
    ),
    Rule(
        "MS502", "unused-input", "warning",
        "an input that no step takes",
        "Training needs its data all the same. Often a `from` was forgotten.",
        "modelspec: 1\ninputs: {x: [4], extra: [2]}\nlayers:\n  - Dense: 1\n    from: x\n",
        "modelspec: 1\ninputs: {x: [4], extra: [2]}\nlayers:\n  - Concatenate:\n    from: [x, extra]\n  - Dense: 1\n",
    ),
    Rule(
        "MS503", "unused-step", "warning",
        "a step that no output needs",
        "Keras silently leaves such a layer out of the model: it has no weights and learns nothing.",
        START + "  - Dense: 8\n  - Dense: 1\n    from: x\n",
        START + "  - Dense: 8\n  - Dense: 1\n",
    ),
    Rule(
        "MS504", "unused-definition", "warning",
        "a shared layer or a model is never called",
        "What is defined under `shared` and `models` becomes part of the network only where a step calls it.",
        "modelspec: 1\ninputs: {x: [4]}\nshared:\n  encoder: {Dense: 8}\nlayers:\n  - Dense: 8\n",
        "modelspec: 1\ninputs: {x: [4]}\nshared:\n  encoder: {Dense: 8}\nlayers:\n  - {call: encoder, from: x}\n",
    ),
    Rule(
        "MS505", "logits", "warning",
        "a crossentropy does not fit the activation before it",
        "A crossentropy takes probabilities, or, with `from_logits: true`, the numbers before the activation. With "
        "both, or with neither, the loss is wrong, and training runs all the same.",
        START + "  - Dense: 1\n    name: y\noutputs: {y: {loss: binary_crossentropy}}\n",
        START + "  - Dense: {units: 1, activation: sigmoid}\n    name: y\noutputs: {y: {loss: binary_crossentropy}}\n",
    ),
    Rule(
        "MS506", "softmax-of-one", "warning",
        "a softmax over one unit",
        "A softmax makes its numbers sum to 1: a single one is always 1, and nothing can be learned.",
        START + "  - Dense: {units: 1, activation: softmax}\n",
        START + "  - Dense: {units: 1, activation: sigmoid}\n",
    ),
    Rule(
        "MS507", "one-class", "error",
        "a loss over classes on an output of one unit",
        "With one class there is nothing to choose from, and the loss is 0 or meaningless.",
        START + "  - Dense: {units: 1, activation: sigmoid}\n    name: y\noutputs: {y: {loss: categorical_crossentropy}}\n",
        START + "  - Dense: {units: 1, activation: sigmoid}\n    name: y\noutputs: {y: {loss: binary_crossentropy}}\n",
    ),
    Rule(
        "MS508", "binary-loss-of-softmax", "warning",
        "a binary loss on a softmax of many units",
        "A binary loss treats each unit as a separate yes or no; the units of a softmax sum to 1 and answer together.",
        START + "  - Dense: {units: 3, activation: softmax}\n    name: y\noutputs: {y: {loss: binary_crossentropy}}\n",
        START + "  - Dense: {units: 3, activation: softmax}\n    name: y\noutputs: {y: {loss: categorical_crossentropy}}\n",
    ),
    Rule(
        "MS509", "loss-column", "error",
        "a loss is given class numbers where it takes one-hot rows, or one-hot rows where it takes class numbers",
        "The datasets that come with modelspec have both: `label` and `one_hot`.",
        "modelspec: 1\ninputs: {image: [8, 8, 1]}\nlayers:\n  - Flatten\n  - Dense: {units: 10, activation: softmax}\n"
        "outputs:\n  label: {loss: categorical_crossentropy}\ndata: {train: {dataset: digits}}\n",
        "modelspec: 1\ninputs: {image: [8, 8, 1]}\nlayers:\n  - Flatten\n  - Dense: {units: 10, activation: softmax}\n"
        "outputs:\n  label: {loss: sparse_categorical_crossentropy}\ndata: {train: {dataset: digits}}\n",
    ),
    Rule(
        "MS510", "output-without-loss", "warning",
        "an output has no loss, while others have one",
        "It is computed but not trained. `loss: null` says that this is intended.",
        START + "  - Dense: 1\n    name: a\n  - Dense: 1\n    name: b\noutputs:\n  a: {loss: mse}\n  b: {}\n",
        START + "  - Dense: 1\n    name: a\n  - Dense: 1\n    name: b\noutputs:\n  a: {loss: mse}\n  b: {loss: null}\n",
    ),
    Rule(
        "MS511", "without-effect", "warning",
        "metrics or a weight of an output that has no loss",
        "Keras measures only what it trains.",
        START + "  - Dense: 1\n    name: a\n  - Dense: 1\n    name: b\n"
        "outputs:\n  a: {loss: mse}\n  b: {loss: null, metrics: [mae]}\n",
        START + "  - Dense: 1\n    name: a\n  - Dense: 1\n    name: b\n"
        "outputs:\n  a: {loss: mse}\n  b: {loss: mse, metrics: [mae]}\n",
    ),
    Rule(
        "MS512", "old-metric", "warning",
        "a metric with a name from an older Keras",
        "It still works, but its old name then appears in every history, file and `monitor`.",
        _LABEL + "outputs:\n  label: {loss: sparse_categorical_crossentropy, metrics: [acc]}\n",
        _LABEL + "outputs:\n  label: {loss: sparse_categorical_crossentropy, metrics: [accuracy]}\n",
    ),
    Rule(
        "MS513", "metric-misfit", "error",
        "a metric that cannot compare the output with its targets",
        "The loss says what the targets are, class numbers or one-hot rows, and every metric sees the same targets. Keras "
        "fails on the first batch.",
        _LABEL + "outputs:\n  label: {loss: sparse_categorical_crossentropy, metrics: [CategoricalAccuracy]}\n",
        _LABEL + "outputs:\n  label: {loss: sparse_categorical_crossentropy, metrics: [SparseCategoricalAccuracy]}\n",
    ),
    Rule(
        "MS514", "metric-of-several", "error",
        "a metric that gives several numbers",
        "The history holds one number for each metric and epoch.",
        _LABEL + "outputs:\n  label: {loss: categorical_crossentropy, metrics: [F1Score]}\n",
        _LABEL + "outputs:\n  label: {loss: categorical_crossentropy, metrics: [F1Score: {average: macro}]}\n",
    ),
    Rule(
        "MS515", "metric-without-meaning", "warning",
        "a metric whose number says nothing about this output",
        "Keras computes it without a warning, and the number looks good or bad for no reason.",
        _LABEL + "outputs:\n  label: {loss: categorical_crossentropy, metrics: [TopKCategoricalAccuracy: {k: 5}]}\n",
        _LABEL + "outputs:\n  label: {loss: categorical_crossentropy, metrics: [TopKCategoricalAccuracy: {k: 2}]}\n",
    ),
    Rule(
        "MS520", "monitor-unknown", "error",
        "a callback monitors a number that training does not compute",
        "EarlyStopping then never stops and ModelCheckpoint never saves; Keras only logs a warning.",
        _STOPPED + "train: {callbacks: [EarlyStopping: {monitor: maee, mode: min}]}\n",
        _STOPPED + "train: {callbacks: [EarlyStopping: {monitor: mae, mode: min}]}\n",
    ),
    Rule(
        "MS521", "monitor-direction", "error",
        "a callback cannot tell whether a number should rise or fall",
        "Keras knows that for a few names only, and refuses others without `mode`, when training begins.",
        _TWO + "train: {callbacks: [EarlyStopping: {monitor: price_loss}]}\n",
        _TWO + "train: {callbacks: [EarlyStopping: {monitor: price_loss, mode: min}]}\n",
    ),
    Rule(
        "MS522", "monitor-backwards", "warning",
        "a callback takes the worst value for the best",
        "`mode` says which way is better: `max` for accuracies, `min` for losses and errors.",
        _STOPPED + "train: {callbacks: [EarlyStopping: {monitor: loss, mode: max}]}\n",
        _STOPPED + "train: {callbacks: [EarlyStopping: {monitor: loss, mode: min}]}\n",
    ),
    Rule(
        "MS523", "best-of-batches", "error",
        "ModelCheckpoint saves only the best, but after a number of batches",
        "Which weights are best is known at the end of an epoch. In the middle of one, Keras saves every time if the "
        "monitored number comes from validation, and fails at its second save if it does not.",
        _STOPPED + "train: {callbacks: [ModelCheckpoint: {filepath: a.keras, save_best_only: true, save_freq: 100}]}\n",
        _STOPPED + "train: {callbacks: [ModelCheckpoint: {filepath: a.keras, save_best_only: true}]}\n",
    ),
    Rule(
        "MS524", "callback-optimizer", "error",
        "a callback does not work with this optimizer",
        "SwapEMAWeights needs an optimizer that averages weights; ReduceLROnPlateau one whose learning rate is a "
        "number. With others, Keras fails when the callback first acts, which can be hours into the training.",
        _STOPPED + "train: {optimizer: adam, callbacks: [SwapEMAWeights]}\n",
        _STOPPED + "train: {optimizer: {Adam: {use_ema: true}}, callbacks: [SwapEMAWeights]}\n",
    ),
    Rule(
        "MS525", "patience", "warning",
        "a callback waits longer than the training lasts",
        "EarlyStopping and ReduceLROnPlateau act when a number has not improved for `patience` epochs (or validations, "
        "if the number comes from validation). With fewer epochs than that they do nothing.",
        _STOPPED + "train: {epochs: 5, callbacks: [EarlyStopping: {patience: 10}]}\n",
        _STOPPED + "train: {epochs: 50, callbacks: [EarlyStopping: {patience: 10}]}\n",
    ),
    Rule(
        "MS526", "callback-file", "error",
        "a callback writes a file that something else writes too",
        "Callbacks write into the run directory, where the training writes its own files. If two write the same file, "
        "one result is lost.",
        _STOPPED + "train: {callbacks: [ModelCheckpoint: {filepath: model.keras}]}\n",
        _STOPPED + "train: {callbacks: [ModelCheckpoint: {filepath: latest.keras}]}\n",
    ),
    Rule(
        "MS530", "learning-rate", "warning",
        "a learning rate that cannot train",
        "Too small, and float32 weights do not change; too large, and the first step destroys them.",
        _STOPPED + "train: {optimizer: {Adam: {learning_rate: 100}}}\n",
        _STOPPED + "train: {optimizer: {Adam: {learning_rate: 0.001}}}\n",
    ),
    Rule(
        "MS531", "batch-of-one", "warning",
        "BatchNormalization over batches of one row",
        "It subtracts the mean over the batch: of one number, the number itself. Every row then looks the same.",
        START + "  - Dense: 8\n  - BatchNormalization\n  - Dense: 1\noutputs: {y: {loss: mse}}\ntrain: {batch_size: 1}\n",
        START + "  - Dense: 8\n  - BatchNormalization\n  - Dense: 1\noutputs: {y: {loss: mse}}\ntrain: {batch_size: 8}\n",
    ),
    Rule(
        "MS532", "endless-training", "warning",
        "more steps than a machine can do",
        "Over a billion steps take more than a week, even at a thousand a second.",
        _STOPPED + "train: {epochs: 1000000, steps_per_epoch: 1000000}\n",
        _STOPPED + "train: {epochs: 100, steps_per_epoch: 1000}\n",
    ),
    Rule(
        "MS533", "no-validation", "warning",
        "validation that never happens",
        "There are validation rows, but the training ends before the first epoch that uses them.",
        _STOPPED + "train: {epochs: 5, validation_freq: 10}\ndata: {train: {synthetic: 100}, validation: {split: 0.1}}\n",
        _STOPPED + "train: {epochs: 5, validation_freq: 5}\ndata: {train: {synthetic: 100}, validation: {split: 0.1}}\n",
    ),
    Rule(
        "MS534", "nothing-to-train", "warning",
        "there is a loss, but no weight that can change",
        "No layer has weights, or all are frozen: training would run and do nothing.",
        START + "  - Flatten\noutputs: {y: {loss: mse}}\n",
        START + "  - Dense: 4\noutputs: {y: {loss: mse}}\n",
    ),
    Rule(
        "MS535", "no-path-to-weights", "error",
        "no loss depends on any weight in a way that training could follow",
        "Whole numbers have no gradient: no layer before an argmax or a cast to whole numbers can learn.",
        START + "  - Dense: 4\n  - ops.argmax: {axis: -1}\n  - ops.cast: {dtype: float32}\noutputs: {y: {loss: mse}}\n",
        START + "  - Dense: 4\n  - ops.max: {axis: -1}\n  - ops.cast: {dtype: float32}\noutputs: {y: {loss: mse}}\n",
    ),
    Rule(
        "MS536", "freeze-nothing", "error",
        "`freeze` names a layer that does not exist",
        "Layers are frozen by name; `*` matches any characters. A misspelt name would freeze nothing, and training "
        "would change weights that were meant to stay.",
        START + "  - Dense: 4\n    name: encoder\n  - Dense: 1\noutputs: {y: {loss: mse}}\ntrain: {freeze: [encodr]}\n",
        START + "  - Dense: 4\n    name: encoder\n  - Dense: 1\noutputs: {y: {loss: mse}}\ntrain: {freeze: [encoder]}\n",
    ),
    Rule(
        "MS537", "freeze-no-weights", "warning",
        "`freeze` names only layers without weights",
        "Training has nothing to change in them.",
        START + "  - Dense: 4\n  - Dropout: 0.1\n  - Dense: 1\noutputs: {y: {loss: mse}}\ntrain: {freeze: [dropout]}\n",
        START + "  - Dense: 4\n  - Dropout: 0.1\n  - Dense: 1\noutputs: {y: {loss: mse}}\ntrain: {freeze: [dense]}\n",
    ),
    Rule(
        "MS538", "init-nothing", "error",
        "`init_from` names a layer that does not exist",
        "Weights are taken, or left out, by the paths of layers; `*` matches any characters. With a misspelt path, "
        "training would silently start from other weights than intended.",
        START + "  - Dense: 4\n    name: encoder\n  - Dense: 1\noutputs: {y: {loss: mse}}\n"
        "train: {init_from: {path: runs/first, include: [encodr]}}\n",
        START + "  - Dense: 4\n    name: encoder\n  - Dense: 1\noutputs: {y: {loss: mse}}\n"
        "train: {init_from: {path: runs/first, include: [encoder]}}\n",
    ),
    Rule(
        "MS539", "not-on-several-devices", "error",
        "`distribute: mirrored` with something that Keras can do on one device only",
        "The devices add up their gradients in every step. An optimizer that gathers gradients over several steps, or "
        "puts averages into the model in some of them, would have to do so in a condition, and a step compiled by XLA "
        "runs on one device: Keras's `fit` fails. Where the loss is scaled for float16, `fit` looks for overflowing "
        "gradients on the first device only.",
        _STOPPED + "train:\n  distribute: mirrored\n  optimizer: {Adam: {gradient_accumulation_steps: 4}}\n",
        _STOPPED + "train:\n  distribute: mirrored\n  optimizer: {Adam: {use_ema: true}}\n",
    ),
    Rule(
        "MS540", "embedding-of-floats", "warning",
        "an Embedding looks up numbers that are not whole",
        "It cuts fractions off. Declare word numbers and categories with an integer dtype.",
        "modelspec: 1\ninputs:\n  words: {shape: [20]}\nlayers:\n  - Embedding: {input_dim: 100, output_dim: 8}\n",
        _WORDS + "  - Embedding: {input_dim: 100, output_dim: 8}\n",
    ),
    Rule(
        "MS541", "indices-as-quantities", "warning",
        "a layer multiplies numbers that another layer looks up",
        "The number of a word says nothing about its size: word 200 is not twice word 100.",
        _WORDS + "  - Embedding: {input_dim: 100, output_dim: 8}\n  - Flatten:\n    name: vectors\n"
        "  - Dense: 8\n    from: words\n    name: sizes\n  - Concatenate:\n    from: [vectors, sizes]\n",
        _WORDS + "  - Embedding: {input_dim: 100, output_dim: 8}\n  - Flatten:\n    name: vectors\n"
        "  - Dense: 8\n    from: vectors\n    name: sizes\n  - Concatenate:\n    from: [vectors, sizes]\n",
    ),
    Rule(
        "MS542", "fractions-cut-off", "warning",
        "a nested model takes a tensor of fractions as whole numbers",
        "Keras casts what a nested model is given to the dtype that its input declares.",
        "modelspec: 1\ninputs: {x: [4]}\nmodels:\n  inner:\n    inputs:\n      n: {shape: [4], dtype: int32}\n"
        "    layers:\n      - Dense: 1\nlayers:\n  - {call: inner, from: x}\n",
        "modelspec: 1\ninputs: {x: [4]}\nmodels:\n  inner:\n    inputs:\n      n: {shape: [4], dtype: float32}\n"
        "    layers:\n      - Dense: 1\nlayers:\n  - {call: inner, from: x}\n",
    ),
    Rule(
        "MS543", "rows-weigh-twice", "error",
        "row weights where they cannot be used",
        "A row is weighted by a column (`sample_weight`) or by its class (`class_weight`); Keras refuses both "
        "together. A loss that is one number for the whole batch has no rows to weight.",
        _LABEL + "outputs: {label: {loss: sparse_categorical_crossentropy, sample_weight: importance}}\n"
        "train: {class_weight: {0: 1, 1: 5}}\n",
        _LABEL + "outputs: {label: {loss: sparse_categorical_crossentropy, sample_weight: importance}}\n",
    ),
    Rule(
        "MS544", "class-weight-of-several", "error",
        "`train.class_weight` where several outputs are trained",
        "The classes of one output say nothing about another: the weights go to the output that they are for. Keras "
        "refuses them for a model with several outputs.",
        _BOTH + "train: {class_weight: {0: 1, 1: 5}}\n",
        _BOTH.replace("crossentropy}", "crossentropy, class_weight: {0: 1, 1: 5}}"),
    ),
    Rule(
        "MS545", "class-weight-without-classes", "error",
        "`class_weight` of an output whose targets are not classes",
        "A row is weighted by its class. Keras rounds a target that is a number to predict, and takes it for a class "
        "number.",
        TRAINED + "train: {class_weight: {0: 1, 1: 5}}\n",
        START + "  - Dense: {units: 1, activation: sigmoid}\n    name: y\noutputs: {y: {loss: binary_crossentropy}}\n"
        "train: {class_weight: {0: 1, 1: 5}}\n",
    ),
    Rule(
        "MS546", "class-weight-of-no-class", "error",
        "`class_weight` names a class that the output does not have",
        "Classes are numbered from 0. Keras never looks such a weight up, and trains without it.",
        _CLASSES + "train: {class_weight: {1: 1, 3: 5}}\n",
        _CLASSES + "train: {class_weight: {0: 1, 2: 5}}\n",
    ),
    Rule(
        "MS547", "class-weight-of-answers", "warning",
        "`class_weight` where a row answers several questions",
        "With a binary loss each unit is a question of its own, and a row may be several things at once. Keras weights "
        "such a row by the first of its largest answers.",
        START + "  - Dense: {units: 3, activation: sigmoid}\n    name: y\noutputs: {y: {loss: binary_crossentropy}}\n"
        "train: {class_weight: {0: 1, 1: 5}}\n",
        START + "  - Dense: {units: 3, activation: sigmoid}\n    name: y\n"
        "outputs: {y: {loss: binary_crossentropy, sample_weight: importance}}\n",
    ),
    Rule(
        "MS548", "layer-learns-nothing", "error",
        "a layer that learns from rows has no vocabulary, bins or mean, and no rows to learn from",
        "Such a layer learns from the rows of `data.train` before the training, as by Keras's `adapt`. Without rows, or where "
        "they cannot teach it, it must be given what it lacks: without its vocabulary or bins a lookup fails at the first "
        "batch.",
        _COLOR + "  - StringLookup\n  - Embedding: {input_dim: 4, output_dim: 2}\n",
        _COLOR + "  - StringLookup: {vocabulary: [red, green]}\n  - Embedding: {input_dim: 4, output_dim: 2}\n",
    ),
    Rule(
        "MS549", "loss-parts", "error",
        "parts of the loss that cannot be added up",
        "Keras adds the losses of all outputs and the penalties of regularizers, and can only add numbers of one dtype "
        "and one shape.",
        START + "  - Dense: {units: 3, kernel_regularizer: l2, dtype: bfloat16}\n    name: y\noutputs: {y: {loss: mse}}\n",
        START + "  - Dense: {units: 3, kernel_regularizer: l2, dtype: mixed_bfloat16}\n    name: y\n"
        "outputs: {y: {loss: mse}}\n",
    ),
    Rule(
        "MS550", "orthogonal-matrix", "warning",
        "an orthogonal initializer for a very large matrix",
        "It takes a QR decomposition, whose time grows with the third power of the size.",
        "modelspec: 1\ninputs: {x: [12000]}\nlayers:\n  - Dense: {units: 12000, kernel_initializer: orthogonal}\n",
        "modelspec: 1\ninputs: {x: [12000]}\nlayers:\n  - Dense: {units: 12000, kernel_initializer: glorot_uniform}\n",
    ),
    Rule(
        "MS551", "indices-beyond-embedding", "error",
        "a layer gives more numbers than the layer after it can look up",
        "A vocabulary gives its words the numbers after those of special tokens: for the padding, and for words that it does "
        "not have. An `Embedding` has a row for each number below `input_dim`.",
        _COLOR + "  - StringLookup: {vocabulary: [red, green]}\n  - Embedding: {input_dim: 2, output_dim: 2}\n",
        _COLOR + "  - StringLookup: {vocabulary: [red, green]}\n  - Embedding: {input_dim: 3, output_dim: 2}\n",
    ),
    Rule(
        "MS590", "parameters-budget", "error",
        "the model has more parameters than its budget",
        "A budget in the spec is a promise to whoever runs the model; it is checked like everything else.",
        START + "  - Dense: 100\nbudget: {parameters: 100}\n",
        START + "  - Dense: 100\nbudget: {parameters: 1000}\n",
    ),
    Rule(
        "MS591", "flops-budget", "error",
        "one sample takes more FLOPs than the budget",
        "FLOPs are two for each multiply-add of Conv, Dense, recurrent and attention layers; `modelspec summary` counts "
        "them.",
        START + "  - Dense: 100\nbudget: {flops: 100}\n",
        START + "  - Dense: 100\nbudget: {flops: 1000}\n",
    ),
    Rule(
        "MS592", "flops-uncounted", "warning",
        "a budget of FLOPs for a model with parts whose FLOPs are not counted",
        "What happens inside a network of `keras.applications` is not counted, so the budget covers only the rest of "
        "the model.",
        _APPLICATION + "budget: {flops: 1000000000}\n",
        _APPLICATION + "budget: {parameters: 30000000}\n",
    ),
)  # fmt: skip
