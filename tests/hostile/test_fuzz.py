"""Every text ends in diagnostics whose places are inside the file, whatever it is."""

from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from modelspec.diagnostics.render.text import render_text
from modelspec.diagnostics.rules import RULES
from modelspec.pipeline import check_text
from modelspec.source import Limits
from modelspec.source.reader import decode

_FOLDER = Path(__file__).parents[2] / "specs"
SPECS = [
    path.read_text()
    for folder in ("", "applications", "architectures")
    for path in sorted((_FOLDER / folder).glob("*.yaml"))
]
TOKENS = (
    "modelspec: 1\n", "inputs:", "layers:\n", "outputs:", "shared:", "models:", "train:", "data:", "budget:", "x-a:",
    "x: [8]\n", "  - Dense: 8\n", "  - {call: m}\n", "- ", "  ", "    ", "\n", "\r\n", "\r", "\t", ": ", ":", ", ",
    "[", "]", "{", "}", "# c", "'", '"', "&a ", "*a", "<<: ", "!!str ", "!x ", "| \n", "> \n", "---\n", "...\n",
    "%YAML 1.2\n", "? ", "null", "~", "true", "1e-3", "010", "0x1f", "-1", "1_000", ".inf", "1e999", "from: ",
    "name: ", "loss: mse", "metrics: [a]", "ops.add", "Lambda", "\xe9", "\u4e2d", "\U0001f600", "\xa0", "\ufeff",
    "\x00", "\\u0000", "\\", "@", "`", "%", "$a", "{{ a }}", "Conv2D: 3\n", "Concatenate:\n",
    "TimeDistributed: {layer: {Dense: 8}}\n", "call: ", "csv: a.csv", "split: 0.1", "Adam: {learning_rate: ",
    "EarlyStopping", "$(", "$(i + 1)", "$i", "block: b\n", "repeat: 2\n", "for: {n: [1, 2]}\n", "when: ", "with: {",
    "blocks:\n", "vars:\n", "spec: a.yaml", "saved: a.keras", "extends: a.yaml\n", "freeze: [", "ResNet50: {weights: null}",
)  # fmt: skip
VALUES = st.sampled_from((
    "0", "-1", "null", "true", "1.5", "'8'", "[]", "{}", "[[]]", "99999999999", "1e308", "a", "a.b", "a@1", "x",
    "[x, x]", "[None]", "{a: b}", "{from: x}", "&a 1", "*a", "relu", "Dense", "[1, 2, 3]", "''", '"\\e"', "!!int 1",
    "~", ".nan", "010", "2147483647",
))  # fmt: skip
SOUP = st.lists(st.sampled_from(TOKENS), max_size=40).map("".join)


@st.composite
def mutated(draw):
    """A shipped spec with lines deleted, doubled, swapped, indented, cut, their values replaced or nested."""
    lines = draw(st.sampled_from(SPECS)).split("\n")
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        other = draw(st.integers(0, len(lines) - 1))
        line = lines[at]
        match draw(st.integers(0, 8)):
            case 0:
                lines[at : at + draw(st.integers(1, 5))] = [""]
            case 1:
                lines.insert(other, line)
            case 2:
                lines[at], lines[other] = lines[other], line
            case 3:
                lines[at] = "  " + line
            case 4:
                lines[at] = line.removeprefix("  ")
            case 5:
                lines[at] = line[: draw(st.integers(0, len(line)))]
            case 6:
                key, colon, _ = line.partition(": ")
                lines[at] = f"{key}{colon or ': '}{draw(VALUES)}"
            case 7:
                depth = draw(st.integers(1, 100))
                key, _, value = line.partition(": ")
                lines[at] = f"{key}: {'{a: ' * depth}{value}{'}' * depth}"
            case 8:
                word = draw(st.integers(0, len(line)))
                lines[at] = line[:word] + draw(st.sampled_from(TOKENS)) + line[word:]
    return "\n".join(lines)


def answered(text):
    """The text is checked; whatever is told has a known code and a place inside the file."""
    decoded, problems = decode(text.encode("utf-8", "surrogatepass"), "spec.yaml", Limits())
    if decoded is not None:
        problems = check_text(decoded, "spec.yaml").diagnostics
    lines = text.removeprefix("\ufeff").split("\n")
    for problem in problems:
        assert problem.code in RULES
        for span in (problem.span, *(note.span for note in problem.related)):
            assert span.file == "spec.yaml"
            assert 1 <= span.line <= span.end_line <= len(lines)
            assert 1 <= span.column <= len(lines[span.line - 1]) + 1
            assert span.end_column <= len(lines[span.end_line - 1]) + 2
            assert (span.line, span.column) <= (span.end_line, span.end_column)
        assert "Traceback" not in problem.message
        assert len(problem.message) < 2000
        assert problem.help is None or len(problem.help) < 2000
    assert list(problems) == sorted(problems, key=lambda problem: problem.order)
    render_text(problems, {"spec.yaml": decoded or ""})


@given(st.text(st.characters(codec=None), max_size=200))
@example("\ufeff")
@example("a:\n\n\n")
@example("[\n\n")
def test_any_text_is_answered(text):
    answered(text)


@given(SOUP)
def test_any_soup_of_tokens_is_answered(text):
    answered(text)


@given(SOUP)
def test_any_soup_in_a_spec_is_answered(text):
    answered("modelspec: 1\ninputs: {x: [8]}\nlayers:\n  - Dense: " + text)


@given(mutated())
def test_any_change_of_a_good_spec_is_answered(text):
    answered(text)


@given(st.binary(max_size=300))
def test_any_bytes_are_answered(data):
    text, problems = decode(data, "spec.yaml", Limits())
    assert (text is None) == bool(problems)
