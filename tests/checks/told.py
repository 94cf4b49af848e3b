"""What the checks tell of a spec text, in a form that tests can compare."""

from modelspec.pipeline import check_text


def told(text):
    """Each problem as (code, line, column)."""
    return [(problem.code, problem.span.line, problem.span.column) for problem in problems(text)]


def problems(text):
    """The problems of a text."""
    return check_text(text, "spec.yaml").diagnostics


def spec(layers, outputs, *more, inputs="inputs: {x: [4]}"):
    """A spec of a few lines; `layers` begin at line 4, `outputs` stand on the line after them."""
    return "\n".join(["modelspec: 1", inputs, "layers:", *layers, outputs, *more, ""])
