"""Stage 4 for a network whose layers learn from the training rows: what is known of it before they have.

How long a vocabulary is decides how long an axis is. Such a network is inferred with vocabularies of two sizes: what
differs between them is unknown (None). Where no size that is tried is taken by all layers, the spec has a mistake.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from modelspec.catalogue.tensor import Shape, Tensor, Tensors
from modelspec.diagnostics import Diagnostic
from modelspec.graph.graph import Network, ShapedGraph, ShapedNetwork
from modelspec.graph.inferring.infer import infer
from modelspec.graph.questions.learning import Learner, has_rows_to_learn_from, learners
from modelspec.graph.teaching import taught

SIZES = ((127, 131), (5040, 10080))
"""Of the vocabularies, in pairs: sizes that specs do not write, and sizes that most numbers divide."""
_MOST_TRIED = 20


class Inferred(NamedTuple):
    """What inferring comes to with vocabularies of one size or of two."""

    possible: tuple[ShapedNetwork, ...]
    problems: tuple[tuple[Diagnostic, ...], ...]

    def clean(self, always: list[Diagnostic]) -> bool:
        """Whether nothing is refused but what is, in the same words, whatever the size."""
        return all(problem in always for problems in self.problems for problem in problems)


def infer_before_learning(network: Network) -> tuple[ShapedNetwork, tuple[Diagnostic, ...]]:
    """As `infer`, with `possible`: the networks that this one may become, on which the checks of stage 5 work.

    Layers that will learn count as if they had; others only where they leave a size open.
    """
    chosen = _chosen(network)
    if not chosen:
        return infer(network)
    if all(item.entry.open_sizes() is None for item in chosen):
        found = _inferred(network, chosen, SIZES[0][:1])
        return _merged(network, found.possible), found.problems[0]
    first = found = _inferred(network, chosen, SIZES[0])
    always = [problem for problem in first.problems[0] if problem in first.problems[1]]
    others = (sizes for sizes in (*SIZES[1:], *_sizes_in(first.possible[0])))
    while not found.clean(always) and (sizes := next(others, None)) is not None:
        found = _inferred(network, chosen, sizes)
    if found.clean(always):
        return _merged(network, found.possible), tuple(always)
    return _merged(network, first.possible), tuple(_blurred(item, first.problems[1]) for item in first.problems[0])


def _chosen(network: Network) -> list[Learner]:
    rows, begun = has_rows_to_learn_from(network), network.spec.train.init_from is not None

    def counts(item: Learner) -> bool:
        lack = item.entry.lacks()
        filled = lack is not None and lack.works_without and begun
        return item.entry.open_sizes() is not None or (rows and not filled)

    return [item for item in learners(network).values() if counts(item)]


def _inferred(network: Network, chosen: list[Learner], sizes: tuple[int, ...]) -> Inferred:
    made = [infer(_with_size(network, chosen, size, number)) for number, size in enumerate(sizes)]
    return Inferred(tuple(shaped for shaped, _ in made), tuple(problems for _, problems in made))


def _with_size(network: Network, chosen: list[Learner], size: int, number: int) -> Network:
    values = {item.path: item.entry.provisional(_bounded(item, size, number)) for item in chosen}
    return taught(network, {path: given for path, given in values.items() if given})


def _bounded(item: Learner, size: int, number: int) -> int:
    """The size, or where that is too large, the most (the second) or one less: two sizes stay two where there are two."""
    fewest, most = item.entry.open_sizes() or (1, None)
    if most is not None and size > most:
        size = most - 1 + number
    return max(size, fewest)


def _sizes_in(shaped: ShapedNetwork) -> Iterator[tuple[int]]:
    """Sizes that stand in a network: a vocabulary may have to be as long as another axis."""
    tensors = [tensor for graph in shaped.graphs for made in graph.tensors for tensor in made or ()]
    sizes = {size for tensor in tensors for size in tensor.shape if size is not None}
    for size in sorted(sizes - set(SIZES[0]))[:_MOST_TRIED]:
        yield (size,)


def _blurred(problem: Diagnostic, others: tuple[Diagnostic, ...]) -> Diagnostic:
    """The problem with None for numbers that are others where vocabularies are of another size."""
    same = [item for item in others if (item.code, item.span, item.path) == (problem.code, problem.span, problem.path)]
    if not same:
        return problem
    other = same[0]
    related = tuple(
        replace(note, message=_blurred_text(note.message, more.message))
        for note, more in zip(problem.related, other.related, strict=False)
    )
    message = _blurred_text(problem.message, other.message)
    help = None if problem.help is None else _blurred_text(problem.help, other.help or "")
    return replace(problem, message=message, help=help, related=related)


def _blurred_text(text: str, other: str) -> str:
    parts, others = re.split(r"(\d[\d,]*)", text), re.split(r"(\d[\d,]*)", other)
    if len(parts) != len(others):
        return text
    return "".join(
        "None" if number % 2 and part != more else part
        for number, (part, more) in enumerate(zip(parts, others, strict=True))
    )


def _merged(network: Network, possible: tuple[ShapedNetwork, ...]) -> ShapedNetwork:
    """What holds for all; weights of a layer whose sizes differ are left out, as those that nobody knows."""
    first, last = possible[0], possible[-1]
    weights = {path: found for path, found in first.weights.items() if last.weights.get(path) == found}
    models = {key: _merged_graph(network, shaped, last.models[key]) for key, shaped in first.models.items()}
    main = _merged_graph(network, first.main, last.main)
    return ShapedNetwork(network, main, models, weights, _merged_calls(first, last), possible)


def _merged_graph(network: Network, first: ShapedGraph, last: ShapedGraph) -> ShapedGraph:
    key = first.graph.key
    graph = network.models[key] if key else network.main
    return ShapedGraph(graph, tuple(map(_merged_outputs, first.tensors, last.tensors)))


def _merged_calls(first: ShapedNetwork, last: ShapedNetwork) -> dict[tuple[str, Tensors], tuple[Tensors | None, ...]]:
    found = {}
    pairs = zip(first.calls.items(), last.calls.items(), strict=False)
    for ((name, given), inside), ((other, taken), within) in pairs:
        if name == other and (key := _merged_outputs(given, taken)) is not None:
            found[name, key] = tuple(map(_merged_outputs, inside, within))
    return found


def _merged_outputs(first: Tensors | None, last: Tensors | None) -> Tensors | None:
    if first is None or last is None or len(first) != len(last):
        return None
    merged = tuple(map(_merged_tensor, first, last))
    found = tuple(tensor for tensor in merged if tensor is not None)
    return found if len(found) == len(merged) else None


def _merged_tensor(first: Tensor, last: Tensor) -> Tensor | None:
    if first.rank != last.rank or first.dtype != last.dtype:
        return None
    mask = first.mask
    if first.mask is not None and last.mask is not None and len(first.mask) == len(last.mask):
        mask = _merged_shape(first.mask, last.mask)
    return first._replace(shape=_merged_shape(first.shape, last.shape), mask=mask)


def _merged_shape(first: Shape, last: Shape) -> Shape:
    return tuple(size if size == other else None for size, other in zip(first, last, strict=True))
