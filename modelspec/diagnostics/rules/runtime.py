"""MS600 to MS699 and MS750 to MS799: what can be wrong when a model is built, trained or used. Knows no runtime."""

from __future__ import annotations

from modelspec.diagnostics.rules.rule import START, TRAINED, Rule

_STEPS = START.replace("[4]", "[8, 4]") + (
    "  - LSTM: {units: 8, return_sequences: true}\n  - Dense: {units: 3, activation: softmax}\n    name: label\n"
)

RUNTIME: tuple[Rule, ...] = (
    Rule(
        "MS600", "keras-refuses", "error",
        "a bug in modelspec: Keras refuses a spec that validates, or a check crashes",
        "Whatever validates should build, and every check should answer. If not, please report it with the spec: the "
        "message names what failed, and everything else is still reported. The exit code is 3; `--traceback` shows "
        "where it failed.",
        "a spec that validates and does not build\n",
        "a spec that validates and builds\n",
    ),
    Rule(
        "MS601", "tensorflow-missing", "error",
        "a command needs TensorFlow, Keras or safetensors, and it is not installed",
        "Checking, drawing and explaining work without them; building, training and predicting do not.",
        "pip install .\nmodelspec train specs/digits.yaml\n",
        "pip install '.[tensorflow]'\nmodelspec train specs/digits.yaml\n",
    ),
    Rule(
        "MS603", "memory", "warning",
        "the weights do not fit into the memory of this machine",
        "Training needs the size of each weight again for its gradient, and for the state that the optimizer keeps. "
        "Another machine may be large enough.",
        "layers:\n  - Dense: 200000\n  - Dense: 40000\n",
        "layers:\n  - Dense: 2000\n  - Dense: 400\n",
    ),
    Rule(
        "MS610", "no-gradient", "error",
        "a weight receives no gradient",
        "Training would never change it. Either nothing leads from it to a loss, or an op on the way, such as `ops.round`, "
        "has no gradient.",
        "layers:\n  - Dense: 8\n  - ops.round\n  - Dense: 1\n",
        "layers:\n  - Dense: 8\n  - Dense: 1\n",
    ),
    Rule(
        "MS611", "step-not-finite", "error",
        "the loss or a gradient of the first two steps is NaN or infinite",
        "This happens on random data of the declared shapes: training would make every weight NaN.",
        "layers:\n  - ops.log       # of a negative number\n  - Dense: 1\n",
        "layers:\n  - ops.log1p\n  - Dense: 1\n",
    ),
    Rule(
        "MS612", "save-and-load", "error",
        "a model gives other results after saving and loading",
        "A saved model is only useful if it loads as it was saved. If it does not, modelspec has a bug: please report "
        "it with the spec. The exit code is 3.",
        "a spec whose saved model differs\n",
        "a spec whose saved model is the same\n",
    ),
    Rule(
        "MS613", "out-of-memory", "error",
        "a small batch does not fit into memory",
        "Training needs even more: gradients, and the state that the optimizer keeps for each weight.",
        "inputs: {image: [100000, 100000, 3]}\n",
        "inputs: {image: [224, 224, 3]}\n",
    ),
    Rule(
        "MS615", "application-weights", "error",
        "the weights of an application may not be downloaded, or cannot be read",
        "A spec never downloads anything unless the command line allows it with `--allow-download`.",
        "models:\n  base: {ResNet50: {include_top: false}}\n",
        "models:\n  base: {ResNet50: {include_top: false, weights: null}}\n",
    ),
    Rule(
        "MS614", "step-fails", "error",
        "the built model fails on random rows of the declared shapes",
        "Shapes fit as far as they are known without data. An axis declared with null, a mask that does not fit a loss, or "
        "a layer that takes only some values can still fail.",
        "inputs: {a: [null], b: [null]}    # of different lengths\nlayers:\n  - Add:\n    from: [a, b]\n",
        "inputs: {a: [8], b: [8]}\nlayers:\n  - Add:\n    from: [a, b]\n",
    ),
    Rule(
        "MS750", "no-training-data", "error",
        "there is nothing to train on",
        "`modelspec train` takes its rows from `data.train` of the spec.",
        TRAINED + "data:\n  test: {csv: test.csv}\n",
        TRAINED + "data:\n  train: {csv: train.csv}\n  test: {csv: test.csv}\n",
    ),
    Rule(
        "MS751", "run-directory", "error",
        "a run directory cannot be made, or already exists",
        "A run never overwrites another one: one command could lose hours of training.",
        "modelspec train specs/digits.yaml --run-dir runs/digits/first\n",
        "modelspec train specs/digits.yaml --run-dir runs/digits/second\n",
    ),
    Rule(
        "MS752", "not-a-run", "error",
        "a directory was not written by modelspec train",
        "evaluate and predict need the resolved spec and the weights that a run directory holds.",
        "modelspec evaluate specs/\n",
        "modelspec evaluate runs/digits/2026-01-31_12-00-00\n",
    ),
    Rule(
        "MS753", "callback-path", "error",
        "a callback writes outside the run directory",
        "A spec may come from someone else; what it writes stays in the directory of its run.",
        TRAINED + "train:\n  callbacks: [{CSVLogger: /home/me/log.csv}]\n",
        TRAINED + "train:\n  callbacks: [{CSVLogger: log.csv}]\n",
    ),
    Rule(
        "MS754", "weights", "error",
        "weights are missing, damaged, or belong to another model",
        "Weights are loaded only if every name and shape agrees; anything else would give meaningless numbers.",
        "modelspec predict runs/digits/stopped-before-the-first-epoch\n",
        "modelspec predict runs/digits/2026-01-31_12-00-00\n",
    ),
    Rule(
        "MS755", "predictions-file", "error",
        "predictions cannot be written",
        "The ending of the file name selects the format: .csv, .jsonl, .parquet or .npz.",
        "modelspec predict runs/digits/2026-01-31_12-00-00 -o predictions.xls\n",
        "modelspec predict runs/digits/2026-01-31_12-00-00 -o predictions.csv\n",
    ),
    Rule(
        "MS756", "no-such-rows", "error",
        "the requested rows do not exist",
        "evaluate and predict take a split that the spec has, or the rows of `--data`: a file such as rows.csv, or a kind and "
        "its argument.",
        "modelspec evaluate runs/digits/2026-01-31_12-00-00 --data rows.xls\n",
        "modelspec evaluate runs/digits/2026-01-31_12-00-00 --data rows.csv\n",
    ),
    Rule(
        "MS757", "class-weight", "error",
        "class_weight where a row has more than one class",
        "class_weight gives a row the weight of its class; for a class at each time step there is no such weight. Keras "
        "fails on the first batch.",
        _STEPS + "outputs: {label: {loss: sparse_categorical_crossentropy}}\n"
        "train: {class_weight: {0: 1.0, 1: 5.0}}\n",
        _STEPS.replace(", return_sequences: true", "") + "outputs: {label: {loss: sparse_categorical_crossentropy}}\n"
        "train: {class_weight: {0: 1.0, 1: 5.0}}\n",
    ),
    Rule(
        "MS758", "batch-of-devices", "error",
        "a batch that the devices of a mirrored training cannot share",
        "`batch_size` is for all devices together, and each takes the same number of rows. In the last batch of an "
        "epoch the last devices may be left without rows; a BatchNormalization there would divide by zero.",
        "train: {distribute: mirrored, batch_size: 15}      # on 2 GPUs\n",
        "train: {distribute: mirrored, batch_size: 16}\n",
    ),
    Rule(
        "MS760", "run-in-use", "error",
        "another training writes into the run directory",
        "Two trainings in one directory would mix their weights and histories. The file `run.lock` names the process; "
        "it is taken over automatically when that process is gone.",
        "modelspec train --resume runs/digits/first &\nmodelspec train --resume runs/digits/first\n",
        "modelspec train --resume runs/digits/first\n",
    ),
    Rule(
        "MS761", "cannot-resume", "error",
        "a training cannot be resumed",
        "A training resumes from the newest undamaged checkpoint, with the model of the spec and at least as many epochs "
        "as before.",
        "modelspec train --resume runs/digits/first      # with epochs: 20 before, and epochs: 10 now\n",
        "modelspec train --resume runs/digits/first      # with epochs: 20 before, and epochs: 30 now\n",
    ),
    Rule(
        "MS762", "resume-not-exact", "error",
        "a resumed training would differ from the one that was interrupted",
        "A training resumes exactly, bit for bit, where spec, rows, versions, device and precision are the same. Only "
        "the number of epochs may grow. `--allow-changed` resumes anyway, with different results; run.json says what "
        "changed.",
        "train: {batch_size: 64}      # 32 when the training began\n",
        "train: {batch_size: 32}\n",
    ),
    Rule(
        "MS763", "checkpoint-not-written", "error",
        "the disk has no room for checkpoints, or one cannot be written",
        "The previous checkpoint stays whole: a new one is written to a temporary name and then renamed. Training "
        "stops, since everything from here on could be lost.",
        "modelspec train specs/digits.yaml --run-dir /full-disk/run\n",
        "modelspec train specs/digits.yaml --run-dir /large-disk/run\n",
    ),
    Rule(
        "MS764", "loss-not-finite", "error",
        "the loss has become NaN or infinite",
        "From here on every weight would be NaN. The last checkpoint and the weights of the last whole epoch are from before. "
        "Most often the learning rate is too high, or a loss takes the logarithm of zero.",
        "train: {optimizer: {SGD: {learning_rate: 1e+30}}}\n",
        "train: {optimizer: {SGD: {learning_rate: 1e-2, clipnorm: 1.0}}}\n",
    ),
    Rule(
        "MS765", "training-out-of-memory", "error",
        "a training step does not fit into memory",
        "Each row of a batch takes memory for the output of every layer, and again for the gradients; weights take theirs once. "
        "The batch size in the message is an estimate from the shapes of the layers.",
        "train: {batch_size: 65536}\n",
        "train: {batch_size: 256}\n",
    ),
    Rule(
        "MS768", "initial-weights", "error",
        "the weights to start from are missing, or do not fit",
        "`init_from` takes each weight by its path, in the same shape. Layers that should start fresh, such as the "
        "head for another task, are excluded by name; `partial: true` takes whatever fits.",
        TRAINED + "train:\n  init_from: runs/another-task\n",
        TRAINED + "train:\n  init_from: {path: runs/another-task, exclude: [head]}\n",
    ),
    Rule(
        "MS769", "mlflow-server", "error",
        "an MLflow server does not answer, or refuses a run",
        "This is checked before training starts. A server that goes away later does not stop a training: what it "
        "missed is sent when it is back, or at the end.",
        "modelspec train specs/digits.yaml --mlflow http://localhost:5999\n",
        "mlflow server --port 5000 &\nmodelspec train specs/digits.yaml --mlflow http://localhost:5000\n",
    ),
    Rule(
        "MS770", "model-fails-on-rows", "error",
        "TensorFlow cannot run the model on these rows",
        "A layer may lack a kernel for its dtype on this device, or take only some values and sizes that are not known "
        "beforehand. If it fails in the first step, no run directory is left behind.",
        "train: {precision: mixed_float16}      # with a MaxPooling3D, on a CPU\n",
        "train: {precision: float32}\n",
    ),
    Rule(
        "MS766", "not-deterministic", "error",
        "TensorFlow has no deterministic kernel for an op on this device",
        "Training gives the same bits each time it is run. A few ops, most of them on GPUs, have no kernel that does; "
        "`deterministic: false` trains with the kernels that exist.",
        "train: {deterministic: true}\n",
        "train: {deterministic: false}\n",
    ),
    Rule(
        "MS767", "cannot-reproduce", "error",
        "a run cannot be reproduced and compared",
        "`modelspec reproduce` trains a finished run again from its directory alone. It needs the files that the run wrote, "
        "and a training whose first weights follow from the seed.",
        "modelspec reproduce runs/digits/interrupted\n",
        "modelspec reproduce runs/digits/finished\n",
    ),
)  # fmt: skip
