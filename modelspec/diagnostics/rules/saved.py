"""MS620 to MS631: what can be wrong with a saved model that a spec takes in. Knows no file format."""

from __future__ import annotations

from modelspec.diagnostics.rules.rule import Rule

SAVED: tuple[Rule, ...] = (
    Rule(
        "MS620", "saved-unreadable", "error",
        "a saved model does not exist or cannot be read",
        "`saved:` takes a `.keras` file or a run directory; its path is relative to the folder of the spec.",
        "models:\n  vision: {saved: models/vison.keras}\n",
        "models:\n  vision: {saved: models/vision.keras}\n",
    ),
    Rule(
        "MS621", "saved-format", "error",
        "a saved model has a format that modelspec does not read",
        "Only `.keras` files and run directories are read. `.h5` files and TensorFlow's folders contain code that runs "
        "when they are opened, so load them with Keras if you trust them, and save them again as `.keras`.",
        "models:\n  vision: {saved: vision.h5}\n",
        "models:\n  vision: {saved: vision.keras}\n",
    ),
    Rule(
        "MS622", "archive-damaged", "error",
        "a .keras file is truncated, damaged, or not a .keras file",
        "Every part of the file has a checksum, and is used only if it matches: a model with wrong weights would give "
        "meaningless numbers.",
        "a file of which half was copied\n",
        "the whole file\n",
    ),
    Rule(
        "MS623", "archive-unsafe", "error",
        "a .keras file has parts that Keras does not write",
        "Keras writes `config.json`, `metadata.json`, `model.weights.h5` and files below `assets/`, each once and "
        "uncompressed. Anything else was added by another program, and may be meant to fill the memory or the disk.",
        "a .keras file with a member named ../../.bashrc\n",
        "a .keras file as keras.Model.save writes it\n",
    ),
    Rule(
        "MS624", "archive-config", "error",
        "the description in a .keras file does not describe a Keras model",
        "`config.json` holds the layers and how they are connected; without it nothing is known about the model.",
        "a .keras file whose config.json is []\n",
        "a .keras file as keras.Model.save writes it\n",
    ),
    Rule(
        "MS625", "saved-left-out", "error",
        "a saved model has something that a spec cannot contain",
        "A spec never runs code, so it cannot contain `Lambda` layers, your own classes, or arguments that the "
        "language leaves out.",
        "keras.layers.Lambda(lambda x: abs(x))\n",
        "keras.ops.abs(x)\n",
    ),
    Rule(
        "MS626", "saved-subclassed", "error",
        "a saved model has no description of its layers",
        "A model written as a Python class, or a Sequential model that was never called, does not say how its layers are "
        "connected. Only functional and Sequential models that have been built do.",
        "class Vision(keras.Model): ...\n",
        "vision = keras.Model(inputs, outputs)\n",
    ),
    Rule(
        "MS627", "saved-sharing", "error",
        "a saved model shares a layer, and which one is ambiguous",
        "Keras marks the second place where a layer is used, not the first. Where two layers have the same name and the "
        "same arguments, either may be meant.",
        "two nested models that each have a layer 'dense', and a third that shares one of them\n",
        "the same with the names 'dense_a' and 'dense_b'\n",
    ),
    Rule(
        "MS628", "saved-run", "error",
        "a folder is not a run directory, or has lost some of its files",
        "A run directory holds the resolved spec and the weights of the best and the last epoch.",
        "models:\n  vision: {saved: runs/}\n",
        "models:\n  vision: {saved: runs/vision/2026-01-31_12-00-00}\n",
    ),
    Rule(
        "MS629", "saved-newer-keras", "warning",
        "a saved model was written by a newer Keras than modelspec knows",
        "Arguments or defaults of its layers may have a new meaning.",
        "a file of a later version of Keras\n",
        "a file of Keras 3\n",
    ),
    Rule(
        "MS630", "saved-weights", "error",
        "the weights of a saved model do not fit its own description",
        "Every weight must be there, with the shape that the description gives it.",
        "a .keras file whose config.json was edited\n",
        "a .keras file as keras.Model.save writes it\n",
    ),
    Rule(
        "MS631", "saved-old-keras", "error",
        "a saved model was written by Keras 2",
        "Keras 2 describes models differently. Keras 3 can load most of them and save them again.",
        "a .keras file of TensorFlow 2.15\n",
        "keras.models.load_model('old.keras').save('new.keras')\n",
    ),
    Rule(
        "MS632", "saved-tensor", "error",
        "a saved model has no tensor of that name",
        "`inputs` and `outputs` cut a part out of a saved model by the names of its inputs and layers.",
        "models:\n  question: {saved: runs/vqa/1, inputs: [question], outputs: [encoded]}\n",
        "models:\n  question: {saved: runs/vqa/1, inputs: [question], outputs: [encoded_question]}\n",
    ),
    Rule(
        "MS633", "saved-input", "error",
        "a part of a saved model needs an input that is left out",
        "Every path from the model's inputs to the named outputs must begin at one of the named inputs.",
        "models:\n  answer: {saved: runs/vqa/1, inputs: [question], outputs: [answer]}\n",
        "models:\n  answer: {saved: runs/vqa/1, inputs: [image, question], outputs: [answer]}\n",
    ),
    Rule(
        "MS634", "saved-layer", "error",
        "a saved model has no inner model of that name",
        "`layer` names a model inside the saved one. A single layer is cut out by its tensors.",
        "models:\n  vision: {saved: runs/vqa/1, layer: visoin}\n",
        "models:\n  vision: {saved: runs/vqa/1, layer: vision}\n",
    ),
)  # fmt: skip
