"""What people write who come from Python or from other tools: the help has the spec's form, with their own values."""

import re

import pytest

from modelspec.pipeline import check_text

NET = """modelspec: 1
vars: {w: 3}
shared: {enc: {Dense: 3}}
blocks: {b: {params: [n], inputs: [v], layers: [{Dense: $n}]}}
inputs: {x: [8, 8, 1], z: [4], s: {shape: [5, 4]}}
layers:
  - {call: enc, from: x, name: used}
  - {block: b, with: {n: 3}, from: z, name: t}
  - Dense: $w
    from: z
    name: tail
%s
"""
REST = "outputs: {y: {loss: mse}, used: used, t: t, tail: tail, s: s}\n"


def errors(text):
    return [problem for problem in check_text(text, "spec.yaml").diagnostics if problem.severity == "error"]


def at(text, problem):
    span = problem.span
    return text.split("\n")[span.line - 1][span.column - 1 : span.end_column - 1]


def written(problem):
    return (
        re.search(r"`([^`]*)`", problem.help).group(1)
        if "`" in problem.help
        else problem.help.removeprefix("write ").split(",")[0]
    )


IN_PLACE = [
    ("Conv2D: {filters: 4, kernel_size: (3, 3)}", "x", "(3, 3)", "[3, 3]"),
    ("Conv2D: {filters: 4, kernel_size: (3, 3), strides: (2, 2)}", "x", "(3, 3)", "[3, 3]"),
    ('Conv2D: {filters: 4, kernel_size: "(3, 3)"}', "x", '"(3, 3)"', "[3, 3]"),
    ("Conv2D: {filters: 4, kernel_size: 3x3}", "x", "3x3", "[3, 3]"),
    ("Reshape: (8, 8)", "x", "(8, 8)", "[8, 8]"),
    ("Reshape: (-1,)", "x", "(-1,)", "[-1]"),
    ("MaxPooling2D: {pool_size: 2x2}", "x", "2x2", "[2, 2]"),
    ("Dropout: 50", "x", "50", "0.5"),
    ("Dropout: 50%", "x", "50%", "0.5"),
    ('Dense: {units: 3, use_bias: "True"}', "x", '"True"', "true"),
    ("Dense: {units: $w * 2}", "x", "$w * 2", "$(w * 2)"),
    ('Dense: {units: "{{ w }}"}', "x", '"{{ w }}"', "$w"),
    ("Dense: {units: 3, activation: None}", "x", "None", "linear"),
    ("Dense: {units: 3, kernel_regularizer: l2(0.01)}", "x", "l2(0.01)", "{l2: 0.01}"),
    ("Dense: {units: 3, activation: LeakyReLU(0.1)}", "x", "LeakyReLU(0.1)", "{LeakyReLU: 0.1}"),
    (
        "Dense: {units: 3, kernel_initializer: keras.initializers.RandomNormal(stddev=0.01)}", "x",
        "keras.initializers.RandomNormal(stddev=0.01)", "{RandomNormal: {stddev: 0.01}}",
    ),
    ("Dense(3)", "x", "Dense(3)", "Dense: 3"),
    ("layers.Dense(3, activation='relu')", "x", "layers.Dense(3, activation='relu')", "Dense: {units: 3, activation: relu}"),
    ("Conv2D(4, (3, 3), padding='same')", "x", "Conv2D(4, (3, 3), padding='same')",
     "Conv2D: {filters: 4, kernel_size: [3, 3], padding: same}"),
    ("nn.Flatten()", "x", "nn.Flatten()", "Flatten"),
    ("Bidirectional(LSTM(4))", "s", "Bidirectional(LSTM(4))", "Bidirectional: {layer: {LSTM: 4}}"),
]  # fmt: skip


@pytest.mark.parametrize(("step", "given", "where", "right"), IN_PLACE, ids=[item[0] for item in IN_PLACE])
def test_a_value_as_others_write_it_leads_to_the_value_in_its_place(step, given, where, right):
    text = NET % f"  - {step}\n" + REST.replace("y: {loss: mse}, ", "")
    if ":" in step:
        text = NET % f"  - {step}\n    from: {given}\n    name: y" + REST.replace("y: {loss: mse}", "y: y")
    problem = errors(text)[0]
    assert at(text, problem) == where
    assert written(problem) == right
    fixed = text.replace(where, right, 1).replace("(2, 2)", "[2, 2]")
    assert not [item for item in errors(fixed) if item.code != "MS401"], fixed


