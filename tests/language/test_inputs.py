"""`inputs`: the short and the long form, shapes, dtypes and columns."""

import pytest

from modelspec.language.sections.decoding import Decode
from modelspec.pipeline import check_text
from modelspec.runs.resolved import resolved_spec
from tests.graph.telling import only, place, read, told

REST = "\nlayers:\n  - Flatten\n"


def spec(inputs, layers=REST):
    return f"inputs:\n  {inputs}{layers}"


def the_input(written):
    return read(spec(f"x: {written}")).model.inputs[0]


def test_a_list_is_the_shape():
    read_input = the_input("[28, 28, 1]")
    assert (read_input.name, read_input.shape, read_input.dtype, read_input.columns) == (
        "x",
        (28, 28, 1),
        "float32",
        None,
    )


def test_a_mapping_says_more():
    read_input = the_input("{shape: [3], dtype: int32, columns: [a, b, c]}")
    assert (read_input.shape, read_input.dtype, read_input.columns) == ((3,), "int32", ("a", "b", "c"))
    assert the_input("{shape: [], column: age}").columns == ("age",)


def test_null_is_a_free_axis():
    assert the_input("[null, 3]").shape == (None, 3)


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16", "float64", "int8", "int64", "uint8", "bool"])
def test_dtypes(dtype):
    assert the_input(f"{{shape: [3], dtype: {dtype}}}").dtype == dtype


@pytest.mark.parametrize(
    ("written", "code", "column"),
    [
        ("5", "MS203", 6), ("null", "MS203", 6), ("text", "MS203", 6), ("[a]", "MS203", 7), ("[2, 1.5]", "MS203", 10),
        ("[true]", "MS203", 7), ("[0]", "MS204", 7), ("[-1]", "MS204", 7), ("[[3]]", "MS203", 7),
        ("[99999999999]", "MS204", 7), ("{}", "MS202", 3), ("{dtype: int32}", "MS202", 3),
        ("{shape: 5}", "MS203", 14), ("{shape: [3], dtype: int}", "MS205", 26), ("{shape: [3], dtype: 32}", "MS205", 26),
        ("{shape: [3], type: int32}", "MS201", 19), ("{shape: [3], column: a, columns: [b]}", "MS208", 30),
        ("{shape: [3], columns: []}", "MS203", 28), ("{shape: [3], columns: a}", "MS203", 28),
    ],
)  # fmt: skip
def test_what_is_no_input_is_told_at_its_place(written, code, column):
    assert told(spec(f"x: {written}")) == [(code, 3, column)]


def test_a_dtype_gets_the_closest_one():
    assert only(spec("x: {shape: [3], dtype: flot32}")).help == "did you mean 'float32'?"


@pytest.mark.parametrize(
    ("written", "meant"),
    [("float", "float32"), ("double", "float64"), ("int", "int32"), ("long", "int64"), ("str", "string"), ("object", "string"),
     ("np.float32", "float32"), ("tf.string", "string"), ("Half", "float16"), ("boolean", "bool")],
)  # fmt: skip
def test_a_dtype_of_others_gets_the_one_that_is_meant(written, meant):
    assert only(spec(f"x: {{shape: [3], dtype: {written}}}")).help == f"write `{meant}`"
    assert told(spec(f"x: {{shape: [3], dtype: {meant}}}")) == []


@pytest.mark.parametrize(
    "step", ["ops.cast: int", "ops.arange: {start: 3, dtype: int}", "Dense: {units: 3, dtype: half}"]
)
def test_so_does_one_of_an_argument(step):
    wrong = only(spec("x: [3]", f"\nlayers:\n  - {step}\n"))
    assert wrong.help in ("write `int32`", "write `float16`")


@pytest.mark.parametrize("written", ["float16", "fp16", "bf16"])
def test_the_precision_of_a_dtype_is_the_mixed_one(written):
    wrong = only(spec("x: [3]") + f"train: {{precision: {written}}}\n")
    assert wrong.help.startswith("write `mixed_bfloat16`" if written == "bf16" else "write `mixed_float16`")


