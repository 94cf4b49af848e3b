"""MS301 to MS309: what can be wrong with how the parts of a spec refer to each other. Knows no graph."""

from __future__ import annotations

from modelspec.diagnostics.rules.rule import START, Rule

_TWO = "modelspec: 1\ninputs: {a: [4], b: [4]}\n"
_SHARED = _TWO + "shared:\n  encoder: {Dense: 8}\n"

GRAPH: tuple[Rule, ...] = (
    Rule(
        "MS301", "unknown-tensor", "error",
        "a reference to a tensor that does not exist",
        "`from` names an input, a step, or a call of a shared layer, all of them further up.",
        START + "  - Dense: 8\n    name: hidden\n  - Dense: 1\n    from: hiden\n",
        START + "  - Dense: 8\n    name: hidden\n  - Dense: 1\n    from: hidden\n",
    ),
    Rule(
        "MS302", "tensor-below", "error",
        "a reference to a step further down",
        "A spec is read from top to bottom, so each step is known when it is used and there are no cycles.",
        START + "  - Dense: 1\n    from: hidden\n    name: price\n  - Dense: 8\n    from: x\n    name: hidden\n"
        "outputs:\n  price:\n  hidden:\n",
        START + "  - Dense: 8\n    from: x\n    name: hidden\n  - Dense: 1\n    from: hidden\n    name: price\n"
        "outputs:\n  price:\n  hidden:\n",
    ),
    Rule(
        "MS303", "ambiguous-call", "error",
        "the name of a shared layer that was called more than once",
        "Each call has an output of its own; the bare name could mean any of them. Keras says \"multiple inbound nodes\".",
        _SHARED + "layers:\n  - {call: encoder, from: a}\n  - {call: encoder, from: b}\n  - Dense: 1\n    from: encoder\n",
        _SHARED + "layers:\n  - {call: encoder, from: a}\n  - {call: encoder, from: b}\n"
        "  - Add:\n    from: [encoder@0, encoder@1]\n",
    ),
    Rule(
        "MS304", "no-such-output", "error",
        "a reference to an output or call that does not exist, or to several outputs at once",
        "An LSTM with `return_state` has three outputs, `name.0` to `name.2`; a shared layer called twice has the calls "
        "`name@0` and `name@1`.",
        "modelspec: 1\ninputs: {x: [10, 4]}\nlayers:\n"
        "  - LSTM: {units: 8, return_state: true}\n    name: lstm\n  - Dense: 1\n    from: lstm.3\n",
        "modelspec: 1\ninputs: {x: [10, 4]}\nlayers:\n"
        "  - LSTM: {units: 8, return_state: true}\n    name: lstm\n  - Dense: 1\n    from: lstm.2\n",
    ),
    Rule(
        "MS305", "name-taken", "error",
        "a name that already means something else",
        "A reference must mean one thing. Names that differ only in upper and lower case would be one file on some "
        "machines.",
        START + "  - Dense: 8\n    name: hidden\n  - Dense: 8\n    name: Hidden\n",
        START + "  - Dense: 8\n    name: hidden\n  - Dense: 8\n    name: hidden_2\n",
    ),
    Rule(
        "MS306", "first-step-from", "error",
        "the first step does not say which of several inputs it takes",
        "A step without `from` takes the step above. Above the first one there are only inputs.",
        _TWO + "layers:\n  - Dense: 8\n    name: hidden\n  - Concatenate:\n    from: [hidden, b]\n",
        _TWO + "layers:\n  - Dense: 8\n    from: a\n    name: hidden\n  - Concatenate:\n    from: [hidden, b]\n",
    ),
    Rule(
        "MS307", "unknown-call", "error",
        "`call` names neither a shared layer nor a model",
        "A layer or model that is called by name is defined under `shared` or `models`.",
        "modelspec: 1\ninputs: {x: [4]}\nshared:\n  encoder: {Dense: 8}\nlayers:\n  - {call: encodr, from: x}\n",
        "modelspec: 1\ninputs: {x: [4]}\nshared:\n  encoder: {Dense: 8}\nlayers:\n  - {call: encoder, from: x}\n",
    ),
    Rule(
        "MS308", "model-cycle", "error",
        "a model calls itself, or models call models too deeply",
        "A model inside itself would never end.",
        "modelspec: 1\ninputs: {x: [4]}\nmodels:\n  inner:\n    inputs: {x: [4]}\n    layers:\n      - call: inner\n"
        "layers:\n  - call: inner\n",
        "modelspec: 1\ninputs: {x: [4]}\nmodels:\n  inner:\n    inputs: {x: [4]}\n    layers:\n      - Dense: 4\n"
        "layers:\n  - call: inner\n  - call: inner\n",
    ),
    Rule(
        "MS309", "output-without-tensor", "error",
        "an output names no tensor",
        "An output is the tensor of its own name, unless `from` names another.",
        START + "  - Dense: 1\n    name: price\n  - Dense: 1\n    name: rent\noutputs:\n  prize:\n  rent:\n",
        START + "  - Dense: 1\n    name: price\n  - Dense: 1\n    name: rent\noutputs:\n  price:\n  rent:\n",
    ),
)  # fmt: skip
