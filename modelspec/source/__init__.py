"""Stage 1: a YAML text -> located nodes. YAML 1.2, bounded, no code, no TensorFlow."""

from modelspec.source.limits import Limits
from modelspec.source.nodes import Document, Mapping, Node, NumberKey, Place, Scalar, Sequence, plain
from modelspec.source.yaml.loader import load, parse

__all__ = [
    "Document",
    "Limits",
    "Mapping",
    "Node",
    "NumberKey",
    "Place",
    "Scalar",
    "Sequence",
    "load",
    "parse",
    "plain",
]