TRAINED = "  - Dense: {units: 3}\n    from: z\n    name: y\n"


@pytest.mark.parametrize(
    ("train", "where", "right"),
    [
        ("optimizer: {type: adam, lr: 0.001}", "{type: adam, lr: 0.001}", "{Adam: {learning_rate: 0.001}}"),
        ("optimizer: {name: SGD, learning_rate: 0.1, momentum: 0.9}", "{name: SGD, learning_rate: 0.1, momentum: 0.9}",
         "{SGD: {learning_rate: 0.1, momentum: 0.9}}"),
        ("optimizer: {class_name: Adam, config: {learning_rate: 0.1}}", "{class_name: Adam, config: {learning_rate: 0.1}}",
         "{Adam: {learning_rate: 0.1}}"),
        ("optimizer: Adam(learning_rate=0.001)", "Adam(learning_rate=0.001)", "{Adam: 0.001}"),
        ("optimizer: tf.keras.optimizers.Adam(1e-3)", "tf.keras.optimizers.Adam(1e-3)", "{Adam: 0.001}"),
        ("callbacks: [EarlyStopping(patience=3)]", "EarlyStopping(patience=3)", "EarlyStopping: {patience: 3}"),
        ("callbacks: {EarlyStopping: {patience: 3}, TerminateOnNaN: }", "{EarlyStopping: {patience: 3}, TerminateOnNaN: }",
         "[{EarlyStopping: {patience: 3}}, {TerminateOnNaN: null}]"),
    ],
)  # fmt: skip
def test_objects_of_training_as_others_write_them_lead_to_the_form_of_a_spec(train, where, right):
    text = NET % TRAINED + REST + f"train: {{{train}}}\n"
    [problem] = errors(text)
    assert (at(text, problem), written(problem)) == (where, right)
    assert errors(text.replace(where, right)) == []


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("  - {type: Dense, units: 3, from: z, name: y}\n", "  - {Dense: {units: 3}, from: z, name: y}\n"),
        ("  - {class_name: Dense, config: {units: 3}, from: z, name: y}\n", "  - {Dense: {units: 3}, from: z, name: y}\n"),
        ("  - {layer: {Dense: 3}, from: z, name: y}\n", "  - {Dense: 3, from: z, name: y}\n"),
        ("  - Dense:\n    units: 3\n    activation: relu\n    from: z\n    name: y\n",
         "  - Dense: {units: 3, activation: relu}\n    from: z\n    name: y\n"),
        ("  - Dense: 3\n    activation: relu\n    from: z\n    name: y\n",
         "  - Dense: {units: 3, activation: relu}\n    from: z\n    name: y\n"),
    ],
)  # fmt: skip
def test_a_layer_among_the_keys_of_its_step_is_told_once_with_the_layer_to_write(wrong, right):
    [problem] = errors(NET % wrong + REST)
    assert problem.code == "MS201" and f"{written(problem)}" in right
    assert errors(NET % right + REST) == []


@pytest.mark.parametrize(
    ("wrong", "right"),
    {
        "call: enc(x)": "call: enc", "enc: x": "call: enc", "block: {b: {n: 3}}": "block: b",
        "MultiHeadAttention: {num_heads: 2, key_dim: 4}\n    from: s": "from: {query: s, value: s}",
        "Dense: 3\n    from: null": "from",
    }.items(),
)  # fmt: skip
def test_steps_that_are_nearly_right_lead_to_the_step(wrong, right):
    problem = errors(NET % f"  - {wrong}\n    name: y\n" + REST)[0]
    assert written(problem) == right


@pytest.mark.parametrize(
    ("outputs", "right"),
    {
        "outputs: [tail]": "outputs: {tail: {loss: mse}}",
        "outputs: tail": "outputs: {tail: {loss: mse}}",
        "outputs: {tail: mse}": "tail: {loss: mse}",
        "outputs: {tail: {loss: binary_crossentropy, from_logits: true}}": "loss: {BinaryCrossentropy: {from_logits: true}}",
    }.items(),
)
def test_outputs_as_others_write_them_lead_to_names_with_losses(outputs, right):
    [problem] = errors(NET % "" + outputs)
    assert written(problem) == right


