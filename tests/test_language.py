"""Every example of the guide to the language is run: specs beside the Keras code that they stand for, commands, mistakes."""

import re
import shlex
from pathlib import Path
from typing import NamedTuple

import keras
import pytest
from keras import layers

from modelspec.expansion.values.expression import ExpressionError, evaluate
from modelspec.pipeline import check_file
from modelspec.source.limits import FLAGS, Limits
from tests.written import assert_same_model, built, written

FILE = Path(__file__).parent.parent / "docs" / "language.md"
GUIDE = FILE.read_text(encoding="utf-8")
BLOCK = re.compile(r"((?:<!-- .*? -->\n)*)```(\w+)\n(.*?)```", re.DOTALL)


class Example(NamedTuple):
    """A spec: the section that it stands in, its file, its text, the error that it has, and the Keras code before it."""

    section: str
    file: str
    text: str
    code: str | None
    keras: str | None


def read():
    """The examples of the guide, and its commands with what they print, by section."""
    examples, commands = [], []
    for section in re.split(r"^## ", GUIDE, flags=re.MULTILINE)[1:]:
        title, before = section.partition("\n")[0], None
        for marks, language, text in BLOCK.findall(section):
            if language == "python":
                assert before is None, f"{title}: Keras code without a spec"
                before = text
            elif language == "yaml":
                marked = dict(re.findall(r"<!-- (\w+): (\S+) -->", marks))
                examples.append(Example(title, marked.get("file", "example.yaml"), text, marked.get("wrong"), before))
                before = None
            else:
                commands.append((title, *re.fullmatch(r"\$ modelspec (.*?)\n(.*)", text, re.DOTALL).groups()))
        assert before is None, f"{title}: Keras code without a spec"
    return examples, commands


EXAMPLES, COMMANDS = read()
PAIRS = [example for example in EXAMPLES if example.keras is not None]


def ids(examples):
    return [f"{number} {example[0]}" for number, example in enumerate(examples)]


@pytest.fixture(scope="module")
def written_files(tmp_path_factory):
    """A folder with the files of the guide, and the saved models that it speaks of."""
    folder = tmp_path_factory.mktemp("guide")
    for example in EXAMPLES:
        if example.file != "example.yaml":
            (folder / example.file).parent.mkdir(exist_ok=True)
            (folder / example.file).write_text(example.text)
    image = keras.Input((8, 8, 1), name="image")
    x = layers.Conv2D(4, 3, activation="relu", name="edges")(image)
    x = layers.Conv2D(8, 3, activation="relu", name="parts")(x)
    x = layers.GlobalAveragePooling2D(name="features")(x)
    keras.Model(image, layers.Dense(10, activation="softmax", name="digit")(x)).save(folder / "digits.keras")
    vision = keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(4, 3), layers.Flatten()], name="vision")
    a, b = keras.Input((8, 8, 1), name="a"), keras.Input((8, 8, 1), name="b")
    x = layers.Concatenate()([vision(a), vision(b)])
    keras.Model([a, b], layers.Dense(1)(x)).save(folder / "pairs.keras")
    return folder


@pytest.fixture
def folder(written_files, monkeypatch):
    monkeypatch.chdir(written_files)
    monkeypatch.setenv("COLUMNS", "100")
    return written_files


@pytest.mark.parametrize("example", EXAMPLES, ids=ids(EXAMPLES))
def test_an_example_has_the_problems_that_the_guide_tells_and_no_others(example, folder):
    (folder / example.file).write_text(example.text)
    problems = check_file(example.file).diagnostics
    assert {problem.code for problem in problems} == set(example.code.split(",") if example.code else ()), problems


@pytest.mark.parametrize("example", PAIRS, ids=ids(PAIRS))
def test_a_spec_is_the_model_of_the_keras_code_beside_it(example, folder):
    theirs = written(example.keras, "docs/language.md")
    (folder / example.file).write_text(example.text)
    assert_same_model(built(Path(example.file)), theirs)


@pytest.mark.parametrize(("section", "command", "shown"), COMMANDS, ids=ids(COMMANDS))
def test_a_command_prints_what_the_guide_shows(section, command, shown, folder, cli):
    done = cli(*shlex.split(command))
    assert done.out + done.err == shown


def rows_of(section):
    """The tables of a section: their rows of cells."""
    (text,) = re.findall(rf"^## {section}\n(.*?)(?=^## |\Z)", GUIDE, re.DOTALL | re.MULTILINE)
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in re.findall(r"^\| .*\|$", text, re.MULTILINE)
    ]


def test_the_names_of_copies_are_those_of_the_table(folder):
    tried = 0
    for written_as, names in rows_of("`repeat`, `for` and `when`"):
        keys = re.findall(r"`((?:name|repeat|for): .*?)`", written_as)
        if not keys:
            continue
        step = "".join(f"    {key}\n" for key in keys)
        Path("example.yaml").write_text(f"modelspec: 1\ninputs: {{x: [4]}}\nlayers:\n  - Dense: 4\n{step}")
        expected = re.findall(r"`(\w+)`", names.partition(";")[0])
        network = check_file("example.yaml").network
        assert [vertex.name for vertex in network.main.graph.vertices][1:] == expected, written_as
        bare = re.search(r"`(\w+)` is `(\w+)`", names)
        if bare is not None:
            with Path("example.yaml").open("a") as file:
                file.write(f"  - Flatten:\n    from: {bare[1]}\n")
            vertices = check_file("example.yaml").network.main.graph.vertices
            (reference,) = vertices[-1].references()
            assert vertices[reference.vertex].name == bare[2]
        tried += 1
    assert tried == 7


def test_the_limits_and_functions_are_those_of_the_program():
    assert {*Limits._fields} - {*FLAGS} == {"data_roots"}  # folders, which are no bound
    told = {flag.split("`")[1]: int(value.replace(",", "")) for _, value, flag in rows_of("Limits") if "`--" in flag}
    assert told == {FLAGS[name]: value for name, value in Limits()._asdict().items() if name in FLAGS}
    (functions,) = (row[1] for row in rows_of("Variables") if row[0] == "functions")
    with pytest.raises(ExpressionError) as refused:
        evaluate("sum([1, 2])", str)
    assert refused.value.help == "functions are " + ", ".join(re.findall(r"`(\w+)`", functions))


def test_the_guide_has_code_beside_its_rules_and_shows_mistakes():
    assert len(PAIRS) >= 24
    assert sum(bool(example.code) for example in EXAMPLES) >= 6
    assert len(COMMANDS) >= 10
    for link in re.findall(r"\]\(#(.*?)\)", GUIDE):
        titles = re.findall(r"^## (.*)$", GUIDE, re.MULTILINE)
        assert link in {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
