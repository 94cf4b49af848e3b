"""A spec text -> what is told of it, and what is known of it, in forms that tests can compare."""

from __future__ import annotations

from modelspec.diagnostics import Diagnostic
from modelspec.graph import ShapedNetwork
from modelspec.language.spec import Spec
from modelspec.pipeline import check_text
from modelspec.source import Place

HEAD = "modelspec: 1\n"


def errors(text: str) -> list[Diagnostic]:
    """The errors of a text; it needs no `modelspec: 1`, but line 1 is where that stands."""
    return [item for item in check_text(HEAD + text, "spec.yaml").diagnostics if item.severity == "error"]


def told(text: str) -> list[tuple[str, int, int]]:
    """Each error as (code, line, column)."""
    return [place(item) for item in errors(text)]


def only(text: str) -> Diagnostic:
    """The one error of a text."""
    (error,) = errors(text)
    return error


def place(item: Diagnostic) -> tuple[str, int, int]:
    """(code, line, column)."""
    assert item.span is not None
    return item.code, item.span.line, item.span.column


def notes(item: Diagnostic) -> list[tuple[int, int, str]]:
    """The related places, as (line, column, message)."""
    return [(note.span.line, note.span.column, note.message) for note in item.related]


def good(text: str) -> ShapedNetwork:
    """What is known of a text without errors."""
    assert told(text) == [], errors(text)
    network = check_text(HEAD + text, "spec.yaml").network
    assert network is not None
    return network


def read(text: str) -> Spec:
    """The spec of a text without errors."""
    return good(text).network.spec


def vertices(text: str, key: str = "") -> dict[str, str]:
    """What each call takes: its name -> references as `name` or `name.output`, in order."""
    graph = good(text).graph(key).graph
    return {
        vertex.name: " ".join(
            graph.vertices[reference.vertex].name + ("" if reference.output is None else f".{reference.output}")
            for reference in vertex.references()
        )
        for vertex in graph.vertices
        if vertex.kind != "input"
    }


def shapes(text: str, key: str = "") -> dict[str, tuple[int | None, ...]]:
    """The shape of each output."""
    network = good(text)
    shaped = network.graph(key)
    found = {}
    for output in shaped.graph.outputs:
        assert output.reference is not None
        tensor = network.tensor(shaped, output.reference)
        assert tensor is not None
        found[output.name] = tensor.shape
    return found


def lines(item: Place) -> tuple[int, int]:
    """Where a place begins."""
    return item.span.line, item.span.column
