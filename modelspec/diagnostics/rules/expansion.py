"""MS142 to MS156: variables, expressions, blocks and loops, bases and settings. Must not know how they are written out."""

from __future__ import annotations

from modelspec.diagnostics.rules.rule import START, Rule

_BLOCK = (
    "modelspec: 1\ninputs: {x: [4]}\n"
    "blocks:\n  wide:\n    params: {units: {type: integer}}\n    layers:\n      - Dense: $units\nlayers:\n"
)
_TWO = "modelspec: 1\ninputs: {x: [4]}\nblocks:\n  sum:\n    inputs: [a, b]\n    layers:\n      - Add:\n        from: [a, b]\nlayers:\n  - Dense: 4\n    name: d\n"  # noqa: E501

EXPANSION: tuple[Rule, ...] = (
    Rule(
        "MS142", "unknown-variable", "error",
        "a variable that is not set",
        "`$name` stands for a variable under `vars`, a block's parameter or a loop's variable. A literal dollar sign "
        "is written `$$`.",
        "modelspec: 1\nvars: {width: 8}\ninputs: {x: [4]}\nlayers:\n  - Dense: $widht\n",
        "modelspec: 1\nvars: {width: 8}\ninputs: {x: [4]}\nlayers:\n  - Dense: $width\n",
    ),
    Rule(
        "MS143", "expression", "error",
        "an expression that cannot be computed",
        "`$(…)` may contain numbers, strings, booleans, lists, operators and a few functions, so a spec never runs "
        "code; results that would be too large are not computed.",
        "modelspec: 1\nvars: {width: 8}\ninputs: {x: [4]}\nlayers:\n  - Dense: $(width // 0)\n",
        "modelspec: 1\nvars: {width: 8}\ninputs: {x: [4]}\nlayers:\n  - Dense: $(width // 2)\n",
    ),
    Rule(
        "MS144", "unknown-block", "error",
        "a block that is not defined",
        "A step `- block: name` expands to the block of that name, which is defined under `blocks`.",
        _BLOCK + "  - block: wild\n    with: {units: 4}\n",
        _BLOCK + "  - block: wide\n    with: {units: 4}\n",
    ),
    Rule(
        "MS145", "block-cycle", "error",
        "a block that is used inside itself",
        "A block is expanded wherever it is used, so this would never end.",
        "modelspec: 1\ninputs: {x: [4]}\nblocks:\n  wide:\n    layers:\n      - Dense: 4\n      - block: wide\n"
        "layers:\n  - block: wide\n",
        "modelspec: 1\ninputs: {x: [4]}\nblocks:\n  wide:\n    layers:\n      - Dense: 4\n"
        "layers:\n  - block: wide\n    repeat: 2\n",
    ),
    Rule(
        "MS146", "parameter-type", "error",
        "a value does not fit the type of a block's parameter",
        "A parameter may have a type (integer, number, text, boolean, list); its values and its default must have that "
        "type.",
        _BLOCK + "  - block: wide\n    with: {units: 4.5}\n",
        _BLOCK + "  - block: wide\n    with: {units: 4}\n",
    ),
    Rule(
        "MS147", "when", "error",
        "`when` is neither true nor false",
        "`when` says whether a step is included. Only a boolean can say that: the meaning of a number or a string "
        "would be a guess.",
        "modelspec: 1\nvars: {deep: 2}\n" + START.removeprefix("modelspec: 1\n") + "  - Dense: 1\n    when: $deep\n",
        "modelspec: 1\nvars: {deep: 2}\n" + START.removeprefix("modelspec: 1\n") + "  - Dense: 1\n    when: $(deep > 1)\n",
    ),
    Rule(
        "MS148", "for-lengths", "error",
        "the lists of one `for` have different lengths",
        "Several names advance together: the first value of each, then the second value of each.",
        START + "  - Dense: {units: $units, activation: $how}\n    for: {units: [8, 1], how: [relu]}\n",
        START + "  - Dense: {units: $units, activation: $how}\n    for: {units: [8, 1], how: [relu, tanh]}\n",
    ),
    Rule(
        "MS149", "repeat", "error",
        "`repeat` is not a whole number of copies",
        "A step is repeated a whole number of times; 0 leaves it out.",
        START + "  - Dense: 1\n    repeat: -1\n",
        START + "  - Dense: 1\n    repeat: 2\n",
    ),
    Rule(
        "MS150", "block-parameter", "error",
        "a block's parameter is missing or unknown",
        "A parameter without a default must be given under `with`; one that the block does not have would be ignored.",
        _BLOCK + "  - block: wide\n    with: {unit: 4, units: 4}\n",
        _BLOCK + "  - block: wide\n    with: {units: 4}\n",
    ),
    Rule(
        "MS151", "block-inputs", "error",
        "a block is not given the inputs that it takes",
        "`from` gives one tensor for each of the block's inputs, in their order or by their names.",
        _TWO + "  - block: sum\n    from: d\n",
        _TWO + "  - block: sum\n    from: [d, d]\n",
    ),
    Rule(
        "MS152", "step-left-out", "error",
        "a reference to a step that `when` leaves out",
        "A step that is left out makes no tensor. Leave out the steps that need it too, or give the other case a step "
        "of that name.",
        START + "  - Dense: 4\n    name: wide\n    when: false\n  - Dense: 1\n    from: wide\n",
        START + "  - Dense: 4\n    name: wide\n    when: true\n  - Dense: 1\n    from: wide\n",
    ),
    Rule(
        "MS153", "other-spec", "error",
        "a spec that another spec names cannot be read",
        "`extends` and `spec` name a YAML file by its path, relative to the folder of the file that names it. It must "
        "be below that folder or the folder in which the command runs: a spec may come from a stranger.",
        START.replace("modelspec: 1\n", "modelspec: 1\nextends: bases/small.yaml\n") + "  - Dense: 1\n",
        START + "  - Dense: 1\n",
    ),
    Rule(
        "MS154", "extends-cycle", "error",
        "a spec extends itself, or is a part of itself",
        "A file is merged over the file that it extends, and so on: the chain must end, and no model can contain "
        "itself.",
        "modelspec: 1\nextends: this.yaml\n",
        "modelspec: 1\nextends: base.yaml\n",
    ),
    Rule(
        "MS155", "set", "error",
        "a `--set` on the command line names no place in the spec",
        "`--set a.b=value` sets one value of the spec. Your own names (variables, inputs, outputs, models) must exist: "
        "a misspelt one would silently change nothing.",
        "modelspec train spec.yaml --set vars.widht=8\n",
        "modelspec train spec.yaml --set vars.width=8\n",
    ),
    Rule(
        "MS156", "ignored-in-copies", "error",
        "a `from` that the later copies of `repeat` do not use",
        "`repeat` makes a chain: the first copy takes what `from` names, each later copy takes the one before it, and "
        "nothing else. With `for`, each copy has its own `from`.",
        START + "  - Dense: 4\n    name: d_0\n  - Dense: 4\n    name: d_1\n"
        "  - ops.square:\n    from: d_$(i)\n    repeat: 2\n    name: s\n  - Add:\n    from: s_*\n",
        START + "  - Dense: 4\n    name: d_0\n  - Dense: 4\n    name: d_1\n"
        "  - ops.square:\n    from: d_$k\n    for: {k: [0, 1]}\n    name: s\n  - Add:\n    from: s_*\n",
    ),
)  # fmt: skip
