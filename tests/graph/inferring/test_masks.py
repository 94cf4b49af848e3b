"""Masks beside tensors: what Keras does with each, and what it fails on, as modelspec has it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from modelspec.pipeline import Checked, check_text
from tests.chosen import spread
from tests.graph.direct import Direct
from tests.graph.telling import notes, only, place, told

pytestmark = pytest.mark.filterwarnings("ignore")  # Keras warns of masks that end somewhere

EMBEDDED = "inputs: {x: {shape: [6, 5], dtype: int32}}"
EMBED = "{Embedding: {input_dim: 9, output_dim: 4, mask_zero: true}}"
TWO = "inputs: {x: [5, 4], y: %s}"
BOTH = "{Masking: null, from: x, name: a}, {Masking: null, from: y, name: b}"
ONE = "{Masking: null, from: x, name: a}"
CHAINS = [
    ("[5, 4]", "{LSTM: {units: 3, return_sequences: true}}, {Dense: {units: 2}}"),
    ("[5, 4]", "{Bidirectional: {layer: {GRU: {units: 3, return_sequences: true}}}}, {LSTM: {units: 2}}"),
    ("[5, 4]", "{LSTM: {units: 3, unroll: true, go_backwards: true}}"),
    ("[5, 4]", "{TimeDistributed: {layer: {Dense: {units: 3}}}}, {LSTM: {units: 2}}"),
    ("[5, 4]", "{TimeDistributed: {layer: BatchNormalization}}"),
    ("[5, 4]", "{TimeDistributed: {layer: Softmax}}"),
    ("[5, 4]", "{Softmax: null}"),
    ("[4, 4]", "{Softmax: {axis: 1}}"),
    ("[1, 4]", "{Softmax: null}"),
    ("[null, 4]", "{Softmax: null}"),
    ("[4]", "{Softmax: null}"),
    ("[5, 4]", "{Activation: {activation: softmax}}, {LeakyReLU: null}, {Dropout: {rate: 0.5}}"),
    ("[5, 4]", "{Flatten: null}, {Softmax: null}"),
    ("[5, 4]", "{Conv1D: {filters: 2, kernel_size: 2}}, {Softmax: null}"),
    ("[5, 4]", "{ops.abs: null}, {Softmax: null}"),
    ("[5, 4]", "{ops.multiply: {x2: 1}}, {Softmax: null}"),
    ("[5, 4]", "{ops.cast: {dtype: float32}}, {Softmax: null}"),
    ("[5, 4]", "{ops.cast: {dtype: float16}}, {Softmax: null}"),
    ("[5, 4]", "{ops.real: null}, {Softmax: null}"),
    ("[5, 4]", "{BatchNormalization: {axis: 1}}, {LayerNormalization: null}, {UnitNormalization: null}"),
    ("[5, 4]", "{GlobalAveragePooling1D: null}"),
    ("[5, 4]", "{GlobalAveragePooling1D: {data_format: channels_first}}"),
    ("[4, 4]", "{GlobalAveragePooling1D: {data_format: channels_first}}"),
    ("[5, 1]", "{GlobalAveragePooling1D: {data_format: channels_first}}"),
    ("[6, 5, 4]", "{TimeDistributed: {layer: {LSTM: {units: 3}}}}"),
    ("[6, 5, 4]", "{TimeDistributed: {layer: {Bidirectional: {layer: {LSTM: {units: 3}}}}}}"),
    ("[6, 5, 4]", "{TimeDistributed: {layer: GlobalAveragePooling1D}}"),
    ("[6, 5, 4]", "{TimeDistributed: {layer: Softmax}}"),
    ("[6, 5, 4]", "{TimeDistributed: {layer: BatchNormalization}}"),
    ("[6, 5, 4]", "{ConvLSTM1D: {filters: 2, kernel_size: 3}}"),
    ("[6, 5, 4]", "{ConvLSTM1D: {filters: 2, kernel_size: 3, padding: same, return_sequences: true}}"),
    ("[6, 4]", "{TimeDistributed: {layer: {Reshape: {target_shape: [2, 2]}}}}, {ConvLSTM1D: {filters: 3, kernel_size: 2}}"),
    ("[6, 4]", "{TimeDistributed: {layer: {Reshape: {target_shape: [2, 2]}}}}, {BatchNormalization: null}"),
    ("[3, 6, 5, 4]", "{TimeDistributed: {layer: {TimeDistributed: {layer: {LSTM: {units: 3}}}}}}"),
]  # fmt: skip
AFTER_EMBEDDING = [
    "{TimeDistributed: {layer: {LSTM: {units: 3}}}}, {LSTM: {units: 2}}",
    "{TimeDistributed: {layer: Flatten}}, {GRU: {units: 5}}",
    "{TimeDistributed: {layer: Flatten}}, {GRU: {units: 5, unroll: true}}",
    "{TimeDistributed: {layer: Flatten}}, {GRU: {units: 6}}",
    "{TimeDistributed: {layer: GlobalMaxPooling1D}}, {Softmax: null}",
    "{TimeDistributed: {layer: GlobalMaxPooling1D}}, {BatchNormalization: null}",
    "{TimeDistributed: {layer: GlobalMaxPooling1D}}, {GlobalAveragePooling1D: null}",
    "{TimeDistributed: {layer: GlobalMaxPooling1D}, name: t}, {Concatenate: {axis: 1}, from: [t, t]}",
    "{TimeDistributed: {layer: GlobalMaxPooling1D}, name: t}, {Add: null, from: [t, t]}",
    "{TimeDistributed: {layer: GlobalMaxPooling1D}, name: t}, {Multiply: null, from: [t, t]}",
    "{TimeDistributed: {layer: {Dense: {units: 5}}}, name: t}, {Concatenate: null, from: [t, t]}, {Softmax: null}",
]
OF_TWO = [
    ("[5, 4]", f"{BOTH}, {{Add: null, from: [a, b]}}, {{LSTM: {{units: 2}}}}"),
    ("[5, 4]", f"{ONE}, {{Add: null, from: [a, y]}}, {{Softmax: null}}"),
    ("[5, 4]", f"{ONE}, {{Concatenate: {{axis: 1}}, from: [a, y]}}, {{LSTM: {{units: 2}}}}"),
    ("[5, 4]", f"{BOTH}, {{Concatenate: {{axis: -1}}, from: [a, b]}}, {{GlobalAveragePooling1D: null}}"),
    ("[5, 4]", f"{BOTH}, {{Dot: {{axes: 1}}, from: [a, b]}}, {{Softmax: null}}"),
    ("[1, 4]", f"{BOTH}, {{Minimum: null, from: [a, b]}}, {{LSTM: {{units: 2}}}}"),
    ("[1, 4]", f"{BOTH}, {{Average: null, from: [b, a]}}"),
    ("[5, 1]", f"{BOTH}, {{Maximum: null, from: [b, a]}}"),
    ("[4]", f"{ONE}, {{Maximum: null, from: [a, y]}}"),
    ("[3, 4]", f"{BOTH}, {{Attention: null, from: [a, b]}}, {{LSTM: {{units: 2}}}}"),
    ("[3, 4]", f"{ONE}, {{AdditiveAttention: null, from: [y, a]}}, {{Softmax: null}}"),
    ("[3, 4]", f"{BOTH}, {{MultiHeadAttention: {{num_heads: 2, key_dim: 3}}, from: {{query: a, value: b}}}}"),
    ("[3, 4]", f"{BOTH}, {{MultiHeadAttention: {{num_heads: 2, key_dim: 3}}, from: {{query: b, value: a, use_causal_mask: true}}}}"),
    ("[3, 4]", f"{BOTH}, {{GroupQueryAttention: {{head_dim: 3, num_query_heads: 2, num_key_value_heads: 1}}, from: {{query: a, value: b}}}}"),
    ("[3]", f"{ONE}, {{GRU: {{units: 3, return_sequences: true}}, from: {{sequences: a, initial_state: [y]}}}}, {{LSTM: {{units: 2}}}}"),
    ("[3]", f"{ONE}, {{GRU: {{units: 3, return_sequences: true}}, from: {{sequences: a, initial_state: [y]}}}}, {{Softmax: null}}"),
]  # fmt: skip
IMAGES = [
    f"{ONE}, {{Attention: null, from: [a, y]}}",
    f"{ONE}, {{Attention: null, from: [y, a]}}",
    f"{ONE}, {{Attention: null, from: {{inputs: [y, a], use_causal_mask: true}}}}",
    f"{ONE}, {{MultiHeadAttention: {{num_heads: 2, key_dim: 3}}, from: {{query: a, value: y}}}}",
    f"{ONE}, {{MultiHeadAttention: {{num_heads: 2, key_dim: 3, attention_axes: [2]}}, from: {{query: a, value: y}}}}",
    f"{ONE}, {{MultiHeadAttention: {{num_heads: 2, key_dim: 3, attention_axes: [2]}}, from: {{query: y, value: a}}}}",
    f"{ONE}, {{MultiHeadAttention: {{num_heads: 2, key_dim: 3, attention_axes: [1]}}, from: {{query: a, value: a}}}}",
]
MODEL = "models: {m: {inputs: {q: %s}, layers: [%s]}}"
INSIDE = [
    ("[5, 4]", "[5, 4]", "{Masking: null}", "{call: m}, {Softmax: null}"),
    ("[5, 4]", "[5, 4]", "{Masking: null}, {Dense: {units: 3}}", "{call: m}, {LSTM: {units: 2}}"),
    ("[5, 4]", "[5, 4]", "{Softmax: null}", "{Masking: null}, {call: m}"),
    ("[5, 4]", "[5, 4]", "{Flatten: null}, {Softmax: null}", "{Masking: null}, {call: m}"),
    ("[6, 5, 4]", "[5, 4]", "{LSTM: {units: 3}}", "{Masking: null}, {TimeDistributed: {layer: m}}"),
    ("[5, 4]", "[4]", "{Softmax: null}", "{Masking: null}, {TimeDistributed: {layer: m}}"),
    ("[5, 4]", "[4]", "{Masking: null}, {Dense: {units: 2}}", "{TimeDistributed: {layer: m}}, {Softmax: null}"),
]
SPECS = [
    *(f"inputs: {{x: {shape}}}\nlayers: [{{Masking: null}}, {steps}]" for shape, steps in CHAINS),
    *(f"{EMBEDDED}\nlayers: [{EMBED}, {steps}]" for steps in AFTER_EMBEDDING),
    *(f"{TWO % shape}\nlayers: [{steps}]" for shape, steps in OF_TWO),
    *(f"inputs: {{x: [2, 5, 4], y: [2, 3, 4]}}\nlayers: [{steps}]" for steps in IMAGES),
    *(f"inputs: {{x: {x}}}\n{MODEL % (q, inner)}\nlayers: [{steps}]" for x, q, inner, steps in INSIDE),
]


@pytest.mark.parametrize("text", spread(SPECS, 4, first=2))
def test_a_mask_is_refused_where_keras_fails_on_it_and_goes_on_where_keras_carries_it(text):
    spec: dict[str, Any] = yaml.safe_load(text)
    spec["layers"] = [named(step, index) for index, step in enumerate(spec["layers"])]
    checked = check_text(yaml.safe_dump({"modelspec": 1, **spec}, sort_keys=False), "spec.yaml")
    errors = [problem for problem in checked.diagnostics if problem.severity == "error"]
    direct = Direct(spec)
    failure = failure_of(direct)
    if failure is not None:
        assert [error.code for error in errors] == ["MS412"], failure
        return
    assert not errors
    # Of the last tensor only: MultiHeadAttention takes the masks off the tensors it is given.
    last = direct.masks()[-1]
    assert (None if last is None else len(last)) == ranks(checked)[-1]


def failure_of(direct: Direct) -> Exception | None:
    """What Keras raises, whatever it is, while the model is built or run."""
    try:
        direct.build()
        direct.run()
    except Exception as error:
        return error
    return None


def named(step: dict[str, Any], index: int) -> dict[str, Any]:
    """The step with a name, as the output of a step can only be told apart by one."""
    return {"name": f"step{index}", **step}


def ranks(checked: Checked) -> list[int | None]:
    """The number of axes of the mask of each step's output, as the checker has it."""
    assert checked.network is not None
    shaped = checked.network.main
    calls = zip(shaped.graph.vertices, shaped.tensors, strict=True)
    outputs = [tensor for vertex, tensors in calls if vertex.kind != "input" for tensor in tensors or ()]
    return [None if output.mask is None else len(output.mask) for output in outputs]


