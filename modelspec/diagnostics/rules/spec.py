"""MS201 to MS214: what can be wrong with what a spec says. Must not know how a spec is read."""

from __future__ import annotations

from modelspec.diagnostics.rules.rule import START, Rule

SPEC: tuple[Rule, ...] = (
    Rule(
        "MS201", "unknown-key", "error",
        "a key or argument that does not exist",
        "A misspelt key that is ignored would silently leave the default in place.",
        START + "  - Dense: {units: 1, activaton: relu}\n",
        START + "  - Dense: {units: 1, activation: relu}\n",
    ),
    Rule(
        "MS202", "missing-key", "error",
        "a required key or argument is missing",
        "Where Keras has no default, there is none here either.",
        START + "  - Dense: {activation: relu}\n",
        START + "  - Dense: {units: 1, activation: relu}\n",
    ),
    Rule(
        "MS203", "wrong-type", "error",
        "a value has the wrong type",
        "Nothing is converted: Keras takes `true` for one unit, and a string in place of a number fails only in the middle of "
        "training.",
        START + '  - Dense: {units: "1"}\n',
        START + "  - Dense: {units: 1}\n",
    ),
    Rule(
        "MS204", "out-of-bounds", "error",
        "a number is too small or too large",
        "The bounds are those of Keras, and where Keras has none, those that make sense: zero epochs would silently train "
        "nothing.",
        START + "  - Dropout: 1.5\n",
        START + "  - Dropout: 0.5\n",
    ),
    Rule(
        "MS205", "unknown-choice", "error",
        "a value is not one of the choices",
        "Some arguments take one of a few words; the message lists them.",
        "modelspec: 1\ninputs: {image: [8, 8, 1]}\nlayers:\n"
        "  - Conv2D: {filters: 4, kernel_size: 3, padding: smae}\n",
        "modelspec: 1\ninputs: {image: [8, 8, 1]}\nlayers:\n"
        "  - Conv2D: {filters: 4, kernel_size: 3, padding: same}\n",
    ),
    Rule(
        "MS206", "unknown-layer", "error",
        "a layer that Keras does not have",
        "Layers are those of Keras 3, by Keras's names: `modelspec layers` lists them. Names are looked up in a list and "
        "never imported, so that a spec cannot run code.",
        START + "  - Desne: 1\n",
        START + "  - Dense: 1\n",
    ),
    Rule(
        "MS207", "unknown-name", "error",
        "a loss, metric, optimizer, op, initializer or the like that Keras does not have",
        "Names are Keras's own, as classes (`MeanSquaredError`) or, where Keras takes them, as short strings (`mse`).",
        START + "  - Dense: 1\ntrain: {optimizer: adm}\n",
        START + "  - Dense: 1\ntrain: {optimizer: adam}\n",
    ),
    Rule(
        "MS208", "arguments-conflict", "error",
        "two arguments cannot be combined",
        "Each is valid by itself, but Keras refuses both together, or one of them would silently win.",
        "modelspec: 1\ninputs: {image: [8, 8, 1]}\nlayers:\n"
        "  - Conv2D: {filters: 4, kernel_size: 3, strides: 2, dilation_rate: 2}\n",
        "modelspec: 1\ninputs: {image: [8, 8, 1]}\nlayers:\n"
        "  - Conv2D: {filters: 4, kernel_size: 3, strides: 2}\n",
    ),
    Rule(
        "MS209", "step-layer", "error",
        "an item of `layers` has no layer, or several",
        "A step is one call of one layer. Arguments go under the layer's name, not beside it.",
        START + "  - Flatten:\n    Dense: 1\n",
        START + "  - Flatten\n  - Dense: 1\n",
    ),
    Rule(
        "MS210", "bad-name", "error",
        "a name with characters that a name cannot have",
        "Names end up in files, in Keras and in expressions, so they consist of at most 128 letters, digits, `_` and "
        "`-`.",
        START + "  - Dense: 1\n    name: my layer\n",
        START + "  - Dense: 1\n    name: my_layer\n",
    ),
    Rule(
        "MS211", "left-out", "error",
        "a part of Keras that a spec cannot contain",
        "What runs Python code, reads files or opens connections is left out on purpose: checking or training someone "
        "else's spec must be safe.",
        START + "  - Lambda: 'x ** 2'\n",
        START + "  - ops.square\n",
    ),
    Rule(
        "MS212", "language-version", "error",
        "the version of the language is not 1, or not the first key",
        "With the version first, a program knows how to read the rest, today and in ten years.",
        "inputs: {x: [4]}\nmodelspec: 1\nlayers:\n  - Dense: 1\n",
        START + "  - Dense: 1\n",
    ),
    Rule(
        "MS213", "old-name", "error",
        "a name from Keras 1 or Keras 2",
        "Many tutorials use names that Keras 3 no longer has. The message gives the current name.",
        START + "  - Dense: {units: 1, init: uniform}\n",
        START + "  - Dense: {units: 1, kernel_initializer: uniform}\n",
    ),
    Rule(
        "MS214", "of-all-stages", "error",
        "a stage sets something that is the same in all stages",
        "The stages train one model on the same rows, into one run. Its seed, losses, precision and checkpoints therefore "
        "belong to the whole training.",
        START + "  - Dense: 1\ntrain: {loss: mse, stages: [{epochs: 2}, {epochs: 3, seed: 7}]}\n",
        START + "  - Dense: 1\ntrain: {loss: mse, seed: 7, stages: [{epochs: 2}, {epochs: 3}]}\n",
    ),
)  # fmt: skip