@pytest.mark.parametrize(
    ("shape", "right"),
    {
        "784": "[784]", "(28, 28, 1)": "[28, 28, 1]", '"(28, 28, 1)"': "[28, 28, 1]", "28x28": "[28, 28]",
        "[None, 3]": "null", '["28", 28]': None, "(None, 3)": "[null, 3]",
    }.items(),
)  # fmt: skip
def test_shapes_of_python_lead_to_lists(shape, right):
    text = f"modelspec: 1\ninputs: {{x: {shape}}}\nlayers:\n  - Flatten\n"
    problem = errors(text)[0]
    assert problem.help == "remove the quotes" if right is None else written(problem) == right
    fixed = text.replace("None", "null") if right == "null" else text.replace(shape, right or "[28, 28]")
    assert errors(fixed) == []


def test_numbers_in_quotes_are_told_to_be_without():
    text = NET % TRAINED + REST + 'train: {epochs: "3", batch_size: 10.0}\n'
    assert [problem.help for problem in errors(text)] == ["remove the quotes", "write 10"]


@pytest.mark.parametrize(
    "text", ["(", "()", "(a", "f(", "f(x", "Dense(" * 40, "Dense(*x)", "Dense(**x)", "a(b)(c)", "Dense(lambda: 3)"]
)
def test_texts_that_are_no_tuples_and_no_calls_are_left_as_they_are(text):
    told = errors(
        f"modelspec: 1\ninputs: {{x: [4]}}\nlayers:\n  - 'Q{text}'\n  - Dense: {{units: 3, activation: '{text}'}}\n"
    )
    assert {problem.code for problem in told} <= {"MS206", "MS207"}


@pytest.mark.parametrize(
    ("key", "right"),
    {
        "gradient_clip": "optimizer: {Adam: {clipnorm: 1.0}}", "amp": "precision: mixed_float16",
        "accumulate": "optimizer: {Adam: {gradient_accumulation_steps: 4}}",
    }.items(),
)  # fmt: skip
def test_settings_of_training_of_other_tools_lead_to_those_of_a_spec(key, right):
    [problem] = errors(NET % TRAINED + REST + f"train: {{{key}: 1}}\n")
    assert written(problem) == right
    assert errors(NET % TRAINED + REST + f"train: {{{right}}}\n") == []


@pytest.mark.parametrize("key", ["verbose", "workers", "validation_steps", "gpu", "log_dir", "initial_epoch"])
def test_what_training_does_by_itself_is_to_be_removed(key):
    [problem] = errors(NET % TRAINED + REST + f"train: {{{key}: 1, epochs: 2}}\n")
    assert problem.help.startswith("remove it: ")


@pytest.mark.parametrize(
    ("name", "right"), {"1st": "_1st", "my layer": "my_layer", "a/b": "a_b", "block1.conv": "block1_conv"}.items()
)
def test_what_is_no_name_leads_to_the_nearest_name(name, right):
    text = NET % f"  - Dense: 3\n    name: {name}\n" + "outputs: {used: used, t: t, tail: tail, x: x, s: s, z: z}\n"
    problem = errors(text)[0]
    assert (at(text, problem), written(problem)) == (name, right)
    assert not [item for item in errors(text.replace(f"name: {name}", f"name: {right}")) if item.code == "MS210"]


@pytest.mark.parametrize(
    ("model", "right"),
    {
        "ResNet50": "m: {ResNet50: {}}", "resnet50": "m: {ResNet50: {}}", "m.keras": "m: {saved: m.keras}",
        "other.yaml": "m: {spec: other.yaml}", "{load: m.keras}": "saved: model.keras", "{file: m.keras}": "saved: model.keras",
    }.items(),
)  # fmt: skip
def test_models_by_their_file_or_application_alone_lead_to_the_form_of_a_model(model, right):
    [problem] = errors(f"modelspec: 1\nmodels: {{m: {model}}}\ninputs: {{x: [4]}}\nlayers:\n  - Dense: 3\n")
    assert written(problem) == right


def test_an_application_among_the_layers_leads_to_a_model():
    text = "modelspec: 1\n%sinputs: {x: [224, 224, 3]}\nlayers:\n  - %s\n"
    [problem] = errors(text % ("", "ResNet50: {weights: null, include_top: false}"))
    model, call = re.findall(r"`([^`]*)`", problem.help)[1:]
    assert errors(text % (f"models: {{{model}}}\n", call)) == []