@pytest.mark.parametrize("written", ["inputs: {}", "inputs:", "inputs: [3]", "inputs: 3"])
def test_inputs_must_be_declared(written):
    ((code, line, _),) = told(f"{written}{REST}")
    assert code in ("MS202", "MS203")
    assert line == 2


def test_a_spec_without_inputs_is_told_once():
    assert [code for code, _, _ in told("layers:\n  - Dense: 3\n")] == ["MS202"]


def test_a_bad_input_name_is_told_at_the_name():
    assert told(spec("'a b': [3]")) == [("MS210", 3, 3)]


def test_two_inputs_that_differ_only_in_case_are_told_at_the_second():
    error = only("inputs:\n  x: [3]\n  X: [3]\nlayers:\n  - Add:\n    from: [x, X]\n")
    assert place(error)[:2] == ("MS305", 4)


@pytest.mark.parametrize("written", ["x: [0], z: [4]", "x: 5, z: [4]"])
def test_what_names_a_refused_input_is_not_told_too(written):
    text = f"inputs: {{{written}}}\nlayers:\n  - Dense: 2\n    from: x\n  - Dense: 2\n    from: z\n"
    assert [line for _, line, _ in told(text)] == [2]
    model = (
        f"inputs: {{a: [4]}}\nmodels:\n"
        f"  m: {{inputs: {{{written}}}, layers: [{{Dense: 2, from: x}}]}}\nlayers:\n"
        f"  - {{call: m, from: a}}\n"
    )
    assert [line for _, line, _ in told(model)] == [4]


def test_an_input_without_axes_stays_one_in_the_resolved_spec():
    spec = "modelspec: 1\ninputs: {x: {shape: [], dtype: string}}\nlayers: [{Hashing: 8}]\n"
    again = check_text(resolved_spec(check_text(spec).network))
    assert again.ok, again.diagnostics
    assert [item.shape for item in again.network.main.graph.inputs] == [()]


def test_decode_is_a_word_or_has_arguments():
    written = "x: {shape: [8, 8, 3], decode: {image: {interpolation: nearest, pad_to_aspect_ratio: true}}}"
    assert the_input("{shape: [8, 8, 3], decode: image}").decode == Decode()
    assert the_input(written[3:]).decode == Decode("nearest", pad_to_aspect_ratio=True)
    assert the_input("{shape: [8, 8], decode: {image: {}}}").decode == Decode()


@pytest.mark.parametrize(
    ("written", "code", "column"),
    [
        ("{shape: [8, 8], decode: picture}", "MS203", 30),
        ("{shape: [8, 8], decode: {image: true}}", "MS203", 38),
        ("{shape: [8, 8], decode: {image: {interpolation: lanczos}}}", "MS205", 54),
        ("{shape: [8, 8], decode: {image: {crop_to_aspect_ratio: 1}}}", "MS203", 61),
        ("{shape: [8, 8], decode: {image: {crop: true}}}", "MS201", 39),
        ("{shape: [8, 8], decode: {image: {crop_to_aspect_ratio: true, pad_to_aspect_ratio: true}}}", "MS208", 38),
        ("{shape: [64], decode: image}", "MS208", 14),
        ("{shape: [8, null, 3], decode: image}", "MS208", 14),
        ("{shape: [8, 8, 2], decode: image}", "MS208", 14),
        ("{shape: [8, 8], dtype: bool, decode: image}", "MS208", 35),
        ("{shape: [8, 8], decode: image, missing: mean}", "MS208", 22),
        ("{shape: [8, 8], decode: image, parse: {date: '%Y'}}", "MS208", 22),
        ("{shape: [8, 8], decode: image, columns: [a, b]}", "MS208", 22),
    ],
)
def test_what_takes_no_pictures_is_told_at_its_place(written, code, column):
    assert told(spec(f"x: {written}")) == [(code, 3, column)]
