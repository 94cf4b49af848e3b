"""No layer, op or wrapper of the catalogue fails inside, whatever it is given: each is refused or has an answer."""

import pytest

from modelspec.catalogue.kinds import KINDS, find
from modelspec.catalogue.ops import OPS, find_op
from modelspec.diagnostics.failure import failed
from modelspec.manual.examples import sample_arguments, written
from modelspec.pipeline import check_text

DTYPES = (
    "float32",
    "int32",
    "string",
    "bool",
    "float16",
    "bfloat16",
    "float64",
    "int8",
    "int64",
    "uint8",
    "uint32",
    "uint64",
)
FEW = DTYPES[:3]
SHAPES = (
    "[]", "[4]", "[8, 4]", "[8, 8, 4]", "[4, 8, 8, 4]", "[2, 4, 8, 8, 4]", "[2, 2, 4, 8, 8, 4]", "[null]", "[null, 4]",
    "[null, null, 4]",
)  # fmt: skip
FROM = ("%s", "[%s, %s]", "[%s, %s, %s]")
WRAPPERS = (
    "TimeDistributed: {layer: %s}", "Bidirectional: {layer: %s}", "Bidirectional: {layer: {LSTM: 3}, backward_layer: %s}",
    "SpectralNormalization: {layer: %s}", "RNN: {cell: %s}", "RNN: {cell: [{GRUCell: 3}, %s]}",
    "StackedRNNCells: {cells: [%s, %s]}", "Pipeline: {layers: [%s, %s]}",
    "TimeDistributed: {layer: {TimeDistributed: {layer: %s}}}", "TimeDistributed: {layer: {SpectralNormalization: {layer: %s}}}",
    "TimeDistributed: {layer: {Bidirectional: {layer: %s}}}", "SpectralNormalization: {layer: {TimeDistributed: {layer: %s}}}",
    "SpectralNormalization: {layer: {SpectralNormalization: {layer: %s}}}", "SpectralNormalization: {layer: {RNN: {cell: %s}}}",
    "SpectralNormalization: {layer: {Bidirectional: {layer: %s}}}", "Bidirectional: {layer: {RNN: {cell: %s}}}",
    "Bidirectional: {layer: {TimeDistributed: {layer: %s}}}", "RNN: {cell: {SpectralNormalization: {layer: %s}}}",
    "Pipeline: {layers: [{Pipeline: {layers: [%s]}}]}",
)  # fmt: skip
LAYERS, FUNCTIONS = tuple(KINDS["layer"].classes), tuple(OPS)


def spec(step, dtypes=DTYPES, shapes=SHAPES, froms=FROM):
    """The step on tensors of each dtype and number of axes, 0 with and without rows among them; one, two and three of them."""
    inputs, made, tensors = [], [], []
    for dtype in dtypes:
        names = [f"x_{dtype}_{number}" for number in range(len(shapes))]
        inputs += [f"{name}: {{shape: {shape}, dtype: {dtype}}}" for name, shape in zip(names, shapes, strict=True)]
        tensors += names
        if dtype != "string":
            made += [f"ops.max: {{axis: null}}\n    from: {names[1]}\n    name: no_axes_{dtype}"]
            made += [f"ops.get_item: 0\n    from: {names[1]}\n    name: no_rows_{dtype}"]
            tensors += [f"no_axes_{dtype}", f"no_rows_{dtype}"]
    made += [f"{step}\n    from: {given.replace('%s', name)}" for name in tensors for given in froms]
    lines = "".join(f"  {line}\n" for line in inputs)
    return f"modelspec: 1\ninputs:\n{lines}layers:\n" + "".join(f"  - {line}\n" for line in made)


def failures(text):
    """What failed inside, each kind once."""
    problems = check_text(text).diagnostics
    assert problems == () or {problem.code for problem in problems} != {"MS109"}
    return {problem.message for problem in problems if failed((problem,))}


def step(name):
    entry, label = (
        (find_op(name), f"ops.{name}") if name in FUNCTIONS and name not in LAYERS else (find("layer", name), name)
    )
    arguments = sample_arguments(entry)
    return written(label, arguments) + ("" if arguments else ":")


def wrapped(wrapper, name):
    arguments = sample_arguments(find("layer", name))
    inner = f"{{{written(name, arguments)}}}" if arguments else f"{{{name}: {{}}}}"
    return spec(wrapper.replace("%s", inner), FEW, SHAPES[:6], FROM[:2])


@pytest.mark.slow
@pytest.mark.parametrize("name", [*LAYERS, *(name for name in FUNCTIONS if name not in LAYERS)])
def test_a_layer_or_function_answers_for_every_number_of_axes_and_every_dtype(name):
    assert failures(spec(step(name))) == set()


@pytest.mark.slow
@pytest.mark.parametrize("wrapper", WRAPPERS)
@pytest.mark.parametrize("name", LAYERS)
def test_a_wrapper_answers_around_every_layer(wrapper, name):
    assert failures(wrapped(wrapper, name)) == set()


@pytest.mark.parametrize("name", [*LAYERS[::9], *FUNCTIONS[::25], "Flatten", "Softmax"])
def test_some_of_them_answer(name):
    assert failures(spec(step(name), FEW, SHAPES[:4], FROM[:2])) == set()


@pytest.mark.parametrize("wrapper", WRAPPERS)
@pytest.mark.parametrize("name", ["GRUCell", "RandomCrop", "Add", "Dense"])
def test_wrappers_answer_around_some_of_them(wrapper, name):
    assert failures(wrapped(wrapper, name)) == set()
