"""Our own limits answer where the parser would stop first, which reads ahead and has limits of its own."""

import pytest
import yaml

from modelspec.source import Limits, parse
from modelspec.source.limits import DEEPEST
from modelspec.source.yaml import loader
from tests.chosen import spread

LOADERS = [item for item in (getattr(yaml, "CSafeLoader", None), yaml.SafeLoader) if item is not None]
MANY = 1500  # libyaml 0.2.6 stops at 1,000 levels
LONG = "k" * 1025


@pytest.fixture(params=LOADERS, ids=lambda item: item.__name__)
def told(request, monkeypatch):
    """What is told of a text, by each of PyYAML's two parsers: (code, line, column) and the last diagnostic."""
    monkeypatch.setattr(loader, "_LOADER", request.param)

    def read(text, **limits):
        document, problems = parse(text, "x.yaml", Limits(**limits))
        assert document is None
        return [(problem.code, problem.span.line, problem.span.column) for problem in problems], problems[-1]

    return read


NESTED = {
    "brackets": ("[" * MANY + "]" * MANY, 1, 65),
    "open brackets": ("[" * MANY, 1, 65),
    "open brackets in lines": ("[\n" * MANY, 65, 1),
    "a nested key": ("a:\n  - " + "[" * MANY + ": 1\n", 2, 67),
    "a nested key that is closed": ("a:\n  - " + "[" * MANY + "]" * MANY + ": 1\n", 2, 67),
    "braces": ("{a: " * MANY, 1, 257),
    "braces as keys": ("{" * MANY, 1, 65),
    "brackets and braces": ("[{a: " * MANY, 1, 161),
    "after wide characters": ("ключ𝄞: " + "[" * MANY, 1, 71),
    "dashes": ("- " * MANY + "x", 1, 129),
    "question marks": ("? " * MANY + "x", 1, 129),
    "lines": ("".join(f"{' ' * n}a:\n" for n in range(MANY)), 65, 65),
    "dashes and brackets": ("- " * 50 + "[" * MANY, 1, 115),
    "brackets below a line of dashes": ("- " * 50 + "a:\n" + " " * 101 + "[" * MANY, 2, 115),
    "anchored brackets": ("".join(f"&a{n} [" for n in range(1000, 2000)) + "[" * MANY, 1, 64 * 8 + 1),
    "brackets around a mistake": ("[" * 70 + "*" + "]" * 70, 1, 65),
    "brackets around a long text": ("[" * 70 + "x" * 2000 + "]" * 70 + ": 1", 1, 65),
}  # fmt: skip


@pytest.mark.parametrize("name", NESTED)
def test_the_65th_level_is_told_whatever_the_parser_does(told, name):
    text, line, column = NESTED[name]
    places, last = told(text)
    assert places == [("MS109", line, column)]
    assert last.message == "nested deeper than 64 levels"
    assert "--max-depth" in last.help


@pytest.mark.parametrize("name", spread(NESTED, 3))
def test_a_limit_that_cannot_be_lifted_further_names_no_option(told, name):
    text, *_ = NESTED[name]
    if name in ("brackets around a mistake", "brackets around a long text"):
        text = text.replace("[" * 70, "[" * 300).replace("]" * 70, "]" * 300)
    ((code, *_),), last = told(text, depth=1_000_000)
    assert code == "MS109"
    assert last.message == f"nested deeper than {DEEPEST} levels, the most that can be read"
    assert "--max" not in last.help


@pytest.mark.parametrize("depth", [65, 150, DEEPEST])
def test_the_option_lifts_the_limit_to_its_number(told, depth):
    places, last = told("[" * MANY, depth=depth)
    assert places == [("MS109", 1, depth + 1)]
    assert str(depth) in last.message


@pytest.mark.parametrize("item", LOADERS, ids=lambda item: item.__name__)
def test_the_deepest_that_can_be_asked_for_is_read(item, monkeypatch):
    monkeypatch.setattr(loader, "_LOADER", item)
    document, problems = parse("a: " + "[" * (DEEPEST - 1) + "]" * (DEEPEST - 1), "x.yaml", Limits(depth=DEEPEST))
    assert document is not None
    assert not problems


KEYS = {
    "plain": (LONG + ": 1\n", 1, 1),
    "in a list": ("a:\n  - " + LONG + ": 1\n", 2, 5),
    "below a key": ("a:\n  " + LONG + ": 1\n", 2, 3),
    "with commas and brackets": ("a, [b]" + LONG + ": 1\n", 1, 1),
    "in braces": ("{b: 2, " + LONG + ": 1}", 1, 8),
    "in brackets": ("[" + LONG + ": 1]", 1, 2),
    "quoted": ("a: 1\n'" + LONG + "': 1\n", 2, 1),
    "quoted twice": ('a: 1\n"' + LONG + '" : 1\n', 2, 1),
    "quoted in a list": ("- '" + LONG + "': 1\n", 1, 3),
    "quoted in braces": ("{b: 2, '" + LONG + "': 1}", 1, 8),
    "of wide characters": ("ключ" * 300 + ": 1\n", 1, 1),
}


@pytest.mark.parametrize("name", KEYS)
def test_a_key_too_long_for_yaml_is_told_as_that_at_the_key(told, name):
    text, line, column = KEYS[name]
    for most, allowed in (({}, "128"), ({"key_length": 500}, "500"), ({"key_length": 100_000}, "1,024")):
        places, last = told(text, **most)
        assert places == [("MS118", line, column)]
        assert last.message == "a key of more than 1,024 characters, which YAML does not read"
        assert last.help == f"write a shorter key, of at most {allowed}"


@pytest.mark.parametrize("text", ["? " + LONG + "\n: 1\n", "{? " + LONG + " : 1}"])
def test_a_long_key_that_yaml_reads_is_held_against_our_limit(told, text):
    places, last = told(text)
    assert [code for code, *_ in places] == ["MS109"]
    assert "at most 128 are allowed" in last.message


@pytest.mark.parametrize(("opened", "closed", "kind"), [("[", "]", "a list"), ("{", "}", "a mapping")])
def test_a_long_collection_as_a_key_is_told_as_a_short_one(told, opened, closed, kind):
    for inside in ("x", ", ".join(f"x{n}" for n in range(500))):
        places, last = told(f"a:\n  - {opened}{inside}{closed}: 2\n")
        assert places == [("MS116", 2, 5)]
        assert kind in last.message


def test_a_long_text_with_a_colon_is_no_key(told):
    for text in ("note: " + "x" * 2000 + ": y\n", "a:\n  - note: '" + "x" * 2000 + "': y\n"):
        places, last = told(text)
        assert [code for code, *_ in places] == ["MS118"]
        assert "not YAML" in last.message


MISTAKES = {
    "a: 1\n b: 2\n": "needs its colon",
    "a: 1\n- b\n": "start in one column",
    "a:\n  b: 1\n c: 2\n": "start in one column",
    "a: [1, 2\nb: 3\n": "close the list",
    "a: {b: 1\nc: 3\n": "close the mapping",
    "a: 1\nb\nc: 2\n": "followed by a colon",
    "a: @b\n": "needs quotes",
    "a: 'b\n": "opened and not closed",
    "a: 1\n...\njunk\n": "one document per file",
    "a: !x!y 1\n": "no tags",
}


@pytest.mark.parametrize("text", MISTAKES)
def test_both_parsers_errors_come_with_the_same_help(told, text):
    _, last = told(text)
    assert last.code == "MS118"
    assert MISTAKES[text] in last.help
