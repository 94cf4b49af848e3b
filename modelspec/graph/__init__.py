"""Stages 3 and 4: spec -> resolved graph -> shaped graph. No TensorFlow."""

from modelspec.graph.graph import Graph, GraphOutput, Network, ShapedGraph, ShapedNetwork, TensorRef, Vertex, layer_path
from modelspec.graph.inferring.infer import infer
from modelspec.graph.resolving.resolve import resolve

__all__ = [
    "Graph",
    "GraphOutput",
    "Network",
    "ShapedGraph",
    "ShapedNetwork",
    "TensorRef",
    "Vertex",
    "infer",
    "layer_path",
    "resolve",
]