@pytest.mark.parametrize("step", ["Dense:3", "Dense :3", "{Dense:3}", "Dense 3", "Dense:  3x"])
def test_a_missing_space_behind_a_colon_is_seen(step):
    told = errors(f"modelspec: 1\ninputs: {{x: [4]}}\nlayers:\n  - {step}\n")
    assert told[0].help == "write `Dense: 3`, with a space after the colon" or step.endswith("x")


@pytest.mark.parametrize(
    ("outputs", "train", "right"),
    [
        ("{y: {}}", "{loss: {y: mse}}", "outputs: {y: {loss: mse}}"),
        ("{y: {}, t: {}}", "{loss: {y: mse, t: mae}}", "outputs: {y: {loss: mse}, t: {loss: mae}}"),
    ],
)
def test_losses_by_outputs_go_to_the_outputs(outputs, train, right):
    [problem] = errors(NET % TRAINED + f"outputs: {outputs}\ntrain: {train}\n")
    assert written(problem) == right
    assert errors(NET % TRAINED + f"{right}\n") == []


@pytest.mark.parametrize(
    "data",
    [
        "{x_train: a.npy, y_train: b.npy}",
        "{train: {csv: {path: x.csv, columns: [a]}}}",
        "{train: {csv: {path: x.csv, target: p}}}",
    ],
)
def test_rows_are_named_where_they_are_taken(data):
    told = errors(NET % TRAINED + REST + f"data: {data}\n")
    assert {problem.code for problem in told} == {"MS201"}
    assert all("`train: {npz" in item.help or "column" in item.help for item in told)


@pytest.mark.parametrize(("step", "given", "right"), [
    ("Linear: [8, 4]", "z", "Dense: {units: 4}"),
    ("nn.Linear: [8, 4, false]", "z", "Dense: {units: 4, use_bias: false}"),
    ("Conv2d: [1, 6, 3]", "x", "Conv2D: {filters: 6, kernel_size: 3}"),
    ("nn.Conv2d: [1, 6, 3, 2]", "x", "Conv2D: {filters: 6, kernel_size: 3, strides: 2}"),
    ("nn.ConvTranspose2d: [1, 6, 2, 2]", "x", "Conv2DTranspose: {filters: 6, kernel_size: 2, strides: 2}"),
    ("Flatten: 1", "x", "Flatten:"),
    ("GlobalAveragePooling1D: 4", "s", "GlobalAveragePooling1D:"),
])  # fmt: skip
def test_a_step_as_pytorch_has_it_leads_to_the_step_of_keras(step, given, right):
    text = NET % f"  - {step}\n    from: {given}\n    name: y" + REST.replace("y: {loss: mse}", "y: y")
    [problem] = errors(text)
    assert written(problem) == right
    assert not errors(text.replace(step, right))


def test_weights_of_classes_in_a_list_lead_to_the_mapping_with_the_same_weights():
    text = NET % "  - {Dense: {units: 3, activation: softmax}, from: z, name: y}" + REST
    text = text.replace("loss: mse", "loss: sparse_categorical_crossentropy")
    text = text.replace("used: used, t: t, tail: tail, s: s", "used: used")
    line = "train: {class_weight: %s}\n"
    [problem] = errors(text + line % "[1, 2.5, 3]")
    assert written(problem) == "class_weight: {0: 1, 1: 2.5, 2: 3}"
    assert not errors(text + line % "{0: 1, 1: 2.5, 2: 3}")
    assert not errors(text + line % "balanced")
    for word in ("auto", "true"):
        [problem] = errors(text + line % word)
        assert written(problem) == "class_weight: balanced"


def test_values_of_for_without_a_name_lead_to_the_form_with_one():
    text = NET % "  - {for: [3, 4], Dense: $n}\n  - {Dense: 3, name: y}" + REST
    [problem] = errors(text)
    assert written(problem) == "for: {n: [3, 4]}"
    assert not errors(text.replace("for: [3, 4]", "for: {n: [3, 4]}"))


@pytest.mark.parametrize("key", ["author", "experiment", "tags"])
def test_a_key_of_ones_own_is_told_how_it_may_begin(key):
    text = NET % "  - {Dense: 3, from: z, name: y}" + REST
    [problem] = errors(f"{text}{key}: mine\n")
    assert problem.help.endswith("your own keys begin with `x-`")
    assert not errors(f"{text}x-{key}: mine\n")
