"""Stage 2: located nodes -> a frozen spec. No TensorFlow, no names looked up, no shapes."""

from modelspec.spec.reader import read_spec
from modelspec.spec.spec import Spec

__all__ = ["Spec", "read_spec"]
