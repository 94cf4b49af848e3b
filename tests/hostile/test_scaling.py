"""Four times the file takes four times the time, never sixteen times: layers, mistakes, keys, names, models."""

import pytest

import modelspec.checks
from modelspec.diagnostics.render.json import render_json
from modelspec.pipeline import check_text
from modelspec.source import Limits
from tests.chosen import chosen
from tests.doubling import RATIO, growth
from tests.hostile.row import dense, images, layers
from tests.hostile.rows_budgets import chain, wide
from tests.patience import Stopwatch
from tests.seams.names import CHECKS

SMALL, LARGE = 250, 1000


def handed_on(n, *more, tail=""):
    """Layers that follow a chain of `n` which hand on what they are given."""
    return layers(*["Identity"] * (n - 1), "{Identity: , name: last}", *more, tail=tail)


LIMITS = Limits(layers=1_000_000, file_bytes=2**24)
TEXTS = {
    "layers in a chain": chain,
    "layers on one input": lambda n: layers(*["{Dense: 8, from: x}"] * n),
    "convolutions": lambda n: images(*["Conv2D: {filters: 8, kernel_size: 3, padding: same}"] * n),
    "named layers": lambda n: layers(*(f"{{Dense: 8, name: n{k}}}" for k in range(n))),
    "inputs of a Concatenate": wide,
    "calls of a shared layer": lambda n: layers(*["call: s"] * n, tail="shared: {s: {Dense: 8}}\n"),
    "models": lambda n: layers(
        *(f"call: m{k}" for k in range(n)),
        tail="models:\n" + "".join(f"  m{k}: {{inputs: {{a: [8]}}, layers: [Dense: 8]}}\n" for k in range(n)),
    ),
    "mistakes in layers": lambda n: layers(*["Dense: {unit: 8}"] * n),
    "unknown layers": lambda n: layers(*(f"Dens{k}: 8" for k in range(n))),
    "wrong ranks": lambda n: layers(*["{Conv2D: {filters: 8, kernel_size: 3}, from: x}"] * n),
    "unknown references": lambda n: layers(*(f"{{Dense: 8, from: m{k}}}" for k in range(n))),
    "references among as many names": lambda n: layers(
        *(f"{{Dense: 8, name: n{k}}}" for k in range(n)), *(f"{{Dense: 8, from: m{k}}}" for k in range(n))
    ),
    "unknown keys": lambda n: dense("8") + "".join(f"key{k}: 1\n" for k in range(4 * n)),
    "unknown arguments": lambda n: dense("{units: 8, " + ", ".join(f"argument{k}: 1" for k in range(2 * n)) + "}"),
    "keys of the user": lambda n: dense("8") + "".join(f"x-{k}: 1\n" for k in range(8 * n)),
    "duplicate keys": lambda n: dense("8") + "x-a: {" + "a: ," * (8 * n) + "}\n",
    "anchors": lambda n: dense("8") + "x-a: [" + "".join(f"&a{k} 1, *a{k}," for k in range(4 * n)) + "]\n",
    "merges": lambda n: dense("8") + "x-a: &a {a: 1}\nx-b: [" + "{<<: *a}," * (4 * n) + "]\n",
    "bad numbers": lambda n: dense("8") + "x-a: [" + "010," * (8 * n) + "]\n",
    "unknown outputs": lambda n: layers(
        "Dense: 8", tail="outputs: {" + "".join(f"o{k}: ," for k in range(2 * n)) + "}\n"
    ),
    "metrics": lambda n: layers("Dense: 8", tail="outputs: {y: {loss: mse, metrics: [" + "mae, " * n + "]}}\n"),
    "patterns that no name fits": lambda n: layers(
        *(f"{{Dense: 8, name: n{k}, from: x}}" for k in range(n)), *(f"{{Add: , from: 'm{k}*'}}" for k in range(n))
    ),
    "unknown blocks": lambda n: layers(
        *(f"block: c{k}" for k in range(n)),
        tail="blocks: {" + ", ".join(f"b{k}: {{layers: [{{Dense: 3}}]}}" for k in range(n)) + "}\n",
    ),
    "automatic names": lambda n: layers(*(f"{{Dense: 8, name: dense_{k}}}" for k in range(n)), *["Dense: 3"] * n),
    "numbers that come through a chain": lambda n: handed_on(
        n, *["{Embedding: {input_dim: 9, output_dim: 2}, from: last}", "{Dense: 1, from: last}"] * n
    ),
    "outputs of a chain": lambda n: handed_on(
        n, tail="outputs: {" + ", ".join(f"o{k}: {{from: last, loss: mse}}" for k in range(n)) + "}\n"
    ),
    "outputs through a chain": lambda n: handed_on(
        n,
        *(f"{{Identity: , from: last, name: a{k}}}" for k in range(n)),
        tail="outputs: {" + ", ".join(f"a{k}: {{loss: mse}}" for k in range(n)) + "}\n",
    ),
    "comments": lambda n: dense("8") + "# a comment\n" * (50 * n),
}


def checked(text):
    """A call that checks the text and prints what is found."""
    return lambda: render_json(check_text(text, limits=LIMITS).diagnostics, 1)


CASES = [*((what, SMALL) for what in TEXTS), *((what, LARGE) for what in TEXTS)]


@pytest.mark.parametrize(("what", "size"), chosen(CASES, CASES[: len(TEXTS) : 2]))
def test_four_times_as_many_take_four_times_the_time(what, size):
    assert growth(lambda n: checked(TEXTS[what](n)), size) < RATIO


def test_a_rule_that_looks_at_every_pair_is_found_out(monkeypatch):
    def looks_at_pairs(network):
        count = len(network.main.tensors)
        assert count > SMALL
        return [problem for _ in range(count) for problem in {str(number) for number in range(count)} if not problem]

    make = TEXTS["layers on one input"]
    monkeypatch.setattr(CHECKS.path, (*modelspec.checks.CHECKS, looks_at_pairs))
    assert growth(lambda n: checked(make(n)), SMALL, tries=2) > RATIO


@pytest.mark.parametrize("count", chosen([1000, 4000], [1000]))
def test_thousands_of_layers_take_little_memory_and_time(count):
    import tracemalloc

    text, part = chain(count), count / 4000
    check_text(chain(10))
    with Stopwatch() as watch:
        assert check_text(text).ok
    assert watch.seconds < 2 * part
    tracemalloc.start()
    try:
        assert check_text(text).ok
        assert tracemalloc.get_traced_memory()[1] < 100 * 2**20 * part
    finally:
        tracemalloc.stop()
