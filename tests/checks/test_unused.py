"""What a spec defines and never uses."""

from tests.checks.told import spec, told

OUT = "outputs: {y: {loss: mse}}"
TWO = "inputs: {x: [4], extra: [4]}"


def test_an_input_that_nothing_takes_is_told_at_its_name():
    layers = ["  - Dense: 1", "    from: x", "    name: y"]
    assert told(spec(layers, OUT, inputs=TWO)) == [("MS502", 2, 18)]
    joined = ["  - Concatenate:", "    from: [x, extra]", "  - Dense: 1", "    name: y"]
    assert told(spec(joined, OUT, inputs=TWO)) == []


def test_the_last_step_of_a_chain_that_leads_nowhere_is_told_and_no_other():
    layers = ["  - Dense: 1", "    from: x", "    name: y", "  - Dense: 2", "    from: extra", "  - Dense: 3"]
    assert told(spec(layers, OUT, inputs=TWO)) == [("MS503", 9, 5)]


def test_a_call_that_no_output_needs_is_told_at_the_name_it_calls():
    layers = ["  - Dense: 1", "    name: y", "  - {call: d, from: x}", "shared: {d: {Dense: 2}}"]
    assert told(spec(layers, OUT)) == [("MS503", 6, 12)]


def test_steps_and_inputs_of_a_nested_model_are_told_too():
    model = ["models:", "  m:", "    inputs: {a: [4], b: [4]}", "    layers: [{Dense: 2, from: a}]"]
    call = ["  - {call: m, from: {a: x, b: x}, name: y}"]
    assert told(spec(call, OUT, *model)) == [("MS502", 8, 22)]


def test_a_shared_layer_or_model_that_nobody_calls_is_told_at_its_name():
    layers = ["  - Dense: 1", "    name: y"]
    assert told(spec(layers, OUT, "shared: {d: {Dense: 2}}")) == [("MS504", 7, 10)]
    assert told(spec(layers, OUT, "models: {m: {inputs: {a: [4]}, layers: [{Dense: 2}]}}")) == [("MS504", 7, 10)]


def test_a_shared_layer_in_a_wrapper_or_in_a_nested_model_is_called():
    wrapped = ["  - Reshape: [2, 2]", "  - TimeDistributed: d", "    name: y"]
    assert told(spec(wrapped, OUT, "shared: {d: {Dense: 2}}")) == []
    model = "models: {m: {inputs: {a: [4]}, layers: [{call: d}]}}"
    assert told(spec(["  - {call: m, name: y}"], OUT, "shared: {d: {Dense: 2}}", model)) == []


def test_nothing_is_called_unused_where_a_part_of_the_spec_was_refused():
    layers = ["  - Dense: 1", "    from: x", "    name: y", "  - Dens: 2", "    from: extra"]
    assert [code for code, *_ in told(spec(layers, OUT, inputs=TWO))] == ["MS206"]