def test_the_cases_are_of_both_kinds():
    codes = [told(f"{text}\n") for text in SPECS]
    assert 20 < sum(bool(found) for found in codes) < len(SPECS) - 20


def test_masks_of_different_rank_are_refused_where_they_meet():
    text = f"{TWO % '[4]'}\nlayers:\n  - {{Masking: null, from: x, name: a}}\n  - {{Masking: null, from: y, name: b}}\n"
    assert told(text + "  - {Add: null, from: [a, b]}\n") == [("MS412", 6, 6)]


def test_a_refused_mask_names_the_layer_that_made_it():
    error = only("inputs: {x: [5, 4]}\nlayers:\n  - Masking\n  - Dense: 3\n  - Softmax\n")
    assert place(error) == ("MS412", 6, 5)
    assert (4, 5, "the mask comes from Masking") in notes(error)
    assert error.help == "write `ops.softmax`, which needs no mask"


def test_a_mask_that_fails_inside_a_nested_model_names_the_call():
    error = only(
        "inputs: {x: [5, 4]}\nmodels:\n  m:\n    inputs: {q: [5, 4]}\n    layers:\n      - Softmax\n"
        "layers:\n  - Masking\n  - call: m\n"
    )
    assert place(error) == ("MS412", 7, 9)
    assert (10, 5, "in this call of 'm'") in notes(error)
