"""Numbers beside tensors, and of constants: what would be another number in the dtype that comes out is refused there."""

import pytest

from modelspec.pipeline import check_text

FITS = {
    "uint8": (0, 255), "int8": (-128, 127), "int16": (-32768, 32767), "uint16": (0, 65535),
    "float16": (-65504.0, 65504.0, 65519), "bfloat16": (3.38e38, -3.38e38), "float32": (3.4028235e38, -1e38),
    "float64": (1e300,), "int32": (2**31 - 1,), "int64": (2**53 + 1,),
}  # fmt: skip
FAILS = {
    "uint8": (256, 300, -1), "int8": (128, -129), "int16": (32768,), "uint16": (65536, -1), "float16": (65520, -70000, 1e9),
    "bfloat16": (3.4e38,), "float32": (3.5e38, -1e39), "int32": (2**31, -(2**31) - 1), "int64": (2**63,),
}  # fmt: skip
STEPS = (
    "ops.add: {}", "ops.subtract: {}", "ops.multiply: {}", "ops.maximum: {}", "ops.minimum: {}", "ops.floor_divide: {}",
    "ops.full_like: {{fill_value: {}}}", "ops.pad: {{pad_width: [[0, 0], [1, 1]], constant_values: {}}}",
)  # fmt: skip


def told(step, dtype="float32"):
    text = f"modelspec: 1\ninputs: {{x: {{shape: [4], dtype: {dtype}}}}}\nlayers:\n  - {step}\n"
    return [problem for problem in check_text(text).diagnostics if problem.severity == "error"]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("dtype", FAILS)
def test_a_number_that_the_dtype_has_not_is_refused_at_its_place(step, dtype):
    for number in FAILS[dtype]:
        (problem,) = told(step.format(number), dtype)
        assert (problem.code, problem.span.line) == ("MS405", 4)
        assert dtype in problem.message
        assert problem.message.endswith(f"received {number}"), problem.message
    for number in FITS[dtype]:
        assert not told(step.format(number), dtype), number


@pytest.mark.parametrize(
    "step",
    [
        "ops.full: {shape: [2], fill_value: 300, dtype: uint8}", "ops.full: {shape: [2], fill_value: 1.5, dtype: int32}",
        "ops.full: {shape: [2], fill_value: 2, dtype: bool}", "ops.full: {shape: [2], fill_value: 1e39}",
        "ops.full: {shape: [2], fill_value: 70000, dtype: float16}", "ops.arange: {start: 3, dtype: uint8}",
        "ops.arange: {start: 0.5, stop: 3.5, dtype: int32}", "ops.arange: {start: 2147483647, stop: 2147483649}",
        "ops.arange: {start: 0, stop: 140000, step: 70000, dtype: float16}", "ops.arange: {start: 3, dtype: bool}",
    ],
)  # fmt: skip
def test_constants_are_the_numbers_that_are_written(step):
    problems = told(step + "\n    name: c\n  - {ops.add: null, from: [x, c]}")
    assert "MS405" in [problem.code for problem in problems]
    assert {problem.span.line for problem in problems} == {4}


@pytest.mark.parametrize("step", ["ops.greater: 300", "ops.equal: -1", "ops.mod: 300", "ops.where: {x2: 1.5}"])
def test_functions_that_find_a_wider_dtype_take_any_number(step):
    assert not [problem for problem in told(step, "uint8") if "expected a whole number" in problem.message]


def test_a_number_with_a_fraction_beside_whole_numbers_makes_floats():
    assert not told("ops.add: 1.5", "uint8")
    assert told("ops.full_like: {fill_value: 1.5}", "uint8")


@pytest.mark.parametrize(
    ("dtype", "number", "fits"),
    [("float16", 65519, True), ("float16", 70000, False), ("float32", 70000, True), ("float32", 1e39, False), ("float64", 1e39, True)],
)  # fmt: skip
@pytest.mark.parametrize("value", ["{}", "[0, {}]"])
def test_a_weight_does_not_begin_infinite(value, dtype, number, fits):
    number = value.format(f"{number:.10e}".replace("e+", "e+"))
    step = f"Dense: {{units: 2, dtype: {dtype}, bias_initializer: {{Constant: {{value: {number}}}}}}}"
    problems = told(step)
    assert [problem.code for problem in problems] == ([] if fits else ["MS405"])
    assert fits or dtype in problems[0].message


@pytest.mark.parametrize("dtype", ["float32", "uint8", "bool", "uint64"])
def test_places_to_take_from_are_whole_numbers_with_a_sign(dtype):
    text = "modelspec: 1\ninputs: {x: [4], i: {shape: [2], dtype: %s}}\nlayers:\n  - {ops.take: {axis: 1}, from: {x: x, indices: i}}\n"
    (problem,) = [item for item in check_text(text % dtype).diagnostics if item.severity == "error"]
    assert (problem.code, dtype in problem.message) == ("MS405", True)
    assert not [item for item in check_text(text % "int64").diagnostics if item.severity == "error"]


@pytest.mark.parametrize("name", ["cholesky", "det", "eigh", "inv", "pinv", "qr", "slogdet", "svd"])
def test_matrices_of_bfloat16_are_cast_first(name):
    text = "modelspec: 1\ninputs: {x: {shape: [3, 3], dtype: %s}}\nlayers:\n  - {ops.%s: null, name: m}\noutputs: {y: %s}\n"
    several = {"eigh": "m.0", "qr": "m.0", "slogdet": "m.0", "svd": "m.0"}.get(name, "m")
    problems = check_text(text % ("bfloat16", name, several)).diagnostics
    assert "MS405" in [problem.code for problem in problems]
    assert "MS405" not in [problem.code for problem in check_text(text % ("float32", name, several)).diagnostics]


def test_windows_lie_within_the_images():
    text = "modelspec: 1\ninputs: {x: [%d, 20, 3]}\nlayers:\n  - {ops.image.ssim: {max_val: 1.0}, from: {image1: x, image2: x}}\n"
    assert "MS404" in [problem.code for problem in check_text(text % 10).diagnostics]
    assert "MS404" not in [problem.code for problem in check_text(text % 11).diagnostics]
